"""uninstall: what is ours goes, what is theirs is as it was, and keys and catalog stay unless they are named."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import OTHERS
from tests.support.in_process import Office, said

CONFIG = b"# mine\n[profile other]\nregion = eu-west-1\n"
MORE = """
[profiles.lined]
source = "acme"
region = "eu-central-1"
roles = [{ role_arn = "arn:aws:iam::210987654321:role/dev" }]
delivery = { credential_process = true }
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up(MORE)
        config_of(one).write_bytes(CONFIG)
        config_of(one).chmod(0o600)
        one.must("start", "dev")
        one.must("start", "lined")
        one.must("autostart", "on")
        yield one


def config_of(office: Office) -> Path:
    return office.folder / ".aws" / "config"


def autostart_of(office: Office) -> Path:
    return office.folder / ".config" / "autostart" / "rolecall.desktop"


def test_a_dry_run_names_everything_and_changes_nothing(office: Office) -> None:
    before = {path: path.read_bytes() for path in office.folder.rglob("*") if path.is_file()}
    plan = office.must_json("uninstall", "--dry-run")
    assert "dev" in plan["sections"]
    assert plan["config_lines"] == 1
    assert plan["autostart"] == str(autostart_of(office))
    assert any(name.startswith("rolecall/access-key/") for name in plan["secrets"])
    assert plan["catalog"] == str(office.catalog)
    text = office.must("uninstall", "--dry-run").out
    for words in ("[dev]", "credential_process", "rolecall.desktop", "--secrets removes", "--catalog removes"):
        assert words in text
    secret = office.user.secret_access_key
    assert secret not in text + json.dumps(plan)
    after = {path: path.read_bytes() for path in office.folder.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before} == before


def test_what_is_ours_goes_and_the_rest_is_as_it_was(office: Office) -> None:
    office.must("uninstall", "--yes")
    assert office.credentials.read_bytes() == OTHERS
    assert config_of(office).read_bytes() == CONFIG
    assert not autostart_of(office).exists()
    assert not (office.folder / "state").exists()
    assert not (office.folder / "run").exists()
    assert office.catalog.exists()
    assert office.vault._secrets, "the keys stay"


def test_secrets_and_catalog_go_when_they_are_named(office: Office) -> None:
    office.must("uninstall", "--yes", "--secrets", "--catalog")
    assert not office.catalog.exists()
    assert not office.vault._secrets


def test_a_second_time_there_is_nothing(office: Office) -> None:
    office.must("uninstall", "--yes", "--secrets", "--catalog")
    plan = office.must_json("uninstall", "--dry-run")
    assert plan["sections"] == plan["secrets"] == []
    assert plan["catalog"] is None


def test_it_asks_and_refuses_where_nobody_can_be_asked(office: Office) -> None:
    said(office.run("uninstall"), 4, "--yes")
    office.person.there = True
    ran = office.run("uninstall")
    assert ran.code == 11, "the person said no"
    assert b"[dev]" in office.credentials.read_bytes()


def test_not_while_rolecall_runs(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    class Running:
        def close(self) -> None: ...

    monkeypatch.setattr("app.cli.commands.leaving.running_engine", lambda _folders: Running())
    said(office.run("uninstall", "--yes"), 8, "still running", "Quit it")
    assert b"[dev]" in office.credentials.read_bytes()
