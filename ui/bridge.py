"""Between the engine's loop and Qt: store changes as one signal, and tasks that are held and reported."""

import asyncio
import logging
from collections.abc import Callable, Coroutine

from PySide6.QtCore import QObject, Signal

from app.domain.problem import AppError, Code, Problem
from ui.core import Change, Store

_log = logging.getLogger("rolecall.ui")


class Bridge(QObject):
    """One per core. `changed` carries the store's Change; `failed` the problem of a task."""

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, store: Store | None = None) -> None:
        """Follow the store, if there is one yet."""
        super().__init__()
        self._tasks: set[asyncio.Task[object]] = set()
        self._leave: Callable[[], None] | None = None
        if store is not None:
            self.follow(store)

    def follow(self, store: Store) -> None:
        """Follow a store from now on."""
        self.leave()
        self._leave = store.subscribe(self._publish)

    def leave(self) -> None:
        """Follow no store any more."""
        if self._leave is not None:
            self._leave()
            self._leave = None

    def _publish(self, change: Change) -> None:
        self.changed.emit(change)

    def spawn(self, work: Coroutine[object, object, object], what: str) -> None:
        """Run a coroutine as a held task. A problem goes out as `failed`; anything else is logged as UNEXPECTED."""
        self.begin(work, what)

    def begin(self, work: Coroutine[object, object, object], what: str) -> Callable[[], object]:
        """Do as `spawn`, and return what cancels the task."""
        task = asyncio.get_event_loop().create_task(work, name=what)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task.cancel

    def _done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, AppError):
            self.failed.emit(error.problem)
        elif error is not None:
            _log.error("task %s failed: %s", task.get_name(), type(error).__name__, exc_info=error)
            self.failed.emit(Problem.of(Code.UNEXPECTED, kind=type(error).__name__))

    async def close(self, *, grace: float = 2.0) -> None:
        """Follow nothing, cancel what runs and wait for it."""
        self.leave()
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
