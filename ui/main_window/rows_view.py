"""A list of rows of one height with a few lower headings among them: where a row stands is reckoned, never looked for.

Qt's own list asks every row for its size where they are not all of one, and shows nothing until it has asked them all.
"""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QCursor, QFocusEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle

from ui.main_window.delegate import ProfileDelegate
from ui.models.profiles import ProfileList
from ui.present.arrange import Section

Where = QModelIndex | QPersistentModelIndex
_Hint = QAbstractItemView.ScrollHint
_Move = QAbstractItemView.CursorAction
_Flag = QStyle.StateFlag


class RowsView(QListView):
    """Costs the same with ten rows and with ten thousand."""

    def __init__(self, model: ProfileList) -> None:
        """Show the model."""
        super().__init__()
        self.rows = model
        self.by_key = False  # the focus came by a key: its ring is shown
        self.profiles = ProfileDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self.profiles)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    # where rows are

    def _top(self, row: int) -> int:
        """Return where a row begins, from the top of all."""
        tall, low = self.profiles.heights()
        above = sum(one < row for one in self.rows.sections)
        return above * low + (row - above) * tall

    def _height(self, row: int) -> int:
        return self.profiles.heights()[1 if row in self.rows.sections else 0]

    def _row_at(self, y: int) -> int:
        """Return the row at a place from the top of all, -1 above and the number of rows below."""
        if y < 0:
            return -1
        tall = self.profiles.heights()[0]
        count, first, begin = self.rows.rowCount(), 0, 0
        for section in (*self.rows.sections, count):
            end = begin + (section - first) * tall
            if y < end:
                return first + (y - begin) // tall
            if section < count and y < end + self._height(section):
                return section
            first, begin = section + 1, end + (self._height(section) if section < count else 0)
        return count

    def visualRect(self, index: Where) -> QRect:
        if not index.isValid():
            return QRect()
        row = index.row()
        return QRect(0, self._top(row) - self.verticalOffset(), self.viewport().width(), self._height(row))

    def indexAt(self, p: QPoint) -> QModelIndex:
        row = self._row_at(p.y() + self.verticalOffset())
        return self.rows.index(row) if 0 <= row < self.rows.rowCount() else QModelIndex()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def doItemsLayout(self) -> None:
        """There is nothing to lay out but the scroll bar."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        tall, height = self.profiles.heights()[0], self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setSingleStep(max(tall // 2, 1))
        bar.setPageStep(height)
        bar.setRange(0, max(self._top(self.rows.rowCount()) - height, 0))
        self.horizontalScrollBar().setRange(0, 0)

    def scrollTo(self, index: Where, hint: _Hint = _Hint.EnsureVisible) -> None:
        """Bring a row into sight."""
        if not index.isValid():
            return
        self.updateGeometries()
        box, bar, height = self.visualRect(index), self.verticalScrollBar(), self.viewport().height()
        above, below = box.top(), box.bottom() + 1 - height
        if hint is _Hint.PositionAtTop or (hint is _Hint.EnsureVisible and above < 0):
            bar.setValue(bar.value() + above)
        elif hint is _Hint.PositionAtBottom or (hint is _Hint.EnsureVisible and below > 0):
            bar.setValue(bar.value() + below)
        elif hint is _Hint.PositionAtCenter:
            bar.setValue(bar.value() + box.center().y() - height // 2)

    # what is selected

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the rows that a rectangle touches."""
        box, last = rect.normalized(), self.rows.rowCount() - 1
        first = max(self._row_at(box.top() + self.verticalOffset()), 0)
        end = min(self._row_at(box.bottom() + self.verticalOffset()), last)
        chosen = QItemSelection()
        if first <= end:
            chosen.select(self.rows.index(first), self.rows.index(end))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        del selection
        return QRegion(self.viewport().rect())  # a dozen rows: cheaper to paint than to tell apart

    def moveCursor(self, action: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go on to another row; headings are stepped over."""
        del modifiers
        here, count = self.currentIndex().row(), self.rows.rowCount()
        page = max(self.viewport().height() // self.profiles.heights()[0] - 1, 1)
        steps = {
            _Move.MoveUp: -1,
            _Move.MovePrevious: -1,
            _Move.MoveDown: 1,
            _Move.MoveNext: 1,
            _Move.MovePageUp: -page,
            _Move.MovePageDown: page,
            _Move.MoveHome: -count,
            _Move.MoveEnd: count,
        }
        step = steps.get(action, 0)
        wanted = min(max(here + step, 0), count - 1)
        on = 1 if step > 0 else -1
        for way in (on, -on):  # at an end the nearest row on the way back
            row = wanted
            while 0 <= row < count:
                if row not in self.rows.sections:
                    return self.rows.index(row)
                row += way
        return QModelIndex()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.by_key = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        super().focusInEvent(event)
        self.viewport().update()

    # what is painted

    def paintEvent(self, e: QPaintEvent) -> None:
        box, offset = e.rect(), self.verticalOffset()
        first, end = self._row_at(box.top() + offset), self._row_at(box.bottom() + offset)
        painter = QPainter(self.viewport())
        current, chosen, focused = self.currentIndex().row(), self.selectionModel(), self.hasFocus()
        mouse = self.viewport().mapFromGlobal(QCursor.pos())
        over = self.indexAt(mouse).row() if self.viewport().underMouse() else -1
        plain = _Flag.State_Active if focused else _Flag.State_None
        for row in range(max(first, 0), min(end + 1, self.rows.rowCount())):
            entry, index = self.rows.entry(row), self.rows.index(row)
            if isinstance(entry, Section):
                self.profiles.draw_section(painter, self.visualRect(index), entry)
                continue
            state = plain
            if chosen.isSelected(index):
                state |= _Flag.State_Selected
            if row == over:
                state |= _Flag.State_MouseOver
            if focused and row == current and self.by_key:
                state |= _Flag.State_HasFocus | _Flag.State_KeyboardFocusChange
            self.profiles.draw(painter, self.visualRect(index), state, self.rows.row(entry), self.rows.marked(entry))
        painter.end()
