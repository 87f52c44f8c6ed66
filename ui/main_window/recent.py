"""What happened to the picked profile last: lines at the foot of its detail, read from the journal's end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget
from shiboken6 import isValid

from app.domain.problem import AppError
from app.texts import T
from ui.activity.journal import Journal, Line
from ui.bridge import Bridge
from ui.present.recent import SHOWN, Recent, recent_lines
from ui.widgets.basics import Glyph, column, label, link, plain, row
from ui.widgets.pictures import Elided

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow

_CALM = 400  # ms after a change: the journal's own pause is cut short by the reading


class RecentPart(QWidget):
    """Hidden while there is nothing to show. `all_wanted`: every event of the profile."""

    all_wanted = Signal()

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.setProperty("plain", True)
        self.every = link(T("All activity"), self.all_wanted.emit)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 1)
        self._rows: list[tuple[QLabel, Glyph, Elided]] = []
        for number in range(SHOWN):
            made = label(role="third"), Glyph("info"), Elided("", "small", "text-2")
            for place, one in enumerate(made):
                self._grid.addWidget(one, number, place, Qt.AlignmentFlag.AlignVCenter)
            self._rows.append(made)
        self.lines: tuple[Recent, ...] = ()
        head = plain(row(label(T("Recent"), "section"), None, self.every))
        self.setLayout(column(head, plain(self._grid), spacing=4))
        self.hide()

    def show_lines(self, lines: tuple[Recent, ...]) -> None:
        """Show lines, newest first."""
        self.lines = lines
        self.setVisible(bool(lines))
        for number, (time, picture, text) in enumerate(self._rows):
            line = lines[number] if number < len(lines) else None
            for one in (time, picture, text):
                one.setVisible(line is not None)
            if line is not None:
                time.setText(line.time)
                picture.set(line.icon, line.tone)
                text.set(line.text)


class RecentCare(QObject):
    """Reads the journal's end while the window can be seen: once, and again after something happened."""

    def __init__(self, window: "MainWindow", journal: Journal, bridge: Bridge) -> None:
        """Read when the window is shown."""
        super().__init__(window)
        self._window, self._journal, self._bridge = window, journal, bridge
        self._lines: Sequence[Line] = ()
        self._stale = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM)
        self._timer.timeout.connect(self.reload)
        bridge.changed.connect(self._changed)
        window.verbs.said.connect(self._changed)
        window.list.current.connect(self.show_recent)
        window.installEventFilter(self)
        if window.isVisible():
            self.reload()

    def _changed(self, *_: object) -> None:
        self._stale = True
        if self._window.isVisible() and not self._timer.isActive():
            self._timer.start()

    def reload(self) -> None:
        """Read again, unless nobody sees it."""
        if not self._window.isVisible():
            return
        self._stale = False
        self._bridge.spawn(self._read(), "read recent activity")

    async def _read(self) -> None:
        try:
            self._lines = await (self._journal.latest or self._journal.read)()
        except AppError:
            return  # the activity's own window says so
        if isValid(self):  # the window may be gone by now: another language is spoken
            self.show_recent(self._window.picked())

    def show_recent(self, name: str) -> None:
        """Show the lines of a profile."""
        events = (one.event for one in self._lines)
        self._window.detail.recent.show_lines(recent_lines(events, name, self._window.tools.clock.now()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self._stale:
            self._timer.start()
        elif event.type() == QEvent.Type.Hide:
            self._timer.stop()
        return super().eventFilter(watched, event)
