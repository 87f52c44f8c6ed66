"""The power goes at any moment: whatever a file system may have kept of a write, the next start has the old file or the
new one, and nothing of others is lost."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from app.awsfiles.faults import faults
from app.domain.files import FileChange, SectionPut, SectionRemove
from tests.support.awsfiles import session
from tests.torture.conftest import Row
from tests.torture.crashes import STRACE as HOW
from tests.torture.crashes import Nodes, Trace, fingerprint, put
from tests.torture.rounds import Forge, Sandbox
from tests.torture.traced import STRACE, Traced
from tests.torture.writer import store

pytestmark = [
    pytest.mark.skipif(STRACE is None and not os.environ.get("CI"), reason="strace is not installed"),
    pytest.mark.slow,
    pytest.mark.timeout(3000),
]
THEIRS = (
    b"\n\n[theirs]\naws_access_key_id = ASIATHEIRS0000000001\naws_secret_access_key = theirs\n"
    b"aws_session_token = theirs\nregion = eu-west-1"
)
MARKER = re.compile(rb"# rolecall (\w+) [0-9a-f]{8}")


@dataclass(frozen=True)
class Scene:
    """A write, and what comes before it. `what`: what the traced process does; `mode`: how it writes."""

    name: str
    what: str = "put"
    mode: str = "replace"
    before: tuple[FileChange, ...] = (SectionPut("a0", "a0", session(1)),)
    bare: bool = False  # no folder and no file yet


SCENES = (
    Scene("renewed"),
    Scene("the first section", before=()),
    Scene("the first file", before=(), bare=True),
    Scene("removed", "remove"),
    Scene("taken over", "adopt"),
    Scene("taken over, undone", "undo", before=(SectionPut("theirs", "theirs", session(1), adopt=True),)),
    Scene("renewed in place", mode="in-place"),
    Scene("longer in place", mode="in-place", before=()),
    Scene("shorter in place", "remove", "in-place"),
    Scene("taken over in place", "adopt", "in-place"),
)


@pytest.fixture
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


def prepared(root: Path, scene: Scene) -> Sandbox:
    sandbox = Sandbox(root)
    sandbox.foreign += THEIRS
    sandbox.reset()
    if scene.bare:
        shutil.rmtree(root / "aws")
        sandbox.foreign = b""
    files = store(root, mode=scene.mode)
    for change in scene.before:
        assert files.apply([change])[0].problem is None
    files.close()
    (root / "run").mkdir(mode=0o700, exist_ok=True)  # in memory on most machines, and made before anything is written
    (root / "state").mkdir(mode=0o700, exist_ok=True)
    return sandbox


def plain(path: Path) -> bytes:
    return MARKER.sub(rb"# rolecall \1", path.read_bytes()) if path.exists() else b""


def found_after(root: Path, sandbox: Sandbox, versions: tuple[bytes, bytes]) -> str:
    """Start again on a disk that the power cut left; returns which version of the file it has."""
    path = root / "aws" / "credentials"
    files = store(root)
    files.sweep()
    assert [file for file in root.rglob("*") if ".rolecall-" in file.name] == []
    now = plain(path)
    assert now in versions, now
    assert not faults(path.read_bytes() if path.exists() else b"")
    assert not path.exists() or path.stat().st_mode & 0o777 == 0o600
    went_on = files.apply([SectionPut("a0", "a0", session(3))])[0]
    assert went_on.problem is None, went_on.problem
    files.apply([SectionRemove("a0", "a0"), SectionRemove("theirs", "theirs")])
    assert plain(path) == sandbox.foreign, "something of others is lost"
    files.close()
    return "new" if now == versions[1] else "old"


def each(disks: Iterator[Nodes], look: Callable[[Path], str], where: Path) -> Counter[str]:
    """Look at every disk once, at the place where it was traced."""
    seen: set[object] = set()
    results: Counter[str] = Counter()
    for nodes in disks:
        mark = fingerprint(nodes)
        if mark in seen:
            continue
        seen.add(mark)
        shutil.rmtree(where)
        put(nodes, where)
        results[look(where)] += 1
    return results


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
@pytest.mark.parametrize("draws", [1, pytest.param(20, marks=pytest.mark.torture)])
def test_whatever_the_disk_kept_of_a_write(tmp_path: Path, forge: Forge, scene: Scene, draws: int, row: Row) -> None:
    root = tmp_path / "box"
    sandbox = prepared(root, scene)
    trace = Trace.before(root)
    old = plain(sandbox.path)
    traced = Traced(forge, sandbox, tmp_path / "log")
    assert traced.run(*HOW, what=scene.what, mode=scene.mode) == (0, "done")
    new = plain(sandbox.path)
    assert old != new
    trace.read((tmp_path / "log").read_text())

    def look(where: Path) -> str:
        return found_after(where, sandbox, (old, new))

    every = (nodes for seed in range(draws) for nodes in trace.disks(Random(seed)))
    results = each(every, look, root)
    last = each(trace.last_disks(Random(0)), look, root)
    assert set(last) == {"new"}, "it said that it was written, and it was not"
    assert results["old"] > 0
    assert results["new"] > 0
    row(
        "power",
        f"{scene.name}: {len(trace.changes)} changes, {results.total()} disks: "
        f"{results['old']} old, {results['new']} new",
    )


@pytest.mark.parametrize("torn", [2, pytest.param(12, marks=pytest.mark.torture)])
def test_the_power_goes_again_while_a_write_in_place_is_finished(
    tmp_path: Path, forge: Forge, torn: int, row: Row
) -> None:
    root = tmp_path / "box"
    scene = Scene("longer in place", mode="in-place", before=())
    sandbox = prepared(root, scene)
    trace = Trace.before(root)
    old = plain(sandbox.path)
    traced = Traced(forge, sandbox, tmp_path / "log")
    assert traced.run(*HOW, what=scene.what, mode=scene.mode) == (0, "done")
    new = plain(sandbox.path)
    trace.read((tmp_path / "log").read_text())
    results: Counter[str] = Counter()
    done = 0
    for nodes in trace.disks(Random(7)):
        shutil.rmtree(root)
        put(nodes, root)
        if plain(sandbox.path) in (old, new):
            continue
        again = Trace.before(root)
        assert traced.run(*HOW, what="sweep") == (0, "done")
        again.read((tmp_path / "log").read_text())
        results += each(again.disks(Random(done)), lambda where: found_after(where, sandbox, (old, new)), root)
        done += 1
        if done == torn:
            break
    assert done == torn
    row("power", f"gone again while {done} torn writes in place are finished: {results.total()} disks, none torn")
