"""What is done when the machine sleeps, wakes, is locked or finds its network."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app import following
from app.core import Core
from app.domain.happening import Happening
from app.domain.names import ProfileName
from app.domain.profile import OnLock, Settings
from app.engine.ports import Poke
from app.following import Following
from tests.support.logfail import ExpectedLogs


@dataclass
class FakeEvents:
    """Events that a test tells."""

    told: Callable[[Happening], None] | None = None
    let_go: int = 0
    closed: bool = False

    def open(self, told: Callable[[Happening], None]) -> None:
        self.told = told

    def may_sleep(self) -> None:
        self.let_go += 1

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeCore:
    """A core that notes what is wanted of it; stopping waits for `stopped`."""

    on_lock: OnLock
    done: list[object] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    guarded: tuple[ProfileName, ...] = ()

    @property
    def engine(self) -> Any:
        return SimpleNamespace(poke=self.done.append)

    @property
    def catalog(self) -> Any:
        return SimpleNamespace(settings=Settings(stop_on_lock=self.on_lock))

    async def stop_all(self) -> None:
        self.done.append("stop")
        await self.stopped.wait()
        self.done.append("stopped")

    async def stop_guarded(self) -> tuple[ProfileName, ...]:
        self.done += self.guarded
        return self.guarded

    async def lock(self) -> None:
        self.done.append("lock")


class Scene:
    def __init__(self, on_lock: OnLock = OnLock.NOTHING) -> None:
        self.core, self.events, self.away = FakeCore(on_lock), FakeEvents(), list[bool]()
        self.following = Following(cast("Core", self.core), self.events, self.away.append)
        self.following.open()

    def tell(self, *news: Happening) -> None:
        assert self.events.told is not None
        for one in news:
            self.events.told(one)


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_sleep_and_wake_where_nothing_is_to_stop() -> None:
    scene = Scene()
    scene.tell(Happening.SLEEP)
    await turns()
    assert (scene.away, scene.events.let_go, scene.core.done) == ([True], 1, [])
    scene.tell(Happening.WAKE)
    assert (scene.away, scene.core.done) == ([True, False], [Poke.WAKE])


@pytest.mark.parametrize("news", [Happening.LOCKED, Happening.SLEEP])
async def test_profiles_that_ask_for_it_stop_where_the_others_go_on(news: Happening) -> None:
    scene = Scene()
    scene.core.guarded = (ProfileName("prod"),)
    scene.tell(news)
    await turns()
    assert scene.core.done == ["prod"]
    assert scene.events.let_go == (news is Happening.SLEEP)


async def test_the_machine_sleeps_only_after_the_sessions_are_stopped() -> None:
    scene = Scene(OnLock.STOP)
    scene.tell(Happening.SLEEP)
    await turns()
    assert scene.core.done == ["stop"]
    assert scene.events.let_go == 0
    scene.core.stopped.set()
    await turns()
    assert scene.core.done == ["stop", "stopped"]
    assert scene.events.let_go == 1


async def test_a_stop_that_hangs_does_not_keep_the_machine_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BEFORE_SLEEP", 0.01)
    scene = Scene(OnLock.STOP)
    scene.tell(Happening.SLEEP)
    async with asyncio.timeout(10):
        while not scene.events.let_go:  # noqa: ASYNC110  there is nothing to be told by
            await asyncio.sleep(0.005)
    scene.core.stopped.set()
    await turns()
    assert scene.core.done == ["stop", "stopped"], "it goes on"


async def test_one_lock_that_several_services_tell_of_stops_once() -> None:
    scene = Scene(OnLock.LOCK)
    scene.tell(Happening.LOCKED, Happening.LOCKED, Happening.SLEEP)
    await turns()
    assert scene.core.done == ["lock", "lock"], "once for the screen, once for the sleep"
    scene.tell(Happening.WAKE)
    assert scene.away == [True], "the screen is still locked"
    scene.tell(Happening.UNLOCKED, Happening.UNLOCKED)
    assert scene.away == [True, False]


async def test_a_lock_alone_hides_prompts_and_stops_nothing() -> None:
    scene = Scene()
    scene.tell(Happening.LOCKED)
    await turns()
    assert (scene.away, scene.core.done) == ([True], [])


async def test_a_burst_of_network_news_is_one_poke(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_NETWORK_SETTLES", 0.01)
    monkeypatch.setattr(following, "_NETWORK_PAUSE", 0.2)
    scene = Scene()
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for number in (1, 2):
        scene.tell(*[Happening.NETWORK] * 50)
        async with asyncio.timeout(10):
            while len(scene.core.done) < number:  # noqa: ASYNC110  as above
                await asyncio.sleep(0.005)
    assert scene.core.done == [Poke.NETWORK] * 2
    assert loop.time() - begin >= 0.2, "a flapping network is not followed at every turn"


async def test_after_the_end_nothing_happens() -> None:
    scene = Scene()
    scene.tell(Happening.CLOCK, Happening.NETWORK)
    await scene.following.close()
    assert scene.core.done == [Poke.CLOCK]
    assert scene.events.closed


async def test_a_stop_that_fails_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture, expected_logs: ExpectedLogs
) -> None:
    expected_logs.add("app.following", "stopping failed: OSError")
    scene = Scene(OnLock.STOP)

    async def fails() -> None:
        raise OSError("secret words")

    scene.core.stop_all = fails  # type: ignore[method-assign]
    scene.tell(Happening.SLEEP)
    await turns()
    assert scene.events.let_go == 1
    assert "OSError" in caplog.text
    assert "secret words" not in caplog.text
