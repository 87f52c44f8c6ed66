"""Sign-ins in the engine: asked for once, shown as data, cancelled, never in the background."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.domain.names import SourceName
from app.domain.problem import AppError, AttentionKind, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.session import Attention, QuestionKind, Starter
from app.domain.sign_in import AGAIN, ProviderView, SignedOut, SignIn, TokenView
from app.domain.source import Oidc, SignInFlow
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, profile, role
from tests.support.web_tokens import claims_token

JWT = claims_token({"iss": "https://id.example.com", "sub": "ana", "aud": "rolecall", "exp": 4_000_000_000})
OKTA = Oidc(name=SourceName("okta"), issuer="https://id.example.com", client_id="rolecall")
DEVICE = Oidc(name=SourceName("okta"), issuer="https://id.example.com", client_id="rolecall", flow=SignInFlow.DEVICE)


class FakeAttempt:
    def __init__(self, flow: SignInFlow, number: int, deadline: datetime) -> None:
        browser = flow is SignInFlow.BROWSER
        link = f"https://id.example.com/{number}"
        self.shown = SignIn(flow, "id.example.com", link, code="" if browser else f"CODE-{number}", other=True)
        self.deadline = deadline
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False

    async def finish(self) -> None:
        await self.done

    def close(self) -> None:
        self.closed = True


class FakeSigns:
    """Tokens by source; without one a person has to sign in."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.held: dict[str, str] = {}
        self.attempts: list[FakeAttempt] = []
        self.forgotten = 0
        self.ended = False
        self.refuse: Problem | None = None

    async def token(self, source: Oidc) -> Secret:
        await asyncio.sleep(0)
        if source.name in self.held:
            return Secret(self.held[source.name])
        if self.ended:
            raise AppError.of(Code.SIGN_IN_ENDED, Verb.SIGN_IN, profile="", source=source.name, host="id.example.com")
        raise AppError.of(Code.SIGN_IN_NEEDED, Verb.SIGN_IN, profile="", source=source.name)

    async def begin(self, source: Oidc, flow: SignInFlow) -> FakeAttempt:
        if self.refuse is not None:
            raise AppError(self.refuse)
        self.attempts.append(FakeAttempt(flow, len(self.attempts), self.now() + timedelta(minutes=5)))
        return self.attempts[-1]

    def sign(self) -> None:
        """The person has finished the last sign-in."""
        self.held["okta"] = JWT
        self.attempts[-1].done.set_result(None)

    def refused(self, source: Oidc) -> bool:
        return self.held.pop(source.name, None) is not None

    def forget(self) -> None:
        self.forgotten += 1
        self.held.clear()

    async def sign_out(self, source: Oidc) -> SignedOut:
        return SignedOut(known=False, revoked=False)

    async def look(self, source: Oidc) -> ProviderView:
        return ProviderView("id.example.com", browser=True, device=True, pkce=True)

    async def last(self, source: Oidc) -> TokenView | None:
        return None


class FakeOpener:
    def __init__(self) -> None:
        self.links: list[str] = []

    async def open(self, link: str) -> bool:
        self.links.append(link)
        return True


async def world(w: World, *names: str, source: Oidc = OKTA) -> tuple[FakeSigns, FakeOpener]:
    w.signs, w.opener = FakeSigns(w.clock.now), FakeOpener()
    await w.open(catalog(*(profile(one, role(one), source="okta") for one in names), sources=[source]))
    return w.signs, w.opener


