"""exec beside its own endpoint: exit codes, signals, files that are gone afterwards, and when it falls back."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import PROGRAM, Machine, SharedKeyring, read_until, wait_for

DEFAULT = b"[default]\naws_access_key_id = AKIADEFAULT000000001\naws_secret_access_key = nobody\nregion = eu-north-1\n"
ASK = (
    "import os, urllib.request as u, json;"
    "t = open(os.environ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']).read();"
    "r = u.Request(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], headers={'Authorization': t});"
    "print(json.load(u.urlopen(r))['AccessKeyId'])"
)


@pytest.fixture(scope="module")
def keyring() -> Iterator[SharedKeyring]:
    with tempfile.TemporaryDirectory(prefix="rc-") as folder, SharedKeyring(Path(folder)) as one:
        yield one


@pytest.fixture
def machine(tmp_path: Path, keyring: SharedKeyring) -> Iterator[Machine]:
    home = tmp_path / "h"
    home.mkdir()
    with Machine(home, shared=keyring) as one:
        one.set_up()
        one.write_credentials(DEFAULT)
        yield one


def left(machine: Machine) -> list[Path]:
    return list((machine.folder / "run/rolecall/exec").glob("*"))


def test_the_command_gets_four_variables_and_no_secret(machine: Machine) -> None:
    ran = machine.run("exec", "dev", "--", sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))")
    assert ran.code == 0, ran
    found = ran.json
    assert "AWS_ACCESS_KEY_ID" not in found
    assert "AWS_SECRET_ACCESS_KEY" not in found
    assert found["AWS_CONTAINER_CREDENTIALS_FULL_URI"].startswith("http://127.0.0.1:")
    assert found["ROLECALL_PROFILE"] == "dev"
    assert ran.err == ""
    assert left(machine) == []


def test_the_endpoint_gives_the_session_and_ends_with_the_command(machine: Machine) -> None:
    script = f"{ASK}; print(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI'])"
    ran = machine.run("exec", "dev", "--", sys.executable, "-c", script)
    key, uri = ran.out.split()
    assert key.startswith("ASIA")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(uri, timeout=2)


def test_the_persons_environment_and_default_section_do_not_win(machine: Machine) -> None:
    shell = {"AWS_PROFILE": "mine", "AWS_ACCESS_KEY_ID": "AKIASHELL", "AWS_SECRET_ACCESS_KEY": "x"}
    program = "import boto3; print(boto3.Session().get_credentials().access_key, boto3.Session().region_name)"
    ran = machine.run("exec", "prod", "--", sys.executable, "-c", program, environ=shell)
    assert ran.out.startswith("ASIA"), ran
    assert ran.out.split()[1] == "eu-west-1"


def test_plain_variables_on_request(machine: Machine) -> None:
    ran = machine.run("exec", "--env", "dev", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID $AWS_CONFIG_FILE")
    assert ran.out.startswith("ASIA")
    assert len(ran.out.split()) == 1


def test_files_that_sdks_cannot_read_make_it_fall_back_and_say_so(machine: Machine) -> None:
    machine.write_credentials(DEFAULT + b"[mine]\naws_access_key_id = x\n[mine]\naws_access_key_id = y\n")
    ran = machine.run("exec", "dev", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID")
    assert ran.out.startswith("ASIA")
    assert "plain variables" in ran.err
    assert left(machine) == []


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -TERM $$"], -signal.SIGTERM),
        (["no-such-command"], 127),
        (["/etc/passwd"], 126),
    ],
)
def test_the_exit_code_is_the_commands_own(machine: Machine, command: list[str], code: int) -> None:
    assert machine.run("exec", "dev", "--", *command).code == code
    assert left(machine) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_command(machine: Machine, number: signal.Signals) -> None:
    script = f"trap 'echo got; exit 3' {number.name[3:]}; echo ready; while :; do sleep 0.05; done"
    child = machine.begin("exec", "dev", "--", "sh", "-c", script)
    read_until(child, "ready")
    child.send_signal(number)
    out, _ = child.communicate(timeout=20)
    assert out == b"got\n"
    assert child.returncode == 3
    assert left(machine) == []


def test_what_a_killed_exec_left_is_swept_by_the_next(machine: Machine) -> None:
    child = machine.begin("exec", "dev", "--", "sh", "-c", "echo ready; sleep 1")
    read_until(child, "ready")
    child.kill()
    child.wait(10)
    assert len(left(machine)) == 1
    machine.must("exec", "dev", "--", "true")
    assert left(machine) == []


def test_a_lock_of_the_engine_holds_for_what_exec_has_in_hand(machine: Machine) -> None:
    keeper = machine.begin("refresh", "dev")
    wait_for(lambda: machine.run("status", "dev", "--json").json["profiles"][0]["valid"], "the session")
    child = subprocess.Popen(
        [*PROGRAM, "exec", "dev", "--", "sh", "-c", f'read x; {sys.executable} -c "{ASK}" || echo refused'],
        env=machine.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    machine.children.append(child)
    wait_for(lambda: len(left(machine)) == 1, "the endpoint")
    wait_for(lambda: any((one / "config").exists() for one in left(machine)), "its files")
    machine.must("lock")
    out, _ = child.communicate(b"\n", timeout=30)
    assert out == b"refused\n"
    keeper.terminate()
    keeper.communicate(timeout=10)


def test_the_engines_endpoint_keeps_its_port_and_changes_its_token(machine: Machine) -> None:
    text = machine.catalog.read_text().replace('credentials_file = "dev"', 'credentials_file = "dev"\nendpoint = true')
    machine.catalog.write_text(text)
    tokens: list[str] = []
    addresses: list[str] = []
    for _ in range(2):
        keeper = machine.begin("refresh", "dev")
        form: dict[str, str] = {}

        def served(form: dict[str, str] = form) -> bool:
            ran = machine.run("env", "dev", "--renewing", "-f", "json")
            form |= ran.json if ran.code == 0 else {}
            return ran.code == 0

        wait_for(served, "the endpoint", 40)
        file = Path(form["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"])
        tokens.append(file.read_text())
        addresses.append(form["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
        done = subprocess.run([sys.executable, "-c", ASK], env={**os.environ, **form}, capture_output=True, check=True)
        assert done.stdout.startswith(b"ASIA")
        status = machine.run("status", "dev", "--json").json["profiles"][0]
        kinds = {one["kind"]: one["target"] for one in status["deliveries"]}
        assert kinds["endpoint"] == addresses[-1]
        keeper.terminate()
        keeper.communicate(timeout=10)
        assert not file.exists()
    assert addresses[0] == addresses[1]
    assert tokens[0] != tokens[1]
    assert json.loads((machine.folder / ".local/state/rolecall/endpoint.json").read_text())["port"]
