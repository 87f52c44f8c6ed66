"""The card that says what was found in a pasted text and where it went, with the way back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.texts import T
from ui.widgets.basics import Glyph, button, column, label, row


class FoundCard(QFrame):
    """`undone`: the person wants the fields as they were."""

    undone = Signal()
    showing = Signal(bool)

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.setProperty("card", "ok")
        self.title = label(role="body-strong")
        self.detail = label(role="second", wrap=True)
        self.undo = button(T("Undo"), small=True, pressed=self.undone.emit)
        layout = row(Glyph("check-circle-fill", "ok"), margins=(14, 10, 12, 10))
        layout.addLayout(column(self.title, self.detail, spacing=2), 1)
        layout.addWidget(self.undo)
        self.setLayout(layout)
        self.hide()

    def say(self, title: str, detail: str) -> None:
        """Show what was found."""
        self.title.setText(title)
        self.detail.setText(detail)
        self.setAccessibleName(f"{title}. {detail}")
        self.show()

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001  Qt's signature
        """Show or hide, and tell the place around."""
        super().setVisible(visible)
        self.showing.emit(visible)
