"""Plays a scenario on both loops: asyncio's own, and Qt's."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import pytestqt.plugin

from tests.support.engine_world import World

# A scenario plays its loop to the end by itself. Between tests, pytest-qt turns Qt's events once more and reaches loops
# that are closed: it has crashed there.
pytestqt.plugin._process_events = lambda: None

Scenario = Callable[[World], Awaitable[None]]
Play = Callable[[Scenario], None]


async def _through(scenario: Scenario) -> None:
    world = World()
    try:
        await scenario(world)
    finally:
        await world.close()
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert not left, f"tasks that nobody ended: {left}"


@pytest.fixture(params=["asyncio", "qasync"])
def play(request: pytest.FixtureRequest) -> Play:
    """Run a scenario in a world of its own; no task may be left over."""
    if request.param == "asyncio":
        return lambda scenario: asyncio.run(_through(scenario))
    pytest.importorskip("qasync")
    from ui.loop import make_loop

    application = request.getfixturevalue("qapp")

    def on_qt(scenario: Scenario) -> None:
        loop = make_loop(application)
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(_through(scenario))
        finally:
            loop.close()
            asyncio.set_event_loop(None)

    return on_qt


@pytest.fixture
def play_fast() -> Play:
    """As `play`, on asyncio's loop alone: for days that are simulated."""
    return lambda scenario: asyncio.run(_through(scenario))
