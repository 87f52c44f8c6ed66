"""An account at moto over HTTP, and a person's folder that leads there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.moto_office import MotoOffice
from tests.support.moto_server import MotoServer


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoServer]:
    with MotoServer(tmp_path_factory.mktemp("moto") / "log") as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, moto: MotoServer, monkeypatch: pytest.MonkeyPatch) -> MotoOffice:
    moto.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)  # botocore reads it out of this process's environment
    made = MotoOffice(tmp_path, moto)
    made.set_up()
    return made
