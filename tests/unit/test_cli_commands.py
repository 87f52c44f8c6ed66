"""The commands one by one, in this process: real files, a strict STS, a vault in memory."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.root import COMMANDS
from tests.support.command_line import CATALOG, OTHERS, SERIAL, Ran
from tests.support.in_process import Office

PRODUCTION = '\n[accounts."123456789012"]\nname = "acme-prod"\nproduction = true\n'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one


def said(ran: Ran, code: int, *words: str) -> None:
    """The exit code, and one line of cause and one of remedy."""
    assert ran.code == code, ran
    lines = ran.err.rstrip("\n").split("\n")
    assert len(lines) == 2, ran
    assert not lines[0].startswith(" ")
    assert lines[1].startswith("  ")
    for word in words:
        assert word in ran.err, ran


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


# env, exec, credentials


def test_env_in_other_formats(office: Office) -> None:
    values = json.loads(office.must("env", "prod", "--format", "json").out)
    assert values["AWS_REGION"] == "eu-west-1"
    assert values["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert office.must("env", "prod", "-f", "fish").out.count("set -gx") >= 5
    assert office.credentials.read_bytes() == OTHERS


def test_a_session_is_kept_between_commands_and_forgotten_at_stop(office: Office) -> None:
    first = office.must("env", "dev", "-f", "json").out
    calls = len(office.sts.calls)
    assert office.must("env", "dev", "-f", "json").out == first
    assert json.loads(office.must("credentials", "dev").out)["AccessKeyId"] in first
    assert len(office.sts.calls) == calls
    kept = list((office.folder / "run" / "sessions").iterdir())
    assert [one.stat().st_mode & 0o777 for one in kept] == [0o600]
    office.must("stop", "dev")
    assert list((office.folder / "run" / "sessions").iterdir()) == []
    assert office.must("env", "dev", "-f", "json").out != first


def test_start_without_an_engine_keeps_the_session_for_a_process_line(office: Office) -> None:
    office.edit('credentials_file = "dev"', "credential_process = true")
    office.must("start", "dev")
    config = office.credentials.with_name("config").read_text()
    assert "credential_process =" in config
    assert "-I -S" in config
    calls = len(office.sts.calls)
    assert json.loads(office.must("credentials", "dev").out)["AccessKeyId"].startswith("ASIA")
    assert len(office.sts.calls) == calls
    office.must("stop", "dev")
    assert "credential_process" not in office.credentials.with_name("config").read_text()
    office.must("credentials", "dev")
    assert len(office.sts.calls) > calls


def test_what_stands_in_the_file_is_handed_out_without_a_call(office: Office) -> None:
    office.must("start", "dev")
    calls = len(office.sts.calls)
    answer = json.loads(office.must("credentials", "dev").out)
    assert answer["Version"] == 1
    assert answer["AccessKeyId"].encode() in office.credentials.read_bytes()
    assert len(office.sts.calls) == calls


def test_an_edited_profile_is_asked_for_anew(office: Office) -> None:
    office.must("env", "dev")
    office.edit(
        'role_arn = "arn:aws:iam::210987654321:role/dev"',
        'role_arn = "arn:aws:iam::210987654321:role/dev"\nduration = "30m"',
    )
    calls = len(office.sts.calls)
    office.must("env", "dev")
    assert len(office.sts.calls) == calls + 1


def test_a_nested_call_is_refused(office: Office) -> None:
    said(office.run("credentials", "dev", environ={"ROLECALL_NESTED": "1"}), 11)


def test_a_program_that_wants_approval_asks_at_the_terminal(office: Office) -> None:
    office.catalog.write_text(office.catalog.read_text() + '\n[profiles.dev.safety]\napprove_programs = "each-time"\n')
    assert office.run("credentials", "dev").code == 4
    assert office.run("env", "dev").code == 4
    office.person.there = True
    assert office.run("env", "dev").code == 11
    office.person.yes = True
    assert office.run("env", "dev").code == 0


def test_a_prompt_that_is_needed_ends_credentials_with_4(office: Office) -> None:
    office.edit('mfa = "totp"\n', "")
    said(office.run("credentials", "guarded"), 4, SERIAL)
    office.person.there = True
    office.person.codes = [office.sts.code(SERIAL)]
    assert office.run("credentials", "guarded", "--wait").code == 0


def test_exec_of_what_cannot_be_run(office: Office, tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("no program")
    said(office.run("exec", "dev", "--", "no-such-command-here"), 127)
    said(office.run("exec", "dev", "--", str(plain)), 126)


# keys


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


# pause, lock, undo, doctor


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
    office.must("undo")
    assert office.credentials.read_bytes() == foreign


def test_doctor_finds_nothing_wrong_with_what_works(office: Office) -> None:
    found = office.must_json("doctor")["findings"]
    assert [one["severity"] for one in found] == ["warning"]
    assert found[0]["code"] == "engine-absent"


def test_doctor_explains_what_is_wrong(office: Office) -> None:
    office.must("keys", "remove", "acme", "--totp")
    office.catalog.chmod(0o644)
    text = '\n[sources.ci]\nkind = "process"\ncommand = ["/bin/false"]\n[profiles.ci]\nsource = "ci"\n[profiles.odd]\n'
    office.catalog.write_text(office.catalog.read_text() + text)
    (office.folder / ".aws" / "config").write_text(
        "[profile dev]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = y\n"
    )
    ran = office.run("doctor", "--json")
    assert ran.code == 1
    found = {one["code"]: one for one in json.loads(ran.out)["findings"]}
    assert {"vault-no-entry", "approval-needed", "value-exclusive", "section-shadowed", "file-mode"} <= set(found)
    assert all(set(one) == {"code", "severity", "title", "detail", "remedy", "subject"} for one in found.values())
    assert found["vault-no-entry"]["subject"] == "sources.acme"
    assert found["section-shadowed"]["subject"] == "profiles.dev"


def test_doctor_tries_each_key(office: Office) -> None:
    office.must("keys", "set", "acme", stdin="x" * 40)
    found = json.loads(office.run("doctor", "--json").out)["findings"]
    assert "signature" in {one["code"] for one in found}
    calls = len(office.sts.calls)
    office.run("doctor", "--offline")
    assert len(office.sts.calls) == calls


def test_doctor_of_a_broken_catalog(office: Office) -> None:
    office.catalog.write_text("broken = [")
    ran = office.run("doctor", "--json")
    assert ran.code == 1
    assert [one["code"] for one in json.loads(ran.out)["findings"]] == ["catalog-unreadable"]
