"""The file writes: what each did, what its undo would put back, and the undo, confirmed in place."""

from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.domain.files import FileDiff, JournalEntry
from app.domain.problem import AppError, Problem
from app.domain.values import dataclass
from app.texts import N, T, describe
from ui.activity.tables import dress, padded, stretch, widen
from ui.activity.writelist import Row, WriteModel, rows_of, sections_aloud, widest_words, write_words
from ui.bridge import Bridge
from ui.editor.choices import Option, Segments
from ui.editor.preview import DiffView
from ui.present.words import short_path
from ui.style.fonts import font
from ui.style.mirror import draw_text, start
from ui.style.rows import draw_ground
from ui.style.theme import restyle, theme
from ui.widgets.announcing import announce
from ui.widgets.basics import button, card, column, label, plain, row, set_role

_DID, _UNDO = "did", "undo"
_WHAT = 2  # the column of the kinds


@dataclass(frozen=True, slots=True)
class Writes:
    """What the page reads and does. `way`: how an entry is undone, "put-back", "stop" or nothing.

    `preview` and `undo` raise why an entry cannot be undone.
    """

    read: Callable[[], Awaitable[Sequence[JournalEntry]]]
    way: Callable[[JournalEntry], str]
    running: Callable[[JournalEntry], Sequence[str]]  # profiles that are stopped for it
    preview: Callable[[JournalEntry], Awaitable[Sequence[FileDiff]]]
    undo: Callable[[JournalEntry], Awaitable[None]]


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        of, view = theme().tokens, self.parent()
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            focused = isinstance(view, QWidget) and view.hasFocus()
            draw_ground(painter, box, "selected" if focused else "selected-inactive", of)
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, QColor(of.color("border")))
        painter.setFont(font("body"))
        painter.setPen(QColor(of.color("text" if index.column() in (2, 3) else "text-2")))
        room = padded(box, index.column())
        cut = Qt.TextElideMode.ElideMiddle if index.column() == 1 else Qt.TextElideMode.ElideRight
        words = painter.fontMetrics().elidedText(str(index.data()), cut, room.width())
        draw_text(painter, room, start(), words)
        if state & QStyle.StateFlag.State_KeyboardFocusChange and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(of.color("focus")), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.restore()


