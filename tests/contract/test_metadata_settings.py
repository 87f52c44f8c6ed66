"""How the instance's metadata service is reached: AWS's settings, read as botocore reads them."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import create_credential_resolver
from botocore.session import Session

from app.domain.problem import Code
from app.sources.instance_metadata import MetadataSettings, fetcher_of
from app.sources.shared_profile import SharedProfiles
from tests.support.in_process import Office
from tests.support.logfail import ExpectedLogs
from tests.support.metadata_server import MetadataServer

_FILES = [
    "",
    "[default]\nmetadata_service_timeout = 3\nmetadata_service_num_attempts = 2\n",
    "[default]\nec2_metadata_v1_disabled = true\nec2_metadata_service_endpoint_mode = IPv6\n",
    (
        "[default]\nec2_metadata_service_endpoint = http://127.0.0.1:9/\n"
        "[profile work]\nec2_metadata_service_endpoint = http://127.0.0.1:8/\nimds_use_ipv6 = true\n"
    ),
    "[profile work]\nimds_use_ipv6 = true\n[default]\nec2_metadata_v1_disabled = no\n",
]
_VARIABLES = [
    {},
    {"AWS_PROFILE": "work"},
    {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:7/", "AWS_METADATA_SERVICE_TIMEOUT": "4"},
    {"AWS_EC2_METADATA_V1_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv4"},
]


def section(path: Path, environ: dict[str, str]) -> Any:
    return SharedProfiles(lambda: path.parent / "none", lambda: path, None, frozenset).section_in_use(environ)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "environ"), list(product(_FILES, _VARIABLES)))
def test_the_settings_are_those_that_botocore_reads(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    expected_logs: ExpectedLogs,
    text: str,
    environ: dict[str, str],
) -> None:
    expected_logs.add("botocore.utils", "Custom endpoint and IMDS_USE_IPV6", optional=True)
    path = tmp_path / "config"
    path.write_text(text)
    if "work" in environ.values() and "work" not in text:
        assert section(path, environ) == {}, "SDKs refuse it; the instance's role needs no profile"
        return
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", *(f"AWS_{key}" for key in ("REGION", "DEFAULT_REGION"))):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**environ, "AWS_CONFIG_FILE": str(path), "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    theirs: Any = create_credential_resolver(Session()).get_provider("iam-role")._role_fetcher
    ours: Any = fetcher_of(MetadataSettings(environ, section(path, environ)))[0]
    for name in ("_timeout", "_num_attempts", "_imds_v1_disabled"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.get_base_url() == theirs.get_base_url()


@pytest.mark.parametrize("text", ["soon", "0", "-1", "1e9", "999999"])
def test_numbers_that_are_none_or_too_much_do_not_hang_a_start(text: str) -> None:
    made: Any = fetcher_of(MetadataSettings({}, {"metadata_service_timeout": text}))[0]
    assert 1 <= made._timeout <= 10


@pytest.fixture
def machine() -> Iterator[MetadataServer]:
    with MetadataServer() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        one.must("source", "add", "ec2", "--kind", "instance-metadata")
        one.must("profile", "add", "ec2", "--source", "ec2")
        yield one


def test_a_session_by_the_config_file_alone(office: Office, machine: MetadataServer) -> None:
    config = office.folder / ".aws" / "config"
    config.write_text(f"[default]\nec2_metadata_service_endpoint = {machine.url}\n")
    office.must("start", "ec2")
    assert machine.given
    office.must("stop", "ec2")
    machine.v1_only = True
    config.write_text(config.read_text() + "ec2_metadata_v1_disabled = true\n")
    ran = office.run("start", "ec2")
    assert ran.code == 5
    assert "IMDSv2" in ran.err, ran


def test_a_broken_config_file_is_said(office: Office) -> None:
    (office.folder / ".aws" / "config").write_text("ec2_metadata_v1_disabled = true\n[default\n")
    ran = office.run("doctor", "--json")
    assert str(Code.FILE_BROKEN) in ran.out
    ran = office.run("start", "ec2")
    assert ran.code != 0
    assert "Traceback" not in ran.err
    assert str(office.folder / ".aws" / "config") in ran.err, ran
