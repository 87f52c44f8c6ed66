"""The built program, as `make package` leaves it: checks itself, does the main job, answers lines, is reproducible."""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import DEV, Machine, wait_for
from tests.support.keyring_session import missing_programs
from tests.support.moto_server import MotoServer

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "dist" / "rolecall"
PROGRAM, THIN = FOLDER / "rolecall", FOLDER / "rolecall-credentials"
pytestmark = [
    pytest.mark.skipif(not PROGRAM.exists(), reason="nothing is built: make package"),
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
]
CATALOG = f"""\
schema = 1

[sources.acme]
kind = "access-keys"
access_key_id = "{{key_id}}"

[profiles.dev]
source = "acme"
start = "auto"
roles = [{{ role_arn = "{DEV}" }}]
delivery = {{ credentials_file = "dev" }}

[profiles.lined]
source = "acme"
start = "auto"
roles = [{{ role_arn = "{DEV}", session_name = "lined" }}]
delivery = {{ credential_process = true }}
"""


@pytest.fixture
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name), program=[str(PROGRAM)]) as one:
        one.write_catalog(CATALOG)
        one.write_credentials()
        one.must("keys", "set", "acme", stdin=one.user.secret_access_key)
        yield one


def test_it_checks_itself_without_anything_of_pythons(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": "/nonexistent", "LC_ALL": "C.UTF-8", "PYTHONPATH": "/nonexistent"}
    done = subprocess.run(
        [PROGRAM, "--self-test"], env=environ, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 6
    assert list(tmp_path.iterdir()) == []


def test_the_main_job_against_moto(machine: Machine, tmp_path: Path) -> None:
    with MotoServer(tmp_path / "log") as moto:
        ran = machine.run("refresh", "--once", environ={"AWS_ENDPOINT_URL_STS": moto.url})
        assert ran.code == 0, ran
        assert b"[dev]" in machine.credentials.read_bytes()
        assert b"credential_process" in (machine.folder / ".aws" / "config").read_bytes()


def line_of(machine: Machine) -> list[str]:
    config = (machine.folder / ".aws" / "config").read_text()
    return shlex.split(next(line for line in config.splitlines() if "credential_process" in line).partition("=")[2])


def test_lines_are_answered_by_the_thin_program(machine: Machine) -> None:
    keeper = machine.begin("refresh")
    wait_for(lambda: "credential_process" in config_text(machine), "the line")
    wait_for(lambda: machine.calls() >= 2, "the sessions")
    words = line_of(machine)
    assert words[0] == str(THIN)
    answer = subprocess.run(words, env=machine.environ, capture_output=True, timeout=20, check=True).stdout
    assert json.loads(answer)["AccessKeyId"].startswith("ASIA")
    assert "assumed-role/dev/" in machine.identity("lined"), "boto3 takes it"
    calls = machine.calls()
    keeper.terminate()
    keeper.communicate(timeout=20)
    answer = subprocess.run(words, env=machine.environ, capture_output=True, timeout=60, check=True).stdout
    assert json.loads(answer)["Version"] == 1, "without an application the program does it itself"
    assert machine.calls() <= calls + 1


def config_text(machine: Machine) -> str:
    path = machine.folder / ".aws" / "config"
    return path.read_text() if path.exists() else ""


def test_the_thin_program_has_neither_qt_nor_boto3() -> None:
    done = subprocess.run(["strings", str(THIN)], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        pytest.skip("needs binutils")
    for name in ("botocore", "PySide6", "asyncio"):
        assert name not in done.stdout


@pytest.mark.timeout(900)
@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="needs dpkg-deb")
def test_two_builds_of_the_package_are_the_same_bytes() -> None:
    def digest() -> str:
        (package,) = (ROOT / "dist").glob("*.deb")
        return hashlib.sha256(package.read_bytes()).hexdigest()

    digests = set[str]()
    for _ in range(2):
        subprocess.run([ROOT / "tools" / "package"], check=True, capture_output=True, timeout=400, env=dict(os.environ))
        digests.add(digest())
    assert len(digests) == 1
