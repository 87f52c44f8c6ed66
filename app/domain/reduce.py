"""How a session goes from state to state: one total function, without a clock."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from app.domain.problem import Problem
from app.domain.states import (
    Active,
    Attention,
    Called,
    ClockMoved,
    Ended,
    Expired,
    Failed,
    Got,
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
)


def reduce(state: SessionState, event: SessionEvent) -> SessionState:
    """Return the state after the event. Total: every event is allowed in every state, and only `Ended` stops."""
    match event:
        case Ended():
            return Stopped()
        case Got(lease):
            return Active(lease)
        case Called(at, step, steps):
            return _called(state, at, step, steps)
        case Failed(at, problem, next_attempt_at):
            return _failed(_ticked(state, at), at, problem, next_attempt_at)
        case Undelivered(at, problem):
            return _undelivered(_ticked(state, at), at, problem)
        case Ticked(at):
            return _ticked(state, at)
        case ClockMoved(by):
            return _moved(state, by)
        case _:
            assert_never(event)


def ended_at(state: SessionState) -> datetime | None:
    """Return when the session before ended, where the state knows it."""
    return state.expired_at if isinstance(state, Starting | Expired) else None


def _called(state: SessionState, at: datetime, step: int, steps: int) -> SessionState:
    state = _ticked(state, at)
    lease = lease_of(state)
    if lease is None:
        since = state.since if isinstance(state, Starting) and state.problem is None else at
        return Starting(since, step, steps, expired_at=ended_at(state))
    return Renewing(lease, state.since if isinstance(state, Renewing) else at, step, steps)


def _failed(
    state: SessionState,
    at: datetime,
    problem: Problem,
    next_attempt_at: datetime | None,
) -> SessionState:
    lease, ended = lease_of(state), ended_at(state)
    if next_attempt_at is None:
        return Attention(problem.attention, problem, at, lease)
    if lease is not None:
        return Waiting(lease, problem, next_attempt_at)
    if ended is not None:
        return Expired(ended, problem, next_attempt_at)
    since = state.since if isinstance(state, Starting) else at
    return Starting(since, problem=problem, next_attempt_at=next_attempt_at)


def _undelivered(state: SessionState, at: datetime, problem: Problem) -> SessionState:
    """Only a session that is otherwise well turns to the person for its delivery; worse news stay."""
    match state:
        case Active(lease):
            return Attention(problem.attention, problem, at, lease, renews=True)
        case Attention(lease=lease, renews=True):
            return state if state.problem == problem else replace(state, kind=problem.attention, problem=problem)
        case _:
            return state


def _ticked(state: SessionState, at: datetime) -> SessionState:
    lease = lease_of(state)
    if lease is None or lease.valid(at):
        return state
    ended = lease.expires_at or at
    match state:
        case Renewing(since=since, step=step, steps=steps):
            return Starting(since, step, steps, expired_at=ended)
        case Attention(renews=False):
            # a person is still needed: say so rather than only "expired"
            return replace(state, lease=None)
        case Attention():
            return Expired(ended, state.problem)
        case _:
            return Expired(ended, problem_of(state), next_attempt_of(state))


def _moved(state: SessionState, by: timedelta) -> SessionState:
    match state:
        case Stopped():
            return state
        case Starting():
            return replace(
                state,
                since=state.since + by,
                next_attempt_at=_plus(state.next_attempt_at, by),
                expired_at=_plus(state.expired_at, by),
            )
        case Active(lease):
            return Active(lease.moved(by))
        case Renewing(lease):
            return replace(state, lease=lease.moved(by), since=state.since + by)
        case Waiting(lease):
            return replace(state, lease=lease.moved(by), next_attempt_at=state.next_attempt_at + by)
        case Attention(lease=lease):
            return replace(
                state,
                lease=None if lease is None else lease.moved(by),
                since=state.since + by,
            )
        case Expired():
            return replace(
                state,
                expired_at=state.expired_at + by,
                next_attempt_at=_plus(state.next_attempt_at, by),
            )
        case _:
            assert_never(state)


def _plus(at: datetime | None, by: timedelta) -> datetime | None:
    return None if at is None else at + by
