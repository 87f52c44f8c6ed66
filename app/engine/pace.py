"""Spreads what becomes ready at once over turns of the loop, so that a thousand sessions do not stall a window."""

import asyncio
from collections import deque

PER_TURN = 24


class Pace:
    """Lets so many go on per turn of the loop; the others wait for the next ones, in order."""

    def __init__(self, per_turn: int = PER_TURN) -> None:
        """Start with nobody waiting."""
        self._per_turn = per_turn
        self._used = 0
        self._turning = False
        self._queue: deque[asyncio.Future[None]] = deque()

    async def turn(self) -> None:
        """Go on at once, or when it is one's turn."""
        loop = asyncio.get_running_loop()
        if not self._turning:
            self._turning = True
            loop.call_soon(self._next)
        if self._used < self._per_turn:
            self._used += 1
            return
        place: asyncio.Future[None] = loop.create_future()
        self._queue.append(place)
        await place

    def _next(self) -> None:
        self._used = 0
        while self._queue and self._used < self._per_turn:
            place = self._queue.popleft()
            if not place.done():
                place.set_result(None)
                self._used += 1
        self._turning = self._used > 0
        if self._turning:
            asyncio.get_running_loop().call_soon(self._next)
