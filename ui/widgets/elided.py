"""Text that gives way: where there is no room for all of it, its middle is left out and the tooltip has the whole."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStyle, QStyleOptionButton

from ui.style.fonts import font
from ui.style.mirror import draw_text, side

_LEAST = 44


class ElidedLabel(QLabel):
    """One line; `text` is always the whole."""

    def __init__(self, role: str = "second", least: int = _LEAST) -> None:
        """Begin empty, in a type role; it never gets narrower than `least`."""
        super().__init__()
        self._least = least
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setFont(font({"second": "small", "heading": "small"}.get(role, role)))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        whole = super().sizeHint()
        return QSize(min(self._least, whole.width()), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip(self.text() if self.width() < super().sizeHint().width() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        draw_text(painter, self.rect(), side(self.alignment()), shown)


class ElidedButton(QPushButton):
    """A flat button of one line; `text` is always the whole."""

    def __init__(self, least: int = _LEAST) -> None:
        """Begin empty; it never gets narrower than `least`."""
        super().__init__()
        self._least = least
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        whole = super().sizeHint()
        return QSize(min(self._least, whole.width()), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip(self.text() if self.width() < super().sizeHint().width() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        option = QStyleOptionButton()
        self.initStyleOption(option)
        if self.width() < super().sizeHint().width():
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width() - 8)
            option.text = shown  # pyright: ignore[reportAttributeAccessIssue]
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, QPainter(self), self)
