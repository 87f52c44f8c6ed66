"""The states of a profile's session, and how each thing that happens leads to the next. Pure and total."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.problem import AttentionKind, Problem
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """What is known of a valid session, without its secrets. Times aware UTC by our clock."""

    access_key_id: str
    received_at: datetime
    expires_at: datetime | None  # None: not known, asked for again every 15 min
    due_at: datetime  # when it is renewed
    arn: str | None = None
    account: str | None = None

    def valid(self, now: datetime) -> bool:
        """Whether the session is still good at `now`."""
        return self.expires_at is None or now < self.expires_at

    def moved(self, by: timedelta) -> "Lease":
        """Return the same lease by a clock that was set forward by `by` (back, where negative)."""
        return replace(
            self,
            received_at=self.received_at + by,
            expires_at=None if self.expires_at is None else self.expires_at + by,
            due_at=self.due_at + by,
        )


@dataclass(frozen=True, slots=True)
class Stopped:
    """Not running."""


@dataclass(frozen=True, slots=True)
class Starting:
    """Calling, or backing off before the first success: then `problem` and `next_attempt_at` are set.

    `expired_at`: it ran before, and its session ended then.
    """

    since: datetime
    step: int = 0  # calls done so far
    steps: int = 0
    problem: Problem | None = None
    next_attempt_at: datetime | None = None
    expired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Active:
    """A valid session, nothing to do until `lease.due_at`."""

    lease: Lease


@dataclass(frozen=True, slots=True)
class Renewing:
    """A valid session while the next is asked for."""

    lease: Lease
    since: datetime
    step: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A valid session; renewal failed with something that can pass, and is tried again at `next_attempt_at`."""

    lease: Lease
    problem: Problem
    next_attempt_at: datetime


@dataclass(frozen=True, slots=True)
class Attention:
    """Needs a person. `lease` is kept while it is valid.

    `renews`: only a delivery needs the person; the session itself is renewed as ever.
    """

    kind: AttentionKind
    problem: Problem
    since: datetime
    lease: Lease | None = None
    renews: bool = False


@dataclass(frozen=True, slots=True)
class Expired:
    """It ran and ended without renewal."""

    expired_at: datetime
    problem: Problem | None = None
    next_attempt_at: datetime | None = None


SessionState = Stopped | Starting | Active | Renewing | Waiting | Attention | Expired
STATE_NAMES: dict[type[SessionState], str] = {
    Stopped: "stopped",
    Starting: "starting",
    Active: "active",
    Renewing: "renewing",
    Waiting: "waiting",
    Attention: "attention",
    Expired: "expired",
}


def state_name(state: SessionState) -> str:
    """Return the word of the contract for a state."""
    return STATE_NAMES[type(state)]


def lease_of(state: SessionState) -> Lease | None:
    """Return the lease that a state carries, valid or not."""
    match state:
        case Active(lease) | Renewing(lease) | Waiting(lease):
            return lease
        case Attention(lease=lease):
            return lease
        case Stopped() | Starting() | Expired():
            return None


def problem_of(state: SessionState) -> Problem | None:
    """Return the problem that a state carries."""
    match state:
        case Starting(problem=problem) | Expired(problem=problem):
            return problem
        case Waiting(problem=problem) | Attention(problem=problem):
            return problem
        case Stopped() | Active() | Renewing():
            return None


def next_attempt_of(state: SessionState) -> datetime | None:
    """Return when the engine tries again by itself after a failure."""
    match state:
        case Starting(next_attempt_at=at) | Expired(next_attempt_at=at):
            return at
        case Waiting(next_attempt_at=at):
            return at
        case Stopped() | Active() | Renewing() | Attention():
            return None


# What happens to a session, as values for `reduce`.


@dataclass(frozen=True, slots=True)
class Called:
    """The engine begins to call AWS, or has got through `step` of `steps` calls."""

    at: datetime
    step: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Got:
    """A session has come."""

    lease: Lease


@dataclass(frozen=True, slots=True)
class Failed:
    """A call failed. `next_attempt_at` None: it is not tried again until a person acts."""

    at: datetime
    problem: Problem
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The session is there, but a delivery of it needs a person."""

    at: datetime
    problem: Problem


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time went by: an expired lease is noticed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """Our clock was set by `by` (back, where negative): every time that was reckoned by it moves along."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class Ended:
    """Stopped by a person, auto-stop, lock or deletion."""


SessionEvent = Called | Got | Failed | Undelivered | Ticked | ClockMoved | Ended
