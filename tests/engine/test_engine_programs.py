"""The gate: which program may have which profile's session, who is asked, and what is remembered for how long."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.activitywords import detail_words
from app.domain.activity import Event, What
from app.domain.names import ProfileName
from app.domain.profile import ApprovePrograms, Catalog, Safety
from app.domain.programs import UNKNOWN, Answer, Program, Verdict, Way
from app.domain.session import QuestionKind
from tests.support.engine_world import World, catalog, profile, role

NAME = ProfileName("a")
TERRAFORM = Program(4121, "/usr/bin/terraform", folder="/srv", key="terraform", process="process 4121 1")
AGAIN = replace(TERRAFORM, pid=4200, process="process 4200 2")  # the same file, another process
OTHER = Program(5000, "/usr/bin/aws", key="aws", process="process 5000 1")
SCRIPTLESS = Program(6000, "/usr/bin/python3", process="process 6000 1")
HOUR = timedelta(hours=1)

Scenario = Callable[[World], Awaitable[None]]
Run = Callable[[Scenario], None]


def wants(approve: ApprovePrograms) -> Catalog:
    return catalog(replace(profile("a", role("a")), safety=Safety(approve_programs=approve)))


async def asked(w: World, program: Program, answer: Answer | None) -> Verdict:
    """Let a program ask, answer, and return what it gets when it asks again."""
    assert w.engine is not None
    assert w.engine.programs.decide(program, NAME, Way.ENDPOINT) is Verdict.ASKED
    await w.clock.advance(0.1)
    w.engine.answer(w.questions[0].id, answer)
    await w.clock.advance(5)
    return w.engine.programs.decide(program, NAME, Way.ENDPOINT)


def test_never_asks_nobody_and_an_unknown_profile_gets_nothing(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.NEVER))).programs
        assert gate.decide(UNKNOWN, NAME, Way.ENDPOINT) is Verdict.ALLOWED
        assert not gate.wanted(NAME)
        assert gate.decide(TERRAFORM, ProfileName("gone"), Way.ENDPOINT) is Verdict.DENIED

    play_fast(scenario)


@pytest.mark.parametrize("approve", [ApprovePrograms.EACH_TIME, ApprovePrograms.ONCE_1H, ApprovePrograms.UNTIL_LOCK])
def test_once_is_one_request(play_fast: Run, approve: ApprovePrograms) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(approve))).programs
        assert await asked(w, TERRAFORM, Answer.ONCE) is Verdict.ALLOWED
        assert gate.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.ASKED

    play_fast(scenario)


def test_a_once_that_nobody_fetches_ends_after_five_minutes(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.EACH_TIME))).programs
        gate.decide(TERRAFORM, NAME, Way.ENDPOINT)
        await w.clock.advance(0.1)
        w.engine.answer(w.questions[0].id, "once")  # type: ignore[union-attr]
        await w.clock.advance(301)
        assert gate.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.ASKED

    play_fast(scenario)


def test_an_hour_is_an_hour_for_the_same_file_in_any_process(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.ONCE_1H))).programs
        assert await asked(w, TERRAFORM, Answer.HOUR) is Verdict.ALLOWED
        assert gate.remembered(AGAIN, NAME)
        assert not gate.remembered(OTHER, NAME)
        await w.clock.advance(3590)
        assert gate.remembered(AGAIN, NAME)
        await w.clock.advance(10)
        assert not gate.remembered(AGAIN, NAME)

    play_fast(scenario)


def test_each_answer_is_told_a_late_no_too(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.EACH_TIME))).programs
        told: list[tuple[str, Answer]] = []
        gate.answered = lambda asking, answer: told.append((asking.program.name, answer))
        assert await asked(w, TERRAFORM, Answer.ONCE) is Verdict.ALLOWED
        await asked(w, OTHER, None)
        assert told == [(TERRAFORM.name, Answer.ONCE), (OTHER.name, Answer.DENY)]
        event = Event(w.clock.now(), What.PROGRAM, NAME, f"{TERRAFORM.name}: {Answer.ONCE}")
        assert detail_words(event) == f"{TERRAFORM.name}: Allowed once"

    play_fast(scenario)


def test_a_changed_file_is_another_program(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.ONCE_1H))).programs
        assert await asked(w, TERRAFORM, Answer.HOUR) is Verdict.ALLOWED
        assert gate.decide(replace(TERRAFORM, key="changed"), NAME, Way.ENDPOINT) is Verdict.ASKED

    play_fast(scenario)


def test_an_hour_lives_through_a_restart_and_until_lock_does_not(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        await w.open(wants(ApprovePrograms.UNTIL_LOCK))
        assert await asked(w, TERRAFORM, Answer.HOUR) is Verdict.ALLOWED
        assert await asked(w, OTHER, Answer.UNTIL_LOCK) is Verdict.ALLOWED
        assert await asked(w, SCRIPTLESS, Answer.UNTIL_LOCK) is Verdict.ALLOWED
        await w.close()
        gate = (await w.open(w.catalog)).programs
        assert gate.remembered(TERRAFORM, NAME)
        assert not gate.remembered(OTHER, NAME)
        assert not gate.remembered(SCRIPTLESS, NAME)
        saved = str(w.state.files["approvals.json"])
        assert "python3" not in saved  # known by its process alone: only in memory
        assert [one.answer for one in gate.decisions()] == [Answer.HOUR]

    play_fast(scenario)


def test_what_was_allowed_until_lock_ends_at_lock(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(wants(ApprovePrograms.UNTIL_LOCK))
        assert await asked(w, TERRAFORM, Answer.UNTIL_LOCK) is Verdict.ALLOWED
        await w.clock.advance(100_000)
        assert engine.programs.remembered(TERRAFORM, NAME)
        await engine.lock()
        assert engine.programs.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.DENIED
        engine.unlock()
        assert engine.programs.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.ASKED

    play_fast(scenario)


def test_a_lock_closes_the_question_and_answers_it_with_no(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(wants(ApprovePrograms.EACH_TIME))
        waiting = asyncio.ensure_future(engine.programs.allowed(TERRAFORM, NAME, Way.PROCESS_LINE))
        await w.clock.advance(1)
        await engine.lock()
        assert await waiting is False
        assert w.questions == ()

    play_fast(scenario)


@pytest.mark.parametrize(
    ("approve", "answer"),
    [(ApprovePrograms.EACH_TIME, Answer.HOUR), (ApprovePrograms.ONCE_1H, Answer.UNTIL_LOCK)],
)
def test_an_answer_that_was_not_offered_counts_once(play_fast: Run, approve: ApprovePrograms, answer: Answer) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(approve))).programs
        assert await asked(w, TERRAFORM, answer) is Verdict.ALLOWED
        assert gate.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.ASKED

    play_fast(scenario)


def test_a_profile_that_became_stricter_is_obeyed_at_once(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(wants(ApprovePrograms.UNTIL_LOCK))
        assert await asked(w, TERRAFORM, Answer.UNTIL_LOCK) is Verdict.ALLOWED
        await w.use(wants(ApprovePrograms.EACH_TIME))
        assert engine.programs.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.ASKED

    play_fast(scenario)


def test_no_and_no_answer_are_no_and_a_burst_is_not_asked_again(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.EACH_TIME))).programs
        for answer in (Answer.DENY, None, "whatever"):
            assert gate.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.ASKED
            await w.clock.advance(0.1)
            w.engine.answer(w.questions[0].id, answer)  # type: ignore[union-attr]
            await w.clock.advance(1)
            assert gate.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.DENIED
            await w.clock.advance(3)
        waiting = asyncio.ensure_future(gate.allowed(TERRAFORM, NAME, Way.ENDPOINT))
        await w.clock.advance(59)
        assert not waiting.done()
        await w.clock.advance(2)
        assert await waiting is False
        assert w.questions == ()

    play_fast(scenario)


def test_deny_for_an_hour_is_quiet_for_an_hour(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.EACH_TIME))).programs
        assert await asked(w, TERRAFORM, Answer.DENY_HOUR) is Verdict.DENIED
        await w.clock.advance(3580)
        assert gate.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.DENIED
        assert w.questions == ()
        await w.clock.advance(30)
        assert gate.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.ASKED

    play_fast(scenario)


def test_a_clock_that_was_set_back_makes_no_hour_longer(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.ONCE_1H))).programs
        assert await asked(w, TERRAFORM, Answer.HOUR) is Verdict.ALLOWED
        w.clock.step(timedelta(days=-1))
        assert not gate.remembered(TERRAFORM, NAME)

    play_fast(scenario)


def test_askings_of_one_program_share_a_question_and_those_of_others_do_not(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.EACH_TIME))).programs
        waiting = [asyncio.ensure_future(gate.allowed(one, NAME, Way.PROCESS_LINE)) for one in (TERRAFORM, AGAIN)]
        await w.clock.advance(0.1)
        assert gate.decide(TERRAFORM, NAME, Way.ENDPOINT) is Verdict.ASKED
        gate.decide(OTHER, NAME, Way.ENDPOINT)
        await w.clock.advance(0.1)
        assert [one.kind for one in w.questions] == [QuestionKind.PROGRAM] * 2
        assert w.engine is not None
        w.engine.answer(w.questions[0].id, "once")
        await w.clock.advance(0.1)
        assert [await one for one in waiting] == [True, True]
        assert len(w.questions) == 1

    play_fast(scenario)


def test_a_program_known_by_its_process_is_remembered_while_it_runs(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.ONCE_1H))).programs
        assert await asked(w, SCRIPTLESS, Answer.HOUR) is Verdict.ALLOWED
        assert not gate.remembered(replace(SCRIPTLESS, process="process 6001 1"), NAME)

    play_fast(scenario)


def test_an_unknown_program_is_asked_for_where_it_waits_and_never_remembered(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.UNTIL_LOCK))).programs
        assert gate.decide(UNKNOWN, NAME, Way.ENDPOINT) is Verdict.DENIED
        for _ in range(2):
            waiting = asyncio.ensure_future(gate.allowed(UNKNOWN, NAME, Way.PROCESS_LINE))
            await w.clock.advance(0.1)
            assert w.engine is not None
            w.engine.answer(w.questions[0].id, "until-lock")
            await w.clock.advance(0.1)
            assert await waiting is True
        assert gate.decisions() == ()

    play_fast(scenario)


def test_a_decision_is_taken_back(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.ONCE_1H))).programs
        assert await asked(w, TERRAFORM, Answer.HOUR) is Verdict.ALLOWED
        assert await asked(w, OTHER, Answer.HOUR) is Verdict.ALLOWED
        assert gate.revoke(gate.decisions()[0].id) == 1
        assert [one.name for one in gate.decisions()] == ["terraform"]
        assert gate.revoke(None) == 1
        assert not gate.remembered(TERRAFORM, NAME)
        await w.close()
        assert (await w.open(w.catalog)).programs.decisions() == ()

    play_fast(scenario)


def test_the_question_says_what_was_decided_last_and_what_cloudtrail_shows(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.ONCE_1H))).programs
        assert await asked(w, TERRAFORM, Answer.HOUR) is Verdict.ALLOWED
        await w.clock.advance(4000)
        gate.decide(TERRAFORM, NAME, Way.ENDPOINT)
        await w.clock.advance(0.1)
        asking = w.questions[0].asking
        assert asking is not None
        assert asking.last is not None
        assert (asking.last.answer, asking.session_name) == (Answer.HOUR, "ana-a")
        assert w.questions[0].deadline - w.questions[0].asked_at == timedelta(seconds=60)

    play_fast(scenario)


def test_a_broken_file_of_decisions_is_no_decision(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        w.state.files["approvals.json"] = {
            "commands": [["/bin/x"]],
            "programs": [7, {}, {"id": "x", "answer": "hour"}, {"id": 1, "profile": "a", "identity": "terraform",
                "executable": "", "script": "", "answer": "everything", "at": "2026-01-01T00:00:00+00:00"}],
        }  # fmt: skip
        gate = (await w.open(wants(ApprovePrograms.ONCE_1H))).programs
        assert gate.decisions() == ()
        assert await asked(w, TERRAFORM, Answer.HOUR) is Verdict.ALLOWED
        assert w.state.files["approvals.json"]["commands"] == [["/bin/x"]]

    play_fast(scenario)


def test_any_thread_may_decide(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        gate = (await w.open(wants(ApprovePrograms.ONCE_1H))).programs
        found: list[Verdict] = []

        def decide() -> None:
            found.extend(gate.decide(TERRAFORM, NAME, Way.ENDPOINT) for _ in range(50))

        threads = [threading.Thread(target=decide) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        await w.clock.advance(0.1)
        assert set(found) == {Verdict.ASKED}
        assert len(w.questions) == 1

    play_fast(scenario)
