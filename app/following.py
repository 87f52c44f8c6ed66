"""What the engine and the prompts do when the machine sleeps, wakes, is locked, or finds its network again."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, assert_never

from app.core import Core
from app.domain.happening import Happening
from app.domain.profile import OnLock
from app.engine.ports import Poke
from app.ports import SystemEvents

_log = logging.getLogger(__name__)
BEFORE_SLEEP = 4.0  # seconds; logind waits 5 by default
_NETWORK_SETTLES = 0.5  # seconds: addresses and routes come in bursts
_NETWORK_PAUSE = 5.0  # seconds between two pokes at least, so that a flapping network does not undo every back-off


class Following:
    """Carries out what the events ask for. Every method on the loop's thread.

    `away`: the person cannot be at the screen now (True), or may be again (False); prompts are hidden meanwhile.
    """

    def __init__(self, core: Core, events: SystemEvents, away: Callable[[bool], None] | None = None) -> None:
        """Do nothing yet."""
        self._core, self._events = core, events
        self._tell_away = away
        self._screen_locked = self._asleep = self._away = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._network: asyncio.TimerHandle | None = None
        self._network_at = float("-inf")

    def open(self) -> None:
        """Follow from now on."""
        self._events.open(self.told)

    async def close(self) -> None:
        """Follow nothing more. What is being stopped is stopped by then."""
        self._events.close()
        if self._network is not None:
            self._network.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=BEFORE_SLEEP)

    def told(self, what: Happening) -> None:
        """Take a piece of news."""
        match what:
            case Happening.SLEEP:
                self._asleep = True
                self._show_away()
                self._spawn(self._before_sleep())
            case Happening.WAKE:
                self._asleep = False
                self._core.engine.poke(Poke.WAKE)
                self._show_away()
            case Happening.NETWORK:
                self._network_came()
            case Happening.CLOCK:
                self._core.engine.poke(Poke.CLOCK)
            case Happening.LOCKED:
                self._locked()
            case Happening.UNLOCKED:
                self._screen_locked = False
                self._show_away()
            case _:
                assert_never(what)

    def _locked(self) -> None:
        """Several services may tell of one lock."""
        if not self._screen_locked:
            self._screen_locked = True
            self._show_away()
            self._spawn(self._stop_if_wanted("the screen was locked"))

    def _show_away(self) -> None:
        away = self._asleep or self._screen_locked
        if away is not self._away:
            self._away = away
            if self._tell_away is not None:
                self._tell_away(away)

    def _network_came(self) -> None:
        if self._network is None:
            loop = asyncio.get_running_loop()
            wait = max(_NETWORK_SETTLES, self._network_at + _NETWORK_PAUSE - loop.time())
            self._network = loop.call_later(wait, self._poke_network)

    def _poke_network(self) -> None:
        self._network = None
        self._network_at = asyncio.get_running_loop().time()
        self._core.engine.poke(Poke.NETWORK)

    async def _before_sleep(self) -> None:
        """Do what must be done before, and let the machine sleep in time even if that hangs."""
        stopping = asyncio.ensure_future(self._stop_if_wanted("the machine sleeps"))
        try:
            await asyncio.wait((stopping,), timeout=BEFORE_SLEEP)
        finally:
            self._events.may_sleep()
        await stopping

    async def _stop_if_wanted(self, why: str) -> None:
        wanted = self._core.catalog.settings.stop_on_lock
        if wanted is OnLock.NOTHING:
            if await self._core.stop_guarded():
                _log.info("sessions of profiles that ask for it are stopped: %s", why)
            return
        _log.info("sessions are stopped: %s", why)
        if wanted is OnLock.LOCK:
            await self._core.lock()
        else:
            await self._core.stop_all()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("stopping failed: %s", type(error).__name__)
