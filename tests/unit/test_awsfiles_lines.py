"""Single lines of the config file."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.problem import Code
from tests.support.awsfiles import EXAMPLES, AwsFolder, MemoryKeeper, read, sound_files

CONFIG = b"""[default]
region = us-east-1

# work
[profile dev]
output = json
s3 =
  addressing_style = path

[sso-session x]
sso_region = eu-west-1
"""


@pytest.fixture
def folder(tmp_path: Path) -> AwsFolder:
    return AwsFolder(tmp_path, keeper=MemoryKeeper())


def config(folder: AwsFolder) -> bytes:
    return folder.config_path.read_bytes()


def test_a_line_goes_below_the_last_one_of_its_section_and_comes_out_again(folder: AwsFolder) -> None:
    folder.write_config(CONFIG)
    assert folder.put_line("dev", "region", "eu-central-1").problem is None
    assert b"path\nregion = eu-central-1\n\n[sso" in config(folder)
    assert folder.put_line("dev", "region", "eu-west-3").problem is None
    assert b"path\nregion = eu-west-3\n\n[sso" in config(folder)
    folder.open()
    assert folder.remove_line("dev", "region").problem is None
    assert config(folder) == CONFIG


def test_a_section_that_we_made_goes_with_its_last_line(folder: AwsFolder) -> None:
    folder.write_config(CONFIG)
    folder.put_line("new", "region", "eu-central-1")
    folder.put_line("new", "credential_process", "/state/stub credentials new")
    assert (read(config(folder)) or {})["profile new"] == {
        "region": "eu-central-1",
        "credential_process": "/state/stub credentials new",
    }
    folder.remove_line("new", "region")
    folder.remove_line("new", "credential_process")
    assert config(folder) == CONFIG


def test_the_default_profile_has_a_header_of_its_own(folder: AwsFolder) -> None:
    folder.put_line("default", "region", "eu-central-1")
    assert config(folder) == b"[default]\nregion = eu-central-1\n"


def test_someone_elses_line_is_a_conflict_until_it_is_adopted(folder: AwsFolder) -> None:
    folder.write_config(CONFIG)
    outcome = folder.put_line("default", "region", "eu-central-1")
    assert outcome.problem is not None
    assert outcome.problem.code is Code.SECTION_FOREIGN
    assert config(folder) == CONFIG
    assert folder.put_line("default", "region", "eu-central-1", adopt=True).problem is None
    assert config(folder).startswith(b"[default]\nregion = eu-central-1\n")
    folder.remove_line("default", "region")
    assert config(folder) == CONFIG


def test_a_line_that_says_so_already_stays_someone_elses(folder: AwsFolder) -> None:
    folder.write_config(CONFIG)
    assert folder.put_line("default", "region", "us-east-1").problem is None
    folder.remove_line("default", "region")
    assert config(folder) == CONFIG


def test_a_line_that_others_changed_stays(folder: AwsFolder) -> None:
    folder.put_line("dev", "region", "us-east-1")
    folder.write_config(b"[profile dev]\nregion = us-east-2\n")
    outcome = folder.put_line("dev", "region", "us-east-1")
    assert outcome.problem is not None
    assert outcome.problem.code is Code.SECTION_CHANGED
    assert [warning.code for warning in folder.remove_line("dev", "region").warnings] == [Code.SECTION_CHANGED]
    assert config(folder) == b"[profile dev]\nregion = us-east-2\n"


@pytest.mark.parametrize("value", ["a\nb", "a # b", "a ; b", " a", "a ", "", "ü", "a\0"])
def test_a_value_that_sdks_read_differently_is_refused(folder: AwsFolder, value: str) -> None:
    outcome = folder.put_line("dev", "region", value)
    assert outcome.problem is not None
    assert outcome.problem.code is Code.VALUE_PATTERN
    assert not folder.config_path.exists()


@given(data=sound_files(), name=st.sampled_from(["a", "default", "new"]), both=st.booleans())
@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_in_any_file_come_out_again(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str, both: bool
) -> None:
    folder = AwsFolder(tmp_path_factory.mktemp("line"))
    data = data.replace(b"[a]", b"[profile a]")
    folder.write_config(data)
    before = read(data)
    keys = ["sts_regional_endpoints", "credential_process"] if both else ["credential_process"]
    for key in keys:
        assert folder.put_line(name, key, "value x").problem is None
    section = name if name == "default" else f"profile {name}"
    assert {key: (read(config(folder)) or {})[section][key] for key in keys} == dict.fromkeys(keys, "value x")
    now = {n: dict(o) for n, o in (read(config(folder)) or {}).items() if n != section}
    assert now == {n: dict(o) for n, o in (before or {}).items() if n != section}
    for key in keys:
        folder.remove_line(name, key)
    assert config(folder) == data
