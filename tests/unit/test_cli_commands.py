"""The commands one by one, in this process: real files, a strict STS, a vault in memory."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.root import COMMANDS
from tests.support.command_line import CATALOG, OTHERS, SERIAL
from tests.support.in_process import Office, said

PRODUCTION = '\n[accounts."123456789012"]\nname = "acme-prod"\nproduction = true\n'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one


# What every command has


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(office: Office, name: str) -> None:
    ran = office.must(name, "--help")
    assert f"rolecall {name}" in ran.out
    assert len(ran.out.splitlines()) > 4


@pytest.mark.parametrize("name", ["keys", "source", "profile"])
def test_groups_list_their_commands(office: Office, name: str) -> None:
    assert office.run(name).code == 2
    assert "Commands:" in office.must(name, "--help").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("explode",), ("start",), ("stop",), ("stop", "dev", "--all"), ("env", "dev", "--format", "cobol"),
        ("exec", "dev"), ("exec", "dev", "--"), ("default", "dev", "--none"), ("refresh", "--json"),
        ("keys", "set", "acme", "--totp", "--client-secret"), ("pause", "--for", "1h", "--until", "10:00"),
        ("pause", "--until", "noon"), ("--no-such",),
    ],
)  # fmt: skip
def test_a_wrong_command_line(office: Office, arguments: tuple[str, ...]) -> None:
    said(office.run(*arguments, stdin="x"), 2, "--help")


def test_the_palette_needs_the_application(office: Office) -> None:
    ran = office.run("palette")
    said(ran, ran.code, "tray application is not running", "rolecall")
    assert ran.code


@pytest.mark.parametrize(
    "command",
    [
        ("list",), ("status",), ("start", "dev"), ("refresh", "--once"), ("default", "dev"), ("keys", "show", "acme"),
        ("profile", "add", "x", "--source", "acme"),
    ],
)  # fmt: skip
def test_a_broken_catalog_is_said_and_stays(office: Office, command: tuple[str, ...]) -> None:
    broken = CATALOG + "\n[profiles.oops\n"
    office.catalog.write_text(broken)
    said(office.run(*command), 9, "profiles.toml", "ine ")
    assert office.catalog.read_text() == broken
    assert office.credentials.read_bytes() == OTHERS


@pytest.mark.parametrize(
    ("name", "code"), [("no-such", 3), ("dv", 3), ("-bad", 2), ("bad name", 9), ("[x]", 9), ("a\nb", 9), ("", 9)]
)
@pytest.mark.parametrize("command", ["start", "env", "credentials", "default", "status"])
def test_names_that_are_none(office: Office, command: str, name: str, code: int) -> None:
    ran = office.run(command, name)
    assert ran.code == code, ran
    if name == "dv":
        assert "dev" in ran.err
    assert office.credentials.read_bytes() == OTHERS


# list and status


def test_list_as_a_table_and_as_json(office: Office) -> None:
    office.edit('aliases = ["main"]', 'aliases = ["main"]\ngroup = "Acme/Prod"\ntags = ["x"]\nfavorite = true')
    office.catalog.write_text(office.catalog.read_text() + PRODUCTION)
    assert "prod !" in office.must("list").out
    rows = {one["name"]: one for one in office.must_json("list")["profiles"]}
    assert set(rows) == {"prod", "dev", "guarded", "closed"}
    prod = rows["prod"]
    assert (prod["group"], prod["tags"], prod["favorite"], prod["production"]) == ("Acme/Prod", ["x"], True, True)
    assert (prod["source"], prod["region"], prod["account"]) == ("acme", "eu-west-1", "123456789012")
    assert prod["roles"] == ["arn:aws:iam::111122223333:role/hub", "arn:aws:iam::123456789012:role/prod"]
    assert (prod["state"], prod["valid"], prod["default"]) == ("stopped", False, False)


def test_list_tells_of_what_is_broken(office: Office) -> None:
    office.catalog.write_text(office.catalog.read_text() + '\n[profiles.odd]\nsource = "nobody"\n')
    ran = office.run("list")
    assert ran.code == 3
    assert "nobody" in ran.err
    assert "dev" in ran.out


def test_an_empty_catalog_says_how_to_begin(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        assert "rolecall profile add" in office.must("list").err
        assert office.must_json("status")["profiles"] == []
        assert office.must("refresh", "--once").out == ""


def test_status_has_the_shape_of_the_contract(office: Office) -> None:
    office.must("start", "dev")
    document = office.must_json("status")
    assert set(document) == {"version", "engine", "pid", "profiles"}
    (row,) = document["profiles"]
    assert set(row) == {
        "name", "state", "valid", "paused", "expires_at", "next_attempt_at", "started_at", "stops_at", "started_by",
        "account", "arn", "deliveries", "problem",
    }  # fmt: skip
    assert row["expires_at"].endswith("Z")
    assert len(row["expires_at"]) == len("2026-11-25T13:52:09Z")
    assert [set(one) for one in row["deliveries"]] == [{"kind", "target", "written_at"}]
    asked = office.must_json("status", "prod", "dev")["profiles"]
    assert [(one["name"], one["state"]) for one in asked] == [("prod", "stopped"), ("dev", "active")]


# start, stop, default


def test_dry_runs_change_nothing(office: Office) -> None:
    calls = len(office.sts.calls)
    catalog = office.catalog.read_text()
    for arguments in (("start", "dev"), ("refresh",), ("default", "dev"), ("stop", "--all"), ("refresh", "--once")):
        ran = office.must(*arguments, "--dry-run")
        if "stop" not in arguments:
            assert "+[" in ran.out, ran
    assert office.credentials.read_bytes() == OTHERS
    assert office.catalog.read_text() == catalog
    assert len(office.sts.calls) == calls


def test_a_dry_stop_shows_what_would_go(office: Office) -> None:
    office.must("start", "dev")
    content = office.credentials.read_bytes()
    ran = office.must("stop", "dev", "--dry-run")
    assert "-[dev]" in ran.out
    assert office.credentials.read_bytes() == content
    for secret in content.decode().splitlines()[-2:]:
        assert secret.split(" = ")[1] not in ran.out


def test_a_code_is_asked_for_at_the_terminal_and_a_wrong_one_again(office: Office) -> None:
    office.edit('mfa = "totp"\n', "")
    said(office.run("start", "guarded"), 4, SERIAL)
    office.person.there = True
    good = office.sts.code(SERIAL)
    office.person.codes = ["000000", good]
    ran = office.run("start", "guarded")
    assert ran.code == 0, (ran, office.person.asked)
    assert office.person.asked == [f"code {SERIAL}", f"code {SERIAL} mfa-refused"]
    office.must("stop", "guarded")


def test_no_code_typed_is_a_cancel(office: Office) -> None:
    office.edit('mfa = "totp"\n', "")
    office.person.there = True
    assert office.run("start", "guarded").code == 11
    assert office.credentials.read_bytes() == OTHERS


def test_production_asks_first(office: Office) -> None:
    office.catalog.write_text(office.catalog.read_text() + PRODUCTION)
    said(office.run("start", "prod"), 4)
    assert office.sts.calls == ()
    office.person.there = True
    said(office.run("start", "prod"), 11)
    assert "123456789012" in office.person.asked[0]
    ran = office.run("start", "prod", "dev", "--json")
    assert ran.code == 11
    assert [one["valid"] for one in json.loads(ran.out)["profiles"]] == [False, True]
    office.person.yes = True
    assert office.run("start", "prod").code == 0
    office.person.there = False
    assert office.run("start", "prod", "--yes").code == 0


def test_production_is_stopped_by_name_only_after_a_question(office: Office) -> None:
    office.catalog.write_text(office.catalog.read_text() + PRODUCTION)
    assert office.run("start", "prod", "--yes").code == 0
    office.person.there = True
    said(office.run("stop", "prod"), 11)
    assert "PROD" in office.person.asked[-1]
    asked = len(office.person.asked)
    assert office.run("stop", "prod", "--yes").code == 0
    assert office.run("stop", "--all").code == 0
    assert len(office.person.asked) == asked
    office.person.there = False
    assert office.run("stop", "prod").code == 0, "nobody can be asked, and stopping is the safe way"
    assert office.run("stop", "prod", "--lock").code == 2


def test_status_says_when_auto_stop_comes(office: Office) -> None:
    safety = '\n[profiles.prod.safety]\nauto_stop = "8h"\n'
    office.catalog.write_text(office.catalog.read_text() + PRODUCTION + safety)
    assert office.run("start", "prod", "--yes").code == 0
    ran = office.run("status", "prod")
    assert "prod (prod)" in ran.out
    assert "is stopped in 7 h 59 min" in ran.out or "is stopped in 8 h" in ran.out
    (row,) = office.must_json("status", "prod")["profiles"]
    assert row["stops_at"] > row["started_at"]


def test_default_and_back(office: Office) -> None:
    assert office.must("default").out == "No profile is the default.\n"
    office.must("default", "main")
    assert office.must_json("default")["default"] == "prod"
    assert b"[default]" in office.credentials.read_bytes()
    office.must("default", "dev")
    assert office.credentials.read_bytes().count(b"[default]") == 1
    office.must("default", "--none")
    assert b"[default]" not in office.credentials.read_bytes()
    office.must("stop", "prod", "dev")
    assert office.credentials.read_bytes() == OTHERS


def test_a_default_of_someone_elses(office: Office) -> None:
    foreign = OTHERS + b"\n[default]\naws_access_key_id = AKIASOMEONE000000001\naws_secret_access_key = theirs\n"
    office.credentials.write_bytes(foreign)
    ran = office.run("default", "dev")
    assert ran.code == 8, ran
    assert b"AKIASOMEONE000000001" in office.credentials.read_bytes()
    assert "default =" not in office.catalog.read_text()
    office.must("default", "dev", "--adopt")
    assert b"AKIASOMEONE000000001" not in office.credentials.read_bytes()
    office.must("default", "--none")
    office.must("stop", "dev")
    assert office.credentials.read_bytes() == foreign


# pause, lock, undo


def test_pause_is_kept_for_the_next_engine(office: Office) -> None:
    assert office.must("pause", "--for", "30m").out.startswith("Paused until ")
    assert json.loads((office.folder / "state" / "engine.json").read_text())["paused"] is True
    office.must("start", "dev")
    office.must("resume")
    assert json.loads((office.folder / "state" / "engine.json").read_text())["paused"] is False
    assert office.must("pause").out == "Paused until you resume.\n"


def test_lock_stops_all(office: Office) -> None:
    office.must("start", "dev", "prod")
    office.must("env", "guarded")
    office.must("lock")
    assert office.credentials.read_bytes() == OTHERS
    assert list((office.folder / "run" / "sessions").iterdir()) == []
    office.must("unlock")


def test_undo_puts_back_what_was_adopted(office: Office) -> None:
    said(office.run("undo"), 3)
    foreign = b"[dev]\naws_access_key_id = ASIASOMEONE000000001\naws_secret_access_key = t\naws_session_token = u\n"
    office.credentials.write_bytes(foreign)
    office.must("start", "dev", "--adopt")
    entries = office.must_json("undo", "--list")["entries"]
    assert any(one["undoable"] for one in entries)
    assert "ASIASOMEONE000000001" not in office.must("undo", "--dry-run").out
    written = office.credentials.read_bytes()
    key = next(line for line in written.splitlines() if line.startswith(b"aws_access_key_id"))
    office.credentials.write_bytes(written.replace(key, b"aws_access_key_id = AKIASOMEONEELSES0001"))
    said(office.run("undo"), 8)
    assert b"AKIASOMEONEELSES0001" in office.credentials.read_bytes(), "what was changed since stays"
    office.credentials.write_bytes(written)
    office.must("undo")
    assert office.credentials.read_bytes() == foreign


def test_the_undo_of_a_start_is_a_stop(office: Office) -> None:
    office.must("start", "dev")
    assert office.credentials.read_bytes() != OTHERS
    (entry,) = office.must_json("undo", "--list")["entries"]
    assert entry["sections"] == [{"name": "dev", "how": "added"}]
    assert "-[dev]" in office.must("undo", entry["id"], "--dry-run").out.splitlines()
    office.must("undo", entry["id"])
    assert office.credentials.read_bytes() == OTHERS
    stopped = next(one for one in office.must_json("undo", "--list")["entries"] if one["what"] == "stop")
    said(office.run("undo", stopped["id"]), 3)
