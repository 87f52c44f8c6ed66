"""Pictures of a session: the large ring and the chain of roles."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy, QWidget

from app.texts import T
from ui.present.chain import Node
from ui.present.glyphs import Glyph as Drawing
from ui.present.glyphs import Shape
from ui.style.fonts import font, grown
from ui.style.marks import draw_ring
from ui.style.mirror import draw_text, mirrored, placed_f, start
from ui.style.theme import theme
from ui.widgets.basics import Glyph, Mark, column, plain, row

_RING = 92
_WORDS = _RING - 18  # px that a line of words has in the ring, at the usual size of texts
_NODE = 124  # px that a node needs for a name to be read


class Ring(QWidget):
    """The large ring with the time left in its middle."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._drawing = Drawing(Shape.IDLE)
        self._text, self._note = "", ""
        self.setFixedSize(grown(_RING), grown(_RING))

    def show_time(self, drawing: Drawing, text: str, note: str, spoken: str) -> None:
        """Show another time; `spoken` is its accessible name."""
        self._drawing, self._text, self._note = drawing, text, note
        self.setAccessibleName(spoken)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of = theme().tokens
        draw_ring(painter, QRectF(self.rect()), self._drawing, of)
        big = font("ring")
        while QFontMetrics(big).horizontalAdvance(self._text) > self.width() - 26 and big.pointSizeF() > 7:
            big.setPointSizeF(big.pointSizeF() - 0.5)
        small, lines = ring_words(self._note)
        heights = [QFontMetrics(big).height() if self._text else 0, QFontMetrics(small).height() * len(lines)]
        top = (self.height() - sum(heights)) / 2
        painter.setPen(QColor(of.color("warn-text" if self._drawing.amber else "text")))
        painter.setFont(big)
        painter.drawText(QRectF(0, top, self.width(), heights[0]), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.setPen(QColor(of.color("text-2")))
        painter.setFont(small)
        at = QRectF(0, top + heights[0], self.width(), heights[1])
        painter.drawText(at, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))


def ring_words(note: str) -> tuple[QFont, list[str]]:
    """Return the words in a large ring, broken between words, in a font in which they are whole, if any is."""
    small, room = font("small"), grown(_WORDS)
    while max(map(QFontMetrics(small).horizontalAdvance, note.split()), default=0) > room and small.pointSizeF() > 7:
        small.setPointSizeF(small.pointSizeF() - 0.5)
    metrics, lines = QFontMetrics(small), list[str]()
    for word in note.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return small, [metrics.elidedText(one, Qt.TextElideMode.ElideRight, room) for one in lines]


