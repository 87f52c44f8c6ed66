"""The glyph of work in progress; it turns while it is shown, unless motion is not wanted."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.texts import T
from ui.present.glyphs import Glyph, Shape
from ui.style.fonts import grown
from ui.style.marks import glyph_pixmap
from ui.style.theme import theme

_STEP = 30  # degrees
_TICKS = 12


class Busy(QWidget):
    """`size` logical pixels square, more where texts are larger."""

    def __init__(self, size: int = 16) -> None:
        """Begin still."""
        super().__init__()
        self._turn = 0
        self.setFixedSize(grown(size), grown(size))
        self.setAccessibleName(T("in progress"))
        self._timer = QTimer(self)
        self._timer.setInterval(theme().tokens.motion["spinner"] // _TICKS)
        self._timer.timeout.connect(self._tick)
        theme().motion_changed.connect(self._begin)

    def _begin(self) -> None:
        """Turn where it is seen and motion is wanted."""
        if self.isVisible() and not theme().still:
            self._timer.start()
        else:
            self._timer.stop()

    def _tick(self) -> None:
        self._turn = (self._turn + _STEP) % 360
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        glyph = Glyph(Shape.BUSY)
        picture = glyph_pixmap(glyph, self.width(), self.devicePixelRatioF(), theme().tokens.theme, self._turn)
        painter.drawPixmap(0, 0, picture)
