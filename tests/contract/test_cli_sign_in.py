"""From sign-in to the credentials file by command line: a certified provider, an STS that checks its tokens."""

import configparser
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.cli import outcomes
from app.domain.entries import oidc_entry
from app.domain.sign_in import SignIn
from tests.support.in_process import Office
from tests.support.node_provider import PUBLIC, NodeProvider, needs_provider
from tests.support.signing_in import Browser
from tests.support.strict_sts import Role

pytestmark = needs_provider
WEB = "arn:aws:iam::123456789012:role/web"
BEHIND = "arn:aws:iam::210987654321:role/behind"
PROFILES = f"""
[profiles.web]
source = "okta"
roles = [{{ role_arn = "{WEB}" }}, {{ role_arn = "{BEHIND}" }}]
delivery = {{ credentials_file = "web" }}

[profiles.alone]
source = "okta"
roles = [{{ role_arn = "{WEB}", session_name = "alone" }}]
delivery = {{ credentials_file = "alone" }}
"""


@dataclass
class Opener:
    """The person's browser; `login` empty: the person goes back without signing in."""

    login: str = "ana"
    links: list[str] = field(default_factory=list)

    async def open(self, link: str) -> bool:
        self.links.append(link)
        browser = Browser()
        work = (lambda: browser.sign_in(link, self.login)) if self.login else (lambda: browser.deny(link))
        threading.Thread(target=work, daemon=True).start()
        return True


@pytest.fixture(scope="module")
def provider() -> Iterator[NodeProvider]:
    with NodeProvider() as one:
        yield one


@pytest.fixture
def office(tmp_path: Path, provider: NodeProvider) -> Iterator[Office]:
    with Office(tmp_path, opener=Opener()) as one:
        one.set_up()
        scopes = ("--scope", "openid", "--scope", "offline_access")
        one.must("source", "add", "okta", "--issuer", provider.issuer, "--client-id", PUBLIC, *scopes)
        one.catalog.write_text(one.catalog.read_text() + PROFILES)
        one.sts.world.providers.append(provider.known(PUBLIC))
        one.sts.world.roles += [Role(WEB, [provider.issuer]), Role(BEHIND, [WEB])]
        one.person.there = True
        yield one


def opener(office: Office) -> Opener:
    assert isinstance(office.opener, Opener)
    return office.opener


def key_of(office: Office, section: str) -> str:
    parser = configparser.RawConfigParser()
    parser.read_string(office.credentials.read_text())
    return parser[section]["aws_access_key_id"]


def test_sign_in_once_then_refreshed_then_signed_out(office: Office, provider: NodeProvider) -> None:
    ran = office.must("start", "web", "alone")
    assert key_of(office, "web").startswith("ASIA")
    assert key_of(office, "alone").startswith("ASIA")
    assert len(opener(office).links) == 1
    assert opener(office).links[0] in ran.err.replace("\n", "")
    assert ":assumed-role/behind/" in ran.out
    first = key_of(office, "web")

    office.person.there = False
    office.must("stop", "web")
    office.must("start", "web")  # another process: the refresh token of the vault
    assert key_of(office, "web") != first
    assert len(opener(office).links) == 1

    shown = office.must("keys", "show", "okta").out
    entry = oidc_entry(provider.issuer, PUBLIC, "refresh-token").service
    assert entry in shown
    assert "refresh token: stored" in shown
    assert "eyJ" not in shown + ran.out + ran.err  # how every JWT begins

    assert entry in office.must("source", "sign-out", "okta", "--dry-run").out
    done = office.must("source", "sign-out", "okta")
    assert "Signed out" in done.out
    assert provider.issuer in done.err  # the page that ends the browser's own session
    assert "There is no sign-in" in office.must("source", "sign-out", "okta").out
    office.must("stop", "web")
    refused = office.run("start", "web")
    assert refused.code == 4
    assert "needs a sign-in" in refused.err
    assert len(opener(office).links) == 1


def test_denied_there(office: Office) -> None:
    opener(office).login = ""
    ran = office.run("start", "web")
    assert ran.code == 11
    assert "was denied" in ran.err


def test_a_device_code_is_printed_and_confirmed_elsewhere(
    office: Office, provider: NodeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.must("source", "edit", "okta", "--flow", "device")
    said: list[str] = []
    real = outcomes.say_sign_in

    def heard(source: str, sign_in: SignIn) -> None:
        said.append(sign_in.code)
        real(source, sign_in)
        threading.Thread(target=Browser().confirm, args=(sign_in.page, sign_in.code), daemon=True).start()

    monkeypatch.setattr(outcomes, "say_sign_in", heard)
    monkeypatch.setattr("app.late.making_signs.DEVICE_INTERVAL", 0.2)
    ran = office.must("start", "alone")
    assert key_of(office, "alone").startswith("ASIA")
    assert said[0] in ran.err
    assert (len(said), opener(office).links) == (1, [])


def test_doctor_looks_at_the_provider(office: Office, provider: NodeProvider) -> None:
    found = office.run("doctor", "--json").json["findings"]
    assert [one for one in found if one["subject"] == "sources.okta"] == []
    office.edit(provider.issuer, provider.issuer + "/elsewhere")
    found = office.run("doctor", "--json").json["findings"]
    assert [one["code"] for one in found if one["subject"] == "sources.okta"] == ["provider-answer"]


def test_keys_of_a_client(office: Office, provider: NodeProvider) -> None:
    office.must("keys", "set", "okta", "--client-secret", stdin="s3cret")
    assert "client secret: stored" in office.must("keys", "show", "okta").out
    office.must("keys", "remove", "okta", "--client-secret")
    assert office.run("keys", "remove", "okta", "--refresh-token").code == 7
    assert office.run("source", "sign-out", "acme").code == 9
