"""When to renew and when to try again. Pure: time and randomness come in as arguments.

The windows are those of the rule that the AWS SDKs share: 5 min before expiry for lifetimes up to 20 min, 15 min up
to 90 min, 60 min above, and never more than half the lifetime.
"""

from datetime import datetime, timedelta

BACKOFF_FIRST = timedelta(seconds=1)
BACKOFF_MAXIMUM = timedelta(minutes=5)
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
    """Return when to renew: expiry - min(window x (1 + u), lifetime / 2), `u` in 0..0.1, drawn once per session."""
    if expires is None:
        return received + UNKNOWN_EXPIRY
    lifetime = max(expires - received, timedelta())
    return expires - min(window(lifetime) * (1 + u), lifetime / 2)


def backoff(attempt: int, u: float) -> timedelta:
    """Return the pause before attempt `attempt` + 1 (counted from 1): exponential, full jitter, 5 min at most.

    `u` in 0..1. A tenth of the ceiling is the least, so that a small draw does not hammer.
    """
    ceiling = min(BACKOFF_FIRST * 2 ** min(attempt, 12), BACKOFF_MAXIMUM)
    return max(ceiling * u, ceiling / 10)


def reusable(received: datetime, expires: datetime | None, now: datetime) -> bool:
    """Whether a session in the middle of a chain still serves: more than 5 min left (or half of a short lifetime)."""
    if expires is None:
        return now < received + UNKNOWN_EXPIRY
    return expires - now > min(REUSE_MARGIN, (expires - received) / 2)


def sleep_until(now: datetime, due: datetime | None) -> timedelta:
    """Return how long to sleep: never negative, never beyond 30 s, since wall and monotonic time part ways."""
    if due is None:
        return LONGEST_SLEEP
    return min(max(due - now, timedelta()), LONGEST_SLEEP)
