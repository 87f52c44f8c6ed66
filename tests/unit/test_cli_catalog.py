"""keys, source and profile, in this process: from adding to removing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import SERIAL
from tests.support.in_process import Office, said

PRODUCTION = '\n[accounts."123456789012"]\nname = "acme-prod"\nproduction = true\n'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one


@pytest.mark.parametrize("secret", ["", "\n", "two\nlines", "with space", "ÜÖÄ", "AKIAIOSFODNN7EXAMPLE", "tab\there"])
def test_secrets_that_are_none_are_not_stored(office: Office, secret: str) -> None:
    office.must("keys", "remove", "acme")
    said(office.run("keys", "set", "acme", stdin=secret), 9)
    assert not office.must_json("keys", "show", "acme")["secrets"][0]["stored"]


def test_keys_show_and_remove(office: Office) -> None:
    assert [one["stored"] for one in office.must_json("keys", "show", "acme")["secrets"]] == [True, True]
    text = office.must("keys", "show", "acme").out
    assert office.user.secret_access_key not in text
    office.must("keys", "remove", "acme", "--totp", "--dry-run")
    office.must("keys", "remove", "acme", "--totp")
    assert [one["stored"] for one in office.must_json("keys", "show", "acme")["secrets"]] == [True, False]
    said(office.run("keys", "remove", "acme", "--totp"), 7)
    said(office.run("start", "guarded"), 7, "keys set acme")


def test_a_dry_set_checks_and_stores_nothing(office: Office) -> None:
    office.must("keys", "remove", "acme")
    office.must("keys", "set", "acme", "--dry-run", stdin="x" * 40)
    assert not office.must_json("keys", "show", "acme")["secrets"][0]["stored"]


def test_secrets_that_a_source_does_not_have(office: Office) -> None:
    said(office.run("keys", "set", "acme", "--client-secret", stdin="x"), 9)
    office.must("source", "add", "shell", "--kind", "environment")
    said(office.run("keys", "set", "shell", stdin="x"), 9)
    said(office.run("keys", "set", "shell", "--totp", stdin="x"), 9, "mfa")
    said(office.run("keys", "set", "no-such", stdin="x"), 3)


# sources and profiles


def test_a_source_from_add_to_remove(office: Office) -> None:
    office.must("source", "add", "second", "--access-key-id", "AKIAEXAMPLE000000002", "--title", "Second key")
    office.must("source", "edit", "second", "--mfa-serial", SERIAL, "--mfa-session", "false", "--name", "other")
    values = office.must_json("source", "show", "other")["sources"]["other"]
    assert values == {
        "kind": "access-keys", "title": "Second key", "access_key_id": "AKIAEXAMPLE000000002", "mfa_serial": SERIAL,
        "mfa_session": False,
    }  # fmt: skip
    said(office.run("source", "add", "other", "--access-key-id", "AKIAEXAMPLE000000003"), 9)
    said(office.run("source", "add", "third", "--access-key-id", "short"), 9)
    office.must("source", "edit", "other", "--unset", "title", "--set", 'mfa_session="1h"')
    assert "title" not in office.must_json("source", "show", "other")["sources"]["other"]
    office.must("source", "remove", "other")
    said(office.run("source", "show", "other"), 3)
    said(office.run("source", "remove", "acme"), 9, "dev")


def test_a_typed_command_is_approved_and_an_edited_one_is_not_by_itself(office: Office) -> None:
    approvals = office.folder / "state" / "approvals.json"
    office.must("source", "add", "ci", "--kind", "process", "--command", "/bin/echo", "--command", "hi there")
    assert json.loads(approvals.read_text())["commands"] == [["/bin/echo", "hi there"]]
    office.must("source", "edit", "ci", "--title", "CI")
    office.edit('"hi there"', '"changed by hand"')
    office.must("profile", "add", "ci", "--source", "ci")
    said(office.run("start", "ci"), 4, "rolecall approve ci")
    office.must("source", "edit", "ci", "--title", "again")
    said(office.run("start", "ci"), 4, "rolecall approve ci")
    assert "changed by hand" in office.must("approve", "ci", "--dry-run").out
    office.must("approve", "ci")
    assert office.run("start", "ci").code == 5
    office.must("approve", "ci", "--revoke")
    assert office.run("start", "ci").code == 4


def test_a_command_can_be_approved_at_the_terminal(office: Office) -> None:
    text = '\n[sources.ci]\nkind = "process"\ncommand = ["/bin/false"]\n[profiles.ci]\nsource = "ci"\n'
    office.catalog.write_text(office.catalog.read_text() + text)
    office.person.there = True
    assert office.run("start", "ci").code in (4, 11)
    assert "/bin/false" in office.person.asked[0]
    office.person.yes = True
    assert office.run("start", "ci").code == 5


def test_a_profile_from_add_to_remove(office: Office) -> None:
    before = office.catalog.read_text()
    hub = "arn:aws:iam::111122223333:role/hub"
    diff = office.must("profile", "add", "new", "--source", "acme", "--role", hub, "--dry-run").out
    assert "+[profiles.new]" in diff
    assert office.catalog.read_text() == before
    office.must(
        "profile", "add", "new", "--source", "acme", "--role", hub, "--set", "roles.1.external_id=ext-1",
        "--set", "tags=['a', 'b']", "--group", "Acme",
    )  # fmt: skip
    assert office.catalog.read_text().startswith(before)
    office.must("start", "new")
    assert b"[new]" in office.credentials.read_bytes()
    office.must("profile", "edit", "new", "--section", "other", "--set", "roles.1.duration=30m")
    values = office.must_json("profile", "show", "new")["profiles"]["new"]
    assert values["delivery"] == {"credentials_file": "other"}
    assert values["roles"] == [{"role_arn": hub, "external_id": "ext-1", "duration": "30m"}]
    office.must("profile", "remove", "new")
    assert office.catalog.read_text() == before
    said(office.run("profile", "remove", "new"), 3)


def test_a_profile_that_others_stand_on_stays(office: Office) -> None:
    office.must("profile", "add", "above", "--base", "dev", "--role", "arn:aws:iam::210987654321:role/closed")
    assert office.run("profile", "remove", "dev").code == 9
    office.must("profile", "edit", "main", "--name", "production")
    assert "[profiles.production]" in office.catalog.read_text()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--source", "no-such"), 3),
        (("--source", "acme", "--base", "dev"), 9),
        ((), 9),
        (("--source", "acme", "--role", "arn:aws:iam::12:role/x"), 9),
        (("--source", "acme", "--section", "bad name"), 9),
        (("--source", "acme", "--section", "dev"), 9),
        (("--source", "acme", "--set", "roles.1.duration=20h"), 9),
        (("--source", "acme", "--set", "safety.color=pink"), 9),
    ],
)
def test_profiles_that_are_none_are_not_saved(office: Office, arguments: tuple[str, ...], code: int) -> None:
    before = office.catalog.read_bytes()
    ran = office.run("profile", "add", "x", *arguments)
    assert ran.code == code, ran
    assert office.catalog.read_bytes() == before
