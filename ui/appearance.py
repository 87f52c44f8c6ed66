"""What a person asked the desktop for, high contrast and less motion, brought to the theme as it changes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from app.domain.appearance import Appearance

if TYPE_CHECKING:
    from ui.application import Application


class Follower(Protocol):
    """app/events/appearance.py as far as it is used here."""

    def start(self) -> None: ...
    def close(self) -> None: ...


MakeFollower = Callable[[Callable[[Appearance], None]], Follower]


class AppearanceCare(QObject):
    """Listens from the start, so that the first window is right already. Qt's own word is the theme's to hear."""

    _heard = Signal(object)

    def __init__(self, application: "Application") -> None:
        """Begin to listen, where the desktop has more to tell than Qt does."""
        super().__init__(application)
        self._qt, self._over, self._passed = application.qt, False, False
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        make = application.tools.appearance
        self._follower = None if make is None else make(self._from_thread)
        if self._follower is not None:
            self._follower.start()

    def end(self) -> None:
        """Listen no more."""
        self._over = True
        if self._follower is not None:
            self._follower.close()

    def _from_thread(self, told: Appearance) -> None:
        if not self._over:
            self._heard.emit(told)

    def _take(self, told: Appearance) -> None:
        if self._over or (told == Appearance() and not self._passed):
            return  # nothing was asked for: no theme is made for that while there is no window
        from ui.style.theme import install

        self._passed = True
        install(self._qt).take(told)
