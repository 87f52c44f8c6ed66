"""A private D-Bus that plays the system's, with a small logind and NetworkManager on it."""

# jeepney has no type information
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

import os
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

LOGIN = "org.freedesktop.login1"
SESSION_PATH = f"/{LOGIN.replace('.', '/')}/session/_31"


class PrivateBus:
    """A bus as a context manager; `address` is where programs find it."""

    def __enter__(self) -> Self:
        # the session's configuration: anybody of this person may own a name
        self._process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
            env={"PATH": os.environ.get("PATH", "/usr/bin"), "XDG_DATA_DIRS": "/nonexistent"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().decode().strip()
        assert self.address, "dbus-daemon did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()


class Service:
    """One connection that owns names and sends signals; a thread answers what is asked of it."""

    def __init__(self, address: str, *names: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address, enable_fds=True)
        bus = Proxy(message_bus, self._connection)
        for name in names:
            assert bus.RequestName(name, 4)[0] == 1, name
        self._lock = threading.Lock()
        self.asked: list[str] = []
        self.uid = os.getuid()
        self._handed_out = -1
        self._delays: list[int] = []  # the reading ends of what was handed out
        self._thread = threading.Thread(target=self._serve, name="test-service", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it: its names are nobody's then."""
        with suppress(OSError):
            self._connection.sock.shutdown(2)
        self._thread.join(10)
        for one in self._delays:
            os.close(one)

    @property
    def delays(self) -> int:
        """How many delays are held now; those that were given back are swept."""
        for one in tuple(self._delays):
            os.set_blocking(one, False)
            try:
                given_back = os.read(one, 1) == b""
            except BlockingIOError:
                given_back = False
            if given_back:
                self._delays.remove(one)
                os.close(one)
        return len(self._delays)

    def signal(
        self, path: str, interface: str, member: str, signature: str | None = None, body: tuple[Any, ...] = ()
    ) -> None:
        """Send a signal to all."""
        with self._lock:
            self._connection.send(new_signal(DBusAddress(path, interface=interface), member, signature, body))

    def signal_to(self, receiver: str, path: str, interface: str, member: str, signature: str, body: Any) -> None:
        """Send a signal straight to one connection, which need not have asked for it."""
        message = new_signal(DBusAddress(path, interface=interface), member, signature, body)
        message.header.fields[HeaderFields.destination] = receiver
        with self._lock:
            self._connection.send(message)

    def sleep(self, going: bool) -> None:
        """Tell that the machine is about to sleep, or is awake again."""
        self.signal("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", "b", (going,))

    def lock(self, member: str = "Lock") -> None:
        """Tell the session to lock, or "Unlock"."""
        self.signal(SESSION_PATH, f"{LOGIN}.Session", member)

    def hint(self, locked: bool) -> None:
        """Tell that the session is locked, as GNOME and KDE do."""
        changed = (f"{LOGIN}.Session", {"LockedHint": ("b", locked)}, [])
        self.signal(SESSION_PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", changed)

    def _serve(self) -> None:
        with suppress(OSError, ConnectionError, ValueError):
            while True:
                message = self._connection.receive()
                if message.header.message_type is MessageType.method_call:
                    answer = self._answer(message)
                    with self._lock:
                        self._connection.send(answer)
                    self._close_handed_out()
        self._connection.close()

    def _close_handed_out(self) -> None:
        """The receiver has a copy of its own."""
        if self._handed_out >= 0:
            os.close(self._handed_out)
            self._handed_out = -1

    def _answer(self, message: Message) -> Message:
        member = message.header.fields[HeaderFields.member]
        self.asked.append(member)
        if member == "Inhibit":
            read, write = os.pipe()
            self._delays.append(read)
            self._handed_out = write
            return new_method_return(message, "h", (write,))
        if member == "Get":
            return new_method_return(message, "v", (("(uo)", (self.uid, "/org/freedesktop/login1/user/_1000")),))
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")


def wait_for(what: str, done: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


__all__ = ["LOGIN", "SESSION_PATH", "PrivateBus", "Service", "wait_for"]
