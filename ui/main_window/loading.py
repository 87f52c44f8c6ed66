"""What stands where the main window will be while a large catalog is read: shown only if that takes a moment."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.texts import T
from ui.style.fonts import font, grown
from ui.style.icons import application_icon
from ui.style.mirror import draw_text, placed_f, start
from ui.style.theme import theme

_SIZE, _FRAME = QSize(1180, 760), QSize(0, 48)
_SIDE, _LIST, _ROW = 208, 388, 52
_LINES = ((140, 210), (196, 270), (112, 182), (164, 236), (150, 204))  # px of names and places


class LoadingWindow(QWidget):
    """The window's outline with rows to come. It takes no input and is closed by who opened it."""

    def __init__(self) -> None:
        """Take the room that the window will take."""
        super().__init__()
        self.setWindowTitle("Rolecall")
        self.setWindowIcon(application_icon())
        self.resize((_SIZE * grown(1000) / 1000).boundedTo(self.screen().availableSize() - _FRAME))
        self.setAccessibleName(T("Reading the profiles…"))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, of = QPainter(self), theme().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(of.color("surface")))
        left = _SIDE if self.width() >= 900 else 0
        box = QRectF(self.rect())
        painter.fillRect(placed_f(box, QRectF(0, 0, left, self.height())), QColor(of.color("window")))
        for x in (left, left + _LIST):
            painter.fillRect(placed_f(box, QRectF(x, 0, 1, self.height())), QColor(of.color("border")))
        painter.setPen(QColor(of.color("border-control")))
        field = placed_f(box, QRectF(left + 12.5, 12.5, _LIST - 25, 32))
        painter.drawRoundedRect(field, 6, 6)
        painter.setPen(QColor(of.color("text-3")))
        painter.setFont(font("body"))
        draw_text(painter, placed_f(field, field.adjusted(14, 0, -8, 0)), start(), T("Reading the profiles…"))
        for number in range((self.height() - 92) // _ROW):
            self._row(painter, left + 14, 92 + number * _ROW, *_LINES[number % len(_LINES)])
        painter.end()

    def _row(self, painter: QPainter, x: int, y: int, name: int, place: int) -> None:
        of = theme().tokens
        painter.setPen(QColor(of.color("track")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(self.rect())
        painter.drawEllipse(placed_f(box, QRectF(x + 2, y + 18, 16, 16)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(of.color("press")))
        for left, top, width in ((x + 32, y + 12, name), (x + 32, y + 31, place), (x + _LIST - 74, y + 12, 46)):
            painter.drawRoundedRect(placed_f(box, QRectF(left, top, width, 9)), 4, 4)
