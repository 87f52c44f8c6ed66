"""Starting at login: our entry alone, as each platform wants it."""

import plistlib
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import pytest

from app import autostart as starting
from app.autostart import DesktopEntry, LaunchAgent, RunKey, autostart, start_command
from app.domain.problem import AppError, Code

COMMAND = ("/opt/my apps/rolecall", "50%", 'a$b`c"d\\e')


@pytest.fixture(params=["linux", "darwin"])
def entry(request: pytest.FixtureRequest, tmp_path: Path) -> DesktopEntry | LaunchAgent:
    made = autostart({}, tmp_path, ("/opt/rolecall/rolecall",), request.param)
    assert isinstance(made, DesktopEntry | LaunchAgent)
    return made


def test_on_and_off_and_on(entry: DesktopEntry | LaunchAgent) -> None:
    assert not entry.is_on()
    assert not entry.turn_off(), "there was none"
    entry.turn_on()
    entry.turn_on()
    assert entry.is_on()
    assert entry.turn_off()
    assert not entry.is_on()
    assert not entry.path.exists()


def test_an_entry_of_somebody_else_is_left_alone(entry: DesktopEntry | LaunchAgent) -> None:
    entry.path.parent.mkdir(parents=True)
    theirs = b"[Desktop Entry]\nType=Application\nExec=other\n"
    entry.path.write_bytes(theirs)
    with pytest.raises(AppError) as caught:
        entry.turn_on()
    assert caught.value.problem.code is Code.AUTOSTART_OTHER
    assert not entry.turn_off()
    assert not entry.is_on()
    assert entry.path.read_bytes() == theirs


def test_a_folder_that_cannot_be_written_is_a_problem(entry: DesktopEntry | LaunchAgent) -> None:
    entry.path.parent.parent.mkdir(parents=True, exist_ok=True)
    entry.path.parent.write_text("a file")
    with pytest.raises(AppError) as caught:
        entry.turn_on()
    assert caught.value.problem.code is Code.FILE_UNWRITABLE


def test_the_desktops_own_switch_counts(tmp_path: Path) -> None:
    entry = DesktopEntry(tmp_path / "rolecall.desktop", ("rolecall",))
    entry.turn_on()
    text = entry.path.read_text()
    for line in ("Hidden=true", "X-GNOME-Autostart-enabled=false"):
        entry.path.write_text(text.replace("X-GNOME-Autostart-enabled=true\n", "") + line + "\n")
        assert not entry.is_on()
        entry.turn_on()
        assert entry.is_on()


def test_exec_is_read_back_as_it_was_meant(tmp_path: Path) -> None:
    entry = DesktopEntry(tmp_path / "rolecall.desktop", COMMAND)
    entry.turn_on()
    line = next(line for line in entry.path.read_text().splitlines() if line.startswith("Exec="))
    value = line.removeprefix("Exec=").replace("\\\\", "\\")  # as strings of the file are unescaped first
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value)
    read = tuple(re.sub(r"\\(.)", r"\1", quoted or bare).replace("%%", "%") for quoted, bare in words)
    assert read == COMMAND


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="needs desktop-file-utils")
def test_the_entry_is_valid(tmp_path: Path) -> None:
    entry = DesktopEntry(tmp_path / "rolecall.desktop", COMMAND)
    entry.turn_on()
    command = ["desktop-file-validate", entry.place]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, done.stdout


def test_the_agent_says_what_launchd_wants(tmp_path: Path) -> None:
    entry = LaunchAgent(tmp_path / "rolecall.plist", COMMAND)
    entry.turn_on()
    values = plistlib.loads(entry.path.read_bytes())
    assert values["ProgramArguments"] == list(COMMAND)
    assert values["RunAtLoad"] is True


def test_the_run_key(monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[str, str] = {"Other": "theirs"}

    class Key:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

    def query(_key: object, name: str) -> tuple[str, int]:
        if name not in values:
            raise FileNotFoundError
        return values[name], 1

    registry = SimpleNamespace(
        HKEY_CURRENT_USER=1, REG_SZ=1, KEY_SET_VALUE=2,
        CreateKey=lambda *_: Key(), OpenKey=lambda *_: Key(), QueryValueEx=query,
        SetValueEx=lambda _key, name, _zero, _kind, value: values.update({name: value}),
        DeleteValue=lambda _key, name: values.pop(name),
    )  # fmt: skip
    monkeypatch.setattr(starting, "_registry", lambda: registry)
    entry = autostart({}, Path("/"), (r"C:\Program Files\Rolecall\rolecall.exe",), "win32")
    assert isinstance(entry, RunKey)
    assert not entry.is_on()
    entry.turn_on()
    assert values["Rolecall"] == r'"C:\Program Files\Rolecall\rolecall.exe"'
    assert entry.is_on()
    assert entry.turn_off()
    assert not entry.turn_off()
    assert values == {"Other": "theirs"}


def test_the_configuration_folder_of_the_environment_counts(tmp_path: Path) -> None:
    there = autostart({"XDG_CONFIG_HOME": "/elsewhere"}, tmp_path, ("rolecall",), "linux")
    assert there.place == "/elsewhere/autostart/rolecall.desktop"
    relative = autostart({"XDG_CONFIG_HOME": "here"}, tmp_path, ("rolecall",), "linux")
    assert relative.place == str(tmp_path / ".config/autostart/rolecall.desktop")


def test_what_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert start_command({}, Path("/src/rolecall.py")) == (str(tmp_path / "python"), "/src/rolecall.py")
    (tmp_path / "rolecall").touch()
    assert start_command({}, Path("/src/rolecall.py")) == (str(tmp_path / "rolecall"),)
    assert start_command({"APPIMAGE": "/a/Rolecall.AppImage"}, Path("/x")) == ("/a/Rolecall.AppImage",)
