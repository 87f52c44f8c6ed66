"""A kill at each system call of a write, and the power goes with it: on LazyFS, which loses what was not flushed."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.files import SectionPut
from tests.support.awsfiles import session
from tests.torture.conftest import Row
from tests.torture.lazy import LAZYFS, LazyDisk
from tests.torture.rounds import Forge, Sandbox
from tests.torture.traced import STRACE, Traced
from tests.torture.writer import store

pytestmark = [
    pytest.mark.skipif(LAZYFS is None, reason="LazyFS is not installed: no program `lazyfs` on the PATH"),
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
    pytest.mark.slow,
    pytest.mark.torture,
    pytest.mark.timeout(1800),
]
MARKER = re.compile(rb"# rolecall a0 [0-9a-f]{8}")


@pytest.fixture
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


def plain(sandbox: Sandbox) -> bytes:
    return MARKER.sub(b"#", sandbox.path.read_bytes())


@pytest.mark.parametrize("what", ["put", "remove"])
def test_a_kill_and_a_power_cut_at_each_system_call(tmp_path: Path, forge: Forge, what: str, row: Row) -> None:
    seen: Counter[str] = Counter()
    with LazyDisk(tmp_path) as disk:
        sandbox = Sandbox(disk.where / "box")
        traced = Traced(forge, sandbox, tmp_path / "log")

        def begin() -> None:
            sandbox.reset()
            problem = store(sandbox.root).apply([SectionPut("a0", "a0", session(1))])[0].problem
            assert problem is None, problem.arguments
            for path in list(sandbox.root.rglob("*")):
                if path.is_file():
                    with path.open("rb+") as file:
                        os.fsync(file.fileno())

        begin()
        old = plain(sandbox)
        calls = traced.calls(what=what)
        new = plain(sandbox)
        disk.forget()
        assert plain(sandbox) == new, "what was said to be written is lost"
        for name, nth in calls:
            begin()
            status, _ = traced.run("-e", f"inject={name}:signal=KILL:when={nth}", what=what)
            assert status == -9
            disk.forget()
            sandbox.next_start()
            now = plain(sandbox)
            assert now in (old, new), f"{name} {nth}"
            sandbox.assert_whole()
            seen["new" if now == new else "old"] += 1
    said = f"{seen['old']} old, {seen['new']} new"
    row("power", f"LazyFS, killed and cut at {len(calls)} system calls ({what}): {said}")
