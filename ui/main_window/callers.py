"""Who a session is where the call that gave it does not say: of Identity Center, of a machine, of a user's own keys."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from app.domain.calls import Identity
from app.domain.problem import AppError
from app.domain.session import lease_of
from ui.bridge import Bridge

if TYPE_CHECKING:
    from ui.core import OwnUser
    from ui.main_window.window import MainWindow

_MOST = 200  # sessions that are remembered
_AGAIN = 300  # s after a failure


class CallerCare(QObject):
    """Asks AWS once for each such session that a person looks at; a failure is quiet, and tried again later."""

    def __init__(self, window: "MainWindow", user: "Callable[[], OwnUser]", bridge: Bridge) -> None:
        """Listen to the window."""
        super().__init__(window)
        self._window, self._user, self._bridge = window, user, bridge
        self._failed: dict[str, float] = {}  # by access key id: when
        self._asking = ""
        window.looked_at.connect(self.look)

    def look(self, name: str) -> None:
        """Find out who the session of a profile is, unless that is known."""
        window, clock = self._window, self._window.tools.clock
        profile = window.core.catalog.profiles.get(name)
        lease = lease_of(window.core.engine.store.status(profile.name).state) if profile is not None else None
        if lease is None or lease.arn or not lease.valid(clock.now()):
            return
        key, failed = lease.access_key_id, self._failed.get(lease.access_key_id)
        waits = failed is not None and clock.monotonic() - failed < _AGAIN
        if key != self._asking and key not in window.callers and not waits:
            self._asking = key
            self._bridge.spawn(self._look(name, key), "who a session is")

    async def _look(self, name: str, key: str) -> None:
        try:
            found: Identity | None = await self._user().who(name, key)
        except AppError:
            found = None
        if not isValid(self):  # the window is gone, and this with it
            return
        if self._asking == key:
            self._asking = ""
        known = self._window.callers
        if found is None:
            if len(self._failed) >= _MOST:
                self._failed.clear()
            self._failed[key] = self._window.tools.clock.monotonic()
            return
        while len(known) >= _MOST:
            del known[next(iter(known))]
        known[key] = found
        if self._window.picked() == name:
            self._window.show_profile(name)
