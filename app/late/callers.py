"""What the platform tells of other programs, made at its first use."""

from collections.abc import Callable

from app.domain.programs import Program
from app.domain.values import dataclass
from app.late import Late
from app.ports import Processes


@dataclass(frozen=True, slots=True, eq=False)
class LateProcesses:
    """The port Processes, whose calls are not on the loop."""

    late: Late[Processes]

    def program(
        self, pid: int, *, connected_at: float | None = None, alive: Callable[[], bool] | None = None
    ) -> Program:
        """Return the program of a process."""
        return self.late.now().program(pid, connected_at=connected_at, alive=alive)

    def at_port(self, client: int, server: int, *, connected_at: float | None = None) -> Program:
        """Return the program behind a TCP connection of 127.0.0.1."""
        return self.late.now().at_port(client, server, connected_at=connected_at)
