"""approvals.json: commands that a person allowed on this machine."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import cast

from app.domain.activity import Event, What
from app.domain.approvals import Approval, approval_id
from app.ports import Clock, StateFiles

FILE = "approvals.json"


class FileApprovals:
    """The port Approvals. Read at each question: another process may have approved meanwhile.

    The commands stand there as lists of words, as ever; since when each is allowed stands beside them, by its id.
    """

    def __init__(self, state: StateFiles, clock: Clock) -> None:
        """Read nothing yet."""
        self._state, self._clock = state, clock
        self.told: Callable[[Event], None] | None = None

    def approved(self, command: Sequence[str]) -> bool:
        """Whether exactly this path with exactly these arguments may run."""
        return list(command) in self._commands()

    def all(self) -> tuple[Approval, ...]:
        """Return what may run, what was allowed last first; what has no time comes last."""
        since = self._since()
        found = [Approval(tuple(one), since.get(approval_id(one))) for one in self._commands()]
        dated = sorted((one for one in found if one.at is not None), key=lambda one: str(one.at), reverse=True)
        return (*dated, *(one for one in reversed(found) if one.at is None))

    def approve(self, command: Sequence[str], *, source: str = "", by: str = "", at: datetime | None = None) -> None:
        """Allow the command from now on; `at`: it was allowed before, and is again."""
        commands = self._commands()
        if list(command) in commands:
            return
        now = self._clock.now()
        self._write([*commands, list(command)], self._since() | {approval_id(command): at or now})
        self._tell(What.ALLOWED, command, source, by)

    def revoke(self, command: Sequence[str], *, source: str = "", by: str = "") -> None:
        """Take an approval back; nothing happens if there is none."""
        commands = self._commands()
        if list(command) in commands:
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

    def _since(self) -> dict[str, datetime]:
        found = self._state.read(FILE).get("since")
        table = cast(dict[str, object], found) if isinstance(found, dict) else {}
        return {name: at for name, text in table.items() if (at := _time(text)) is not None}

    def _write(self, commands: list[list[str]], since: dict[str, datetime]) -> None:
        ids = {approval_id(one) for one in commands}
        kept = {name: at.astimezone(UTC).isoformat() for name, at in since.items() if name in ids}
        self._state.write(FILE, {**self._state.read(FILE), "commands": commands, "since": kept})


def _time(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(UTC)
