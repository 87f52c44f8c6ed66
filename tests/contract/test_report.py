"""The report of a fault: what helps is in it, and no secret of any kind."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.compose import World
from app.domain.problem import AppError, Code
from app.domain.reading import read_catalog
from app.folders import find_folders
from app.report import write_report
from tests.support.in_process import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        one.must("start", "dev")
        yield one


def written(office: Office, path: Path) -> dict[str, str]:
    environ = {**office.environ, "AWS_SECRET_ACCESS_KEY": "canary-of-the-environment", "LANG": "de_DE.UTF-8"}
    world = World(environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    folders = find_folders(environ, office.folder)
    folders.log.parent.mkdir(parents=True, exist_ok=True)
    folders.log.write_text("a line of the log\n")
    import tomllib

    catalog = read_catalog(tomllib.loads(office.catalog.read_text())).catalog
    write_report(path, world, folders, catalog)
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_what_is_in_it_and_what_is_not(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    parts = written(office, path)
    assert set(parts) == {"about.json", "catalog.json", "doctor.json", "log.txt"}
    about = json.loads(parts["about.json"])
    assert about["packages"]["botocore"]
    assert "AWS_SECRET_ACCESS_KEY" in about["names"], "that it is set, not what it is"
    assert about["environment"]["LANG"] == "de_DE.UTF-8"
    assert json.loads(parts["catalog.json"])["profiles"] >= 1
    assert isinstance(json.loads(parts["doctor.json"]), dict | list)
    assert parts["log.txt"] == "a line of the log\n"
    text = "".join(parts.values())
    credentials = office.credentials.read_text()
    lines = [line.partition("=") for line in credentials.splitlines() if "secret" in line or "token" in line]
    session = [value.strip() for _, _, value in lines if len(value.strip()) > 8]
    assert len(session) > 1
    for secret in (office.user.secret_access_key, "canary-of-the-environment", *session):
        assert secret not in text
    assert path.stat().st_mode & 0o077 == 0


def test_a_place_that_cannot_be_written(office: Office, tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        written(office, tmp_path / "missing" / "report.zip")
    assert caught.value.problem.code is Code.FILE_UNWRITABLE
