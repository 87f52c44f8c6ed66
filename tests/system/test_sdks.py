"""AWS's own SDKs get sessions through the file, the process line and the endpoint, and live through three renewals.

Sessions last some seconds here. Each SDK decides by its own windows when it asks again; it always has to end at the
session that is good at the moment, in one process that runs through all of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import DEV, PROGRAM, Machine, SharedKeyring, wait_for

SDK = Path(__file__).resolve().parents[1] / "sdk"
LIFETIME = 8.0
RENEWALS = 3
CATALOG = f"""\
schema = 1

[sources.acme]
kind = "access-keys"
access_key_id = "{{key_id}}"

[profiles.served]
source = "acme"
region = "us-east-1"

[[profiles.served.roles]]
role_arn = "{DEV}"

[profiles.served.delivery]
endpoint = true

[profiles.lined]
source = "acme"
region = "us-east-1"

[[profiles.lined.roles]]
role_arn = "{DEV}"
session_name = "lined"

[profiles.lined.delivery]
credential_process = true

[profiles.filed]
source = "acme"
region = "us-east-1"

[[profiles.filed.roles]]
role_arn = "{DEV}"
session_name = "filed"

[profiles.filed.delivery]
credentials_file = "filed"
"""
WAYS = ("served", "lined", "exec")


@pytest.fixture(scope="module")
def keyring() -> Iterator[SharedKeyring]:
    with tempfile.TemporaryDirectory(prefix="rc-") as folder, SharedKeyring(Path(folder)) as one:
        yield one


@pytest.fixture
def machine(tmp_path: Path, keyring: SharedKeyring) -> Iterator[Machine]:
    home = tmp_path / "h"
    home.mkdir()
    with Machine(home, lifetime=LIFETIME, shared=keyring) as one:
        one.write_catalog(CATALOG)
        one.write_credentials(b"[default]\naws_access_key_id = AKIADEFAULT000000001\naws_secret_access_key = nobody\n")
        yield one


@pytest.fixture(scope="session")
def go_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("go") is None:
        pytest.skip("there is no go")
    target = tmp_path_factory.mktemp("go") / "who"
    build = SDK.parents[1] / "build"  # kept between runs: making the SDK anew takes a minute
    caches = {"GOCACHE": str(build / "go-cache"), "GOMODCACHE": str(build / "go-modules"), "GOFLAGS": "-mod=readonly"}
    environ = {**os.environ, **caches, "GOTOOLCHAIN": "local"}
    made = subprocess.run(
        ["go", "build", "-o", str(target), "."],
        cwd=SDK / "go",
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if made.returncode:
        pytest.skip(f"Go's modules are not to hand: {made.stderr[-300:]}")
    return target


def command_of(sdk: str, request: pytest.FixtureRequest) -> list[str]:
    if sdk == "boto3":
        return [sys.executable, str(SDK / "python/who.py")]
    if sdk == "go":
        return [str(request.getfixturevalue("go_program"))]
    if shutil.which("node") is None or not (SDK / "node/node_modules").is_dir():
        pytest.skip("there is no node, or make setup-test has not put the SDK into tests/sdk/node")
    return ["node", str(SDK / "node/who.mjs")]


@contextmanager
def refreshing(machine: Machine, *names: str) -> Iterator["subprocess.Popen[bytes]"]:
    keeper = machine.begin("refresh", *names)
    try:
        wait_for(lambda: machine.calls() >= len(names), "the first session")
        yield keeper
    finally:
        keeper.terminate()
        keeper.communicate(timeout=10)


def environ_of(machine: Machine, name: str) -> dict[str, str]:
    """The environment of a shell in which the copied self-renewing form was pasted."""
    ran = machine.run("env", name, "--renewing", "-f", "sh")
    for _ in range(10):
        if ran.code == 0:
            break
        ran = machine.run("env", name, "--renewing", "-f", "sh")
    assert ran.code == 0, ran
    form = ran.out
    script = f"{form}\nenv -0"
    done = subprocess.run(["sh", "-c", script], env=machine.environ, capture_output=True, check=True)
    pairs = (one.partition("=") for one in done.stdout.decode().split("\0") if "=" in one)
    return {key: value for key, _, value in pairs}


def begun(machine: Machine, way: str, command: list[str]) -> "subprocess.Popen[bytes]":
    if way == "exec":
        command, environ = [*PROGRAM, "exec", "served", "--", *command], machine.environ
    else:
        environ = environ_of(machine, way)
    program = subprocess.Popen(
        command, env=environ, cwd=machine.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    machine.children.append(program)
    return program


def keys_over_time(program: "subprocess.Popen[bytes]") -> set[str]:
    """Ask the program who it is until it was it with more keys than there were renewals."""
    assert program.stdin is not None
    assert program.stdout is not None
    found: set[str] = set()
    end = time.monotonic() + LIFETIME * (RENEWALS + 4)
    while len(found) <= RENEWALS:
        program.stdin.write(b"who\n")
        program.stdin.flush()
        line = program.stdout.readline().decode()
        assert "assumed-role/dev/" in line, line
        found.add(line.split()[0])
        assert time.monotonic() < end, found
        time.sleep(0.5)
    program.communicate(timeout=20)
    assert program.returncode == 0
    return found


@pytest.mark.torture
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sdk", ["boto3", "node", "go"])
def test_a_long_running_program_lives_through_three_renewals(
    machine: Machine, sdk: str, way: str, request: pytest.FixtureRequest
) -> None:
    command = command_of(sdk, request)
    if way == "exec":  # by itself: no engine runs
        found = keys_over_time(begun(machine, way, command))
    else:
        with refreshing(machine, way):
            found = keys_over_time(begun(machine, way, command))
    assert all(one.startswith("ASIA") for one in found)
    assert len(found) > RENEWALS


@pytest.mark.slow
def test_each_sdk_gets_the_session_in_every_way(
    tmp_path: Path, keyring: SharedKeyring, request: pytest.FixtureRequest
) -> None:
    home = tmp_path / "h"
    home.mkdir()
    with Machine(home, shared=keyring) as machine:
        machine.write_catalog(CATALOG)
        machine.write_credentials()
        with refreshing(machine, "served", "lined", "filed"):
            wait_for(lambda: b"[filed]" in machine.credentials.read_bytes(), "the section")
            ways = {name: environ_of(machine, name) for name in ("served", "lined")}
            ways["filed"] = {**machine.environ, "AWS_PROFILE": "filed", "AWS_DEFAULT_REGION": "us-east-1"}
            ways["filed"]["AWS_REGION"] = "us-east-1"
            for sdk in _to_hand(request):
                for way, environ in ways.items():
                    assert "assumed-role/dev/" in _once(sdk, environ), (sdk, way)
                assert "assumed-role/dev/" in _once([*PROGRAM, "exec", "served", "--", *sdk], machine.environ), sdk


def _to_hand(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    words = ["sts", "get-caller-identity", "--query", "Arn", "--output", "text"]
    yield [str(Path(sys.executable).parent / "aws"), *words]
    for sdk in ("boto3", "node"):
        try:
            yield command_of(sdk, request)
        except pytest.skip.Exception:
            continue  # the long test says what is missing


def _once(command: list[str], environ: dict[str, str]) -> str:
    done = subprocess.run(command, env=environ, input="who\n", capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


@pytest.mark.torture
@pytest.mark.parametrize("sdk", ["boto3", "node", "go"])
def test_each_start_of_a_program_reads_the_section_of_today(
    machine: Machine, sdk: str, request: pytest.FixtureRequest
) -> None:
    command = command_of(sdk, request)
    with refreshing(machine, "filed"):
        wait_for(lambda: b"[filed]" in machine.credentials.read_bytes(), "the section")
        found: set[str] = set()
        end = time.monotonic() + LIFETIME * (RENEWALS + 4)
        while len(found) <= RENEWALS and time.monotonic() < end:
            environ = {
                **machine.environ,
                "AWS_PROFILE": "filed",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_REGION": "us-east-1",
            }
            done = subprocess.run(command, env=environ, input=b"who\n", capture_output=True, check=False)
            assert b"assumed-role/dev/filed" in done.stdout, done
            found.add(done.stdout.decode().split()[0])
            time.sleep(0.7)
    assert len(found) > RENEWALS
