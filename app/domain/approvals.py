"""Commands that a person allowed on this machine: exactly a path and its arguments. Pure."""

import json
from collections.abc import Sequence
from datetime import datetime

from app.domain.digests import sha256
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Approval:
    """One command that may run. `at`: since when; None where it was allowed before that was kept."""

    command: tuple[str, ...]
    at: datetime | None = None

    @property
    def id(self) -> str:
        """Return what names it on the command line: the same for the same words, 12 hex digits."""
        return approval_id(self.command)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One allowed command as a list shows it. `shown`: its command line with what looks like a secret masked.

    `sources`, `profiles`: those that want to run it now, by name; none: nobody does any more.
    """

    approval: Approval
    shown: str
    sources: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()


def approval_id(command: Sequence[str]) -> str:
    """Return the id of a command."""
    return sha256(json.dumps(list(command)).encode()).hexdigest()[:12]
