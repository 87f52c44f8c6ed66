"""Manners for secrets on the clipboard: marked for its managers, cleared after a while and at the end if still ours."""

import sys

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

_KDE = "x-kde-passwordManagerHint"
_WINDOWS = (
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
)
_MACOS = "org.nspasteboard.ConcealedType"


def secret_mime(text: str, platform: str = sys.platform) -> QMimeData:
    """Return the text as the platform's clipboard managers are told not to keep it."""
    data = QMimeData()
    data.setText(text)
    if platform == "win32":
        for name in _WINDOWS:
            data.setData(f'application/x-qt-windows-mime;value="{name}"', b"\0\0\0\0")
    elif platform == "darwin":
        # Qt writes a format without a converter under its own name only: managers that ask for this one see it
        data.setData(_MACOS, b"")
    else:
        data.setData(_KDE, b"secret")
    return data


class SecretClipboard(QObject):
    """Copies secrets and clears them. `cleared` comes when the time is over and the clipboard was still ours.

    A program that has the clipboard and hangs makes each reading of it wait for seconds. So what another one put there
    is looked at once, as it comes, when that program is surely there: it may be a clipboard manager with our text.
    """

    cleared = Signal()

    def __init__(self, clipboard: QClipboard | None = None, parent: QObject | None = None) -> None:
        """Use the application's clipboard."""
        super().__init__(parent)
        self._clipboard = clipboard or QGuiApplication.clipboard()
        self._held = ""
        self._kept: bool | None = None  # whether another program has our text; None: that was not seen
        self._clipboard.dataChanged.connect(self._look)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.clear)

    def copy(self, text: str, seconds: int) -> None:
        """Put a secret on the clipboard for so long; 0: until it is cleared by hand or at the end."""
        self._held, self._kept = text, None
        self._clipboard.setMimeData(secret_mime(text))
        self._timer.stop()
        if seconds > 0:
            self._timer.start(seconds * 1000)

    def _look(self) -> None:
        if not self._held or self._clipboard.ownsClipboard():
            return
        self._kept = self._clipboard.text() == self._held
        if not self._kept:
            self._timer.stop()
            self._held = ""

    @property
    def holds(self) -> bool:
        """Whether the clipboard still holds what was copied last."""
        return bool(self._held) and (self._kept or self._clipboard.text() == self._held)

    def clear(self) -> None:
        """Empty the clipboard if it still holds what we put there; another's content stays."""
        self._timer.stop()
        if self.holds:
            self._clipboard.clear()
            self.cleared.emit()
        self._held = ""

    def forget(self, text: str) -> None:
        """Empty the clipboard if it holds this text, which a person pasted a secret from."""
        if text and self._clipboard.text() == text:
            self._clipboard.clear()

    def forget_picture(self) -> None:
        """Empty the clipboard if it holds a picture: one that a secret was read from."""
        if not self._clipboard.image().isNull():
            self._clipboard.clear()

    def __repr__(self) -> str:
        return "SecretClipboard()"
