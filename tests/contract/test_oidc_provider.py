"""The port SignIns against a certified provider, driven through its real login pages."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.entries import VaultEntry, oidc_entry
from app.domain.jwt_view import look_into
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.domain.source import Oidc, SignInFlow
from app.engine.offload import ThreadOffload
from app.oidc.sign_ins import OidcSignIns
from app.texts import describe
from app.vault.memory import MemoryVault
from tests.support.node_provider import CONFIDENTIAL, SECRET, NodeProvider, needs_provider
from tests.support.signing_in import Browser, Page
from tests.support.signs import Wall, finished, oidc, sign_ins

pytestmark = needs_provider
OFFLINE = ("openid", "offline_access")


@dataclass
class Desk:
    """A person with a browser before the port."""

    provider: NodeProvider
    offload: ThreadOffload
    vault: MemoryVault = field(default_factory=MemoryVault)
    clock: Wall = field(default_factory=Wall)
    browser: Browser = field(default_factory=Browser)

    def __post_init__(self) -> None:
        self.signs = self.anew()

    def anew(self) -> OidcSignIns:
        """The port of another process."""
        return sign_ins(self.offload, self.vault, self.clock)

    def source(self, **more: object) -> Oidc:
        return oidc(self.provider.issuer, **more)  # type: ignore[arg-type]

    async def sign_in(self, source: Oidc, login: str = "ana") -> Page:
        attempt = await self.signs.begin(source, SignInFlow.BROWSER)
        page, _ = await asyncio.gather(
            asyncio.to_thread(self.browser.sign_in, attempt.shown.link, login), finished(attempt)
        )
        return page

    async def refresh_token(self, source: Oidc) -> Secret | None:
        return await self.vault.read(entry_of(source))


def entry_of(source: Oidc, part: str = "refresh-token") -> VaultEntry:
    return oidc_entry(source.issuer, source.client_id, part)


def said(error: AppError) -> Problem:
    words = describe(error.problem)
    assert "…" not in words.title + words.detail + words.remedy
    return error.problem


@pytest.fixture(scope="module")
def provider() -> Iterator[NodeProvider]:
    with NodeProvider() as one:
        yield one


@pytest.fixture
async def desk(provider: NodeProvider) -> AsyncIterator[Desk]:
    offload = ThreadOffload()
    yield Desk(provider, offload)
    offload.close()


async def test_browser_from_login_page_to_a_checked_token(desk: Desk) -> None:
    source = desk.source()
    with pytest.raises(AppError) as caught:
        await desk.signs.token(source)
    assert caught.value.problem.code is Code.SIGN_IN_NEEDED
    page = await desk.sign_in(source)
    assert page.status == 200
    assert "You can close this window." in page.text
    assert "no-store" in page.headers["Cache-Control"]
    token = await desk.signs.token(source)
    view = look_into(token)
    assert view is not None
    assert (view.issuer, view.subject, view.audience) == (desk.provider.issuer, "ana", "rolecall-desktop")
    assert await desk.refresh_token(source) is None  # nobody asked for offline access
    last = await desk.signs.last(source)
    assert last is not None
    assert (last.subject, last.kept) == ("ana", False)
    assert token.reveal() not in repr(desk.signs.__dict__) + repr(last)


async def test_what_the_page_is_asked_for(desk: Desk) -> None:
    attempt = await desk.signs.begin(desk.source(), SignInFlow.BROWSER)
    attempt.close()
    asked = parse_qs(urlsplit(attempt.shown.link).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [attempt.shown.returns_to]
    assert all(len(asked[name][0]) >= 32 for name in ("state", "nonce", "code_challenge"))
    assert attempt.shown.link not in repr(attempt.shown)


async def test_refreshed_without_a_person_and_the_rotated_token_is_kept(desk: Desk) -> None:
    source = desk.source(scopes=OFFLINE)
    await desk.sign_in(source)
    first = await desk.refresh_token(source)
    assert first is not None
    desk.signs = desk.anew()
    tokens = await asyncio.gather(*(desk.signs.token(source) for _ in range(5)))
    assert len({one.reveal() for one in tokens}) == 1  # a refresh token is good once: one call for all
    second = await desk.refresh_token(source)
    assert second is not None
    assert second.reveal() != first.reveal()
    desk.clock.ahead = timedelta(seconds=0)
    desk.signs = desk.anew()
    assert (await desk.signs.token(source)).reveal()


async def test_a_dead_refresh_token_is_dropped(desk: Desk) -> None:
    source = desk.source(scopes=OFFLINE)
    await desk.sign_in(source)
    desk.provider.tell("forget")
    desk.signs = desk.anew()
    with pytest.raises(AppError) as caught:
        await desk.signs.token(source)
    assert said(caught.value).code is Code.SIGN_IN_ENDED
    assert await desk.refresh_token(source) is None


async def test_keys_that_were_rotated_are_fetched_anew(desk: Desk) -> None:
    await desk.sign_in(desk.source())
    desk.provider.tell("rotate")
    desk.signs.forget()
    await desk.sign_in(desk.source())
    assert (await desk.signs.token(desk.source())).reveal()


async def test_denied_at_the_provider(desk: Desk) -> None:
    attempt = await desk.signs.begin(desk.source(), SignInFlow.BROWSER)
    with pytest.raises(AppError) as caught:
        await asyncio.gather(asyncio.to_thread(desk.browser.deny, attempt.shown.link), finished(attempt))
    assert said(caught.value).code is Code.SIGN_IN_DENIED


async def test_wrong_state_wrong_path_and_twice(desk: Desk) -> None:
    attempt = await desk.signs.begin(desk.source(), SignInFlow.BROWSER)
    back = attempt.shown.returns_to
    state = parse_qs(urlsplit(attempt.shown.link).query)["state"][0]
    waiting = asyncio.ensure_future(attempt.finish())
    stranger = Browser()
    for url in (
        f"{back}?code=x&state=other",
        f"{back}?code=x",
        f"{back}?state={state}",
        f"{back}?code=x&state={state}&state={state}",
        back.replace("/callback", f"/?code=x&state={state}"),
        back.replace("127.0.0.1", "localhost") + f"?code=x&state={state}",  # another name for this machine
    ):
        assert (await asyncio.to_thread(stranger.get, url)).status == 404
    assert not waiting.done()
    page = await asyncio.to_thread(desk.browser.sign_in, attempt.shown.link)
    assert page.status == 200
    assert (await asyncio.to_thread(desk.browser.get, page.url)).status in {410, 200}
    await waiting
    attempt.close()


async def test_a_redirect_that_comes_twice_counts_once(desk: Desk) -> None:
    attempt = await desk.signs.begin(desk.source(), SignInFlow.BROWSER)
    page = await asyncio.to_thread(desk.browser.sign_in, attempt.shown.link)
    again = await asyncio.to_thread(desk.browser.get, page.url)
    assert (again.status, "over" in again.text) == (410, True)
    await finished(attempt)
    assert (await desk.signs.token(desk.source())).reveal()


async def test_the_port_is_closed_after_cancelling_and_a_taken_one_is_said(desk: Desk) -> None:
    first = await desk.signs.begin(desk.source(), SignInFlow.BROWSER)
    port = urlsplit(first.shown.returns_to).port
    with pytest.raises(AppError) as caught:
        await desk.signs.begin(desk.source(redirect_port=port), SignInFlow.BROWSER)
    assert said(caught.value).code is Code.SIGN_IN_PORT
    waiting = asyncio.ensure_future(first.finish())
    await asyncio.sleep(0)
    waiting.cancel()
    first.close()
    for _ in range(200):
        try:
            second = await desk.signs.begin(desk.source(redirect_port=port), SignInFlow.BROWSER)
        except AppError:
            await asyncio.sleep(0.02)
        else:
            assert urlsplit(second.shown.returns_to).port == port
            second.close()
            return
    pytest.fail("the port stays taken")


async def test_device_code_confirmed_in_another_browser(desk: Desk) -> None:
    source = desk.source(scopes=OFFLINE)
    attempt = await desk.signs.begin(source, SignInFlow.DEVICE)
    shown = attempt.shown
    assert (len(shown.code) >= 8, shown.page.startswith(desk.provider.issuer)) == (True, True)
    assert shown.code not in repr(shown)
    confirmed = asyncio.to_thread(desk.browser.confirm, shown.page, shown.code)
    await asyncio.gather(confirmed, finished(attempt))
    assert (await desk.signs.token(source)).reveal()
    assert await desk.refresh_token(source) is not None


async def test_a_confidential_client_with_a_secret_full_of_signs(desk: Desk) -> None:
    source = desk.source(client=CONFIDENTIAL, client_secret=True)
    with pytest.raises(AppError) as caught:
        await desk.signs.begin(source, SignInFlow.BROWSER)
    assert said(caught.value).code is Code.VAULT_NO_ENTRY
    await desk.vault.write(entry_of(source, "client-secret"), Secret("wrong"))
    with pytest.raises(AppError) as caught:
        await desk.sign_in(source)
    assert said(caught.value).code is Code.SIGN_IN_CLIENT
    await desk.vault.write(entry_of(source, "client-secret"), Secret(SECRET))
    await desk.sign_in(source)
    assert (await desk.signs.token(source)).reveal()


async def test_sign_out_revokes_and_forgets(desk: Desk) -> None:
    source = desk.source(scopes=OFFLINE)
    await desk.sign_in(source)
    stolen = await desk.refresh_token(source)
    assert stolen is not None
    done = await desk.signs.sign_out(source)
    assert (done.known, done.revoked) == (True, True)
    assert done.link.startswith(desk.provider.issuer)
    assert await desk.refresh_token(source) is None
    with pytest.raises(AppError) as caught:
        await desk.signs.token(source)
    assert caught.value.problem.code is Code.SIGN_IN_NEEDED
    await desk.vault.write(entry_of(source), stolen)
    with pytest.raises(AppError) as caught:
        await desk.signs.token(source)
    assert caught.value.problem.code is Code.SIGN_IN_ENDED  # the provider has forgotten it as well
    assert not (await desk.signs.sign_out(source)).known


async def test_what_it_can_do_and_what_it_cannot() -> None:
    offload = ThreadOffload()
    with NodeProvider({"device": False}) as one:
        signs = sign_ins(offload, MemoryVault())
        view = await signs.look(oidc(one.issuer))
        assert (view.browser, view.device, view.pkce) == (True, False, True)
        with pytest.raises(AppError) as caught:
            await signs.begin(oidc(one.issuer), SignInFlow.DEVICE)
        assert said(caught.value).code is Code.PROVIDER_LACKS
        one.end()
        source = oidc(one.issuer)
        with pytest.raises(AppError) as caught:
            await signs.look(source)
        assert said(caught.value).code is Code.NETWORK
    offload.close()
