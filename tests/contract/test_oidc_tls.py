"""Providers of a company: behind TLS that the company vouches for, and behind its proxy."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.problem import AppError, Code
from app.domain.source import Oidc, SignInFlow
from app.engine.offload import ThreadOffload
from app.oidc.sign_ins import OidcSignIns
from app.texts import describe
from app.vault.memory import MemoryVault
from tests.support.certificates import certificate
from tests.support.faulty_provider import CLIENT, FaultyProvider
from tests.support.signing_in import Browser
from tests.support.signs import finished, oidc, sign_ins


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def provider(own: Path) -> Iterator[FaultyProvider]:
    with FaultyProvider(certificate=own) as one:
        yield one


@pytest.fixture
async def signs() -> AsyncIterator[OidcSignIns]:
    offload = ThreadOffload()
    yield sign_ins(offload, MemoryVault())
    offload.close()


async def signed_in(signs: OidcSignIns, provider: FaultyProvider, source: Oidc, flow: SignInFlow) -> str:
    attempt = await signs.begin(source, flow)
    if flow is SignInFlow.DEVICE:
        await finished(attempt)
        return (await signs.token(source)).reveal()
    asked = {name: one[0] for name, one in parse_qs(urlsplit(attempt.shown.link).query).items()}
    provider.nonce = asked["nonce"]
    url = f"{attempt.shown.returns_to}?state={asked['state']}&code=c"
    await asyncio.gather(asyncio.to_thread(Browser().get, url), finished(attempt))
    return (await signs.token(source)).reveal()


@pytest.mark.parametrize("flow", SignInFlow)
async def test_the_companys_own_authority_vouches_for_every_call(
    signs: OidcSignIns, provider: FaultyProvider, own: Path, flow: SignInFlow
) -> None:
    assert provider.issuer.startswith("https://")
    assert await signed_in(signs, provider, oidc(provider.issuer, CLIENT, ca_bundle=str(own)), flow)
    paths = {path for path, _ in provider.asked}
    assert {"/.well-known/openid-configuration", "/token", "/jwks"} <= paths


async def test_without_it_nothing_is_sent_and_the_remedy_is_named(signs: OidcSignIns, provider: FaultyProvider) -> None:
    with pytest.raises(AppError) as caught:
        await signs.begin(oidc(provider.issuer, CLIENT), SignInFlow.BROWSER)
    problem = caught.value.problem
    assert problem.code is Code.NETWORK_TLS
    assert "ca_bundle" in describe(problem).remedy
    assert provider.asked == []


async def test_an_authority_that_is_another_or_missing(
    signs: OidcSignIns, provider: FaultyProvider, tmp_path: Path
) -> None:
    other = certificate(tmp_path, "127.0.0.2")
    for bundle, code in ((other, Code.NETWORK_TLS), (tmp_path / "missing.pem", Code.CA_BUNDLE)):
        with pytest.raises(AppError) as caught:
            await signs.begin(oidc(provider.issuer, CLIENT, ca_bundle=str(bundle)), SignInFlow.BROWSER)
        assert caught.value.problem.code is code
    assert provider.asked == []
