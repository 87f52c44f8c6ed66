"""The pages of an editor at its left: glyph, name, and a red mark where a page has a problem."""

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.texts import T
from ui.style import icons
from ui.style.fonts import font, grown
from ui.style.mirror import draw_text, start
from ui.style.rows import draw_ground
from ui.style.theme import theme

_GLYPH = Qt.ItemDataRole.UserRole + 1  # the name of a page's glyph
_WRONG = Qt.ItemDataRole.UserRole + 2
_EDGE, _PAD, _GAP = 8, 8, 8
_ICON, _MARK = 16, 14  # px of a glyph and of the mark; they grow with the texts
_LEAST = 168


class PageList(QListWidget):
    """One row per page; as wide as its longest name asks for."""

    def __init__(self) -> None:
        """Hold no page."""
        super().__init__()
        self.setObjectName("editorNav")
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(T("Pages"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._texts: list[str] = []

    def add(self, title: str, glyph: str) -> None:
        """Add a page."""
        item = QListWidgetItem(title)
        item.setData(_GLYPH, glyph)
        self._texts.append(title)
        self.addItem(item)
        strong = QFontMetrics(font("body", strong=True))
        widest = max(strong.horizontalAdvance(text) for text in self._texts)
        self.setFixedWidth(max(_LEAST, widest + 2 * _EDGE + 3 * _PAD + 2 * grown(_ICON) + _GAP + 2))

    def mark(self, number: int, *, wrong: bool) -> None:
        """Mark a page that has a problem, or take the mark away."""
        item, title = self.item(number), self._texts[number]
        item.setData(_WRONG, wrong)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, T("{page}, has a problem", page=title) if wrong else title)

    def wrong(self, number: int) -> bool:
        """Whether a page is marked."""
        return bool(self.item(number).data(_WRONG))


def begin_below(window: QWidget, nav: PageList, last: QWidget) -> None:
    """Have Tab go from the last control below the pages to what stands above them, and from there to `nav`.

    What is put into a window later comes last in its order: that is behind `nav` then, and before what is below.
    """
    above: list[QWidget] = []
    one = window.nextInFocusChain()
    while one is not None and one is not nav:
        if one.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            above.append(one)
        one = one.nextInFocusChain()
    for one in (nav, *reversed(above)):
        QWidget.setTabOrder(last, one)


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        of = theme().tokens
        return QSize(0, of.height("sidebar-row", QFontMetrics(font("body")).lineSpacing()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of = theme().tokens
        whole = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        widget = cast("QWidget | None", option.widget)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType]
        box = whole.adjusted(_EDGE, 0, -_EDGE, 0)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focused = chosen and widget is not None and widget.hasFocus()
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            draw_ground(painter, box, "selected" if focused else "selected-inactive" if chosen else "hover", of, 6)
        if focused and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(of.color("focus")), 2))
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 5, 5)
        icon = grown(_ICON)
        mirrored = widget is not None and widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
        at = box.left() + _PAD if not mirrored else box.right() - _PAD - icon
        ratio = painter.device().devicePixelRatioF()
        top = box.center().y() - icon // 2 + 1
        painter.drawPixmap(at, top, icons.pixmap(str(index.data(_GLYPH)), of.color("text-2"), icon, ratio))
        inner = box.adjusted(_PAD + icon + _GAP, 0, -2 * _PAD - icon, 0)
        if mirrored:
            inner = box.adjusted(2 * _PAD + icon, 0, -_PAD - icon - _GAP, 0)
        painter.setFont(font("body", strong=chosen))
        painter.setPen(QColor(of.color("text")))
        draw_text(painter, inner, start(), str(index.data()))
        if index.data(_WRONG):
            size = grown(_MARK)
            end = box.left() + _PAD if mirrored else box.right() + 1 - _PAD - size
            mark = icons.pixmap("warning-circle-fill", of.color("error"), size, ratio)
            painter.drawPixmap(end, box.center().y() - size // 2 + 1, mark)
        painter.restore()
