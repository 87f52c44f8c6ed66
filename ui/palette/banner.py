"""What stands in the way of every row, above them, with the way out of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame

from app.texts import T
from ui.widgets.basics import Glyph, Mark, button, label, row


class Banner(QFrame):
    """Rolecall or the keyring is locked; `pressed`: to be unlocked."""

    pressed = Signal()

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.setObjectName("paletteBanner")
        self._words = label("", "warn", wrap=True)
        self._unlock = button(T("Unlock"), "link", pressed=self.pressed.emit)
        self._unlock.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # typing goes on; the key beside it does the same
        layout = row(Glyph("lock", "warn-text", 14), margins=(17, 8, 17, 8))
        layout.addWidget(self._words, 1)
        for one in (self._unlock, Mark("Ctrl+L", key=True)):
            layout.addWidget(one)
        self.setLayout(layout)
        self.hide()

    def show_words(self, text: str) -> None:
        """Say what stands in the way; an empty text hides the banner."""
        self._words.setText(text)
        self.setVisible(bool(text))

    def press(self) -> None:
        """Do what a click does, as far as the banner is shown."""
        if self.isVisible():
            self.pressed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self.pressed.emit()

    def text(self) -> str:
        """Return what is said."""
        return self._words.text()
