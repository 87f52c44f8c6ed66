"""What we wrote, read back by botocore and by the AWS CLI; and what the AWS CLI writes, read by us."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.files import SectionPut
from tests.support.awsfiles import AwsFolder, MemoryKeeper, session

CREDENTIALS = b"""# all mine
[default]
aws_access_key_id = AKIAEXAMPLE000000001
aws_secret_access_key = one

; work
[ work ] ; spaces
aws_access_key_id=AKIAEXAMPLE000000002
aws_secret_access_key : two
s3 =
  max_concurrent_requests = 3
region = eu-west-1"""
CONFIG = b"""[default]
region = us-east-1
[profile work/prod]
output = json
"""


@pytest.fixture
def folder(tmp_path: Path) -> AwsFolder:
    folder = AwsFolder(tmp_path, keeper=MemoryKeeper())
    folder.write(CREDENTIALS)
    folder.write_config(CONFIG)
    return folder


def frozen(folder: AwsFolder, profile: str) -> tuple[str, str, str | None]:
    """Return what botocore signs with."""
    import botocore.session

    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = str(folder.path)
    os.environ["AWS_CONFIG_FILE"] = str(folder.config_path)
    credentials = botocore.session.Session(profile=profile).get_credentials()
    assert credentials is not None
    found = credentials.get_frozen_credentials()
    assert found.access_key
    assert found.secret_key
    return found.access_key, found.secret_key, found.token


def aws(folder: AwsFolder, *arguments: str) -> str:
    environ = os.environ | {
        "AWS_SHARED_CREDENTIALS_FILE": str(folder.path),
        "AWS_CONFIG_FILE": str(folder.config_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "awscli", *arguments], env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def everything(folder: AwsFolder) -> dict[str, object]:
    """Return all that botocore makes of the two files."""
    import botocore.configloader

    credentials = botocore.configloader.raw_config_parse(str(folder.path))
    return {"credentials": credentials, "config": botocore.configloader.load_config(str(folder.config_path))}


def expected(number: int) -> tuple[str, str, str | None]:
    one = session(number)
    assert one.session_token is not None
    return one.access_key_id, one.secret_access_key.reveal(), one.session_token.reveal()


def test_botocore_signs_with_what_was_written(folder: AwsFolder) -> None:
    before = everything(folder)
    folder.store.apply(
        [SectionPut(name, name, session(n)) for n, name in enumerate(["dev", "work/prod", "a.b@c:d+e%f"])]
    )
    for n, name in enumerate(["dev", "work/prod", "a.b@c:d+e%f"]):
        assert frozen(folder, name) == expected(n)
    assert frozen(folder, "default") == ("AKIAEXAMPLE000000001", "one", None)
    after = everything(folder)
    credentials = after["credentials"]
    assert isinstance(credentials, dict)
    for name in ("dev", "work/prod", "a.b@c:d+e%f"):
        del credentials[name]
    assert after == before


def test_the_default_is_switched_and_given_back(folder: AwsFolder) -> None:
    assert folder.put("default", 1, adopt=True).problem is None
    assert frozen(folder, "default") == expected(1)
    assert folder.put("default", 2).problem is None
    assert frozen(folder, "default") == expected(2)
    folder.remove("default")
    assert folder.content == CREDENTIALS


def test_a_region_in_the_config_file_is_read(folder: AwsFolder) -> None:
    import botocore.session

    folder.put("work/prod", 1)
    assert folder.put_line("work/prod", "region", "eu-central-1").problem is None
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = str(folder.path)
    os.environ["AWS_CONFIG_FILE"] = str(folder.config_path)
    assert botocore.session.Session(profile="work/prod").get_config_variable("region") == "eu-central-1"
    folder.remove_line("work/prod", "region")
    assert folder.config_path.read_bytes() == CONFIG


@pytest.mark.slow
def test_the_cli_reads_ours_and_we_keep_what_it_writes(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    for key, value in zip(
        ("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), expected(1), strict=True
    ):
        assert aws(folder, "configure", "get", key, "--profile", "dev") == value
    aws(folder, "configure", "set", "aws_access_key_id", "AKIAEXAMPLE000000009", "--profile", "new")
    aws(folder, "configure", "set", "x_note", "mine", "--profile", "dev")
    folder.open()
    assert [one.matches for one in folder.store.owned()] == [True]
    assert folder.put("dev", 2).problem is None
    assert frozen(folder, "dev") == expected(2)
    before = folder.content
    assert b"[new]\naws_access_key_id = AKIAEXAMPLE000000009\n" in before
    folder.remove("dev")
    assert b"[new]\naws_access_key_id = AKIAEXAMPLE000000009\n" in folder.content


def test_the_cli_can_be_told_another_key_and_that_is_a_conflict(folder: AwsFolder) -> None:
    from awscli.customizations.configure.writer import ConfigFileWriter

    folder.put("dev", 1)
    ConfigFileWriter().update_config(
        {"__section__": "dev", "aws_access_key_id": "AKIASOMEONEELSE00001"}, str(folder.path)
    )
    found = folder.store.check({"dev": session(1).access_key_id})
    assert found["dev"] is not None
    assert found["dev"].code == "section-changed"
