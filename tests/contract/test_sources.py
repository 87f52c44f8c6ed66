"""The port Sources: what each kind of source yields, and what it says when there is nothing."""

import os
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.entries import access_key_entry
from app.domain.names import AccessKeyId, Region, SourceName
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.domain.source import (
    AccessKeys,
    Container,
    Environment,
    IdentityCenter,
    InstanceMetadata,
    Oidc,
    Process,
    SharedProfile,
    Source,
    UnknownSource,
    WebIdentityToken,
)
from app.engine.offload import ThreadOffload
from app.sources.approvals import FileApprovals
from app.sources.command import Runner
from app.sources.kinds import AllSources
from app.sources.shared_profile import SharedProfiles
from app.state import JsonStateFiles
from app.texts import describe
from app.vault.memory import MemoryVault
from app.world import SystemClock
from tests.support.logfail import ExpectedLogs
from tests.support.metadata_server import TASK, MetadataServer
from tests.support.strict_sts import Role, StrictSts, User, World

NAME = SourceName("acme")
ANA = User("ana", "111122223333")
ROLE = "arn:aws:iam::123456789012:role/first"
KEYS = f"aws_access_key_id = {ANA.access_key_id}\naws_secret_access_key = {ANA.secret_access_key}\n"


class Wall:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return 0.0


@dataclass
class Place:
    """The AWS files of a person, and all sources over them."""

    folder: Path
    sources: AllSources
    approvals: FileApprovals
    vault: MemoryVault
    environ: dict[str, str]
    delivered: set[str]

    def write(self, config: str = "", credentials: str = "") -> None:
        (self.folder / "config").write_text(config)
        (self.folder / "credentials").write_text(credentials)

    async def refused(self, source: Source) -> Problem:
        with pytest.raises(AppError) as caught:
            await self.sources.credentials(source)
        words = describe(caught.value.problem)
        assert "…" not in words.title + words.detail
        assert ANA.secret_access_key not in repr(caught.value.problem) + words.detail
        return caught.value.problem


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    offload, approvals = ThreadOffload(), FileApprovals(JsonStateFiles(tmp_path), SystemClock())
    environ, delivered, vault = dict(os.environ), set[str](), MemoryVault()
    shared = SharedProfiles(
        lambda: tmp_path / "credentials", lambda: tmp_path / "config", approvals, lambda: frozenset(delivered)
    )
    sources = AllSources(vault, Runner(approvals, environ), shared, environ, offload, Wall())
    yield Place(tmp_path, sources, approvals, vault, environ, delivered)
    offload.close()


def shared(profile: str = "work") -> SharedProfile:
    return SharedProfile(name=NAME, profile=profile)


def program(folder: Path, text: str) -> str:
    path = folder / "helper"
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


# --- access keys and environment ------------------------------------------------------------------------------------


async def test_access_keys(place: Place) -> None:
    source = AccessKeys(name=NAME, access_key_id=AccessKeyId("AKIAEXAMPLE000000001"))
    problem = await place.refused(source)
    assert problem.code is Code.VAULT_NO_ENTRY
    assert describe(problem).remedy == "Run: rolecall keys set acme"
    await place.vault.write(access_key_entry("AKIAEXAMPLE000000001"), Secret("s" * 40))
    issued = await place.sources.credentials(source)
    assert issued.credentials.secret_access_key.reveal() == "s" * 40
    assert issued.credentials.long_lived
    assert "sss" not in repr(issued)


