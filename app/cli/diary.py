"""What `refresh` prints as time goes by: one line per change that a person cares about."""

import sys
from collections.abc import Iterable

from app.cli.output import say, say_problem
from app.domain.names import ProfileName
from app.domain.problem import Problem
from app.domain.session import Active, Status, lease_of, state_name
from app.listing import problem_shown, whole_time
from app.ports import Clock


class Diary:
    """Prints statuses that differ from the last ones printed; a problem that stays is said once."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing printed."""
        self._clock = clock
        self._lines: dict[ProfileName, str] = {}
        self._problems: dict[ProfileName, Problem | None] = {}

    def write(self, statuses: Iterable[Status], *, found: bool = False) -> None:
        """Print what is new in the statuses. `found`: they go on from an earlier run, so nothing is to be written."""
        for status in statuses:
            self._state(status, found=found)
            problem = problem_shown(status)
            if problem is not None and self._problems.get(status.profile) != problem:
                say_problem(problem, status.profile)
            self._problems[status.profile] = problem

    def _state(self, status: Status, *, found: bool) -> None:
        lease = lease_of(status.state)
        until = whole_time(lease.expires_at) if lease is not None else None
        line = f"{status.profile} {state_name(status.state)}"
        if isinstance(status.state, Active):
            written = [one.written_at for one in status.deliveries if one.written_at is not None]
            if status.deliveries and not written and not found:
                return  # told once it is delivered
            line += f" until {until}" if until else ""
        elif state_name(status.state) in {"starting", "renewing"}:
            return  # passes within a second; a failure is told as such
        if self._lines.get(status.profile) != line:
            self._lines[status.profile] = line
            say(f"{whole_time(self._clock.now())} {line}")
            sys.stdout.flush()
