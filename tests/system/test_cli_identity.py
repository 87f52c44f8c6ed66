"""Web identities and machines' roles, with the program as a child: started, kept fresh, pasted at a terminal."""

import configparser
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support import web_tokens
from tests.support.command_line import Machine, SharedKeyring, wait_for
from tests.support.keyring_session import missing_programs
from tests.support.metadata_server import TASK, MetadataServer
from tests.support.strict_sts import Role
from tests.system.test_cli_terminal import TerminalRun

pytestmark = [
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
    pytest.mark.skipif(sys.platform != "linux", reason="terminals and signals of Linux"),
]
ISSUER = "https://id.example.com"
WEB = "arn:aws:iam::123456789012:role/web"
BEHIND = "arn:aws:iam::210987654321:role/behind"
MAKER = web_tokens.provider(ISSUER, "rolecall")
CATALOG = f"""\
schema = 1

[sources.ci]
kind = "web-identity-token"
token_file = "TOKEN"

[sources.pasted]
kind = "web-identity-token"

[sources.ec2]
kind = "instance-metadata"

[sources.task]
kind = "container"
full_uri = "URI"
token = "Bearer abc"

[profiles.ci]
source = "ci"
roles = [{{ role_arn = "{WEB}" }}, {{ role_arn = "{BEHIND}" }}]
delivery = {{ credentials_file = "ci" }}

[profiles.pasted]
source = "pasted"
roles = [{{ role_arn = "{WEB}" }}]
delivery = {{ credentials_file = "pasted" }}

[profiles.ec2]
source = "ec2"
delivery = {{ credentials_file = "ec2" }}

[profiles.task]
source = "task"
delivery = {{ credentials_file = "task" }}
"""


@pytest.fixture(scope="module")
def keyring() -> Iterator[SharedKeyring]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, SharedKeyring(Path(name)) as one:
        yield one


@pytest.fixture
def service() -> Iterator[MetadataServer]:
    with MetadataServer(authorization="Bearer abc", lifetime=timedelta(seconds=12)) as one:
        yield one


@pytest.fixture
def machine(keyring: SharedKeyring, service: MetadataServer) -> Iterator[Machine]:
    with (
        tempfile.TemporaryDirectory(prefix="rc-") as name,
        Machine(Path(name), lifetime=12, shared=keyring) as one,
    ):
        one.set_up()
        one.catalog.write_text(CATALOG.replace("TOKEN", str(one.folder / "token")).replace("URI", service.url + TASK))
        (one.folder / "token").write_text(token() + "\n")
        one.sts.world.providers.append(MAKER.known)
        one.sts.world.roles += [Role(WEB, [ISSUER]), Role(BEHIND, [WEB])]
        one.environ |= {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": service.url}
        yield one


def token() -> str:
    return web_tokens.token(MAKER, time.time() + 3600)


def keys_of(machine: Machine) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read_string(machine.credentials.read_text())
    return {name: parser[name].get("aws_access_key_id", "") for name in ("ci", "ec2", "task") if name in parser}


def test_each_kind_is_started_and_kept_fresh_through_failures(machine: Machine, service: MetadataServer) -> None:
    child = machine.begin("refresh", "ci", "ec2", "task")
    wait_for(lambda: len(keys_of(machine)) == 3, "three sections")
    assert ":assumed-role/behind/" in machine.identity("ci")
    first = keys_of(machine)
    service.status = 503
    (machine.folder / "token").write_text("rotating")
    time.sleep(6)
    assert child.poll() is None
    service.status = None
    (machine.folder / "token").write_text(token())
    wait_for(lambda: all(keys_of(machine)[name] != first[name] for name in first), "renewed sections")
    last = service.given[-1]["SecretAccessKey"]
    child.terminate()
    out, err = child.communicate(timeout=20)
    assert child.returncode == 0, err
    assert last.encode() not in out + err + machine.log.read_bytes()


def test_a_long_token_is_pasted_unseen(machine: Machine) -> None:
    run = TerminalRun(machine, "start", "pasted")
    run.until("Identity token for source pasted, pasted unseen: ")
    run.type("x" * 6000)
    run.shown = ""
    run.until("pasted unseen: ")
    pasted = token()
    run.type(pasted)
    assert run.ended() == 0, run.shown
    assert pasted not in run.shown
    assert ":assumed-role/web/" in machine.identity("pasted")
