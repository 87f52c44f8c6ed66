"""Asks for an MFA code: six digits, goes on after the sixth. One prompt per device for all profiles that wait."""

import math
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit

from app.domain.durations import say
from app.domain.problem import Code, Problem
from app.domain.profile import Catalog
from app.domain.session import ONCE, Question
from app.domain.totp import seconds_left
from app.texts import N, T, describe
from ui.present.waiting import who_asks, who_waits
from ui.prompts.base import Prompt
from ui.style.fonts import spaced
from ui.style.theme import restyle
from ui.widgets.basics import Glyph, Mark, button, column, label, plain, row, set_role

DIGITS = 6
_TICK = 1000  # ms
_INDENT = 24  # of what stands below a check box's words


def clean_code(text: str) -> str:
    """Return the digits of what was typed or pasted; spaces and dashes in between are ignored."""
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())[:DIGITS]


class MfaPrompt(Prompt):
    """`answered` carries the question's id and the code; `canceled` the id. States: empty, sending, refused."""

    answered = Signal(str, str)
    canceled = Signal(str)
    device_wanted = Signal(str)  # the serial of the device that may be the wrong one

    def __init__(self, question: Question, catalog: Catalog, now: Callable[[], float] = time.time) -> None:
        """Show a question. `now`: seconds since 1970, by which the next code is counted down to."""
        profiles = [catalog.profiles[name] for name in question.profiles if name in catalog.profiles]
        production = next((one for one in profiles if one.safety.production), None)
        super().__init__(T("MFA code"), production=production is not None)
        self._id, self.subject = question.id, question.subject
        self._done = False
        self._refused: Problem | None = None
        who = question.subject.rpartition("/")[2] or question.subject
        self._title = label(T("MFA code for {who}", who=who), "title")
        self._names = label(role="second")
        self._asks = label(role="second")
        self.mark = Mark(production=True)
        self._make_code()
        self.help = label(role="third", wrap=True)
        self._wrong = Glyph("warning-circle", "error", 14)
        said = row(spacing=6)
        said.addWidget(self._wrong, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.help, 1)
        self._said = plain(said)
        self._others = label(role="third", wrap=True)
        self.keep = QCheckBox()
        self.keep.setChecked(True)
        self.device = button(T("Choose device…"), "link", pressed=self._device)
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.go = button(T("Continue"), "primary", pressed=self._send)
        serial = label(question.subject, "code", select=True)
        device = row(Glyph("device-mobile", size=14), serial, None, self.device, spacing=6)
        head = row(self._names, self.mark, self._asks, None, spacing=6)
        page = column(
            *(self._title, head, 4, self.code, self._said, plain(device), self.keep, self._others, None),
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        self.hint = label(role="third")
        self._catalog = catalog
        self.fill(page, row(self.hint, None, self.cancel, self.go, margins=(20, 12, 20, 12)))
        self._now = now
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._count)
        self._count()
        self.code.textChanged.connect(self._typed)
        self.code.returnPressed.connect(self._send)
        if production is not None:
            self.mark.set(production.safety.label or "PROD", production.safety.color)
        self.show_question(question)

    def _make_code(self) -> None:
        self.code = QLineEdit()
        self.code.setProperty("big", True)
        self.code.setFont(spaced("headline"))
        self.code.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as digits run: the hint is behind them
        self.code.setMaxLength(20)
        self.code.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.code.setAccessibleName(T("MFA code, 6 digits"))
        self._after = label(T("continues after 6 digits"), "third")
        inside = row(None, self._after, margins=(0, 0, 14, 0))
        self.code.setLayout(inside)
        self._after.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _count(self) -> None:
        """Say when the device shows another code: one that was refused, or is about to change, is not worth typing."""
        seconds = math.ceil(seconds_left(self._now()))
        self.hint.setText(N("next code in {n} s", "next code in {n} s", seconds))

    def showEvent(self, event: QShowEvent) -> None:
        self._count()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    @property
    def id(self) -> str:
        """The question that is asked."""
        return self._id

    def show_question(self, question: Question) -> None:
        """Show the question anew: other profiles wait too, or the last code was refused."""
        self._id = question.id
        names, asks = who_asks(question.profiles, self._catalog)
        first = self._catalog.profiles.get(question.profiles[0]) if question.profiles else None
        if first is None or not first.safety.production:  # the mark, if any, is another's: it stands behind the words
            names, asks = f"{names} {asks}".strip(), ""
        self._names.setText(names)
        self._asks.setText(asks)
        self.keep.setVisible(question.keep is not None)
        if question.keep is not None:
            self.keep.setText(T("Keep this MFA session for {time}", time=say(question.keep)))
        self._others.setContentsMargins(_INDENT if question.keep is not None else 0, 0, 0, 0)
        others = who_waits(question.profiles)
        self._others.setText(others)
        self._others.setVisible(bool(others))
        if self.isVisible() and question.refused == self._refused and not self.code.isReadOnly():
            return  # somebody else waits too: what is being typed stays
        self._refused = question.refused
        self.device.setVisible(question.refused is not None and question.refused.code is Code.MFA_REFUSED)
        if question.refused is not None:
            said = describe(question.refused)
            self._state(f"{said.title}. {said.detail}" if said.detail else f"{said.title}.", error=True)
        else:
            self._state("", error=False)

    def _state(self, words: str, *, error: bool) -> None:
        self.code.setReadOnly(False)
        self.code.blockSignals(True)
        self.code.clear()
        self.code.blockSignals(False)
        restyle(self.code, state="error" if error else "")
        set_role(self.help, "error" if error else "third")
        self._say(words, wrong=error)
        self.code.setAccessibleDescription(words)
        self.go.setEnabled(False)
        self.code.setFocus()

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self.help.setText(words)
        self._wrong.setVisible(wrong)
        self._said.setVisible(bool(words))

    def _typed(self, text: str) -> None:
        digits = clean_code(text)
        self.go.setEnabled(len(digits) == DIGITS)
        if len(digits) == DIGITS:
            self._send()

    def _send(self) -> None:
        digits = clean_code(self.code.text())
        if len(digits) != DIGITS or self.code.isReadOnly():
            return
        self.code.setReadOnly(True)
        self.go.setEnabled(False)
        set_role(self.help, "third")
        self._say(T("Sending to AWS…"))
        once = not self.keep.isHidden() and not self.keep.isChecked()
        self.answered.emit(self._id, digits + (ONCE if once else ""))

    def _device(self) -> None:
        self.device_wanted.emit(self.subject)

    def reject(self) -> None:
        """Cancel: every profile that waits is told so."""
        if not self._done:
            self._done = True
            self.canceled.emit(self._id)
        super().reject()

    def over(self) -> None:
        """Close without an answer: the question is gone."""
        self._done = True
        self.code.clear()
        self.close()
