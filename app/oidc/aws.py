"""Calls of AWS that nobody signs, as sign-ins at Identity Center need them: a port of this room, for worker threads."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import Any, Protocol

from app.domain.calls import StsEndpoint
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, which may hold secrets. `offset`: our clock minus the server's, None: not measured."""

    table: Mapping[str, Any] = field(repr=False)
    offset: timedelta | None = None


class RefusedError(Exception):
    """AWS said no. `error`: its code, as OAuth has it where it has it ("slow_down"), else as AWS ("Forbidden…")."""

    def __init__(self, status: int, error: str, said: str = "", region: str = "") -> None:
        """Hold what it said; `region`: where it says that it should have been asked."""
        super().__init__(error)
        self.status = status
        self.error = error
        self.said = said
        self.region = region


class Aws(Protocol):
    """AWS's public side. Nothing is tried again."""

    def call(self, at: StsEndpoint, service: str, operation: str, parameters: Mapping[str, object]) -> Told:
        """Make a call by AWS's name of it and return its answer as botocore parses it.

        `at` says region, proxy and CA. Raises RefusedError for what AWS refused, AppError (NETWORK*) for all else.
        """
        ...

    def address(self, at: StsEndpoint, service: str) -> str:
        """Return where a service is called, without a slash at the end."""
        ...
