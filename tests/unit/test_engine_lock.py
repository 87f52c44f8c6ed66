"""One engine per runtime folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.broker.lock import LOCK_NAME, EngineLock
from app.domain.problem import AppError, Code


def test_the_second_is_told_who_the_first_is(tmp_path: Path) -> None:
    first, second = EngineLock(tmp_path), EngineLock(tmp_path)
    first.acquire("application", 4711)
    with pytest.raises(AppError) as caught:
        second.acquire("refresh", 1)
    problem = caught.value.problem
    assert (problem.code, dict(problem.arguments)) == (Code.ENGINE_RUNNING, {"pid": 4711, "kind": "application"})
    assert first.held
    assert not second.held


def test_it_is_free_again_after_release(tmp_path: Path) -> None:
    first, second = EngineLock(tmp_path), EngineLock(tmp_path)
    first.acquire("application", 1)
    first.release()
    first.release()
    second.acquire("refresh", 2)
    assert second.holder() == (2, "refresh")


def test_a_crash_leaves_no_lock_behind(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from app.broker.lock import EngineLock;"
        "lock = EngineLock(Path(sys.argv[1])); lock.acquire('refresh', 1); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(AppError):
            EngineLock(tmp_path).acquire("application", 2)
        os.kill(child.pid, signal.SIGKILL)
        child.wait(10)
    lock = EngineLock(tmp_path)
    lock.acquire("application", 2)
    assert lock.held


def test_the_file_is_for_its_owner_alone_and_nonsense_in_it_names_nobody(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path)
    lock.acquire("refresh", 1)
    assert (tmp_path / LOCK_NAME).stat().st_mode & 0o777 == 0o600
    (tmp_path / LOCK_NAME).write_bytes(b"[1, 2")
    assert lock.holder() == (0, "")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        EngineLock(tmp_path / "missing").acquire("refresh", 1)
    assert caught.value.problem.code is Code.FOLDER_UNUSABLE
