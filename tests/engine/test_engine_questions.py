"""MFA codes and approvals: who is asked, when, and what becomes of the answer."""

import asyncio
from datetime import timedelta

import pytest

from app.domain.names import ProfileName
from app.domain.problem import AppError, AttentionKind, Code, Problem, Verb
from app.domain.profile import Catalog
from app.domain.session import ONCE, Active, Attention, QuestionKind, Starter
from app.domain.source import MfaMode
from app.texts import describe, title_arguments
from tests.engine.conftest import Play
from tests.support.engine_world import SERIAL, World, catalog, process, profile, role, with_mfa

NAMES = ("p0", "p1", "p2")


def _three(session: timedelta | None = timedelta(hours=12)) -> Catalog:
    return catalog(*(profile(name, role(name, mfa=True)) for name in NAMES), sources=[with_mfa(session=session)])


def test_one_question_and_one_code_serve_all_who_wait_for_the_device(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three())
        await w.start(*NAMES)
        (question,) = w.questions
        assert question.kind is QuestionKind.MFA
        assert question.subject == SERIAL
        assert sorted(question.profiles) == list(NAMES)
        engine.answer(question.id, "123 456")
        await w.clock.advance(1)
        assert w.states(*NAMES) == ["active"] * 3
        assert w.questions == ()
        assert w.sts.codes == ["123456"]
        assert [one.duration for one in w.sts.tokens] == [timedelta(hours=12)]
        assert w.mfa.used == {(SERIAL, "123456")}

    play(scenario)


def test_the_mfa_session_serves_renewals_and_later_starts(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three())
        await w.start("p0")
        engine.answer(w.questions[0].id, "123456")
        await w.clock.advance(timedelta(hours=6))
        await w.stop("p0")
        await w.start("p1")
        assert w.states("p1") == ["active"]
        assert w.sts.codes == ["123456"]

    play(scenario)


def test_an_mfa_session_that_is_not_to_be_kept_serves_those_who_wait_alone(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three())
        await w.start("p0", "p1")
        (question,) = w.questions
        assert question.keep == timedelta(hours=12)
        engine.answer(question.id, "123 456" + ONCE)
        await w.clock.advance(1)
        assert w.states("p0", "p1") == ["active"] * 2
        assert w.sts.codes == ["123456"]
        await w.start("p2")
        (question,) = w.questions  # the next one needs a code of its own
        engine.answer(question.id, "234567")
        await w.clock.advance(1)
        assert w.states("p2") == ["active"]
        await w.stop("p2")
        await w.start("p2")  # and that one was kept
        assert w.sts.codes == ["123456", "234567"]

    play(scenario)


