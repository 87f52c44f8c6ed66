"""The credentials file beside others who write: locks, files that move, what another program wrote."""

import os
from pathlib import Path

import pytest

from app.domain.files import Outcome
from app.domain.problem import Code
from tests.support.awsfiles import AwsFolder, read, session

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes, links and mounts of POSIX")
DATA = b"# mine\n[x]\naws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = s\n"
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root")


def code(outcome: Outcome) -> Code | None:
    return outcome.problem.code if outcome.problem else None


@pytest.fixture
def folder(tmp_path: Path) -> AwsFolder:
    return AwsFolder(tmp_path)


def test_a_held_lock_is_waited_for_and_then_said(folder: AwsFolder) -> None:
    import fcntl

    folder.put("dev", 1)
    with (folder.root / "run" / "aws-files.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = folder.clock.seconds
        assert code(folder.put("dev", 2)) is Code.FILE_LOCKED
        assert folder.clock.seconds - before >= 9
    assert code(folder.put("dev", 2)) is None


def test_sections_of_others_that_vanish_are_waited_for(folder: AwsFolder) -> None:
    """Another program has truncated the file and not written it yet."""
    folder.write(DATA)
    folder.put("dev", 1)
    whole = folder.content
    folder.path.write_bytes(b"")
    naps = 0

    def nap(seconds: float) -> None:
        nonlocal naps
        naps += 1
        if naps == 20:
            folder.path.write_bytes(whole)
        folder.clock.sleep(seconds)

    folder.sleep = nap
    assert code(folder.put("dev", 2)) is None
    assert naps > 20
    assert folder.content.startswith(DATA)


@pytest.mark.parametrize("restart", [False, True])
def test_sections_of_others_that_stay_away_are_accepted(folder: AwsFolder, restart: bool) -> None:
    folder.write(DATA)
    folder.put("dev", 1)
    folder.path.write_bytes(folder.content.replace(DATA, b""))
    if restart:
        folder.open()
    before = folder.clock.seconds
    assert code(folder.put("dev", 2)) is None
    assert 1.9 <= folder.clock.seconds - before <= 3
    before = folder.clock.seconds
    assert code(folder.put("dev", 3)) is None
    assert folder.clock.seconds - before < 0.5


def test_a_file_that_never_holds_still_is_not_written(folder: AwsFolder) -> None:
    folder.write(DATA)
    versions = iter(range(10_000))

    def nap(seconds: float) -> None:
        folder.clock.sleep(seconds)
        folder.path.write_bytes(DATA + b"# %d\n" % next(versions))

    folder.sleep = nap
    assert code(folder.put("dev", 1)) is Code.FILE_BUSY
    assert folder.content.startswith(DATA)
    assert b"[dev]" not in folder.content


def test_a_file_that_changes_right_before_it_is_replaced_is_read_again(
    folder: AwsFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(DATA)
    from app.awsfiles import atomic

    flushed = atomic.flush
    times = 0

    def meddle(handle: int) -> None:
        nonlocal times
        flushed(handle)
        if str(Path(f"/proc/self/fd/{handle}").readlink()).startswith(str(folder.path.parent)) and times < 2:
            times += 1
            with folder.path.open("ab") as file:
                file.write(b"[late%d]\n" % times)

    monkeypatch.setattr(atomic, "flush", meddle)
    assert code(folder.put("dev", 1)) is None
    assert folder.content.startswith(DATA + b"[late1]\n[late2]\n\n[dev]\n")
    assert folder.left_overs() == []


def test_what_another_program_wrote_into_the_replaced_file_is_not_lost(folder: AwsFolder) -> None:
    """It had opened the file, we replaced it, then it truncated and wrote: into what nobody reads any more."""
    folder.write(DATA)
    folder.put("dev", 1)
    with folder.path.open("r+b") as opened:
        folder.put("dev", 2)
        opened.truncate(0)
        opened.write(DATA.replace(b"[x]\n", b"[x]\nregion = eu-west-1\n"))
        opened.flush()
        assert folder.store.check({"dev": session(2).access_key_id}) == {"dev": None}
        assert code(folder.put("dev", 2)) is None
    assert folder.store.check({"dev": session(2).access_key_id}) == {}
    found = read(folder.content) or {}
    assert found["x"]["region"] == "eu-west-1"
    assert found["dev"]["aws_access_key_id"] == session(2).access_key_id
