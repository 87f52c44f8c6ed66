"""Paints a row of the timeline: production's edge, the name, and what the profile's sessions did."""

from datetime import datetime

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from app.domain.values import dataclass
from ui.activity.scale import Scale
from ui.activity.spans import Bar, Span
from ui.style.fonts import font
from ui.style.marks import production_colors
from ui.style.mirror import draw_text, placed_f, start
from ui.style.rows import draw_ground
from ui.style.theme import theme
from ui.style.tokens import Tokens

_MARKS_EVERY = 80  # px between two marks of time at least
_HALF = 5.0  # of a bar's height


def marks_every() -> int:
    """Return how many px apart two marks of time are at least: so many that what is written over both can be read."""
    return max(_MARKS_EVERY, QFontMetrics(font("small")).horizontalAdvance("Wed 00:00") + 12)


@dataclass(frozen=True, slots=True)
class Look:
    """How a row looks. `back`: the token of its ground, if it is chosen or linked; `picked`: the chosen session."""

    names: QRect
    track: QRect
    scale: Scale
    now: datetime
    mark: tuple[str, str]
    back: str = ""
    picked: Span | None = None


def draw_row(painter: QPainter, box: QRect, bar: Bar, look: Look) -> None:
    """Paint one row."""
    of, names, mark = theme().tokens, look.names, look.mark
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.back:
        draw_ground(painter, box, look.back, of)
    painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), 1), QColor(of.color("border")))
    if mark[0]:
        edge = QRectF(box.left(), box.top() + 4, 3, box.height() - 8)
        painter.fillRect(placed_f(box, edge), QColor(production_colors(mark[1], of)[0]))
    painter.setFont(font("body"))
    painter.setPen(QColor(of.color("text")))
    room = placed_f(names, QRectF(names.adjusted(12, 0, 0, 0)))
    name = painter.fontMetrics().elidedText(bar.profile, Qt.TextElideMode.ElideMiddle, int(room.width()))
    draw_text(painter, room, start(), name)
    painter.setClipRect(look.track)
    _track(painter, QRectF(look.track), bar, look, of)
    painter.restore()


def _track(painter: QPainter, box: QRectF, bar: Bar, look: Look, of: Tokens) -> None:
    scale, now = look.scale, look.now

    def x(at: datetime) -> float:
        return box.left() + box.width() * min(2.0, max(-1.0, scale.part(at)))

    middle, ok = box.center().y(), QColor(of.color("ok"))
    for at, _ in scale.marks(int(box.width()) // marks_every()):
        painter.fillRect(QRectF(round(x(at)), box.top(), 1, box.height() + 1), QColor(of.color("border")))
    for one in bar.spans:
        if one.end > now:
            painter.setPen(QPen(ok, 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(x(now), middle - _HALF, x(one.end) - x(now), 2 * _HALF), 3, 3)
        solid = QRectF(x(one.begin), middle - _HALF, max(3.0, x(min(one.end, now)) - x(one.begin)), 2 * _HALF)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ok)
        painter.drawRoundedRect(solid, 3, 3)
        for notch in one.notches:
            painter.fillRect(QRectF(x(notch) - 1, middle - _HALF, 2, 2 * _HALF), QColor(of.color("surface")))
        if one.lapsed:
            painter.fillRect(QRectF(x(one.end), middle - _HALF - 2, 2, 2 * _HALF + 4), QColor(of.color("text-2")))
        if one is look.picked:
            whole = QRectF(solid.left(), solid.top(), max(x(one.end) - solid.left(), solid.width()), solid.height())
            painter.setPen(QPen(QColor(of.color("focus")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(whole.adjusted(-3, -3, 3, 3), 5, 5)
    painter.setPen(QPen(QColor(of.color("accent")), 2))
    painter.drawLine(QPointF(x(now), box.top()), QPointF(x(now), box.bottom() + 1))
    for at in bar.problems:
        draw_failure(painter, x(at), middle, of)


def draw_failure(painter: QPainter, x: float, middle: float, of: Tokens) -> None:
    """Paint the × of a failure."""
    painter.setPen(QPen(QColor(of.color("surface")), 2))
    painter.setBrush(QColor(of.color("error")))
    painter.drawEllipse(QRectF(x - 7, middle - 7, 14, 14))
    painter.setPen(QPen(QColor(of.color("surface")), 1.6))
    painter.drawLine(QPointF(x - 2.5, middle - 2.5), QPointF(x + 2.5, middle + 2.5))
    painter.drawLine(QPointF(x - 2.5, middle + 2.5), QPointF(x + 2.5, middle - 2.5))
