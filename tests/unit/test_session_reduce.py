"""How a session goes from state to state, for any order of events."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.problem import AttentionKind, Code, Problem
from app.domain.session import (
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
    reduce,
    state_name,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NETWORK = Problem.of(Code.NETWORK)
DENIED = Problem.of(Code.ACCESS_DENIED)
FOREIGN = Problem.of(Code.SECTION_FOREIGN)
moments = st.integers(0, 400).map(lambda at: NOW + timedelta(minutes=at))


def lease(received: datetime = NOW, life: timedelta | None = HOUR) -> Lease:
    expires = None if life is None else received + life
    return Lease("ASIA", received, expires, received + (life or HOUR) * 0.75)


leases = st.builds(lease, moments, st.none() | st.integers(1, 200).map(lambda at: timedelta(minutes=at)))
events = st.one_of(
    st.builds(Called, moments, st.integers(0, 3), st.just(3)),
    st.builds(Got, leases),
    st.builds(Failed, moments, st.just(NETWORK), moments),
    st.builds(Failed, moments, st.just(DENIED)),
    st.builds(Undelivered, moments, st.just(FOREIGN)),
    st.builds(Ticked, moments),
    st.builds(ClockMoved, st.integers(-90, 90).map(lambda at: timedelta(minutes=at))),
)
any_events = events | st.just(Ended())


def after(*happened: SessionEvent) -> SessionState:
    state: SessionState = Stopped()
    for event in happened:
        state = reduce(state, event)
    return state


@given(st.lists(any_events, max_size=25))
def test_every_event_is_allowed_in_every_state(happened: list[SessionEvent]) -> None:
    state = after(*happened)
    assert state_name(state)
    if isinstance(state, Active | Renewing | Waiting):
        assert lease_of(state) is not None
    if isinstance(state, Waiting | Attention):
        assert problem_of(state) is not None


@given(st.lists(any_events, max_size=25))
def test_only_an_end_stops(happened: list[SessionEvent]) -> None:
    stopped = isinstance(after(*happened, Ended()), Stopped)
    assert stopped
    state = after(*happened, Got(lease()))
    assert state == Active(lease())
    for event in happened:
        if not isinstance(event, Ended):
            state = reduce(state, event)
            assert not isinstance(state, Stopped)


@given(st.lists(any_events, max_size=25), moments)
def test_after_a_tick_nothing_claims_a_session_that_has_ended(happened: list[SessionEvent], at: datetime) -> None:
    state = reduce(after(*happened), Ticked(at))
    held = lease_of(state)
    assert held is None or held.valid(at)
    assert reduce(state, Ticked(at)) == state


@given(st.lists(any_events, max_size=25), moments, st.sampled_from([NETWORK, DENIED]))
def test_a_failure_never_loses_a_session_that_is_good(
    happened: list[SessionEvent], at: datetime, problem: Problem
) -> None:
    before = after(*happened)
    held = lease_of(before)
    state = reduce(before, Failed(at, problem, at + HOUR if problem is NETWORK else None))
    assert problem_of(state) == problem
    if held is not None and held.valid(at):
        assert lease_of(state) == held
    if problem is DENIED:
        assert isinstance(state, Attention)
        assert not state.renews
        assert next_attempt_of(state) is None
    else:
        assert next_attempt_of(state) == at + HOUR


@given(st.lists(any_events, max_size=25), moments)
def test_a_call_shows_the_old_session_as_long_as_it_is_good(happened: list[SessionEvent], at: datetime) -> None:
    before = after(*happened)
    held = lease_of(before)
    state = reduce(before, Called(at, 1, 3))
    if held is not None and held.valid(at):
        assert isinstance(state, Renewing)
        assert state.lease == held
    else:
        assert isinstance(state, Starting)
        assert state.problem is None
    assert (state.step, state.steps) == (1, 3)


@given(st.lists(any_events, max_size=25), st.integers(-500, 500), moments)
def test_a_moved_clock_moves_everything_alike(happened: list[SessionEvent], minutes: int, at: datetime) -> None:
    by = timedelta(minutes=minutes)
    state = after(*happened)
    moved = reduce(state, ClockMoved(by))
    assert reduce(moved, ClockMoved(-by)) == state
    assert reduce(moved, Ticked(at + by)) == reduce(reduce(state, Ticked(at)), ClockMoved(by))


def test_a_life() -> None:
    first, second = lease(), lease(NOW + HOUR * 0.8)
    assert after(Called(NOW, 0, 2)) == Starting(NOW, 0, 2)
    assert after(Called(NOW, 0, 2), Called(NOW + HOUR, 1, 2)) == Starting(NOW, 1, 2)
    assert after(Called(NOW), Got(first)) == Active(first)
    renewing = after(Got(first), Called(NOW + HOUR * 0.75, 0, 2))
    assert renewing == Renewing(first, NOW + HOUR * 0.75, 0, 2)
    assert reduce(renewing, Got(second)) == Active(second)


def test_what_ran_before_expires_and_what_never_ran_backs_off() -> None:
    never = after(Called(NOW), Failed(NOW, NETWORK, NOW + HOUR))
    assert never == Starting(NOW, problem=NETWORK, next_attempt_at=NOW + HOUR)
    late = NOW + 2 * HOUR
    ran = after(Got(lease()), Called(NOW + HOUR * 0.9), Ticked(late), Failed(late, NETWORK, late + HOUR))
    assert ran == Expired(NOW + HOUR, NETWORK, late + HOUR)
    again = reduce(ran, Called(late + HOUR))
    assert isinstance(again, Starting)
    assert reduce(again, Failed(late + HOUR, NETWORK, late + 2 * HOUR)) == Expired(NOW + HOUR, NETWORK, late + 2 * HOUR)


def test_attention_stays_when_its_session_ends_and_a_stuck_delivery_expires() -> None:
    asked = after(Got(lease()), Failed(NOW, DENIED), Ticked(NOW + HOUR))
    assert asked == Attention(AttentionKind.REFUSED, DENIED, NOW)
    stuck = after(Got(lease()), Undelivered(NOW, FOREIGN))
    assert stuck == Attention(AttentionKind.CONFLICT, FOREIGN, NOW, lease(), renews=True)
    assert reduce(stuck, Undelivered(NOW + HOUR * 0.5, FOREIGN)) == stuck
    assert reduce(stuck, Ticked(NOW + HOUR)) == Expired(NOW + HOUR, FOREIGN)


@pytest.mark.parametrize("state", [Stopped(), Starting(NOW), Expired(NOW)])
def test_a_delivery_problem_without_a_session_changes_nothing(state: SessionState) -> None:
    assert reduce(state, Undelivered(NOW, FOREIGN)) == state
