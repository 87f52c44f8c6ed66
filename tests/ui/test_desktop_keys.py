"""The key of the whole desktop on Windows and macOS, against systems that answer as their manuals say."""

import ctypes
import queue
import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from ui.platform import mac, windows
from ui.platform.mac import MacKey
from ui.platform.shortcut import parts_of
from ui.platform.windows import WindowsKey
from ui.switch import key_of

CTRL_ALT, NO_REPEAT = 3, 0x4000


class FakeWindows:
    """Message queues and hot keys, each of the thread that made it; as RegisterHotKey, one program holds a key."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        self.held: dict[int, tuple[int, int, int]] = {}  # by number: modifiers, key, thread
        self.others: set[tuple[int, int]] = set()

    def GetCurrentThreadId(self) -> int:  # noqa: N802
        return threading.get_ident() & 0xFFFF

    def PeekMessageW(self, *_: object) -> int:  # noqa: N802
        return 0

    def PostThreadMessageW(self, thread: int, message: int, word: int, _long: int) -> int:  # noqa: N802
        assert thread
        self.messages.put((message, word))
        return 1

    def GetMessageW(self, into: Any, *_: object) -> int:  # noqa: N802
        message, word = self.messages.get(timeout=10)
        into._obj.message, into._obj.word = message, word
        return int(message != 0x0012)

    def RegisterHotKey(self, window: object, number: int, held: int, key: int) -> int:  # noqa: N802
        assert window is None
        if (held & ~NO_REPEAT, key) in self.others:
            return 0
        self.held[number] = held, key, self.GetCurrentThreadId()
        return 1

    def UnregisterHotKey(self, window: object, number: int) -> int:  # noqa: N802
        assert window is None
        found = self.held.get(number)
        if found is None:
            return 0
        assert found[2] == self.GetCurrentThreadId(), "a hot key belongs to the thread that registered it"
        del self.held[number]
        return 1

    def VkKeyScanW(self, letter: str) -> int:  # noqa: N802
        return {".": 0xBE, "-": 0xBD, "/": 0x16F}.get(letter, -1)  # on this layout "/" is with Shift

    def press(self) -> None:
        """What Windows does when the key is pressed."""
        assert self.held
        self.messages.put((0x0312, 1))


class FakeCarbon:
    """Hot keys and the handler of an application."""

    def __init__(self, *, status: int = 0) -> None:
        self.status, self.held, self.others = status, dict[int, tuple[int, int]](), set[tuple[int, int]]()
        self.handler: Callable[..., int] | None = None
        self._next = 100

    def GetApplicationEventTarget(self) -> int:  # noqa: N802
        return 7

    def InstallEventHandler(self, target: int, handler: Any, number: int, kinds: Any, *rest: Any) -> int:  # noqa: N802
        assert (target, number, kinds._obj.class_, kinds._obj.kind) == (7, 1, int.from_bytes(b"keyb", "big"), 5)
        self.handler = handler
        rest[-1]._obj.value = 1
        return self.status

    def RemoveEventHandler(self, _installed: object) -> int:  # noqa: N802
        self.handler = None
        return 0

    def RegisterEventHotKey(self, code: int, held: int, _id: object, target: int, options: int, into: Any) -> int:  # noqa: N802
        assert (target, options) == (7, 0)
        if (held, code) in self.others:
            return -9878  # eventHotKeyExistsErr
        self._next += 1
        self.held[self._next] = held, code
        into._obj.value = self._next
        return 0

    def UnregisterEventHotKey(self, one: Any) -> int:  # noqa: N802
        del self.held[one.value]
        return 0


@pytest.mark.parametrize(
    ("shortcut", "found"),
    [
        ("Ctrl+Alt+R", ({"ctrl", "alt"}, "r")),
        ("super + Return", ({"meta"}, "enter")),
        ("Shift+Del", ({"shift"}, "del")),
        ("R", None),
        ("Hyper+R", None),
        ("Ctrl+", None),
        ("", None),
    ],
)
def test_how_a_key_is_written(shortcut: str, found: tuple[set[str], str] | None) -> None:
    assert parts_of(shortcut) == found


@pytest.mark.parametrize(
    ("shortcut", "found"),
    [
        ("Ctrl+Alt+R", (CTRL_ALT, 0x52)), ("Meta+F9", (8, 0x78)), ("Shift+F24", (4, 0x87)), ("Ctrl+1", (2, 0x31)),
        ("Ctrl+Space", (2, 0x20)), ("Alt+.", (1, 0xBE)), ("Alt+/", (1, 0x6F)), ("Alt+é", None), ("Ctrl+F25", None),
        ("Ctrl+Hyper", None),
    ],
)  # fmt: skip
def test_keys_of_windows(shortcut: str, found: tuple[int, int] | None) -> None:
    assert windows.code_of(shortcut, FakeWindows().VkKeyScanW) == found


def test_a_key_on_windows(qtbot: QtBot) -> None:
    desktop = FakeWindows()
    key = WindowsKey(None, desktop)
    try:
        pressed = QSignalSpy(key.pressed)
        assert key.hold("Ctrl+Alt+R")
        assert [one[:2] for one in desktop.held.values()] == [(CTRL_ALT | NO_REPEAT, 0x52)]
        desktop.press()
        qtbot.waitUntil(lambda: pressed.count() == 1, timeout=5000)
        desktop.others.add((CTRL_ALT, 0x4B))
        assert not key.hold("Ctrl+Alt+K"), "another program has it"
        assert desktop.held == {}, "and the one before is let go"
        assert key.hold("Ctrl+F5")
        assert not key.hold("")
        assert desktop.held == {}
        assert key.hold("Ctrl+F5")
    finally:
        key.close()
    assert desktop.held == {}
    assert not key._thread.is_alive()


@pytest.mark.parametrize(
    ("shortcut", "found"),
    [
        ("Ctrl+Alt+R", (0x900, 0x0F)), ("Meta+Space", (0x1000, 0x31)), ("Shift+F20", (0x200, 0x5A)),
        ("Ctrl+,", (0x100, 0x2B)), ("Ctrl+é", None),
    ],
)  # fmt: skip
def test_keys_of_a_mac(shortcut: str, found: tuple[int, int] | None) -> None:
    assert mac.code_of(shortcut) == found


def test_the_places_of_a_mac_keyboard_are_each_one_key() -> None:
    names = list(mac._PLACES.values())
    assert len(set(names)) == len(names)
    assert {chr(code) for code in range(ord("a"), ord("z") + 1)} | set("0123456789") <= set(names)
    assert {f"f{number}" for number in range(1, 21)} <= set(names)


def test_a_key_on_a_mac(qapp: QObject) -> None:
    carbon = FakeCarbon()
    key = MacKey(None, carbon)
    pressed = QSignalSpy(key.pressed)
    assert key.hold("Ctrl+Alt+R")
    assert list(carbon.held.values()) == [(0x900, 0x0F)]
    assert carbon.handler is not None
    assert carbon.handler(None, None, None) == 0
    assert pressed.count() == 1
    carbon.others.add((0x100, 0x0B))
    assert not key.hold("Ctrl+B"), "another program has it"
    assert carbon.held == {}
    assert key.hold("Ctrl+F5")
    key.close()
    assert (carbon.held, carbon.handler) == ({}, None)


def test_a_mac_that_takes_no_handler(qapp: QObject) -> None:
    with pytest.raises(OSError, match="no handler"):
        MacKey(None, FakeCarbon(status=-50))


def test_where_nothing_of_it_is_there_no_key_is_held(qapp: QObject) -> None:
    assert key_of("wayland", qapp) is None
    assert key_of("offscreen", qapp) is None
    if not hasattr(ctypes, "WinDLL"):
        with pytest.raises(OSError, match="no Windows"):
            key_of("windows", qapp)
