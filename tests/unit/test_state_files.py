import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.domain.problem import AppError, Code
from app.state import JsonStateFiles


def test_what_is_written_is_read(tmp_path: Path) -> None:
    files = JsonStateFiles(tmp_path)
    assert files.read("ui.json") == {}
    files.write("ui.json", {"recents": ["a", "ü"], "n": 1})
    assert files.read("ui.json") == {"recents": ["a", "ü"], "n": 1}
    assert (tmp_path / "ui.json").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["ui.json"]


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b"", b"null"])
def test_a_broken_file_is_kept_beside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ui.json").write_bytes(content)
    files = JsonStateFiles(tmp_path)
    assert files.read("ui.json") == {}
    assert (tmp_path / "ui.json.broken").read_bytes() == content
    files.write("ui.json", {"a": 1})
    assert files.read("ui.json") == {"a": 1}


@pytest.mark.parametrize("name", ["ui", "../ui.json", "a/b.json", "UI.json", ""])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="state file"):
        JsonStateFiles(tmp_path).read(name)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        JsonStateFiles(tmp_path / "gone").write("ui.json", {})
    assert caught.value.problem.code is Code.FILE_UNWRITABLE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_the_old_file_stays_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = JsonStateFiles(tmp_path)
    files.write("ui.json", {"a": 1})
    real = os.open

    def full(path: str, flags: int, mode: int = 0o777) -> int:
        handle = real(path, flags, mode)
        if flags & os.O_CREAT:
            os.dup2(real("/dev/full", os.O_WRONLY), handle)
        return handle

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(AppError) as caught:
        files.write("ui.json", {"a": 2})
    assert caught.value.problem.code is Code.FILE_FULL
    monkeypatch.undo()
    assert files.read("ui.json") == {"a": 1}
    assert [one.name for one in tmp_path.iterdir()] == ["ui.json"]


def test_temporary_files_of_ended_processes_are_swept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f".ui.json.rolecall-{ended.pid}-0123"
    running = tmp_path / f".ui.json.rolecall-{os.getpid()}-0123"
    other = tmp_path / ".ui.json.swp"
    for one in (left, running, other):
        one.write_text("")
    JsonStateFiles(tmp_path).write("ui.json", {})
    assert (left.exists(), running.exists(), other.exists()) == (False, True, True)


def test_readers_beside_writers_see_whole_files(tmp_path: Path) -> None:
    files = JsonStateFiles(tmp_path)
    files.write("ui.json", {"x": []})
    done = threading.Event()

    def write() -> None:
        for number in range(100):
            files.write("ui.json", {"x": [number] * (number * 50)})
        done.set()

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    while not done.is_set():
        assert "x" in json.loads((tmp_path / "ui.json").read_bytes())
    thread.join()
    assert not list(tmp_path.glob("*.broken"))
