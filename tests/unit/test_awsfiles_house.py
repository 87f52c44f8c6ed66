"""What lies beside the AWS files is looked after without the rest of the room, until there is something of ours."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from app.awsfiles.house import House
from app.awsfiles.store import AwsFiles
from app.domain.files import SectionPut
from app.domain.profile import WriteMode
from app.files import FileTarget, OffloadedCredentialsFile
from app.ports import Pool
from tests.support.awsfiles import AwsFolder, session

T = TypeVar("T")


class Inline:
    """Work done at once."""

    async def call(self, pool: Pool, work: Callable[[], T], *, deadline: float | None = None) -> T:
        del pool, deadline
        return work()


class Makers:
    """Makes what is asked for, and counts."""

    def __init__(self, folder: AwsFolder) -> None:
        self.folder, self.made = folder, {"store": 0, "house": 0}

    def make(self, target: FileTarget) -> AwsFiles:
        del target
        self.made["store"] += 1
        return self.folder.store

    def make_house(self, target: FileTarget) -> House:
        self.made["house"] += 1
        root, clock = self.folder.root, self.folder.clock
        folders = root / "state", root / "run"
        return House(target.credentials, target.config, *folders, clock=clock, sleep=clock.sleep, random=Random())


@pytest.fixture
def folder(tmp_path: Path) -> AwsFolder:
    return AwsFolder(tmp_path)


@pytest.fixture
def makers(folder: AwsFolder) -> Makers:
    return Makers(folder)


@pytest.fixture
def files(folder: AwsFolder, makers: Makers) -> OffloadedCredentialsFile:
    target = FileTarget(folder.store.path, folder.store.config_path, WriteMode.REPLACE)
    return OffloadedCredentialsFile(target, makers.make, makers.make_house, Inline())


def test_a_start_with_nothing_of_ours_makes_no_store(files: OffloadedCredentialsFile, makers: Makers) -> None:
    async def start() -> tuple[object, ...]:
        await files.sweep()
        return await files.owned()

    assert asyncio.run(start()) == ()
    assert makers.made == {"store": 0, "house": 2}


def test_what_is_ours_is_found(files: OffloadedCredentialsFile, makers: Makers) -> None:
    async def start() -> list[str]:
        await files.apply([SectionPut("dev", "dev", session(1))])
        return [one.section for one in await files.owned()]

    assert asyncio.run(start()) == ["dev"]
    assert makers.made == {"store": 1, "house": 0}


def test_a_new_start_finds_it_too(folder: AwsFolder, files: OffloadedCredentialsFile, makers: Makers) -> None:
    folder.store.apply([SectionPut("dev", "dev", session(1))])
    assert [one.section for one in asyncio.run(files.owned())] == ["dev"]
    assert makers.made == {"store": 1, "house": 1}
