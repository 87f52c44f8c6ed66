"""A disk that is full, read-only, gone, or not ours to write: the old file stays whole, and it goes on by itself."""

import gc
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.awsfiles.store import AwsFiles
from app.domain.files import SectionPut
from app.domain.problem import Code
from tests.support.awsfiles import session
from tests.support.command_line import Machine, wait_for
from tests.support.keyring_session import missing_programs
from tests.torture.conftest import BOTH, Row
from tests.torture.rounds import Forge, Sandbox
from tests.torture.writer import store

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs"),
    pytest.mark.slow,
    pytest.mark.timeout(900),
]
FULL = [3, pytest.param(60, marks=pytest.mark.torture)]


class Disk:
    """A small file system of its own, mounted where a test wants it."""

    def __init__(self, where: Path, size: str) -> None:
        self.where = where
        where.mkdir(parents=True, exist_ok=True)
        self._run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "none", str(where))

    @staticmethod
    def _run(*command: str) -> None:
        done = subprocess.run(command, capture_output=True, check=False, timeout=20)
        if done.returncode:
            pytest.skip(f"cannot mount here: {done.stderr.decode().strip()}")

    def fill(self, leave: int) -> Path:
        """Take all space but some bytes; returns what to remove to have it back."""
        filler = self.where / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                file.truncate(max(0, file.tell() - leave))
        return filler

    def remount(self, how: str) -> None:
        gc.collect()  # a file that is held open without a name keeps a disk writable
        self._run("mount", "-o", f"remount,{how}", str(self.where))

    def umount(self) -> None:
        subprocess.run(["umount", "-l", str(self.where)], capture_output=True, check=False, timeout=20)


@pytest.fixture
def mounted() -> Iterator[Callable[[Path, str], Disk]]:
    disks: list[Disk] = []

    def mount(where: Path, size: str = "256k") -> Disk:
        disks.append(Disk(where, size))
        return disks[-1]

    yield mount
    for one in reversed(disks):
        one.umount()


def renew(files: AwsFiles, number: int) -> Code | None:
    problem = files.apply([SectionPut("a0", "a0", session(number))])[0].problem
    return problem.code if problem else None


@pytest.mark.parametrize("place", ["aws", "state", "all"])
@pytest.mark.parametrize("rounds", FULL)
def test_a_full_disk(tmp_path: Path, mounted: Callable[..., Disk], place: str, rounds: int, row: Row) -> None:
    box = tmp_path / "box"
    disk = mounted(box if place == "all" else box / place)
    sandbox = Sandbox.__new__(Sandbox)
    _furnish(sandbox, box)
    files = store(box)
    assert renew(files, 1) is None
    chance, refused, number = random.Random(rounds), 0, 1
    for at in range(rounds):
        number += 1
        filler = disk.fill(chance.randrange(0, 24_000) if at else 0)
        before = sandbox.path.read_bytes()
        code = renew(files, number)
        assert code in (None, Code.FILE_FULL), code
        if code is not None:
            refused += 1
            assert sandbox.path.read_bytes() == before, "changed, and said to be refused"
        sandbox.assert_whole()
        filler.unlink()
        assert renew(files, number) is None, "it does not go on once there is space"
        assert session(number).access_key_id.encode() in sandbox.path.read_bytes()
        sandbox.next_start()
    row("disk", f"full ({place}), {rounds} times: {refused} refused with the old file whole, all written afterwards")
    assert refused


