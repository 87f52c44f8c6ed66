"""Paints the cells of the events: the glyph of the kind, production's mark, failures in red."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from ui.activity.journal import Line
from ui.activity.kinds import FAILURES
from ui.activity.table import LINE
from ui.activity.tables import padded
from ui.activity.timeline import Mark
from ui.present.recent import picture_of
from ui.style import icons
from ui.style.fonts import font, grown
from ui.style.marks import draw_mark, mark_width, production_colors
from ui.style.mirror import draw_text, placed, start
from ui.style.rows import draw_ground
from ui.style.theme import theme

Where = QModelIndex | QPersistentModelIndex
TIME, PROFILE, EVENT, DETAIL, BY = range(5)
_PAD, _GLYPH = 8, 16  # px of a glyph; it grows with the texts


class EventDelegate(QStyledItemDelegate):
    """For a table over an EventModel."""

    def __init__(self, view: QTableView, mark: Mark, now: Callable[[], datetime]) -> None:
        """`mark` returns the word of a profile's production mark, or none, and its label; today goes without a date."""
        super().__init__(view)
        self._view, self._mark, self._now = view, mark, now

    def sizeHint(self, option: QStyleOptionViewItem, index: Where) -> QSize:
        del option, index
        return QSize(60, theme().tokens.height("table-row", QFontMetrics(font("body")).lineSpacing()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Where) -> None:
        line = index.data(LINE)
        if not isinstance(line, Line):
            return
        of = theme().tokens
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            draw_ground(painter, box, "selected" if self._view.hasFocus() else "selected-inactive", of)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(of.color("hover")))
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, QColor(of.color("border")))
        if index.column() == PROFILE:
            self._profile(painter, box, line)
        else:
            self._text(painter, padded(box, index.column()), index.column(), line)
        if state & QStyle.StateFlag.State_KeyboardFocusChange and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(of.color("focus")), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.restore()

    def _text(self, painter: QPainter, room: QRect, column: int, line: Line) -> None:
        failed = line.event.what in FAILURES
        tone = {EVENT: "error-text" if failed else "text", DETAIL: "text-2", BY: "text-3"}.get(column, "text-2")
        painter.setFont(font("body"))
        painter.setPen(QColor(theme().tokens.color(tone)))
        middle = column == DETAIL and ":" in line.cells[column] and " " not in line.cells[column]  # an ARN
        cut = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        words = painter.fontMetrics().elidedText(self.words(line, column), cut, room.width())
        draw_text(painter, room, start(), words)

    def words(self, line: Line, column: int) -> str:
        """Return what a cell shows: of today's events the time alone."""
        today = self._now().astimezone().strftime("%Y-%m-%d ") if column == TIME else ""
        return line.cells[column].removeprefix(today)

    def _profile(self, painter: QPainter, box: QRect, line: Line) -> None:
        of, (name, color) = theme().tokens, picture_of(line.event.what)
        ratio = painter.device().devicePixelRatioF()
        size = grown(_GLYPH)
        place = QRect(box.left() + _PAD, box.center().y() - size // 2 + 1, size, size)
        painter.drawPixmap(placed(box, place), icons.pixmap(name, of.color(color), size, ratio))
        strong = font("body")
        strong.setWeight(strong.Weight.Medium)
        painter.setFont(strong)
        painter.setPen(QColor(of.color("text")))
        metrics = painter.fontMetrics()
        mark, label = self._mark(line.event.profile) if line.event.profile else ("", "")
        taken = mark_width(mark) + 8 if mark else 0
        left = place.right() + 13
        room = max(box.right() - _PAD - left - taken, 0)
        words = metrics.elidedText(line.event.profile, Qt.TextElideMode.ElideMiddle, room)
        width = metrics.horizontalAdvance(words)
        draw_text(painter, placed(box, QRect(left, box.top(), width + 1, box.height())), start(), words)
        if mark:
            fill, ink = production_colors(label, of)
            at = placed(box, QRect(left + width + 8, box.top(), taken - 8, box.height()))
            draw_mark(painter, at.left(), box.center().y() + 0.5, mark, of, fill=fill, ink=ink)
