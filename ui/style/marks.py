"""Paints the ring and the other status glyphs, production marks and label dots. Pixmaps of glyphs are cached."""

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from ui.present.glyphs import Glyph, Shape
from ui.style.fonts import font
from ui.style.mirror import draw_text
from ui.style.tokens import Tokens, tokens

_BOX = 24.0
_MARK, _CAP = 16, 18  # px of a mark and a key's cap, at least
_TOP = 90 * 16  # 12 o'clock in Qt's sixteenths of a degree


def glyph_pixmap(glyph: Glyph, size: int, ratio: float, theme: str, turn: int = 0, *, around: float = 2.0) -> QPixmap:
    """Return a status glyph, `size` logical pixels square; `turn` in degrees for the one that turns.

    `around`: how much is left free about a ring, of a box of 24.
    """
    return _pixmap(glyph, size, ratio, theme, turn if glyph.shape is Shape.BUSY else 0, around)


@cache
def _pixmap(glyph: Glyph, size: int, ratio: float, theme: str, turn: int, around: float) -> QPixmap:
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    seen = _BOX - 2 * (2 - around)
    painter.scale(size / seen, size / seen)
    painter.translate(around - 2, around - 2)
    _draw(painter, glyph, tokens(theme), turn)
    painter.end()
    return made


def _pen(color: str, width: float = 2.5, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(QColor(color), width, style)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if style == Qt.PenStyle.SolidLine else Qt.PenCapStyle.RoundCap)
    return pen


def _draw(painter: QPainter, glyph: Glyph, of: Tokens, turn: int) -> None:
    ring = QRectF(3.25, 3.25, 17.5, 17.5)
    match glyph.shape:
        case Shape.IDLE:
            painter.setPen(_pen(of.color("idle"), 2))
            painter.drawEllipse(QPointF(12, 12), 4, 4)
        case Shape.ACTIVE:
            _active(painter, glyph, of, ring)
        case Shape.BUSY:
            painter.setPen(_pen(of.color("track")))
            painter.drawEllipse(ring)
            painter.setPen(_pen(of.color("accent-text")))
            painter.drawArc(ring, _TOP - turn * 16, -round(0.28 * 5760))
        case Shape.WAITS:
            painter.setPen(_pen(of.color("accent-text")))
            painter.drawEllipse(ring)
            _dots(painter, of.color("accent-text"))
        case Shape.FAILED:
            painter.setPen(_pen(of.color("error")))
            painter.drawEllipse(ring)
            painter.drawLine(QPointF(9, 9), QPointF(15, 15))
            painter.drawLine(QPointF(15, 9), QPointF(9, 15))
        case Shape.EXPIRED:
            painter.setPen(_pen(of.color("idle")))
            painter.drawEllipse(ring)
            painter.drawLine(QPointF(8.5, 12), QPointF(15.5, 12))
        case Shape.PAUSED:
            painter.setPen(_pen(of.color("idle"), 2.2, Qt.PenStyle.DotLine))
            painter.drawEllipse(ring)
            painter.fillRect(QRectF(9, 8.5, 2, 7), QColor(of.color("idle")))
            painter.fillRect(QRectF(13, 8.5, 2, 7), QColor(of.color("idle")))


def _active(painter: QPainter, glyph: Glyph, of: Tokens, ring: QRectF) -> None:
    color = of.color("warn" if glyph.amber else "ok")
    painter.setPen(_pen(of.color("track")))
    painter.drawEllipse(ring)
    painter.setPen(_pen(color))
    painter.drawArc(ring, _TOP, -round(glyph.percent / 100 * 5760))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QPointF(12, 12), 3, 3)
    if glyph.warns:
        _triangle(painter, of)


def _triangle(painter: QPainter, of: Tokens) -> None:
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.drawPolygon(QPolygonF([QPointF(17.5, 10), QPointF(24.5, 24.5), QPointF(10.5, 24.5)]))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setBrush(QColor(of.color("warn")))
    painter.drawPolygon(QPolygonF([QPointF(17.5, 12), QPointF(23.7, 23), QPointF(11.3, 23)]))
    painter.setPen(_pen(of.color("surface"), 1.4))
    painter.drawLine(QPointF(17.5, 15.6), QPointF(17.5, 19))
    painter.drawLine(QPointF(17.5, 20.2), QPointF(17.5, 21.6))


def _dots(painter: QPainter, color: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    for x in (8.2, 12.0, 15.8):
        painter.drawEllipse(QPointF(x, 12), 1.3, 1.3)


def draw_ring(painter: QPainter, box: QRectF, glyph: Glyph, of: Tokens, width: float = 7.0) -> None:
    """Draw the large ring of the detail into a square box."""
    ring = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setPen(_pen(of.color("track"), width))
    painter.drawEllipse(ring)
    if glyph.shape is Shape.ACTIVE:
        pen = _pen(of.color("warn" if glyph.amber else "ok"), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if glyph.percent > 0:
            painter.drawArc(ring, _TOP, -round(glyph.percent / 100 * 5760))
    elif glyph.shape is Shape.BUSY:
        pen = _pen(of.color("accent-text"), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, _TOP, -round(0.28 * 5760))
    elif glyph.shape in {Shape.FAILED, Shape.WAITS}:
        painter.setPen(_pen(of.color("error" if glyph.shape is Shape.FAILED else "accent-text"), width))
        painter.drawEllipse(ring)


def mark_width(text: str, *, strong: bool = True) -> int:
    """Return the width of a filled or outlined mark; filled ones are strong."""
    return QFontMetrics(font("caption", strong=strong)).horizontalAdvance(text) + 12


def mark_height(*, key: bool = False) -> int:
    """Return the height of a mark; the cap of a key is a little higher. Both grow with the text."""
    line = QFontMetrics(font("caption", strong=True)).height()
    return max(line + 5, _CAP) if key else max(line + 3, _MARK)


def draw_mark(
    painter: QPainter,
    x: float,
    middle: float,
    text: str,
    of: Tokens,
    *,
    fill: str = "",
    ink: str = "",
    key: bool = False,
) -> float:
    """Draw a mark at x, centered on `middle`: filled with a color, outlined, or a key's cap. Returns the x behind."""
    made = font("caption", strong=bool(fill))
    height = mark_height(key=key)
    box = QRectF(x, round(middle - height / 2), mark_width(text, strong=bool(fill)), height)
    path = QPainterPath()
    path.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if fill:
        painter.fillPath(path, QColor(fill))
    else:
        painter.setBrush(QColor(of.color("raised")) if key else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(of.color("border-strong")), 1))
        painter.drawPath(path)
    painter.setPen(QColor(ink or of.color("on-prod" if fill else "text-2")))
    painter.setFont(made)
    draw_text(painter, box, Qt.AlignmentFlag.AlignCenter, text)
    return box.right()


def production_colors(label: str, of: Tokens) -> tuple[str, str]:
    """Return fill and ink of a production mark: crimson by default, else the label's color."""
    if label in {"", "crimson"}:
        return of.color("prod"), of.color("on-prod")
    return of.label(label), of.on_label


def forget() -> None:
    """Drop cached pixmaps."""
    _pixmap.cache_clear()
