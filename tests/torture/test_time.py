"""Nights of sleep and clocks that are set, over and over, under 50 sessions."""

import random
from datetime import timedelta

import pytest

from app.engine.engine import Poke
from tests.support.engine_world import World
from tests.torture.conftest import Row
from tests.torture.weeks import opened, play

SESSIONS = 50
WITHIN = 5.0  # seconds of waking
ROUNDS = [5, pytest.param(300, marks=pytest.mark.torture)]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_each_waking_renews_what_is_due_with_one_call_each(rounds: int, row: Row) -> None:
    async def scenario(w: World) -> None:
        await opened(w, 3, SESSIONS)
        assert w.engine is not None
        draw = random.Random(3)
        due = calls = 0
        for _ in range(rounds):
            await w.clock.advance(timedelta(minutes=draw.randint(1, 90)))
            before = len(w.sts.seen)
            w.clock.suspend(timedelta(hours=8))
            expired = [one for one in w.files.history if not w.files.good(one)]
            w.engine.poke(Poke.WAKE)
            await w.clock.advance(WITHIN)
            assert all(w.files.good(one) for one in w.files.history), "something was left expired"
            made = len(w.sts.seen) - before
            assert len(expired) <= made <= SESSIONS, "more than one call for one session"
            due, calls = due + len(expired), calls + made
        row(
            "time",
            f"{rounds} nights of 8 h with {SESSIONS} sessions: {due} expired in their sleep, all renewed "
            f"within {WITHIN:g} s of waking by {calls} calls",
        )

    play(scenario)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_no_step_of_the_clock_costs_a_session_or_a_storm(rounds: int, row: Row) -> None:
    async def scenario(w: World) -> None:
        await opened(w, 5, SESSIONS)
        draw = random.Random(5)
        worst = most = 0
        for _ in range(rounds):
            before = len(w.sts.seen)
            w.clock.step(timedelta(minutes=draw.choice((-60, -7, 7, 60))))
            for _ in range(4):
                await w.clock.advance(30)
                worst += sum(not w.files.good(one) for one in w.files.history)
            most = max(most, len(w.sts.seen) - before)
        row(
            "time", f"{rounds} steps of the clock by up to 1 h: {worst} sessions lapsed, at most {most} calls after one"
        )
        assert worst == 0
        assert most <= SESSIONS

    play(scenario)
