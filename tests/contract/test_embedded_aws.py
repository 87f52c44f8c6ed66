"""The embedded AWS of the demo: real HTTP, sessions of seconds, and its end with its parent."""

import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import psutil
import pyotp
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from app.demo import server
from app.demo.cast import ROLES, USER, USER_ACCOUNT
from app.demo.server import EmbeddedAws, start_embedded_aws
from app.domain.problem import AppError, Code
from app.domain.reading.catalog import read_catalog

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "resources" / "demo" / "profiles.toml"
ANALYST = "arn:aws:iam::456789012345:role/data/Analyst"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    embedded = start_embedded_aws(timedelta(seconds=3))
    yield embedded
    embedded.stop()


def client(aws: EmbeddedAws, session: dict[str, Any] | None = None) -> Any:
    keys = session or {"AccessKeyId": aws.access_key_id, "SecretAccessKey": aws.secret_access_key.reveal()}
    return boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )


def refused(call: Any, **parameters: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_a_chain_across_accounts_names_who_one_is(aws: EmbeddedAws) -> None:
    assert client(aws).get_caller_identity()["Arn"] == f"arn:aws:iam::{USER_ACCOUNT}:user/{USER}"
    first = client(aws).assume_role(RoleArn=f"arn:aws:iam::{USER_ACCOUNT}:role/OrgAccess", RoleSessionName="mira-1")
    second = client(aws, first["Credentials"]).assume_role(RoleArn=ANALYST, RoleSessionName="mira-2")
    identity = client(aws, second["Credentials"]).get_caller_identity()
    assert identity["Account"] == "456789012345"
    assert identity["Arn"] == "arn:aws:sts::456789012345:assumed-role/Analyst/mira-2"


def test_sessions_last_seconds_and_then_end(aws: EmbeddedAws) -> None:
    asked = client(aws).assume_role(RoleArn=ANALYST, RoleSessionName="mira", DurationSeconds=3600)["Credentials"]
    left = asked["Expiration"] - datetime.now(UTC)
    assert timedelta(seconds=1) < left <= timedelta(seconds=3)
    assert client(aws, asked).get_caller_identity()["Account"]
    time.sleep(left.total_seconds() + 0.1)
    assert refused(client(aws, asked).get_caller_identity) == "ExpiredToken"


def test_codes_count_and_an_mfa_session_assumes_roles(aws: EmbeddedAws) -> None:
    code = pyotp.TOTP(aws.totp_seed.reveal()).now()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    asking = client(aws).get_session_token
    assert refused(asking, SerialNumber=aws.mfa_serial, TokenCode=wrong) == "AccessDenied"
    session = asking(SerialNumber=aws.mfa_serial, TokenCode=code, DurationSeconds=43200)["Credentials"]
    other = asking()["Credentials"]
    assert session["AccessKeyId"] != other["AccessKeyId"]
    assert session["Expiration"] - datetime.now(UTC) > timedelta(hours=11)
    role = client(aws, session).assume_role(RoleArn=ANALYST, RoleSessionName="mira")["Credentials"]
    assert client(aws, role).get_caller_identity()["Account"] == "456789012345"


def test_what_is_not_there_is_refused(aws: EmbeddedAws) -> None:
    unknown = {"AccessKeyId": "ASIAUNKNOWN000000001", "SecretAccessKey": "x", "SessionToken": "y"}
    assert refused(client(aws, unknown).get_caller_identity) == "InvalidClientTokenId"
    role = "arn:aws:iam::456789012345:role/Nobody"
    assert refused(client(aws).assume_role, RoleArn=role, RoleSessionName="mira") == "AccessDenied"


def test_it_listens_on_loopback_alone(aws: EmbeddedAws) -> None:
    listening = [one.laddr.ip for one in psutil.Process(aws.pid).net_connections() if one.status == "LISTEN"]
    assert listening == ["127.0.0.1"]


def test_secrets_are_neither_in_its_command_line_nor_in_its_environment(aws: EmbeddedAws) -> None:
    child = psutil.Process(aws.pid)
    seen = " ".join([*child.cmdline(), *child.environ().values(), repr(aws)])
    assert aws.secret_access_key.reveal() not in seen
    assert aws.totp_seed.reveal() not in seen


def test_stop_ends_the_child() -> None:
    embedded = start_embedded_aws()
    assert psutil.pid_exists(embedded.pid)
    embedded.stop()
    embedded.stop()
    assert not psutil.pid_exists(embedded.pid)


def test_it_ends_with_a_parent_that_was_killed() -> None:
    script = "from app.demo.server import start_embedded_aws as s; print(s().pid, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        child = psutil.Process(pid)
        os.kill(parent.pid, signal.SIGKILL)
        assert not psutil.wait_procs([child], timeout=5)[1]


def test_without_moto_the_remedy_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(AppError) as caught:
        start_embedded_aws()
    assert caught.value.problem.code is Code.EXTRA_MISSING
    assert caught.value.problem.arguments == {"extra": "demo", "module": "moto"}


def test_the_catalog_of_the_demo_is_sound_and_names_what_there_is() -> None:
    values = tomllib.loads(CATALOG.read_text(encoding="utf-8"))
    catalog = read_catalog(values).catalog
    assert [one for one in catalog.findings if not one.warning] == []
    assert len(catalog.profiles) == len(values["profiles"])
    there = {f"arn:aws:iam::{account}:role/{role}" for account, roles in ROLES.items() for role in roles}
    named = {hop.role_arn.text for one in catalog.profiles.values() for hop in one.roles}
    assert named == there
