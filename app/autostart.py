"""Starting at login: one entry in the place that the platform looks at, ours alone."""

import os
import plistlib
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from app.domain.problem import AppError, Code
from app.domain.values import dataclass

_DESKTOP_KEY = "X-Rolecall-Autostart"
_LABEL = "rolecall"
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_VALUE = "Rolecall"


class Autostart(Protocol):
    """Whether Rolecall starts at login. Entries of others are never touched; blocking, for one thread at a time."""

    @property
    def place(self) -> str:
        """Where the entry is, for people."""
        ...

    def is_on(self) -> bool:
        """Whether our entry is there and not switched off by the desktop."""
        ...

    def turn_on(self) -> None:
        """Write the entry anew; AUTOSTART_OTHER where somebody else's is in its place, FILE_UNWRITABLE."""
        ...

    def turn_off(self) -> bool:
        """Take the entry away; False if there was none of ours."""
        ...


def autostart(
    environ: Mapping[str, str], home: Path, command: Sequence[str], platform: str = sys.platform
) -> Autostart:
    """Return the platform's. `command`: what starts the tray application, absolute."""
    if platform == "darwin":
        return LaunchAgent(home / "Library" / "LaunchAgents" / f"{_LABEL}.plist", tuple(command))
    if platform == "win32":
        return RunKey(tuple(command))
    config = environ.get("XDG_CONFIG_HOME", "")
    folder = Path(config) if config.startswith("/") else home / ".config"
    return DesktopEntry(folder / "autostart" / "rolecall.desktop", tuple(command))


@dataclass(frozen=True, slots=True)
class DesktopEntry:
    """A .desktop file in the XDG autostart folder (Desktop Application Autostart Specification)."""

    path: Path
    command: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where the entry is, for people."""
        return str(self.path)

    def is_on(self) -> bool:
        """Whether our entry is there and the desktop has not hidden it."""
        values = self._values()
        off = {("Hidden", "true"), ("X-GNOME-Autostart-enabled", "false")}
        return _DESKTOP_KEY in values and not off & set(values.items())

    def turn_on(self) -> None:
        """Write the entry."""
        values = self._values()
        if values and _DESKTOP_KEY not in values:
            raise AppError.of(Code.AUTOSTART_OTHER, place=self.place)
        lines = (
            "[Desktop Entry]", "Type=Application", "Name=Rolecall", "Comment=Keeps AWS sessions fresh",
            f"Exec={' '.join(map(_quoted, self.command))}", "Icon=rolecall", "Terminal=false",
            "X-GNOME-Autostart-enabled=true", f"{_DESKTOP_KEY}=true", "",
        )  # fmt: skip
        _write(self.path, "\n".join(lines).encode())

    def turn_off(self) -> bool:
        """Take the entry away."""
        return _DESKTOP_KEY in self._values() and _remove(self.path)

    def _values(self) -> dict[str, str]:
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return {}
        pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
        return {key.strip(): value.strip() for key, _, value in pairs}


@dataclass(frozen=True, slots=True)
class LaunchAgent:
    """A property list that launchd reads at login."""

    path: Path
    command: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where the entry is, for people."""
        return str(self.path)

    def is_on(self) -> bool:
        """Whether our agent is there and runs at login."""
        values = self._values()
        return values.get("Label") == _LABEL and values.get("RunAtLoad") is True and not values.get("Disabled")

    def turn_on(self) -> None:
        """Write the agent; launchd reads it at the next login."""
        values = self._values()
        if values and values.get("Label") != _LABEL:
            raise AppError.of(Code.AUTOSTART_OTHER, place=self.place)
        agent = {
            "Label": _LABEL, "ProgramArguments": list(self.command), "RunAtLoad": True, "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
        }  # fmt: skip
        _write(self.path, plistlib.dumps(agent))

    def turn_off(self) -> bool:
        """Take the agent away."""
        return self._values().get("Label") == _LABEL and _remove(self.path)

    def _values(self) -> dict[str, Any]:
        try:
            found: object = plistlib.loads(self.path.read_bytes())
        except (OSError, plistlib.InvalidFileException, ValueError):
            return {"Label": ""} if self.path.exists() else {}
        return dict(found) if isinstance(found, dict) else {"Label": ""}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


@dataclass(frozen=True, slots=True)
class RunKey:
    """A value of the user's own Run key in the registry."""

    command: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where the entry is, for people."""
        return rf"HKEY_CURRENT_USER\{_RUN}\{_VALUE}"

    def is_on(self) -> bool:
        """Whether our value is there."""
        return self._value() is not None

    def turn_on(self) -> None:
        """Write the value."""
        registry = _registry()
        with registry.CreateKey(registry.HKEY_CURRENT_USER, _RUN) as key:
            registry.SetValueEx(key, _VALUE, 0, registry.REG_SZ, subprocess.list2cmdline(self.command))

    def turn_off(self) -> bool:
        """Take the value away."""
        registry = _registry()
        if self._value() is None:
            return False
        with registry.OpenKey(registry.HKEY_CURRENT_USER, _RUN, 0, registry.KEY_SET_VALUE) as key:
            registry.DeleteValue(key, _VALUE)
        return True

    def _value(self) -> str | None:
        registry = _registry()
        try:
            with registry.OpenKey(registry.HKEY_CURRENT_USER, _RUN) as key:
                return str(registry.QueryValueEx(key, _VALUE)[0])
        except OSError:
            return None


def start_command(environ: Mapping[str, str], launcher: Path) -> tuple[str, ...]:
    """Return what starts this Rolecall's tray application again: its own program where it has one."""
    if environ.get("APPIMAGE"):  # the mounted folder is gone at the next login
        return (environ["APPIMAGE"],)
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    program = Path(sys.executable).parent / ("rolecall.exe" if os.name == "nt" else "rolecall")
    return (str(program),) if program.exists() else (sys.executable, str(launcher))


def _quoted(word: str) -> str:
    """Quote a word as Exec wants it: reserved characters inside double quotes, percent signs doubled."""
    word = word.replace("%", "%%")
    if shlex.quote(word) == word:
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$", "\\$")
    return f'"{escaped}"'.replace("\\", "\\\\")


def _write(path: Path, content: bytes) -> None:
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise AppError.of(Code.FILE_UNWRITABLE, path=str(path), reason=error.strerror or "") from None


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise AppError.of(Code.FILE_UNWRITABLE, path=str(path), reason=error.strerror or "") from None
    return True


def _registry() -> Any:  # noqa: ANN401  Windows alone has the module
    import importlib

    return importlib.import_module("winreg")
