"""Waits with a person who signs in: in the browser here, or with a code in any other. One prompt per sign-in."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from app.domain.session import Question
from app.domain.sign_in import AGAIN, SignIn
from app.domain.source import SignInFlow
from app.texts import N, T, say_time_left, say_time_left_aloud
from ui.prompts.base import FACT_LABELS, Prompt
from ui.style.fonts import grown, spaced
from ui.widgets.basics import ICON_GAP, STRONG, button, card, column, emphasize, label, link, plain, row
from ui.widgets.pictures import TimeRing

_COPIED_MS = 2000


class SignInPrompt(Prompt):
    """`answered` carries the question's id and "again" or the other flow; `canceled` the id; `page_wanted` a link."""

    answered = Signal(str, str)
    canceled = Signal(str)
    page_wanted = Signal(str)

    def __init__(self, question: Question, sign_in: SignIn, now: Callable[[], datetime]) -> None:
        """Show a sign-in; `now` is the clock that the time left is reckoned by."""
        super().__init__(T("Sign in"))
        self._id = question.id
        self._done = False
        self._now = now
        self._deadline = question.deadline
        self._sign_in = sign_in
        self._asked_at = question.asked_at
        self._ring = TimeRing(16 if sign_in.flow is SignInFlow.DEVICE else 36)
        self._names = label(select=True)
        self.left = label()
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.go = button(T("Open the page again"), icon="arrow-square-out", pressed=self._open)
        self.copy = button(T("Copy link"), icon="copy", pressed=self._copy)
        self.other = link("", self._other)
        self.other.setVisible(sign_in.other and not sign_in.expired)
        device = sign_in.flow is SignInFlow.DEVICE
        page, footer = self._device() if device else self._browser()
        self.fill(page, footer, 460)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(self._not_copied)
        self.show_question(question)
        (self.go if not device or sign_in.expired else self.copy).setFocus()

    @property
    def id(self) -> str:
        """The question that is asked."""
        return self._id

    def show_question(self, question: Question) -> None:
        """Show who waits now, and until when."""
        first = question.profiles[0] if question.profiles and question.profiles[0] else question.subject
        more = len(question.profiles) - 1
        words = (
            N("{name} and {n} more profile", "{name} and {n} more profiles", more, name=first) if more > 0 else first
        )
        self._names.setText(words)
        self._deadline = question.deadline
        self._tick()

    def _browser(self) -> tuple[QLayout, QLayout]:
        one = self._sign_in
        detail = label("", "second", wrap=True)
        emphasize(detail, T("Finish signing in to {host}. This window closes by itself.", host=STRONG), one.host)
        head = row(self._ring, spacing=16)
        head.addLayout(column(label(T("Waiting for your browser"), "title"), detail, spacing=4), 1)
        back = label(one.returns_to.removesuffix("/callback"), "code", select=True)
        grid = _grid((T("For"), self._names), (T("Returns to"), back), (T("Time left"), self.left))
        hint = label(T("Wrong browser or profile? Copy the link into the right one."), "third", wrap=True)
        page = column(
            *(plain(head), 8, grid, 8, row(self.go, self.copy, None), 8, hint, None),
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        self.other.setText(T("Use a device code instead"))
        return page, row(self.other, None, self.cancel, margins=(20, 12, 20, 12))

    def _device(self) -> tuple[QLayout, QLayout]:
        one = self._sign_in
        title = T("The code has expired") if one.expired else T("Confirm this code in a browser")
        detail = (
            T("Ask for a new one, and confirm it in a browser.")
            if one.expired
            else T("On this machine or any other. Go on only if the page shows the same code.")
        )
        self.code = label(one.code, "third" if one.expired else "code", select=not one.expired)
        self.code.setFont(spaced("headline", 1.4))
        self.code.setEnabled(not one.expired)
        spoken = T("Code {code}", code=" ".join(one.code))
        self.code.setAccessibleName(spoken)
        self.copy.setText(f"{ICON_GAP}{T('Copy')}")
        self.copy.setEnabled(not one.expired)
        frame = card("code")
        frame.setLayout(row(self.code, None, self.copy, margins=(20, 16, 16, 16)))
        address = label(one.page, "code", wrap=True, select=True)
        left = plain(row(self._ring, self.left, None, spacing=6))
        grid = _grid((T("Page"), address), (T("For"), self._names), (T("Time left"), left))
        words = T(
            "Rolecall asks {host} every {seconds} s whether you have finished.", host=one.host, seconds=one.interval
        )
        hint = label(words, "third", wrap=True)
        hint.setVisible(not one.expired)
        page = column(
            *(label(title, "title"), label(detail, "second", wrap=True), 8, frame, 8, grid, hint, None),
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        self.other.setText(T("Use the browser here instead"))
        self.go = button(T("New code") if one.expired else T("Open page"), "primary", pressed=self._open)
        return page, row(self.other, None, self.cancel, self.go, margins=(20, 12, 20, 12))

    def _tick(self) -> None:
        left = self._deadline - self._now()
        whole = max(self._deadline - self._asked_at, timedelta(seconds=1))
        self._ring.show_part(0.0 if self._sign_in.expired else left / whole)
        self.left.setText("0:00" if self._sign_in.expired else say_time_left(left))
        self.left.setAccessibleName(say_time_left_aloud(left))

    def _open(self) -> None:
        if self._sign_in.expired:
            self._answer(AGAIN)
        else:
            self.page_wanted.emit(self._sign_in.link)

    def _copy(self) -> None:
        device = self._sign_in.flow is SignInFlow.DEVICE
        QGuiApplication.clipboard().setText(self._sign_in.code if device else self._sign_in.link)
        self.copy.setText(f"{ICON_GAP}{T('Copied')}")
        self._copied.start(_COPIED_MS)

    def _not_copied(self) -> None:
        device = self._sign_in.flow is SignInFlow.DEVICE
        self.copy.setText(f"{ICON_GAP}{T('Copy') if device else T('Copy link')}")

    def _other(self) -> None:
        device = self._sign_in.flow is SignInFlow.DEVICE
        self._answer(str(SignInFlow.BROWSER if device else SignInFlow.DEVICE))

    def _answer(self, value: str) -> None:
        if not self._done:
            self._done = True
            self.other.setEnabled(False)
            self.go.setEnabled(False)
            self.answered.emit(self._id, value)

    def reject(self) -> None:
        """Cancel: every profile that waits is told so."""
        if not self._done:
            self._done = True
            self.canceled.emit(self._id)
        self._timer.stop()
        super().reject()

    def over(self) -> None:
        """Close without an answer: the sign-in is over."""
        self._done = True
        self._timer.stop()
        self.close()


def _grid(*lines: tuple[str, QWidget]) -> QWidget:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, grown(FACT_LABELS))
    grid.setColumnStretch(1, 1)
    for number, (name, value) in enumerate(lines):
        grid.addWidget(label(name, "third"), number, 0)
        grid.addWidget(value, number, 1)
    return plain(grid)
