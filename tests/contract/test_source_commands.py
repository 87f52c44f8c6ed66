"""Commands that a person approved, run for real: what they see, how long they may take, how much they may print."""

import json
import os
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from app.domain.problem import AppError, Code, Problem
from app.sources.approvals import FileApprovals
from app.sources.command import OUTPUT_MAXIMUM, Runner
from app.sources.processed import parse_process_output
from app.state import JsonStateFiles
from app.texts import describe
from app.world import SystemClock

KEYS = {"Version": 1, "AccessKeyId": "AKIAEXAMPLE000000001", "SecretAccessKey": "s" * 40}


@pytest.fixture
def approvals(tmp_path: Path) -> FileApprovals:
    return FileApprovals(JsonStateFiles(tmp_path), SystemClock())


def python(script: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script, *arguments)


def run(approvals: FileApprovals, *command: str, seconds: float = 10.0, environ: dict[str, str] | None = None) -> bytes:
    approvals.approve(command)
    return Runner(approvals, os.environ if environ is None else environ).run("helper", command, seconds)


def refused(approvals: FileApprovals, *command: str, seconds: float = 10.0) -> Problem:
    with pytest.raises(AppError) as caught:
        run(approvals, *command, seconds=seconds)
    words = describe(caught.value.problem)
    assert "…" not in words.title + words.detail
    return caught.value.problem


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_what_was_not_approved_does_not_run(approvals: FileApprovals, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    command = python("import sys, pathlib; pathlib.Path(sys.argv[1]).touch()", str(trace))
    approvals.approve((*command, "more"))
    approvals.approve(command[:-1])
    with pytest.raises(AppError) as caught:
        Runner(approvals, os.environ).run("helper", command)
    problem = caught.value.problem
    assert problem.code is Code.APPROVAL_NEEDED
    assert tuple(shlex.split(str(problem.arguments["command"]))) == command
    assert not trace.exists()
    approvals.approve(command)
    Runner(approvals, os.environ).run("helper", command)
    assert trace.exists()


def test_approvals_are_exact_and_can_be_taken_back(approvals: FileApprovals, tmp_path: Path) -> None:
    approvals.approve(["/bin/helper", "a b", ""])
    again = FileApprovals(JsonStateFiles(tmp_path), SystemClock())
    assert again.approved(("/bin/helper", "a b", ""))
    for other in (["/bin/helper", "a", "b", ""], ["/bin/helper", "a b"], ["helper", "a b", ""], []):
        assert not again.approved(other)
    again.revoke(["/bin/helper", "a b", ""])
    assert not approvals.approved(["/bin/helper", "a b", ""])
    (tmp_path / "approvals.json").write_text('{"commands": "all"}')
    assert not approvals.approved(["/bin/helper"])


def test_no_shell_stands_between(approvals: FileApprovals) -> None:
    hostile = ["$(id)", "`id`", "; id", "a b", "'", '"', "*", ""]
    script = "import sys, json; print(json.dumps(sys.argv[1:]))"
    assert json.loads(run(approvals, *python(script, *hostile))) == hostile


def test_a_command_sees_no_secret_and_knows_who_started_it(approvals: FileApprovals) -> None:
    environ = dict(os.environ) | {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_SESSION_TOKEN": "x",
        "AWS_PROFILE": "kept",
        "MY_OWN": "kept",
    }
    script = (
        "import os, json, sys; print(json.dumps([dict(os.environ), sys.stdin.read(), os.getsid(0) == os.getpid()]))"
    )
    seen, typed, leads = json.loads(run(approvals, *python(script), environ=environ))
    assert {name for name in seen if name.startswith("AWS_")} == {"AWS_PROFILE", "AWS_EC2_METADATA_DISABLED"}
    assert (seen["MY_OWN"], seen["ROLECALL_NESTED"]) == ("kept", "1")
    assert typed == ""
    assert leads, "it has no terminal of ours"


def test_a_command_that_fails(approvals: FileApprovals) -> None:
    problem = refused(approvals, *python("import sys; print('SECRET'); sys.stderr.write('SECRET'); sys.exit(3)"))
    assert (problem.code, problem.arguments["status"]) == (Code.COMMAND_FAILED, 3)
    assert "SECRET" not in repr(problem)


@pytest.mark.parametrize("command", ["/nowhere/at/all", "no-such-command-here", "with\0nul"])
def test_a_command_that_is_not_there(approvals: FileApprovals, command: str) -> None:
    assert refused(approvals, command).code is Code.COMMAND_FAILED


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(approvals: FileApprovals, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = (
        "import subprocess, sys, os, time; child = subprocess.Popen(['sleep', '60']);"
        "open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}'); time.sleep(60)"
    )
    began = time.monotonic()
    problem = refused(approvals, *python(script, str(pids)), seconds=1.0)
    assert (problem.code, problem.arguments["seconds"]) == (Code.COMMAND_TIMEOUT, 1)
    assert time.monotonic() - began < 5
    until = time.monotonic() + 5
    while running := [one for one in map(int, pids.read_text().split()) if runs(one)]:
        assert time.monotonic() < until, running
        time.sleep(0.02)


def test_a_command_that_prints_without_end_is_ended(approvals: FileApprovals) -> None:
    began = time.monotonic()
    problem = refused(approvals, *python("while True: print('x' * 10000)"), seconds=30)
    assert (problem.code, problem.arguments["reason"]) == (Code.COMMAND_OUTPUT, "too-much-output")
    assert time.monotonic() - began < 10


def test_the_cap_is_a_cap(approvals: FileApprovals) -> None:
    assert len(run(approvals, *python(f"print('x' * {OUTPUT_MAXIMUM - 1})"))) == OUTPUT_MAXIMUM
    assert refused(approvals, *python(f"print('x' * {OUTPUT_MAXIMUM})")).code is Code.COMMAND_OUTPUT


def test_something_left_running_does_not_hold_us_up(approvals: FileApprovals) -> None:
    script = "import subprocess; subprocess.Popen(['sleep', '5']); print('done', flush=True)"
    began = time.monotonic()
    assert run(approvals, *python(script)) == b"done\n"
    assert time.monotonic() - began < 4


def test_nothing_is_left_in_the_temporary_folder(approvals: FileApprovals, tmp_path: Path) -> None:
    here = tmp_path / "tmp"
    here.mkdir()
    run(approvals, *python("print('x')"), environ=dict(os.environ) | {"TMPDIR": str(here)})
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no-json"),
        ("not json SECRET", "no-json"),
        ("[]", "no-json"),
        ("[" * 100_000, "no-json"),
        ("\udcff", "no-json"),
        (json.dumps(KEYS | {"Version": 2}), "not-version-1"),
        (json.dumps(KEYS | {"Version": True}), "not-version-1"),
        (json.dumps({**KEYS, "AccessKeyId": ""}), "unfit-access-key-id"),
        (json.dumps({**KEYS, "AccessKeyId": "AKIA\n[other]\nx = y"}), "unfit-access-key-id"),
        (json.dumps({"Version": 1, "AccessKeyId": KEYS["AccessKeyId"]}), "unfit-secret-access-key"),
        (json.dumps(KEYS | {"SecretAccessKey": "SECRET\nx"}), "unfit-secret-access-key"),
        (json.dumps(KEYS | {"SessionToken": 5}), "unfit-session-token"),
        (json.dumps(KEYS | {"Expiration": "tomorrow SECRET"}), "expiration-no-time"),
        (json.dumps(KEYS | {"Expiration": "0001-01-01T00:00:00+14:00"}), "expiration-no-time"),
    ],
)
def test_output_that_is_no_credentials(text: str, reason: str) -> None:
    with pytest.raises(AppError) as caught:
        parse_process_output("helper", text.encode("utf-8", "surrogateescape"))
    problem = caught.value.problem
    assert (problem.code, problem.arguments) == (Code.COMMAND_OUTPUT, {"source": "helper", "reason": reason})
    assert "SECRET" not in repr(problem) + repr(caught.value.__cause__)
    assert describe(problem).detail.endswith(".")


def test_output_that_is_credentials() -> None:
    text = json.dumps(KEYS | {"SessionToken": "t" * 5000, "Expiration": "2026-11-25T13:52:09Z", "AccountId": "1" * 12})
    credentials, account = parse_process_output("helper", b"\xef\xbb\xbf" + text.encode())
    assert account == "1" * 12
    assert credentials.expires_at == datetime(2026, 11, 25, 13, 52, 9, tzinfo=UTC)
    assert not credentials.long_lived
    plain, account = parse_process_output("helper", json.dumps(KEYS | {"SessionToken": ""}).encode())
    assert (plain.long_lived, plain.expires_at, account) == (True, None, None)
