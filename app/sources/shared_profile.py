"""Source "shared-profile": a profile of the AWS config files, resolved by botocore."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.approval_ports import Approvals
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials, Secret
from app.domain.source import SharedProfile
from app.domain.values import dataclass
from app.sources.aws_profile import open_profile, resolver
from app.sources.command import Runner

if TYPE_CHECKING:
    from botocore.credentials import Credentials as BotoCredentials
    from botocore.session import Session

_OURS = "rolecall"
_COMMAND_WORDS = 3  # an interpreter, its option, the program
_Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SharedProfiles:
    """Resolves profiles of the AWS files. Blocking, and may call AWS (a role or SSO profile): run it on a thread.

    The files are asked for at each use: settings may name others meanwhile. `delivered` returns the sections that
    Rolecall delivers to: reading one of them back would be a loop.
    """

    credentials_file: Callable[[], Path]
    config_file: Callable[[], Path]
    approvals: Approvals
    delivered: Callable[[], frozenset[str]]

    def credentials(self, source: SharedProfile, runner: Runner) -> Credentials:
        """Return the profile's credentials.

        Raises SHARED_PROFILE_UNKNOWN, SHARED_PROFILE_PROMPTS, SELF_READING, APPROVAL_NEEDED, SOURCE_EMPTY, FILE_BROKEN,
        COMMAND_*, NETWORK, AWS_REFUSED.
        """
        session, profiles = self._read(source, runner.environ)
        for name in chain_of(source.profile, profiles):
            self._check(source, name, profiles[name])
        found = self._resolve(source, session, runner)
        return Credentials(
            found.access_key,
            Secret(found.secret_key),
            Secret(found.token) if found.token else None,
            _expiry(found),
        )

    def commands(self, source: SharedProfile, environ: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
        """Return the commands that the profile brings, each of which needs its approval; raises as `credentials`."""
        _, profiles = self._read(source, environ)
        found = (profiles[name].get("credential_process") for name in chain_of(source.profile, profiles))
        return tuple(tuple(_words(one)) for one in found if isinstance(one, str))

    def section_in_use(self, environ: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the section that SDKs would read their settings from; empty where there is none. FILE_BROKEN."""
        name = environ.get("AWS_DEFAULT_PROFILE") or environ.get("AWS_PROFILE") or "default"
        return self._profiles(name, environ)[1].get(name, {})

    def _read(self, source: SharedProfile, environ: Mapping[str, str]) -> "tuple[Session, Mapping[str, _Table]]":
        session, profiles = self._profiles(source.profile, environ)
        if session is None or source.profile not in profiles:
            path = str(self.config_file())
            raise _about(source, Code.SHARED_PROFILE_UNKNOWN, profile=source.profile, path=path)
        return session, profiles

    def _profiles(self, name: str, environ: Mapping[str, str]) -> "tuple[Session | None, Mapping[str, _Table]]":
        from botocore.exceptions import ConfigParseError, ProfileNotFound

        try:
            session = open_profile(name, self.config_file(), self.credentials_file(), environ)
            profiles: Mapping[str, _Table] = session.full_config.get("profiles", {})
        except ConfigParseError as error:
            path = str(error.kwargs.get("path", ""))
            raise AppError.of(Code.FILE_BROKEN, Verb.REPAIR_FILE, path, path=path, line=0, rule="unreadable") from None
        except ProfileNotFound:
            return None, {}
        return session, profiles

    def _check(self, source: SharedProfile, name: str, table: _Table) -> None:
        """Refuse what reads our own deliveries, and what would ask on a terminal."""
        command = table.get("credential_process")
        words = _words(command) if isinstance(command, str) else []
        ours = any(_OURS in Path(word).name.lower() for word in words[:_COMMAND_WORDS])
        if name in self.delivered() or ours:
            raise _about(source, Code.SELF_READING, section=name)
        if "role_arn" in table and "mfa_serial" in table:
            raise _about(source, Code.SHARED_PROFILE_PROMPTS, profile=name)

    def _resolve(self, source: SharedProfile, session: "Session", runner: Runner) -> "BotoCredentials":
        from botocore import exceptions

        def run(command: Sequence[str]) -> bytes:
            return runner.run(source.name, command)

        try:
            found = resolver(session, source.profile, run).load_credentials()
            if found is not None:
                found.get_frozen_credentials()  # a role is assumed now, so that it fails here if it does
        except exceptions.ClientError as error:
            raise AppError(_refused(error)) from None
        except (exceptions.HTTPClientError, exceptions.ConnectionError) as error:
            url = str(getattr(error, "kwargs", {}).get("endpoint_url", ""))
            host = url.split("://", 1)[-1].split("/", 1)[0] or "AWS"
            raise AppError.of(Code.NETWORK, Verb.CHECK_NETWORK, host=host, reason="no-connection") from None
        except (exceptions.BotoCoreError, ValueError, OSError) as error:
            raise _about(source, Code.SOURCE_EMPTY, missing=_missing(error, source.profile)) from None
        if found is None or not found.access_key or not found.secret_key:
            raise _about(source, Code.SOURCE_EMPTY, missing="aws_access_key_id")
        return found


def chain_of(first: str, profiles: Mapping[str, _Table]) -> tuple[str, ...]:
    """Return the profile with those that it names by `source_profile`, each once."""
    names = [first]
    while (name := profiles[names[-1]].get("source_profile")) and name in profiles and name not in names:
        names.append(name)
    return tuple(names)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return [command]


def _missing(error: Exception, profile: str) -> str:
    """Say what is not there, by the kind of botocore's error; its words may quote what the files hold."""
    from botocore import exceptions

    if isinstance(error, exceptions.PartialCredentialsError):
        return str(error.kwargs.get("cred_var", "aws_secret_access_key"))
    if isinstance(error, exceptions.SSOError):
        return f"aws sso login --profile {profile}"
    if isinstance(error, exceptions.InfiniteLoopConfigError | exceptions.InvalidConfigError):
        return "source_profile"
    return type(error).__name__


def _refused(error: Any) -> Problem:  # noqa: ANN401  ClientError, imported late
    table: _Table = error.response.get("Error", {})
    words = " ".join(str(table.get("Message", "")).split())
    return Problem.of(
        Code.AWS_REFUSED, operation=error.operation_name, aws_code=str(table.get("Code", "")), aws=words[:400]
    )


def _about(source: SharedProfile, code: Code, **arguments: str) -> AppError:
    return AppError.of(code, Verb.EDIT_SOURCE, source.name, source=source.name, **arguments)


def _expiry(found: "BotoCredentials") -> datetime | None:
    at = getattr(found, "_expiry_time", None)  # botocore names no public way to it
    return at.astimezone(UTC) if isinstance(at, datetime) else None
