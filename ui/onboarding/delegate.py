"""Paints the rows of an import: check, name with its mark, what was found, what will happen, and the choices below."""

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.importing.executor import Step
from app.texts import T
from ui.models.importing import CHECK, CHECKED, ENTRY, FOUND, PROFILE, STATE, WHAT, Entry, State
from ui.present.importing import KIND_ICONS, Kind, Line
from ui.style import icons
from ui.style.fonts import font, grown
from ui.style.marks import draw_mark, mark_width, production_colors
from ui.style.mirror import draw_text, end, mirrored, placed, placed_f, start
from ui.style.rows import draw_ground
from ui.style.theme import theme
from ui.style.tokens import Tokens

Where = QModelIndex | QPersistentModelIndex
PAD, EDGE = 8, 24
_BOX = 16  # px of a check box and a glyph; they grow with the texts
_STEPS = {Step.DONE: ("check-circle-fill", "ok"), Step.FAILED: ("warning-circle-fill", "error")}


def box_size() -> int:
    """Return the px of a check box and of a glyph."""
    return grown(_BOX)


class ImportDelegate(QStyledItemDelegate):
    """Draws everything itself; `preview_width` is the room that the link takes at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Where) -> None:
        entry = index.data(ENTRY)
        if not isinstance(entry, Entry):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of = theme().tokens
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        self._background(painter, box, option, entry, of)
        if entry.apart and index.column() == PROFILE:
            line = placed(box, box.adjusted(PAD, 0, -EDGE, 0))
            painter.fillRect(line.left(), line.top(), line.width(), 1, QColor(of.color("border-strong")))
        if not entry.is_head:
            self._under(painter, box, index, entry, of)
        elif index.column() == CHECK:
            self._check(
                painter,
                box,
                entry,
                on=bool(index.data(CHECKED)),
                gone=bool(getattr(index.model(), "frozen", False)),
                of=of,
            )
        elif index.column() == PROFILE:
            self._name(painter, box, entry.line, of)
        elif index.column() == FOUND:
            self._plain(painter, box.adjusted(PAD, 0, -PAD, 0), str(index.data()), of, "text-2")
        else:
            self._what(painter, box, entry.line, index, of)
        painter.restore()

    def _background(
        self, painter: QPainter, box: QRect, option: QStyleOptionViewItem, entry: Entry, of: Tokens
    ) -> None:
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        widget = cast("QWidget | None", option.widget)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        if not entry.is_head:
            conflict = entry.line.kind is Kind.CONFLICT
            painter.fillRect(box, QColor(of.color("warn-bg" if conflict else "sunken")))
        if state & QStyle.StateFlag.State_Selected:
            focused = widget is not None and widget.hasFocus()  # pyright: ignore[reportUnknownMemberType]
            painter.save()
            painter.setClipRect(box)  # one outline around the row, where there is one: not around each cell
            width = cast("QAbstractItemView", widget).viewport().width() if widget is not None else box.right() + 1
            whole = QRect(0, box.top(), width, box.height())
            draw_ground(painter, whole, "selected" if focused else "selected-inactive", of)
            painter.restore()
        elif state & QStyle.StateFlag.State_MouseOver and entry.is_head:
            painter.fillRect(box, QColor(of.color("hover")))
        if entry.is_head or entry.last:
            painter.fillRect(box.left(), box.bottom(), box.width(), 1, QColor(of.color("border")))

    # a line

    def _check(self, painter: QPainter, box: QRect, entry: Entry, *, on: bool, gone: bool, of: Tokens) -> None:
        line = entry.line
        if line.mark:
            bar = QRectF(box.left(), box.top() + 4, 3, box.height() - 8)
            painter.fillRect(placed_f(box, bar), QColor(production_colors(line.color, of)[0]))
        if not line.can or gone:
            return
        size = box_size()
        where = QRectF(box.left() + EDGE, box.center().y() - size / 2 + 1, size, size)
        where = placed_f(box, where)
        draw_check(painter, where, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked, of)

    def _name(self, painter: QPainter, box: QRect, line: Line, of: Tokens) -> None:
        inner = box.adjusted(PAD, 0, -PAD, 0)
        taken = mark_width(line.mark) + 8 if line.mark else 0
        strong = QFont(font("body"))
        strong.setWeight(QFont.Weight.Medium)
        metrics = QFontMetrics(strong)
        name = metrics.elidedText(line.origin, Qt.TextElideMode.ElideMiddle, max(inner.width() - taken, 40))
        painter.setFont(strong)
        painter.setPen(QColor(of.color("text")))
        draw_text(painter, inner, start(), name)
        if line.mark:
            fill, ink = production_colors(line.color, of)
            x = inner.left() + metrics.horizontalAdvance(name) + 8.0
            at = placed_f(inner, QRectF(x, inner.top(), mark_width(line.mark), 1))
            draw_mark(painter, at.left(), inner.center().y() + 1.0, line.mark, of, fill=fill, ink=ink)

    def _what(self, painter: QPainter, box: QRect, line: Line, index: Where, of: Tokens) -> None:
        inner = placed(box, box.adjusted(PAD, 0, -EDGE, 0))
        state = index.data(STATE)
        shown = line.kind if index.data(CHECKED) else Kind.LEAVE
        if index.data(CHECKED) and shown is Kind.LEAVE:
            shown = Kind.IMPORT
        name, color = KIND_ICONS[shown]
        ink = "text"
        if isinstance(state, State):
            name, color = _STEPS.get(state.step, ("hourglass", "text-2")) if state.step else ("clock", "text-3")
            ink = {Step.FAILED: "error-text", None: "text-2"}.get(state.step, "text")
        elif not index.data(CHECKED):
            ink = "text-2"
        ratio = painter.device().devicePixelRatioF()
        glyph = icons.pixmap(name, of.color(color), box_size(), ratio)
        painter.drawPixmap(glyph_place(inner).topLeft(), glyph)
        room = placed(inner, inner.adjusted(box_size() + PAD, 0, 0, 0))
        if has_preview(index):
            link = preview_box(box)
            painter.setFont(font("body"))
            painter.setPen(QColor(of.color("accent-text")))
            draw_text(painter, link, end(), T("Preview"))
            if mirrored():
                room.setLeft(link.right() + PAD)
            else:
                room.setRight(link.left() - PAD)
        self._plain(painter, room, str(index.data()), of, ink)

    def _plain(self, painter: QPainter, box: QRect, text: str, of: Tokens, ink: str) -> None:
        painter.setFont(font("body"))
        painter.setPen(QColor(of.color(ink)))
        shown = QFontMetrics(font("body")).elidedText(text, Qt.TextElideMode.ElideRight, max(box.width(), 0))
        draw_text(painter, box, start(), shown)

    # what is under a line

    def _under(self, painter: QPainter, box: QRect, index: Where, entry: Entry, of: Tokens) -> None:
        if index.column() != PROFILE:
            return
        inner = placed(box, box.adjusted(PAD, 0, -EDGE, 0))
        variant = entry.variant
        if variant is None:
            ratio = painter.device().devicePixelRatioF()
            glyph = icons.pixmap("info", of.color("text-2"), box_size(), ratio)
            painter.drawPixmap(glyph_place(inner).topLeft(), glyph)
            self._plain(painter, placed(inner, inner.adjusted(box_size() + PAD, 0, 0, 0)), entry.note, of, "text-2")
            return
        _draw_radio(painter, QRectF(glyph_place(inner)).center(), of, on=variant.chosen)
        role = font("code" if variant.code else "body")
        metrics = QFontMetrics(role)
        room = placed(inner, inner.adjusted(box_size() + PAD, 0, 0, 0))
        text = metrics.elidedText(variant.text, Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(role)
        painter.setPen(QColor(of.color("text")))
        draw_text(painter, room, start(), text)
        rest = placed(room, room.adjusted(metrics.horizontalAdvance(text) + 10, 0, 0, 0))
        self._plain(painter, rest, variant.detail, of, "text-2")


def has_preview(index: Where) -> bool:
    """Whether the link stands at the right of a row."""
    entry = index.data(ENTRY)
    head = isinstance(entry, Entry) and entry.is_head and index.column() == WHAT
    return head and cast(Entry, entry).line.writes and bool(index.data(CHECKED)) and index.data(STATE) is None


def glyph_place(inner: QRect) -> QRect:
    """Return where the picture before a text is."""
    size = box_size()
    return placed(inner, QRect(inner.left(), inner.center().y() - size // 2 + 1, size, size))


def preview_box(box: QRect) -> QRect:
    """Return where the link stands in the last cell of a row."""
    width = QFontMetrics(font("body")).horizontalAdvance(T("Preview")) + 2
    return placed(box, QRect(box.right() - EDGE - width + 1, box.top(), width, box.height()))


def draw_check(painter: QPainter, box: QRectF, state: Qt.CheckState, of: Tokens, *, faint: bool = False) -> None:
    """Draw a check box: empty, with its tick, or with a dash."""
    painter.save()
    painter.translate(box.topLeft())
    painter.scale(box.width() / _BOX, box.height() / _BOX)
    box = QRectF(0, 0, _BOX, _BOX)
    if faint:
        painter.setOpacity(0.5)
    if state == Qt.CheckState.Unchecked:
        painter.setPen(QPen(QColor(of.color("border-control")), 1))
        painter.setBrush(QColor(of.color("field")))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.restore()
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(of.color("accent")))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QPen(QColor(of.color("on-accent")), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state == Qt.CheckState.Checked:
        painter.drawPolyline(QPolygonF([QPointF(4, 8.4), QPointF(6.8, 11.2), QPointF(12.2, 5.4)]))
    else:
        painter.drawLine(QPointF(4.5, 8), QPointF(11.5, 8))
    painter.restore()


def _draw_radio(painter: QPainter, middle: QPointF, of: Tokens, *, on: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen if on else QPen(QColor(of.color("border-control")), 1))
    painter.setBrush(QColor(of.color("accent" if on else "field")))
    painter.drawEllipse(middle, box_size() / 2 - 0.5, box_size() / 2 - 0.5)
    if on:
        painter.setBrush(QColor(of.color("on-accent")))
        painter.drawEllipse(middle, box_size() * 3 / _BOX, box_size() * 3 / _BOX)
