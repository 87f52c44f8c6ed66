"""What a provider can do wrong: each is a problem with cause and remedy, and nothing hangs or goes to AWS."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.entries import oidc_entry
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.domain.source import Oidc, SignInFlow
from app.engine.offload import ThreadOffload
from app.oidc.http import Reach
from app.texts import describe
from app.vault.memory import MemoryVault
from tests.support.faulty_provider import CLIENT, FaultyProvider, Reply, signing_key
from tests.support.signing_in import Browser
from tests.support.signs import finished, oidc, sign_ins

NOW = int(time.time())


@dataclass
class Desk:
    """The port before a faulty provider."""

    provider: FaultyProvider
    offload: ThreadOffload
    vault: MemoryVault = field(default_factory=MemoryVault)

    def __post_init__(self) -> None:
        self.signs = sign_ins(self.offload, self.vault)

    @property
    def source(self) -> Oidc:
        return oidc(self.provider.issuer, CLIENT)

    async def browser(self, source: Oidc | None = None, **more: str) -> str:
        """Sign in by browser; the page at the end is skipped: what comes back is made here."""
        attempt = await self.signs.begin(source or self.source, SignInFlow.BROWSER)
        asked = {name: one[0] for name, one in parse_qs(urlsplit(attempt.shown.link).query).items()}
        self.provider.nonce = asked["nonce"]
        query = "&".join(f"{key}={value}" for key, value in {"code": "c", **more}.items())
        url = f"{attempt.shown.returns_to}?state={asked['state']}&{query}"
        await asyncio.gather(asyncio.to_thread(Browser().get, url), finished(attempt))
        return (await self.signs.token(source or self.source)).reveal()

    async def device(self) -> str:
        self.provider.nonce = ""
        await finished(await self.signs.begin(self.source, SignInFlow.DEVICE))
        return (await self.signs.token(self.source)).reveal()

    async def refused(self, work: Any) -> Problem:
        with pytest.raises(AppError) as caught:
            await work
        words = describe(caught.value.problem)
        assert "…" not in words.title + words.detail + words.remedy, words
        assert words.remedy
        return caught.value.problem


@pytest.fixture
def provider() -> Iterator[FaultyProvider]:
    with FaultyProvider() as one:
        yield one


@pytest.fixture
async def desk(provider: FaultyProvider) -> AsyncIterator[Desk]:
    offload = ThreadOffload()
    yield Desk(provider, offload)
    offload.close()


def always(status: int, value: Any) -> Callable[[dict[str, str]], Reply]:
    return lambda form: (status, value)


async def test_a_provider_that_does_all_well(desk: Desk) -> None:
    assert await desk.browser()
    desk.signs.forget()
    assert await desk.device()


@pytest.mark.parametrize(
    ("status", "title", "likely", "remedy"),
    [
        (404, "has no discovery document at this address", "a part of the issuer's path is", "Many have a path"),
        (410, "has no discovery document at this address", "a part of the issuer's path is", "Many have a path"),
        (401, "does not show its discovery document", "the issuer is not right", "If this network asks"),
        (403, "does not show its discovery document", "the issuer is not right", "If this network asks"),
        (418, "is not an OpenID Connect provider", "", "If this network asks"),
        (302, "is not an OpenID Connect provider", "", "If this network asks"),
    ],
)
async def test_a_status_in_place_of_the_discovery_document_is_explained(
    desk: Desk, status: int, title: str, likely: str, remedy: str
) -> None:
    desk.provider.replies["/.well-known/openid-configuration"] = always(status, "no")
    problem = await desk.refused(desk.signs.look(desk.source))
    words = describe(problem)
    assert title in words.title
    assert f"It answered with status {status}." in words.detail
    assert likely in words.detail
    assert remedy in words.remedy


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://id.example.com/realms/eng/.well-known/openid-configuration", "https://id.example.com/realms/eng"),
        ("/realms/eng/.well-known/openid-configuration", "{issuer}/realms/eng"),
        ("https://id.example.com/sign-in", ""),
        ("https://[broken/.well-known/openid-configuration", ""),
        ("", ""),
    ],
)
async def test_a_redirect_is_not_followed_but_the_issuer_that_it_names_is_told(
    desk: Desk, location: str, said: str
) -> None:
    desk.provider.replies["/.well-known/openid-configuration"] = always(301, "")
    desk.provider.location = location
    problem = await desk.refused(desk.signs.look(desk.source))
    assert problem.code is Code.PROVIDER_ANSWER
    assert problem.arguments.get("said", "") == said.format(issuer=desk.provider.issuer)
    assert [path for path, _ in desk.provider.asked] == ["/.well-known/openid-configuration"]


async def test_another_issuer_is_named_however_long(desk: Desk) -> None:
    desk.provider.more["issuer"] = "https://id.example.com/" + "x" * 10_000
    problem = await desk.refused(desk.signs.look(desk.source))
    assert problem.code is Code.PROVIDER_ISSUER
    assert str(problem.arguments["said"]).startswith("https://id.example.com/xx")
    assert len(str(problem.arguments["said"])) == 500


@pytest.mark.parametrize(
    ("path", "status", "value", "code"),
    [
        ("/.well-known/openid-configuration", 200, "<html>Welcome</html>", Code.PROVIDER_ANSWER),
        ("/.well-known/openid-configuration", 200, [], Code.PROVIDER_ANSWER),
        ("/.well-known/openid-configuration", 200, "[" * 100_000, Code.PROVIDER_ANSWER),
        ("/.well-known/openid-configuration", 200, "x" * (2 << 20), Code.PROVIDER_ANSWER),
        ("/.well-known/openid-configuration", 200, {}, Code.PROVIDER_ANSWER),
        ("/.well-known/openid-configuration", 302, {}, Code.PROVIDER_ANSWER),
        ("/.well-known/openid-configuration", 404, "no", Code.PROVIDER_ANSWER),
        ("/.well-known/openid-configuration", 503, "no", Code.PROVIDER_BROKEN),
        ("/.well-known/openid-configuration", 200, {"issuer": "https://evil.example"}, Code.PROVIDER_ISSUER),
        ("/jwks", 200, "<html></html>", Code.PROVIDER_ANSWER),
        ("/jwks", 200, {"keys": "none"}, Code.ID_TOKEN_KEY),
        ("/jwks", 200, {"keys": [{"kty": "RSA", "n": "?"}, 7, {"kty": "oct", "k": "c2VjcmV0"}]}, Code.ID_TOKEN_KEY),
        ("/token", 200, "<html></html>", Code.PROVIDER_ANSWER),
        ("/token", 200, {}, Code.PROVIDER_ANSWER),
        ("/token", 500, {}, Code.PROVIDER_BROKEN),
        ("/token", 429, "slow down", Code.PROVIDER_BROKEN),
        ("/token", 400, "no", Code.PROVIDER_ANSWER),
        ("/token", 401, {"error": "invalid_client"}, Code.SIGN_IN_CLIENT),
        ("/token", 400, {"error": "unauthorized_client"}, Code.SIGN_IN_CLIENT),
        ("/token", 400, {"error": "invalid_grant", "error_description": "code is void"}, Code.SIGN_IN_REFUSED),
        ("/token", 200, {"access_token": "a"}, Code.ID_TOKEN_MISSING),
        ("/token", 200, {"access_token": "a", "id_token": "opaque"}, Code.ID_TOKEN_WRONG),
    ],
)
async def test_answers_that_are_not_openid_connect(desk: Desk, path: str, status: int, value: Any, code: Code) -> None:
    desk.provider.replies[path] = always(status, value)
    assert (await desk.refused(desk.browser())).code is code
    assert await desk.vault.names() == ()


@pytest.mark.parametrize(
    ("claims", "code", "reason"),
    [
        ({"aud": "other"}, Code.ID_TOKEN_AUDIENCE, None),
        ({"aud": [CLIENT, "other"]}, Code.ID_TOKEN_AUDIENCE, None),
        ({"azp": "other"}, Code.ID_TOKEN_AUDIENCE, None),
        ({"iss": "https://evil.example"}, Code.ID_TOKEN_WRONG, "token-issuer"),
        ({"exp": NOW - 3600}, Code.ID_TOKEN_EXPIRED, None),
        ({"exp": None}, Code.ID_TOKEN_WRONG, "token-format"),
        ({"exp": "soon"}, Code.ID_TOKEN_WRONG, "token-format"),
        ({"iat": NOW + 3600}, Code.ID_TOKEN_WRONG, "token-early"),
        ({"nbf": NOW + 3600}, Code.ID_TOKEN_WRONG, "token-early"),
        ({"nonce": "other"}, Code.ID_TOKEN_WRONG, "token-nonce"),
        ({"nonce": None}, Code.ID_TOKEN_WRONG, "token-nonce"),
        ({"sub": None}, Code.ID_TOKEN_WRONG, "token-format"),
        ({"at_hash": "AAAA"}, Code.ID_TOKEN_WRONG, "token-at-hash"),
        ({"token_use": "access"}, Code.TOKEN_ACCESS, None),
    ],
)
async def test_id_tokens_that_say_the_wrong_thing(desk: Desk, claims: Any, code: Code, reason: str | None) -> None:
    desk.provider.claims = claims
    problem = await desk.refused(desk.browser())
    assert (problem.code, problem.arguments.get("reason")) == (code, reason)
    assert await desk.vault.names() == ()
    assert await desk.signs.last(desk.source) is None


async def test_signatures_that_are_none(desk: Desk) -> None:
    desk.provider.header = {"alg": "none"}
    assert (await desk.refused(desk.browser())).code in {Code.ID_TOKEN_WRONG, Code.TOKEN_FORMAT}
    desk.provider.header = {"alg": "RS256", "kid": "one"}
    desk.provider.key = signing_key("one")  # somebody else's, with the key id of the provider's
    assert (await desk.refused(desk.browser())).code is Code.ID_TOKEN_KEY
    desk.provider.header = {"alg": "RS256", "kid": "unknown"}
    assert (await desk.refused(desk.browser())).code is Code.ID_TOKEN_KEY


async def test_keys_rotate_between_two_sign_ins(desk: Desk) -> None:
    assert await desk.browser()
    desk.signs.forget()
    new = signing_key("new")
    desk.provider.key, desk.provider.published, desk.provider.header = new, [new], {"alg": "RS256", "kid": "new"}
    assert await desk.browser()


async def test_redirects_of_another_provider_and_errors(desk: Desk) -> None:
    assert (await desk.refused(desk.browser(iss="https://evil.example"))).code is Code.PROVIDER_ISSUER
    assert (await desk.refused(desk.browser(error="access_denied"))).code is Code.SIGN_IN_DENIED
    problem = await desk.refused(desk.browser(error="server_error", error_description="x" * 900))
    assert problem.code is Code.SIGN_IN_REFUSED
    assert len(str(problem.arguments["said"])) == 200
    desk.provider.more = {"authorization_response_iss_parameter_supported": True}
    await desk.signs.look(desk.source)
    assert (await desk.refused(desk.browser())).code is Code.PROVIDER_ISSUER


@pytest.mark.parametrize(
    ("more", "flow", "reason"),
    [
        ({"device_authorization_endpoint": None}, SignInFlow.DEVICE, "lacks-device"),
        ({"device_authorization_endpoint": "http://evil.example/d"}, SignInFlow.DEVICE, "lacks-device"),
        ({"authorization_endpoint": None}, SignInFlow.BROWSER, "lacks-browser"),
        ({"authorization_endpoint": "javascript:alert(1)"}, SignInFlow.BROWSER, "lacks-browser"),
        ({"code_challenge_methods_supported": ["plain"]}, SignInFlow.BROWSER, "lacks-pkce"),
    ],
)
async def test_what_a_provider_lacks(desk: Desk, more: Any, flow: SignInFlow, reason: str) -> None:
    desk.provider.more = more
    problem = await desk.refused(desk.signs.begin(desk.source, flow))
    assert (problem.code, problem.arguments["reason"]) == (Code.PROVIDER_LACKS, reason)


async def test_device_answers_on_the_way(desk: Desk) -> None:
    answers = [(400, {"error": "authorization_pending"}), (503, "busy"), (400, {"error": "authorization_pending"})]
    desk.provider.replies["/token"] = lambda form: answers.pop(0) if answers else None
    assert await desk.device()
    assert answers == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("expired_token", Code.SIGN_IN_LATE),
        ("access_denied", Code.SIGN_IN_DENIED),
        ("invalid_client", Code.SIGN_IN_CLIENT),
        ("invalid_grant", Code.SIGN_IN_REFUSED),
    ],
)
async def test_device_codes_that_come_to_nothing(desk: Desk, error: str, code: Code) -> None:
    desk.provider.replies["/token"] = always(400, {"error": error})
    assert (await desk.refused(desk.device())).code is code


async def test_slow_down_is_honoured(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await real(0)

    monkeypatch.setattr("app.oidc.attempts.asyncio.sleep", sleep)
    answers = [(400, {"error": "slow_down"}), (400, {"error": "slow_down"})]
    desk.provider.replies["/token"] = lambda form: answers.pop(0) if answers else None
    assert await desk.device()
    assert [one for one in waits if one > 0] == pytest.approx([0.1, 5.1, 10.1])


async def test_a_device_endpoint_that_gives_no_code(desk: Desk) -> None:
    for reply in ({"device_code": "d"}, {"device_code": "d", "user_code": "u", "verification_uri": "file:///etc"}):
        desk.provider.replies["/device"] = always(200, reply)
        assert (await desk.refused(desk.device())).code is Code.PROVIDER_ANSWER
    desk.provider.replies["/device"] = always(401, {"error": "invalid_client"})
    assert (await desk.refused(desk.device())).code is Code.SIGN_IN_CLIENT


async def test_refresh_keeps_what_may_still_be_good(desk: Desk) -> None:
    entry = oidc_entry(desk.source.issuer, CLIENT, "refresh-token")
    await desk.browser()
    desk.provider.nonce = ""
    for reply, code in (
        ((503, "busy"), Code.PROVIDER_BROKEN),
        ((401, {"error": "invalid_client"}), Code.SIGN_IN_CLIENT),
        ((200, "<html></html>"), Code.PROVIDER_ANSWER),
    ):
        desk.signs.forget()
        desk.provider.replies["/token"] = always(*reply)
        assert (await desk.refused(desk.signs.token(desk.source))).code is code
        assert await desk.vault.read(entry) is not None
    desk.provider.replies["/token"] = always(400, {"error": "invalid_grant"})
    assert (await desk.refused(desk.signs.token(desk.source))).code is Code.SIGN_IN_ENDED
    assert await desk.vault.read(entry) is None


async def test_a_refresh_that_nobody_waits_for_any_more_is_kept(desk: Desk) -> None:
    await desk.browser()
    desk.provider.nonce = ""
    desk.signs.forget()
    came, go = threading.Event(), threading.Event()

    def held(form: dict[str, str]) -> None:
        came.set()
        go.wait(10)

    desk.provider.replies["/token"] = held
    waiting = asyncio.ensure_future(desk.signs.token(desk.source))
    assert await asyncio.to_thread(came.wait, 10)
    waiting.cancel()
    go.set()
    assert (await desk.signs.token(desk.source)).reveal()  # the same call, with its new refresh token
    assert sum(form.get("grant_type") == "refresh_token" for _, form in desk.provider.asked) == 1


async def test_an_access_token_for_the_two_providers(desk: Desk) -> None:
    source = oidc(desk.provider.issuer, CLIENT, token="access", provider_id="www.amazon.com", scopes=("profile",))
    desk.provider.replies["/token"] = always(200, {"access_token": "Atza|opaque", "expires_in": 3600})
    assert await desk.browser(source) == "Atza|opaque"


async def test_a_secret_is_sent_in_the_way_that_the_provider_takes(desk: Desk) -> None:
    desk.provider.more = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    source = oidc(desk.provider.issuer, CLIENT, client_secret=True)
    await desk.vault.write(oidc_entry(source.issuer, CLIENT, "client-secret"), Secret("s3cret"))
    await desk.browser(source)
    form = next(form for path, form in desk.provider.asked if path == "/token")
    assert (form["client_secret"], form["Authorization"]) == ("s3cret", "")


async def test_a_provider_that_says_nothing_has_a_time_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.oidc.http.READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = oidc(f"http://127.0.0.1:{silent.getsockname()[1]}", CLIENT)
        assert (await desk.refused(desk.signs.look(source))).code is Code.NETWORK_TIMEOUT


async def test_trickling_answers_have_an_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.oidc.http.ANSWER_SECONDS", 0.3)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            one, _ = server.accept()
            with one:
                one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                try:
                    while not over.wait(0.02):
                        one.sendall(b" ")
                except OSError:
                    pass

        threading.Thread(target=trickle, daemon=True).start()
        source = oidc(f"http://127.0.0.1:{server.getsockname()[1]}", CLIENT)
        assert (await desk.refused(desk.signs.look(source))).code is Code.NETWORK_TIMEOUT
        over.set()


async def test_the_proxy_of_the_source_is_asked(desk: Desk) -> None:
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def answer() -> None:
            one, _ = proxy.accept()
            with one:
                seen.append(one.recv(4096))
                one.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        source = oidc(desk.provider.issuer, CLIENT, proxy=f"http://ana:p%40ss@127.0.0.1:{proxy.getsockname()[1]}")
        problem = await desk.refused(desk.signs.look(source))
    assert (problem.code, problem.arguments["reason"]) == (Code.NETWORK_PROXY, "proxy-sign-in")
    assert b"Proxy-Authorization" in seen[0] or b"proxy-authorization" in seen[0].lower()
    assert desk.provider.asked == []


async def test_a_ca_bundle_stands_alone(desk: Desk) -> None:
    source = oidc(desk.provider.issuer, CLIENT, ca_bundle="/nonexistent/ca.pem")
    assert (await desk.refused(desk.signs.look(source))).code is Code.CA_BUNDLE
    asked: list[str | None] = []

    def tls(bundle: str | None) -> ssl.SSLContext:
        asked.append(bundle)
        return ssl.create_default_context()

    signs = sign_ins(desk.offload, desk.vault, reach=lambda one: Reach(None, "settings.pem"))
    signs._below = replace(signs._below, tls=tls)
    await signs.look(desk.source)
    assert asked == ["settings.pem"]
