"""Paints the palette's lines: glyph, name with the matched letters, marks, place, time, and the key of the selected."""

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.texts import T
from ui.palette.model import HEADING, MARKED, ROW, Where
from ui.present.palette import Heading, Marked
from ui.present.rows import Row
from ui.style.faces import Face
from ui.style.fonts import font, grown
from ui.style.marks import draw_mark, glyph_pixmap, mark_width, production_colors
from ui.style.mirror import draw_text, placed, placed_f, start
from ui.style.rows import draw_ground
from ui.style.theme import theme
from ui.style.tokens import Tokens

_EDGE, _GLYPH, _AFTER = 6, 16, 11  # before the selection and the glyph, and between glyph and name
_SIZE = 24  # px of a glyph's picture, 20 of them drawn; it grows with the texts
_RIGHT = 16
_GAP = 18
_MIDDLE, _END = Qt.AlignmentFlag.AlignVCenter, Qt.TextElideMode.ElideRight


class PaletteDelegate(QStyledItemDelegate):
    """One line per profile. `turn`: degrees of the glyph that turns."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin."""
        super().__init__(parent)
        self.turn = 0
        self._faces: dict[tuple[str, QFont.Weight], Face] = {}

    def forget(self) -> None:
        """Measure again, after a change of font."""
        self._faces.clear()

    def _face(self, role: str, weight: QFont.Weight = QFont.Weight.Normal) -> Face:
        made = self._faces.get((role, weight))
        if made is None:
            made = self._faces[role, weight] = Face(role, weight)
        return made

    def sizeHint(self, option: QStyleOptionViewItem, index: Where) -> QSize:
        del option
        if isinstance(index.data(HEADING), Heading):
            return QSize(0, max(24, QFontMetrics(font("small")).lineSpacing() + 9))
        return QSize(0, theme().tokens.height("palette-row", QFontMetrics(font("body")).lineSpacing()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Where) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of = theme().tokens
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        row = index.data(ROW)
        if isinstance(index.data(HEADING), Heading):
            painter.setFont(font("small", strong=True))
            painter.setPen(QColor(of.color("text-3")))
            draw_text(painter, placed(box, box.adjusted(_EDGE + 10, 2, -_RIGHT, 0)), start(), str(index.data()))
        elif isinstance(row, Row):
            selected = bool(state & QStyle.StateFlag.State_Selected)
            if selected or state & QStyle.StateFlag.State_MouseOver:
                ground = "selected" if selected else "hover"
                draw_ground(painter, box.adjusted(_EDGE, 0, -_EDGE, 0), ground, of, 6)
            self._row(painter, box, row, index.data(MARKED), selected=selected, of=of)
        painter.restore()

    def _row(self, painter: QPainter, box: QRect, row: Row, found: Marked, *, selected: bool, of: Tokens) -> None:
        if row.production:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(production_colors(row.label, of)[0]))
            edge = QRectF(box.left() + _EDGE, box.top() + 9, 3, box.height() - 18)
            painter.drawRoundedRect(placed_f(box, edge), 1.5, 1.5)
        ratio = painter.device().devicePixelRatioF()
        size = grown(_SIZE)
        glyph = glyph_pixmap(row.glyph, size, ratio, of.theme, self.turn)
        place = QRect(box.left() + _GLYPH, box.top() + (box.height() - size) // 2, size, size)
        painter.drawPixmap(placed(box, place).topLeft(), glyph)
        right = self._right(painter, box, row, selected=selected, of=of)
        right = min(right, box.right() - _RIGHT - self._column()) - _GAP
        x = self._name(painter, box, row, found, right, of)
        room = right - round(x) - _GAP
        if room > 40:
            face = self._face("small")
            pieces = face.pieces(face.metrics.elidedText(found.second, _END, room), found.places)
            width = sum(piece[2] for piece in pieces)
            at = placed(box, QRect(right - width, box.top(), width, box.height()))
            face.draw(painter, at, pieces, of.color("text-2"), of)

    def _column(self) -> int:
        """Return the width of the column of time and key: what stands before it does not move with the selection."""
        return mark_width(T("Enter"), strong=False) + 8 + self._face("body").metrics.horizontalAdvance("00:00")

    def _right(self, painter: QPainter, box: QRect, row: Row, *, selected: bool, of: Tokens) -> int:
        """Draw time or state, and for the selected row its key; return where that begins."""
        right = box.right() + 1 - _RIGHT
        if selected:
            key = T("Enter")
            wide = mark_width(key, strong=False)
            right -= wide
            at = placed(box, QRect(right, box.top(), wide, box.height()))
            draw_mark(painter, at.left(), box.center().y() + 1, key, of, key=True)
            right -= 8
        text, tone = (row.right, row.tone) if row.running else ("", "text-2")
        if selected and not text:
            text = T("Start")
        face = self._face("body", QFont.Weight.Medium) if row.running else self._face("small")
        width = face.metrics.horizontalAdvance(text)
        painter.setFont(face.plain)
        painter.setPen(QColor(of.color(tone)))
        draw_text(painter, placed(box, QRect(right - width, box.top(), width + 1, box.height())), start(), text)
        return right - width

    def _name(self, painter: QPainter, box: QRect, row: Row, found: Marked, right: int, of: Tokens) -> float:
        marks = [(row.production, True)] if row.production else []
        marks += [(T("default"), False)] if row.default else []
        taken = sum(mark_width(text, strong=filled) + 10 for text, filled in marks)
        face = self._face("body", QFont.Weight.Medium)
        left = box.left() + _GLYPH + grown(_SIZE) + _AFTER
        name = face.metrics.elidedText(row.name, _END, max(right - left - taken, 80))
        pieces = face.pieces(name, found.name)
        width = sum(piece[2] for piece in pieces)
        face.draw(painter, placed(box, QRect(left, box.top(), width, box.height())), pieces, of.color("text"), of)
        x = left + width + 10.0
        for text, production in marks:
            fill, ink = production_colors(row.label, of) if production else ("", "")
            at = placed_f(box, QRectF(x, box.top(), mark_width(text, strong=bool(fill)), 1))
            draw_mark(painter, at.left(), box.center().y() + 1, text, of, fill=fill, ink=ink)
            x += at.width() + 8
        return x
