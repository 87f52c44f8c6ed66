import asyncio
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.watching import SystemFileWatch
from tests.support.logfail import ExpectedLogs

WITHIN = 1.0
QUIET = 0.7


class News:
    """Counts calls and waits for them."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._came = asyncio.Event()
        self.threads: set[int] = set()

    def __call__(self) -> None:
        self.times.append(time.monotonic())
        self.threads.add(threading.get_ident())
        self._came.set()

    async def come(self) -> int:
        """Wait for at least one call, then until it is quiet; return how many came."""
        await asyncio.wait_for(self._came.wait(), WITHIN)
        await asyncio.sleep(QUIET)
        return self.forget()

    def forget(self) -> int:
        count = len(self.times)
        self.times.clear()
        self._came.clear()
        return count


@asynccontextmanager
async def watching(path: Path) -> AsyncIterator[tuple[News, Callable[[], None]]]:
    news = News()
    watch = SystemFileWatch(asyncio.get_running_loop())
    end = watch.watch(path, news)
    try:
        yield news, end
    finally:
        watch.close()


def replace(path: Path, text: str) -> None:
    new = path.with_name("new.tmp")
    new.write_text(text)
    new.replace(path)


def edit(path: Path, text: str) -> None:
    path.write_text(text)


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def delete(path: Path, text: str) -> None:
    del text
    path.unlink()


@pytest.mark.parametrize("change", [replace, edit, append, delete])
async def test_one_change_is_one_call(tmp_path: Path, change: Callable[[Path, str], None]) -> None:
    path = tmp_path / "f"
    path.write_text("a")
    async with watching(path) as (news, _):
        change(path, "b")
        assert await news.come() == 1
        assert news.threads <= {threading.get_ident()}
        (tmp_path / "other").write_text("x")
        path.exists() and path.read_text()
        await asyncio.sleep(QUIET)
        assert news.forget() == 0


async def test_a_file_that_comes_and_goes_and_comes(tmp_path: Path) -> None:
    path = tmp_path / "f"
    async with watching(path) as (news, _):
        for change in (edit, delete, replace, append):
            change(path, "a")
            assert await news.come() == 1, change


async def test_folders_that_come_later_and_go(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "f"
    async with watching(path) as (news, _):
        path.parent.mkdir(parents=True)
        path.write_text("1")
        assert await news.come() >= 1
        path.write_text("2")
        assert await news.come() == 1
        shutil.rmtree(tmp_path / "a")
        assert await news.come() >= 1
        path.parent.mkdir(parents=True)
        path.write_text("3")
        assert await news.come() >= 1
        path.write_text("4")
        assert await news.come() == 1


async def test_a_folder_that_goes_while_it_is_looked_at_is_watched_once_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a" / "f"
    path.parent.mkdir()
    observe, tried = SystemFileWatch._observe, list[Path]()

    def gone_at_first(watch: SystemFileWatch, folder: Path) -> object:
        tried.append(folder)
        if tried.count(path.parent) == 1 and folder == path.parent:
            raise FileNotFoundError(2, "No such file or directory")
        return observe(watch, folder)

    monkeypatch.setattr(SystemFileWatch, "_observe", gone_at_first)
    async with watching(path) as (news, _):
        path.write_text("1")
        assert await news.come() >= 1
    assert tried.count(path.parent) == 2


async def test_a_symlink_and_its_target(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").mkdir()
    target, path = tmp_path / "real" / "t", tmp_path / "link" / "f"
    target.write_text("a")
    path.symlink_to(target)
    async with watching(path) as (news, _):
        replace(target, "b")
        assert await news.come() == 1
        other = tmp_path / "other"
        other.write_text("c")
        path.unlink()
        path.symlink_to(other)
        assert await news.come() >= 1
        replace(other, "d")
        assert await news.come() == 1
        replace(target, "e")
        await asyncio.sleep(QUIET)
        assert news.forget() == 0


async def test_a_burst_is_joined_and_not_put_off(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("")
    async with watching(path) as (news, _):
        start = time.monotonic()
        while time.monotonic() < start + 1.5:
            append(path, "x")
            await asyncio.sleep(0.01)
        await asyncio.sleep(QUIET)
        assert 2 <= len(news.times) <= 8
        assert news.times[0] - start < WITHIN
        assert all(later - earlier < WITHIN for earlier, later in zip(news.times, news.times[1:], strict=False))


async def test_the_end_is_the_end(tmp_path: Path) -> None:
    path = tmp_path / "f"
    async with watching(path) as (news, end):
        path.write_text("a")
        await asyncio.sleep(0.02)
        end()
        end()
        path.write_text("b")
        await asyncio.sleep(QUIET)
        assert news.forget() == 0


async def test_two_watches_of_one_folder(tmp_path: Path) -> None:
    first, second = News(), News()
    watch = SystemFileWatch(asyncio.get_running_loop())
    end = watch.watch(tmp_path / "a", first)
    watch.watch(tmp_path / "b", second)
    try:
        end()
        (tmp_path / "a").write_text("")
        (tmp_path / "b").write_text("")
        assert await second.come() == 1
        assert first.forget() == 0
    finally:
        watch.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts context switches in /proc")
def test_nothing_wakes_while_nothing_happens(tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, sys, os, glob\n"
        "from app.watching import SystemFileWatch\n"
        "def switches():\n"
        "    total = 0\n"
        "    for name in glob.glob('/proc/self/task/*/status'):\n"
        "        total += int(open(name).read().split('nonvoluntary_ctxt_switches')[0].rsplit(':', 1)[1])\n"
        "    return total\n"
        "async def main():\n"
        "    watch = SystemFileWatch(asyncio.get_running_loop())\n"
        "    watch.watch(pathlib.Path(sys.argv[1]), lambda: None)\n"
        "    await asyncio.sleep(0.5)\n"
        "    before = switches()\n"
        "    await asyncio.sleep(3)\n"
        "    print(switches() - before)\n"
        "    watch.close()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "f")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        timeout=30,
        check=True,
        text=True,
    )
    assert int(done.stdout) <= 4


async def test_what_the_system_refuses_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    from watchdog.observers.api import BaseObserver

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    expected_logs.add("app.watching", "cannot watch")
    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    watch = SystemFileWatch(asyncio.get_running_loop())
    try:
        watch.watch(tmp_path / "f", lambda: None)()
    finally:
        watch.close()
