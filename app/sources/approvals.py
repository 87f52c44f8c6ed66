"""approvals.json: commands that a person allowed on this machine."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import cast

from app.domain.activity import Event, What
from app.domain.approvals import Approval
from app.ports import Clock, StateFiles

FILE = "approvals.json"
Turn = Callable[[], AbstractContextManager[object]]


class FileApprovals:
    """The port Approvals. Read at each question: another process may have approved meanwhile.

    The commands stand there as lists of words, as ever; since when each is allowed stands beside them.
    """

    def __init__(self, state: StateFiles, clock: Clock, turn: Turn = nullcontext) -> None:
        """Read nothing yet. `turn`: held while the file is changed, so that no process writes over another's answer."""
        self._state, self._clock, self._turn = state, clock, turn
        self.told: Callable[[Event], None] | None = None

    def approved(self, command: Sequence[str]) -> bool:
        """Whether exactly this path with exactly these arguments may run."""
        return list(command) in self._commands()

    def all(self) -> tuple[Approval, ...]:
        """Return what may run, what was allowed last first; what has no time comes last."""
        since = self._since()
        found = [Approval(tuple(one), since.get(tuple(one))) for one in self._commands()]
        dated = sorted((one for one in found if one.at is not None), key=lambda one: str(one.at), reverse=True)
        return (*dated, *(one for one in reversed(found) if one.at is None))

    def approve(self, command: Sequence[str], *, source: str = "", by: str = "", at: datetime | None = None) -> None:
        """Allow the command from now on; `at`: it was allowed before, and is again."""
        with self._turn():
            commands = self._commands()
            if list(command) in commands:
                return
            since = self._since() | {tuple(command): at or self._clock.now()}
            self._write([*commands, list(command)], since)
        self._tell(What.ALLOWED, command, source, by)

    def revoke(self, command: Sequence[str], *, source: str = "", by: str = "") -> None:
        """Take an approval back; nothing happens if there is none."""
        with self._turn():
            commands = self._commands()
            if list(command) not in commands:
                return
            self._write([one for one in commands if one != list(command)], self._since())
        self._tell(What.REVOKED, command, source, by)

    def _tell(self, what: What, command: Sequence[str], source: str, by: str) -> None:
        """Of the command the program alone: arguments may be secrets."""
        if self.told is not None:
            self.told(Event(self._clock.now(), what, detail=": ".join(filter(None, (source, *command[:1]))), by=by))

    def _commands(self) -> list[list[str]]:
        found = self._state.read(FILE).get("commands")
        if not isinstance(found, list):
            return []
        rows = [cast(list[object], one) for one in cast(list[object], found) if isinstance(one, list)]
        return [[str(word) for word in row] for row in rows]

    def _since(self) -> dict[tuple[str, ...], datetime]:
        rows = self._state.read(FILE).get("since")
        read = [_since_of(one) for one in cast(list[object], rows)] if isinstance(rows, list) else []
        return dict(one for one in read if one is not None)

    def _write(self, commands: list[list[str]], since: dict[tuple[str, ...], datetime]) -> None:
        dated = ((one, since.get(tuple(one))) for one in commands)
        kept = [{"command": one, "at": at.astimezone(UTC).isoformat()} for one, at in dated if at is not None]
        self._state.write(FILE, {**self._state.read(FILE), "commands": commands, "since": kept})


def _since_of(row: object) -> tuple[tuple[str, ...], datetime] | None:
    """Return a command and since when it is allowed; None for what is no such row."""
    table = cast(dict[str, object], row) if isinstance(row, dict) else {}
    words = table.get("command")
    try:
        at = datetime.fromisoformat(str(table.get("at")))
    except ValueError:
        return None
    if at.tzinfo is None or not isinstance(words, list):
        return None
    return tuple(str(one) for one in cast(list[object], words)), at.astimezone(UTC)
