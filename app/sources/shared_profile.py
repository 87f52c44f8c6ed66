"""Source "shared-profile": a profile of the AWS config files, resolved by botocore."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.domain.source import SharedProfile
from app.ports import Approvals

if TYPE_CHECKING:
    from botocore.session import Session

_OURS = "rolecall"


@dataclass(frozen=True, slots=True)
class SharedProfiles:
    """Resolves profiles of the AWS files. Blocking, and may call AWS (a role or SSO profile): run it on a thread.

    `delivered` returns the sections that Rolecall delivers to: reading one of them back would be a loop.
    """

    credentials_file: Path
    config_file: Path
    approvals: Approvals
    delivered: Callable[[], frozenset[str]]

    def credentials(self, source: SharedProfile) -> Credentials:
        """Return the profile's credentials; SHARED_PROFILE_UNKNOWN, SELF_READING, APPROVAL_NEEDED, SOURCE_EMPTY."""
        from botocore import exceptions

        session = self._session(source.profile)
        try:
            profiles: Mapping[str, Mapping[str, Any]] = session.full_config.get("profiles", {})
        except exceptions.ConfigParseError as error:
            raise AppError.of(
                Code.FILE_BROKEN, Verb.REPAIR_FILE, path=str(error.kwargs.get("path", "")), line=0, rule="unreadable"
            ) from None
        if source.profile not in profiles:
            raise AppError.of(
                Code.SHARED_PROFILE_UNKNOWN,
                Verb.EDIT_SOURCE,
                source.name,
                source=source.name,
                profile=source.profile,
                path=str(self.config_file),
            )
        for name in _chain(source.profile, profiles):
            self._safe(source, name, profiles[name])
        try:
            found = session.get_credentials()
            frozen = None if found is None else found.get_frozen_credentials()
        except (exceptions.BotoCoreError, exceptions.ClientError) as error:
            raise AppError.of(
                Code.SOURCE_EMPTY, Verb.EDIT_SOURCE, source.name, source=source.name, missing=type(error).__name__
            ) from None
        if frozen is None or not frozen.access_key or not frozen.secret_key:
            raise AppError.of(
                Code.SOURCE_EMPTY, Verb.EDIT_SOURCE, source.name, source=source.name, missing="aws_access_key_id"
            )
        return Credentials(
            frozen.access_key,
            Secret(frozen.secret_key),
            Secret(frozen.token) if frozen.token else None,
            _expiry(found),
        )

    def _session(self, profile: str) -> "Session":
        from botocore.session import Session

        session = Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, str(self.config_file), None),
                "credentials_file": (None, None, str(self.credentials_file), None),
            }
        )
        session.set_config_variable("profile", profile)
        return session

    def _safe(self, source: SharedProfile, name: str, table: Mapping[str, Any]) -> None:
        """Refuse what reads our own deliveries, and commands that no person approved."""
        command = table.get("credential_process")
        words = shlex.split(command) if isinstance(command, str) else []
        ours = any(_OURS in Path(word).name for word in words[:3])
        if name in self.delivered() or ours:
            raise AppError.of(Code.SELF_READING, Verb.EDIT_SOURCE, source.name, source=source.name, section=name)
        if words and not self.approvals.approved(words):
            raise AppError.of(
                Code.APPROVAL_NEEDED, Verb.APPROVE, source.name, source=source.name, command=shlex.join(words)
            )


def _chain(first: str, profiles: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the profile with those that it names by source_profile, each once."""
    names = [first]
    while (name := profiles[names[-1]].get("source_profile")) and name in profiles and name not in names:
        names.append(name)
    return tuple(names)


def _expiry(found: object) -> datetime | None:
    at = getattr(found, "_expiry_time", None)  # botocore names no public way to it
    return at.astimezone(UTC) if isinstance(at, datetime) else None
