"""A field for a secret that goes to the keyring: no reveal, no way back; only replaced."""

from PySide6.QtWidgets import QLineEdit

from app.domain.problem import AppError, Problem
from app.domain.secret import Secret
from app.texts import N, T
from ui.core import ReadSecret
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.editor.trailing import Trailing


class SecretField(Field):
    """`key` is no key of the catalog: nothing of this is ever in a draft."""

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
        self.line.textEdited.connect(self._typed)

    def load(self, draft: Draft) -> None:
        """Nothing is ever shown."""
        del draft

    def store(self, draft: Draft) -> None:
        """Nothing is ever written into a draft."""
        del draft

    def set_kept(self, *, kept: bool) -> None:
        """Say whether the keyring holds one already."""
        self._kept = kept
        self.line.setPlaceholderText(T("in the keyring; type to replace it") if kept else "")
        self.line.setAccessibleDescription(T("in the keyring") if kept else self._plain_help)

    def _typed(self, text: str) -> None:
        self.trailing.say(N("{n} character", "{n} characters", len(text)) if text else "")
        count = N("{n} character, hidden", "{n} characters, hidden", len(text))
        self.line.setAccessibleName(f"{self.title}, {count}" if text else self.title)
        self._edited()

    def put(self, text: str) -> None:
        """Fill in what was found in a pasted text."""
        self.line.setText(text)
        self._typed(text)

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

    def take(self) -> Secret | None:
        """Return what was typed and empty the field; raises SECRET_INVALID."""
        if not self.filled:
            return None
        secret = self._read(self.what, self.line.text())
        self.line.clear()
        self._typed("")
        return secret


def seed_note() -> str:
    """Return what a person should know before an MFA seed is kept, and what can be pasted."""
    return T(
        "A stored seed is one factor less: key and code then sit in one keyring, and whoever unlocks it has both. "
        "Paste the otpauth:// link, or the base32 text that stands below the QR code."
    )
