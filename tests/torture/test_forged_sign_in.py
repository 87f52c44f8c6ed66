"""A hundred forged returns and ID tokens: none is taken, and the person's own sign-in goes on."""

import asyncio
import base64
import hmac
import json
import random
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from app.domain.problem import AppError, Code
from app.domain.source import SignInFlow
from app.engine.offload import ThreadOffload
from app.sign_in_ports import SignInAttempt
from tests.contract.test_oidc_faults import NOW, Desk
from tests.support.faulty_provider import CLIENT, FaultyProvider, signing_key
from tests.support.signing_in import Browser
from tests.support.signs import finished, oidc
from tests.torture.conftest import BOTH, Row

FORGED = 100
# what may stand in the way of a sign-in, and what is answered: nothing, or that this is not the page
TURNED_AWAY = {0, 400, 404, 410, 414, 431, 501, 505}
CLAIMS: tuple[dict[str, Any], ...] = (
    {"aud": "other"}, {"aud": [CLIENT, "other"]}, {"azp": "other"}, {"iss": "https://evil.example"},
    {"iss": None}, {"exp": NOW - 3600}, {"exp": None}, {"iat": NOW + 3600}, {"nbf": NOW + 3600},
    {"nonce": "other"}, {"nonce": None}, {"nonce": ""}, {"sub": None}, {"at_hash": "AAAA"}, {"token_use": "access"},
)  # fmt: skip
HEADERS: tuple[dict[str, Any], ...] = (
    {"alg": "none"}, {"alg": "RS256", "kid": "unknown"}, {"alg": "RS256", "kid": "../../etc/passwd"}, {"alg": "RS256"},
)  # fmt: skip


@pytest.fixture
def provider() -> Iterator[FaultyProvider]:
    with FaultyProvider() as one:
        yield one


@pytest.fixture
async def desk(provider: FaultyProvider) -> AsyncIterator[Desk]:
    offload = ThreadOffload()
    yield Desk(provider, offload)
    offload.close()


class Forger:
    """Knocks at the address that a sign-in waits at, without knowing its state. `old`: a return that counted before."""

    def __init__(self, attempt: SignInAttempt, old: str, chance: random.Random) -> None:
        parts = urlsplit(str(attempt.shown.returns_to))
        assert parts.port is not None
        self.port, self.path = parts.port, parts.path
        self.state = parse_qs(urlsplit(attempt.shown.link).query)["state"][0]
        self.old = old
        self.chance = chance

    def kinds(self) -> list[tuple[str, bytes]]:
        """One request of each kind; those that carry the right state come to the wrong place or from a wrong name."""
        right, here = quote(self.state), f"127.0.0.1:{self.port}"
        near = self.state[:-1] + ("A" if self.state[-1] != "A" else "B")
        good = f"{self.path}?state={right}&code=stolen"

        def get(target: str, host: str = here, more: str = "", method: str = "GET") -> bytes:
            return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode()

        guess = quote("".join(self.chance.choices("abcdefghijklmnop", k=len(self.state))))
        return [
            ("wrong state", get(f"{self.path}?state={guess}&code=stolen")),
            ("state off by one", get(f"{self.path}?state={quote(near)}&code=stolen")),
            ("no state", get(f"{self.path}?code=stolen")),
            ("empty state", get(f"{self.path}?state=&code=stolen")),
            ("state twice", get(f"{self.path}?state={right}&state={guess}&code=stolen")),
            ("no code", get(f"{self.path}?state={right}")),
            ("code twice", get(f"{self.path}?state={right}&code=a&code=b")),
            ("an old return", get(f"{self.path}?{self.old}")),
            ("wrong path", get(good.replace(self.path, "/", 1))),
            ("path below", get(good.replace(self.path, f"{self.path}/x", 1))),
            ("path tricks", get(good.replace(self.path, f"/x/..{self.path}", 1))),
            ("a whole address", get(f"http://evil.example/x?state={right}&code=stolen")),
            ("evil Host", get(good, "evil.example")),
            ("rebound Host", get(good, f"evil.example:{self.port}")),
            ("Host localhost", get(good, f"localhost:{self.port}")),
            ("Host without port", get(good, "127.0.0.1")),
            ("no Host", f"GET {good} HTTP/1.0\r\n\r\n".encode()),
            ("evil Origin", get(f"{self.path}?state={guess}&code=x", more="Origin: https://evil.example\r\n")),
            ("error", get(f"{self.path}?state={guess}&error=access_denied")),
            ("error without state", get(f"{self.path}?error=server_error")),
            ("huge query", get(f"{self.path}?state={right}&code={'x' * 20_000}")),
            ("huger query", get(f"{self.path}?state={right}&code={'x' * 200_000}")),
            ("many fields", get(f"{self.path}?state={right}&code=x&{'&'.join(f'a{n}=1' for n in range(200))}")),
            ("POST", get(good, method="POST")),
            ("OPTIONS", get(good, method="OPTIONS")),
            ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64)),
            ("half a request", f"GET {good} HTTP/1.1\r\nHost: {here[:9]}".encode()),
            ("bytes", bytes(self.chance.randrange(256) for _ in range(300)) + b"\r\n\r\n"),
        ]

    def knock(self, request: bytes) -> int:
        """Return what was answered; 0: nothing."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as one:
            try:
                one.sendall(request)
                one.shutdown(socket.SHUT_WR)
                answer = one.recv(65536)
            except OSError:
                return 0
        first = answer.split(b"\r\n", 1)[0].split()
        return int(first[1]) if len(first) > 1 and first[1].isdigit() else 0

    def from_elsewhere(self) -> None:
        """Knock at other addresses of this machine: who listens to the network would answer at these, too."""
        for address in ("127.0.0.2", "::1"):
            with pytest.raises(OSError):  # refused, or no such family here
                socket.create_connection((address, self.port), timeout=2).close()


async def signed_in(desk: Desk, attempt: SignInAttempt, code: str = "c") -> str:
    """The person's own return; returns the query that it came with."""
    asked = {name: one[0] for name, one in parse_qs(urlsplit(attempt.shown.link).query).items()}
    desk.provider.nonce = asked["nonce"]
    query = f"state={asked['state']}&code={code}"
    page, _ = await asyncio.gather(
        asyncio.to_thread(Browser().get, f"{attempt.shown.returns_to}?{query}"), finished(attempt)
    )
    assert page.status == 200
    return query


