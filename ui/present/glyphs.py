"""Which status glyph stands for a session: the shape says the state, the color repeats it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from app.domain.problem import AttentionKind, Problem
from app.domain.session import (
    Active,
    Attention,
    Expired,
    Lease,
    Renewing,
    Starting,
    Status,
    Stopped,
    Waiting,
    problem_of,
)
from app.domain.values import dataclass

LOW = timedelta(minutes=10)
_LATE = timedelta(seconds=30)
_TURNS_AFTER = timedelta(seconds=1)
_PERSON = (AttentionKind.MFA, AttentionKind.SIGN_IN, AttentionKind.APPROVAL)


class Shape(StrEnum):
    """The drawings of a status."""

    IDLE = "idle"
    ACTIVE = "active"
    BUSY = "busy"
    WAITS = "waits"
    FAILED = "failed"
    EXPIRED = "expired"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawing. `percent` of the lifetime is left (for ACTIVE); `amber`: little time and no renewal in sight."""

    shape: Shape
    percent: int = 100
    amber: bool = False
    warns: bool = False  # with the small triangle: active, not refreshed
    turns: bool = False


def glyph_of(status: Status, now: datetime) -> Glyph:
    """Return what to draw for a status at `now`."""
    state = status.state
    match state:
        case Stopped():
            return Glyph(Shape.IDLE)
        case Starting(problem=problem):
            return _start(status, turns=problem is None)
        case Expired():
            return Glyph(Shape.EXPIRED)
        case Active(lease):
            late = status.paused or now > lease.due_at + _LATE
            return _ring(lease, now, late=late)
        case Renewing(lease, since):
            turns = now - since > _TURNS_AFTER
            return _ring(lease, now, late=False, turns=turns)
        case Waiting(lease):
            return _ring(lease, now, late=True, warns=True)
        case Attention(kind=kind, lease=lease):
            if lease is not None and lease.valid(now):
                return _ring(lease, now, late=True, warns=True)
            return Glyph(Shape.WAITS if kind in _PERSON else Shape.FAILED)
        case _:  # pragma: no cover
            assert_never(state)


def _start(status: Status, *, turns: bool) -> Glyph:
    if status.paused:
        return Glyph(Shape.PAUSED)
    return Glyph(Shape.WAITS) if status.asked is not None else Glyph(Shape.BUSY, turns=turns)


def _ring(lease: Lease, now: datetime, *, late: bool, warns: bool = False, turns: bool = False) -> Glyph:
    if not lease.valid(now):
        return Glyph(Shape.EXPIRED)
    if lease.expires_at is None:
        return Glyph(Shape.ACTIVE, 100, warns=warns, turns=turns)
    left = lease.expires_at - now
    life = max(lease.expires_at - lease.received_at, timedelta(seconds=1))
    percent = min(max(round(left / life * 100), 0), 100)
    return Glyph(Shape.ACTIVE, percent, amber=late and left < LOW, warns=warns, turns=turns)


def runs(status: Status) -> bool:
    """Whether a person sees the profile as running: it has or wants a session."""
    return not isinstance(status.state, Stopped)


def failed(status: Status) -> bool:
    """Whether it has no session and nothing goes on by itself or waits for a person: it stands under "Not running"."""
    state = status.state
    return isinstance(state, Attention) and state.lease is None and state.kind not in _PERSON


def start_problem(status: Status) -> Problem | None:
    """Return why a start came to nothing so far; None while it may be well at once, or a person is asked."""
    in_vain = failed(status) or isinstance(status.state, Starting)
    return problem_of(status.state) if in_vain else None


def is_active(status: Status) -> bool:
    """Whether the profile stands under "Active": it runs and has not failed."""
    return runs(status) and not failed(status)


def needs_attention(status: Status) -> bool:
    """Whether the profile belongs under "Needs attention"."""
    return isinstance(status.state, Attention | Expired | Waiting)
