"""What happened: the last day as bars, below it every event that the journal has."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QMessageBox,
    QTableView,
    QVBoxLayout,
)

from app.activitywords import HEAD, what_words
from app.domain.activity import What
from app.domain.problem import AppError
from app.texts import N, T, describe
from ui.activity.journal import Journal, Line
from ui.activity.spans import bars
from ui.activity.table import EventModel
from ui.activity.timeline import Axis, Timeline
from ui.bridge import Bridge
from ui.style.icons import application_icon
from ui.widgets.basics import button, label, row, set_role
from ui.widgets.screen import fit

_CALM = 2000  # ms between two readings at least


class ActivityWindow(QDialog):
    """Non-modal, one at a time. `closed` when it is gone."""

    closed = Signal()

    def __init__(self, journal: Journal, bridge: Bridge, now: Callable[[], datetime]) -> None:
        """Begin empty; `reload` reads."""
        super().__init__(None)
        self._journal, self._bridge, self._now = journal, bridge, now
        self._lines: Sequence[Line] = ()
        self._open = True
        self.setWindowTitle(T("Activity"))
        self.setWindowIcon(application_icon())
        self.setModal(False)
        self.setMinimumSize(640, 420)
        fit(self, 980, 680)
        self.timeline = Timeline(now())
        self.axis = Axis(self.timeline)
        self.timeline.picked.connect(self._filter)
        self.search = QLineEdit()
        self.search.setPlaceholderText(T("Profile, event, program"))
        self.search.setAccessibleName(T("Search events"))
        self.search.setMinimumWidth(280)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.kind = QComboBox()
        self.kind.setAccessibleName(T("Kind of event"))
        self.kind.addItem(T("All events"), "")
        for what in What:
            self.kind.addItem(what_words(what), str(what))
        self.kind.currentIndexChanged.connect(self._filter)
        self.export = button(T("Export…"), pressed=self.ask_export)
        self.model = EventModel()
        self.table = QTableView()
        self._dress_table()
        self.said = label(role="second")
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.addWidget(self.axis)
        box.addWidget(self.timeline)
        box.addLayout(row(self.search, self.kind, None, self.export))
        box.addWidget(self.table, 1)
        box.addWidget(self.said)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self.search.setFocus)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM)
        self._timer.timeout.connect(self.reload)
        bridge.changed.connect(self._changed)
        self.search.setFocus()

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName(T("Events"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((170, 180, 150, 300)):
            table.setColumnWidth(column, width)
        table.horizontalHeader().setStretchLastSection(True)
        table.doubleClicked.connect(self.show_event)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), table, context=Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.show_event)

    def _changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def reload(self) -> None:
        """Read the journal again."""
        self._bridge.spawn(self._read(), "read journal")

    async def _read(self) -> None:
        lines = await self._journal.read()
        if self._open:
            self.show_lines(lines)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show lines, newest first."""
        self._lines = lines
        now = self._now()
        self.timeline.show_bars(bars((one.event for one in reversed(self._lines)), now), now)
        self._filter()

    def _filter(self) -> None:
        kind = str(self.kind.currentData())
        at = self.table.currentIndex()
        kept = self.model.lines[at.row()].event if at.isValid() else None
        self.model.use(self._lines, self.search.text(), What(kind) if kind else None, self.timeline.profile())
        for part in (self.axis, self.timeline):
            part.setVisible(self.timeline.rows.rowCount() > 0)
        self.axis.update()
        count = len(self.model.lines)
        again = next((number for number, one in enumerate(self.model.lines) if one.event == kept), None)
        if again is not None:
            self.table.selectRow(again)
        self.export.setEnabled(count > 0)
        if not self._lines:
            self._say(T("Nothing yet. Sessions you start appear here."))
        else:
            self._say(N("{n} event", "{n} events", count))

    def show_event(self) -> None:
        """Show everything known of the selected event."""
        index = self.table.currentIndex()
        if not index.isValid():
            return
        line = self.model.lines[index.row()]
        event = line.event
        facts = list(zip(HEAD(), line.cells, strict=True))
        facts.append((T("Valid until"), event.until.astimezone().strftime("%Y-%m-%d %H:%M:%S") if event.until else ""))
        facts.append((T("AWS request ID"), event.request))
        box = QMessageBox(self)
        box.setObjectName("event")
        box.setWindowTitle(what_words(event.what))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("\n".join(f"{name}: {value}" for name, value in facts if value))
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.addButton(T("Close"), QMessageBox.ButtonRole.RejectRole)
        box.open()

    def ask_export(self) -> None:
        """Ask for a file, and write what the table shows."""
        asked = QFileDialog(self, T("Export"), "activity.csv", "CSV (*.csv)")
        asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asked.setDefaultSuffix("csv")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.fileSelected.connect(self.export_to)
        asked.open()

    def export_to(self, path: str) -> None:
        """Write what the table shows into a file."""
        self._bridge.spawn(self._export(Path(path)), "export journal")

    async def _export(self, path: Path) -> None:
        events = [one.event for one in self.model.lines]
        try:
            await self._journal.write(path, events)
        except AppError as error:
            if not self._open:
                raise
            words = describe(error.problem)
            self._say(f"{words.title}. {words.remedy}", bad=True)
        else:
            if self._open:
                self._say(T("Written to {path}", path=str(path)))

    def _say(self, words: str, *, bad: bool = False) -> None:
        set_role(self.said, "error" if bad else "second")
        self.said.setText(words)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Read no more."""
        self._timer.stop()
        super().closeEvent(event)
        if self._open:
            self._open = False
            self._bridge.changed.disconnect(self._changed)
            self.closed.emit()

    def reject(self) -> None:
        """Escape clears the search, then the picked bar, then closes."""
        if self.search.text():
            self.search.clear()
        elif self.timeline.profile():
            self.timeline.clearSelection()
        else:
            self.close()
