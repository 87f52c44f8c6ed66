"""Requests of the control protocol, performed on a real engine in a made-up world."""

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.broker.mirror import EngineFlags, Mirror, Publication
from app.broker.peer import Peer
from app.broker.protocol import Ask, Request
from app.broker.wire import parse_session
from app.desk import FrontEnd
from app.domain.names import ProfileName, SessionKey
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import ApprovePrograms, Catalog, Safety
from app.domain.programs import Answer
from app.domain.session import Active, QuestionKind, Starter, Starting, Stopped
from tests.support.desk_world import NOBODY, OUR_COMMAND_LINE, DeskWorld
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
        keys = SessionKey(ProfileName("a")), SessionKey(ProfileName("a"), "read-only")
        for key in keys:
            w.cache.put(key, "key", parse_session(session.raw["session"]))
        answer = await w.ask(Request(Ask.STOP, names=("a", "no-such")))
        assert answer.problems == [None, "profile-unknown"]
        assert w.world.files.sections == {}
        assert [w.cache.get(key, "key", w.world.clock.now()) for key in keys] == [None, None]
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


def asked_for(wanted: ApprovePrograms) -> Catalog:
    """A catalog with one profile that wants programs to be approved."""
    return catalog(replace(profile("a", role("a")), safety=Safety(approve_programs=wanted)))


async def ready(w: DeskWorld) -> Mirror:
    """Start the profile and mirror its session."""
    await w.ask(Request(Ask.START, names=("a",), wait=WAIT))
    mirror = Mirror(EngineFlags("application", 1))
    mirror.take(Publication(sessions={ProfileName("a"): w.core.engine.credentials(ProfileName("a"))}))
    return mirror


def from_outside(**more: Any) -> Request:
    """A request of a program, as it comes over the socket."""
    peer = Peer(more.pop("pid", 4121), None, lambda: True)
    return Request(Ask.SESSION, names=("a",), peer=peer, **{"by": Starter.PROGRAM, **more})


def test_a_program_waits_for_a_person_and_the_next_request_is_served(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(asked_for(ApprovePrograms.EACH_TIME), FrontEnd(raise_window=lambda: None))
        mirror = await ready(w)
        assert w.desk.ready_session(from_outside(), mirror) is None
        for _ in range(2):  # the second joins the first
            with pytest.raises(AppError) as caught:
                await w.ask(from_outside())
            assert (caught.value.problem.code, int(caught.value.problem.exit)) == (Code.PROGRAM_ASKS, 4)
        [question] = w.world.questions
        assert question.asking is not None
        assert (question.asking.program.name, question.asking.session_name) == ("terraform", "ana-a")
        await w.ask(Request(Ask.ANSWER, question=question.id, value="once"))
        assert "session" in (await w.ask(from_outside())).raw
        with pytest.raises(AppError):
            await w.ask(from_outside())  # once was once

    play(scenario)


def test_a_remembered_program_is_served_from_memory(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(asked_for(ApprovePrograms.ONCE_1H), FrontEnd(raise_window=lambda: None))
        mirror = await ready(w)
        with pytest.raises(AppError):
            await w.ask(from_outside())
        await w.ask(Request(Ask.ANSWER, question=w.world.questions[0].id, value="hour"))
        assert w.desk.ready_session(from_outside(), mirror) is mirror.sessions[ProfileName("a")]
        listed = (await w.ask(Request(Ask.PROGRAMS))).raw["decisions"]
        assert [(one["profile"], one["answer"]) for one in listed] == [("a", "hour")]
        assert (await w.ask(Request(Ask.REVOKE, names=(listed[0]["id"],)))).raw == {"revoked": 1}
        assert w.desk.ready_session(from_outside(), mirror) is None

    play(scenario)


def test_one_who_waits_is_asked_over_and_over_and_gets_the_answer(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(asked_for(ApprovePrograms.EACH_TIME), FrontEnd(raise_window=lambda: None))
        await ready(w)
        request = from_outside(ask=True, wait=WAIT)
        for _ in range(2):
            [question] = (await w.ask(request)).questions
        await w.ask(Request(Ask.ANSWER, question=question.id, value="once"))
        assert "session" in (await w.ask(request)).raw
        [question] = (await w.ask(request)).questions  # once was once
        await w.ask(Request(Ask.ANSWER, question=question.id, value=None))
        with pytest.raises(AppError) as caught:
            await w.ask(request)
        assert caught.value.problem.code is Code.DENIED

    play(scenario)


def test_the_question_of_a_connection_that_ended_is_withdrawn(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(asked_for(ApprovePrograms.EACH_TIME))
        request = from_outside(ask=True, wait=WAIT)
        await w.ask(request)
        assert request.peer is not None
        w.desk.left(request.peer)
        await w.world.clock.advance(1)
        assert w.world.questions == ()

    play(scenario)


def test_only_our_own_command_line_may_say_that_a_person_asked(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(asked_for(ApprovePrograms.EACH_TIME))
        mirror = await ready(w)
        pretends = from_outside(by=Starter.COMMAND_LINE)
        assert w.desk.ready_session(pretends, mirror) is None
        with pytest.raises(AppError):
            await w.ask(pretends)
        ours = from_outside(by=Starter.COMMAND_LINE, pid=OUR_COMMAND_LINE)
        assert w.desk.ready_session(ours, mirror) is mirror.sessions[ProfileName("a")]

    play(scenario)


def test_a_program_that_cannot_be_recognized_is_told_so(play: Play) -> None:
    async def scenario(w: DeskWorld) -> None:
        await w.open(asked_for(ApprovePrograms.UNTIL_LOCK))
        with pytest.raises(AppError) as caught:
            await w.ask(from_outside(pid=NOBODY))
        assert caught.value.problem.code is Code.PROGRAM_UNKNOWN
        [question] = (await w.ask(from_outside(pid=NOBODY, ask=True, wait=WAIT))).questions
        assert question.asking is not None
        assert question.asking.answers == (Answer.ONCE, Answer.DENY)

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
        for verb, code in (
            (Ask.RAISE, Code.NO_DISPLAY),
            (Ask.PALETTE, Code.APPLICATION_ABSENT),
            (Ask.TAKE_OVER, Code.ENGINE_UNREACHABLE),
        ):
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
