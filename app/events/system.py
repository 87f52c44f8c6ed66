"""All that this machine tells, behind one port."""

import asyncio
import sys
from collections.abc import Callable, Mapping

from app.domain.happening import Happening
from app.events.threads import on_loop
from app.ports import SystemEvents

_SYSTEM_BUS = "unix:path=/var/run/dbus/system_bus_socket"


class LinuxEvents:
    """logind, NetworkManager, screen lockers and the kernel. Each may be absent."""

    def __init__(self, environ: Mapping[str, str], why: str = "Rolecall") -> None:
        """Do nothing yet. `why`: what the system shows of the delay before sleep."""
        self._environ, self._why = environ, why
        self._endings: list[Callable[[], None]] = []
        self._may_sleep: Callable[[], None] = lambda: None

    def open(self, told: Callable[[Happening], None]) -> None:
        """Listen from now on."""
        from app.events.kernel import follow_addresses, follow_clock

        loop = asyncio.get_running_loop()
        self._endings = [follow_addresses(loop, told), follow_clock(loop, told)]
        self._open_buses(loop, told)

    def _open_buses(self, loop: asyncio.AbstractEventLoop, told: Callable[[Happening], None]) -> None:
        from app.events.logind import SystemBus
        from app.events.screensavers import SessionBus

        from_thread = on_loop(loop, told)
        system = SystemBus(system_bus(self._environ), from_thread, why=self._why)
        session = SessionBus(session_bus(self._environ), from_thread)
        self._may_sleep = system.may_sleep
        for one in (system, session):
            one.start()
            self._endings.append(one.close)

    def may_sleep(self) -> None:
        """Give the delay back."""
        self._may_sleep()

    def close(self) -> None:
        """Listen no more."""
        endings, self._endings = self._endings, []
        for ending in endings:
            ending()


class NoEvents:
    """A platform whose events nobody here can hear: the engine's own look at the clocks is what there is."""

    def open(self, told: Callable[[Happening], None]) -> None:
        """Tell nothing."""

    def may_sleep(self) -> None:
        """Nothing is held up."""

    def close(self) -> None:
        """Nothing was opened."""


def system_bus(environ: Mapping[str, str]) -> str:
    """Return the address of the system bus."""
    return environ.get("DBUS_SYSTEM_BUS_ADDRESS") or _SYSTEM_BUS


def session_bus(environ: Mapping[str, str]) -> str:
    """Return the address of the session bus; one that leads nowhere where there is none."""
    runtime = environ.get("XDG_RUNTIME_DIR", "/nonexistent")
    return environ.get("DBUS_SESSION_BUS_ADDRESS") or f"unix:path={runtime}/bus"


def system_events(environ: Mapping[str, str], why: str, platform: str = sys.platform) -> SystemEvents:
    """Return what there is on this platform."""
    if platform == "linux":
        return LinuxEvents(environ, why)
    if platform == "win32":
        from app.events.windows import WindowsEvents

        return WindowsEvents()
    if platform == "darwin":
        from app.events.macos import MacEvents

        return MacEvents()
    return NoEvents()
