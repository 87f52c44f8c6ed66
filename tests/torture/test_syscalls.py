"""One write, killed at each of its system calls and refused at each: the file is the old one or the new one, always."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.awsfiles import session
from tests.torture.conftest import Row
from tests.torture.rounds import Forge
from tests.torture.traced import CALL, STRACE, Traced, prepared, renew

pytestmark = [
    pytest.mark.skipif(STRACE is None and not os.environ.get("CI"), reason="strace is not installed"),
    pytest.mark.slow,
    pytest.mark.timeout(1200),
]
ERRORS = ["ENOSPC", "EIO", "EDQUOT", "EROFS", "EACCES"]


@pytest.fixture
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


@pytest.mark.parametrize("mode", ["replace", "in-place"])
@pytest.mark.parametrize("what", ["put", pytest.param("remove", marks=pytest.mark.torture)])
def test_a_kill_at_each_system_call(tmp_path: Path, forge: Forge, mode: str, what: str, row: Row) -> None:
    sandbox = prepared(tmp_path / "box", mode)
    traced = Traced(forge, sandbox, tmp_path / "log")
    old = sandbox.path.read_bytes()
    order = {"mode": mode, "what": what}
    calls = traced.calls(**order)
    new = sandbox.path.read_bytes()
    assert old != new
    marker = re.compile(rb"# rolecall a0 [0-9a-f]{8}")
    versions = {marker.sub(b"#", old), marker.sub(b"#", new)}
    seen: Counter[bool] = Counter()
    for name, nth in calls:
        where = f"{name} {nth}"
        renew(sandbox, mode)
        status, _ = traced.run("-e", f"inject={name}:signal=KILL:when={nth}", **order)
        assert status == -9, where
        if mode == "replace":
            assert marker.sub(b"#", sandbox.path.read_bytes()) in versions, where
            sandbox.assert_whole()
        sandbox.next_start()
        now = marker.sub(b"#", sandbox.path.read_bytes())
        assert now in versions, where
        sandbox.assert_whole()
        seen[now == marker.sub(b"#", new)] += 1
    assert len(calls) > 20
    assert seen[True] > 0
    assert seen[False] > 0
    row("no torn file", f"killed at {len(calls)} system calls ({mode}, {what}): {seen[False]} old, {seen[True]} new")


def test_the_order_outlasts_a_power_cut(tmp_path: Path, forge: Forge) -> None:
    """Write, flush the file, give it its name, flush the folder: for the state first, then for the file."""
    sandbox = prepared(tmp_path / "box", "replace")
    traced = Traced(forge, sandbox, tmp_path / "log")
    assert traced.run() == (0, "done")
    calls = [line for line in traced.log.read_text().splitlines() if CALL.match(line)]
    named = re.compile(r"^(?:linkat|rename)\(.*box/(aws|state)/")
    order: list[str] = []
    for line in calls:
        if line.startswith("fsync("):
            order.append("flush")
        elif match := named.match(line):
            order.append(f"{line.partition('(')[0]} {match[1]}")
    one = ["flush", "linkat {}", "rename {}", "flush"]
    assert order == [step.format(place) for place in ("state", "aws") for step in one]


@pytest.mark.parametrize("mode", ["replace", "in-place"])
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.torture)])
def test_an_error_at_each_system_call(tmp_path: Path, forge: Forge, mode: str, every: int, row: Row) -> None:
    """`every` 1: each error at each call; 5: one of them at each."""
    sandbox = prepared(tmp_path / "box", mode)
    traced = Traced(forge, sandbox, tmp_path / "log")
    calls = traced.calls(mode=mode)
    points = [(name, nth, error) for at, (name, nth) in enumerate(calls) for error in ERRORS[at % every :: every]]
    results: Counter[str] = Counter()
    for name, nth, error in points:
        renew(sandbox, mode)
        old = sandbox.path.read_bytes()
        status, said = traced.run("-e", f"inject={name}:error={error}:when={nth}", mode=mode)
        where = f"{name} {nth} {error}"
        assert status == 0, f"{where}: {said}"
        now = sandbox.path.read_bytes()
        assert said == "done" or said.startswith("file-") or said == "folder-unusable", f"{where}: {said}"
        if said != "done" and mode == "replace":
            assert now == old, where
        sandbox.next_start()
        sandbox.assert_whole()
        assert (session(2).access_key_id.encode() in sandbox.path.read_bytes()) == (said == "done"), f"{where}: {said}"
        results[said] += 1
    said = ", ".join(f"{count} {code}" for code, count in results.most_common())
    row("disk", f"{len(points)} errors at system calls ({mode}; {' '.join(ERRORS)}): {said}; 0 bytes of others lost")
