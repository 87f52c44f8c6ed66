"""env, exec and credentials, in this process: what is handed to programs, and what is kept between commands."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import OTHERS, SERIAL
from tests.support.in_process import Office, said

PRODUCTION = '\n[accounts."123456789012"]\nname = "acme-prod"\nproduction = true\n'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one


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
    for refused in (office.run("env", "dev"), office.run("exec", "dev", "--", "true")):
        said(refused, 4, "may not use dev", "asks before a program gets its session", "Start Rolecall")
        assert "production" not in refused.err
    office.person.there = True
    said(office.run("env", "dev"), 11, "Denied: dev")
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