def test_one_sign_in_for_all_who_wait(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, opener = await world(w, "a", "b")
        await w.start("a", "b")
        (question,) = w.questions
        assert (question.kind, question.subject, set(question.profiles)) == (QuestionKind.SIGN_IN, "okta", {"a", "b"})
        assert question.sign_in == signs.attempts[0].shown
        assert question.deadline == signs.attempts[0].deadline
        assert opener.links == ["https://id.example.com/0"]
        signs.sign()
        await w.clock.advance(1)
        assert w.states("a", "b") == ["active", "active"]
        assert (w.questions, len(signs.attempts), signs.attempts[0].closed) == ((), 1, True)
        assert [token for _, token in w.sts.web] == [JWT, JWT]

    play(scenario)


def test_nobody_is_asked_in_the_background(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, opener = await world(w, "a")
        await w.start("a", by=Starter.AUTO)
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert (state.kind, state.problem.code) == (AttentionKind.SIGN_IN, Code.SIGN_IN_NEEDED)
        assert (state.problem.arguments["profile"], state.problem.remedy.verb) == ("a", Verb.SIGN_IN)
        assert (w.questions, signs.attempts, opener.links) == ((), [], [])
        await w.start("a")  # the button
        signs.sign()
        await w.clock.advance(1)
        assert w.states("a") == ["active"]
        signs.held.clear()
        signs.ended = True
        await w.clock.advance(timedelta(minutes=50))
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert (state.problem.code, state.lease is not None) == (Code.SIGN_IN_ENDED, True)
        assert len(signs.attempts) == len(opener.links) == 1

    play(scenario)


def test_a_person_joins_what_began_without_one(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, "a", "b")
        await w.start("a", by=Starter.AUTO)
        await w.start("b")
        assert [set(one.profiles) for one in w.questions] == [{"b"}]
        signs.sign()
        await w.clock.advance(1)
        assert w.states("b") == ["active"]

    play(scenario)


def test_cancelled_by_the_person_or_with_the_last_who_waits(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, "a", "b")
        await w.start("a", "b")
        assert w.engine is not None
        w.engine.answer(w.questions[0].id, None)
        await w.clock.advance(1)
        for name in ("a", "b"):
            state = w.status(name).state
            assert isinstance(state, Attention)
            assert (state.kind, state.problem.code) == (AttentionKind.SIGN_IN, Code.SIGN_IN_CANCELED)
        assert signs.attempts[0].closed
        await w.start("a", "b")
        await w.stop("a")
        assert not signs.attempts[1].closed
        assert w.questions[0].profiles == ("b",)
        await w.stop("b")
        assert signs.attempts[1].closed
        assert w.questions == ()

    play(scenario)


def test_not_finished_in_time(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, "a")
        await w.start("a")
        await w.clock.advance(timedelta(minutes=6))
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert (state.kind, state.problem.code) == (AttentionKind.SIGN_IN, Code.SIGN_IN_LATE)
        assert signs.attempts[0].closed

    play(scenario)


def test_a_device_code_that_ended_is_replaced(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, opener = await world(w, "a", source=DEVICE)
        await w.start("a")
        assert opener.links == []  # any browser will do, so that none is opened
        late = AppError.of(Code.SIGN_IN_LATE, Verb.SIGN_IN, source="okta", host="id.example.com")
        signs.attempts[0].done.set_exception(late)
        await w.clock.advance(1)
        (question,) = w.questions
        assert question.sign_in is not None
        assert question.sign_in.expired
        assert w.engine is not None
        w.engine.answer(question.id, AGAIN)
        await w.clock.advance(1)
        (question,) = w.questions
        assert question.sign_in is not None
        assert (question.sign_in.expired, question.sign_in.code) == (False, "CODE-1")
        w.engine.answer(question.id, "browser")
        await w.clock.advance(1)
        assert opener.links == ["https://id.example.com/2"]
        signs.sign()
        await w.clock.advance(1)
        assert w.states("a") == ["active"]
        assert all(one.closed for one in signs.attempts)

    play(scenario)


def test_what_stands_in_the_way_is_said_and_not_hammered(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, "a")
        signs.refuse = Problem.of(Code.PROVIDER_LACKS, source="okta", host="id.example.com", reason="lacks-device")
        await w.start("a")
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.PROVIDER_LACKS
        assert w.questions == ()

    play(scenario)


def test_a_token_that_aws_finds_expired_is_replaced_once(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, "a")
        signs.held["okta"] = JWT
        w.sts.refuse = lambda call: Problem.of(Code.TOKEN_EXPIRED, aws="Token expired")
        await w.start("a")
        assert len(w.questions) == 1
        w.sts.refuse = lambda call: None
        signs.sign()
        await w.clock.advance(1)
        assert w.states("a") == ["active"]

    play(scenario)


def test_lock_forgets_tokens_and_ends_sign_ins(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, "a")
        await w.start("a")
        assert w.engine is not None
        await w.until(w.engine.lock())
        assert (signs.attempts[0].closed, w.questions) == (True, ())
        assert signs.forgotten

    play(scenario)


def test_an_editor_signs_in_without_a_profile(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, "a")
        assert w.engine is not None
        work = asyncio.ensure_future(w.engine.sign_in(OKTA))
        await w.clock.advance(1)
        assert len(w.questions) == 1
        w.engine.answer(w.questions[0].id, None)
        await w.clock.advance(1)
        with pytest.raises(AppError) as caught:
            await work
        assert caught.value.problem.code is Code.SIGN_IN_CANCELED
        assert signs.attempts[0].closed

    play(scenario)
