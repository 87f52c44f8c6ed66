"""Adapters that come with their first use: until then neither they nor what they import is in memory.

What AWS, providers and the keyring need is more than a megabyte of Python, and an application in the tray may call none
of them for days. `vault`, `calls` and `signing` have the ports; `making_…` put the adapters behind them together.
"""

import threading
from collections.abc import Callable
from importlib import import_module
from typing import Generic, TypeVar

from app.ports import Offload, Pool

P = TypeVar("P")


class Late(Generic[P]):
    """What is made once, when it is first needed."""

    def __init__(self, offload: Offload, pool: Pool, module: str, make: Callable[[], P]) -> None:
        """Make nothing yet. `module` is imported on a thread of the pool, and brings all that `make` imports."""
        self._offload, self._pool, self._module, self._make = offload, pool, module, make
        self._lock = threading.Lock()
        self._made: P | None = None

    @property
    def made(self) -> P | None:
        """What was made; None as long as nobody needed it. Any thread."""
        return self._made

    def now(self) -> P:
        """Return it, made on the calling thread if need be. Any thread; the loop's had better wait for `ready`."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    async def ready(self) -> P:
        """Return it. The loop goes on while it is imported."""
        if self._made is None:
            await self._offload.call(self._pool, lambda: import_module(self._module))
        return self.now()