def test_a_code_for_one_call_keeps_nothing_and_says_so(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(_three(None))
        await w.start("p0")
        (question,) = w.questions
        assert question.keep is None

    play(scenario)


def test_without_an_mfa_session_each_hop_sends_its_own_code(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three(None))
        await w.start("p0")
        engine.answer(w.questions[0].id, "111111")
        await w.clock.advance(1)
        await w.start("p1")
        engine.answer(w.questions[0].id, "222222")
        await w.clock.advance(1)
        assert w.states("p0", "p1") == ["active", "active"]
        assert w.sts.tokens == []
        assert w.sts.codes == ["111111", "222222"]

    play(scenario)


def test_calls_that_wait_together_are_served_by_one_code_even_without_an_mfa_session(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three(None))
        await w.start(*NAMES)
        (question,) = w.questions
        assert sorted(question.profiles) == list(NAMES)
        engine.answer(question.id, "111111")
        await w.clock.advance(1)
        assert w.states(*NAMES) == ["active"] * 3
        assert w.sts.codes == ["111111"]
        assert len(w.sts.tokens) == 1
        await w.stop("p0")
        await w.start("p0")
        assert len(w.questions) == 1  # what was shared is not kept

    play(scenario)


def test_a_code_that_was_used_is_refused_before_it_is_sent(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three())
        w.mfa.used.add((SERIAL, "123456"))
        await w.start("p0")
        engine.answer(w.questions[0].id, "123456")
        await w.clock.advance(1)
        assert w.sts.seen == []
        (question,) = w.questions
        assert question.refused is not None
        assert question.refused.code is Code.MFA_REUSED
        engine.answer(question.id, "12345")
        await w.clock.advance(1)
        assert w.questions[0].refused is not None
        assert w.questions[0].refused.code is Code.MFA_CODE_FORMAT
        engine.answer(w.questions[0].id, "654321")
        await w.clock.advance(1)
        assert w.states("p0") == ["active"]

    play(scenario)


def test_a_refused_code_is_asked_for_again(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three())
        refused = Problem.of(Code.MFA_REFUSED, Verb.GIVE_MFA, code="111111", serial=SERIAL)
        w.sts.refuse = lambda call: refused
        await w.start("p0")
        engine.answer(w.questions[0].id, "111111")
        await w.clock.advance(1)
        assert w.questions[0].refused == refused
        w.sts.refuse = lambda call: None
        engine.answer(w.questions[0].id, "222222")
        await w.clock.advance(1)
        assert w.states("p0") == ["active"]

    play(scenario)


@pytest.mark.parametrize("canceled", [True, False])
def test_a_question_without_an_answer_ends_in_attention_for_all(play: Play, canceled: bool) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three(None))
        await w.start(*NAMES)
        if canceled:
            engine.answer(w.questions[0].id, None)
            await w.clock.advance(1)
        else:
            await w.clock.advance(timedelta(minutes=5, seconds=1))
        assert w.questions == ()
        for name in NAMES:
            state = w.status(name).state
            assert isinstance(state, Attention)
            assert state.kind is AttentionKind.MFA
            assert state.problem.code is (Code.CANCELED if canceled else Code.MFA_NEEDED)
        await w.clock.advance(timedelta(hours=1))
        assert w.questions == ()
        assert w.sts.seen == []

    play(scenario)


def test_a_prompt_appears_only_when_a_person_asked(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three())
        await w.start("p0", by=Starter.AUTO)
        assert w.questions == ()
        state = w.status("p0").state
        assert isinstance(state, Attention)
        assert state.kind is AttentionKind.MFA
        engine.renew(ProfileName("p0"))
        await w.clock.advance(1)
        assert len(w.questions) == 1

    play(scenario)


def test_a_renewal_that_needs_a_code_keeps_the_old_session_and_asks_nobody(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three(None))
        await w.start("p0")
        engine.answer(w.questions[0].id, "111111")
        await w.clock.advance(1)
        for _ in range(50):
            await w.clock.advance(60)
            assert w.questions == ()
        state = w.status("p0").state
        assert isinstance(state, Attention)
        assert state.lease is not None
        assert w.files.good("p0")
        engine.renew(ProfileName("p0"))
        await w.clock.advance(1)
        engine.answer(w.questions[0].id, "222222")
        await w.clock.advance(1)
        assert isinstance(w.status("p0").state, Active)

    play(scenario)


