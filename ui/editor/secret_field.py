"""A field for a secret that goes to the keyring: no reveal, no way back; only replaced."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.problem import AppError, Problem
from app.domain.secret import Secret
from app.domain.totp import STEP_SECONDS, code_of, seconds_left, step_at
from app.texts import N, T
from ui.core import ReadSecret
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.editor.trailing import Trailing
from ui.style.fonts import spaced
from ui.widgets.basics import button, label, row
from ui.widgets.countdown import Countdown


class SecretField(Field):
    """`key` is no key of the catalog: nothing of this is ever in a draft.

    While the keyring holds one the field is closed and says so; Replace opens it, and Keep it closes it again.
    """

    def __init__(self, what: str, title: str, read: ReadSecret, help_text: str = "") -> None:
        """Make an empty field for a kind of secret ("secret-access-key", "totp-seed", "client-secret")."""
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaxLength(4096)
        self.trailing = Trailing(self.line)
        self._plain_help = help_text
        super().__init__(f"secret:{what}", title, self.line, help_text)
        self.what, self._read = what, read
        self._kept = False
        self.change = button(T("Replace"), pressed=self._change)
        box = self.body.layout()
        if isinstance(box, QVBoxLayout):
            box.removeWidget(self.line)
            self.beside = QHBoxLayout()
            self.beside.setSpacing(8)
            self.beside.addWidget(self.line, 1)
            self.beside.addWidget(self.change)
            box.insertLayout(0, self.beside)
        self.change.hide()
        if help_text:
            self.set_help(help_text, "third", "lock")
        self.line.textEdited.connect(self._typed)

    def load(self, draft: Draft) -> None:
        """Nothing is ever shown."""
        del draft

    def store(self, draft: Draft) -> None:
        """Nothing is ever written into a draft."""
        del draft

    def set_kept(self, *, kept: bool) -> None:
        """Say whether the keyring holds one already. What is typed stays, and can be gone on with."""
        self._kept = kept
        self._open(opened=not kept or self.filled)
        self.change.setVisible(kept)

    @property
    def kept(self) -> bool:
        """Whether the keyring holds one."""
        return self._kept

    def _open(self, *, opened: bool) -> None:
        self.line.setReadOnly(not opened)
        self.line.setFocusPolicy(Qt.FocusPolicy.StrongFocus if opened else Qt.FocusPolicy.ClickFocus)
        self.line.setPlaceholderText("" if not self._kept else T("the new one") if opened else T("in the keyring"))
        self.line.setAccessibleDescription(T("in the keyring") if self._kept and not opened else self._plain_help)
        self.change.setText(T("Keep it") if opened else T("Replace"))
        about = T("Keep the one in the keyring") if opened else T("Replace {what}", what=self.title)
        self.change.setAccessibleName(about)

    def replace(self) -> None:
        """Open the field for a new one, and go there."""
        if self._kept:
            self._open(opened=True)
        self.focus()

    def _change(self) -> None:
        if self.line.isReadOnly():
            self.replace()
            return
        self.line.clear()
        self._typed("")
        self._open(opened=False)
        self.left.emit()

    def focus(self) -> None:
        """Go to the field, or to what opens it."""
        (self.change if self.line.isReadOnly() else self.line).setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, text: str) -> None:
        if text and self.line.isReadOnly():
            self._open(opened=True)
        self.trailing.say(N("{n} character", "{n} characters", len(text)) if text else "")
        self.trailing.tick(on=bool(text) and self.problem() is None)
        count = N("{n} character, hidden", "{n} characters, hidden", len(text))
        self.line.setAccessibleName(f"{self.title}, {count}" if text else self.title)
        self._edited()

    def put(self, text: str) -> None:
        """Fill in what was found in a pasted text; an empty text takes it back."""
        self.line.setText(text)
        self._typed(text)
        if not text and self._kept:
            self._open(opened=False)

    @property
    def filled(self) -> bool:
        """Whether something was typed."""
        return bool(self.line.text())

    @property
    def missing(self) -> bool:
        """Whether there is neither one typed nor one kept."""
        return not self.filled and not self._kept

    def problem(self) -> Problem | None:
        """Return what is wrong with what was typed."""
        if not self.filled:
            return None
        try:
            self._read(self.what, self.line.text())
        except AppError as error:
            return error.problem
        return None

    def typed(self) -> Secret | None:
        """Return what was typed and leave it there; raises SECRET_INVALID."""
        return self._read(self.what, self.line.text()) if self.filled else None

    def stored(self) -> None:
        """What was typed is in the keyring now: it goes from the field."""
        self.line.clear()
        self._typed("")
        self.set_kept(kept=True)


class SeedField(SecretField):
    """An MFA seed: while one is typed the code of now is shown, to compare with the device or to enroll it."""

    def __init__(self, read: ReadSecret, now: Callable[[], datetime]) -> None:
        """Make an empty field."""
        self._last: QWidget | None = None
        self._wanted = True
        super().__init__("totp-seed", T("MFA secret"), read)
        self.set_help(seed_note(), "warn", "warning")
        self._now = now
        self.code = label(role="title")
        self.code.setFont(spaced("title"))
        self.ring = Countdown()
        self.shown = _Ticking(self.tick)  # whoever shows the field gives it a place
        self.shown.setLayout(row(self.ring, self.code, spacing=8))
        self.shown.hide()
        self.code.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # read on request, not with every change

    def put_last(self, widget: QWidget) -> None:
        """Have something at the end of the field's line, while a secret can be put in."""
        self._last = widget
        self.beside.addWidget(widget)
        widget.setVisible(not self.line.isReadOnly())

    def _open(self, *, opened: bool) -> None:
        super()._open(opened=opened)
        if self._last is not None:
            self._last.setVisible(opened)

    def set_shown(self, *, shown: bool) -> None:
        """Show or hide the field, and the code with it."""
        self._wanted = shown
        super().set_shown(shown=shown)
        self.tick()

    def _typed(self, text: str) -> None:
        self.set_help(seed_note(), "warn", "warning")  # in the place of what was said of a picture
        super()._typed(text)
        self.tick()

    def tick(self) -> None:
        """Show the code of now, where a seed is typed."""
        good = self._wanted and self.filled and self.problem() is None
        self.shown.setVisible(good)
        if not good:
            self.code.clear()
            self.code.setAccessibleName("")
            return
        at = self._now().timestamp()
        code = code_of(self._read(self.what, self.line.text()).reveal(), step_at(at))
        self.code.setText(f"{code[:3]} {code[3:]}")
        self.code.setAccessibleName(T("The code of now: {digits}", digits=" ".join(code)))
        self.ring.show_left(seconds_left(at) / STEP_SECONDS)


class _Ticking(QWidget):
    """Calls once a second while it is shown."""

    def __init__(self, tick: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("plain", True)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(tick)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


def seed_note() -> str:
    """Return what a person should know before an MFA seed is kept, and what can be pasted."""
    return T(
        "A stored seed is one factor less: key and code then sit in one keyring, and whoever unlocks it has both. "
        "Paste the otpauth:// link, a picture of the QR code, or the base32 text below it."
    )
