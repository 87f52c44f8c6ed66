"""A real gnome-keyring on a D-Bus session of its own, for tests of the vault and for programs that use one.

No screen and no prompter: a locked keyring stays locked. Everything started here ends with the context, by its own
process group.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")
PASSWORD = b"only-for-the-tests"
_SERVICE = "org.freedesktop.secrets"


def missing_programs() -> tuple[str, ...]:
    """Return the programs of the session that this machine lacks."""
    return tuple(name for name in PROGRAMS if shutil.which(name) is None)


class KeyringSession:
    """The session as a context manager. `environ`: what a program needs to reach it, HOME and folders included."""

    def __init__(self, home: Path, *, keyring: bool = True) -> None:
        """Plan a session with its home at `home`, an existing folder with a short path; `keyring` False: bus alone."""
        self._home = home
        self._keyring = keyring
        self._bus: subprocess.Popen[bytes] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None
        self.environ: dict[str, str] = {}

    def __enter__(self) -> Self:
        runtime = self._home / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        self.environ = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(self._home),
            "XDG_DATA_HOME": str(self._home / ".local/share"),
            "XDG_CONFIG_HOME": str(self._home / ".config"),
            "XDG_CACHE_HOME": str(self._home / ".cache"),
            "XDG_STATE_HOME": str(self._home / ".local/state"),
            "XDG_RUNTIME_DIR": str(runtime),
        }
        try:
            self._start_bus()
            if self._keyring:
                self.unlock()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def unlock(self) -> None:
        """Start the keyring unlocked, with a login collection as its default; one that runs is ended first."""
        self.kill()
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdin is not None
        self._daemon.stdin.write(PASSWORD)
        self._daemon.stdin.close()
        self._wait(lambda: self.pid() is not None, "gnome-keyring on the bus")

    def keep_unlocked(self) -> None:
        """Unlock it again where the keyring ended by itself: it crashes now and then, and the bus starts it locked."""
        if self._daemon is None or self._daemon.poll() is not None or self.pid() != self._daemon.pid:
            ended = None if self._daemon is None else self._daemon.poll()
            print(f"gnome-keyring ended with {ended}, and is started again")
            self.unlock()

    def lock(self) -> None:
        """Lock every collection, as the desktop does."""
        self.call("org.freedesktop.Secret.Service.Lock", "/org/freedesktop/secrets", "array:objpath:" + self._default())

    def kill(self) -> None:
        """End the keyring as the kernel does; the bus starts it again, locked, with the next call."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self._wait(lambda: self.pid() != pid, "the bus to notice")
        self._reap()

    def stop(self) -> None:
        """Halt the keyring so that it answers nothing."""
        pid = self.pid()
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a halted keyring go on."""
        pid = self.pid()
        assert pid is not None
        os.kill(pid, signal.SIGCONT)

    def stop_bus(self) -> None:
        """Halt the bus itself."""
        assert self._bus is not None
        self._bus.send_signal(signal.SIGSTOP)

    def go_on_bus(self) -> None:
        """Let a halted bus go on."""
        assert self._bus is not None
        self._bus.send_signal(signal.SIGCONT)

    def end_bus(self) -> None:
        """End the bus itself, under whoever uses it."""
        self._end()

    def pid(self) -> int | None:
        """Return the process that is the keyring now; nothing is started by asking."""
        answer = self._send("org.freedesktop.DBus", "/org/freedesktop/DBus", _BUS + "GetConnectionUnixProcessID", _NAME)
        found = int(answer.split()[-1]) if b"uint32" in answer else None
        return None if found == os.getpid() else found  # a test may play the keyring itself

    def call(self, method: str, path: str, *arguments: str) -> bytes:
        """Call the keyring's own interface with dbus-send."""
        return self._send(_SERVICE, path, method, *arguments)

    def _default(self) -> str:
        return (
            self.call("org.freedesktop.Secret.Service.ReadAlias", "/org/freedesktop/secrets", "string:default")
            .decode()
            .rsplit('"', 2)[-2]
        )

    def _send(self, destination: str, path: str, *rest: str) -> bytes:
        done = subprocess.run(
            ["dbus-send", "--session", "--print-reply", f"--dest={destination}", path, *rest],
            env=self.environ,
            capture_output=True,
            timeout=20,
            check=False,
        )
        return done.stdout

    def _start_bus(self) -> None:
        # a group of its own: daemons that the bus starts are in it, and end with it
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._bus.stdout is not None
        self.environ["DBUS_SESSION_BUS_ADDRESS"] = self._bus.stdout.readline().decode().strip()
        assert self.environ["DBUS_SESSION_BUS_ADDRESS"], "dbus-daemon did not start"

    def _end(self) -> None:
        bus, self._bus = self._bus, None
        if bus is None:
            return
        bus.send_signal(signal.SIGCONT)
        with suppress(subprocess.TimeoutExpired):
            pid = self.pid()
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)  # also if it is halted
        self._reap()
        with suppress(ProcessLookupError):
            os.killpg(bus.pid, signal.SIGKILL)
        bus.wait(10)
        if bus.stdout is not None:
            bus.stdout.close()

    def _reap(self) -> None:
        daemon, self._daemon = self._daemon, None
        if daemon is not None:
            daemon.kill()
            daemon.wait(10)

    @staticmethod
    def _wait(done: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"waited in vain for {what}"
            time.sleep(0.02)


_BUS = "org.freedesktop.DBus."
_NAME = f"string:{_SERVICE}"
