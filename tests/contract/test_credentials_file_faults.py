"""The files where they really are: links, mounts, full disks, folders that cannot be written, open modes."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.domain.files import Outcome, SectionPut
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import WriteMode
from tests.support.awsfiles import AwsFolder, read, session

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes, links and mounts of POSIX")
DATA = b"# mine\n[x]\naws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = s\n"
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root")


def code(outcome: Outcome) -> Code | None:
    return outcome.problem.code if outcome.problem else None


@pytest.fixture
def folder(tmp_path: Path) -> AwsFolder:
    return AwsFolder(tmp_path)


@contextmanager
def mounted(*arguments: str) -> Iterator[None]:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", arguments[-1]], check=True)


def test_missing_files_and_folders_are_made_for_the_owner_alone(folder: AwsFolder) -> None:
    before = os.umask(0)
    try:
        assert code(folder.put("dev", 1)) is None
        assert folder.put_line("dev", "region", "eu-west-1").problem is None
    finally:
        os.umask(before)
    for path in (folder.path, folder.config_path, *folder.root.joinpath("state").rglob("*.json*")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for made in (folder.path.parent, folder.root / "state", folder.root / "run"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700, made


def test_bits_of_others_are_taken_off_and_said(folder: AwsFolder) -> None:
    folder.write(DATA, mode=0o644)
    outcome = folder.put("dev", 1)
    assert [(one.code, one.arguments["mode"]) for one in outcome.warnings] == [(Code.FILE_MODE, "0644")]
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o600
    assert folder.put("dev", 2).warnings == ()


def test_bits_of_others_are_taken_off_in_place_too(folder: AwsFolder) -> None:
    folder.write(DATA, mode=0o664)
    folder.open(WriteMode.IN_PLACE)
    assert [one.code for one in folder.put("dev", 1).warnings] == [Code.FILE_MODE]
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o600


def test_what_a_person_attached_to_the_file_stays(folder: AwsFolder) -> None:
    folder.write(DATA)
    try:
        os.setxattr(folder.path, "user.note", b"mine")
    except OSError:
        pytest.skip("no extended attributes here")
    folder.put("dev", 1)
    assert os.getxattr(folder.path, "user.note") == b"mine"


def test_a_file_that_its_owner_made_read_only_is_refused(folder: AwsFolder) -> None:
    folder.write(DATA, mode=0o400)
    assert code(folder.put("dev", 1)) is Code.FILE_READ_ONLY
    assert folder.content == DATA
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o400


def test_a_chain_of_links_stays_and_its_end_is_written(folder: AwsFolder, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "aws-credentials"
    real.parent.mkdir(mode=0o700)
    real.write_bytes(DATA)
    real.chmod(0o600)
    folder.path.parent.mkdir(mode=0o700)
    middle = tmp_path / "middle"
    middle.symlink_to(real)
    folder.path.symlink_to(middle)
    assert code(folder.put("dev", 1)) is None
    assert folder.path.is_symlink()
    assert middle.is_symlink()
    assert "dev" in (read(real.read_bytes()) or {})
    folder.remove("dev")
    assert real.read_bytes() == DATA


def test_a_link_to_nowhere_makes_the_file_there(folder: AwsFolder, tmp_path: Path) -> None:
    folder.path.parent.mkdir(mode=0o700)
    folder.path.symlink_to(tmp_path / "later" / "credentials")
    assert code(folder.put("dev", 1)) is None
    assert folder.path.is_symlink()
    assert (tmp_path / "later" / "credentials").exists()


def test_a_loop_of_links_is_refused(folder: AwsFolder) -> None:
    folder.path.parent.mkdir(mode=0o700)
    folder.path.symlink_to(folder.path)
    assert code(folder.put("dev", 1)) is Code.FILE_UNSAFE


@pytest.mark.parametrize("kind", ["fifo", "folder"])
def test_what_is_no_file_is_refused_without_waiting(folder: AwsFolder, kind: str) -> None:
    folder.path.parent.mkdir(mode=0o700)
    os.mkfifo(folder.path) if kind == "fifo" else folder.path.mkdir()
    assert code(folder.put("dev", 1)) in (Code.FILE_UNSAFE, Code.FILE_UNREADABLE)


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770])
def test_a_folder_that_others_can_write_is_refused(folder: AwsFolder, mode: int) -> None:
    folder.write(DATA)
    if mode == 0o770:
        os.chown(folder.path.parent, os.geteuid(), 12345) if os.geteuid() == 0 else pytest.skip("needs root")
    folder.path.parent.chmod(mode)
    outcome = folder.put("dev", 1)
    assert code(outcome) is Code.FILE_UNSAFE
    assert folder.content == DATA


@root_only
def test_a_full_disk_changes_nothing_and_passes(folder: AwsFolder) -> None:
    folder.path.parent.mkdir(mode=0o700)
    with mounted("-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", str(folder.path.parent)):
        folder.write(DATA)
        filler = folder.path.parent / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        outcome = folder.put("dev", 1)
        assert code(outcome) is Code.FILE_FULL
        assert outcome.problem is not None
        assert outcome.problem.transient
        assert outcome.problem.remedy.verb is Verb.FREE_SPACE
        assert folder.content == DATA
        assert sorted(one.name for one in folder.path.parent.iterdir()) == ["credentials", "filler"]
        in_place = folder.open(WriteMode.IN_PLACE)
        many = [SectionPut(f"s{n}", f"s{n}", session(n)) for n in range(20)]
        assert {code(one) for one in in_place.apply(many)} == {Code.FILE_FULL}
        assert folder.content == DATA
        filler.unlink()
        assert code(folder.put("dev", 1)) is None


@root_only
def test_a_read_only_disk_changes_nothing(folder: AwsFolder) -> None:
    folder.path.parent.mkdir(mode=0o700)
    with mounted("-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", str(folder.path.parent)):
        folder.write(DATA)
        subprocess.run(["mount", "-o", "remount,ro", str(folder.path.parent)], check=True)
        assert code(folder.put("dev", 1)) is Code.FILE_UNWRITABLE
        assert folder.content == DATA


@root_only
def test_a_bind_mounted_file_is_written_in_place_once_agreed(folder: AwsFolder, tmp_path: Path) -> None:
    folder.write(b"")
    outside = tmp_path / "outside"
    outside.write_bytes(DATA)
    outside.chmod(0o600)
    with mounted("--bind", str(outside), str(folder.path)):
        inode = folder.path.stat().st_ino
        outcome = folder.put("dev", 1)
        assert code(outcome) is Code.FILE_NOT_REPLACEABLE
        assert outcome.problem is not None
        assert outcome.problem.remedy.verb is Verb.ALLOW_IN_PLACE
        assert outside.read_bytes() == DATA
        assert folder.left_overs() == []
        folder.store.allow_in_place()
        folder.open()
        assert code(folder.put("dev", 2)) is None
        assert folder.path.stat().st_ino == inode
        assert (read(outside.read_bytes()) or {})["dev"]["aws_access_key_id"] == session(2).access_key_id
        assert list(folder.root.joinpath("state", "journal").glob("in-place-*")) == []
        folder.remove("dev")
        assert outside.read_bytes() == DATA


def test_the_settings_can_ask_for_writing_in_place(folder: AwsFolder) -> None:
    folder.write(DATA)
    inode = folder.path.stat().st_ino
    folder.open(WriteMode.IN_PLACE)
    folder.put("dev", 1)
    folder.put("dev", 2)
    folder.remove("dev")
    assert (folder.content, folder.path.stat().st_ino) == (DATA, inode)


_AS_OTHER_USER = """
import os, sys
from pathlib import Path
from tests.support.awsfiles import AwsFolder
os.setgid(65534)
os.setuid(65534)
folder = AwsFolder(Path(sys.argv[1]))
for outcome in (folder.put("dev", 1), folder.remove("dev")):
    print(outcome.problem.code if outcome.problem else "done")
