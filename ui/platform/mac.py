"""One key of the whole Mac desktop, by Carbon's hot keys: the one way that asks the person for no permission.

Key codes are those of the places on an ANSI keyboard (HIToolbox/Events.h), as macOS counts them.
"""

import ctypes
import ctypes.util
from typing import Any

from PySide6.QtCore import QObject, Signal

from ui.platform.shortcut import parts_of

_MODIFIERS = {"ctrl": 1 << 8, "shift": 1 << 9, "alt": 1 << 11, "meta": 1 << 12}  # Qt's ctrl is Command
_PLACES = {
    0x00: "a", 0x01: "s", 0x02: "d", 0x03: "f", 0x04: "h", 0x05: "g", 0x06: "z", 0x07: "x", 0x08: "c", 0x09: "v",
    0x0B: "b", 0x0C: "q", 0x0D: "w", 0x0E: "e", 0x0F: "r", 0x10: "y", 0x11: "t", 0x12: "1", 0x13: "2", 0x14: "3",
    0x15: "4", 0x16: "6", 0x17: "5", 0x18: "=", 0x19: "9", 0x1A: "7", 0x1B: "-", 0x1C: "8", 0x1D: "0", 0x1E: "]",
    0x1F: "o", 0x20: "u", 0x21: "[", 0x22: "i", 0x23: "p", 0x24: "enter", 0x25: "l", 0x26: "j", 0x27: "'", 0x28: "k",
    0x29: ";", 0x2A: "\\", 0x2B: ",", 0x2C: "/", 0x2D: "n", 0x2E: "m", 0x2F: ".", 0x30: "tab", 0x31: "space", 0x32: "`",
    0x33: "backspace", 0x35: "esc", 0x7A: "f1", 0x78: "f2", 0x63: "f3", 0x76: "f4", 0x60: "f5", 0x61: "f6", 0x62: "f7",
    0x64: "f8", 0x65: "f9", 0x6D: "f10", 0x67: "f11", 0x6F: "f12", 0x69: "f13", 0x6B: "f14", 0x71: "f15", 0x6A: "f16",
    0x40: "f17", 0x4F: "f18", 0x50: "f19", 0x5A: "f20", 0x73: "home", 0x74: "pgup", 0x75: "del", 0x77: "end",
    0x79: "pgdown", 0x7B: "left", 0x7C: "right", 0x7D: "down", 0x7E: "up",
}  # fmt: skip
_CODES = {name: code for code, name in _PLACES.items()}
_KEYBOARD, _PRESSED = 0x6B657962, 5  # kEventClassKeyboard ('keyb'), kEventHotKeyPressed
_OURS = 0x52435143  # 'RCQC': any four letters tell our hot keys from others'
_Handler = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class KeyId(ctypes.Structure):
    """EventHotKeyID."""

    _fields_ = (("signature", ctypes.c_uint32), ("id", ctypes.c_uint32))


class Kind(ctypes.Structure):
    """EventTypeSpec."""

    _fields_ = (("class_", ctypes.c_uint32), ("kind", ctypes.c_uint32))


def _library() -> Any:  # noqa: ANN401  functions of C
    found = ctypes.util.find_library("Carbon")
    if not found:
        raise OSError("no Carbon")
    carbon = ctypes.CDLL(found)
    carbon.GetApplicationEventTarget.restype = ctypes.c_void_p
    carbon.RegisterEventHotKey.argtypes = [
        ctypes.c_uint32, ctypes.c_uint32, KeyId, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p,
    ]  # fmt: skip
    carbon.UnregisterEventHotKey.argtypes = [ctypes.c_void_p]
    carbon.InstallEventHandler.argtypes = [
        ctypes.c_void_p, _Handler, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    carbon.RemoveEventHandler.argtypes = [ctypes.c_void_p]
    return carbon


def code_of(shortcut: str) -> tuple[int, int] | None:
    """Return Carbon's modifiers and the key's code; None: there is no such key."""
    parts = parts_of(shortcut)
    if parts is None or parts[1] not in _CODES:
        return None
    return sum(_MODIFIERS[one] for one in parts[0]), _CODES[parts[1]]


class MacKey(QObject):
    """`pressed` comes with each press of the key; Carbon repeats none. One key at a time."""

    pressed = Signal()
    composited = True

    def __init__(self, parent: QObject | None = None, carbon: Any = None) -> None:  # noqa: ANN401  functions of C
        """Begin to listen; OSError where this is no Mac, or where it does not let us."""
        super().__init__(parent)
        self._carbon = _library() if carbon is None else carbon
        self._target = self._carbon.GetApplicationEventTarget()
        self._handler = _Handler(self._on_press)  # kept: C holds no reference
        self._held, self._installed = ctypes.c_void_p(), ctypes.c_void_p()
        kind = Kind(_KEYBOARD, _PRESSED)
        installed = ctypes.byref(self._installed)
        if self._carbon.InstallEventHandler(self._target, self._handler, 1, ctypes.byref(kind), None, installed):
            raise OSError("no handler for hot keys")

    def hold(self, shortcut: str) -> bool:
        """Hold a key instead of the one before, an empty text: none. False: no such key, or another program has it."""
        self._release()
        wanted = code_of(shortcut) if shortcut else None
        if wanted is None:
            return False
        held, code = wanted
        made = ctypes.byref(self._held)
        return not self._carbon.RegisterEventHotKey(code, held, KeyId(_OURS, 1), self._target, 0, made)

    def _release(self) -> None:
        if self._held.value:
            self._carbon.UnregisterEventHotKey(self._held)
            self._held = ctypes.c_void_p()

    def _on_press(self, _call: object, _event: object, _data: object) -> int:
        """Runs on Qt's thread, out of the application's own event loop."""
        self.pressed.emit()
        return 0

    def close(self) -> None:
        """Let go of the key."""
        self._release()
        if self._installed.value:
            self._carbon.RemoveEventHandler(self._installed)
            self._installed = ctypes.c_void_p()
