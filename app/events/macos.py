"""What macOS tells: sleep and wake by IOKit, the lock by its notification, clock and network by the notify service."""

import asyncio
import ctypes
import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from ctypes import CFUNCTYPE, byref, c_char_p, c_int, c_long, c_uint32, c_void_p
from functools import partial
from typing import Any

from app.domain.happening import Happening
from app.events.threads import on_loop

_log = logging.getLogger(__name__)
_FRAMEWORKS = "/System/Library/Frameworks"
# kIOMessageCanSystemSleep, …SystemWillSleep, …SystemHasPoweredOn
_MAY_IT, _WILL_SLEEP, _AWAKE = 0xE0000270, 0xE0000280, 0xE0000300
_HELD = 10.0  # seconds; macOS waits thirty
_LOCKS: Mapping[str, Happening] = {
    "com.apple.screenIsLocked": Happening.LOCKED,
    "com.apple.screenIsUnlocked": Happening.UNLOCKED,
}
_NOTIFIED: Mapping[str, Happening] = {
    "com.apple.system.clock_set": Happening.CLOCK,
    "com.apple.system.config.network_change": Happening.NETWORK,
}
_UTF8, _AT_ONCE = 0x08000100, 4  # kCFStringEncodingUTF8, CFNotificationSuspensionBehaviorDeliverImmediately


def happening_of(message: int) -> Happening | None:
    """Return what a message of IOKit's power management means; None for all others."""
    return {_WILL_SLEEP: Happening.SLEEP, _AWAKE: Happening.WAKE}.get(message & 0xFFFFFFFF)


def wants_answer(message: int) -> bool:
    """Whether the machine waits for us before it goes on."""
    return message & 0xFFFFFFFF in (_MAY_IT, _WILL_SLEEP)


class MacEvents:
    """A run loop on a thread of its own. Written after Apple's documentation; see ADR 13."""

    def __init__(self) -> None:
        """Do nothing yet."""
        self._released = threading.Event()
        self._told: Callable[[Happening], None] = lambda _: None
        self._endings: list[Callable[[], None]] = []
        self._kept: list[object] = []  # callbacks that the system calls
        self._over = False

    def open(self, told: Callable[[Happening], None]) -> None:
        """Listen from now on."""
        loop = asyncio.get_running_loop()
        self._told = on_loop(loop, told, lambda: self._over)
        threading.Thread(target=self._guarded, name="rolecall-events", daemon=True).start()
        with suppress(OSError, AttributeError):
            self._follow(loop, told)

    def may_sleep(self) -> None:
        """Let the sleep be allowed."""
        self._released.set()

    def close(self) -> None:
        """Listen no more."""
        self._over = True
        self._released.set()
        endings, self._endings = self._endings, []
        for ending in endings:
            ending()

    def heard(self, message: int, allow: Callable[[], None]) -> None:
        """Tell of a message; a sleep is allowed when what must be done is done, and no later than `_HELD`."""
        what = happening_of(message)
        if what is not None:
            self._released.clear()
            self._told(what)
            if what is Happening.SLEEP:
                self._released.wait(_HELD)
        if wants_answer(message):
            allow()

    def _follow(self, loop: asyncio.AbstractEventLoop, told: Callable[[Happening], None]) -> None:
        """The notify service writes to a file descriptor for each piece of news."""
        system = ctypes.CDLL(None)
        for name, what in _NOTIFIED.items():
            number, token = c_int(-1), c_int(0)
            if system.notify_register_file_descriptor(name.encode(), byref(number), 0, byref(token)):
                continue
            os.set_blocking(number.value, False)

            def read(number: int = number.value, what: Happening = what) -> None:
                with suppress(BlockingIOError):
                    os.read(number, 4096)
                told(what)

            loop.add_reader(number.value, read)
            self._endings.append(partial(self._leave, loop, system, number.value, token.value))

    @staticmethod
    def _leave(loop: asyncio.AbstractEventLoop, system: Any, number: int, token: int) -> None:  # noqa: ANN401  a library
        with suppress(RuntimeError, ValueError):  # the loop is closed
            loop.remove_reader(number)
        system.notify_cancel(token)

    def _guarded(self) -> None:
        try:
            self._run(_load("CoreFoundation"), _load("IOKit"))
        except (OSError, AttributeError, ValueError) as error:
            _log.info("events of macOS are not heard: %s", type(error).__name__)

    def _run(self, core: Any, kit: Any) -> None:  # noqa: ANN401  ctypes knows no type for a library
        core.CFRunLoopGetCurrent.restype = c_void_p
        here = core.CFRunLoopGetCurrent()
        self._endings.append(lambda: core.CFRunLoopStop(c_void_p(here)))
        self._power(core, kit, here)
        self._lock(core)
        if not self._over:
            core.CFRunLoopRun()

    def _power(self, core: Any, kit: Any, here: int) -> None:  # noqa: ANN401  as above
        kit.IORegisterForSystemPower.restype = c_uint32
        kit.IONotificationPortGetRunLoopSource.restype = c_void_p
        port, notifier = c_void_p(), c_uint32()
        root = c_uint32()

        @CFUNCTYPE(None, c_void_p, c_uint32, c_uint32, c_void_p)
        def told(_context: int, _service: int, message: int, argument: int | None) -> None:
            self.heard(message, lambda: kit.IOAllowPowerChange(root, c_long(argument or 0)))

        self._kept.append(told)
        root.value = kit.IORegisterForSystemPower(None, byref(port), told, byref(notifier))
        if not root.value:
            return
        mode = c_void_p.in_dll(core, "kCFRunLoopCommonModes")
        core.CFRunLoopAddSource(c_void_p(here), c_void_p(kit.IONotificationPortGetRunLoopSource(port)), mode)

    def _lock(self, core: Any) -> None:  # noqa: ANN401  as above
        core.CFNotificationCenterGetDistributedCenter.restype = c_void_p
        core.CFStringCreateWithCString.restype = c_void_p
        center = c_void_p(core.CFNotificationCenterGetDistributedCenter())
        for name, what in _LOCKS.items():

            @CFUNCTYPE(None, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
            def told(*_: object, what: Happening = what) -> None:
                self._told(what)

            self._kept.append(told)
            text = c_void_p(core.CFStringCreateWithCString(None, c_char_p(name.encode()), c_uint32(_UTF8)))
            core.CFNotificationCenterAddObserver(center, None, told, text, None, c_long(_AT_ONCE))


def _load(name: str) -> Any:  # noqa: ANN401  as above
    return ctypes.CDLL(f"{_FRAMEWORKS}/{name}.framework/{name}")
