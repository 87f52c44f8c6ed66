"""What a person asked the desktop for, brought to the windows: high contrast, less motion, texts of another size."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.domain.appearance import Appearance
from ui.style.theme import install

_CALM = 100  # ms: a desktop tells of a new font several times
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
        self._application, self._qt, self._over = application, application.qt, False
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._larger = QTimer(self)
        self._larger.setSingleShot(True)
        self._larger.setInterval(_CALM)
        self._larger.timeout.connect(self._make_anew)
        make = application.tools.appearance
        self._follower = None if make is None else make(self._from_thread)
        if self._follower is not None:
            self._follower.start()

    def follow_texts(self) -> None:
        """Have windows laid out anew for texts of another size, from the first window on."""
        install(self._qt).texts_changed.connect(self._larger.start)

    def end(self) -> None:
        """Listen no more."""
        self._over = True
        self._larger.stop()
        if self._follower is not None:
            self._follower.close()

    def _from_thread(self, told: Appearance) -> None:
        if not self._over:
            self._heard.emit(told)

    def _make_anew(self) -> None:
        if not self._over:
            self._application.speaking.make_anew()

    def _take(self, told: Appearance) -> None:
        if not self._over:
            install(self._qt).take(told)
            self._application.tray.system_says(told.dark)
            self._application.show_tray()  # its menu has pictures too
