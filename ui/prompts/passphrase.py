"""Asks for the passphrase of the secrets file: to unlock it, or twice for a new one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from app.domain.problem import Problem
from app.texts import T, describe
from ui.prompts.base import Prompt
from ui.style.theme import restyle
from ui.widgets.basics import button, column, label, row, set_role

_LONGEST = 1024


class PassphrasePrompt(Prompt):
    """`given` carries the passphrase, which is nowhere but in the fields. States: empty, opening, refused."""

    given = Signal(str)

    def __init__(self, *, new: bool) -> None:
        """`new`: choose one, typed twice; else that of the file that is there."""
        title = T("Keep secrets in a file") if new else T("Unlock the secrets file")
        super().__init__(title)
        self._new = new
        self.field = _field(T("Passphrase"))
        self.again = _field(T("The same again"))
        self.again.setVisible(new)
        detail = (
            T("Everything is sealed with this passphrase. Without it nobody gets anything back, you included.")
            if new
            else T("It is asked for once after each start. Running sessions stay valid without it.")
        )
        self.help = label(role="third", wrap=True)
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.go = button(T("Keep them there") if new else T("Unlock"), "primary", pressed=self._send)
        page = column(
            *(label(title, "title"), label(detail, "second", wrap=True), 4, self.field, self.again, self.help, None),
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        hint = label(T("at least 12 characters") if new else "", "third")
        self.fill(page, row(hint, None, self.cancel, self.go, margins=(20, 12, 20, 12)))
        for one in (self.field, self.again):
            one.textChanged.connect(self._typed)
            one.returnPressed.connect(self._send)
        self._typed()
        self.field.setFocus()

    def _typed(self) -> None:
        typed = bool(self.field.text()) and (not self._new or bool(self.again.text()))
        self.go.setEnabled(typed and not self.field.isReadOnly())

    def _send(self) -> None:
        if not self.go.isEnabled():
            if self._new and self.field.text() and not self.again.text():
                self.again.setFocus()
            return
        if self._new and self.field.text() != self.again.text():
            self._say(T("The two are not the same."), error=True)
            self.again.clear()
            self.again.setFocus()
            return
        for one in (self.field, self.again):
            one.setReadOnly(True)
        self.go.setEnabled(False)
        self._say(T("Opening…"), error=False)
        self.given.emit(self.field.text())

    def refuse(self, problem: Problem) -> None:
        """Show why it was not taken, and ask again."""
        words = describe(problem)
        for one in (self.field, self.again):
            one.setReadOnly(False)
            one.clear()
        self._say(f"{words.title}. {words.detail}", error=True)
        self.field.setFocus()

    def _say(self, words: str, *, error: bool) -> None:
        restyle(self.field, state="error" if error else "")
        set_role(self.help, "error" if error else "third")
        self.help.setText(words)
        self.field.setAccessibleDescription(words)

    def done(self, result: int) -> None:
        """Leave nothing in the fields, however it ends."""
        for one in (self.field, self.again):
            one.clear()
        super().done(result)

    def over(self) -> None:
        """Close: it is open."""
        self.accept()


def _field(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setMaxLength(_LONGEST)
    made.setPlaceholderText(name)
    made.setAccessibleName(name)
    return made
