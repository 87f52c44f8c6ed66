"""One key of the whole X11 desktop, and whether windows can be translucent there.

By libX11 alone, on a connection of our own: Qt's stays untouched, without a native event filter or a struct of xcb to
read. Wayland lets no application do this.
"""

import ctypes
import ctypes.util
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from ui.platform.shortcut import function_key, parts_of

_PRESS, _RELEASE, _ASYNC = 2, 3, 1  # KeyPress, KeyRelease, GrabModeAsync
_TIME = 7  # where an XKeyEvent has its time, in longs
_REPEAT = 1000  # ms; a key that is held down comes again much sooner
_MODIFIERS = {"shift": 1, "ctrl": 4, "alt": 8, "meta": 64}
_LOCKS = (0, 2, 16, 18)  # caps lock and num lock must make no difference
_NAMES = {
    "space": "space", "enter": "Return", "tab": "Tab", "esc": "Escape", "backspace": "BackSpace",
    ".": "period", ",": "comma", "-": "minus", "/": "slash", ";": "semicolon", "'": "apostrophe", "`": "grave",
    "ins": "Insert", "del": "Delete", "home": "Home", "end": "End",
    "pgup": "Prior", "pgdown": "Next", "up": "Up", "down": "Down", "left": "Left", "right": "Right",
}  # fmt: skip
_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


def parsed(shortcut: str) -> tuple[int, str] | None:
    """Return the modifiers and X's name of the key of "Ctrl+Alt+R"; None for what has no modifier or is no key."""
    parts = parts_of(shortcut)
    if parts is None:
        return None
    held, key = parts
    name = _NAMES.get(key) or (key.upper() if function_key(key) else key)
    return sum(_MODIFIERS[one] for one in held), name


def _library() -> Any:  # noqa: ANN401  functions of C
    found = ctypes.util.find_library("X11") or "libX11.so.6"
    x = ctypes.CDLL(found)
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XDefaultRootWindow.restype = x.XInternAtom.restype = x.XStringToKeysym.restype = ctypes.c_ulong
    x.XGetSelectionOwner.restype = ctypes.c_ulong
    x.XSetErrorHandler.restype = ctypes.c_void_p
    x.XSetErrorHandler.argtypes = [ctypes.c_void_p]
    return x


class X11Key(QObject):
    """`pressed` comes with each press of the key, and not again while a finger rests on it. One key at a time."""

    pressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Connect to the X server; OSError where there is none or no libX11."""
        super().__init__(parent)
        self._x = _library()
        connection = self._x.XOpenDisplay(None)
        if not connection:
            raise OSError("no X server")
        self._display = ctypes.c_void_p(connection)
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._refused = False
        self._down, self._last = False, 0
        self._x.XkbSetDetectableAutoRepeat(self._display, 1, None)  # no release between two repeats
        self._handler = _Handler(self._on_error)  # kept: C holds no reference
        self._notifier = QSocketNotifier(self._x.XConnectionNumber(self._display), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def hold(self, shortcut: str) -> bool:
        """Hold a key instead of the one before, an empty text: none. False: no such key, or another program has it."""
        self._release()
        wanted = parsed(shortcut) if shortcut else None
        if wanted is None:
            return False
        symbol = self._x.XStringToKeysym(wanted[1].encode())
        code = self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(symbol)) & 0xFF if symbol else 0
        if code and self._grab(code, wanted[0]):
            return True
        self._release()
        return False

    def _release(self) -> None:
        self._x.XUngrabKey(self._display, 0, ctypes.c_uint(1 << 15), self._root)  # AnyKey, AnyModifier
        self._x.XSync(self._display, 0)

    def _grab(self, code: int, mask: int) -> bool:
        self._refused = False
        before = self._x.XSetErrorHandler(ctypes.cast(self._handler, ctypes.c_void_p))
        try:
            for lock in _LOCKS:
                self._x.XGrabKey(self._display, code, ctypes.c_uint(mask | lock), self._root, 0, _ASYNC, _ASYNC)
            self._x.XSync(self._display, 0)
        finally:
            self._x.XSetErrorHandler(before)
        return not self._refused

    def _on_error(self, _display: object, _event: object) -> int:
        """BadAccess: another program holds it. Without a handler libX11 would end the process."""
        self._refused = True
        return 0

    def _read(self) -> None:
        event = (ctypes.c_long * 24)()  # XEvent
        for _ in range(self._x.XPending(self._display)):
            self._x.XNextEvent(self._display, ctypes.byref(event))
            kind = ctypes.cast(event, ctypes.POINTER(ctypes.c_int))[0]
            if kind == _PRESS:
                self._press(event[_TIME])
            elif kind == _RELEASE:
                self._down = False

    def _press(self, at: int) -> None:
        repeats = self._down and (at - self._last) & 0xFFFFFFFF < _REPEAT
        self._down, self._last = True, at
        if not repeats:
            self.pressed.emit()

    @property
    def composited(self) -> bool:
        """Whether a compositor runs, without which what is translucent is black."""
        atom = self._x.XInternAtom(self._display, b"_NET_WM_CM_S0", 0)
        return bool(self._x.XGetSelectionOwner(self._display, ctypes.c_ulong(atom)))

    def close(self) -> None:
        """Let go of the key and of the connection."""
        self._notifier.setEnabled(False)
        self._x.XCloseDisplay(self._display)
