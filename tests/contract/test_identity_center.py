"""The ports SignIns and Portal against a strict Identity Center, over HTTP."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from app.domain.calls import StsEndpoint
from app.domain.entries import VaultEntry
from app.domain.names import Region, SourceName
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.domain.source import IdentityCenter, SignInFlow
from app.engine.offload import ThreadOffload
from app.oidc.center import CenterSignIns
from app.oidc.center_client import Registration
from app.oidc.center_store import AccessToken, CenterStore, Kept
from app.oidc.portal import AccessPortal
from app.texts import describe
from app.unsigned import UnsignedAws
from app.vault.memory import MemoryVault
from tests.support import identity_center as strict
from tests.support.logfail import ExpectedLogs
from tests.support.signs import Wall, finished

ENTRY = "rolecall/identity-center/"
BROWSER, DEVICE = SignInFlow.BROWSER, SignInFlow.DEVICE


@dataclass
class Desk:
    """A person with a browser before the ports."""

    center: strict.IdentityCenter
    offload: ThreadOffload
    vault: MemoryVault = field(default_factory=MemoryVault)
    clock: Wall = field(default_factory=Wall)

    def __post_init__(self) -> None:
        self.anew()

    def anew(self) -> None:
        """The ports of another process."""
        aws = UnsignedAws(self.clock, self.center.environ)
        self.signs = CenterSignIns(self.vault, self.offload, self.clock, aws, _at, 0.05)
        self.portal = AccessPortal(self.offload, self.clock, aws, _at, 0.01)

    async def sign_in(self, one: IdentityCenter, flow: SignInFlow = BROWSER) -> None:
        attempt = await self.signs.begin(one, flow)
        opened = asyncio.to_thread(urllib3.request, "GET", attempt.shown.link, retries=3)
        await asyncio.gather(opened, finished(attempt))

    async def problem(self, work: Any) -> Problem:
        with pytest.raises(AppError) as caught:
            await work
        words = describe(caught.value.problem)
        assert "…" not in words.title + words.detail + words.remedy
        return caught.value.problem


def _at(one: IdentityCenter) -> StsEndpoint:
    return StsEndpoint(one.region)


def source(**more: Any) -> IdentityCenter:
    given = {"start_url": strict.START_URL, "region": Region("eu-west-1"), **more}
    return IdentityCenter(name=SourceName("corp"), **given)


@pytest.fixture
def center() -> Iterator[strict.IdentityCenter]:
    with strict.IdentityCenter() as one:
        yield one


@pytest.fixture
async def desk(center: strict.IdentityCenter) -> AsyncIterator[Desk]:
    offload = ThreadOffload()
    yield Desk(center, offload)
    offload.close()


@pytest.mark.parametrize("flow", SignInFlow)
async def test_from_a_sign_in_to_a_role_and_on_without_a_person(desk: Desk, flow: SignInFlow) -> None:
    one, center = source(flow=flow), desk.center
    assert (await desk.problem(desk.signs.token(one))).code is Code.SIGN_IN_NEEDED
    assert await desk.signs.last(one) is None
    await desk.sign_in(one, flow)
    token = await desk.signs.token(one)
    issued = await desk.portal.session(one, "111122223333", "Developer", token)
    assert issued.credentials.access_key_id == center.given[-1]["accessKeyId"]
    assert issued.account == "111122223333"
    assert issued.expires_at is not None
    assert timedelta(minutes=59) < issued.expires_at - desk.clock.now() < timedelta(minutes=61)
    last = await desk.signs.last(one)
    assert last is not None
    assert last.kept
    desk.anew()  # another process: the vault's refresh token, good for one use, and the same client
    again = await desk.signs.token(one)
    assert again != token
    desk.anew()
    assert await desk.signs.token(one) not in (token, again)
    assert (len(center.clients), center.count("/client/register")) == (1, 1)
    assert {len(text) for text in _held(desk)} <= set(range(1025))  # Windows takes 1,280 characters
    shown = repr(desk.signs.__dict__) + repr(last) + repr(issued)
    assert not [text for text in (again.reveal(), *center.refresh_tokens) if text in shown]


def _held(desk: Desk) -> list[str]:
    entries: dict[str, Any] = vars(desk.vault)
    found = [value for table in entries.values() if isinstance(table, dict) for value in table.values()]
    return [one.reveal() for one in found]


async def test_what_the_page_is_asked_for(desk: Desk) -> None:
    attempt = await desk.signs.begin(source(start_url=f"{strict.START_URL}#/"), BROWSER)
    attempt.close()
    asked = parse_qs(urlsplit(attempt.shown.link).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scopes"] == ["sso:account:access"]
    assert asked["redirect_uri"] == [attempt.shown.returns_to]
    assert urlsplit(attempt.shown.returns_to).path == "/oauth/callback"
    assert attempt.shown.host == "acme.awsapps.com"
    assert attempt.shown.other


async def test_many_who_want_a_token_refresh_once(desk: Desk) -> None:
    one = source()
    await desk.sign_in(one)
    desk.anew()
    before = desk.center.count("/token")
    tokens = await asyncio.gather(*(desk.signs.token(one) for _ in range(8)))
    assert len(set(tokens)) == 1
    assert desk.center.count("/token") == before + 1


async def test_slow_down_denied_and_a_code_that_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.oidc.attempts._SLOWER", 0.05)
    one, center = source(flow=DEVICE), desk.center
    center.slow_down = 2
    await desk.sign_in(one, DEVICE)
    for state, code in (("denies", Code.SIGN_IN_DENIED), ("expires", Code.SIGN_IN_LATE)):
        attempt = await desk.signs.begin(one, DEVICE)
        center.settle(attempt.shown.code, state)
        assert (await desk.problem(finished(attempt))).code is code
    center.person = "denies"
    attempt = await desk.signs.begin(one, BROWSER)
    opened = asyncio.to_thread(urllib3.request, "GET", attempt.shown.link, retries=3)
    problem, _ = await asyncio.gather(desk.problem(finished(attempt)), opened)
    assert problem.code is Code.SIGN_IN_DENIED


async def test_a_client_is_registered_anew_when_its_time_is_over_or_aws_forgot_it(desk: Desk) -> None:
    one, center = source(flow=DEVICE), desk.center
    await desk.sign_in(one, DEVICE)
    center.clients.clear()
    await desk.sign_in(one, DEVICE)
    assert center.count("/client/register") == 2
    desk.clock.ahead = timedelta(days=91)
    problem = await desk.problem(desk.signs.token(one))  # the refresh token is good for its client alone
    assert problem.code is Code.SIGN_IN_ENDED
    assert not _held(desk)
    desk.clock.ahead = timedelta()
    await desk.sign_in(one, DEVICE)
    assert center.count("/client/register") == 3
    await desk.sign_in(one, BROWSER)  # the other flow has a client of its own
    assert center.count("/client/register") == 4


async def test_revoked_by_an_administrator(desk: Desk) -> None:
    one = source()
    await desk.sign_in(one)
    token = await desk.signs.token(one)
    desk.center.revoke()
    problem = await desk.problem(desk.portal.session(one, "111122223333", "Developer", token))
    assert problem.code is Code.SIGN_IN_ENDED
    assert desk.signs.refused(one)
    assert (await desk.problem(desk.signs.token(one))).code is Code.SIGN_IN_ENDED
    assert (await desk.problem(desk.signs.token(one))).code is Code.SIGN_IN_NEEDED


async def test_without_a_refresh_token_the_access_token_is_kept(desk: Desk) -> None:
    desk.center.refreshes = False
    one = source()
    await desk.sign_in(one)
    token = await desk.signs.token(one)
    desk.anew()
    assert await desk.signs.token(one) == token
    desk.anew()
    desk.clock.ahead = timedelta(minutes=59)
    assert (await desk.problem(desk.signs.token(one))).code is Code.SIGN_IN_NEEDED


@pytest.mark.parametrize("flow", SignInFlow)
async def test_another_start_url_and_another_region(desk: Desk, flow: SignInFlow) -> None:
    problem = await desk.problem(desk.signs.begin(source(start_url="https://other.awsapps.com/start"), flow))
    assert (problem.code, problem.remedy.subject) == (Code.CENTER_UNKNOWN, "corp")
    desk.center.region = "us-east-2"
    problem = await desk.problem(desk.signs.begin(source(), flow))
    assert problem.arguments["other"] == "us-east-2"
    assert "us-east-2" in describe(problem).detail


async def test_accounts_and_roles_by_pages_though_aws_throttles(desk: Desk) -> None:
    one = source()
    await desk.sign_in(one)
    desk.center.throttle = 4
    token = await desk.signs.token(one)
    found = await desk.portal.accounts(one, token)
    assert [(item.id, item.title, item.roles) for item in found] == [
        ("333344445555", "333344445555", ("ReadOnly",)),
        ("222233334444", "acme prod", ("Admin", "BillingReadOnly")),
        ("111122223333", "acme-dev", ("Developer", "ReadOnly")),
    ]
    assert found[0].email == "333344445555@example.com"
    desk.center.throttle = 1000
    assert (await desk.problem(desk.portal.accounts(one, token))).code is Code.THROTTLED


async def test_a_role_that_is_gone_and_a_service_that_is_down(desk: Desk) -> None:
    one = source()
    await desk.sign_in(one)
    token = await desk.signs.token(one)
    problem = await desk.problem(desk.portal.session(one, "222233334444", "Gone", token))
    assert problem.code is Code.CENTER_ROLE
    assert describe(problem).title == "Gone in 222233334444 is no longer assigned to you"
    desk.center.down = True
    problem = await desk.problem(desk.portal.session(one, "222233334444", "Admin", token))
    assert (problem.code, problem.transient) == (Code.AWS_BROKEN, True)
    desk.anew()
    problem = await desk.problem(desk.signs.token(one))
    assert (problem.code, problem.transient) == (Code.AWS_BROKEN, True)
    desk.center.down = False
    assert await desk.signs.token(one)  # nothing was forgotten for it


async def test_a_session_that_has_ended_is_none(desk: Desk) -> None:
    one = source()
    desk.center.session_lasts = -10
    await desk.sign_in(one)
    token = await desk.signs.token(one)
    problem = await desk.problem(desk.portal.session(one, "111122223333", "Developer", token))
    assert problem.code is Code.ALREADY_EXPIRED


async def test_signing_out_ends_it_here_and_there(desk: Desk) -> None:
    one = source()
    await desk.sign_in(one)
    desk.anew()  # no token in memory: one is got to sign out with
    done = await desk.signs.sign_out(one)
    assert (done.known, done.revoked) == (True, True)
    assert not _held(desk)
    assert (await desk.signs.sign_out(one)).known is False


async def test_a_document_that_was_cut_off_is_none(desk: Desk) -> None:
    one = source()
    await desk.sign_in(one)
    names = [name for name in await desk.vault.names() if name.startswith(ENTRY)]
    assert len(names) > 2
    await desk.vault.delete(VaultEntry(names[-1], "sign-in"))
    desk.anew()
    assert (await desk.problem(desk.signs.token(one))).code is Code.SIGN_IN_NEEDED


class Broken(MemoryVault):
    async def write(self, entry: Any, secret: Any) -> None:
        raise AppError.of(Code.VAULT_LOCKED)


async def test_what_the_vault_did_not_take_counts_among_the_secrets_in_memory(expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app.oidc.center_store", "a sign-in stays in memory")
    until, names = datetime.now(UTC) + timedelta(hours=8), ("client", "access")
    made = {name: Secret(secrets.token_urlsafe()) for name in names}
    store = CenterStore(Broken())
    registration = Registration("id", made["client"], until, BROWSER, source().scopes)
    await store.keep(source(), Kept(registration, access=AccessToken(made["access"], until)))
    store.forget()
    assert {one.reveal() for one in store.secrets()} == {one.reveal() for one in made.values()}


async def test_a_vault_that_takes_nothing_costs_no_sign_in(desk: Desk, expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app.oidc.center_store", "a sign-in stays in memory")
    one = source()
    desk.vault = Broken()
    desk.anew()
    await desk.sign_in(one)
    desk.clock.ahead = timedelta(minutes=59)
    assert await desk.signs.token(one)
    assert desk.center.count("/token") == 2


async def test_a_network_that_answers_itself(desk: Desk) -> None:
    desk.center.html = "<html><body>Welcome to our hotel</body></html>"
    for flow in SignInFlow:
        assert (await desk.problem(desk.signs.begin(source(), flow))).code is Code.NETWORK_ANSWER
