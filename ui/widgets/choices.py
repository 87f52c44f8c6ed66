"""Paints a list of choices: a box to check where several may be picked, a title, and a second line below it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.style import icons
from ui.style.fonts import font
from ui.style.mirror import draw_text, placed, start
from ui.style.rows import draw_ground
from ui.style.theme import theme

DETAIL = Qt.ItemDataRole.UserRole + 8  # the second line
_BOX, _EDGE, _GAP, _PAD = 16, 10, 10, 6
_END = Qt.TextElideMode.ElideMiddle


class ChoiceDelegate(QStyledItemDelegate):
    """A line of two rows each; a check state paints the box."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines of text."""
        del option, index
        lines = QFontMetrics(font("body")).lineSpacing() + QFontMetrics(font("small")).lineSpacing()
        return QSize(0, lines + 2 * _PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one choice."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of = theme().tokens
        place = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        if state & QStyle.StateFlag.State_Selected:
            draw_ground(painter, place, "selected", of)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, QColor(of.color("hover")))
        left = place.left() + _EDGE
        checked = index.data(Qt.ItemDataRole.CheckStateRole)
        if checked is not None:
            on = Qt.CheckState(checked) is Qt.CheckState.Checked
            box = QRect(left, place.center().y() - _BOX // 2, _BOX, _BOX)
            _paint_box(painter, placed(place, box), on=on)
            left += _BOX + _GAP
        text = QRect(left, place.top() + _PAD, place.right() - left - _EDGE, place.height() - 2 * _PAD)
        text = placed(place, text)
        title, below = text, str(index.data(DETAIL) or "")
        if below:
            title = QRect(text.left(), text.top(), text.width(), QFontMetrics(font("body")).lineSpacing())
            rest = text.adjusted(0, title.height(), 0, 0)
            painter.setFont(font("small"))
            painter.setPen(QColor(of.color("text-2")))
            draw_text(painter, rest, start(), painter.fontMetrics().elidedText(below, _END, rest.width()))
        painter.setFont(font("body"))
        painter.setPen(QColor(of.color("text")))
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        draw_text(painter, title, start(), painter.fontMetrics().elidedText(words, _END, title.width()))
        painter.restore()


def _paint_box(painter: QPainter, box: QRect, *, on: bool) -> None:
    of = theme().tokens
    painter.setPen(QColor(of.color("accent" if on else "border-control")))
    painter.setBrush(QColor(of.color("accent" if on else "field")))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if on:
        ratio = painter.device().devicePixelRatioF()
        mark = icons.pixmap("check", of.color("on-accent"), _BOX - 4, ratio)
        painter.drawPixmap(box.adjusted(2, 2, -2, -2), mark)
