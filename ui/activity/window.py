"""What happened: the sessions and events of the journal, and what was written to the AWS files."""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from app.domain.values import dataclass
from app.texts import T
from ui.activity.events import EventsPage, Place
from ui.activity.head import Head
from ui.activity.journal import Journal
from ui.activity.timeline import Mark
from ui.activity.writes import Writes, WritesPage
from ui.bridge import Bridge
from ui.editor.choices import Option, Segments
from ui.style.fonts import grown
from ui.style.icons import application_icon
from ui.style.theme import theme
from ui.widgets.basics import column, label, plain, repaint_icons, row, rule
from ui.widgets.screen import fit

_CALM = 2000  # ms between two readings at least
EVENTS, WRITES = "events", "writes"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a window that is made anew takes over."""

    page: str = EVENTS
    events: Place = field(default_factory=Place)
    geometry: bytes = b""


def no_mark(_profile: str) -> tuple[str, str]:
    """Mark nothing as production."""
    return "", ""


class ActivityWindow(QDialog):
    """Non-modal, one at a time. `closed` when it is gone."""

    closed = Signal()

    def __init__(
        self,
        journal: Journal,
        bridge: Bridge,
        now: Callable[[], datetime],
        *,
        writes: Writes | None = None,
        mark: Mark = no_mark,
    ) -> None:
        """Begin empty; `reload` reads. `mark`: the word of a profile's production mark, or none, and its label."""
        super().__init__(None)
        self._bridge = bridge
        self._open = True
        self.setWindowTitle(T("Activity"))
        self.setWindowIcon(application_icon())
        self.setModal(False)
        self.events = EventsPage(journal, bridge, now, mark)
        self.writes = WritesPage(writes, bridge) if writes is not None else None
        options = (Option(EVENTS, T("Events")), Option(WRITES, T("File writes")))
        self.pages = Segments(T("Show"), options)
        self.pages.setVisible(writes is not None)
        self.pages.show_value(EVENTS)
        self.pages.group.buttonClicked.connect(self._turned)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.events)
        if self.writes is not None:
            self.stack.addWidget(self.writes)
        self.head = Head(
            plain(row(label(T("Activity"), "headline"), 12, self.pages)),
            plain(row(self.events.ranges, None, self.events.export)),
        )
        body = QWidget()
        body.setObjectName("page")
        body.setLayout(column(self.head, rule(), self.stack, spacing=0))
        self.setLayout(column(body, spacing=0))
        self._order()
        self._add_keys()
        least = QSize(720, 460).expandedTo(self.minimumSizeHint())  # large texts need more
        self.setMinimumSize(least)
        fit(self, max(grown(1040), least.width()), max(grown(720), least.height()))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM)
        self._timer.timeout.connect(self.reload)
        bridge.changed.connect(self._changed)
        theme().changed.connect(self._restyle)
        self.events.search.setFocus()

    def _order(self) -> None:
        """Range, Export, timeline, search, filter, table."""
        events = self.events
        chain: list[QWidget] = [*self.pages.buttons.values(), *events.ranges.buttons.values(), events.export]
        chain += [events.timeline, events.search, *events.groups.buttons.values(), events.only, events.table]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _add_keys(self) -> None:
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self._find)
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)
        for number, name in enumerate((EVENTS, WRITES) if self.writes is not None else (), 1):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self).activated.connect(lambda name=name: self.turn_to(name))

    def _find(self) -> None:
        self.turn_to(EVENTS)

    def turn_to(self, page: str) -> None:
        """Show the events or the file writes, with the keyboard in what is shown."""
        self.pages.show_value(page)
        self._turned()
        inside = self.writes.table if self._shows_writes() and self.writes is not None else self.events.search
        inside.setFocus()

    def _turned(self, *_: object) -> None:
        writes = self._shows_writes()
        self.stack.setCurrentIndex(int(writes))
        self.head.show_second(shown=not writes)
        if writes and self.writes is not None:
            self.writes.reload()

    def _shows_writes(self) -> bool:
        return self.pages.value == WRITES and self.writes is not None

    def _restyle(self) -> None:
        self.events.restyle()
        repaint_icons(self)

    def _changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def reload(self) -> None:
        """Read again what is shown."""
        self.events.reload()
        if self.writes is not None and self.pages.value == WRITES:
            self.writes.reload()

    def standing(self) -> Standing:
        """Return where a person is."""
        return Standing(self.pages.value, self.events.place(), bytes(self.saveGeometry().data()))

    def restore(self, standing: Standing) -> None:
        """Go to where a person was in the window before."""
        self.events.show_place(standing.events)
        if standing.geometry:
            self.restoreGeometry(standing.geometry)
        if standing.page != EVENTS:
            self.turn_to(standing.page)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Read no more. QDialog's own would ask `reject`, which may step back instead."""
        self._end()
        event.accept()

    def _end(self) -> None:
        self._timer.stop()
        if self._open:
            self._open, self.events.gone = False, True
            self._bridge.changed.disconnect(self._changed)
            theme().changed.disconnect(self._restyle)
            self.closed.emit()

    def reject(self) -> None:
        """Escape steps back: what is asked or said, the search, the picked bar; then it closes."""
        page = self.writes if self.pages.value == WRITES else self.events
        if page is None or not page.escape():
            self._end()
            super().reject()
