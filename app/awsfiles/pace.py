"""Waiting that ends, whatever the clock does."""

from collections.abc import Callable
from random import Random

from app.domain.values import dataclass
from app.ports import Clock

_STEP_SECONDS = 0.02  # the shortest wait that a round of any loop here makes


@dataclass(slots=True)
class Deadline:
    """Ends by the monotonic clock, and after as many rounds as fit in its time if that clock stands still."""

    clock: Clock
    at: float
    rounds: int

    def passed(self) -> bool:
        """Whether the time is over; counts one round."""
        self.rounds -= 1
        return self.rounds < 0 or self.clock.monotonic() >= self.at


@dataclass(frozen=True, slots=True)
class Pace:
    """Time and chance as they come into this room."""

    clock: Clock
    sleep: Callable[[float], None]
    random: Random

    def deadline(self, seconds: float) -> Deadline:
        """Start the clock."""
        return Deadline(self.clock, self.clock.monotonic() + seconds, int(seconds / _STEP_SECONDS) + 1)

    def token(self) -> str:
        """Return 12 hex digits by chance, for names."""
        return f"{self.random.getrandbits(48):012x}"
