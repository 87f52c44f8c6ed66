"""The journal as the window reads and writes it, with real files."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.activity import NAME, ActivityFile
from app.domain.activity import Event, What
from app.domain.problem import AppError, Code
from app.ports import Pool
from ui.activity.journal import Journal
from ui.activity.reading import journal_of

NOW = datetime(2026, 11, 26, 14, 24, tzinfo=UTC)


class Inline:
    def __init__(self) -> None:
        self.pools: list[Pool] = []

    async def call(self, pool: Pool, work: Callable[[], object], *, deadline: float = 0) -> object:
        self.pools.append(pool)
        return work()


class Late:
    """Writes what waits when it is told to."""

    def __init__(self, file: ActivityFile) -> None:
        self.file = file

    async def flush(self) -> None:
        self.file.append([Event(NOW, What.STARTED, "dev")])


@pytest.fixture
def offload() -> Inline:
    return Inline()


@pytest.fixture
def journal(tmp_path: Path, offload: Inline) -> Journal:
    file = ActivityFile(tmp_path / NAME)
    file.append([Event(NOW - timedelta(hours=1), What.LOCKED)])
    core = SimpleNamespace(folders=SimpleNamespace(state=tmp_path), offload=offload, recorder=Late(file))
    return journal_of(core)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def test_what_waits_is_read_too_newest_first_on_the_disk_s_threads(journal: Journal, offload: Inline) -> None:
    assert [one.event.what for one in await journal.read()] == [What.STARTED, What.LOCKED]
    assert offload.pools == [Pool.DISK]


async def test_an_export_is_a_file_or_a_problem(journal: Journal, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    await journal.write(target, [Event(NOW, What.STARTED, "dev")])
    assert target.read_text(encoding="utf-8").splitlines()[1].startswith("2026-11-26T14:24:00+00:00,dev,Started")
    with pytest.raises(AppError) as caught:
        await journal.write(tmp_path / "nowhere" / "out.csv", [])
    assert caught.value.problem.code is Code.FILE_UNWRITABLE
