"""The test strip: the real calls, hop by hop, with their times; keeps nothing."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.calls import AssumeRoleCall, Call, FederationCall, SessionTokenCall, SourceCall, WebIdentityCall
from app.domain.problem import AppError, Problem
from app.texts import T, describe
from ui.core import TestStep
from ui.editor.steps import Steps
from ui.present.remedies import Button, Do, buttons
from ui.present.words import clock
from ui.style.fonts import font
from ui.style.keycaps import spelled
from ui.widgets.announcing import announce
from ui.widgets.basics import button, column, label, plain, put_icon, row, set_role

_LETTERS = 44  # that the words have in a line at least, beside the links
_HERE = (Do.EDIT_HOP, Do.EDIT_SOURCE, Do.UNLOCK_VAULT)  # what an editor can do about a refused test


class TestStrip(QWidget):
    """States: not tested, running, answered, refused; stale after a change. `remedy` carries a Button."""

    __test__ = False  # not a test case
    remedy = Signal(object)

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Begin untested."""
        super().__init__()
        self._now = now
        self.setObjectName("testStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.test = button(T("Test"), icon="play")
        self.test.setToolTip(spelled("Ctrl+T"))
        self.steps = Steps()
        self.result = label(role="second", wrap=True, select=True)
        self.reply = label(role="code", wrap=True, select=True)
        self.more = button(T("AWS reply"), "link", pressed=self._toggle)
        self.fix = button("", "link")
        self.time = label(role="second")
        for one in (self.more, self.fix):
            one.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._links = plain(row(self.fix, self.more, None, spacing=14))
        self._words = column(None, self.steps, self.result, self.reply, None, spacing=2)
        self._line = row(self.test, plain(self._words), self._links, self.time, margins=(16, 12, 16, 12), spacing=14)
        self._line.setStretch(1, 1)
        self.setLayout(self._line)
        self.running = False
        self._title, self._icon = T("Test"), "play"
        self._tested = False
        self._remedy: Button | None = None
        self.fix.clicked.connect(self._fix)
        self.offer(untested())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the links below the words where those would have little room beside them."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        taken = sum(one.sizeHint().width() + 14 for one in (self.test, self.fix, self.more) if not one.isHidden())
        room, letters = self.width() - 32 - taken, self.fontMetrics().averageCharWidth() * _LETTERS
        below = self._words.indexOf(self._links) >= 0
        if (room < letters) is below:
            return
        if below:
            self._line.insertWidget(2, self._links)
        else:
            self._words.insertWidget(self._words.count() - 1, self._links)

    def offer(self, words: str, *, enabled: bool = True) -> None:
        """Say what a test would do, or why it cannot be made."""
        self._tested = False
        self.steps.say(words)
        for one in (self.result, self.reply, self.more, self.fix, self.time):
            one.hide()
        self.result.setText("")
        self.test.setEnabled(enabled)
        self.test.setText(f"\u2009{self._title}")
        put_icon(self.test, self._icon)
        self.setAccessibleName(words)

    def named(self, title: str, icon: str) -> None:
        """Call the test something else."""
        self._title, self._icon = title, icon
        if not self._tested:
            self.test.setText(f"\u2009{title}")
            put_icon(self.test, icon)

    def stale(self) -> None:
        """The last result counts no more."""
        if not self.running and self._tested:
            self.offer(untested())

    def begin(self) -> None:
        """A test begins."""
        self.offer(T("Testing…"))
        self.running, self._tested = True, True
        self.test.setText(f"\u2009{T('Cancel the test')}")
        put_icon(self.test, "x")
        announce(self, T("Testing…"))

    def step(self, step: TestStep) -> None:
        """Show a step that begins or ends."""
        self._tested = True
        name = call_name(step.call)
        if not step.done:
            self.steps.begin(name)
        elif step.problem is not None:
            self.steps.end(name, step.seconds, wrong=True)
            self.fail(step.problem)
        elif step.identity is not None:
            self.steps.end(name, step.seconds, last=True)
            self._finish()
            self._show(step.identity.arn, "code")
        else:
            self.steps.end(name, step.seconds)

    def fail(self, problem: Problem) -> None:
        """Show why the test ended, AWS's own words on request, and what can be done about it here."""
        words = describe(problem)
        if not self.steps.count:
            self.steps.say(T("The test could not be made"), "x-circle-fill", "error")
        self._finish()
        reply = str(problem.arguments.get("aws", ""))
        self.reply.setText(reply)
        self.more.setVisible(bool(reply))
        self.more.setText(T("AWS reply"))
        self.time.setVisible(not reply)
        self._remedy = next((one for one in buttons(problem) if one.do in _HERE), None)
        self.fix.setText(self._remedy.text if self._remedy else "")
        self.fix.setVisible(self._remedy is not None)
        self._place()
        self._show(" ".join(part for part in (f"{words.title}.", words.detail) if part), "error")

    def _fix(self) -> None:
        if self._remedy is not None:
            self.remedy.emit(self._remedy)

    def _toggle(self) -> None:
        opened = not self.reply.isVisibleTo(self)
        self.reply.setVisible(opened)
        self.more.setText(T("Hide the reply") if opened else T("AWS reply"))

    def _show(self, words: str, role: str) -> None:
        set_role(self.result, role)
        self.result.setFont(font("code" if role == "code" else "small"))
        self.result.setText(words)
        self.result.show()
        said = f"{self.steps.text()}. {words}"
        self.setAccessibleName(said)
        announce(self, said)

    def _finish(self) -> None:
        self.running = False
        self._tested = True
        self.steps.settle()
        self.time.setText(clock(self._now(), seconds=True))
        self.time.show()
        self.test.setText(f"\u2009{T('Test again')}")
        put_icon(self.test, "arrow-clockwise")
        self.test.setEnabled(True)

    def say_beside(self, words: str) -> None:
        """Say something more about the last result, in the place of its time."""
        if self._tested and not self.running:
            self.time.setText(words)
            self.time.show()

    def canceled(self) -> None:
        """The person did not want to wait."""
        self.running = False
        self.offer(T("Canceled. Nothing was kept."))
        announce(self, self.steps.text())

    def passed(self, words: str) -> None:
        """The test ended well, without an identity to show."""
        self.steps.say(words, "check-circle-fill", "ok")
        self._finish()
        self.setAccessibleName(words)
        announce(self, words)

    def ended(self, error: AppError | None) -> None:
        """The test is over; with an error that no step told."""
        if self.running and error is not None:
            self.fail(error.problem)
        elif self.running:
            self._finish()


def untested() -> str:
    """Return what stands where no test counts."""
    return T("Not tested since the last change. Makes the real STS calls and keeps nothing.")


def call_name(call: Call | None) -> str:
    """Return what a step is called."""
    match call:
        case None:
            return "GetCallerIdentity"
        case SourceCall():
            return T("Source")
        case SessionTokenCall():
            return "GetSessionToken"
        case FederationCall():
            return "GetFederationToken"
        case AssumeRoleCall(hop=hop) | WebIdentityCall(hop=hop):
            return T("Hop {number}", number=hop)
