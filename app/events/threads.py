"""From a thread of the system's back to the loop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from app.domain.happening import Happening

Told = Callable[[Happening], None]


def on_loop(loop: asyncio.AbstractEventLoop, told: Told, over: Callable[[], bool] = lambda: False) -> Told:
    """Return what any thread may call: the loop is told, until it has ended or `over` says so."""

    def from_thread(what: Happening) -> None:
        if not over():
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(told, what)

    return from_thread
