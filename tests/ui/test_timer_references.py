"""Awaited timers under qasync leave the reference count of None alone.

PySide6 6.12.0 on Python 3.11 loses two references to None with each timer event; after some hours of ticking the count
reaches zero and the interpreter aborts. The versions that are allowed (pyproject.toml) do not; this holds them to it.
"""

import asyncio
import sys

from PySide6.QtWidgets import QApplication

from ui.loop import make_loop

_TIMERS = 2_000
_BATCH = 50
_NOISE = 400  # what the loop, the collector and other threads may hold or let go meanwhile


async def _tick() -> None:
    for _ in range(_TIMERS // _BATCH):
        await asyncio.gather(*(asyncio.sleep(0.001) for _ in range(_BATCH)))


def test_none_keeps_its_references(qapp: QApplication) -> None:
    loop = make_loop(qapp)
    try:
        loop.run_until_complete(asyncio.sleep(0.001))  # what is made once
        before = sys.getrefcount(None)
        loop.run_until_complete(_tick())
        after = sys.getrefcount(None)
    finally:
        loop.close()
    assert abs(after - before) < _NOISE