def test_a_person_who_joins_makes_the_question_appear(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(_three())
        assert w.engine is not None
        w.engine.start(ProfileName("p0"), by=Starter.AUTO)
        w.engine.start(ProfileName("p1"), by=Starter.TRAY)
        await w.clock.advance(1)
        assert len(w.questions) == 1
        assert sorted(w.questions[0].profiles) == ["p0", "p1"]

    play(scenario)


def test_a_stop_takes_the_profile_out_of_the_question_and_the_last_one_withdraws_it(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(_three())
        await w.start("p0", "p1")
        await w.stop("p0")
        assert w.questions[0].profiles == ("p1",)
        await w.stop("p1")
        assert w.questions == ()

    play(scenario)


def test_codes_that_need_no_person_renew_in_the_background(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.mfa.codes = ["100001", "100002", "100003"]
        await w.open(catalog(profile("p0", role("p0", mfa=True)), sources=[with_mfa(session=None, mode=MfaMode.TOTP)]))
        await w.start("p0", by=Starter.AUTO)
        await w.clock.advance(timedelta(minutes=50))
        assert w.sts.codes == ["100001", "100002"]
        assert w.states("p0") == ["active"]

    play(scenario)


def test_a_command_that_needs_a_person_counts_as_a_prompt(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.mfa.codes = ["100001"]
        source = with_mfa(mode=MfaMode.COMMAND, command=("ykman", "code"))
        await w.open(catalog(profile("p0", role("p0", mfa=True)), sources=[source]))
        await w.start("p0", by=Starter.AUTO)
        assert w.mfa.asked == 0
        assert w.states("p0") == ["attention"]
        await w.start("p0", by=Starter.TRAY)
        assert w.states("p0") == ["active"]

    play(scenario)


def test_a_command_is_approved_by_a_person_and_then_runs(play: Play) -> None:
    async def scenario(w: World) -> None:
        source = process("helper", "/opt/bin/helper", "--a b")
        said = "/opt/bin/helper '--a b'"
        need = Problem.of(Code.APPROVAL_NEEDED, Verb.APPROVE, "helper", source="helper", command=said)
        w.sources.refuse = lambda one: None if w.approvals.approved(source.command) else need
        engine = await w.open(
            catalog(profile("p0", source="helper"), profile("p1", role("x"), source="helper"), sources=[source])
        )
        await w.start("p0", by=Starter.AUTO)
        state = w.status("p0").state
        assert isinstance(state, Attention)
        assert state.kind is AttentionKind.APPROVAL
        await w.start("p0", "p1")
        (question,) = w.questions
        assert question.kind is QuestionKind.APPROVE_COMMAND
        assert question.subject == "helper"
        assert question.command == source.command
        engine.answer(question.id, "yes")
        await w.clock.advance(1)
        assert w.states("p0", "p1") == ["active", "active"]

    play(scenario)


def test_a_no_to_a_command_is_attention_and_not_asked_again(play: Play) -> None:
    async def scenario(w: World) -> None:
        need = Problem.of(Code.APPROVAL_NEEDED, Verb.APPROVE, "helper", source="helper", command="/opt/bin/helper")
        w.sources.refuse = lambda one: need
        engine = await w.open(catalog(profile("p0", source="helper"), sources=[process()]))
        await w.start("p0")
        engine.answer(w.questions[0].id, "no")
        await w.clock.advance(timedelta(hours=1))
        assert w.questions == ()
        state = w.status("p0").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.DENIED
        words = describe(state.problem)
        assert words.title == f"Denied: helper for source {state.problem.arguments['source']}"
        assert title_arguments(state.problem).keys() == {"program", "source"}, "Activity names them too"
        assert state.kind is AttentionKind.APPROVAL
        assert w.approvals.commands == set()

    play(scenario)


def test_lock_closes_questions_stops_all_and_refuses(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(_three())
        await w.start("p0")
        engine.answer(w.questions[0].id, "111111")
        await w.clock.advance(1)
        await w.until(engine.lock())
        assert w.states("p0") == ["stopped"]
        assert w.files.sections == {}
        assert engine.credentials(ProfileName("p0")) is None
        for verb in (lambda: engine.start(ProfileName("p0"), by=Starter.TRAY), lambda: engine.renew(ProfileName("p0"))):
            with pytest.raises(AppError) as raised:
                verb()
            assert raised.value.problem.code is Code.LOCKED
        with pytest.raises(AppError):
            await engine.session(ProfileName("p0"), by=Starter.PROGRAM)
        engine.unlock()
        await w.start("p0")
        assert len(w.questions) == 1  # the MFA session was forgotten

    play(scenario)


def test_a_call_under_way_when_the_engine_is_locked_ends_with_locked(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.latency = 5.0
        engine = await w.open(catalog(profile("plain", role("one"))))
        task = asyncio.ensure_future(engine.session(ProfileName("plain"), by=Starter.PROGRAM))
        await w.clock.advance(1)
        await w.until(engine.lock())
        with pytest.raises(AppError) as raised:
            await w.until(task)
        assert raised.value.problem.code is Code.LOCKED
        engine.unlock()
        w.sts.latency = 0.0
        assert (await w.until(engine.session(ProfileName("plain"), by=Starter.PROGRAM))).arn is not None

    play(scenario)


def test_the_canceled_one_does_not_take_the_shared_call_from_the_others(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.latency = 2.0
        await w.open(catalog(profile("a", role("hub"), role("a")), profile("b", role("hub"), role("b"))))
        await w.start("a", "b")
        await w.stop("a")
        await w.clock.advance(10)
        assert w.states("a", "b") == ["stopped", "active"]
        assert w.sts.roles.count("hub") == 1
        assert "a" not in w.sts.roles

    play(scenario)
