"""logind: sleep, resume and lock, and the delay in which sessions are stopped before the machine sleeps."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.domain.happening import Happening
from app.events.bus import Listener, Signal, descriptor

LOGIN = "org.freedesktop.login1"
NETWORK_MANAGER = "org.freedesktop.NetworkManager"
_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_CONNECTED = 50  # NM_STATE_CONNECTED_LOCAL; below there is no way out

SERVICES = {
    LOGIN: (
        f"path='{_PATH}',interface='{_MANAGER}',member='PrepareForSleep'",
        f"path_namespace='{_PATH}/session',interface='{_SESSION}'",
        f"path_namespace='{_PATH}/session',interface='{_PROPERTIES}',arg0='{_SESSION}'",
    ),
    NETWORK_MANAGER: (f"interface='{NETWORK_MANAGER}',member='StateChanged'",),
}


class SystemBus:
    """Sleep, wake, lock and network as the system bus tells them, and a delay before sleep that is always held."""

    def __init__(self, address: str, told: Callable[[Happening], None], *, why: str) -> None:
        """`told` is called on a thread of its own. `why`: what `systemd-inhibit --list` shows of the delay."""
        self._told, self._why = told, why
        self._delay: int | None = None
        self._guard = threading.Lock()
        self._closed = False
        self._listener = Listener(address, SERVICES, self._heard, self._appeared)

    def start(self) -> None:
        """Begin."""
        self._listener.start()

    def may_sleep(self) -> None:
        """Let the machine sleep now. Any thread."""
        with self._guard:
            held, self._delay = self._delay, None
        if held is not None:
            with suppress(OSError):
                os.close(held)

    def close(self) -> None:
        """Hear nothing more, and delay no sleep."""
        with self._guard:
            self._closed = True
        self._listener.close()
        self.may_sleep()

    def _appeared(self, service: str) -> None:
        if service == LOGIN:
            self._take_delay()

    def _take_delay(self) -> None:
        words = ("sleep", "Rolecall", self._why, "delay")
        self._listener.call(LOGIN, _PATH, _MANAGER, "Inhibit", *words, then=self._delayed)

    def _delayed(self, body: tuple[Any, ...]) -> None:
        held = descriptor(body[0])
        self.may_sleep()  # one that an earlier logind gave
        with self._guard:
            if not self._closed:
                self._delay, held = held, -1
        if held >= 0:
            os.close(held)

    def _heard(self, signal: Signal) -> None:
        match signal.service, signal.member:
            case (_, "PrepareForSleep"):
                if signal.body[0]:
                    self._told(Happening.SLEEP)
                else:
                    self._told(Happening.WAKE)
                    self._take_delay()
            case (_, "StateChanged") if signal.service == NETWORK_MANAGER:
                if signal.body[0] >= _CONNECTED:
                    self._told(Happening.NETWORK)
            case (_, "Lock"):
                self._if_ours(signal.path, Happening.LOCKED)
            case (_, "Unlock"):
                self._if_ours(signal.path, Happening.UNLOCKED)
            case (_, "PropertiesChanged"):
                hint = signal.body[1].get("LockedHint")
                if hint is not None:
                    self._if_ours(signal.path, Happening.LOCKED if hint[1] else Happening.UNLOCKED)
            case _:
                pass

    def _if_ours(self, session: str, what: Happening) -> None:
        """Tell it, if the session is this person's: whoever locks another seat does not stop our work."""

        def user(body: tuple[Any, ...]) -> None:
            if body[0][1][0] == os.getuid():
                self._told(what)

        self._listener.call(LOGIN, session, _PROPERTIES, "Get", _SESSION, "User", then=user)
