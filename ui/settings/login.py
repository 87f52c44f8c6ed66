"""Starting at login, as a line of the settings: it is the desktop's to keep, not the catalog's."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.domain.problem import AppError
from app.texts import T, describe
from ui.style.fonts import font
from ui.widgets.basics import column, label, row, set_role
from ui.widgets.switch import Switch


class LoginLine(QWidget):
    """`starts` tells whether it is so, `start` makes it so or raises; what was refused is shown as it is, with why."""

    def __init__(self, starts: Callable[[], bool], start: Callable[[bool], None]) -> None:
        """Show how it is."""
        super().__init__()
        self.setProperty("plain", True)
        self._starts, self._start = starts, start
        title = T("Start Rolecall when you sign in")
        name = label(title, "body-medium", wrap=True)
        name.setFont(font("body"))
        self._help = T("Sessions that start by themselves are there from the beginning.")
        self.note = label(self._help, "third", wrap=True)
        self.switch = Switch()
        self.switch.setAccessibleName(title)
        self.switch.setAccessibleDescription(self._help)
        self.switch.setChecked(starts())
        self.switch.toggled.connect(self._turn)
        words = column(name, self.note, spacing=2)
        made = row(spacing=16, margins=(0, 2, 0, 2))
        made.addLayout(words, 1)
        made.addWidget(self.switch)
        self.setLayout(made)

    def _turn(self, on: bool) -> None:  # noqa: FBT001  Qt's order
        try:
            self._start(on)
        except AppError as error:
            words = describe(error.problem)
            self._say(f"{words.title}. {words.detail} {words.remedy}".strip(), "error")
        else:
            self._say(self._help, "third")
        self.switch.blockSignals(True)
        self.switch.setChecked(self._starts())
        self.switch.blockSignals(False)

    def _say(self, words: str, role: str) -> None:
        set_role(self.note, role)
        self.note.setText(words)
        self.switch.setAccessibleDescription(words)
