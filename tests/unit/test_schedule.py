"""When to renew, when to try again, what to do next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import schedule
from app.domain.problem import AttentionKind, Code, Problem
from app.domain.schedule import Do, Rules, next_step
from app.domain.states import Active, Attention, Expired, Lease, Renewing, SessionState, Starting, Stopped, Waiting

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PROBLEM = Problem.of(Code.NETWORK)
moments = st.integers(-200_000, 200_000).map(lambda seconds: NOW + timedelta(seconds=seconds))
lifetimes = st.integers(1, 130_000).map(lambda seconds: timedelta(seconds=seconds))
draws = st.floats(0, 1)
jitters = st.floats(0, 0.1)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("lifetime", "before"), [(15, 5), (20, 5), (21, 10.5), (30, 15), (60, 15), (90, 15), (91, 45.5), (720, 60)]
)
def test_the_window_follows_the_lifetime_and_is_at_most_half_of_it(lifetime: float, before: float) -> None:
    expires = NOW + minutes(lifetime)
    assert schedule.due_at(NOW, expires, 0) == expires - minutes(before)


def test_jitter_widens_the_window_by_a_tenth_at_most() -> None:
    expires = NOW + minutes(60)
    assert schedule.due_at(NOW, expires, 0.1) == expires - minutes(16.5)


@given(lifetimes, jitters)
def test_due_lies_within_the_second_half_of_the_lifetime(lifetime: timedelta, u: float) -> None:
    due = schedule.due_at(NOW, NOW + lifetime, u)
    assert NOW + lifetime / 2 <= due < NOW + lifetime


def test_an_unknown_expiry_is_due_every_fifteen_minutes_and_one_in_the_past_at_once() -> None:
    assert schedule.due_at(NOW, None, 0.05) == NOW + minutes(15)
    assert schedule.due_at(NOW, NOW - minutes(1), 0.05) <= NOW


@given(st.integers(1, 1000), draws)
def test_the_back_off_is_bounded(attempt: int, u: float) -> None:
    pause = schedule.backoff(attempt, u)
    ceiling = min(timedelta(seconds=2.0 ** min(attempt - 1, 20)), minutes(5))
    assert ceiling / 10 <= pause <= ceiling
    assert pause >= timedelta(milliseconds=100)


def test_the_back_off_grows() -> None:
    assert [schedule.backoff(attempt, 1).total_seconds() for attempt in (1, 2, 3, 9, 10, 11)] == [
        1, 2, 4, 256, 300, 300,
    ]  # fmt: skip


@given(st.integers(1, 50), draws, st.none() | moments)
def test_a_retry_comes_later_but_never_sleeps_through_the_end_of_a_good_session(
    attempt: int, u: float, expires: datetime | None
) -> None:
    at = schedule.retry_at(NOW, attempt, u, expires)
    assert NOW < at <= NOW + minutes(5)
    if expires is not None and expires - NOW > timedelta(seconds=2):
        assert at <= NOW + (expires - NOW) / 2


@given(lifetimes, st.integers(0, 130_000))
def test_what_is_fresh_is_valid_and_not_due(lifetime: timedelta, age: int) -> None:
    now, expires = NOW + timedelta(seconds=age), NOW + lifetime
    if schedule.fresh(NOW, expires, now):
        assert now < schedule.due_at(NOW, expires, 0.1) < expires
    if schedule.reusable(NOW, expires, now):
        assert now < expires


def test_a_session_in_the_middle_serves_while_it_has_more_than_five_minutes() -> None:
    expires = NOW + minutes(60)
    assert schedule.reusable(NOW, expires, NOW + minutes(54.9))
    assert not schedule.reusable(NOW, expires, NOW + minutes(55))
    assert not schedule.reusable(NOW, None, NOW + minutes(15))
    short = NOW + timedelta(seconds=30)
    assert schedule.reusable(NOW, short, NOW + timedelta(seconds=14))
    assert not schedule.reusable(NOW, short, NOW + timedelta(seconds=15))


@given(moments, st.none() | moments)
def test_sleep_is_never_negative_and_never_longer_than_thirty_seconds(now: datetime, due: datetime | None) -> None:
    assert timedelta() <= schedule.sleep_until(now, due) <= timedelta(seconds=30)


def lease(due: float, expires: float | None) -> Lease:
    """A lease; minutes from now."""
    return Lease("ASIA", NOW - minutes(60), None if expires is None else NOW + minutes(expires), NOW + minutes(due))


LEASES = st.builds(
    lambda received, life, u: Lease("ASIA", received, received + life, schedule.due_at(received, received + life, u)),
    moments,
    lifetimes,
    jitters,
)
STATES = st.one_of(
    st.just(Stopped()),
    st.builds(Starting, moments, problem=st.just(PROBLEM), next_attempt_at=moments),
    st.builds(Starting, moments),
    st.builds(Active, LEASES),
    st.builds(Renewing, LEASES, moments),
    st.builds(Waiting, LEASES, st.just(PROBLEM), moments),
    st.builds(Attention, st.just(AttentionKind.MFA), st.just(PROBLEM), moments, st.none() | LEASES, st.booleans()),
    st.builds(Expired, moments, st.none(), st.none() | moments),
)


@given(STATES, moments, st.builds(Rules, st.booleans(), st.booleans()))
def test_a_step_never_sleeps_to_a_time_that_is_over(state: SessionState, now: datetime, rules: Rules) -> None:
    step = next_step(state, now, rules)
    if step.do is Do.SLEEP and step.until is not None:
        assert step.until > now
    if step.do is Do.RENEW:
        assert not rules.paused
        assert rules.keeps
        assert not isinstance(state, Stopped)


@pytest.mark.parametrize(
    ("state", "rules", "do", "until"),
    [
        (Starting(NOW), Rules(), Do.RENEW, None),
        (Starting(NOW), Rules(paused=True), Do.SLEEP, None),
        (Starting(NOW, problem=PROBLEM, next_attempt_at=NOW + minutes(1)), Rules(), Do.SLEEP, 1),
        (Active(lease(-1, 14)), Rules(), Do.RENEW, None),
        (Active(lease(1, 14)), Rules(), Do.SLEEP, 1),
        (Active(lease(-1, 14)), Rules(paused=True), Do.SLEEP, 14),
        (Active(lease(-1, 14)), Rules(keeps=False), Do.SLEEP, 14),
        (Active(lease(-9, 0)), Rules(paused=True), Do.TICK, None),
        (Active(lease(-1, None)), Rules(), Do.RENEW, None),
        (Renewing(lease(-1, 14), NOW), Rules(), Do.RENEW, None),
        (Waiting(lease(-1, 3), PROBLEM, NOW + minutes(2)), Rules(), Do.SLEEP, 2),
        (Waiting(lease(-1, 3), PROBLEM, NOW + minutes(9)), Rules(), Do.SLEEP, 3),
        (Attention(AttentionKind.MFA, PROBLEM, NOW, lease(-1, 3)), Rules(), Do.SLEEP, 3),
        (Attention(AttentionKind.MFA, PROBLEM, NOW), Rules(), Do.SLEEP, None),
        (Attention(AttentionKind.CONFLICT, PROBLEM, NOW, lease(-1, 3), renews=True), Rules(), Do.RENEW, None),
        (Expired(NOW), Rules(), Do.RENEW, None),
        (Expired(NOW, PROBLEM, NOW + minutes(2)), Rules(), Do.SLEEP, 2),
        (Expired(NOW), Rules(keeps=False), Do.SLEEP, None),
        (Stopped(), Rules(), Do.SLEEP, None),
    ],
)
def test_next_steps(state: SessionState, rules: Rules, do: Do, until: float | None) -> None:
    step = next_step(state, NOW, rules)
    assert step.do is do
    if do is Do.SLEEP:
        assert step.until == (None if until is None else NOW + minutes(until))
