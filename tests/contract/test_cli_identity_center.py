"""Identity Center by command line: a source, a sign-in, its roles listed, profiles made and started, signed out."""

import configparser
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import urllib3

from tests.support import identity_center as strict
from tests.support.in_process import Office, said
from tests.support.strict_sts import Role


@dataclass
class Opener:
    """The person's browser, signed in already."""

    links: list[str] = field(default_factory=list)

    async def open(self, link: str) -> bool:
        self.links.append(link)
        threading.Thread(target=lambda: urllib3.request("GET", link, retries=3), daemon=True).start()
        return True


@pytest.fixture
def center() -> Iterator[strict.IdentityCenter]:
    with strict.IdentityCenter() as one:
        yield one


@pytest.fixture
def office(tmp_path: Path, center: strict.IdentityCenter) -> Iterator[Office]:
    with Office(tmp_path, opener=Opener()) as one:
        one.environ |= center.environ
        one.credentials.write_text("")
        one.person.there = True
        one.must("source", "add", "corp", "--start-url", center.start_url, "--region", "eu-west-1")
        yield one


def section(office: Office, name: str) -> str:
    parser = configparser.RawConfigParser()
    parser.read_string(office.credentials.read_text())
    return parser[name]["aws_access_key_id"]


def links(office: Office) -> list[str]:
    assert isinstance(office.opener, Opener)
    return office.opener.links


def test_from_a_source_to_sessions_of_chosen_roles(office: Office, center: strict.IdentityCenter) -> None:
    ran = office.must("source", "roles", "corp")
    assert "222233334444  acme prod  BillingReadOnly" in ran.out
    assert links(office)[0] in ran.err.replace("\n", "")
    dry = office.must("source", "roles", "corp", "--add", "acme prod/Admin", "--dry-run").out
    assert "+[profiles.acme-prod-Admin]" in dry
    assert office.must_json("source", "roles", "corp", "--search", "prod bill")["accounts"][1] == {
        "account": "222233334444", "name": "acme prod", "email": "222233334444@example.com",
        "roles": [{"role": "BillingReadOnly", "profile": None}],
    }  # fmt: skip
    made = office.must_json("source", "roles", "corp", "--add", "acme prod/Admin", "--add", "333344445555/ReadOnly")
    assert made["profiles"] == ["acme-prod-Admin", "333344445555-ReadOnly"]
    assert 'name = "acme prod"' in office.catalog.read_text()  # of [accounts."222233334444"]
    office.must("start", "acme-prod-Admin", "333344445555-ReadOnly")
    written = {section(office, name) for name in made["profiles"]}
    assert written == {one["accessKeyId"] for one in center.given}
    status = office.must_json("status", "acme-prod-Admin")["profiles"][0]
    assert (status["state"], status["account"]) == ("active", "222233334444")
    assert len(links(office)) == 1
    shown = office.must("keys", "show", "corp").out
    assert "sign-in at Identity Center: stored" in shown
    everything = office.must("source", "roles", "corp", "--add-all", "--group", "Acme")
    assert "has a profile already: acme-prod-Admin" in everything.err
    assert office.catalog.read_text().count('group = "Acme"') == 3
    assert not [one for one in (*center.tokens, *center.refresh_tokens) if one in shown + everything.out + ran.err]


def test_signed_out_and_nobody_there(office: Office, center: strict.IdentityCenter) -> None:
    office.must("source", "roles", "corp", "--add", "acme-dev/Developer")
    assert "identity-center/" in office.must("source", "sign-out", "corp", "--dry-run").out
    assert "Signed out" in office.must("source", "sign-out", "corp").out
    assert "/logout" in center.asked
    office.person.there = False
    said(office.run("source", "roles", "corp"), 4, "Source corp needs a sign-in")
    said(office.run("start", "acme-dev-Developer"), 4, "acme-dev-Developer needs a sign-in")


def test_a_role_that_is_no_longer_assigned(office: Office, center: strict.IdentityCenter) -> None:
    office.must("source", "roles", "corp", "--add", "acme prod/BillingReadOnly")
    center.accounts["222233334444"] = ("acme prod", ("Admin",))
    ran = office.run("start", "acme-prod-BillingReadOnly")
    said(ran, 5, "BillingReadOnly in acme prod is no longer assigned to you", "rolecall profile edit")
    said(office.run("source", "roles", "corp", "--add", "acme prod/Billing"), 3, "gives you no acme prod/Billing")


def test_a_device_code_and_roles_behind_it(office: Office, center: strict.IdentityCenter) -> None:
    behind = "arn:aws:iam::210987654321:role/behind"
    office.must("source", "edit", "corp", "--flow", "device")
    center.interval, center.person = 1, "at once"
    ran = office.must("source", "roles", "corp", "--add", "acme-dev/Developer")
    assert "enter the code" in ran.err
    office.sts.world.roles.append(Role(behind, ["*"]))
    office.must("profile", "add", "far", "--base", "acme-dev-Developer", "--role", behind)
    ran = office.run("start", "far")
    # the strict STS knows nobody of Identity Center: it was asked by the role's session, and says so
    assert ran.code == 5
    assert center.given
    said(office.run("source", "roles", "far"), 3, "far")


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"start_url": "https://other.awsapps.com/start"}, 5, "does not know https://acme.awsapps.com/start"),
        ({"region": "us-east-2"}, 5, "AWS says that the instance of source corp is in us-east-2"),
        ({"person": "denies"}, 11, "was denied"),
        ({"down": True}, 5, "status 500"),
        ({"html": "<html>hotel</html>"}, 6, "not AWS"),
    ],
)
def test_bad_input(
    office: Office, center: strict.IdentityCenter, change: dict[str, object], code: int, words: str
) -> None:
    for name, value in change.items():
        setattr(center, name, value)
    ran = office.run("source", "roles", "corp")
    assert ran.code == code, ran
    assert words in ran.err
    assert len(ran.err.splitlines()) >= 2


def test_what_is_no_source_of_identity_center(office: Office) -> None:
    office.must("source", "add", "shell", "--kind", "environment")
    said(office.run("source", "roles", "shell"), 9)
    assert office.run("source", "roles", "corp", "--dry-run").code == 2
