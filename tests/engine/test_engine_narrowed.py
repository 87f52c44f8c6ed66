"""Narrower sessions: got when they are asked for, beside the profile's own, in no file, and never it in their place."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.calls import AssumeRoleCall, FederationCall
from app.domain.names import ProfileName
from app.domain.narrower import parse_narrowing
from app.domain.narrowing import READ_ONLY
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import ApprovePrograms, Safety
from app.domain.programs import Answer, Program, Verdict, Way
from app.domain.session import Starter
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, profile, role
from tests.support.fakes import NETWORK, session_keys

NAME = ProfileName("a")
ME, PROGRAM = Starter.COMMAND_LINE, Starter.PROGRAM
SHORT = parse_narrowing(duration="15m")
TERRAFORM = Program(4121, "/usr/bin/terraform", folder="/srv", key="terraform", process="process 4121 1")

Scenario = Callable[[World], Awaitable[None]]
Run = Callable[[Scenario], None]


def test_it_stands_beside_the_profiles_own_and_in_no_file(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one"), role("two"))), "a")
        own = engine.credentials(NAME)
        less = await engine.narrowed_session(NAME, READ_ONLY, by=ME)
        assert own is not None
        assert less.credentials.access_key_id != own.credentials.access_key_id
        assert engine.credentials(NAME) == own
        assert (await engine.session(NAME, by=ME)) == own
        assert w.sts.roles == ["one", "two", "two"]  # the first hop served both
        last = w.sts.seen[-1][0]
        assert isinstance(last, AssumeRoleCall)
        assert last.policy_arns == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
        await w.clock.advance(1)
        assert [keys.access_key_id for _, keys in w.files.sections.values()] == [own.credentials.access_key_id]

    play(scenario)


def test_it_is_got_without_the_profiles_own_and_kept_by_its_key(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one"))), auto=False)
        first, second = await asyncio.gather(
            engine.narrowed_session(NAME, READ_ONLY, by=ME), engine.narrowed_session(NAME, READ_ONLY, by=PROGRAM)
        )
        assert first == second == await engine.narrowed_session(NAME, READ_ONLY, by=ME)
        assert len(w.sts.seen) == 1
        other = await engine.narrowed_session(NAME, SHORT, by=ME)
        assert other != first
        assert len(w.sts.seen) == 2
        assert engine.credentials(NAME) is None
        assert w.files.sections == {}

    play(scenario)


def test_a_fresh_one_is_got_when_it_is_due_and_the_old_one_serves_where_aws_cannot_be_asked(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one"))), auto=False)
        first = await engine.narrowed_session(NAME, READ_ONLY, by=ME)
        await w.clock.advance(timedelta(minutes=50))
        second = await engine.narrowed_session(NAME, READ_ONLY, by=PROGRAM, fresh=True)
        assert second != first
        await w.clock.advance(timedelta(minutes=50))
        w.sts.refuse = lambda call: NETWORK
        assert await engine.narrowed_session(NAME, READ_ONLY, by=PROGRAM) == second
        with pytest.raises(AppError) as caught:
            await engine.narrowed_session(NAME, READ_ONLY, by=PROGRAM, fresh=True)
        assert caught.value.problem == NETWORK

    play(scenario)


def test_stop_lock_and_deletion_forget_it(play: Play) -> None:
    async def scenario(w: World) -> None:
        of = catalog(profile("a", role("one")), profile("b", role("two")))
        engine = await w.open(of, auto=False)
        for forget in (engine.stop(NAME), engine.lock()):
            before = await engine.narrowed_session(NAME, READ_ONLY, by=ME)
            await w.until(forget)
            engine.unlock()
            assert await engine.narrowed_session(NAME, READ_ONLY, by=ME) != before
        secrets = len(list(engine.secrets()))
        await w.use(catalog(profile("b", role("two"))))
        assert len(list(engine.secrets())) < secrets

    play(scenario)


def test_locked_and_paused_it_is_refused_but_for_what_is_in_memory(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one"))), auto=False)
        engine.pause(None)
        with pytest.raises(AppError) as caught:
            await engine.narrowed_session(NAME, READ_ONLY, by=PROGRAM)
        assert caught.value.problem.code is Code.PAUSED
        got = await engine.narrowed_session(NAME, READ_ONLY, by=ME)
        assert await engine.narrowed_session(NAME, READ_ONLY, by=PROGRAM) == got
        await w.until(engine.lock())
        with pytest.raises(AppError) as caught:
            await engine.narrowed_session(NAME, READ_ONLY, by=ME)
        assert caught.value.problem.code is Code.LOCKED

    play(scenario)


def test_aws_refusal_is_about_the_policy_that_was_given_and_nothing_is_handed_out(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one"))), "a")
        packed = Problem.of(Code.POLICY_PACKED, Verb.EDIT_HOP, "1", hop=1, percent=112)
        w.sts.refuse = lambda call: packed
        with pytest.raises(AppError) as caught:
            await engine.narrowed_session(NAME, READ_ONLY, by=ME)
        problem = caught.value.problem
        assert (problem.code, problem.remedy.verb) == (Code.POLICY_PACKED, Verb.NONE)
        assert problem.arguments == {"hop": 1, "percent": 112, "given": True}

    play(scenario)


def test_a_user_gets_a_federation_token_signed_with_the_long_lived_keys(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a")), "a")
        await engine.narrowed_session(NAME, READ_ONLY, by=ME)
        call, signer, _ = w.sts.seen[-1]
        assert isinstance(call, FederationCall)
        assert signer.startswith("AKIA")

    play(scenario)


@pytest.mark.parametrize("wish", [READ_ONLY, SHORT])
def test_temporary_keys_of_a_source_are_never_handed_out_as_the_narrower_session(play: Play, wish: object) -> None:
    async def scenario(w: World) -> None:
        w.sources.give["acme"] = lambda: session_keys("ASIAWHOLE", w.clock.now() + timedelta(hours=1))
        engine = await w.open(catalog(profile("a")), "a")
        assert engine.credentials(NAME) is not None
        with pytest.raises(AppError) as caught:
            await engine.narrowed_session(NAME, wish, by=ME)  # type: ignore[arg-type]
        problem = caught.value.problem
        assert (problem.code, problem.arguments["temporary"]) == (Code.NARROWING_IMPOSSIBLE, True)

    play(scenario)


@pytest.mark.parametrize("answer", [Answer.ONCE, Answer.HOUR])
def test_a_yes_to_less_is_no_yes_to_the_whole(play_fast: Run, answer: Answer) -> None:
    async def scenario(w: World) -> None:
        asks = replace(profile("a", role("a")), safety=Safety(approve_programs=ApprovePrograms.ONCE_1H))
        engine = await w.open(catalog(asks))
        gate, less = engine.programs, READ_ONLY.key
        assert gate.decide(TERRAFORM, NAME, Way.SOCKET, less) is Verdict.ASKED
        await w.clock.advance(0.1)
        (question,) = w.questions
        assert question.asking is not None
        assert question.asking.narrowing == less
        engine.answer(question.id, answer)
        await w.clock.advance(5)
        assert gate.decide(TERRAFORM, NAME, Way.SOCKET) is Verdict.ASKED
        assert gate.decide(TERRAFORM, NAME, Way.SOCKET, SHORT.key) is Verdict.ASKED
        assert gate.decide(TERRAFORM, NAME, Way.SOCKET, less) is Verdict.ALLOWED
        assert gate.remembered(TERRAFORM, NAME, less) is (answer is Answer.HOUR)
        assert not gate.remembered(TERRAFORM, NAME)
        await w.clock.advance(0.1)
        assert len(w.questions) == 2

    play_fast(scenario)


def test_a_yes_to_the_whole_holds_for_less_and_both_outlive_a_restart(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        asks = replace(profile("a", role("a")), safety=Safety(approve_programs=ApprovePrograms.ONCE_1H))
        of = catalog(asks)
        other = replace(TERRAFORM, key="other")
        engine = await w.open(of)
        for program, narrowing in ((TERRAFORM, ""), (other, READ_ONLY.key)):
            engine.programs.decide(program, NAME, Way.SOCKET, narrowing)
            await w.clock.advance(0.1)
            engine.answer(w.questions[0].id, Answer.HOUR)
            await w.clock.advance(5)
        await w.close()
        gate = (await w.open(of)).programs
        assert gate.remembered(TERRAFORM, NAME, READ_ONLY.key)
        assert gate.remembered(other, NAME, READ_ONLY.key)
        assert not gate.remembered(other, NAME)
        assert {one.narrowing for one in gate.decisions()} == {"", "read-only"}
        (narrow,) = [one for one in gate.decisions() if one.narrowing]
        assert gate.revoke(narrow.id) == 1
        assert not gate.remembered(other, NAME, READ_ONLY.key)
        assert gate.remembered(TERRAFORM, NAME)

    play_fast(scenario)


def test_what_has_ended_is_not_remembered_for_ever(play_fast: Run) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one"))), auto=False)
        for number in range(100):
            policy = f'{{"Statement":[{{"Effect":"Allow","Action":"s3:Get{number}","Resource":"*"}}]}}'
            await engine.narrowed_session(NAME, parse_narrowing(policy=policy), by=ME)
            await w.clock.advance(timedelta(minutes=2))
        assert len(list(engine.secrets())) < 150
        await w.stop("a")
        assert [one.reveal() for one in engine.secrets()] == ["long-lived secret"]

    play_fast(scenario)
