"""The line below a profile's name: its group, when it was used last, its tags with their picture."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import icons
from ui.style.fonts import font
from ui.style.mirror import draw_text, placed, start
from ui.style.theme import theme

_PICTURE, _NEAR, _FAR = 14, 5, 12  # px: the tag's picture, before its word, before the next


class PlaceLine(QWidget):
    """Gives way where there is no room: what is left out is in the tooltip."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._place, self._tags = "", tuple[str, ...]()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set(self, place: str, tags: tuple[str, ...]) -> None:
        """Show another place and other tags; nothing is shown where there are none."""
        self._place, self._tags = place, tags
        said = ", ".join(part for part in (place, *tags) if part)
        self.setToolTip(said)
        self.setAccessibleName(said)
        self.setVisible(bool(said))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return what stands in the line."""
        return " · ".join(part for part in (self._place, " ".join(self._tags)) if part)

    def sizeHint(self) -> QSize:
        return QSize(120, max(QFontMetrics(font("small")).height(), _PICTURE) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, of = QPainter(self), theme().tokens
        painter.setFont(font("small"))
        painter.setPen(QColor(of.color("text-2")))
        metrics = painter.fontMetrics()
        x = self._word(painter, 0, self._place)
        if self._place and self._tags:
            x = self._word(painter, x + 6, "·") + 6
        picture = icons.pixmap("tag", of.color("text-2"), _PICTURE, self.devicePixelRatioF())
        for tag in self._tags:
            if x + _PICTURE + metrics.averageCharWidth() * 4 > self.width():
                self._word(painter, x, "…")
                return
            at = QRect(x, (self.height() - _PICTURE) // 2, _PICTURE, _PICTURE)
            painter.drawPixmap(placed(self.rect(), at).topLeft(), picture)
            x = self._word(painter, x + _PICTURE + _NEAR, tag) + _FAR

    def _word(self, painter: QPainter, x: int, text: str) -> int:
        metrics = painter.fontMetrics()
        said = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(self.width() - x, 0))
        draw_text(painter, placed(self.rect(), QRect(x, 0, self.width() - x, self.height())), start(), said)
        return x + metrics.horizontalAdvance(said)
