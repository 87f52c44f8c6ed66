"""What a check box says, beside it: its words wrap, which the box's own would not."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox

from ui.widgets.basics import Wrapping

_BOX = 22  # px of a box with the room about it, as the sheet says


class BoxWords(Wrapping):
    """What a box says; a click on it is one on the box."""

    def __init__(self, text: str, check: QCheckBox) -> None:
        """Belong to a box."""
        super().__init__()
        self._check = check
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setContentsMargins(0, words_top(self.fontMetrics().height()), 0, 0)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMinimumWidth(80)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._check.setFocus(Qt.FocusReason.MouseFocusReason)
            self._check.click()


def words_top(line: int) -> int:
    """Return how far below the top of a box its words begin, so that their first line stands beside it."""
    return max((_BOX - line) // 2, 0)
