"""Turns: of the threads that call AWS one at a time works in Python; the others wait for an answer, or for their turn.

Python lets one thread run at a time in any case. Sixteen that want to are a queue in which a window waits for tens of
milliseconds; behind one it waits for one. Nothing is lost by that: signing and reading take less than the answer does.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib3 import HTTPResponse, PoolManager

PATIENCE_SECONDS = 0.25  # whoever waited so long goes on without a turn: one that hangs holds up nobody


class Turns:
    """A thread works within `turn`, and waits for the network within `pause`. Nobody waits here for good."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        """Nobody has the turn."""
        self._free = threading.Semaphore(1)
        self._patience = patience
        self._mine = threading.local()

    @contextmanager
    def turn(self) -> Generator[None]:
        """Work when it is this thread's turn."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def pause(self) -> Generator[None]:
        """Let another thread work meanwhile; outside of `turn` it does nothing."""
        had = self._give()
        try:
            yield
        finally:
            if had:
                self._take()

    def _take(self) -> None:
        self._mine.working, self._mine.has = True, self._free.acquire(timeout=self._patience)

    def _give(self) -> bool:
        """Return whether this thread was within `turn`."""
        working, has = getattr(self._mine, "working", False), getattr(self._mine, "has", False)
        self._mine.working = self._mine.has = False
        if has:
            self._free.release()
        return working


def paused_connections(manager: "PoolManager", turns: Turns) -> None:
    """Let a manager's connections pause while they connect and while they wait for an answer."""
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class Plain(HTTPConnection):
        def connect(self) -> None:
            with turns.pause():
                super().connect()

        def getresponse(self) -> "HTTPResponse":  # pyright: ignore[reportIncompatibleMethodOverride]  as urllib3's own
            with turns.pause():
                return super().getresponse()

    class Tls(HTTPSConnection):
        def connect(self) -> None:
            with turns.pause():
                super().connect()

        def getresponse(self) -> "HTTPResponse":  # pyright: ignore[reportIncompatibleMethodOverride]
            with turns.pause():
                return super().getresponse()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain  # pyright: ignore[reportAssignmentType]  urllib3's own is as wide

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls  # pyright: ignore[reportAssignmentType]

    manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "http": PlainPool, "https": TlsPool}