async def test_environment(place: Place) -> None:
    source = Environment(name=NAME)
    assert (await place.refused(source)).arguments["missing"] == "AWS_ACCESS_KEY_ID"
    place.environ["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE000000001"
    assert (await place.refused(source)).arguments["missing"] == "AWS_SECRET_ACCESS_KEY"
    place.environ["AWS_SECRET_ACCESS_KEY"] = "x"
    assert (await place.sources.credentials(source)).credentials.long_lived
    place.environ["AWS_SESSION_TOKEN"] = "t"
    place.environ["AWS_CREDENTIAL_EXPIRATION"] = "nonsense"
    issued = await place.sources.credentials(source)
    assert (issued.credentials.long_lived, issued.expires_at) == (False, None)
    place.environ["AWS_CREDENTIAL_EXPIRATION"] = "2099-01-01T00:00:00+00:00"
    assert (await place.sources.credentials(source)).expires_at == datetime(2099, 1, 1, tzinfo=UTC)
    place.environ["AWS_CREDENTIAL_EXPIRATION"] = "2020-01-01T00:00:00Z"
    assert (await place.refused(source)).code is Code.ALREADY_EXPIRED


async def test_the_old_name_of_the_token_makes_no_long_lived_key(place: Place) -> None:
    place.environ |= {"AWS_ACCESS_KEY_ID": "ASIA", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SECURITY_TOKEN": "t"}
    assert not (await place.sources.credentials(Environment(name=NAME))).credentials.long_lived


@pytest.mark.parametrize(
    "source",
    [
        WebIdentityToken(name=NAME),
        Oidc(name=NAME, issuer="https://id.example.com", client_id="x"),
        IdentityCenter(name=NAME, start_url="https://acme.awsapps.com/start", region=Region("eu-west-1")),
    ],
)
async def test_kinds_of_a_later_version(place: Place, source: Source) -> None:
    assert (await place.refused(source)).code is Code.SOURCE_KIND_LATER


async def test_the_machine_s_own_roles(place: Place) -> None:
    with MetadataServer() as server:
        place.environ |= {
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + TASK,
        }
        for source, account in ((InstanceMetadata(name=NAME), None), (Container(name=NAME), "123456789012")):
            issued = await place.sources.credentials(source)
            assert (issued.credentials.access_key_id, issued.account) == (server.given[-1]["AccessKeyId"], account)
            assert issued.expires_at is not None
        server.lifetime = -timedelta(hours=1)
        assert (await place.refused(Container(name=NAME))).code is Code.ALREADY_EXPIRED


async def test_kinds_of_another_world(place: Place) -> None:
    assert (await place.refused(UnknownSource(name=NAME, kind="saml"))).code is Code.SOURCE_KIND_UNKNOWN


# --- processes ------------------------------------------------------------------------------------------------------

_GOOD = (
    "import json, os; print(json.dumps({'Version': 1, 'AccessKeyId': 'ASIAEXAMPLE000000001',"
    " 'SecretAccessKey': 'x' * 40, 'SessionToken': 't', 'Expiration': '2099-01-01T00:00:00Z', 'AccountId': '1' * 12}))"
)


async def test_process(place: Place) -> None:
    source = Process(name=NAME, command=(sys.executable, "-c", _GOOD))
    assert (await place.refused(source)).code is Code.APPROVAL_NEEDED
    place.approvals.approve(source.command)
    issued = await place.sources.credentials(source)
    assert (issued.account, issued.credentials.access_key_id) == ("1" * 12, "ASIAEXAMPLE000000001")
    assert issued.expires_at == datetime(2099, 1, 1, tzinfo=UTC)
    assert issued.received_at - datetime.now(UTC) < timedelta(seconds=5)


async def test_a_process_that_gives_an_old_session(place: Place) -> None:
    source = Process(name=NAME, command=(sys.executable, "-c", _GOOD.replace("2099", "2020")))
    place.approvals.approve(source.command)
    assert (await place.refused(source)).code is Code.ALREADY_EXPIRED


# --- profiles of the AWS files --------------------------------------------------------------------------------------


async def test_keys_of_a_profile(place: Place) -> None:
    place.environ["AWS_ACCESS_KEY_ID"] = "AKIAAMBIENT000000001"
    place.write(credentials=f"[work]\n{KEYS}")
    issued = await place.sources.credentials(shared())
    assert issued.credentials.access_key_id == ANA.access_key_id
    assert issued.credentials.long_lived
    assert issued.expires_at is None


async def test_a_profile_that_is_not_there(place: Place) -> None:
    problem = await place.refused(shared())
    assert problem.code is Code.SHARED_PROFILE_UNKNOWN
    place.write(credentials=f"[other]\n{KEYS}")
    assert (await place.refused(shared())).code is Code.SHARED_PROFILE_UNKNOWN


async def test_a_profile_without_keys_does_not_become_the_machine(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "AKIAAMBIENT000000001", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/never-asked")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    place.write(config="[profile work]\nregion = eu-west-1\n")
    problem = await place.refused(shared())
    assert (problem.code, problem.arguments["missing"]) == (Code.SOURCE_EMPTY, "aws_access_key_id")


async def test_half_a_key(place: Place) -> None:
    place.write(credentials=f"[work]\naws_access_key_id = {ANA.access_key_id}\n")
    problem = await place.refused(shared())
    assert (problem.code, problem.arguments["missing"]) == (Code.SOURCE_EMPTY, "aws_secret_access_key")


async def test_a_file_that_botocore_cannot_read(place: Place) -> None:
    place.write(credentials=f"[work]\n{KEYS}[work]\n")
    assert (await place.refused(shared())).code is Code.FILE_BROKEN


@pytest.mark.parametrize("config", ["", "[profile other]\nrole_arn = x\nsource_profile = work\n"])
async def test_what_rolecall_delivers_is_not_read(place: Place, config: str) -> None:
    place.write(config=config, credentials=f"[work]\n{KEYS}")
    place.delivered.add("work")
    problem = await place.refused(shared("other" if config else "work"))
    assert (problem.code, problem.arguments["section"]) == (Code.SELF_READING, "work")


async def test_our_own_process_line_is_not_run(place: Place) -> None:
    place.write(config="[profile work]\ncredential_process = '/state of ana/rolecall-credentials' work\n")
    assert (await place.refused(shared())).code is Code.SELF_READING


async def test_a_role_of_a_profile(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with StrictSts(World([ANA], [Role(ROLE, [ANA.arn], external_id="ext-1")])) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        place.write(
            config=f"[profile work]\nrole_arn = {ROLE}\nsource_profile = base\nexternal_id = ext-1\n",
            credentials=f"[base]\n{KEYS}",
        )
        issued = await place.sources.credentials(shared())
        assert not issued.credentials.long_lived
        assert issued.expires_at is not None
        assert issued.expires_at > datetime.now(UTC) + timedelta(minutes=50)
        assert server.aws.session(issued.credentials.access_key_id)


async def test_a_role_that_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    expected_logs.add("botocore.credentials", "Refreshing temporary credentials failed")
    with StrictSts(World([ANA], [])) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        place.write(config=f"[profile work]\nrole_arn = {ROLE}\nsource_profile = base\n", credentials=f"[base]\n{KEYS}")
        problem = await place.refused(shared())
    assert (problem.code, problem.arguments["aws_code"]) == (Code.AWS_REFUSED, "AccessDenied")


async def test_a_role_without_a_network(
    place: Place, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    expected_logs.add("botocore.credentials", "Refreshing temporary credentials failed")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    place.write(config=f"[profile work]\nrole_arn = {ROLE}\nsource_profile = base\n", credentials=f"[base]\n{KEYS}")
    problem = await place.refused(shared())
    assert (problem.code, problem.arguments["host"]) == (Code.NETWORK, "127.0.0.1:9")
    assert problem.transient


async def test_a_role_with_mfa_would_ask_on_a_terminal(place: Place) -> None:
    config = (
        f"[profile work]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = arn:aws:iam::111122223333:mfa/ana\n"
    )
    place.write(config=config, credentials=f"[base]\n{KEYS}")
    assert (await place.refused(shared())).code is Code.SHARED_PROFILE_PROMPTS


@pytest.mark.parametrize("through_a_role", [False, True])
async def test_commands_of_a_profile_run_as_ours_do(
    place: Place, monkeypatch: pytest.MonkeyPatch, through_a_role: bool
) -> None:
    """Approved first, marked, without secrets: also where botocore comes to them through `source_profile`."""
    seen = place.folder / "seen"
    helper = program(
        place.folder,
        "import json, os, pathlib, sys\n"
        f"pathlib.Path({str(seen)!r}).write_text(json.dumps([dict(os.environ), sys.argv[1:]]))\n"
        f"print(json.dumps({{'Version': 1, 'AccessKeyId': {ANA.access_key_id!r},"
        f" 'SecretAccessKey': {ANA.secret_access_key!r}}}))",
    )
    place.environ["AWS_SECRET_ACCESS_KEY"] = "ambient"
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ambient")
    role = f"[profile work]\nrole_arn = {ROLE}\nsource_profile = base\n" if through_a_role else ""
    name = "base" if through_a_role else "work"
    place.write(config=f"{role}[profile {name}]\ncredential_process = {helper} --for 'a b'\n")
    with StrictSts(World([ANA], [Role(ROLE, [ANA.arn])])) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        problem = await place.refused(shared())
        assert (problem.code, problem.arguments["command"]) == (Code.APPROVAL_NEEDED, f"{helper} --for 'a b'")
        assert not seen.exists()
        commands = place.sources.shared.commands(shared(), place.environ)
        assert commands == ((helper, "--for", "a b"),)
        place.approvals.approve(commands[0])
        issued = await place.sources.credentials(shared())
    assert issued.credentials.long_lived is not through_a_role
    text = seen.read_text()
    assert '"ROLECALL_NESTED": "1"' in text
    assert "ambient" not in text
    assert text.endswith('["--for", "a b"]]')


async def test_a_command_of_a_profile_that_fails(place: Place) -> None:
    helper = program(place.folder, "raise SystemExit(3)")
    place.write(config=f"[profile work]\ncredential_process = {helper}\n")
    place.approvals.approve([helper])
    problem = await place.refused(shared())
    assert (problem.code, problem.arguments["status"]) == (Code.COMMAND_FAILED, 3)
