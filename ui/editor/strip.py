"""The test strip: the real calls, hop by hop, with their times; keeps nothing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.calls import AssumeRoleCall, Call, FederationCall, SessionTokenCall, SourceCall, WebIdentityCall
from app.domain.problem import AppError, Problem
from app.texts import T, describe
from ui.core import TestStep
from ui.widgets.basics import Glyph, button, column, label, plain, put_icon, row, set_role


class TestStrip(QWidget):
    """States: not tested, running, answered, refused; stale after a change."""

    __test__ = False  # not a test case

    def __init__(self) -> None:
        """Begin untested."""
        super().__init__()
        self.setObjectName("testStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.test = button(T("Test"), icon="play")
        self.test.setToolTip("Ctrl+T")
        self.glyph = Glyph("info")
        self.steps = label(wrap=True)
        self.result = label(role="second", wrap=True, select=True)
        words = plain(column(row(self.glyph, self.steps), self.result, spacing=2))
        layout = row(self.test, words, margins=(20, 12, 20, 12), spacing=14)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.running = False
        self._said: list[str] = []
        self.offer(T("Not tested since the last change. Makes the real STS calls and keeps nothing."))

    def offer(self, words: str, *, enabled: bool = True) -> None:
        """Say what a test would do, or why it cannot be made."""
        self.glyph.set("info", "text-3")
        set_role(self.steps, "second")
        self.steps.setText(words)
        self.result.setText("")
        self.result.hide()
        self.test.setEnabled(enabled)

    def stale(self) -> None:
        """The last result counts no more."""
        if not self.running and self._said:
            self._said = []
            self.offer(T("Not tested since the last change. Makes the real STS calls and keeps nothing."))

    def begin(self) -> None:
        """A test begins."""
        self.running = True
        self._said = []
        self.test.setText(f"\u2009{T('Cancel the test')}")
        put_icon(self.test, "x")
        self.test.setEnabled(True)
        self.glyph.set("hourglass", "accent-text")
        set_role(self.steps, "body")
        self.steps.setText(T("Testing…"))
        self.result.hide()

    def step(self, step: TestStep) -> None:
        """Show a step that begins or ends."""
        name = call_name(step.call)
        if not step.done:
            self.steps.setText("  →  ".join([*self._said, f"{name}…"]))
            return
        time = T("{name} {ms} ms", name=name, ms=round(step.seconds * 1000))
        self._said.append(time)
        self.steps.setText("  →  ".join(self._said))
        if step.problem is not None:
            self.fail(step.problem)
        elif step.identity is not None:
            self._finish("check-circle-fill", "ok")
            self._show(step.identity.arn, "ok")

    def fail(self, problem: Problem) -> None:
        """Show why the test ended."""
        words = describe(problem)
        self._finish("x-circle-fill", "error")
        if not self._said:
            self.steps.setText(T("The test could not be made"))
            self._said = [""]
        self._show(" ".join(part for part in (f"{words.title}.", words.detail, words.remedy) if part), "error")

    def _show(self, words: str, role: str) -> None:
        set_role(self.result, role)
        self.result.setText(words)
        self.result.show()
        self.setAccessibleName(f"{self.steps.text()} {words}")

    def _finish(self, icon: str, color: str) -> None:
        self.running = False
        self.glyph.set(icon, color)
        self.test.setText(f"\u2009{T('Test again')}")
        put_icon(self.test, "arrows-clockwise")
        self.test.setEnabled(True)

    def canceled(self) -> None:
        """The person did not want to wait."""
        self._said = []
        self._finish("info", "text-3")
        self.offer(T("Canceled. Nothing was kept."))

    def passed(self, words: str) -> None:
        """The test ended well, without an identity to show."""
        self._finish("check-circle-fill", "ok")
        self.steps.setText(words)

    def ended(self, error: AppError | None) -> None:
        """The test is over; with an error that no step told."""
        if self.running and error is not None:
            self.fail(error.problem)
        elif self.running:
            self._finish("info", "text-3")


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
