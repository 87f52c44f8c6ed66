"""Paints the rows of the profile list: glyph, name, marks, time at the right, second line."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.texts import T
from ui.models.profiles import MARKED, ROW, SECTION
from ui.present.arrange import Section, section_title
from ui.present.glyphs import Shape
from ui.present.palette import Marked
from ui.present.rows import Row
from ui.style import icons
from ui.style.faces import Face, places_in
from ui.style.fonts import font, grown
from ui.style.marks import draw_mark, glyph_pixmap, mark_width, production_colors
from ui.style.mirror import draw_text, end, placed, placed_f, start
from ui.style.rows import draw_ground
from ui.style.theme import theme
from ui.style.tokens import Tokens

Where = QModelIndex | QPersistentModelIndex
_PAD, _RING, _GAP = 14, 20, 12
_BOX = 24  # px of a glyph's picture, 20 of them drawn
_STAR, _ICON = 12, 14  # these grow with the texts


class ProfileDelegate(QStyledItemDelegate):
    """Two-line rows, or one line where `compact`."""

    def __init__(self, parent: QObject | None = None, *, compact: bool = False) -> None:
        """Set how many lines a row has."""
        super().__init__(parent)
        self.compact = compact
        self.turn = 0  # degrees of the glyph that turns
        self._heights: tuple[int, int] | None = None
        self._faces: dict[tuple[str, QFont.Weight], Face] = {}

    def forget(self) -> None:
        """Measure again, after a change of font or density."""
        self._heights = None
        self._faces.clear()

    def metrics(self) -> QFontMetrics:
        """Return the measures of a row's first line."""
        return self._face("body").metrics

    def _face(self, role: str, weight: QFont.Weight = QFont.Weight.Normal) -> Face:
        made = self._faces.get((role, weight))
        if made is None:
            made = self._faces[role, weight] = Face(role, weight)
        return made

    def heights(self) -> tuple[int, int]:
        """Return how high rows and headings are."""
        if self._heights is None:
            of = theme().tokens
            line, small = (self._face(role).metrics.lineSpacing() for role in ("body", "small"))
            tall = (
                of.height("list-row-compact", line) if self.compact else max(of.heights["list-row"], line + small + 12)
            )
            self._heights = tall, of.height("section", small) - 2
        return self._heights

    def sizeHint(self, option: QStyleOptionViewItem, index: Where) -> QSize:
        del option
        return QSize(0, self.heights()[1 if isinstance(index.data(SECTION), Section) else 0])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Where) -> None:
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType]
        section, row, found = (index.data(role) for role in (SECTION, ROW, MARKED))
        if isinstance(section, Section):
            self.draw_section(painter, box, section)
        elif isinstance(row, Row):
            self.draw(painter, box, state, row, found if isinstance(found, Marked) else None)

    def draw_section(self, painter: QPainter, box: QRect, section: Section) -> None:
        """Draw a heading."""
        painter.save()
        self._section(painter, box, section_title(section), section, theme().tokens)
        painter.restore()

    def draw(self, painter: QPainter, box: QRect, state: QStyle.StateFlag, row: Row, found: Marked | None) -> None:
        """Draw a profile; `state`: Active stands for a view that has the focus."""
        painter.save()
        self._background(painter, box, state, theme().tokens)
        self._row(painter, box, row, found, theme().tokens)
        painter.restore()

    def _section(self, painter: QPainter, box: QRect, title: str, section: Section, of: Tokens) -> None:
        painter.fillRect(box, QColor(of.color("window")))
        for y in (box.top(), box.bottom()) if box.top() > 0 else (box.bottom(),):  # the list's head has a line itself
            painter.fillRect(box.left(), y, box.width(), 1, QColor(of.color("border")))
        strong = font("small", strong=True)
        painter.setFont(strong)
        painter.setPen(QColor(of.color("text-3")))
        inner = box.adjusted(_PAD, 0, -_PAD, 0)
        draw_text(painter, inner, start(), title)
        width = QFontMetrics(strong).horizontalAdvance(title)
        painter.setFont(font("small"))
        painter.setPen(QColor(of.color("text-3")))
        draw_text(painter, placed(inner, inner.adjusted(width + 6, 0, 0, 0)), start(), str(section.count))

    def _background(self, painter: QPainter, box: QRect, state: QStyle.StateFlag, of: Tokens) -> None:
        if state & QStyle.StateFlag.State_Selected:
            focused = bool(state & QStyle.StateFlag.State_Active)
            draw_ground(painter, box, "selected" if focused else "selected-inactive", of)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(of.color("hover")))
        if state & QStyle.StateFlag.State_KeyboardFocusChange and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(of.color("focus")), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _row(self, painter: QPainter, box: QRect, row: Row, found: Marked | None, of: Tokens) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.production:
            bar = QRectF(box.left() - 3, box.top() + 6, 6, box.height() - 12)  # half of it: round at its inner side
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(production_colors(row.label, of)[0]))
            painter.drawRoundedRect(placed_f(box, bar), 2, 2)
        ratio = painter.device().devicePixelRatioF()
        size, ring = grown(_BOX), grown(_RING)
        glyph = glyph_pixmap(row.glyph, size, ratio, of.theme, self.turn)
        left = box.left() + _PAD
        place = QRect(left - (size - ring) // 2, box.top() + (box.height() - size) // 2, size, size)
        painter.drawPixmap(placed(box, place).topLeft(), glyph)
        inner = QRect(left + ring + _GAP, box.top(), box.width() - 2 * _PAD - ring - _GAP, box.height())
        inner = placed(box, inner)
        body, small = self._face("body").metrics, self._face("small").metrics
        if self.compact:
            self._first(painter, inner, row, found, of)
            return
        top = box.top() + (box.height() - body.lineSpacing() - small.lineSpacing() - 2) // 2
        self._first(painter, QRect(inner.left(), top, inner.width(), body.lineSpacing()), row, found, of)
        second = QRect(inner.left(), top + body.lineSpacing() + 2, inner.width(), small.lineSpacing())
        self._second(painter, second, row, found, of)

    def _first(self, painter: QPainter, line: QRect, row: Row, found: Marked | None, of: Tokens) -> None:
        body = self._face("body")
        painter.setFont(body.plain)
        width = body.metrics.horizontalAdvance(row.right)
        painter.setPen(QColor(of.color(row.tone)))
        draw_text(painter, line, end(), row.right)
        room, star = line.width() - width - 12, grown(_STAR)
        marks = [(row.production, True)] if row.production else []
        marks += [(T("default"), False)] if row.default else []
        taken = sum(mark_width(text, strong=filled) + 8 for text, filled in marks) + (star + 8 if row.favorite else 0)
        face = self._face("body", QFont.Weight.DemiBold if row.running else QFont.Weight.Medium)
        name = face.metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, max(room - taken, 60))
        places = places_in(name, row.name, found.name) if found is not None else frozenset[int]()
        pieces = face.pieces(name, places)
        wide = sum(piece[2] for piece in pieces)
        at = QRect(line.left(), line.top(), wide, line.height())
        face.draw(painter, placed(line, at), pieces, of.color("text"), of)
        x = line.left() + wide + 8.0
        middle = line.center().y() + 1.0
        for text, production in marks:
            fill, ink = production_colors(row.label, of) if production else ("", "")
            mark = placed_f(line, QRectF(x, middle, mark_width(text, strong=production), 1))
            draw_mark(painter, mark.left(), middle, text, of, fill=fill, ink=ink)
            x += mark.width() + 8
        if row.favorite:
            self._icon(painter, "star-fill", of.color("text-2"), round(x), line, star)
            x += star + 8
        if self.compact:
            free = QRect(round(x), line.top(), line.left() + room - round(x), line.height())
            self._role(painter, free, line, row, of)

    def _role(self, painter: QPainter, room: QRect, line: QRect, row: Row, of: Tokens) -> None:
        """Draw the role before the time, where a row of one line has room for all of it."""
        face, role = self._face("small"), row.second.rpartition(" · ")[2]
        column = self._face("body").metrics.horizontalAdvance("00:00") + 12
        right = min(room.right(), line.right() - column)
        width = face.metrics.horizontalAdvance(role)
        if width + 4 <= right - room.left():
            painter.setFont(face.plain)
            painter.setPen(QColor(of.color("text-2")))
            at = QRect(right - width - 1, line.top(), width + 2, line.height())
            draw_text(painter, placed(line, at), end(), role)

    def _second(self, painter: QPainter, line: QRect, row: Row, found: Marked | None, of: Tokens) -> None:
        right, size = line.right() + 1, grown(_ICON)
        for name in reversed(row.deliveries):
            right -= size + 2
            self._icon(painter, name, of.color("text-2"), right, line, size)
            right -= 4
        face = self._face("small")
        metrics = face.metrics
        painter.setFont(face.plain)
        painter.setPen(QColor(of.color("text-2")))
        width = metrics.horizontalAdvance(row.region)
        right -= width + 2
        draw_text(painter, placed(line, QRect(right, line.top(), width + 2, line.height())), start(), row.region)
        left = line.left()
        if row.label and not row.production:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(of.label(row.label)))
            painter.drawEllipse(placed_f(line, QRectF(left, line.center().y() - 2.5, 6, 6)))
            left += 12
        room = max(right - left - 12, 0)
        second, places = (found.second, found.places) if found is not None else (row.second, frozenset[int]())
        pieces = face.pieces(metrics.elidedText(second, Qt.TextElideMode.ElideRight, room), places)
        at = QRect(left, line.top(), sum(piece[2] for piece in pieces), line.height())
        face.draw(painter, placed(line, at), pieces, of.color("text-2"), of)

    def _icon(self, painter: QPainter, name: str, color: str, x: int, line: QRect, size: int) -> None:
        ratio = painter.device().devicePixelRatioF()
        at = placed(line, QRect(x, line.center().y() - size // 2 + 1, size, size))
        painter.drawPixmap(at.topLeft(), icons.pixmap(name, color, size, ratio))


def turning(row: Row) -> bool:
    """Whether a row's glyph turns."""
    return row.glyph.turns or row.glyph.shape is Shape.BUSY
