"""The editor's Test, the hour behind an MFA session, a profile that meets a fault of ours."""

import asyncio
from datetime import timedelta

import pytest

from app.domain.calls import AssumeRoleCall, SessionTokenCall
from app.domain.names import ProfileName
from app.domain.problem import AppError, AttentionKind, Code, Problem, Verb
from app.domain.profile import Profile, Settings
from app.domain.session import Active, Attention, QuestionKind, Starter
from app.domain.source import MfaMode
from app.engine.engine import Engine, TestStep
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, profile, role, with_mfa
from tests.support.fake_files import foreign_problem
from tests.support.fakes import DENIED, HOUR
from tests.support.logfail import ExpectedLogs


async def _steps(engine: Engine, of: Profile) -> list[TestStep]:
    return [step async for step in engine.identity_test(of)]


def _said(steps: list[TestStep]) -> list[tuple[int, str, bool]]:
    return [(one.number, type(one.call).__name__, one.done) for one in steps]


def test_a_test_makes_each_call_and_asks_who_that_is(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog())
        steps = await w.until(_steps(engine, profile("new", role("one"), role("two"))))
        assert _said(steps) == [
            (1, "SourceCall", False),
            (1, "SourceCall", True),
            (2, "AssumeRoleCall", False),
            (2, "AssumeRoleCall", True),
            (3, "AssumeRoleCall", False),
            (3, "AssumeRoleCall", True),
            (4, "NoneType", False),
            (4, "NoneType", True),
        ]
        assert {one.steps for one in steps} == {4}
        assert steps[-1].identity is not None
        assert steps[-1].identity.arn == "arn:of:ASIA000000000002"
        assert w.files.writes == []

    play(scenario)


