"""The machine's own role: EC2's metadata service and the container endpoint, as they answer and as they fail."""

import os
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.utils import ContainerMetadataFetcher

from app.domain.names import SourceName
from app.domain.problem import AppError, Code, Exit, Problem
from app.domain.secret import Credentials
from app.domain.source import Container, InstanceMetadata
from app.sources.container import FULL_URI, RELATIVE_URI, TOKEN, TOKEN_FILE, container_credentials
from app.sources.instance_metadata import EXTENSION, instance_credentials
from app.texts import describe
from tests.support.metadata_server import ROLES, TASK, TOKEN_PATH, MetadataServer

NAME = SourceName("machine")
NOW = datetime.now(UTC)


@dataclass
class Machine:
    """A machine with a metadata server, and its environment."""

    server: MetadataServer
    environ: dict[str, str] = field(default_factory=dict[str, str])

    def instance(self, **environ: str) -> Credentials:
        given = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": self.server.url, **self.environ, **environ}
        return instance_credentials(InstanceMetadata(name=NAME), given, NOW)

    def container(self, environ: Mapping[str, str] | None = None, **values: str) -> Credentials:
        given = {FULL_URI: self.server.url + TASK} if environ is None else environ
        return container_credentials(Container(name=NAME, **values), given, lambda _: None)[0]


def problem_of(error: AppError) -> Problem:
    words = describe(error.problem)
    assert "…" not in words.title + words.detail + words.remedy
    return error.problem


def refused(machine: Machine, **environ: str) -> Problem:
    with pytest.raises(AppError) as caught:
        machine.instance(**environ)
    return problem_of(caught.value)


def container_refused(machine: Machine, environ: Mapping[str, str] | None = None, **values: str) -> Problem:
    with pytest.raises(AppError) as caught:
        machine.container(environ, **values)
    return problem_of(caught.value)


@pytest.fixture
def machine() -> Iterator[Machine]:
    with MetadataServer() as server:
        yield Machine(server)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


# --- EC2 -------------------------------------------------------------------------------------------------------------


def test_version_2_with_its_token(machine: Machine) -> None:
    credentials = machine.instance()
    given = machine.server.given[-1]
    assert credentials.access_key_id == given["AccessKeyId"]
    assert credentials.session_token is not None
    assert credentials.session_token.reveal() == given["Token"]
    assert not credentials.long_lived
    assert machine.server.asked == [f"PUT {TOKEN_PATH} 200", f"GET {ROLES} 200", f"GET {ROLES}instance-role 200"]
    assert given["SecretAccessKey"] not in repr(credentials)


@pytest.mark.parametrize("minutes", [360, 20, 3])
def test_the_expiry_is_the_service_s_own(machine: Machine, minutes: int) -> None:
    machine.server.lifetime = timedelta(minutes=minutes)
    found = machine.instance().expires_at
    assert found == datetime.fromisoformat(machine.server.given[-1]["Expiration"])


def test_an_extended_expiry_is_honored(machine: Machine) -> None:
    first = machine.instance()
    given = machine.server.given[-1]
    machine.server.credentials = {**given, "Expiration": "2099-01-01T00:00:00Z"}
    again = machine.instance()
    assert again.access_key_id == first.access_key_id
    assert again.expires_at == datetime(2099, 1, 1, tzinfo=UTC)


def test_what_the_service_gives_on_after_its_end_is_used_for_a_while(machine: Machine) -> None:
    machine.server.lifetime = timedelta(minutes=-30)
    assert machine.instance().expires_at == NOW + EXTENSION


def test_version_1_as_botocore_and_only_where_it_is_allowed(machine: Machine) -> None:
    machine.server.v1_only = True
    assert machine.instance().access_key_id == machine.server.given[-1]["AccessKeyId"]
    problem = refused(machine, AWS_EC2_METADATA_V1_DISABLED="true")
    assert (problem.code, problem.transient) == (Code.METADATA_OLD, False)
    assert machine.server.asked[-1] == f"PUT {TOKEN_PATH} 404"


def test_absent_fails_fast_and_is_tried_again(machine: Machine, nobody: str) -> None:
    begin = time.monotonic()
    problem = refused(machine, AWS_EC2_METADATA_SERVICE_ENDPOINT=nobody)
    assert time.monotonic() - begin < 4
    assert (problem.code, problem.exit, problem.transient) == (Code.METADATA_ABSENT, Exit.NETWORK, True)
    assert describe(problem).title == f"{nobody.removeprefix('http://')} does not answer"


def test_a_service_that_hangs_ends_with_botocore_s_time_out(machine: Machine) -> None:
    machine.server.delay = 20
    begin = time.monotonic()
    assert refused(machine).code is Code.METADATA_ABSENT
    assert time.monotonic() - begin < 5


def test_switched_off_asks_nobody(machine: Machine) -> None:
    assert refused(machine, AWS_EC2_METADATA_DISABLED="TRUE").code is Code.METADATA_OFF
    assert machine.server.asked == []


@pytest.mark.parametrize(
    ("status", "code", "transient"),
    [
        (503, Code.THROTTLED, True),
        (429, Code.THROTTLED, True),
        (500, Code.AWS_BROKEN, True),
        (401, Code.METADATA_REFUSED, False),
        (400, Code.METADATA_REFUSED, False),
    ],
)
def test_statuses(machine: Machine, status: int, code: Code, *, transient: bool) -> None:
    machine.server.status = status
    problem = refused(machine)
    assert (problem.code, problem.transient) == (code, transient)
    if status != 400:  # what is throttled is no version 1, whatever is allowed
        assert refused(machine, AWS_EC2_METADATA_V1_DISABLED="true").code is code


