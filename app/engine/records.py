"""Writes sessions.json and engine.json: soon after a change, off the loop's thread where there is an Offload."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from app.domain.problem import AppError
from app.engine.alarm import Later, Timer
from app.engine.memory import ENGINE, SESSIONS, pause_json
from app.ports import Offload, Pool, StateFiles

_log = logging.getLogger(__name__)
SOON_SECONDS = 1.0


class Records:
    """The engine's state files. Changes within a second make one write."""

    def __init__(
        self, state: StateFiles, offload: Offload | None, later: Later, sessions: Callable[[], Mapping[str, object]]
    ) -> None:
        """`sessions` gives what sessions.json is to hold now."""
        self._state = state
        self._offload = offload
        self._later = later
        self._sessions = sessions
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self._dirty = False

    def changed(self) -> None:
        """Write sessions.json soon."""
        self._dirty = True
        if self._timer is None and self._task is None:
            self._timer = self._later(SOON_SECONDS, self._begin)

    def pause(self, paused: bool, until: datetime | None) -> None:
        """Write engine.json at once."""
        self._write(ENGINE, pause_json(paused, until))

    async def close(self, sessions: Mapping[str, object]) -> None:
        """Write sessions.json for the last time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            await asyncio.wait([self._task])
        self._write(SESSIONS, sessions)

    def _begin(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self._save())

    async def _save(self) -> None:
        try:
            self._dirty = False
            value = self._sessions()
            if self._offload is None:
                self._write(SESSIONS, value)
            else:
                await self._offload.call(Pool.DISK, partial(self._write, SESSIONS, value))
        except (AppError, TimeoutError) as error:
            _log.warning("sessions.json is not written: %s", type(error).__name__)
        finally:
            self._task = None
        if self._dirty:
            self.changed()

    def _write(self, name: str, value: Mapping[str, object]) -> None:
        try:
            self._state.write(name, value)
        except (AppError, OSError) as error:
            _log.warning("%s is not written: %s", name, type(error).__name__)
