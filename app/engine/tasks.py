"""Tasks that somebody holds, so that none is lost and none fails unheard."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)


class Tasks:
    """Side jobs of the engine."""

    def __init__(self) -> None:
        """Hold none."""
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine on the loop and hold it until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Cancel and await all but the task that asks."""
        others = [one for one in self._tasks if one is not asyncio.current_task()]
        for one in others:
            one.cancel()
        if others:
            await asyncio.wait(others)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("unexpected %s in a task of the engine", type(task.exception()).__name__)