async def forged_token(desk: Desk, number: int) -> None:
    """A sign-in whose ID token somebody else made: refused, and nothing of it is kept."""
    provider = desk.provider
    before = provider.claims, provider.header, provider.key
    confused = "confused" if number % 20 == 19 else ""
    if number % 20 < len(CLAIMS):
        provider.claims = CLAIMS[number % 20]
    elif number % 20 < 19:
        provider.header = HEADERS[number % 20 - len(CLAIMS)]
        if provider.header == {"alg": "RS256"}:
            provider.key = signing_key("one")  # somebody else's, under the provider's name for its own
            provider.header = {"alg": "RS256", "kid": "one"}
    try:
        with pytest.raises(AppError) as caught:
            await (desk.browser(iss="https://evil.example") if confused else desk.browser())
        assert str(caught.value.problem.code).startswith(("id-token", "token-", "provider-issuer"))
        assert await desk.vault.names() == ()
        assert await desk.signs.last(desk.source) is None
    finally:
        provider.claims, provider.header, provider.key = before


@BOTH
@pytest.mark.timeout(300)
async def test_a_hundred_forgeries_and_then_the_sign_in(desk: Desk, row: Row, run: str) -> None:
    chance = random.Random(21)
    old = await signed_in(desk, await desk.signs.begin(desk.source, SignInFlow.BROWSER))
    await desk.signs.sign_out(desk.source)
    desk.signs.forget()

    attempt = await desk.signs.begin(desk.source, SignInFlow.BROWSER)
    forger = Forger(attempt, old, chance)
    asked = len(desk.provider.asked)
    answers: Counter[int] = Counter()
    requests = [one for _ in range(3) for one in forger.kinds()][: FORGED - 20]
    chance.shuffle(requests)
    for what, request in requests:
        status = await asyncio.to_thread(forger.knock, request)
        assert status in TURNED_AWAY, what
        answers[status] += 1
    await asyncio.to_thread(forger.from_elsewhere)
    assert len(desk.provider.asked) == asked, "a forged code went to the provider"
    port = forger.port
    with pytest.raises(AppError) as caught:
        await desk.signs.begin(oidc(desk.provider.issuer, CLIENT, redirect_port=port), SignInFlow.BROWSER)
    assert caught.value.problem.code is Code.SIGN_IN_PORT

    query = await signed_in(desk, attempt, "mine")
    assert [form["code"] for path, form in desk.provider.asked if path == "/token"][-1] == "mine"
    assert (await desk.signs.token(desk.source)).reveal()
    try:
        second = await asyncio.to_thread(
            forger.knock, f"GET {forger.path}?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
    except OSError:
        second = 0  # nobody listens any more
    assert second in TURNED_AWAY
    await desk.signs.sign_out(desk.source)
    desk.signs.forget()

    for number in range(FORGED - len(requests)):
        await forged_token(desk, number)
    assert await desk.browser()
    kinds = len({what for what, _ in requests})
    said = f"{len(requests)} forged returns of {kinds} kinds, {FORGED - len(requests)} forged tokens: 0 taken"
    row("sign-in", f"{said}; the person's own sign-in went on each time")


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


async def test_a_public_key_is_no_secret_to_sign_with(desk: Desk) -> None:
    """The confusion of RS256 and HS256: the provider's public key as if it were a shared secret."""
    public = desk.provider.published[0].as_pem(private=False)
    attempt = await desk.signs.begin(desk.source, SignInFlow.BROWSER)
    asked = {name: one[0] for name, one in parse_qs(urlsplit(attempt.shown.link).query).items()}
    claims = {"iss": desk.provider.issuer, "aud": CLIENT, "sub": "eve", "iat": NOW, "exp": NOW + 600}
    parts = [{"alg": "HS256", "kid": "one"}, {**claims, "nonce": asked["nonce"]}]
    signed = ".".join(_part(json.dumps(one).encode()) for one in parts)
    token = f"{signed}.{_part(hmac.digest(public, signed.encode(), 'sha256'))}"
    desk.provider.replies["/token"] = lambda form: (200, {"access_token": "a", "id_token": token})
    with pytest.raises(AppError) as caught:
        await signed_in(desk, attempt)
    assert str(caught.value.problem.code).startswith("id-token")
    assert await desk.vault.names() == ()
