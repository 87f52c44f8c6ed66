"""The head of Activity: on one line, or on two where that is too little room."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

_GAP, _BETWEEN = 12, 8
_MARGINS = (20, 14, 20, 10)


class Head(QWidget):
    """Two groups: beside each other, the second at the end; or the second below the first."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        """Put them beside each other."""
        super().__init__()
        self.setProperty("plain", True)
        self._first, self._second = first, second
        self.two = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(*_MARGINS)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(_BETWEEN)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(first, 0, 0)
        self._grid.addWidget(second, 0, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_second(self, *, shown: bool) -> None:
        """Show the second group, or the first alone."""
        self._second.setVisible(shown)
        self._fit()

    def _fit(self) -> None:
        """Take a second line where one is too short."""
        beside = not self._second.isHidden()
        needed = self._first.sizeHint().width() + _GAP * 2 + self._second.sizeHint().width() + _MARGINS[0] * 2
        two = beside and needed > self.width()
        if two is not self.two:
            self.two = two
            self._grid.removeWidget(self._second)
            self._grid.addWidget(self._second, *((1, 0, 1, 3) if two else (0, 2)))

    def minimumSizeHint(self) -> QSize:
        width = max(self._first.minimumSizeHint().width(), self._second.minimumSizeHint().width()) + _MARGINS[0] * 2
        return QSize(width, super().minimumSizeHint().height())
