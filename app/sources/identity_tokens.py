"""The port IdentityTokens: a token from a file, from a command, from the environment's file, or pasted."""

import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from app.domain.jwt_view import TOKEN_MAXIMUM, expired, look_into
from app.domain.names import SourceName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.source import Source, WebIdentityToken, kind_of
from app.ports import Clock, Offload, Pool
from app.sources.command import Runner

TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105  the name of a variable
_BYTES_MAXIMUM = 4 * TOKEN_MAXIMUM
_ABANDON_SECONDS = 90.0
_READ_SECONDS = 10.0


class SourceTokens:
    """Asks for a token as its source says. What was pasted is kept in memory alone, by the source's name."""

    def __init__(self, runner: Runner, environ: Mapping[str, str], home: Path, offload: Offload, clock: Clock) -> None:
        """Hold no token yet. `home` stands for a leading "~" of a path."""
        self._runner = runner
        self._environ = environ
        self._home = home
        self._offload = offload
        self._clock = clock
        self._pasted: dict[SourceName, Secret] = {}

    async def token(self, source: Source) -> Secret:
        """Return a token (see the port). One that was pasted is not given after its own end."""
        if not isinstance(source, WebIdentityToken):
            kind = kind_of(source)
            raise AppError.of(Code.SOURCE_KIND_LATER, Verb.EDIT_SOURCE, source.name, source=source.name, kind=kind)
        if source.token_command:
            return checked(source, await self._commanded(source))
        path = self.file_of(source)
        if path is None:
            return self._kept(source)
        return checked(source, await self._within(lambda: _read(path), _READ_SECONDS, _hangs(path)))

    def file_of(self, source: WebIdentityToken) -> Path | None:
        """Return the file that the token is read from; None for a command, or where it is pasted."""
        named = source.token_file or (None if source.token_command else self._environ.get(TOKEN_FILE))
        if not named:
            return None
        return self._home / named[2:] if named.startswith("~/") else Path(named)

    def take(self, source: Source, text: str) -> None:
        """Keep a pasted token; TOKEN_FORMAT, TOKEN_LONG, TOKEN_EXPIRED."""
        token = checked(source, text.encode(errors="replace"))
        problem = self._end_of(source, token)
        if problem is not None:
            raise AppError(problem)
        self._pasted[source.name] = token

    def refused(self, source: Source) -> bool:
        """Forget the pasted token of a source; whether there was one."""
        return self._pasted.pop(source.name, None) is not None

    def forget(self) -> None:
        """Forget all that was pasted."""
        self._pasted.clear()

    def _kept(self, source: WebIdentityToken) -> Secret:
        token = self._pasted.get(source.name)
        if token is None or self._end_of(source, token) is not None:
            self._pasted.pop(source.name, None)
            raise AppError.of(Code.TOKEN_NEEDED, Verb.SIGN_IN, profile="", source=source.name)
        return token

    def _end_of(self, source: Source, token: Secret) -> Problem | None:
        view = look_into(token)
        return expired(view, source.name) if view is not None and view.ended(self._clock.now()) else None

    async def _commanded(self, source: WebIdentityToken) -> bytes:
        late = Problem.of(Code.COMMAND_TIMEOUT, source=source.name, seconds=int(_ABANDON_SECONDS))
        run = self._runner.run
        return await self._within(lambda: run(source.name, source.token_command), _ABANDON_SECONDS, late)

    async def _within(self, work: Callable[[], bytes], seconds: float, late: Problem) -> bytes:
        try:
            return await self._offload.call(Pool.AWS, work, deadline=seconds)
        except TimeoutError:
            raise AppError(late) from None


def checked(source: Source, data: bytes) -> Secret:
    """Return a token without the white space around it; TOKEN_FORMAT, TOKEN_LONG. None of it is quoted.

    With a provider id it is an OAuth 2.0 access token, which need not be a JWT; else it must be one.
    """
    bare = data.removeprefix(b"\xef\xbb\xbf").strip()
    if len(bare) > TOKEN_MAXIMUM:
        raise AppError.of(Code.TOKEN_LONG, source=source.name, length=len(bare), maximum=TOKEN_MAXIMUM)
    if not bare:
        raise _unfit(source, "token-empty")
    if not all(0x20 < one < 0x7F for one in bare):
        raise _unfit(source, "token-not-ascii")
    token = Secret(bare.decode("ascii"))
    opaque = isinstance(source, WebIdentityToken) and source.provider_id is not None
    if not opaque and look_into(token) is None:
        raise _unfit(source, "token-no-jwt")
    return token


def _unfit(source: Source, reason: str) -> AppError:
    return AppError.of(Code.TOKEN_FORMAT, Verb.EDIT_SOURCE, source.name, source=source.name, reason=reason)


def _read(path: Path) -> bytes:
    """Return the file's content, a little more than a token can have at most."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise AppError.of(Code.FILE_UNREADABLE, Verb.NONE, path=str(path), reason="not-a-file")
        with path.open("rb") as file:
            return file.read(_BYTES_MAXIMUM)
    except OSError as error:
        reason = f"{error.strerror or 'error'}."
        raise AppError.of(Code.FILE_UNREADABLE, Verb.NONE, path=str(path), reason=reason) from None


def _hangs(path: Path) -> Problem:
    return Problem.of(Code.FILE_UNREADABLE, Verb.NONE, path=str(path), reason="It does not answer.")
