"""When to renew, when to try again, and what to do next. Pure: time and randomness come in as arguments.

The windows are those of the rule that the AWS SDKs share: 5 min before expiry for lifetimes up to 20 min, 15 min up
to 90 min, 60 min above, and never more than half the lifetime.
"""

from datetime import datetime, timedelta
from enum import Enum
from typing import assert_never

from app.domain.states import (
    Active,
    Attention,
    Expired,
    Renewing,
    SessionState,
    Starting,
    Stopped,
    Waiting,
    lease_of,
)
from app.domain.values import dataclass

BACKOFF_FIRST = timedelta(seconds=1)
BACKOFF_MAXIMUM = timedelta(minutes=5)
BACKOFF_MINIMUM = timedelta(milliseconds=100)
UNKNOWN_EXPIRY = timedelta(minutes=15)
LONGEST_SLEEP = timedelta(seconds=30)
REUSE_MARGIN = timedelta(minutes=5)
JITTER = 0.1


def window(lifetime: timedelta) -> timedelta:
    """Return how long before expiry a session of this lifetime is renewed."""
    if lifetime <= timedelta(minutes=20):
        return timedelta(minutes=5)
    return timedelta(minutes=15) if lifetime <= timedelta(minutes=90) else timedelta(minutes=60)


def due_at(received: datetime, expires: datetime | None, u: float) -> datetime:
    """Return when to renew: expiry - min(window x (1 + u), lifetime / 2), `u` in 0..0.1, drawn once per session.

    Without an expiry it is asked for again after 15 min. What came already expired is due at once.
    """
    if expires is None:
        return received + UNKNOWN_EXPIRY
    lifetime = max(expires - received, timedelta())
    return expires - min(window(lifetime) * (1 + u), lifetime / 2)


def backoff(attempt: int, u: float) -> timedelta:
    """Return the pause after failure number `attempt` (from 1): exponential from 1 s, full jitter, 5 min at most.

    `u` in 0..1. A tenth of the ceiling is the least, so that a small draw does not hammer.
    """
    ceiling = min(BACKOFF_FIRST * 2 ** min(max(attempt, 1) - 1, 12), BACKOFF_MAXIMUM)
    return max(ceiling * u, ceiling / 10, BACKOFF_MINIMUM)


def retry_at(now: datetime, attempt: int, u: float, expires: datetime | None) -> datetime:
    """Return when to try again after a failure that can pass.

    While the old session is good, never later than half of what is left of it: a long pause must not sleep through its
    end once the trouble is over. The halves end at a second.
    """
    pause = backoff(attempt, u)
    if expires is not None and expires > now:
        pause = min(pause, max((expires - now) / 2, BACKOFF_FIRST))
    return now + pause


def reusable(received: datetime, expires: datetime | None, now: datetime) -> bool:
    """Whether a session in the middle of a chain still serves: more than 5 min left (or half of a short lifetime)."""
    if expires is None:
        return now < received + UNKNOWN_EXPIRY
    return expires - now > min(REUSE_MARGIN, (expires - received) / 2)


def fresh(received: datetime, expires: datetime | None, now: datetime) -> bool:
    """Whether a session serves as a profile's own: no draw of jitter would have made it due yet."""
    return now < due_at(received, expires, JITTER)


def sleep_until(now: datetime, due: datetime | None) -> timedelta:
    """Return how long to sleep: never negative, never beyond 30 s, since wall and monotonic time part ways."""
    if due is None:
        return LONGEST_SLEEP
    return min(max(due - now, timedelta()), LONGEST_SLEEP)


class Do(Enum):
    """What a running profile does next."""

    RENEW = "renew"
    TICK = "tick"  # its session has just ended: say so
    SLEEP = "sleep"


@dataclass(frozen=True, slots=True)
class Step:
    """What to do; for SLEEP the time to look again, None: only when something happens."""

    do: Do
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds beside a session's own state. `keeps` False: it was found valid at start and is not renewed."""

    paused: bool = False
    keeps: bool = True


def next_step(state: SessionState, now: datetime, rules: Rules) -> Step:
    """Return what a running profile does at `now`."""
    lease = lease_of(state)
    if lease is not None and not lease.valid(now):
        return Step(Do.TICK)
    call = _call_at(state, now)
    if call is None or rules.paused or not rules.keeps:
        return Step(Do.SLEEP, None if lease is None else lease.expires_at)
    if call <= now:
        return Step(Do.RENEW)
    ends = None if lease is None else lease.expires_at
    return Step(Do.SLEEP, call if ends is None else min(call, ends))


def _call_at(state: SessionState, now: datetime) -> datetime | None:
    """Return when the engine calls by itself; None: it waits for a person."""
    match state:
        case Starting(next_attempt_at=at) | Expired(next_attempt_at=at):
            return at or now
        case Active(lease):
            return lease.due_at
        case Renewing():
            return now
        case Waiting(next_attempt_at=at):
            return at
        case Attention(lease=lease, renews=renews):
            return lease.due_at if renews and lease is not None else None
        case Stopped():
            return None
        case _:
            assert_never(state)


def backing_off(state: SessionState) -> bool:
    """Whether the state waits for a time to try again, or for nothing but a call."""
    match state:
        case Starting(problem=problem):
            return problem is not None
        case Waiting() | Expired():
            return True
        case Stopped() | Active() | Renewing() | Attention():
            return False
        case _:
            assert_never(state)