"""


def as_other_user(folder: AwsFolder) -> list[str]:
    """Return what the write, and then the removal, of another user says."""
    done = subprocess.run(
        [sys.executable, "-c", _AS_OTHER_USER, str(folder.root)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.fixture
def theirs() -> Iterator[AwsFolder]:
    """A sandbox of another user, below a folder that other test runs do not close."""
    root = Path(tempfile.mkdtemp(prefix="rc-other-"))
    folder = AwsFolder(root)
    folder.write(DATA)
    for path in (root, folder.path.parent, folder.path):
        os.chown(path, 65534, 65534)
    yield folder
    shutil.rmtree(root)


@root_only
def test_a_folder_that_cannot_be_written_offers_to_write_in_place(theirs: AwsFolder) -> None:
    theirs.path.parent.chmod(0o500)
    assert as_other_user(theirs) == ["file-not-replaceable", "done"]
    assert theirs.content == DATA


@root_only
def test_a_folder_and_file_that_cannot_be_written_are_left_alone(theirs: AwsFolder) -> None:
    theirs.path.unlink()
    theirs.path.parent.chmod(0o500)
    assert as_other_user(theirs) == ["file-unwritable", "done"]
    assert not theirs.path.exists()


@root_only
def test_the_owner_of_a_file_stays_its_owner(folder: AwsFolder) -> None:
    folder.write(DATA)
    os.chown(folder.path, 65534, 65534)
    assert code(folder.put("dev", 1)) is None
    found = folder.path.stat()
    assert (found.st_uid, found.st_gid) == (65534, 65534)


@root_only
def test_another_users_file_is_not_safe(theirs: AwsFolder) -> None:
    assert as_other_user(theirs) == ["done", "done"]
    os.chown(theirs.path, 0, 0)
    theirs.path.chmod(0o644)
    assert as_other_user(theirs) == ["file-unsafe", "done"]
    assert theirs.content == DATA


def test_what_a_crash_left_is_swept_and_other_files_are_not(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    ours = folder.path.parent / f".credentials.rolecall-{folder.store._scratch.owner}-0123456789ab"
    foreign = folder.path.parent / ".credentials.rolecall-00000000-0123456789ab"
    theirs = folder.path.parent / ".credentials.swp"
    for path in (ours, foreign, theirs):
        path.write_bytes(b"x")
    folder.store.sweep()
    assert not ours.exists()
    assert foreign.exists()  # another Rolecall's, perhaps under way
    assert theirs.exists()
    os.utime(foreign, (1, 1))
    folder.store.sweep()
    assert not foreign.exists()


def test_a_broken_state_file_is_put_aside_and_owns_nothing(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    state = folder.root / "state" / "ownership.json"
    state.write_bytes(b"{")
    folder.open()
    assert folder.store.owned() == ()
    assert code(folder.put("dev", 2)) is Code.SECTION_FOREIGN
    assert state.with_name("ownership.json.broken").read_bytes() == b"{"


def test_a_state_folder_that_cannot_be_written_stops_the_write(folder: AwsFolder) -> None:
    folder.write(DATA)
    (folder.root / "state").write_bytes(b"a file in its place")
    assert code(folder.put("dev", 1)) in (Code.FILE_UNREADABLE, Code.FILE_UNWRITABLE)
    assert folder.content == DATA


def test_looking_at_what_cannot_be_read_is_a_problem_too(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    folder.path.unlink()
    folder.path.mkdir()
    with pytest.raises(AppError) as raised:
        folder.store.owned()
    assert raised.value.problem.code in (Code.FILE_UNSAFE, Code.FILE_UNREADABLE)
