"""Simulated weeks of an engine with everything going wrong at random, on a clock that costs no time."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from app.domain import schedule
from app.domain.problem import Code, Problem
from tests.support.engine_world import World, catalog, profile, role

Span = tuple[datetime, datetime]
GRACE = schedule.BACKOFF_MAXIMUM + schedule.LONGEST_SLEEP + timedelta(seconds=3)
# what the STS adapter makes of refused and reset connections, of answers cut, late, or not AWS's (test_network.py)
FAULTS: Sequence[Problem] = (
    Problem.of(Code.NETWORK, host="sts.amazonaws.com", reason="refused"),
    Problem.of(Code.NETWORK, host="sts.amazonaws.com", reason="cut"),
    Problem.of(Code.NETWORK_TIMEOUT, host="sts.amazonaws.com", seconds=20),
    Problem.of(Code.NETWORK_TLS, host="sts.amazonaws.com", reason="no-certificate"),
    Problem.of(Code.NETWORK_ANSWER, host="sts.amazonaws.com"),
    Problem.of(Code.THROTTLED, operation="AssumeRole"),
    Problem.of(Code.AWS_BROKEN, operation="AssumeRole", status=503),
)


def play(scenario: Callable[[World], Awaitable[None]]) -> None:
    """Run a scenario in a world of its own; no task may be left over."""

    async def through() -> None:
        world = World()
        try:
            await scenario(world)
        finally:
            await world.close()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert not left, f"tasks that nobody ended: {left}"

    asyncio.run(through())


@dataclass
class Weeks:
    """What happened."""

    sessions: int
    outages: list[Span] = field(default_factory=list)
    written: int = 0
    calls: int = 0
    refused: int = 0
    gaps: int = 0
    unexcused: list[str] = field(default_factory=list)

    def excused(self, expired: datetime, written: datetime) -> bool:
        """Whether nothing could be renewed when it expired, and it was renewed soon after that."""
        spans: list[Span] = []
        for begin, end in sorted(self.outages):
            if spans and begin <= spans[-1][1] + GRACE:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((begin, end))
        return any(begin <= expired <= end + GRACE and written <= end + GRACE for begin, end in spans)


async def opened(w: World, seed: int, sessions: int) -> Weeks:
    """Start so many sessions of different lengths."""
    draw = random.Random(seed)
    profiles = [
        profile(f"p{at}", role(f"p{at}", duration=timedelta(seconds=draw.choice((900, 3600, 14_400, 43_200)))))
        for at in range(sessions)
    ]
    w.sts.latency = 0.2
    await w.open(catalog(*profiles))
    await w.start(*(one.name for one in profiles))
    return Weeks(sessions)


async def live(w: World, weeks: Weeks, seed: int, days: float, *, sleep: bool = True) -> None:
    """Let days go by, with an outage of one kind every few hours, and the machine asleep now and then."""
    draw = random.Random(seed)
    fault = FAULTS[0]

    def refuse(_call: object) -> Problem | None:
        now = w.clock.true
        if weeks.outages and weeks.outages[-1][0] <= now < weeks.outages[-1][1]:
            weeks.refused += 1
            return fault
        return None

    w.sts.refuse = refuse
    end = w.clock.true + timedelta(days=days)
    while w.clock.true < end:
        await w.clock.advance(timedelta(minutes=draw.randint(60, 600)))
        now = w.clock.true
        if sleep and draw.random() < 0.2:
            w.clock.suspend(timedelta(minutes=draw.randint(1, 600)))
            weeks.outages.append((now, w.clock.true))
        else:
            fault = draw.choice(FAULTS)
            weeks.outages.append((now, now + timedelta(seconds=draw.choice((5, 60, 600, 5400)))))
    await w.clock.advance(timedelta(hours=2))


def judge(w: World, weeks: Weeks) -> None:
    """Count, and name every section that was expired although it could have lived."""
    weeks.calls = len(w.sts.seen)
    for section, written in w.files.history.items():
        weeks.written += len(written)
        for (_, expired), (at, _) in pairwise(written):
            if at > expired:
                weeks.gaps += 1
                if not weeks.excused(expired, at):
                    weeks.unexcused.append(f"{section} from {expired} to {at}")
        if not w.files.good(section):
            weeks.unexcused.append(f"{section} at the end")
