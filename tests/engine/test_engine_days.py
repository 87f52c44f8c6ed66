"""Simulated days: never an expired section while renewal was possible, and no call more than the schedule asks for."""

import random
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from app.domain import schedule
from app.domain.calls import AssumeRoleCall
from app.domain.problem import Problem
from app.domain.profile import Profile
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, profile, role
from tests.support.fakes import NETWORK

Span = tuple[datetime, datetime]
LOOK = schedule.LONGEST_SLEEP + timedelta(seconds=3)


def _profiles(draw: random.Random, number: int) -> list[Profile]:
    return [
        profile(f"p{at}", role(f"p{at}", duration=timedelta(seconds=draw.randint(900, 43_200)))) for at in range(number)
    ]


async def _days(w: World, draw: random.Random, days: int) -> tuple[list[Span], list[Span]]:
    """Let days go by with outages and sleep, on a clock that is set now and then."""
    outages: list[Span] = []
    asleep: list[Span] = []

    def refuse(call: object) -> Problem | None:
        now = w.clock.true
        return NETWORK if any(begin <= now < end for begin, end in outages[-2:]) else None

    w.sts.refuse = refuse
    end = w.clock.true + timedelta(days=days)
    while w.clock.true < end:
        await w.clock.advance(timedelta(minutes=draw.randint(30, 400)))
        match draw.randrange(3):
            case 0:
                now = w.clock.true
                outages.append((now, now + timedelta(minutes=draw.randint(1, 240))))
            case 1:
                before = w.clock.true
                w.clock.suspend(timedelta(minutes=draw.randint(1, 600)))
                asleep.append((before, w.clock.true))
            case _:
                w.clock.step(timedelta(minutes=draw.randint(-90, 90)))
    await w.clock.advance(timedelta(hours=1))
    return outages, asleep


def _excused(expired: datetime, written: datetime, spans: list[Span], grace: timedelta) -> bool:
    """Whether the gap began while nothing could be renewed, and ended soon after that."""
    return any(begin <= expired <= end + grace and written <= end + grace for begin, end in spans)


def _joined(spans: list[Span], within: timedelta) -> list[Span]:
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1] + within:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_section_expires_while_renewal_is_possible(play_fast: Play, seed: int) -> None:
    async def scenario(w: World) -> None:
        draw = random.Random(seed)
        profiles = _profiles(draw, 40)
        w.sts.latency = 0.2
        await w.open(catalog(*profiles))
        await w.start(*(one.name for one in profiles))
        outages, asleep = await _days(w, draw, 9)
        # after an outage the next try may be a back-off away; after sleep the next look
        grace = schedule.BACKOFF_MAXIMUM + LOOK
        spans = _joined(outages + asleep, grace)
        gaps = 0
        for section, written in w.files.history.items():
            for (_, expired), (at, _) in pairwise(written):
                if at > expired:
                    gaps += 1
                    assert _excused(expired, at, spans, grace), f"{section} was expired from {expired} to {at}"
            assert w.files.good(section) or any(begin <= w.clock.true < end + grace for begin, end in spans)
        assert gaps > 0  # the outages and the sleep were long enough to matter

    play_fast(scenario)


def test_without_trouble_there_is_no_gap_and_each_call_is_due(play_fast: Play) -> None:
    async def scenario(w: World) -> None:
        draw = random.Random(11)
        profiles = _profiles(draw, 60)
        lifetimes = {one.name: one.roles[0].duration for one in profiles}
        await w.open(catalog(*profiles))
        await w.start(*(one.name for one in profiles))
        await w.clock.advance(timedelta(days=6))
        for section, written in w.files.history.items():
            lifetime = lifetimes[section]
            assert lifetime is not None
            least = lifetime - min(schedule.window(lifetime) * 1.1, lifetime / 2)
            for (begun, expired), (at, _) in pairwise(written):
                assert at < expired
                assert at - begun >= least - timedelta(seconds=1)
        calls = [call.role_arn.role_name for call, _, _ in w.sts.seen if isinstance(call, AssumeRoleCall)]
        assert len(calls) == sum(len(written) for written in w.files.history.values())

    play_fast(scenario)


def test_an_outage_before_the_expiry_is_survived_by_seconds(play_fast: Play) -> None:
    """The back-off is never longer than half of what is left, so that the end of an outage is not slept through."""

    async def scenario(w: World) -> None:
        for last in (5, 20, 60, 200):
            await w.open(catalog(profile("a", role("a"))))
            await w.start("a")
            await w.clock.advance(timedelta(minutes=30))
            w.sts.refuse = lambda call: NETWORK
            await w.clock.advance(timedelta(minutes=30) - timedelta(seconds=last))
            w.sts.refuse = lambda call: None
            await w.clock.advance(timedelta(seconds=last - 1))
            (_, expired), (at, _) = w.files.history["a"][-2:]
            assert at < expired
            await w.close()
            w.files.sections.clear()
            w.files.history.clear()

    play_fast(scenario)


def test_an_outage_is_not_hammered(play_fast: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a"))))
        w.sts.refuse = lambda call: NETWORK
        await w.start("a")
        await w.clock.advance(timedelta(hours=24))
        # full jitter below five minutes: 2.5 min on average
        assert len(w.sts.seen) < 24 * 60 / 2.5 * 1.25 + 10

    play_fast(scenario)


def test_sessions_of_thirty_seconds_never_expire(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.lifetime = timedelta(seconds=30)
        names = [f"p{number}" for number in range(5)]
        await w.open(catalog(*(profile(name, role("hub"), role(name)) for name in names)))
        await w.start(*names)
        await w.clock.advance(timedelta(minutes=10))
        for written in w.files.history.values():
            for (begun, expired), (at, _) in pairwise(written):
                assert at < expired
                assert at - begun > timedelta(seconds=14)

    play(scenario)
