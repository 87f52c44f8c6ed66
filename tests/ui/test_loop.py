"""The loop on Qt's: what is ready runs in order, and never keeps Qt from its turn."""

import asyncio
import threading
from collections.abc import Iterator
from time import perf_counter

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui.loop import make_loop

_WORK = 0.002  # seconds of one callback
_CALLBACKS = 100


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that is closed afterwards."""
    made = make_loop(qapp)
    yield made
    made.close()


def test_callbacks_run_in_the_order_in_which_they_were_added(loop: asyncio.AbstractEventLoop) -> None:
    ran: list[int] = []

    async def main() -> None:
        done = asyncio.Event()
        for number in range(1000):
            loop.call_soon(ran.append, number)
        loop.call_soon(lambda: loop.call_soon(done.set))
        loop.call_soon(ran.append, 1000)
        await done.wait()

    loop.run_until_complete(main())
    assert ran == list(range(1001))


def test_qt_has_its_turn_between_many_callbacks(loop: asyncio.AbstractEventLoop) -> None:
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1

    def busy() -> None:
        end = perf_counter() + _WORK
        while perf_counter() < end:
            pass

    async def main() -> None:
        done = asyncio.Event()
        timer = QTimer()
        timer.timeout.connect(tick)
        timer.start(0)
        for _ in range(_CALLBACKS):
            loop.call_soon(busy)
        loop.call_soon(done.set)
        await done.wait()
        timer.stop()

    loop.run_until_complete(main())
    assert ticks >= 10


def test_a_canceled_callback_does_not_run_and_one_that_raises_is_reported(loop: asyncio.AbstractEventLoop) -> None:
    ran: list[str] = []
    reported: list[object] = []
    loop.set_exception_handler(lambda _loop, context: reported.append(context["exception"]))

    def fails() -> None:
        raise LookupError

    async def main() -> None:
        loop.call_soon(ran.append, "canceled").cancel()
        loop.call_soon(fails)
        loop.call_soon(ran.append, "after")
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    loop.run_until_complete(main())
    assert ran == ["after"]
    assert [type(one) for one in reported] == [LookupError]


def test_other_threads_are_heard_while_callbacks_add_callbacks(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        done = asyncio.Event()

        def again() -> None:
            if not done.is_set():
                loop.call_soon(again)

        again()
        thread = threading.Thread(target=loop.call_soon_threadsafe, args=(done.set,))
        thread.start()
        await asyncio.wait_for(done.wait(), 30)
        thread.join()

    loop.run_until_complete(main())