class WritesPage(QWidget):
    """A table above, one write below it."""

    def __init__(self, writes: Writes, bridge: Bridge) -> None:
        """Begin empty; `reload` reads."""
        super().__init__()
        self.setProperty("plain", True)
        self._writes, self._bridge = writes, bridge
        self._shown: JournalEntry | None = None
        self._working = False
        self.model = WriteModel()
        self.table = QTableView()
        dress(self.table, self.model, _Delegate(self.table), T("File writes"), (176, 180, 130, 190, 150))
        widen(self.table, _WHAT, widest_words())
        self.table.selectionModel().selectionChanged.connect(self._picked)
        self.title = label(role="body-strong", wrap=True)
        which = (Option(_DID, T("What it did")), Option(_UNDO, T("What an undo does")))
        self.which = Segments(T("Show"), which)
        self.which.show_value(_DID)
        self.which.group.buttonClicked.connect(self._show)
        self._diffs = QVBoxLayout()
        self._diffs.setSpacing(8)
        self.start = button(T("Undo…"), icon="arrow-counter-clockwise", pressed=self.ask)
        self.question = self._question()
        self.result = self._result()
        self.which.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head = row(self.title, self.which, self.start)
        head.setStretch(0, 1)
        self.below = plain(column(head, self.question, self.result, self._diffs, spacing=8, margins=(20, 12, 20, 12)))
        self.empty = label(T("Nothing was written in the last 30 days."), "second")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table.setMinimumHeight(96)
        box = column(self.empty, self.table, self.below, spacing=0)
        stretch(box, self.empty, self.table)
        self.setLayout(box)
        self._fill(())

    def _question(self) -> QFrame:
        frame = card("warn")
        self.asked = label(role="body-strong", wrap=True)
        self.yes = button(T("Undo this write"), pressed=self.undo)
        self.no = button(T("Cancel"), pressed=self.leave)
        layout = row(self.asked, self.no, self.yes, margins=(16, 10, 12, 10))
        layout.setStretch(0, 1)
        frame.setLayout(layout)
        frame.hide()
        return frame

    def _result(self) -> QFrame:
        frame = card("ok")
        self.said, self.remedy = label(role="body-strong", wrap=True), label(role="second", wrap=True)
        frame.setLayout(column(self.said, self.remedy, spacing=2, margins=(16, 10, 12, 10)))
        frame.hide()
        return frame

    # reading

    def reload(self) -> None:
        """Read the entries again; the one that is picked stays picked."""
        self._bridge.spawn(self._read(), "read writes")

    async def _read(self) -> None:
        try:
            entries = await self._writes.read()
        except AppError as error:
            self._tell(error.problem)
            return
        self._fill(rows_of(entries, [self._writes.way(one) for one in entries]))

    def _fill(self, rows: Sequence[Row]) -> None:
        kept = self._shown
        if rows != self.model.rows:
            self.model.use(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        at = next((at for at, one in enumerate(rows) if kept is not None and one.entry.id == kept.id), 0)
        if rows:
            self.table.selectRow(at)
        self._picked()

    def entry(self) -> JournalEntry | None:
        """Return the write that is picked."""
        at = self.table.currentIndex()
        return self.model.rows[at.row()].entry if at.isValid() and self.model.rows else None

    def _picked(self, *_: object) -> None:
        entry = self.entry()
        if entry is None or self._shown is None or entry.id != self._shown.id:
            self.question.hide()
            self.which.show_value(_DID)
            if self._shown is not None:
                self.result.hide()
        self._shown = entry
        self.below.setVisible(entry is not None)
        if entry is not None:
            self.title.setText(f"{write_words(entry.what)}: {sections_aloud(entry) or short_path(entry.path)}")
            can = bool(self._writes.way(entry))
            self.start.setEnabled(can and not self._working)
            self.start.setToolTip("" if can else _why_not(entry))
            self.start.setAccessibleDescription(self.start.toolTip())
            self.which.buttons[_UNDO].setEnabled(can)
            self._show()

    # showing

    def _show(self, *_: object) -> None:
        entry = self._shown
        if entry is None:
            return
        if self.which.value == _UNDO:
            self._bridge.spawn(self._preview(entry), "preview undo")
        else:
            self._put([FileDiff(entry.path, entry.diff, 0, None)])

    async def _preview(self, entry: JournalEntry) -> None:
        try:
            diffs = await self._writes.preview(entry)
        except AppError as error:
            self._put([])
            self._tell(error.problem)
            return
        if self._shown is entry and self.which.value == _UNDO:
            self._put(diffs)

    def _put(self, diffs: Sequence[FileDiff]) -> None:
        while self._diffs.count():
            item = self._diffs.takeAt(0)
            gone = item.widget() if item else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for one in diffs:
            view = DiffView(one.lines)
            lines = min(max(len(one.lines), 1), 11)
            view.setFixedHeight(view.fontMetrics().lineSpacing() * lines + 16)
            view.setAccessibleName(T("Changes of {path}", path=short_path(one.path)))
            self._diffs.addWidget(view)

    # undoing

    def ask(self) -> None:
        """Ask whether to undo, with what it would do below."""
        entry = self._shown
        if entry is None or not self._writes.way(entry):
            return
        names = tuple(self._writes.running(entry))
        stops = N("{names} is stopped for it.", "{names} are stopped for it.", len(names), names=", ".join(names))
        words = T("Put back what stood in {path} before?", path=short_path(entry.path))
        if self._writes.way(entry) == "stop":
            words = T("Take these lines out of {path}?", path=short_path(entry.path))
        self.asked.setText(f"{words} {stops}" if names else words)
        self.result.hide()
        self.question.show()
        self.question.setAccessibleName(self.asked.text())
        announce(self, self.asked.text())
        self.which.show_value(_UNDO)
        self._show()
        self.no.setFocus()

    def leave(self) -> None:
        """Undo nothing."""
        self.question.hide()
        self.which.show_value(_DID)
        self._show()
        self.table.setFocus()

    def undo(self) -> None:
        """Undo the write that is picked."""
        if self._shown is not None and not self._working:
            self._bridge.spawn(self._undo(self._shown), "undo write")

    async def _undo(self, entry: JournalEntry) -> None:
        self._working = True
        self.start.setEnabled(False)
        self.question.hide()
        try:
            await self._writes.undo(entry)
        except AppError as error:
            self._tell(error.problem)
        else:
            time = entry.at.astimezone().strftime("%H:%M:%S")
            self._say(T("Undone: {what} of {time}", what=write_words(entry.what), time=time))
        finally:
            self._working = False
        self.which.show_value(_DID)
        await self._read()
        self.table.setFocus()

    def _say(self, words: str) -> None:
        restyle(self.result, card="ok")
        set_role(self.said, "body-strong")
        self._show_result(words, "")

    def _tell(self, problem: Problem) -> None:
        words = describe(problem)
        restyle(self.result, card="error")
        self.question.hide()
        self._show_result(words.title, f"{words.detail} {words.remedy}".strip())

    def _show_result(self, title: str, more: str) -> None:
        self.said.setText(title)
        self.remedy.setText(more)
        self.remedy.setVisible(bool(more))
        self.result.setAccessibleName(title)
        self.result.setAccessibleDescription(more)
        self.result.show()
        announce(self, f"{title}. {more}" if more else title)

    def escape(self) -> bool:
        """Close the question, then the result; whether there was one."""
        if not self.question.isHidden():
            self.leave()
            return True
        shown = not self.result.isHidden()
        self.result.hide()
        return shown


def _why_not(entry: JournalEntry) -> str:
    if entry.what in ("adopt", "import"):
        return T("It was put back already.")
    if entry.what in ("start", "renew"):
        return T("Its session is stopped: nothing of it is left.")
    return T("It replaced nothing of someone else's.")
