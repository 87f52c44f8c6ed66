"""Blocking work on named daemon threads of our own.

ThreadPoolExecutor's threads are waited for at the interpreter's end, so that one hung keyring call would hold the
process; these are not. Nothing here logs: arguments and results may be secret.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import SimpleQueue
from time import monotonic
from types import MappingProxyType
from typing import Any, TypeVar

from app.domain.problem import AppError, Code, Verb
from app.ports import Pool

T = TypeVar("T")

SIZES: Mapping[Pool, int] = MappingProxyType({Pool.AWS: 16, Pool.VAULT: 1, Pool.DISK: 1})
DEADLINES: Mapping[Pool, float] = MappingProxyType({Pool.AWS: 20.0, Pool.VAULT: 15.0, Pool.DISK: 10.0})
ABANDONED_MAXIMUM = 4


class _Job:
    """One call on its way to a thread and back to the loop that asked."""

    __slots__ = ("abandoned", "begun_at", "future", "loop", "timer", "work")

    def __init__(self, work: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.timer: asyncio.TimerHandle | None = None
        self.begun_at: float | None = None
        self.abandoned = False

    def settle(self, result: object, error: BaseException | None) -> None:
        """Hand the result over, on the loop's thread."""
        if self.timer is not None:
            self.timer.cancel()
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        elif isinstance(error, StopIteration):
            # a future cannot carry it
            self.future.set_exception(RuntimeError("blocking work raised StopIteration"))
        else:
            self.future.set_exception(error)


class _Threads:
    """One pool: its queue, how many threads serve it, how many hang."""

    def __init__(self, pool: Pool, size: int, deadline: float) -> None:
        self.deadline = deadline
        self._pool = pool
        self._size = size
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._pending = 0  # queued and not yet taken up
        self._serving = 0
        self._hanging = 0
        self._number = 0
        self._closed = False

    def submit(self, job: _Job) -> None:
        with self._lock:
            if self._closed or self._hanging >= ABANDONED_MAXIMUM:
                raise AppError.of(Code.ENGINE_BROKEN, Verb.TRY_AGAIN, pool=str(self._pool))
            self._queue.put(job)
            self._pending += 1
            if self._idle < self._pending and self._serving < self._size:
                self._start_thread()

    def abandon(self, job: _Job) -> bool:
        """Give up on a job that began; False if it ended in this moment."""
        with self._lock:
            if job.begun_at is None or job.abandoned or job.work is _ended:
                return False
            job.abandoned = True
            self._hanging += 1
            self._serving -= 1
            if not self._closed:
                self._start_thread()
        return True

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for _ in range(self._serving):
                self._queue.put(None)

    def _start_thread(self) -> None:
        self._serving += 1
        self._number += 1
        name = f"rolecall-{self._pool}-{self._number}"
        threading.Thread(target=self._serve, name=name, daemon=True).start()

    def _serve(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            job = self._queue.get()
            with self._lock:
                self._idle -= 1
                if job is None or self._closed:
                    self._serving -= 1
                    return
                self._pending -= 1
                job.begun_at = monotonic()
            if not self._run(job):
                return

    def _run(self, job: _Job) -> bool:
        """Do the job and hand its result over; False if it was abandoned, so that this thread has been replaced."""
        result: object = None
        error: BaseException | None = None
        if not job.future.cancelled():
            try:
                result = job.work()
            except BaseException as raised:  # noqa: BLE001  the caller gets whatever it was
                error = raised
        with self._lock:
            job.work = _ended  # lets go of what the closure holds, secrets among it
            if job.abandoned:
                self._hanging -= 1
                return False
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody is left to tell
            job.loop.call_soon_threadsafe(job.settle, result, error)
        return True


def _ended() -> None:
    """Stand in for work that is over."""


class ThreadOffload:
    """The named thread pools. Usable from any loop, from several at once too."""

    def __init__(
        self,
        sizes: Mapping[Pool, int] = SIZES,
        deadlines: Mapping[Pool, float] = DEADLINES,
    ) -> None:
        """Make the pools; threads start with the first calls."""
        self._pools = {pool: _Threads(pool, sizes[pool], deadlines[pool]) for pool in Pool}

    async def call(self, pool: Pool, work: Callable[[], T], *, deadline: float | None = None) -> T:
        """Run `work` on a thread of the pool and return its result, or raise what it raised.

        `deadline` counts from when a thread takes the work up. Past it the call is abandoned, its thread replaced, and
        TimeoutError raised. With four abandoned calls in a pool: AppError ENGINE_BROKEN, until one of them comes back.
        """
        threads = self._pools[pool]
        limit = threads.deadline if deadline is None else deadline
        loop = asyncio.get_running_loop()
        job = _Job(work, loop)
        threads.submit(job)
        job.timer = loop.call_later(limit, self._look, threads, job, limit)
        return await job.future

    def close(self) -> None:
        """Take no more work; idle threads end, busy ones are left to themselves and do not hold the process."""
        for threads in self._pools.values():
            threads.close()

    def _look(self, threads: _Threads, job: _Job, limit: float) -> None:
        """See whether a call is over its time. It stays watched when its caller is gone: its thread may hang."""
        begun = job.begun_at
        left = limit if begun is None else begun + limit - monotonic()
        if begun is None and job.future.cancelled():
            return
        if left > 0:
            job.timer = job.loop.call_later(max(left, 0.001), self._look, threads, job, limit)
        elif threads.abandon(job) and not job.future.done():
            job.future.set_exception(TimeoutError())
