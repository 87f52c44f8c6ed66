"""A simulated week of 50 sessions with faults at random: nothing leaks, nothing expires that could have lived."""

import asyncio
import gc
import tracemalloc
from datetime import timedelta

import psutil
import pytest

from tests.support.engine_world import World
from tests.torture.conftest import Row
from tests.torture.weeks import judge, live, opened, play

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]


def held() -> tuple[int, int, int, int]:
    """Bytes of Python's objects, their number, open files, tasks."""
    gc.collect()
    files = psutil.Process().num_fds() if hasattr(psutil.Process, "num_fds") else 0
    return tracemalloc.get_traced_memory()[0], len(gc.get_objects()), files, len(asyncio.all_tasks())


@pytest.mark.parametrize(("days", "sessions"), [(0.5, 10), pytest.param(7, 50, marks=pytest.mark.torture)])
def test_a_week(days: float, sessions: int, row: Row) -> None:
    async def scenario(w: World) -> None:
        weeks = await opened(w, 7, sessions)
        await live(w, weeks, 1, days / 7)  # warmed up: caches are full, each kind of fault was there
        _forget(w)
        tracemalloc.start()
        try:
            before = held()
            await live(w, weeks, 2, days)
            judge(w, weeks)
            figures = weeks.written, weeks.gaps
            _forget(w)
            after = held()
        finally:
            tracemalloc.stop()
        grown = after[0] - before[0]
        row(
            "soak",
            f"{days} days, {sessions} sessions, {len(weeks.outages)} faults, {weeks.calls} calls: "
            f"{figures[0]} deliveries, {len(weeks.unexcused)} expired that could have lived; "
            f"{grown / 1024:+.0f} KiB, {after[2] - before[2]:+d} files, {after[3] - before[3]:+d} tasks",
        )
        assert weeks.unexcused == []
        assert grown < 1024 * 1024 + weeks.calls * 20
        assert after[2] <= before[2]
        assert after[3] <= before[3] + 2
        await w.clock.advance(timedelta(seconds=1))

    play(scenario)


def _forget(w: World) -> None:
    """What the made-up world keeps of the past, the engine does not."""
    w.sts.seen.clear()
    w.sts.at.clear()
    w.sources.read.clear()
    w.files.writes.clear()
    for written in w.files.history.values():
        del written[:-1]
