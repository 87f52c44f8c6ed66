"""The ground of a row that is chosen or pointed at; in high contrast an outline says what a tint says otherwise."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.style.tokens import Tokens


def draw_ground(painter: QPainter, box: QRect, name: str, of: Tokens, radius: float = 0.0) -> None:
    """Fill a row with a token: "selected", "selected-inactive", "hover" or another surface."""
    if radius:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(of.color(name)))
        painter.drawRoundedRect(QRectF(box), radius, radius)
    else:
        painter.fillRect(box, QColor(of.color(name)))
    if of.high and name.startswith("selected"):
        width = 3 if name == "selected" else 2
        inset = width / 2
        painter.setPen(QPen(QColor(of.color("focus" if name == "selected" else "border-control")), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(
            QRectF(box).adjusted(inset, inset, -inset, -inset), max(radius - inset, 0), max(radius - inset, 0)
        )
        painter.setPen(Qt.PenStyle.NoPen)
