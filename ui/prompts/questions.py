"""The other prompts: a command to approve, production from the tray, stop all, quit."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton

from app.domain.session import Question
from app.texts import T
from ui.present.keylist import Section
from ui.present.questions import Confirmation
from ui.present.waiting import who_waits_for_it
from ui.prompts.base import Prompt
from ui.style.keycaps import spelled
from ui.widgets.basics import Mark, button, column, label, plain, row, rule
from ui.widgets.screen import TallPage

_CALM = 600  # ms in which a button that allows does not react, so that a stray click or key allows nothing


class ApprovePrompt(Prompt):
    """May a command run? Focus on Deny, Esc is Deny. `answered` carries the question's id and whether it may."""

    answered = Signal(str, bool)

    def __init__(self, question: Question, source: str) -> None:
        """Show the command, every argument on a line of its own."""
        super().__init__("Rolecall")
        self.id = question.id
        self._done = False
        title = T("Source {source} wants to run a command", source=source)
        self.setWindowTitle(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, part in enumerate(question.command):
            name = T("Program") if number == 0 else (T("Arguments") if number == 1 else "")
            grid.addWidget(label(name, "second"), number, 0)
            shown = label(part if part.strip() else repr(part), "code", wrap=True, select=True)
            grid.addWidget(shown, number, 1)
        self.waits = label(role="second", wrap=True)
        self.show_question(question)
        detail = T("It runs as you, and gives or gets secrets. Exactly this path and these arguments are allowed.")
        page = column(
            *(
                label(title, "title"),
                self.waits,
                4,
                plain(grid),
                4,
                label(detail, "second", wrap=True),
                None,
            ),
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        self.deny = button(T("Deny"), pressed=self.reject)
        self.allow = button(T("Allow"), pressed=self._allow)
        self.allow.setEnabled(False)
        self.fill(page, row(None, self.deny, self.allow, margins=(20, 12, 20, 12)), 480)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._calm)
        self._timer.start(_CALM)
        self.deny.setFocus()

    def show_question(self, question: Question) -> None:
        """Show who waits now."""
        words, every = who_waits_for_it(question.profiles)
        self.waits.setText(words)
        self.waits.setToolTip(every)
        self.waits.setAccessibleDescription(every)

    def _calm(self) -> None:
        self.allow.setEnabled(True)

    def _allow(self) -> None:
        self._done = True
        self.answered.emit(self.id, True)
        self.accept()

    def reject(self) -> None:
        """Deny."""
        if not self._done:
            self._done = True
            self.answered.emit(self.id, False)
        super().reject()

    def over(self) -> None:
        """Close without an answer: the question is gone."""
        self._done = True
        self.close()


class ConfirmPrompt(Prompt):
    """A question as a window of its own, where a menu cannot ask in place. Focus on Cancel, Ctrl+Enter confirms."""

    confirmed = Signal(object)
    instead = Signal(object)  # what reads at most, in its place

    def __init__(self, question: Confirmation) -> None:
        """Show the question."""
        super().__init__(question.question, production=question.production)
        self.question = question
        mark = Mark(question.mark, production=True)
        mark.set(question.mark, question.color)
        page = column(
            *(label(question.question, "title", wrap=True), row(label(question.profile, "body-strong"), mark, None)),
            *(label(question.detail, "second", wrap=True), None),
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.confirm = button(question.verb, "production" if question.production else "", pressed=self._confirm)
        self.confirm.setToolTip(spelled("Ctrl+Enter"))
        self.less = button(question.instead_verb, "link", pressed=self._less)
        self.less.setVisible(question.instead is not None)
        first = self.less if question.instead is not None else label(spelled("Ctrl+Enter"), "third")
        self.fill(page, row(first, None, self.cancel, self.confirm, margins=(20, 12, 20, 12)))
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self).activated.connect(self._confirm)
        self.cancel.setFocus()

    def _confirm(self) -> None:
        self.accept()
        self.confirmed.emit(self.question)

    def _less(self) -> None:
        self.accept()
        self.instead.emit(self.question)


class ChoicePrompt(Prompt):
    """A question with a few answers; `chosen` carries the key of one, and nothing if it is closed.

    `typed`: what a person has to type before an answer can be given.
    """

    chosen = Signal(str)

    def __init__(
        self,
        title: str,
        detail: str,
        answers: list[tuple[str, str, str]],
        *,
        lines: list[str] | None = None,
        typed: str = "",
    ) -> None:
        """Show the answers as (key, text, kind); the focus is on Cancel."""
        super().__init__(title)
        rows = [label(text, "code") for text in lines or []]
        parts = [label(title, "title", wrap=True), label(detail, "second", wrap=True), *rows]
        self.typed = QLineEdit()
        self.typed.setPlaceholderText(T("Type {name}", name=typed))
        self.typed.setAccessibleName(T("Type {name} to confirm", name=typed))
        self.typed.textChanged.connect(self._gate)
        self.typed.setVisible(bool(typed))
        page = column(*parts, self.typed, None, margins=(24, 20, 24, 20), spacing=6)
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.buttons: dict[str, QPushButton] = {}
        self._wanted = typed
        footer = row(None, self.cancel, margins=(20, 12, 20, 12))
        for key, text, kind in answers:
            made = button(text, kind)
            made.setObjectName(key)
            made.clicked.connect(self._clicked)
            self.buttons[key] = made
            footer.addWidget(made)
        self.fill(page, footer, 460)
        self._gate()
        (self.typed if typed else self.cancel).setFocus()

    def _gate(self) -> None:
        for one in self.buttons.values():
            one.setEnabled(self.typed.text().strip() == self._wanted)

    def _clicked(self) -> None:
        sender = self.sender()
        key = sender.objectName() if sender else ""
        self.accept()
        self.chosen.emit(key)


class KeysPage(Prompt):
    """All keys, window by window."""

    def __init__(self, sections: Sequence[Section]) -> None:
        """Show the keys."""
        super().__init__(T("Keys"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(2, 14)  # the scroll bar's
        for title, keys in sections:
            if grid.count():
                grid.setRowMinimumHeight(grid.rowCount(), 10)
            grid.addWidget(label(title, "section"), grid.rowCount(), 0, 1, 2)
            for key, text in keys:
                number = grid.rowCount()
                grid.addWidget(label(spelled(key), "code"), number, 0)
                grid.addWidget(label(text), number, 1)
        close = button(T("Close"), pressed=self.reject)
        page = column(label(T("Keys"), "title"), rule(), TallPage(plain(grid)), margins=(24, 20, 24, 20))
        self.fill(page, row(None, close, margins=(20, 12, 20, 12)))
