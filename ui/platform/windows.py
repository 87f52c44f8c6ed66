"""One key of the whole Windows desktop, by RegisterHotKey.

On a thread of its own with a message queue of its own: a filter of Qt's native events would be asked about every one
of them. See https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerhotkey
"""

import ctypes
import queue
import threading
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from ui.platform.shortcut import function_key, parts_of

_HOTKEY, _QUIT, _WISH = 0x0312, 0x0012, 0x8000  # WM_HOTKEY, WM_QUIT, WM_APP
_NO_REPEAT = 0x4000
_MODIFIERS = {"alt": 1, "ctrl": 2, "shift": 4, "meta": 8}
_KEYS = {
    "space": 0x20, "enter": 0x0D, "tab": 0x09, "esc": 0x1B, "backspace": 0x08, "ins": 0x2D, "del": 0x2E, "home": 0x24,
    "end": 0x23, "pgup": 0x21, "pgdown": 0x22, "left": 0x25, "up": 0x26, "right": 0x27, "down": 0x28,
}  # fmt: skip
_F1, _F_KEYS = 0x70, 24
_NUMBER = 1  # of our only hot key
_ANSWER_SECONDS = 2.0


class Message(ctypes.Structure):
    """MSG."""

    _fields_ = (
        ("window", ctypes.c_void_p), ("message", ctypes.c_uint), ("word", ctypes.c_size_t), ("long", ctypes.c_ssize_t),
        ("time", ctypes.c_ulong), ("x", ctypes.c_long), ("y", ctypes.c_long), ("private", ctypes.c_ulong),
    )  # fmt: skip


class Desktop(Protocol):
    """What is used of user32 and kernel32, by Windows' own names."""

    RegisterHotKey: Any
    UnregisterHotKey: Any
    GetMessageW: Any
    PeekMessageW: Any
    PostThreadMessageW: Any
    VkKeyScanW: Any
    GetCurrentThreadId: Any


class _System:
    """The real one; OSError where it is not there."""

    def __init__(self) -> None:
        libraries: Any = vars(ctypes).get("WinDLL")
        if libraries is None:
            raise OSError("no Windows")
        user: Any = libraries("user32", use_last_error=True)
        kernel: Any = libraries("kernel32")
        for name in ("RegisterHotKey", "UnregisterHotKey", "GetMessageW", "PeekMessageW", "PostThreadMessageW"):
            setattr(self, name, getattr(user, name))
        user.VkKeyScanW.restype, user.VkKeyScanW.argtypes = ctypes.c_short, [ctypes.c_wchar]
        user.PostThreadMessageW.argtypes = [ctypes.c_ulong, ctypes.c_uint, ctypes.c_size_t, ctypes.c_ssize_t]
        self.VkKeyScanW = user.VkKeyScanW
        self.GetCurrentThreadId = kernel.GetCurrentThreadId


def code_of(shortcut: str, scan: Any) -> tuple[int, int] | None:  # noqa: ANN401  a function of C
    """Return the modifiers and the virtual key of a shortcut; None: there is no such key. `scan`: VkKeyScanW."""
    parts = parts_of(shortcut)
    if parts is None:
        return None
    held, key = parts
    number = function_key(key)
    code = _KEYS.get(key, 0)
    if 0 < number <= _F_KEYS:
        code = _F1 + number - 1
    elif len(key) == 1 and key.isascii() and key.isalnum():
        code = ord(key.upper())
    elif len(key) == 1:
        found = int(scan(key))
        code = found & 0xFF if found != -1 else 0
    return (sum(_MODIFIERS[one] for one in held), code) if code else None


class WindowsKey(QObject):
    """`pressed` comes with each press of the key, and not again while a finger rests on it. One key at a time."""

    pressed = Signal()
    composited = True
    _heard = Signal()

    def __init__(self, parent: QObject | None = None, desktop: "Desktop | None" = None) -> None:
        """Begin to listen; OSError where this is not Windows."""
        super().__init__(parent)
        self._desktop: Any = _System() if desktop is None else desktop
        self._heard.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._answers: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._wish: tuple[int, int] | None = None
        self._ready = threading.Event()
        self._id = 0
        self._thread = threading.Thread(target=self._listen, name="desktop-key", daemon=True)
        self._thread.start()
        self._ready.wait(_ANSWER_SECONDS)

    def hold(self, shortcut: str) -> bool:
        """Hold a key instead of the one before, an empty text: none. False: no such key, or another program has it."""
        self._wish = code_of(shortcut, self._desktop.VkKeyScanW) if shortcut else None
        self._desktop.PostThreadMessageW(self._id, _WISH, 0, 0)
        try:
            return self._answers.get(timeout=_ANSWER_SECONDS)
        except queue.Empty:
            return False

    def _tell(self) -> None:
        """On Qt's thread."""
        self.pressed.emit()

    def _listen(self) -> None:
        message = Message()
        self._desktop.PeekMessageW(ctypes.byref(message), None, 0, 0, 0)  # makes the thread's queue
        self._id = self._desktop.GetCurrentThreadId()
        self._ready.set()
        while self._desktop.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            if message.message == _HOTKEY:
                self._heard.emit()
            elif message.message == _WISH:
                self._answers.put(self._take())
        self._desktop.UnregisterHotKey(None, _NUMBER)

    def _take(self) -> bool:
        """Keys belong to the thread that registers them."""
        self._desktop.UnregisterHotKey(None, _NUMBER)
        if self._wish is None:
            return False
        held, code = self._wish
        return bool(self._desktop.RegisterHotKey(None, _NUMBER, held | _NO_REPEAT, code))

    def close(self) -> None:
        """Let go of the key."""
        self._desktop.PostThreadMessageW(self._id, _QUIT, 0, 0)
        self._thread.join(_ANSWER_SECONDS)
