"""Time as it really goes by: suspend, clocks that are set, summer time, 2038; and everything stopped at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.session import Starter, Waiting
from app.engine.engine import Poke
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, profile, role
from tests.support.fakes import HOUR, NETWORK

FIFTY = tuple(f"p{number:02}" for number in range(50))


async def _running(w: World, *names: str) -> None:
    await w.open(catalog(*(profile(name, role(name)) for name in names)))
    await w.start(*names)


@pytest.mark.parametrize("news", [(Poke.WAKE,), (Poke.WAKE, Poke.CLOCK, Poke.NETWORK, Poke.NETWORK, Poke.WAKE)])
def test_after_eight_hours_of_sleep_all_is_renewed_within_five_seconds_one_call_each(
    play: Play, news: tuple[Poke, ...]
) -> None:
    async def scenario(w: World) -> None:
        await _running(w, *FIFTY)
        w.sts.latency = 0.5
        w.clock.suspend(8 * HOUR)
        assert w.engine is not None
        for one in news:
            w.engine.poke(one)
        await w.clock.advance(5)
        assert all(w.files.good(name) for name in FIFTY)
        assert len(w.sts.seen) == 100
        await w.clock.advance(timedelta(minutes=40))
        assert len(w.sts.seen) == 100

    play(scenario)


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_a_clock_set_by_an_hour_costs_one_call_at_most(play: Play, by: timedelta) -> None:
    async def scenario(w: World) -> None:
        await _running(w, *FIFTY[:5])
        await w.clock.advance(timedelta(minutes=5))
        w.clock.step(by)
        assert w.engine is not None
        w.engine.poke(Poke.CLOCK)
        await w.clock.advance(5)
        assert all(w.files.good(name) for name in FIFTY[:5])
        assert len(w.sts.seen) == (10 if by > timedelta() else 5)

    play(scenario)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 29, 0, 40, tzinfo=UTC),  # Berlin's clocks go forward at 01:00 UTC
        datetime(2026, 10, 25, 0, 40, tzinfo=UTC),  # and back
        datetime(2038, 1, 19, 2, 50, tzinfo=UTC),  # 2**31 seconds at 03:14:08
        datetime(2106, 2, 7, 6, 10, tzinfo=UTC),  # 2**32
    ],
)
def test_summer_time_and_2038_are_hours_like_all_others(play: Play, at: datetime) -> None:
    async def scenario(w: World) -> None:
        w.clock.true = at.astimezone(ZoneInfo("Europe/Berlin")).astimezone(UTC)
        await _running(w, "a")
        for _ in range(4 * 60 * 2):
            await w.clock.advance(30)
            assert w.files.good("a")
        assert 5 <= len(w.sts.seen) <= 7
        gaps = [after - before for before, after in zip(w.sts.at, w.sts.at[1:], strict=False)]
        assert all(timedelta(minutes=43) < gap < timedelta(minutes=46) for gap in gaps)

    play(scenario)


def test_a_leap_beyond_2038_is_survived(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _running(w, "a", "b")
        w.clock.suspend(datetime(2039, 1, 1, tzinfo=UTC) - w.clock.now())
        assert w.engine is not None
        w.engine.poke(Poke.WAKE)
        await w.clock.advance(5)
        assert w.files.good("a")
        assert len(w.sts.seen) == 4

    play(scenario)


def test_the_network_that_comes_back_after_a_wake_renews_each_once(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _running(w, *FIFTY)
        w.clock.suspend(timedelta(minutes=50))
        w.sts.refuse = lambda _: NETWORK
        assert w.engine is not None
        w.engine.poke(Poke.WAKE)
        await w.clock.advance(120)
        assert all(isinstance(w.status(name).state, Waiting) for name in FIFTY)
        w.sts.refuse = lambda _: None
        before = len(w.sts.seen)
        w.engine.poke(Poke.NETWORK)
        await w.clock.advance(1)
        assert set(w.states(*FIFTY)) == {"active"}
        assert len(w.sts.seen) == before + 50

    play(scenario)


@pytest.mark.parametrize("lock", [False, True])
def test_everything_is_stopped_within_a_second_while_calls_hang(play: Play, *, lock: bool) -> None:
    async def scenario(w: World) -> None:
        await _running(w, *FIFTY)
        w.sts.latency = 1000.0
        await w.clock.advance(timedelta(minutes=50))
        assert w.sts.parallel == 50
        assert w.engine is not None
        begin = w.clock.true
        await w.until(w.engine.lock() if lock else w.engine.stop_all())
        assert w.clock.true - begin <= timedelta(seconds=1)
        assert set(w.states(*FIFTY)) == {"stopped"}
        assert not any(w.files.good(name) for name in FIFTY)
        await w.clock.advance(timedelta(minutes=30))
        assert set(w.states(*FIFTY)) == {"stopped"}, "what comes late is dropped"

    play(scenario)


def test_auto_stop_counts_from_the_persons_start_over_sleep_and_restart(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a"), auto_stop=2 * HOUR), profile("b", role("b"), auto_stop=2 * HOUR)))
        await w.start("a", "b")
        await w.clock.advance(HOUR)
        await w.close()
        await w.open(w.catalog)
        await w.start("b")  # again, by a person: that begins anew
        await w.start("a", by=Starter.AUTO)  # by itself: it does not
        calls = len(w.sts.seen)
        w.clock.suspend(timedelta(minutes=70))
        assert w.engine is not None
        w.engine.poke(Poke.WAKE)
        await w.clock.advance(5)
        assert w.states("a", "b") == ["stopped", "active"]
        assert len(w.sts.seen) == calls + 1, "what is over makes no call after waking"
        await w.clock.advance(timedelta(minutes=51))
        assert w.states("b") == ["stopped"]

    play(scenario)