def test_a_test_is_made_for_real_every_time_and_ends_with_the_first_problem(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.until(_steps(engine, profile("a", role("one"))))
        assert w.sts.roles == ["one", "one"]
        w.sts.refuse = lambda call: DENIED if isinstance(call, AssumeRoleCall) else None
        steps = await w.until(_steps(engine, profile("a", role("one"), role("two"))))
        assert steps[-1].problem == DENIED
        assert steps[-1].number == 2
        with pytest.raises(AppError) as raised:
            engine.identity_test(profile("a", source="nobody"))
        assert raised.value.problem.code is Code.SOURCE_UNKNOWN
        assert w.states("a") == ["active"]

    play(scenario)


def test_the_time_of_a_test_is_that_of_its_calls_and_not_a_persons(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(sources=[with_mfa(session=None)]))
        task = asyncio.ensure_future(_steps(engine, profile("b", role("two", mfa=True))))
        await w.clock.advance(40)
        (question,) = w.questions
        engine.answer(question.id, "111111")
        steps = await w.until(task)
        assert "b" not in engine.store.statuses, "a test is no session"
        assert [one.call is None or one.seconds < 2 for one in steps] == [True] * len(steps)
        again = asyncio.ensure_future(_steps(engine, profile("b", role("two", mfa=True))))
        await w.clock.advance(40)
        engine.answer(w.questions[0].id, None)
        refused = (await w.until(again))[-1]
        assert refused.problem is not None
        assert refused.seconds < 2

    play(scenario)


def test_a_start_says_what_it_asks_a_person_for_as_long_as_it_does(play: Play) -> None:
    async def scenario(w: World) -> None:
        one, two = profile("a", role("one", mfa=True)), profile("b", role("two"))
        engine = await w.open(catalog(one, two, sources=[with_mfa(session=None)]))
        await w.start("a")
        assert (w.states("a"), w.status("a").asked) == (["starting"], QuestionKind.MFA)
        assert w.status("b").asked is None
        engine.answer(w.questions[0].id, "111111")
        await w.clock.advance(1)
        assert (w.states("a"), w.status("a").asked) == (["active"], None)

    play(scenario)


def test_a_test_uses_the_mfa_session_that_is_there_and_else_asks(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one", mfa=True)), sources=[with_mfa()]))
        task = asyncio.ensure_future(_steps(engine, profile("b", role("two", mfa=True))))
        await w.clock.advance(1)
        (question,) = w.questions
        assert question.profiles == ("b",)
        engine.answer(question.id, "111111")
        await w.until(task)
        await w.start("a")
        assert len(w.questions) == 1  # the test kept nothing
        engine.answer(w.questions[0].id, "222222")
        await w.clock.advance(1)
        await w.until(_steps(engine, profile("b", role("two", mfa=True))))
        assert w.sts.codes == ["111111", "222222"]

    play(scenario)


def test_an_hour_follows_where_more_is_refused_behind_an_mfa_session(play: Play) -> None:
    async def scenario(w: World) -> None:
        limit = Problem.of(Code.CHAINING_LIMIT, Verb.EDIT_HOP, "1", hop=1, asked="4 h", maximum="1 h")

        def refuse(call: object) -> Problem | None:
            return limit if isinstance(call, AssumeRoleCall) and call.duration != HOUR else None

        w.sts.refuse = refuse
        w.mfa.codes = ["111111"]
        hop = role("one", duration=timedelta(hours=4), mfa=True)
        await w.open(catalog(profile("a", hop), sources=[with_mfa()]))
        await w.start("a")
        assert w.states("a") == ["active"]
        assert [one.code for one in w.status("a").warnings] == [Code.CHAINING_LIMIT]
        await w.clock.advance(timedelta(minutes=50))
        durations = [call.duration for call, _, _ in w.sts.seen if isinstance(call, AssumeRoleCall)]
        assert durations == [timedelta(hours=4), HOUR, HOUR]

    play(scenario)


def test_a_role_maximum_is_shown_and_not_gone_below(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.refuse = lambda call: Problem.of(Code.ROLE_MAXIMUM, Verb.EDIT_HOP, "1", hop=1, role="one", asked="4 h")
        await w.open(catalog(profile("a", role("one", duration=timedelta(hours=4)))))
        await w.start("a")
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.ROLE_MAXIMUM
        assert len(w.sts.seen) == 1

    play(scenario)


def test_an_mfa_command_is_approved_like_any_other(play: Play) -> None:
    async def scenario(w: World) -> None:
        command = ("/usr/bin/ykman", "code")
        need = Problem.of(Code.APPROVAL_NEEDED, Verb.APPROVE, "acme", source="acme", command="/usr/bin/ykman code")

        async def code(source: object, serial: str) -> str:
            if not w.approvals.approved(command):
                raise AppError(need)
            return "111111"

        w.mfa.code = code  # type: ignore[method-assign]
        source = with_mfa(mode=MfaMode.COMMAND, command=command, unattended=True)
        engine = await w.open(catalog(profile("a", role("one", mfa=True)), sources=[source]))
        await w.start("a", by=Starter.AUTO)
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.kind is AttentionKind.APPROVAL
        await w.start("a")
        (question,) = w.questions
        assert (question.kind, question.command) == (QuestionKind.APPROVE_COMMAND, command)
        engine.answer(question.id, "yes")
        await w.clock.advance(1)
        assert w.states("a") == ["active"]

    play(scenario)


def test_a_conflict_of_a_default_edited_by_hand_is_shown(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.foreign["default"] = "AKIAOTHER"
        await w.open(catalog(profile("a", role("a"))))
        await w.start("a")
        await w.use(catalog(profile("a", role("a")), settings=Settings(default=ProfileName("a"))))
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.problem == foreign_problem("default")
        assert w.files.good("a")
        await w.start("a", adopt=True)
        assert isinstance(w.status("a").state, Active)
        assert w.files.good("default")

    play(scenario)


def test_a_fault_of_ours_is_said_without_its_text_and_does_not_loop(play: Play, expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app.engine.running", "unexpected KeyError")

    async def scenario(w: World) -> None:
        def refuse(call: object) -> Problem | None:
            raise KeyError("secret words")

        w.sts.refuse = refuse
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.clock.advance(HOUR)
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.UNEXPECTED
        assert "secret" not in repr(state)
        assert len(w.sts.seen) == 1
        w.sts.refuse = lambda call: None
        await w.start("a")
        assert w.states("a") == ["active"]

    play(scenario)


def test_the_calls_of_a_renewal_are_counted_while_it_runs(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.latency = 1.0
        engine = await w.open(catalog(profile("a", role("one"), role("two"))))
        seen: list[tuple[int, int]] = []

        def note(change: object) -> None:
            state = w.status("a").state
            if hasattr(state, "steps"):
                seen.append((state.step, state.steps))

        engine.store.subscribe(note)
        await w.start("a")
        await w.clock.advance(5)
        assert seen[-1] == (2, 3)
        assert sorted(seen) == seen
        assert not any(isinstance(call, SessionTokenCall) for call, _, _ in w.sts.seen)

    play(scenario)


def test_the_secrets_in_memory_are_told_with_every_change(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("one"))))
        before = engine.secrets_generation
        assert list(engine.secrets()) == []
        await w.start("a")
        assert engine.secrets_generation != before
        session = engine.credentials(ProfileName("a"))
        assert session is not None
        assert session.credentials.secret_access_key in set(engine.secrets())
        started = engine.secrets_generation
        await w.until(engine.lock())
        assert engine.secrets_generation != started
        assert list(engine.secrets()) == []

    play(scenario)
