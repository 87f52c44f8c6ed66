"""The asyncio loop under Qt. The only file that knows qasync."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, cast

from PySide6.QtWidgets import QApplication

from ui.collector import Collector

_HEARTBEAT = 30.0  # seconds; only where signals cannot wake the loop by themselves


class _Loop(Protocol):
    """What is used of qasync's loop."""

    def run_until_complete(self, future: Coroutine[Any, Any, int]) -> int: ...
    def close(self) -> None: ...


def run(app: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run a coroutine on Qt's loop and return its result; it tears everything down before it returns."""
    os.environ["QT_API"] = "pyside6"
    import qasync  # pyright: ignore[reportMissingTypeStubs]

    loop = qasync.QEventLoop(app)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    asyncio.set_event_loop(cast("asyncio.AbstractEventLoop", loop))
    collector = Collector(app)
    try:
        return cast("_Loop", loop).run_until_complete(main())
    finally:
        asyncio.set_event_loop(None)
        cast("_Loop", loop).close()
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
