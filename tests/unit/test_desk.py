"""Requests of the control protocol, performed on a real engine in a made-up world."""

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.broker.mirror import EngineFlags, Mirror, Publication
from app.broker.protocol import Ask, Request
from app.broker.wire import parse_session
from app.desk import FrontEnd
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import ApprovePrograms, Safety
from app.domain.session import Active, QuestionKind, Starter, Starting, Stopped
from tests.support.desk_world import DeskWorld
from tests.support.engine_world import catalog, process, profile, role, with_mfa
from tests.support.fakes import DENIED, NETWORK

Scenario = Callable[[DeskWorld], Awaitable[None]]
WAIT = 60.0


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Scenario], None]:
    async def through(scenario: Scenario) -> None:
        world = DeskWorld(tmp_path)
        try:
            await scenario(world)
        finally:
            await world.world.close()

    return lambda scenario: asyncio.run(through(scenario))


Play = Callable[[Scenario], None]


def test_every_name_is_tried_and_answers_for_itself(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a"), aliases=(ProfileName("first"),)), profile("b", role("b"))))
        answer = await w.ask(Request(Ask.START, names=("first", "no-such", "b", "no name"), wait=WAIT))
        assert answer.problems == [None, "profile-unknown", None, "value-pattern"]
        assert [type(one.state) for one in answer.statuses] == [Active, Stopped, Active, Stopped]
        assert answer.statuses[0].profile == "a"

    play(scenario)


def test_a_failure_comes_with_the_status_and_the_engine_goes_on(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        w.world.sts.refuse = lambda call: NETWORK
        await w.open(catalog(profile("a", role("a"))))
        answer = await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        (status,) = answer.statuses
        assert isinstance(status.state, Starting)
        assert status.state.problem == NETWORK
        assert status.state.next_attempt_at is not None

    play(scenario)


def test_a_question_ends_the_waiting_and_its_answer_goes_on(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a", mfa=True)), sources=[with_mfa()]))
        answer = await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        (question,) = answer.questions
        assert question.kind is QuestionKind.MFA
        await w.ask(Request(Ask.ANSWER, question=question.id, value="123456"))
        answer = await w.ask(Request(Ask.WAIT, names=("a",), wait=WAIT))
        assert isinstance(answer.statuses[0].state, Active)
        assert answer.questions == []
        assert w.world.sts.codes == ["123456"]

    play(scenario)


def test_nobody_is_asked_where_a_program_starts(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a", mfa=True)), sources=[with_mfa()]))
        answer = await w.ask(Request(Ask.START, names=("a",), by=Starter.PROGRAM, wait=WAIT))
        assert answer.questions == []
        assert answer.raw["profiles"][0]["status"]["state"]["problem"]["code"] == "mfa-needed"

    play(scenario)


def test_an_edit_that_was_not_noticed_yet_is_looked_for(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog())
        w.catalogs.file = catalog(profile("new", role("a")))
        answer = await w.ask(Request(Ask.START, names=("new",), wait=WAIT))
        assert answer.problems == [None]

    play(scenario)


def test_stopping_gives_back_and_forgets_what_was_kept(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a"))))
        await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        session = await w.ask(Request(Ask.SESSION, names=("a",)))
        w.cache.put("a", "key", parse_session(session.raw["session"]))
        answer = await w.ask(Request(Ask.STOP, names=("a", "no-such")))
        assert answer.problems == [None, "profile-unknown"]
        assert w.world.files.sections == {}
        assert w.cache.get("a", "key", w.world.clock.now()) is None
        again = await w.ask(Request(Ask.STOP, names=("a",)))
        assert again.problems == [None]

    play(scenario)


def test_stop_all(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a")), profile("b", role("b")), profile("c", role("c"))))
        await w.ask(Request(Ask.START, names=("a", "b"), wait=WAIT))
        answer = await w.ask(Request(Ask.STOP, all=True))
        assert sorted(one.profile for one in answer.statuses) == ["a", "b"]
        assert w.world.files.sections == {}

    play(scenario)


def test_a_session_for_handing_out_is_not_delivered(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a"))))
        answer = await w.ask(Request(Ask.SESSION, names=("a",)))
        assert parse_session(answer.raw["session"]).credentials.session_token is not None
        assert w.world.files.sections == {}

    play(scenario)


def test_a_session_behind_a_question_can_be_asked_for_again(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        helper = process("helper", "/opt/bin/helper", "--a b")
        said = shlex.join(helper.command)
        needed = Problem.of(Code.APPROVAL_NEEDED, Verb.APPROVE, "helper", source="helper", command=said)
        w.world.sources.refuse = lambda source: None if w.world.approvals.approved(helper.command) else needed
        await w.open(catalog(profile("a", source="helper"), sources=[helper]))
        request = Request(Ask.SESSION, names=("a",), ask=True)
        answer = await w.ask(request)
        (question,) = answer.questions
        assert question.kind is QuestionKind.APPROVE_COMMAND
        await w.ask(Request(Ask.ANSWER, question=question.id, value="yes"))
        assert "session" in (await w.ask(request)).raw

    play(scenario)


def test_a_program_gets_nothing_that_wants_approval(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        safety = Safety(approve_programs=ApprovePrograms.EACH_TIME)
        await w.open(catalog(replace(profile("a", role("a")), safety=safety)))
        await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        issued = w.core.engine.credentials(ProfileName("a"))
        assert issued is not None
        mirror = Mirror(EngineFlags("application", 1))
        mirror.take(Publication(sessions={ProfileName("a"): issued}))
        program = Request(Ask.SESSION, names=("a",), by=Starter.PROGRAM)
        person = Request(Ask.SESSION, names=("a",))
        assert w.desk.ready_session(program, mirror) is None
        assert w.desk.ready_session(person, mirror) is issued
        with pytest.raises(AppError) as caught:
            await w.ask(program)
        assert caught.value.problem.code is Code.CONFIRM_NEEDED

    play(scenario)


def test_memory_hands_out_only_what_lasts_a_minute_more(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a"))))
        await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        issued = w.core.engine.credentials(ProfileName("a"))
        assert issued is not None
        assert issued.expires_at is not None
        mirror = Mirror(EngineFlags("application", 1))
        mirror.take(Publication(sessions={ProfileName("a"): issued}))
        request = Request(Ask.SESSION, names=("a",))
        assert w.desk.ready_session(request, mirror) is issued
        w.world.clock.step(issued.expires_at - w.world.clock.now() - timedelta(seconds=59))
        assert w.desk.ready_session(request, mirror) is None

    play(scenario)


def test_a_locked_engine_refuses_and_forgets(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a"))))
        await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        await w.ask(Request(Ask.LOCK))
        assert w.world.files.sections == {}
        answer = await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        assert answer.problems == ["locked"]
        for verb in (Ask.SESSION, Ask.DEFAULT):
            with pytest.raises(AppError) as caught:
                await w.ask(Request(verb, names=("a",)))
            assert caught.value.problem.code is Code.LOCKED
        await w.ask(Request(Ask.UNLOCK))
        answer = await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
        assert answer.problems == [None]

    play(scenario)


def test_the_default_is_written_then_saved(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a"))))
        answer = await w.ask(Request(Ask.DEFAULT, names=("a",), wait=WAIT))
        assert answer.problems == [None]
        assert w.world.files.key_of("default") == w.world.files.key_of("a")
        assert w.catalogs.saved == [("settings", "", {"default": "a"})]
        await w.ask(Request(Ask.DEFAULT))
        assert "default" not in w.world.files.sections
        assert w.catalogs.saved[-1] == ("settings", "", {})

    play(scenario)


def test_a_default_of_someone_elses_is_a_conflict_and_nothing_is_saved(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        w.world.files.foreign["default"] = "AKIASOMEONE"
        await w.open(catalog(profile("a", role("a"))))
        with pytest.raises(AppError) as caught:
            await w.ask(Request(Ask.DEFAULT, names=("a",), wait=WAIT))
        assert caught.value.problem.code is Code.SECTION_FOREIGN
        assert w.catalogs.saved == []
        await w.ask(Request(Ask.DEFAULT, names=("a",), adopt=True, wait=WAIT))
        assert w.world.files.adopted == ["default"]

    play(scenario)


def test_a_catalog_that_cannot_be_saved_leaves_default_as_it_was(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a"))))
        w.catalogs.refuse = AppError(DENIED)
        with pytest.raises(AppError):
            await w.ask(Request(Ask.DEFAULT, names=("a",), wait=WAIT))
        assert "default" not in w.world.files.sections

    play(scenario)


def test_raise_and_take_over_are_the_front_ends(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        raised: list[bool] = []

        async def give_up() -> list[ProfileName]:
            return [ProfileName("a")]

        await w.open(catalog(), FrontEnd(lambda: raised.append(True), give_up))
        await w.ask(Request(Ask.RAISE))
        assert raised == [True]
        assert (await w.ask(Request(Ask.TAKE_OVER))).raw == {"names": ["a"]}
        await w.world.close()
        await w.open(catalog())
        for verb, code in ((Ask.RAISE, Code.NO_DISPLAY), (Ask.TAKE_OVER, Code.ENGINE_UNREACHABLE)):
            with pytest.raises(AppError) as caught:
                await w.ask(Request(verb))
            assert caught.value.problem.code is code

    play(scenario)


def test_list_says_what_the_engines_catalog_says(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(catalog(profile("a", role("a"), group="Acme"), profile("b", base="a")))
        rows = (await w.ask(Request(Ask.LIST))).raw["profiles"]
        assert [(one["name"], one["group"], one["source"]) for one in rows] == [
            ("a", "Acme", "acme"),
            ("b", "", "acme"),
        ]

    play(scenario)
