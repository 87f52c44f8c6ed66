"""A switch: a check box with the look of one, for a setting that has a line to itself."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from ui.style.theme import theme

_WIDTH, _HEIGHT = 34, 20


class Switch(QCheckBox):
    """Its name is said by a label beside it; give it an accessible name."""

    def __init__(self) -> None:
        """Begin off."""
        super().__init__()
        self.setProperty("switch", True)
        self._held = False

    def hold(self, *, on: bool) -> None:
        """Show it as on and out of reach, whatever it says itself: something else sees to it already."""
        self._held = on
        self.setEnabled(not on)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH + 4, _HEIGHT + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """The whole of it."""
        del pos
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        of = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, usable = self.isChecked() or self._held, self.isEnabled()
        box = QRectF((self.width() - _WIDTH) / 2, (self.height() - _HEIGHT) / 2, _WIDTH, _HEIGHT)
        inner = box.adjusted(1.5, 1.5, -1.5, -1.5)
        fill = of.color(("accent" if usable else "idle") if on else "field")
        line = of.color("accent" if on and usable else "border-control" if usable else "border")
        painter.setPen(QPen(QColor(line), 1))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(of.color(("on-accent" if usable else "surface") if on else "idle")))
        size = inner.height() - (5 if on else 6)
        at_end = on is not (self.layoutDirection() is Qt.LayoutDirection.RightToLeft)
        gap = (inner.height() - size) / 2
        left = inner.right() - gap - size if at_end else inner.left() + gap
        painter.drawEllipse(QRectF(left, inner.center().y() - size / 2, size, size))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(of.color("focus")), 2))
            around = box.adjusted(-1, -1, 1, 1)
            painter.drawRoundedRect(around, around.height() / 2, around.height() / 2)
