"""The bearer tokens: one per profile, in a 0600 file of the runtime folder, gone when the profile is stopped."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from app.domain.digests import equal, sha256
from app.domain.endpoint import path_of
from app.domain.names import ProfileName
from app.domain.values import dataclass

FOLDER = "endpoint"
TOKEN_BYTES = 32
RETIRED_MAXIMUM = 4
_NOBODY = os.urandom(32)  # a digest that no token has


@dataclass(frozen=True, slots=True)
class _Entry:
    """Digests alone: a token itself is in its file and nowhere else."""

    profile: ProfileName
    current: bytes | None
    retired: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who asks for which profile. `current` False: with a token of before its last stop, which serves no more."""

    profile: ProfileName
    current: bool


class Tokens:
    """Issued and retired on one thread; `bearer` may be called from any."""

    def __init__(self, folder: Path) -> None:
        """Keep the files in `folder`, which is made on first need."""
        self._folder = folder
        self._entries: dict[str, _Entry] = {}

    def file(self, profile: ProfileName) -> Path:
        """Return where the profile's token is, while there is one. The place never changes: SDKs read it anew."""
        return self._folder / f"{sha256(profile.encode()).hexdigest()[:32]}.token"

    def issued(self, profile: ProfileName) -> bool:
        """Whether the profile has a token."""
        entry = self._entries.get(path_of(profile))
        return entry is not None and entry.current is not None

    def issue(self, profile: ProfileName) -> None:
        """Make the profile's token, in the place of the one it has. Raises OSError with the old one in force."""
        import secrets

        token = secrets.token_urlsafe(TOKEN_BYTES)
        write_token(self.file(profile), token)
        self._put(profile, _digest(token))

    def retire(self, profiles: Iterable[ProfileName]) -> None:
        """Serve nobody any more with the tokens of these profiles, and remove their files."""
        for one in profiles:
            if path_of(one) in self._entries:
                self._put(one, None)
            with contextlib.suppress(OSError):
                self.file(one).unlink(missing_ok=True)

    def retire_all(self) -> None:
        """Retire every token."""
        self.retire([one.profile for one in self._entries.values()])

    def sweep(self) -> None:
        """Remove the files of tokens that nobody serves: a crash left them."""
        kept = {self.file(one.profile) for one in self._entries.values() if one.current is not None}
        with contextlib.suppress(OSError):
            for path in tuple(self._folder.glob("*.token")):
                if path not in kept:
                    path.unlink(missing_ok=True)

    def bearer(self, path: str, token: str) -> Bearer | None:
        """Return who asks; None for a path that is none, and for a token that never was one for it.

        It takes as long for a wrong token as for the right one, and for a wrong path.
        """
        entry = self._entries.get(path)
        given = _digest(token)
        known = (entry.current or _NOBODY, *entry.retired) if entry is not None else (_NOBODY,)
        matches = [equal(given, one) for one in known]
        if entry is None or not any(matches):
            return None
        return Bearer(entry.profile, current=matches[0])

    def _put(self, profile: ProfileName, current: bytes | None) -> None:
        path = path_of(profile)
        before = self._entries.get(path)
        retired = () if before is None else before.retired
        if before is not None and before.current is not None:
            retired = (before.current, *retired)[:RETIRED_MAXIMUM]
        self._entries = {**self._entries, path: _Entry(profile, current, retired)}


def write_token(path: Path, token: str) -> None:
    """Put a token into a 0600 file, whole or not at all, without a line end: SDKs refuse one in a header."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(token.encode())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogateescape")).digest()
