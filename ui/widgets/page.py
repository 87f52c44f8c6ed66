"""Pages that scroll: as far as there is something to see, with the scroll bar in the margin."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.style.mirror import mirrored


class PageBody(QWidget):
    """What scrolls. Asks for the height that it needs at its width; Qt asks for that at the narrowest."""

    def minimumSizeHint(self) -> QSize:
        least, layout = super().minimumSizeHint(), self.layout()
        if layout is None or not layout.hasHeightForWidth():
            return least
        return QSize(least.width(), layout.heightForWidth(max(self.width(), least.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


class Page(QScrollArea):
    """Shows `body`, which has a layout with `side` px of margin at the left and the right.

    Its content ends where what stands above it does.
    """

    def __init__(self, body: PageBody, side: int) -> None:
        """Show a body."""
        super().__init__()
        self._side = side
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the scroll bar's width off the margin that it stands beside."""
        super().resizeEvent(event)
        body = self.widget()
        layout = body.layout() if body is not None else None
        if layout is None:
            return
        before, rest = layout.contentsMargins(), self._side - (self.width() - self.viewport().width())
        left, right = (rest, self._side) if mirrored() else (self._side, rest)
        if (before.left(), before.right()) != (left, right):
            layout.setContentsMargins(left, before.top(), right, before.bottom())