class TimeRing(QWidget):
    """How much of a time is left, for the eye alone: the words beside it say the same."""

    def __init__(self, size: int) -> None:
        """Begin with all of it."""
        super().__init__()
        self._part = 1.0
        self.setFixedSize(grown(size), grown(size))

    def show_part(self, part: float) -> None:
        """Show how much is left, from 1 to 0."""
        self._part = min(max(part, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of, width = theme().tokens, max(self.width() / 10, 2.0)
        ring = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        pen = QPen(QColor(of.color("track")), width)
        painter.setPen(pen)
        painter.drawEllipse(ring)
        pen.setColor(QColor(of.color("accent-text")))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, -round(self._part * 5760))


class Chain(QWidget):
    """The chain as nodes and arrows. `picked` carries a node's `hop`."""

    picked = Signal(int)

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._nodes: tuple[Node, ...] = ()
        self._arrows: list[Arrow] = []  # those before are children too until Qt has deleted them

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Show another chain; the same one changes nothing."""
        if tuple(nodes) == self._nodes:
            return
        self._nodes = tuple(nodes)
        while self._row.count():
            item = self._row.takeAt(0)
            gone = item.widget() if item else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._arrows = [Arrow(node) for node in nodes[1:]]
        for number, node in enumerate(nodes):
            if number:
                self._row.addWidget(self._arrows[number - 1])
            box = NodeBox(node)
            box.pressed.connect(self.picked)
            self._row.addWidget(box, 1)

    def fit(self, width: int) -> None:
        """Stand side by side where `width` has room for it, else one below the other."""
        needed = sum(arrow.across for arrow in self._arrows) + grown(_NODE) * len(self._nodes)
        down = needed > width
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)
        for arrow in self._arrows:
            arrow.set_down(down=down)


class Arrow(QWidget):
    """The way to a node: what the step needs above, its duration below."""

    def __init__(self, node: Node) -> None:
        """Show the step to a node."""
        super().__init__()
        self._node = node
        metrics = QFontMetrics(font("caption"))
        words = max(metrics.horizontalAdvance(text) for text in (node.above, node.below, ""))
        self.across = max(words + 10, 44)
        self._down = False
        self.set_down(down=False)

    def set_down(self, *, down: bool) -> None:
        """Point down or to the right."""
        self._down = down
        unbound = 16_777_215  # Qt's own "no limit"
        self.setMinimumSize(0 if down else self.across, 26 if down else 0)
        self.setMaximumSize(unbound if down else self.across, 26 if down else unbound)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of, failed = theme().tokens, self._node.failed
        color = QColor(of.color("error" if failed else "idle"))
        if self._down:
            self._paint_down(painter, color)
            return
        middle = self.height() / 2
        painter.setPen(_way(color, failed=failed))
        tip, back = (5, 11) if mirrored() else (self.width() - 5, self.width() - 11)
        painter.drawLine(QPointF(self.width() - 5 if mirrored() else 5, middle), QPointF(back, middle))
        _head(painter, color, QPointF(back, middle - 3.5), QPointF(tip, middle), QPointF(back, middle + 3.5))
        painter.setFont(font("caption"))
        painter.setPen(QColor(of.color("error-text" if failed else "text-2")))
        height = QFontMetrics(font("caption")).height()
        flags = Qt.AlignmentFlag.AlignCenter
        draw_text(painter, QRectF(0, middle - height - 6, self.width(), height), flags, self._node.above)
        draw_text(painter, QRectF(0, middle + 6, self.width(), height), flags, self._node.below)

    def _paint_down(self, painter: QPainter, color: QColor) -> None:
        of, failed = theme().tokens, self._node.failed
        painter.setPen(_way(color, failed=failed))
        x, tip = self.width() - 24.0 if mirrored() else 24.0, self.height() - 4
        painter.drawLine(QPointF(x, 3), QPointF(x, tip - 6))
        _head(painter, color, QPointF(x - 3.5, tip - 6), QPointF(x, tip), QPointF(x + 3.5, tip - 6))
        painter.setFont(font("caption"))
        painter.setPen(QColor(of.color("error-text" if failed else "text-2")))
        words = "  ".join(part for part in (self._node.above, self._node.below) if part)
        room = placed_f(self.rect(), QRectF(38, 0, self.width() - 38, self.height()))
        draw_text(painter, room, start(), words)


def _way(color: QColor, *, failed: bool) -> QPen:
    """Return the pen of an arrow's shaft: dashed where the step failed."""
    pen = QPen(color, 1.5)
    if failed:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([2.7, 2.0])
    return pen


def _head(painter: QPainter, color: QColor, *corners: QPointF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF(corners))


class NodeBox(QFrame):
    """One node; Enter, Space or a click picks it."""

    pressed = Signal(int)

    def __init__(self, node: Node) -> None:
        """Show a node."""
        super().__init__()
        self._hop = node.hop
        self.setProperty("card", "node-error" if node.failed else "node")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(node.spoken)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(T("Edit {name}", name=node.name))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        head = plain(row(Glyph(node.icon, size=14), Elided(node.kind, "caption", "text-2"), None, spacing=5))
        mark = Mark(production=True)
        mark.set(node.production, node.label)
        layout = head.layout()
        if layout is not None and node.production:
            layout.addWidget(mark)
        name = Elided(node.name, "body", "text", strong=True)
        margins = (11, 8, 10, 8) if node.failed else (12, 9, 11, 9)  # its border is wider
        account = (Elided(node.account, "small", "text-2"),) if node.account else ()
        self.setLayout(column(head, name, *account, None, spacing=2, margins=margins))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self.pressed.emit(self._hop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.pressed.emit(self._hop)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme().tokens.color("focus")), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)


class Elided(QWidget):
    """One line of text that gives way: cut in the middle, whole in the tooltip."""

    def __init__(self, text: str, role: str, color: str, *, strong: bool = False) -> None:
        """Show a text."""
        super().__init__()
        self._text, self._color, self._shorter = text, color, tuple[str, ...]()
        self._font = font(role, strong=strong)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(text)
        self.setAccessibleName(text)

    def set_face(self, role: str, *, strong: bool = False) -> None:
        """Write it in another type role, or strong."""
        self._font = font(role, strong=strong)
        self.updateGeometry()
        self.update()

    def set(self, text: str, color: str = "", *, shorter: tuple[str, ...] = ()) -> None:
        """Show another text; of `shorter` the first that fits is shown where the whole does not."""
        self._text, self._color, self._shorter = text, color or self._color, shorter
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font)
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 40), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(QColor(theme().tokens.color(self._color)))
        metrics = QFontMetrics(self._font)
        forms = (self._text, *self._shorter)
        text = next((one for one in forms if metrics.horizontalAdvance(one) <= self.width()), forms[-1])
        said = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, self.width())
        draw_text(painter, self.rect(), start(), said)
