"""The port of what a person allowed to run; part of app.ports."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.activity import Event
from app.domain.approvals import Approval


class Approvals(Protocol):
    """Commands that a person allowed on this machine: exactly this path and these arguments.

    `told` hears, on the thread that changed something, what was allowed and what was taken back.
    """

    told: Callable[[Event], None] | None

    def approved(self, command: Sequence[str]) -> bool:
        """Whether the command may run."""
        ...

    def all(self) -> tuple[Approval, ...]:
        """Return what may run, what was allowed last first."""
        ...

    def approve(self, command: Sequence[str], *, source: str = "", by: str = "", at: datetime | None = None) -> None:
        """Allow the command from now on. `at`: since when, of one that is allowed again.

        `source` and `by` (a Starter) are for the journal: which source wants it, and where the person said so.
        """
        ...

    def revoke(self, command: Sequence[str], *, source: str = "", by: str = "") -> None:
        """Take an approval back: who wants to run the command next has it asked for again."""
        ...
