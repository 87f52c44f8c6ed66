"""A small ring that empties, for the eye."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.style.fonts import grown
from ui.style.theme import theme

_SIZE, _LINE = 16, 2.0


class Countdown(QWidget):
    """Shows which part of a time is left."""

    def __init__(self) -> None:
        """Begin full."""
        super().__init__()
        self._left = 1.0
        self.setFixedSize(grown(_SIZE), grown(_SIZE))

    @property
    def left(self) -> float:
        """What is shown."""
        return self._left

    def show_left(self, left: float) -> None:
        """Show what is left, from 0 to 1."""
        self._left = min(max(left, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, of = QPainter(self), theme().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(_LINE, _LINE, -_LINE, -_LINE)
        painter.setPen(QPen(QColor(of.color("track")), _LINE))
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor(of.color("accent-text")), _LINE))
        painter.drawArc(ring, 90 * 16, round(self._left * 5760))
