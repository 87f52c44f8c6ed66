"""Sleep, clocks that are set, early timers, pause, pokes."""

from datetime import timedelta

import pytest

from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.session import Starter, Waiting
from app.engine.engine import Poke
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, profile, role
from tests.support.fakes import HOUR, NETWORK


async def _running(w: World, *names: str) -> None:
    await w.open(catalog(*(profile(name, role(name)) for name in names)))
    await w.start(*names)


def test_after_sleep_what_is_due_is_renewed_within_one_look(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _running(w, "a", "b")
        w.clock.suspend(timedelta(hours=9))
        assert not w.files.good("a")
        await w.clock.advance(31)
        assert w.files.good("a")
        assert w.files.good("b")
        assert len(w.sts.seen) == 4

    play(scenario)


def test_a_poke_after_sleep_needs_no_look(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _running(w, "a")
        w.clock.suspend(timedelta(minutes=47))
        assert w.engine is not None
        w.engine.poke(Poke.WAKE)
        await w.clock.advance(0.1)
        assert len(w.sts.seen) == 2

    play(scenario)


@pytest.mark.parametrize("by", [HOUR, -HOUR, timedelta(days=1), timedelta(days=-1), timedelta(minutes=-7)])
def test_a_clock_that_is_set_leaves_no_gap_and_no_loop(play: Play, by: timedelta) -> None:
    async def scenario(w: World) -> None:
        await _running(w, "a")
        await w.clock.advance(timedelta(minutes=20))
        w.clock.step(by)
        worst = 0
        for _ in range(60 * 12):
            await w.clock.advance(30)
            worst += not w.files.good("a")
        assert worst == 0
        assert len(w.sts.seen) <= 2 + 6 * 60 / 44 + 1
        if by < timedelta():
            # the lease moved along with the clock: no call but those of the schedule
            assert w.sts.at[1] - w.sts.at[0] > timedelta(minutes=43)

    play(scenario)


def test_a_clock_set_back_does_not_stretch_a_back_off(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a"))))
        w.sts.refuse = lambda call: NETWORK
        await w.start("a")
        w.clock.step(timedelta(days=-1))
        w.sts.refuse = lambda call: None
        await w.clock.advance(timedelta(minutes=5, seconds=31))
        assert w.states("a") == ["active"]

    play(scenario)


@pytest.mark.parametrize("error", [timedelta(minutes=-30), timedelta(minutes=30), timedelta(hours=-3)])
def test_a_wrong_clock_is_measured_said_and_reckoned_with(play: Play, error: timedelta) -> None:
    async def scenario(w: World) -> None:
        w.clock.step(error)
        await _running(w, "a")
        assert w.engine is not None
        assert w.engine.store.clock_offset == error
        (warning,) = w.status("a").warnings
        assert warning.code is Code.CLOCK_SKEW
        assert warning.arguments["seconds"] == error.total_seconds()
        await w.clock.advance(timedelta(minutes=40))
        assert len(w.sts.seen) == 1
        await w.clock.advance(timedelta(minutes=6))
        assert len(w.sts.seen) == 2
        assert w.files.good("a")

    play(scenario)


def test_timers_that_fire_early_make_no_call_early(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.clock.early = 0.95
        await _running(w, "a")
        await w.clock.advance(timedelta(minutes=43))
        assert len(w.sts.seen) == 1
        await w.clock.advance(timedelta(minutes=3))
        assert len(w.sts.seen) == 2

    play(scenario)


def test_one_timer_serves_all_and_none_is_faster_than_thirty_seconds(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _running(w, *(f"p{number}" for number in range(50)))
        await w.clock.advance(120)
        for _ in range(20):
            assert len(w.clock.timers) == 1
            await w.clock.advance(w.clock.timers[0] + 0.001)
            assert w.clock.timers[0] > 29.9

    play(scenario)


def test_the_network_ends_back_offs(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _running(w, "a")
        w.sts.refuse = lambda call: NETWORK
        await w.clock.advance(timedelta(minutes=50))
        assert isinstance(w.status("a").state, Waiting)
        w.sts.refuse = lambda call: None
        assert w.engine is not None
        w.engine.poke(Poke.NETWORK)
        await w.clock.advance(0.2)
        assert w.states("a") == ["active"]
        calls = len(w.sts.seen)
        w.engine.poke(Poke.NETWORK)
        w.engine.poke(Poke.CLOCK)
        w.engine.poke(Poke.ASKED)
        await w.clock.advance(1)
        assert len(w.sts.seen) == calls

    play(scenario)


def test_a_pause_makes_no_calls_and_a_resume_renews_what_is_due(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _running(w, "a", "b")
        engine = w.engine
        assert engine is not None
        engine.pause(None)
        assert engine.store.paused
        await w.clock.advance(1)
        assert w.status("a").paused
        await w.clock.advance(timedelta(hours=2))
        assert len(w.sts.seen) == 2
        assert w.states("a") == ["expired"]
        engine.poke(Poke.NETWORK)
        await w.clock.advance(1)
        assert len(w.sts.seen) == 2
        with pytest.raises(AppError) as raised:
            await w.until(engine.session(ProfileName("a"), by=Starter.PROGRAM))
        assert raised.value.problem.code is Code.PAUSED
        await w.start("a")  # by hand
        assert w.states("a", "b") == ["active", "expired"]
        engine.resume()
        await w.clock.advance(1)
        assert w.states("a", "b") == ["active", "active"]
        assert not w.status("a").paused

    play(scenario)


def test_a_pause_ends_at_its_time_and_is_kept_over_restarts(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _running(w, "a")
        assert w.engine is not None
        w.engine.pause(w.clock.now() + HOUR)
        await w.clock.advance(timedelta(minutes=10))
        await w.close()
        engine = await w.open(w.catalog)
        assert engine.store.paused
        await w.clock.advance(timedelta(minutes=49))
        assert engine.store.paused
        assert len(w.sts.seen) == 1
        await w.clock.advance(timedelta(minutes=2))
        assert not engine.store.paused
        assert w.states("a") == ["active"]
        assert len(w.sts.seen) == 2

    play(scenario)


def test_a_profile_that_starts_by_itself_waits_for_the_end_of_a_pause(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.state.files["engine.json"] = {"version": 1, "paused": True, "paused_until": None}
        engine = await w.open(catalog(profile("a", role("a"), auto_start=True)))
        await w.clock.advance(HOUR)
        assert w.sts.seen == []
        status = await w.until(engine.started(ProfileName("a")))
        assert status.paused
        engine.resume()
        await w.clock.advance(1)
        assert w.states("a") == ["active"]

    play(scenario)
