"""Wakes whoever waits for a time of the wall clock: one timer for all, which looks at the clock at least every 30 s.

Timers run on monotonic time, which stops during sleep and knows nothing of a clock that was set, and they may fire
early. So nobody sleeps to a deadline: the alarm wakes, reads both clocks, and decides again.
"""

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from app.domain.schedule import sleep_until
from app.ports import Clock

NOTICED = timedelta(seconds=2)  # a smaller gap between the clocks is drift and slewing
_SHORTEST = 0.001


class Timer(Protocol):
    """What `Later` returns."""

    def cancel(self) -> None:
        """Do not call after all."""
        ...


class Later(Protocol):
    """Calls a function on the loop after a delay in seconds, by monotonic time; may be early or late."""

    def __call__(self, delay: float, then: Callable[[], None], /) -> Timer:
        """Arrange the call."""
        ...


def on_loop(delay: float, then: Callable[[], None], /) -> Timer:
    """Be the `Later` of the running loop."""
    return asyncio.get_running_loop().call_later(delay, then)


class Alarm:
    """Deadlines by the wall clock. One per holder: setting it again moves it."""

    def __init__(self, clock: Clock, later: Later, jumped: Callable[[timedelta], None]) -> None:
        """`jumped` is told how far the wall clock ran away from the monotonic one: sleep, or a clock that was set."""
        self._clock = clock
        self._later = later
        self._jumped = jumped
        self._rings: dict[object, tuple[datetime, int, Callable[[], None]]] = {}
        self._heap: list[tuple[datetime, int, object]] = []
        self._numbers = count()
        self._timer: Timer | None = None
        self._timer_at: datetime | None = None
        self._seen: tuple[datetime, float] | None = None

    def set(self, holder: object, when: datetime, ring: Callable[[], None]) -> None:
        """Call `ring` once, at `when` or up to a moment later."""
        if self._timer is None:
            self._compare()
        number = next(self._numbers)
        self._rings[holder] = (when, number, ring)
        heapq.heappush(self._heap, (when, number, holder))
        if len(self._heap) > 2 * len(self._rings) + 64:
            self._heap = [(at, one, of) for of, (at, one, _) in self._rings.items()]
            heapq.heapify(self._heap)
        self._arm()

    def drop(self, holder: object) -> None:
        """Forget the holder's deadline."""
        self._rings.pop(holder, None)

    def look(self) -> None:
        """Read both clocks now and ring what is due."""
        self._compare()
        now = self._clock.now()
        due: list[Callable[[], None]] = []
        while self._heap and self._heap[0][0] <= now:
            _, number, holder = heapq.heappop(self._heap)
            ring = self._rings.get(holder)
            if ring is not None and ring[1] == number:
                del self._rings[holder]
                due.append(ring[2])
        for one in due:
            one()
        self._arm()

    def close(self) -> None:
        """End the timer; nothing rings any more."""
        self._rings.clear()
        self._heap.clear()
        self._stop()

    def _compare(self) -> None:
        now, steady = self._clock.now(), self._clock.monotonic()
        before, self._seen = self._seen, (now, steady)
        if before is None:
            return
        gap = (now - before[0]) - timedelta(seconds=steady - before[1])
        if abs(gap) >= NOTICED:
            self._jumped(gap)

    def _arm(self) -> None:
        while self._heap:
            _, number, holder = self._heap[0]
            ring = self._rings.get(holder)
            if ring is not None and ring[1] == number:
                break
            heapq.heappop(self._heap)
        if not self._heap:
            self._stop()
            return
        now = self._clock.now()
        wake = now + sleep_until(now, self._heap[0][0])
        if self._timer is not None and self._timer_at is not None and self._timer_at <= wake:
            return
        self._stop()
        self._timer_at = wake
        self._timer = self._later(max((wake - now).total_seconds(), _SHORTEST), self._fired)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timer_at = None

    def _fired(self) -> None:
        self._timer = self._timer_at = None
        self.look()
