"""Asks for a web identity token, pasted unseen. One prompt per source for all profiles that wait."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from app.domain.jwt_view import JwtView, look_into
from app.domain.problem import Problem
from app.domain.secret import Secret
from app.domain.session import Question
from app.texts import T, describe
from ui.present.waiting import who_waits_for_it
from ui.prompts.base import Prompt
from ui.style.theme import restyle
from ui.widgets.basics import button, column, label, row, set_role

_LENGTH = 32_767  # longer than any token that AWS takes, so that one that is too long is told so


class TokenPrompt(Prompt):
    """`answered` carries the question's id and the token; `canceled` the id. The token is nowhere but in its field."""

    answered = Signal(str, str)
    canceled = Signal(str)

    def __init__(self, question: Question, source: str) -> None:
        """Show a question."""
        super().__init__(T("Identity token"))
        self._id = question.id
        self._done = False
        self._refused: Problem | None = None
        self._names = label(role="second", wrap=True)
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setMaxLength(_LENGTH)
        self.token.setPlaceholderText(T("Paste the ID token"))
        self.token.setAccessibleName(T("Identity token"))
        self.help = label(role="third", wrap=True)
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.go = button(T("Continue"), "primary", pressed=self._send)
        title = label(T("Identity token for {source}", source=source), "title", wrap=True)
        page = column(*(title, self._names, 4, self.token, self.help, None), margins=(24, 20, 24, 20), spacing=6)
        hint = label(T("kept in memory only"), "third")
        self.fill(page, row(hint, None, self.cancel, self.go, margins=(20, 12, 20, 12)))
        self.token.textChanged.connect(self._typed)
        self.token.returnPressed.connect(self._send)
        self._empty("", error=False)
        self.show_question(question)

    def show_question(self, question: Question) -> None:
        """Show the question anew: other profiles wait too, or the last token was refused."""
        self._id = question.id
        words, every = who_waits_for_it(question.profiles)
        self._names.setText(words)
        self._names.setToolTip(every)
        if question.refused is not None and (question.refused != self._refused or self.token.isReadOnly()):
            said = describe(question.refused)
            self._empty(f"{said.title}. {said.detail}", error=True)
        self._refused = question.refused

    def _empty(self, words: str, *, error: bool) -> None:
        self.token.setReadOnly(False)
        self.token.clear()
        self.go.setEnabled(False)
        restyle(self.token, state="error" if error else "")
        set_role(self.help, "error" if error else "third")
        self.help.setText(words)
        self.token.setAccessibleDescription(words)
        self.token.setFocus()

    def _typed(self, text: str) -> None:
        self.go.setEnabled(bool(text.strip()))
        view = look_into(Secret(text.strip()))
        if text:
            set_role(self.help, "third")
            self.help.setText(_said(view) if view is not None else "")

    def _send(self) -> None:
        text = self.token.text().strip()
        if not text or self.token.isReadOnly():
            return
        self.token.setReadOnly(True)
        self.go.setEnabled(False)
        set_role(self.help, "third")
        self.help.setText(T("Sending to AWS…"))
        self.answered.emit(self._id, text)

    def reject(self) -> None:
        """Cancel: every profile that waits is told so."""
        if not self._done:
            self._done = True
            self.canceled.emit(self._id)
        super().reject()

    def over(self) -> None:
        """Close without an answer: the question is gone."""
        self._done = True
        self.token.clear()
        self.close()


def _said(view: JwtView) -> str:
    """Return what a token says of itself; it proves nothing."""
    end = view.expires_at.strftime("%Y-%m-%d %H:%M UTC") if view.expires_at is not None else T("no expiry")
    parts = {"issuer": view.issuer, "audience": view.audience, "subject": view.subject, "end": end}
    return T("It says: issuer {issuer}, audience {audience}, subject {subject}, ends {end}.", **parts)