def test_an_instance_without_a_role(machine: Machine) -> None:
    machine.server.role = ""
    assert refused(machine).code is Code.METADATA_ROLE


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "What came is no JSON."),
        (b"[]", "lacks a part"),
        (b'{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no"}', "AssumeRoleUnauthorizedAccess."),
        (b'{"Code": "Success", "AccessKeyId": "ASIAEXAMPLE000000001"}', "lacks a part"),
        (
            b'{"AccessKeyId": "ASIAEXAMPLE000000001", "SecretAccessKey": "s", "Token": "t", "Expiration": "x"}',
            "lacks a part",
        ),
        (
            (
                b'{"AccessKeyId": "ASIAEXAMPLE000000001", "SecretAccessKey": "a\\nb", "Token": "t", '
                b'"Expiration": "2099-01-01T00:00:00Z"}'
            ),
            "lacks a part",
        ),
    ],
)
def test_answers_that_are_none(machine: Machine, body: bytes, words: str) -> None:
    machine.server.body = body
    for problem in (refused(machine), container_refused(machine)):
        assert problem.code is Code.METADATA_ANSWER
        assert words in describe(problem).detail


def test_modes_and_addresses(machine: Machine) -> None:
    from app.sources.instance_metadata import MetadataSettings, fetcher_of

    assert fetcher_of(MetadataSettings({}, {}))[0].get_base_url() == "http://169.254.169.254/"
    for environ in ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}, {"AWS_IMDS_USE_IPV6": "true"}):
        assert fetcher_of(MetadataSettings(environ, {}))[0].get_base_url() == "http://[fd00:ec2::254]/"
    problem = refused(machine, AWS_EC2_METADATA_SERVICE_ENDPOINT="not an address")
    assert problem.code is Code.VALUE_PATTERN


def test_this_process_s_environment_does_not_count(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "AWS_EC2_METADATA_DISABLED", "true")
    assert machine.instance().access_key_id


# --- containers ------------------------------------------------------------------------------------------------------


def test_full_uri_with_token_and_token_file(machine: Machine, tmp_path: Path) -> None:
    server, uri = machine.server, machine.server.url + TASK
    server.authorization = "Bearer abc"
    assert container_refused(machine).code is Code.METADATA_REFUSED
    assert machine.container({FULL_URI: uri, TOKEN: "Bearer abc"}).access_key_id
    assert machine.container({}, full_uri=uri, token="Bearer abc").access_key_id
    file = tmp_path / "token"
    file.write_text("Bearer abc")
    assert machine.container({FULL_URI: uri, TOKEN: "wrong", TOKEN_FILE: str(file)}).access_key_id
    server.authorization = "Bearer next"
    file.write_text("Bearer next")  # the agent rotates it
    assert machine.container({FULL_URI: uri}, token_file=str(file)).access_key_id
    file.write_text("Bearer next\n")
    assert container_refused(machine, {FULL_URI: uri, TOKEN_FILE: str(file)}).code is Code.METADATA_HEADER
    missing = container_refused(machine, {FULL_URI: uri, TOKEN_FILE: str(tmp_path / "none")})
    assert missing.code is Code.FILE_UNREADABLE


def test_relative_uri_wins_in_the_environment(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ContainerMetadataFetcher, "IP_ADDRESS", machine.server.host)
    assert machine.container({RELATIVE_URI: TASK, FULL_URI: "http://127.0.0.1:1/x"}).access_key_id
    assert machine.container({FULL_URI: "http://127.0.0.1:1/x"}, relative_uri=TASK).access_key_id
    assert machine.container({RELATIVE_URI: "/none"}, full_uri=machine.server.url + TASK).access_key_id


def test_expiry_and_account(machine: Machine) -> None:
    machine.server.lifetime = timedelta(hours=1)
    source = Container(name=NAME, full_uri=machine.server.url + TASK)
    credentials, account = container_credentials(source, {}, lambda _: None)
    assert account == "123456789012"
    assert credentials.expires_at == datetime.fromisoformat(machine.server.given[-1]["Expiration"])


def test_nothing_says_where(machine: Machine) -> None:
    problem = container_refused(machine, {})
    assert (problem.code, problem.arguments["missing"]) == (Code.SOURCE_EMPTY, RELATIVE_URI)


@pytest.mark.parametrize(
    "address", ["http://192.0.2.1/x", "http://example.com/x", "http://169.254.169.254/x", "ftp://localhost/x", "x"]
)
def test_hosts_that_are_not_allowed_are_never_asked(machine: Machine, address: str) -> None:
    assert container_refused(machine, {FULL_URI: address}).code is Code.METADATA_HOST


@pytest.mark.parametrize(
    ("status", "code"),
    [(503, Code.THROTTLED), (500, Code.AWS_BROKEN), (404, Code.METADATA_REFUSED), (302, Code.METADATA_ANSWER)],
)
def test_container_statuses(machine: Machine, status: int, code: Code) -> None:
    machine.server.status = status
    assert container_refused(machine).code is code
    assert machine.server.count(TASK) == 3


def test_a_container_endpoint_that_is_absent(machine: Machine, nobody: str) -> None:
    problem = container_refused(machine, {FULL_URI: nobody + TASK})
    assert (problem.code, problem.transient) == (Code.METADATA_ABSENT, True)
