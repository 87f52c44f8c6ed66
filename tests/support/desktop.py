"""A whole desktop for system tests: Xvfb, a D-Bus session, openbox, xfce4-panel as tray host, gnome-keyring, dunst.

Every program is a child of ours, started in a home of its own, and ended by its own process id.
"""

import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

T = TypeVar("T")

PROGRAMS = ("Xvfb", "openbox", "xfce4-panel", "dbus-daemon", "gnome-keyring-daemon", "dunst", "xdotool", "import")
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ")

_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="28"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""


def missing_programs() -> tuple[str, ...]:
    """Return the programs of the desktop that this machine lacks."""
    return tuple(name for name in PROGRAMS if shutil.which(name) is None)


def wait_for(what: str, found: Callable[[], T | None], seconds: float = 20.0) -> T:
    """Return the first result that is neither None nor False; fail with `what` when time runs out."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = found()
        if result is not None and result is not False:
            return result
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:g} s in vain for {what}")


def end(process: subprocess.Popen[bytes], seconds: float = 5.0) -> int:
    """End one child: SIGTERM, then SIGKILL."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait(seconds)


class Desktop:
    """The desktop as a context manager. `environ` is what a program started on it gets."""

    def __init__(
        self,
        home: Path,
        *,
        size: str = "1280x800",
        tray: bool = True,
        keyring: bool = True,
        dunst: bool = True,
        told: bool = False,
    ) -> None:
        """Plan a desktop with its home folder at `home`, which must exist and be empty.

        `dunst`: with a notification service. `told`: all programs tell assistive ones about themselves.
        """
        self.home = home
        self._size = size
        self._tray = tray
        self._keyring = keyring
        self._dunst = dunst
        self._told = told
        self._stack = ExitStack()
        self._log: IO[bytes] | None = None
        self._keyring_daemon: subprocess.Popen[bytes] | None = None
        self._panel: subprocess.Popen[bytes] | None = None
        self.environ: dict[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def spawn(
        self, command: Sequence[str], *, environ: Mapping[str, str] | None = None, stdin: bytes | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program on the desktop; it is ended with it. Its output goes to `log_path`."""
        process = subprocess.Popen(
            command,
            env={**self.environ, **(environ or {})},
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        if stdin is not None and process.stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        self._stack.callback(end, process)
        return process

    @property
    def log_path(self) -> Path:
        """Where the programs of the desktop write to."""
        return self.home / "desktop.log"

    def screenshot(self, path: Path) -> None:
        """Write the whole screen as a PNG."""
        subprocess.run(["import", "-window", "root", str(path)], env=self.environ, check=True, timeout=20)

    def xdotool(self, *words: str) -> str:
        """Run xdotool and return what it prints."""
        done = subprocess.run(
            ["xdotool", *words],
            env=self.environ,
            capture_output=True,
            timeout=20,
            check=False,
        )
        return done.stdout.decode().strip()

    def windows(self, name: str) -> tuple[str, ...]:
        """Return the ids of the visible windows whose title matches."""
        return tuple(self.xdotool("search", "--onlyvisible", "--name", name).split())

    def _start(self) -> None:
        self._log = self._stack.enter_context((self.home / "desktop.log").open("wb"))
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700)
        self.environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self.environ |= {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_STATE_HOME": str(self.home / ".local/state"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_CURRENT_DESKTOP": "XFCE",
        }
        self.environ |= {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"} if self._told else {"NO_AT_BRIDGE": "1"}
        self._x_server()
        self._bus()
        if self._keyring:
            self._gnome_keyring()
        self.spawn(["openbox"])
        if self._dunst:
            self.spawn(["dunst"])
        if self._tray:
            self.open_panel()

    def _x_server(self) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{self._size}x24", "-nolisten", "tcp", "-noreset"]
        process = subprocess.Popen(
            command, env=self.environ, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, pass_fds=(write,)
        )
        os.close(write)
        self._stack.callback(end, process)
        written = b""
        while not written.endswith(b"\n"):  # number and line end come in two writes; an early close would end Xvfb
            ready, _, _ = select.select([read], [], [], 20)
            part = os.read(read, 16) if ready else b""
            if not part:
                os.close(read)
                raise AssertionError("Xvfb did not start")
            written += part
        os.close(read)
        self.environ["DISPLAY"] = f":{written.decode().strip()}"

    def _bus(self) -> None:
        process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._stack.callback(end, process)
        assert process.stdout is not None
        self._stack.callback(process.stdout.close)
        self.environ["DBUS_SESSION_BUS_ADDRESS"] = process.stdout.readline().decode().strip()

    def _gnome_keyring(self) -> None:
        command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        self._keyring_daemon = self.spawn(command, stdin=b"only-for-the-tests")
        wait_for("gnome-keyring on the bus", lambda: self._owned("org.freedesktop.secrets"))

    def end_keyring(self) -> None:
        """Kill the keyring's daemon for good: the bus starts no other one."""
        folder = self.home / ".local/share/dbus-1/services"
        folder.mkdir(parents=True)
        (folder / "secrets.service").write_text("[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n")
        self._call_bus("ReloadConfig")
        if self._keyring_daemon is not None:
            self._keyring_daemon.kill()
            self._keyring_daemon.wait(5)

    def open_panel(self) -> None:
        """Start the panel with its tray, and wait for it."""
        folder = self.home / ".config/xfce4/xfconf/xfce-perchannel-xml"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "xfce4-panel.xml").write_text(_PANEL)
        self._panel = self.spawn(["xfce4-panel", "--disable-wm-check"])
        wait_for("the tray host", lambda: self._owned("org.kde.StatusNotifierWatcher"))

    def end_panel(self) -> None:
        """Kill the panel as a crash does, and wait until there is no tray host."""
        assert self._panel is not None
        self._panel.kill()
        self._panel.wait(5)
        wait_for("the tray host to go", lambda: not self._owned("org.kde.StatusNotifierWatcher"))

    def _owned(self, name: str) -> bool | None:
        return True if b"boolean true" in self._call_bus("NameHasOwner", f"string:{name}") else None

    def _call_bus(self, method: str, *arguments: str) -> bytes:
        bus = ["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus", f"org.freedesktop.DBus.{method}"]
        command = ["dbus-send", "--session", "--print-reply", *bus, *arguments]
        done = subprocess.run(command, env=self.environ, capture_output=True, timeout=10, check=False)
        return done.stdout
