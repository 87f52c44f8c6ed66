"""Roles of Identity Center in the engine: one sign-in for all, renewed without a person, gone, revoked."""

import asyncio
from datetime import timedelta
from typing import Any

from app.domain.assignments import AccountRoles
from app.domain.calls import AssumeRoleCall, Issued
from app.domain.names import AccountId, ProfileName, Region, SourceName
from app.domain.problem import AppError, AttentionKind, Code, Verb
from app.domain.profile import Profile, RoleHop
from app.domain.secret import Credentials, Secret
from app.domain.session import Attention, Starter
from app.domain.source import IdentityCenter
from app.texts import describe
from tests.engine.conftest import Play
from tests.engine.test_engine_sign_in import FakeSigns
from tests.support.engine_world import World, catalog, profile, role

CORP = IdentityCenter(name=SourceName("corp"), start_url="https://acme.awsapps.com/start", region=Region("eu-west-1"))
PAYER = AccountId("222233334444")


class Signs(FakeSigns):
    def sign(self) -> None:
        self.held["corp"] = f"token-{len(self.attempts)}"
        self.attempts[-1].done.set_result(None)

    async def ended(self, source: IdentityCenter) -> None:
        self.held.pop(source.name, None)


class Portal:
    """Sessions of an hour. `void`: tokens that AWS takes no more; `gone`: roles that are not assigned."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.asked: list[tuple[str, str, str]] = []
        self.void: set[str] = set()
        self.gone: set[str] = set()

    async def session(self, source: IdentityCenter, account: str, role: str, token: Secret) -> Issued:
        self._check(source, token)
        self.asked.append((account, role, token.reveal()))
        if role in self.gone:
            raise AppError.of(Code.CENTER_ROLE, source=source.name, profile="", role=role, account=account)
        now = self.clock.now()
        until, key = now + timedelta(hours=1), f"ASIA{len(self.asked):016}"
        return Issued(Credentials(key, Secret("s"), Secret("t"), until), now, account=account)

    async def accounts(self, source: IdentityCenter, token: Secret) -> tuple[AccountRoles, ...]:
        self._check(source, token)
        return (AccountRoles(PAYER, "acme-payer", "", ("Admin",)),)

    def _check(self, source: IdentityCenter, token: Secret) -> None:
        if token.reveal() in self.void:
            raise AppError.of(Code.SIGN_IN_ENDED, Verb.SIGN_IN, profile="", source=source.name, host="acme")


def of_center(name: str, role_name: str = "Admin", *roles: RoleHop) -> Profile:
    return profile(name, *roles, source="corp", account_id=PAYER, role_name=role_name)


async def world(w: World, *profiles: Profile) -> tuple[Signs, Portal]:
    w.signs, w.portal = Signs(w.clock.now), Portal(w.clock)
    await w.open(catalog(*profiles, sources=[CORP]))
    return w.signs, w.portal


def test_one_sign_in_serves_all_and_renewals_need_nobody(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, portal = await world(w, of_center("a"), of_center("b", "Billing"), of_center("same"))
        await w.start("a", "b", "same")
        assert (len(w.questions), len(signs.attempts)) == (1, 1)
        signs.sign()
        await w.clock.advance(1)
        assert w.states("a", "b", "same") == ["active"] * 3
        assert sorted(role for _, role, _ in portal.asked) == ["Admin", "Billing"]  # equal calls are made once
        await w.clock.advance(timedelta(minutes=50))
        assert w.states("a", "b") == ["active", "active"]
        assert len(portal.asked) > 2
        assert len(signs.attempts) == 1

    play(scenario)


def test_a_role_behind_it_is_a_chained_one(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, of_center("hub"), of_center("behind", "Admin", role("behind")))
        await w.start("hub", "behind")
        signs.sign()
        await w.clock.advance(1)
        assert w.states("hub", "behind") == ["active", "active"]
        (call,) = [one for one, _, _ in w.sts.seen if isinstance(one, AssumeRoleCall)]
        assert call.hop == 1

    play(scenario)


def test_a_role_that_is_no_longer_assigned_asks_for_another(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, portal = await world(w, of_center("pay", "BillingReadOnly"))
        portal.gone.add("BillingReadOnly")
        await w.start("pay")
        signs.sign()
        await w.clock.advance(1)
        state = w.status("pay").state
        assert isinstance(state, Attention)
        problem = state.problem
        assert (problem.code, problem.remedy.verb, problem.remedy.subject) == (
            Code.CENTER_ROLE,
            Verb.CHOOSE_ROLE,
            "pay",
        )
        assert describe(problem).title == f"BillingReadOnly in {PAYER} is no longer assigned to you"
        assert len(portal.asked) == 1  # not hammered
        await w.clock.advance(timedelta(minutes=30))
        assert len(portal.asked) == 1

    play(scenario)


def test_a_sign_in_that_was_revoked_is_asked_for_by_a_person_alone(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, portal = await world(w, of_center("a"))
        await w.start("a")
        signs.sign()
        await w.clock.advance(1)
        portal.void.add("token-1")
        await w.clock.advance(timedelta(minutes=50))  # the renewal: nobody is there
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert (state.kind, state.problem.code) == (AttentionKind.SIGN_IN, Code.SIGN_IN_NEEDED)
        assert (state.lease is not None, len(signs.attempts)) == (True, 1)
        await w.start("a")  # the button
        assert len(w.questions) == 1
        signs.sign()
        await w.clock.advance(1)
        assert w.states("a") == ["active"]

    play(scenario)


def test_a_person_is_asked_at_once_where_the_kept_token_is_void(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, portal = await world(w, of_center("a"))
        signs.held["corp"] = "old"
        portal.void.add("old")
        await w.start("a", by=Starter.AUTO)
        assert w.states("a") == ["attention"]
        signs.held["corp"] = "old"
        await w.start("a")
        assert len(w.questions) == 1
        signs.sign()
        await w.clock.advance(1)
        assert w.states("a") == ["active"]

    play(scenario)


def test_accounts_are_listed_for_a_person(play: Play) -> None:
    async def scenario(w: World) -> None:
        signs, _ = await world(w, of_center("a"))
        assert w.engine is not None
        task = asyncio.ensure_future(w.engine.accounts(CORP))
        await w.clock.advance(1)
        assert [set(one.profiles) for one in w.questions] == [{ProfileName("")}]
        signs.sign()
        await w.clock.advance(1)
        assert [one.title for one in await task] == ["acme-payer"]

    play(scenario)
