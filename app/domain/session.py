"""What the engine publishes of a profile's session, the questions it asks, and the key of a session.

The states themselves are in app/domain/states.py, how they follow each other in app/domain/reduce.py; both can be
imported from here.
"""

from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.names import ProfileName, SessionKey
from app.domain.problem import Problem
from app.domain.programs import Asking
from app.domain.reduce import reduce
from app.domain.sign_in import SignIn
from app.domain.states import (
    STATE_NAMES,
    Active,
    Attention,
    Called,
    ClockMoved,
    Ended,
    Expired,
    Failed,
    Got,
    Lease,
    Renewing,
    SessionEvent,
    SessionState,
    Starting,
    Stopped,
    Ticked,
    Undelivered,
    Waiting,
    lease_of,
    next_attempt_of,
    problem_of,
    state_name,
)
from app.domain.values import dataclass

__all__ = [
    "STATE_NAMES",
    "Active",
    "Attention",
    "Called",
    "ClockMoved",
    "DeliveryStatus",
    "Ended",
    "Expired",
    "Failed",
    "Got",
    "Lease",
    "Question",
    "QuestionKind",
    "Renewing",
    "SessionEvent",
    "SessionKey",
    "SessionState",
    "Starter",
    "Starting",
    "Status",
    "Stopped",
    "Ticked",
    "Undelivered",
    "Waiting",
    "lease_of",
    "next_attempt_of",
    "problem_of",
    "reduce",
    "state_name",
]


class Starter(StrEnum):
    """Who started a session."""

    WINDOW = "window"
    TRAY = "tray"
    PALETTE = "palette"
    COMMAND_LINE = "command-line"
    AUTO = "auto"
    PROGRAM = "program"

    @property
    def person(self) -> bool:
        """Whether a person did, so that a prompt may appear."""
        return self not in (Starter.AUTO, Starter.PROGRAM)


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """One place that a session was handed to; kind is "credentials-file", "default", "config-line" or "endpoint".

    `program` and `pid`: who asked there last, where that is known.
    """

    kind: str
    target: str
    written_at: datetime | None = None
    problem: Problem | None = None
    program: str = ""
    pid: int = 0


class QuestionKind(StrEnum):
    """What the engine asks a person."""

    MFA = "mfa"
    APPROVE_COMMAND = "approve-command"
    TOKEN_PASTE = "token-paste"  # noqa: S105  a kind of question
    PROGRAM = "program"  # may a program have a session; answered with a value of programs.Answer
    SIGN_IN = "sign-in"  # answered by signing in; AGAIN, or the other flow's name, begins anew


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
    asked: QuestionKind | None = None  # what a person is asked now, so that it can go on

    def valid(self, now: datetime) -> bool:
        """Whether the profile has a valid session at `now`."""
        lease = lease_of(self.state)
        return lease is not None and lease.valid(now)

    def left(self, now: datetime) -> timedelta | None:
        """How long the session is still good; None without one or without an expiry."""
        lease = lease_of(self.state)
        return None if lease is None or lease.expires_at is None else max(lease.expires_at - now, timedelta())


ONCE = " once"  # behind an MFA code: its session serves those who wait, and is forgotten then


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a person, as data; answered by `engine.answer(id, value)` from any front end."""

    id: str
    kind: QuestionKind
    subject: str  # the MFA serial, the source whose command or token it is, or profile and program
    profiles: tuple[ProfileName, ...]  # all that wait for the answer
    asked_at: datetime
    deadline: datetime
    command: tuple[str, ...] = ()
    refused: Problem | None = None  # the last answer was refused
    asking: Asking | None = None  # of a program
    sign_in: SignIn | None = None
    keep: timedelta | None = None  # of a code: how long its MFA session serves; an answer that ends in ONCE is not kept
