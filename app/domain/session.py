"""A profile's session as a value: the states of the contract, what a status shows, and the key of a session."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Problem


class Starter(StrEnum):
    """Who started a session."""

    WINDOW = "window"
    TRAY = "tray"
    PALETTE = "palette"
    COMMAND_LINE = "command-line"
    AUTO = "auto"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class SessionKey:
    """What a session belongs to. `narrowing` names a session policy variant; empty: the profile's own session."""

    profile: ProfileName
    narrowing: str = ""


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


@dataclass(frozen=True, slots=True)
class Stopped:
    """Not running."""


@dataclass(frozen=True, slots=True)
class Starting:
    """Calling, or backing off before the first success: then `problem` and `next_attempt_at` are set."""

    since: datetime
    step: int = 0  # calls done so far
    steps: int = 0
    problem: Problem | None = None
    next_attempt_at: datetime | None = None


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
    """Needs a person. `lease` is kept while it is valid."""

    kind: AttentionKind
    problem: Problem
    since: datetime
    lease: Lease | None = None


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
class Ticked:
    """Time went by: an expired lease is noticed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """Stopped by a person, auto-stop, lock or deletion."""


SessionEvent = Called | Got | Failed | Ticked | Ended


def reduce(state: SessionState, event: SessionEvent) -> SessionState:
    """Return the state after the event. Total: every event is allowed in every state."""
    match event:
        case Ended():
            return Stopped()
        case Got(lease):
            return Active(lease)
        case Called(at, step, steps):
            lease = lease_of(state)
            if lease is None or not lease.valid(at):
                since = state.since if isinstance(state, Starting) else at
                return Starting(since, step, steps)
            since = state.since if isinstance(state, Renewing) else at
            return Renewing(lease, since, step, steps)
        case Failed():
            return _failed(state, event)
        case Ticked(at):
            return _ticked(state, at)


def _failed(state: SessionState, event: Failed) -> SessionState:
    lease = lease_of(state)
    if lease is not None and not lease.valid(event.at):
        return Expired(lease.expires_at or event.at, event.problem, event.next_attempt_at)
    if event.next_attempt_at is None:
        return Attention(event.problem.attention, event.problem, event.at, lease)
    if lease is not None:
        return Waiting(lease, event.problem, event.next_attempt_at)
    if isinstance(state, Expired):
        return Expired(state.expired_at, event.problem, event.next_attempt_at)
    since = state.since if isinstance(state, Starting) else event.at
    return Starting(since, problem=event.problem, next_attempt_at=event.next_attempt_at)


def _ticked(state: SessionState, at: datetime) -> SessionState:
    lease = lease_of(state)
    if lease is None or lease.valid(at):
        return state
    ended = lease.expires_at or at
    match state:
        case Renewing(since=since, step=step, steps=steps):
            return Starting(since, step, steps)
        case Attention():
            # a person is still needed: say so rather than only "expired"
            return replace(state, lease=None)
        case _:
            return Expired(ended, problem_of(state), next_attempt_of(state))


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """One place that a session was handed to: kind "credentials-file", "default", "config-line" …"""

    kind: str
    target: str
    written_at: datetime | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What the engine publishes of one profile. Carries no secret."""

    profile: ProfileName
    state: SessionState = field(default_factory=Stopped)
    paused: bool = False
    started_at: datetime | None = None
    started_by: Starter | None = None
    deliveries: tuple[DeliveryStatus, ...] = ()
    warnings: tuple[Problem, ...] = ()
    last_used_at: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """Whether the profile has a valid session at `now`."""
        lease = lease_of(self.state)
        return lease is not None and lease.valid(now)

    def left(self, now: datetime) -> timedelta | None:
        """How long the session is still good; None without one or without an expiry."""
        lease = lease_of(self.state)
        return None if lease is None or lease.expires_at is None else max(lease.expires_at - now, timedelta())


class QuestionKind(StrEnum):
    """What the engine asks a person."""

    MFA = "mfa"
    APPROVE_COMMAND = "approve-command"


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a person, as data; answered by `engine.answer(id, value)` from any front end."""

    id: str
    kind: QuestionKind
    subject: str  # the MFA serial, or the source whose command asks
    profiles: tuple[ProfileName, ...]  # all that wait for the answer
    asked_at: datetime
    deadline: datetime
    command: tuple[str, ...] = ()
    refused: Problem | None = None  # the last answer was refused
