"""One write, killed at each of its system calls and refused at each: the file is the old one or the new one, always."""

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.awsfiles import session
from tests.torture.conftest import Row
from tests.torture.rounds import Forge, Sandbox
from tests.torture.writer import store

STRACE = shutil.which("strace")
pytestmark = [
    pytest.mark.skipif(STRACE is None and not os.environ.get("CI"), reason="strace is not installed"),
    pytest.mark.slow,
    pytest.mark.timeout(1200),
]
ERRORS = ["ENOSPC", "EIO", "EDQUOT", "EROFS", "EACCES"]
_CALL = re.compile(r"^(\w+)\(")
# calls that have nothing to do with files, and the pipe to the test
_QUIET = {
    "exit_group",
    "exit",
    "rt_sigaction",
    "rt_sigprocmask",
    "mmap",
    "munmap",
    "brk",
    "mprotect",
    "madvise",
    "mremap",
}


@pytest.fixture
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


class Traced:
    """One write under strace, attached after everything is imported."""

    def __init__(self, forge: Forge, sandbox: Sandbox, log: Path) -> None:
        self.forge = forge
        self.sandbox = sandbox
        self.log = log

    def run(self, *inject: str, **order: object) -> tuple[int, str]:
        pid = self.forge.ask(do="once", root=str(self.sandbox.root), number=2, **order)["pid"]
        _wait_until_it_waits(pid)  # attached any earlier, its calls would be numbered differently
        command = [STRACE or "strace", "-p", str(pid), "-o", str(self.log), *inject]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            said = strace.stderr.readline()
            assert "attached" in said, said
            answer = self.forge.ask(do="go")
            strace.stderr.read()
        return answer["status"], answer["said"]

    def calls(self, **order: object) -> list[tuple[str, int]]:
        """Return the system calls of one write: each with how many times it came so far."""
        assert self.run(**order) == (0, "done")
        counts: Counter[str] = Counter()
        found: list[tuple[str, int]] = []
        for line in self.log.read_text().splitlines():
            if match := _CALL.match(line):
                counts[match[1]] += 1
                if match[1] not in _QUIET:
                    found.append((match[1], counts[match[1]]))
        begin = next(at for at, (name, _) in enumerate(found) if name == "read")
        return found[begin + 1 : -1]  # the first waited for the test, the last tells it


def _wait_until_it_waits(pid: int) -> None:
    end = time.monotonic() + 10
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
        assert time.monotonic() < end
        time.sleep(0.001)


def prepared(tmp_path: Path, mode: str) -> Sandbox:
    """One session of ours in the file, so that the write is a renewal."""
    sandbox = Sandbox(tmp_path)
    sandbox.reset()
    renew(sandbox, mode)
    return sandbox


def renew(sandbox: Sandbox, mode: str = "replace") -> None:
    from app.domain.files import SectionPut

    sandbox.reset()
    outcome = store(sandbox.root, mode=mode).apply([SectionPut("a0", "a0", session(1))])[0]
    assert outcome.problem is None


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
    calls = [line for line in traced.log.read_text().splitlines() if _CALL.match(line)]
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
