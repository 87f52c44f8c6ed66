"""The asyncio loop under Qt. The only file that knows qasync."""

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from time import perf_counter
from typing import Any, cast

from PySide6.QtCore import QObject, QTimerEvent
from PySide6.QtWidgets import QApplication

from ui.collector import Collector

_HEARTBEAT = 30.0  # seconds; only where signals cannot wake the loop by themselves


# seconds a thread of blocking work keeps Python while the loop waits for it: a painted table gives it up 300 times
_SWITCH = 0.0002
_TURN = 0.003  # seconds of callbacks before Qt has its turn: a fifth of a frame, as other threads want theirs too


class Ready(QObject):
    """Runs what is ready, in order, for a few milliseconds at a time; what is left waits until Qt has had its turn.

    qasync makes a timer of Qt's for each callback, and Qt runs all that are due before it looks at its window again.
    """

    def __init__(self) -> None:
        """Start with nothing to run."""
        super().__init__()
        self.handles: deque[asyncio.Handle] = deque()
        self._timer = 0

    def add(self, handle: asyncio.Handle) -> None:
        """Run a handle after those that were added before. For the loop's own thread."""
        self.handles.append(handle)
        if not self._timer:
            self._timer = self.startTimer(0)

    def timerEvent(self, event: QTimerEvent) -> None:
        del event
        handles, end = self.handles, perf_counter() + _TURN
        while handles:
            handle = handles.popleft()
            if not handle.cancelled():
                handle._run()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportAttributeAccessIssue]  what a loop does with it
            if perf_counter() >= end:
                break
        if not handles and self._timer:
            self.killTimer(self._timer)
            self._timer = 0

    def end(self) -> None:
        """Run nothing more."""
        self.handles.clear()
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0


def make_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """Return a loop on Qt's; whoever makes it closes it."""
    os.environ["QT_API"] = "pyside6"
    import qasync  # pyright: ignore[reportMissingTypeStubs]

    ready = Ready()

    class Loop(qasync.QEventLoop):  # pyright: ignore[reportUnknownMemberType, reportUntypedBaseClass]
        """qasync's loop, but for what is to run soon."""

        def __init__(self) -> None:
            super().__init__(app)  # pyright: ignore[reportUnknownMemberType]
            self._ready = ready.handles  # asyncio's own place for them

        def call_soon(
            self, callback: Callable[..., object], *args: Any, context: Context | None = None
        ) -> asyncio.Handle:
            handle = asyncio.Handle(callback, args, cast("asyncio.AbstractEventLoop", self), context)
            ready.add(handle)
            return handle

        def close(self) -> None:
            super().close()  # pyright: ignore[reportUnknownMemberType]
            ready.end()

    return cast("asyncio.AbstractEventLoop", Loop())


def run(app: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run a coroutine on Qt's loop and return its result; it tears everything down before it returns."""
    sys.setswitchinterval(_SWITCH)
    loop = make_loop(app)
    asyncio.set_event_loop(loop)
    collector = Collector(app)
    try:
        return loop.run_until_complete(main())
    finally:
        asyncio.set_event_loop(None)
        loop.close()
        collector.end()


def on_signals(end: Callable[[], None]) -> None:
    """Call `end` on the loop at SIGTERM and SIGINT. On Windows a slow heartbeat lets Python run its own handlers."""
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, end)
        return
    signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(end))
    signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(end))

    def beat() -> None:
        loop.call_later(_HEARTBEAT, beat)

    beat()
