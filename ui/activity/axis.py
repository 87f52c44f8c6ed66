"""The moments above the bars and what their signs mean below them, for the eye alone."""

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.texts import T
from ui.activity.drawing import draw_failure, marks_every
from ui.activity.scale import DAY
from ui.activity.timeline import Timeline
from ui.present.words import clock, until, weekday
from ui.style.fonts import font
from ui.style.mirror import draw_text, mirrored, start
from ui.style.theme import theme


class Axis(QWidget):
    """Moments over their lines, and now in a box."""

    def __init__(self, owner: Timeline) -> None:
        """Follow a timeline."""
        super().__init__()
        self._owner = owner
        self.setFont(font("small"))
        owner.scaled.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().lineSpacing() + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write a moment over its line; one that would touch now is left out."""
        del event
        painter, owner, of = QPainter(self), self._owner, theme().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        metrics = painter.fontMetrics()
        area = owner.track_in(owner.viewport().rect())
        left, wide = area.left() + owner.viewport().x(), area.width()
        now = left + wide * owner.scale.part(owner.now)
        words = clock(owner.now)
        box = QRectF(now - metrics.horizontalAdvance(words) / 2 - 6, 2, metrics.horizontalAdvance(words) + 12,
            metrics.lineSpacing() + 4)  # fmt: skip
        painter.setPen(QColor(of.color("text-3")))
        seen = left <= now <= left + wide
        end = 0.0
        for at, whole in owner.scale.marks(wide // marks_every()):
            said = clock(at) if not whole else self._day(at)
            width = metrics.horizontalAdvance(said)
            x = min(max(left + wide * owner.scale.part(at) - width / 2, left), self.width() - width)
            if x < end or (seen and x < box.right() + 4 and x + width > box.left() - 4):
                continue
            painter.drawText(QRectF(x, 0, width + 1, self.height()), int(Qt.AlignmentFlag.AlignCenter), said)
            end = x + width + 8
        if seen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(of.color("accent")))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(of.color("on-accent")))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.end()

    def _day(self, at: datetime) -> str:
        """Of a few days their names, of many the date."""
        seen = self._owner.scale.right - self._owner.scale.left
        if seen < 3 * DAY:
            return f"{weekday(at)} {clock(at)}"
        recent = self._owner.now - at < 6 * DAY and at < self._owner.now
        return weekday(at) if recent else until(at, self._owner.now - 7 * DAY)


class Legend(QWidget):
    """What the signs mean."""

    def __init__(self, owner: Timeline) -> None:
        """Stand below a timeline."""
        super().__init__()
        self._owner = owner
        self._words = (T("valid, with refreshes"), T("still valid"), T("failed"), T("expired unrefreshed"))
        self.setFont(font("small"))
        self.setAccessibleName(T("{first}, {second}", first=T("Signs"), second=", ".join(self._words)))
        owner.scaled.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().lineSpacing() + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each sign and its word."""
        del event
        painter, of = QPainter(self), theme().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        metrics, middle = painter.fontMetrics(), self.height() / 2
        area = self._owner.track_in(self._owner.viewport().rect())
        widths = [28 + metrics.horizontalAdvance(words) + 20 for words in self._words]
        spare = self.width() - sum(widths)
        x = float(max(min(area.left() + self._owner.viewport().x(), spare), 0))
        if mirrored():
            x = float(max(self.width() - sum(widths) - max(self.width() - area.right(), 0), 0))
        order = list(enumerate(zip(self._words, widths, strict=True)))
        for number, (words, width) in reversed(order) if mirrored() else order:
            sign = x + width - 22 if mirrored() else x
            self._sign(painter, number, sign, middle)
            painter.setPen(QColor(of.color("text-2")))
            text = QRectF(x + (20 if mirrored() else 28), 0, width - 48, self.height())
            draw_text(painter, text, start(), words)
            x += width
        painter.end()

    def _sign(self, painter: QPainter, number: int, x: float, middle: float) -> None:
        of = theme().tokens
        ok, box = QColor(of.color("ok")), QRectF(x, middle - 5, 22, 10)
        if number == 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ok)
            painter.drawRoundedRect(box, 3, 3)
            painter.fillRect(QRectF(x + 10, middle - 5, 2, 10), QColor(of.color("surface")))
        elif number == 1:
            painter.setPen(QPen(ok, 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 3, 3)
        elif number == 2:
            draw_failure(painter, x + 11, middle, of)
        else:
            painter.fillRect(QRectF(x + 10, middle - 7, 2, 14), QColor(of.color("text-2")))
