"""approvals.json: commands that a person allowed on this machine."""

from collections.abc import Sequence
from typing import cast

from app.ports import StateFiles

FILE = "approvals.json"


class FileApprovals:
    """The port Approvals. Read at each question: another process may have approved meanwhile."""

    def __init__(self, state: StateFiles) -> None:
        """Read nothing yet."""
        self._state = state

    def approved(self, command: Sequence[str]) -> bool:
        """Whether exactly this path with exactly these arguments may run."""
        return list(command) in self._commands()

    def approve(self, command: Sequence[str]) -> None:
        """Allow the command from now on."""
        commands = self._commands()
        if list(command) not in commands:
            self._write([*commands, list(command)])

    def revoke(self, command: Sequence[str]) -> None:
        """Take an approval back; nothing happens if there is none."""
        commands = self._commands()
        if list(command) in commands:
            self._write([one for one in commands if one != list(command)])

    def _commands(self) -> list[list[str]]:
        found = self._state.read(FILE).get("commands")
        if not isinstance(found, list):
            return []
        rows = [cast(list[object], one) for one in cast(list[object], found) if isinstance(one, list)]
        return [[str(word) for word in row] for row in rows]

    def _write(self, commands: list[list[str]]) -> None:
        self._state.write(FILE, {**self._state.read(FILE), "commands": commands})
