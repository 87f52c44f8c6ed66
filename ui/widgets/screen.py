"""Windows that fit the screen, whatever size they would like to be."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_FRAME = QSize(8, 48)  # what a window manager may need at the sides, and above and below


def room(window: QWidget) -> QSize:
    """Return how large a window can be so that all of it is seen, its frame and the desktop's panels with it."""
    return window.screen().availableSize() - _FRAME


def fit(window: QWidget, width: int, height: int) -> None:
    """Give a window its size, or as much of it as the screen has."""
    most = room(window)
    window.setMinimumSize(window.minimumSize().boundedTo(most))
    window.resize(QSize(width, height).boundedTo(most))


def place(window: QWidget) -> None:
    """Move a window to the middle, a fifth from the top; further up where the rest would not be seen."""
    area, size = window.screen().availableGeometry(), window.size()
    top = min(area.height() // 5, max(area.height() - size.height() - _FRAME.height(), 0))
    window.move(QPoint(area.center().x() - size.width() // 2, area.top() + top))


def keep_in_sight(window: QWidget) -> None:
    """Move a window that has grown up or to the left, as far as its end would not be seen."""
    area, frame = window.screen().availableGeometry(), window.frameGeometry()
    over = QPoint(max(frame.right() - area.right(), 0), max(frame.bottom() - area.bottom(), 0))
    if not over.isNull():
        window.move(QPoint(max(frame.left() - over.x(), area.left()), max(frame.top() - over.y(), area.top())))


class TallPage(QScrollArea):
    """As high as what it shows wants to be; where the screen has less, it scrolls, also by Up, Down and Page keys.

    `changed`: the page may want another height.
    """

    changed = Signal()

    def __init__(self, page: QWidget) -> None:
        """Show a page."""
        super().__init__()
        self._page = page
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        policy = self.sizePolicy()
        policy.setHeightForWidth(page.hasHeightForWidth())
        self.setSizePolicy(policy)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # Qt tells nobody above that a page that scrolls wants another height
            self.changed.emit()
        return super().eventFilter(watched, event)

    def hasHeightForWidth(self) -> bool:
        return self._page.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self._page.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._page.sizeHint() + self._bar()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._page.minimumSizeHint().width(), self.fontMetrics().lineSpacing() * 4) + self._bar()

    def _bar(self) -> QSize:
        return QSize(self.verticalScrollBar().sizeHint().width(), 0)
