"""Narrower sessions from the command line: with an engine and without one, and what AWS sees of them."""

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.support.command_line import DEV, Machine, SharedKeyring, wait_for
from tests.support.keyring_session import missing_programs
from tests.support.moto_server import MotoServer
from tests.support.strict_aws import Called

pytestmark = [
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
    pytest.mark.skipif(sys.platform != "linux", reason="gnome-keyring and signals of Linux"),
]

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
KEY = "import boto3; print(boto3.Session().get_credentials().get_frozen_credentials().access_key)"
TWO_KEYS = """
import os, time, json, urllib.request as u
def ask():
    token = open(os.environ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']).read()
    request = u.Request(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], headers={'Authorization': token})
    try:
        return json.load(u.urlopen(request, timeout=5))['AccessKeyId']
    except OSError:
        return ''
first = second = ask()
end = time.monotonic() + 40
while second in ('', first) and time.monotonic() < end:
    time.sleep(0.2)
    second = ask()
print(first, second)
"""


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
        yield one


def of_dev(machine: Machine) -> dict[str, Called]:
    """The sessions of the role dev that the STS gave out, by access key id."""
    calls = [one for one in machine.sts.calls if one.role == DEV and not one.code]
    given = [one.access_key_id for one in machine.sts.aws.sessions() if one.principal == DEV]
    return dict(zip(given, calls, strict=True))


def test_beside_a_running_engine_the_narrower_session_is_a_second_one(machine: Machine) -> None:
    keeper = machine.begin("refresh", "dev")
    wait_for(lambda: machine.run("status", "dev", "--json").json["profiles"][0]["valid"], "the session")
    file = machine.credentials.read_bytes()
    whole = machine.must("credentials", "dev").json["AccessKeyId"]
    assert whole.encode() in file
    less = machine.must("credentials", "dev", "--read-only").json["AccessKeyId"]
    assert machine.must("credentials", "dev", "--read-only").json["AccessKeyId"] == less  # kept by the engine
    plain = machine.must("exec", "--env", "dev", "--read-only", "--", sys.executable, "-c", KEY)
    served = machine.must("exec", "dev", "--read-only", "--", sys.executable, "-c", KEY)
    assert plain.out.strip() == served.out.strip() == less
    assert machine.must("credentials", "dev").json["AccessKeyId"] == whole
    assert machine.credentials.read_bytes() == file
    assert {key: call.policy_arns for key, call in of_dev(machine).items()} == {whole: (), less: (READ_ONLY,)}
    machine.must("stop", "dev")
    machine.must("start", "dev")
    assert machine.must("credentials", "dev", "--read-only").json["AccessKeyId"] != less
    keeper.terminate()
    keeper.communicate(timeout=10)


@pytest.mark.parametrize("engine", [True, False], ids=["with an engine", "alone"])
def test_exec_keeps_the_narrower_session_fresh(machine: Machine, engine: bool) -> None:
    machine.sts.world.lifetime = 8
    keeper = machine.begin("refresh", "dev") if engine else None
    if keeper is not None:
        wait_for(lambda: machine.run("status", "dev", "--json").json["profiles"][0]["valid"], "the session")
    ran = machine.must("exec", "dev", "--read-only", "--duration", "15m", "--", sys.executable, "-c", TWO_KEYS)
    first, second = ran.out.split()
    assert first != second
    given = of_dev(machine)
    assert {given[one].policy_arns for one in (first, second)} == {(READ_ONLY,)}
    assert {given[one].duration for one in (first, second)} == {900}
    assert first not in machine.credentials.read_text()
    assert second not in machine.credentials.read_text()
    if keeper is not None:
        keeper.terminate()
        keeper.communicate(timeout=10)


def test_what_aws_is_asked_as_moto_saw_it(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = tmp_path / "moto.requests"
    monkeypatch.setenv("MOTO_RECORDER_FILEPATH", str(record))
    monkeypatch.setenv("MOTO_ENABLE_RECORDING", "1")
    with MotoServer(tmp_path / "moto.log") as moto:
        machine.environ["AWS_ENDPOINT_URL_STS"] = moto.url
        machine.catalog.write_text(machine.catalog.read_text() + '\n[profiles.user]\nsource = "acme"\n')
        machine.must("env", "dev", "--read-only")
        machine.must("exec", "dev", "--policy", POLICY, "--policy-arn", READ_ONLY, "--duration", "20m", "--", "true")
        machine.must("credentials", "user", "--read-only", "--duration", "1h")
        machine.must("credentials", "dev")
    log = record.read_text()
    seen = [form for line in log.splitlines() for form in [form_of(json.loads(line))] if form]
    asked = [
        {name: form[name] for name in sorted(form) if name.startswith(("Act", "Pol", "Dur", "Nam"))} for form in seen
    ]
    assert asked == [
        {"Action": "AssumeRole", "PolicyArns.member.1.arn": READ_ONLY},
        {"Action": "AssumeRole", "DurationSeconds": "1200", "Policy": POLICY, "PolicyArns.member.1.arn": READ_ONLY},
        {
            "Action": "GetFederationToken",
            "DurationSeconds": "3600",
            "Name": "ana-user",
            "PolicyArns.member.1.arn": READ_ONLY,
        },
        {"Action": "AssumeRole"},
    ]


def form_of(request: dict[str, str]) -> dict[str, str]:
    """The fields of a recorded request of STS; none of another one."""
    body = base64.b64decode(request["body"] or "").decode()
    return {name: values[0] for name, values in parse_qs(body).items()} if "Action=" in body else {}


def test_a_process_line_of_the_persons_own_gets_the_narrower_session(machine: Machine) -> None:
    line = f"{sys.executable} {Path(__file__).resolve().parents[2] / 'rolecall.py'} credentials dev --read-only"
    config = machine.credentials.with_name("config")
    config.write_text(f"[profile reader]\nregion = eu-west-1\ncredential_process = {line}\n")
    done = subprocess.run(
        [sys.executable, "-c", KEY],
        env={**machine.environ, "AWS_PROFILE": "reader"},
        capture_output=True,
        timeout=60,
        check=True,
    )
    key = done.stdout.decode().strip()
    assert of_dev(machine)[key].policy_arns == (READ_ONLY,)