def _furnish(sandbox: Sandbox, box: Path) -> None:
    from tests.torture.rounds import others

    sandbox.root, sandbox.path, sandbox.foreign = box, box / "aws" / "credentials", others()
    for name in ("aws", "state", "run"):
        (box / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    sandbox.path.write_bytes(sandbox.foreign)
    sandbox.path.chmod(0o600)


@BOTH
def test_a_read_only_disk(tmp_path: Path, mounted: Callable[..., Disk], row: Row, run: str) -> None:
    for place in ("aws", "state"):
        box = tmp_path / place
        disk = mounted(box / place)
        sandbox = Sandbox.__new__(Sandbox)
        _furnish(sandbox, box)
        files = store(box)
        assert renew(files, 1) is None
        before = sandbox.path.read_bytes()
        del files
        disk.remount("ro")
        files = store(box)
        assert renew(files, 2) in (Code.FILE_READ_ONLY, Code.FILE_UNWRITABLE)
        assert sandbox.path.read_bytes() == before
        disk.remount("rw")
        assert renew(files, 2) is None
        sandbox.assert_whole()
    row("disk", "read-only (aws, state): refused, unchanged, written once it is writable")


@BOTH
def test_a_disk_that_vanishes_and_comes_back(tmp_path: Path, mounted: Callable[..., Disk], row: Row, run: str) -> None:
    hold = mounted(tmp_path / "hold")
    box = tmp_path / "box"
    (box / "aws").mkdir(parents=True, mode=0o700)
    bind = ["mount", "--bind", str(hold.where), str(box / "aws")]
    subprocess.run(bind, check=True, timeout=20)
    try:
        sandbox = Sandbox.__new__(Sandbox)
        _furnish(sandbox, box)
        files = store(box)
        assert renew(files, 1) is None
        kept = sandbox.path.read_bytes()
        subprocess.run(["umount", "-l", str(box / "aws")], check=True, timeout=20)
        shutil.rmtree(box / "aws")
        code = renew(files, 2)
        assert code is None or str(code).startswith("file-"), code
        (box / "aws").mkdir(mode=0o700, exist_ok=True)
        subprocess.run(bind, check=True, timeout=20)
        assert sandbox.path.read_bytes() == kept, "what was on the disk changed while it was away"
        assert renew(files, 3) is None
        sandbox.assert_whole()
    finally:
        subprocess.run(["umount", "-l", str(box / "aws")], capture_output=True, check=False, timeout=20)
    row("disk", "vanished and back: the file on it unchanged, written again")


@BOTH
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="becomes another user")
def test_a_folder_that_may_not_be_written(tmp_path: Path, row: Row, run: str) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    box = tmp_path / "box"
    sandbox = Sandbox(box)
    for name in ("state", "run"):
        (box / name).mkdir(mode=0o700, exist_ok=True)
    for path in (box, *box.rglob("*")):
        os.chown(path, 65534, 65534)
    (box / "aws").chmod(0o500)
    forge = Forge()
    try:
        forge.ask(do="once", root=str(box), number=2, uid=65534)
        said = forge.ask(do="go")["said"]
        assert said.startswith("file-"), said
        assert sandbox.path.read_bytes() == sandbox.foreign
        (box / "aws").chmod(0o700)
        forge.ask(do="once", root=str(box), number=2, uid=65534)
        assert forge.ask(do="go")["said"] == "done"
        sandbox.assert_whole()
    finally:
        forge.close()
    row("disk", f"no permission, as another user: {said}, unchanged, written once it is allowed")


@BOTH
@pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}")
def test_refresh_says_that_the_disk_is_full_and_goes_on_by_itself(
    mounted: Callable[..., Disk], row: Row, run: str
) -> None:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name), lifetime=900) as machine:
        machine.write_catalog()
        disk = mounted(machine.folder / ".aws")
        machine.set_up()
        filler = disk.fill(0)
        before = machine.credentials.read_bytes()
        try:
            _full_and_back(machine, filler, before)
        finally:
            disk.umount()
        row("disk", f"`refresh` on a full disk: shown, delivered by itself afterwards, {machine.calls()} call of STS")
        assert machine.calls() <= 3


def _full_and_back(machine: Machine, filler: Path, before: bytes) -> None:
    machine.begin("refresh", "dev")
    wait_for(lambda: "file-full" in machine.run("status", "--json").out, "the problem to be shown", 60)
    assert machine.credentials.read_bytes() == before
    filler.unlink()
    wait_for(lambda: b"[dev]" in machine.credentials.read_bytes(), "the session, by itself", 120)
    assert machine.credentials.read_bytes().startswith(before)
