"""Requests for narrower sessions, performed on a real engine in a made-up world."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.broker.mirror import EngineFlags, Mirror, Publication
from app.broker.peer import Peer
from app.broker.protocol import Ask, Request
from app.broker.wire import parse_session
from app.desk import FrontEnd
from app.domain.names import ProfileName
from app.domain.narrowing import READ_ONLY
from app.domain.problem import AppError, Code
from app.domain.profile import ApprovePrograms, Safety
from app.domain.session import Starter
from tests.support.desk_world import DeskWorld
from tests.support.engine_world import catalog, profile, role

Scenario = Callable[[DeskWorld], Awaitable[None]]
Play = Callable[[Scenario], None]
WAIT = 60.0


@pytest.fixture
def play(tmp_path: Path) -> Play:
    async def through(scenario: Scenario) -> None:
        world = DeskWorld(tmp_path)
        try:
            await scenario(world)
        finally:
            await world.world.close()

    return lambda scenario: asyncio.run(through(scenario))


def test_a_narrower_session_is_another_one_and_never_the_one_in_memory(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        desk = await w.open(catalog(profile("a", role("a"))))
        await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        narrower = Request(Ask.NARROWED, names=("a",), narrowing=READ_ONLY)
        less = parse_session((await w.ask(narrower)).raw["session"])
        whole = parse_session((await w.ask(Request(Ask.SESSION, names=("a",)))).raw["session"])
        assert less.credentials.access_key_id != whole.credentials.access_key_id
        again = parse_session((await w.ask(replace(narrower, fresh=True))).raw["session"])
        assert again.credentials.access_key_id == less.credentials.access_key_id
        mirror = Mirror(EngineFlags("application", 1))
        mirror.take(Publication(sessions={ProfileName("a"): whole}))
        assert desk.ready_session(Request(Ask.SESSION, names=("a",)), mirror) == whole
        assert desk.ready_session(narrower, mirror) is None

    play(scenario)


def test_who_may_have_less_asks_anew_for_the_whole(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        asks = replace(profile("a", role("a")), safety=Safety(approve_programs=ApprovePrograms.ONCE_1H))
        await w.open(catalog(asks), FrontEnd(raise_window=lambda: None))
        peer = Peer(4121, None, lambda: True)
        more = {"names": ("a",), "by": Starter.PROGRAM, "ask": True, "wait": WAIT, "peer": peer}
        less, whole = Request(Ask.NARROWED, narrowing=READ_ONLY, **more), Request(Ask.SESSION, **more)  # type: ignore[arg-type]
        [question] = (await w.ask(less)).questions
        assert question.asking is not None
        assert question.asking.narrowing == "read-only"
        await w.ask(Request(Ask.ANSWER, question=question.id, value="hour"))
        assert "session" in (await w.ask(less)).raw
        [question] = (await w.ask(whole)).questions
        assert question.asking is not None
        assert question.asking.narrowing == ""
        await w.ask(Request(Ask.ANSWER, question=question.id, value="deny"))
        with pytest.raises(AppError) as caught:
            await w.ask(whole)
        assert caught.value.problem.code is Code.DENIED
        assert "session" in (await w.ask(less)).raw

    play(scenario)
