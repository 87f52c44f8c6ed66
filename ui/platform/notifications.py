"""Where notifications are shown: by the desktop's own service with buttons, else through the tray's messages."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from app.domain.notice import DEFAULT, Notice, NoticeEvent, Picked, Unshown
from ui.tray.item import TrayItem


class Service(Protocol):
    """app/events/notices.py as far as it is used here."""

    def start(self) -> None: ...
    def show(self, notice: Notice) -> None: ...
    def close(self, key: str) -> None: ...
    def end(self) -> None: ...


MakeService = Callable[[Callable[[NoticeEvent], None]], Service]


class Notices(QObject):
    """`told` carries what became of a notice (Picked, Closed), on the main thread."""

    told = Signal(object)
    _heard = Signal(object)

    def __init__(self, tray: TrayItem, make: MakeService | None, parent: QObject | None = None) -> None:
        """`make` None: this platform has the tray's messages alone. It is called with what any thread may call."""
        super().__init__(parent)
        self._tray, self._last, self._over = tray, "", False
        tray.message_clicked.connect(self._clicked)
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._service = None if make is None else make(self._from_thread)
        if self._service is not None:
            self._service.start()

    def show(self, notice: Notice) -> None:
        """Show a notice in the place of the one with its key. What the tray said cannot be corrected quietly."""
        if self._service is not None:
            self._service.show(notice)
        else:
            self._show_in_tray(notice)

    def close_notice(self, key: str) -> None:
        """Take a notice away. A message of the tray's goes by itself, and leads nowhere then."""
        if self._last == key:
            self._last = ""
        if self._service is not None:
            self._service.close(key)

    def end(self) -> None:
        """Take all away, at the end."""
        self._over = True
        if self._service is not None:
            self._service.end()

    def _from_thread(self, event: NoticeEvent) -> None:
        if not self._over:
            self._heard.emit(event)

    def _take(self, event: NoticeEvent) -> None:
        if isinstance(event, Unshown):
            self._show_in_tray(event.notice)
        elif not self._over:
            self.told.emit(event)

    def _show_in_tray(self, notice: Notice) -> None:
        if notice.quiet:
            return
        self._last = notice.key
        if QSystemTrayIcon.supportsMessages() and not self._over:
            self._tray.say(notice.title, notice.body)

    def _clicked(self) -> None:
        key, self._last = self._last, ""
        if key:
            self.told.emit(Picked(key, DEFAULT))
