"""Writes sessions.json and engine.json: soon after a change, off the loop's thread where there is an Offload."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from app.domain.names import ProfileName
from app.domain.problem import AppError
from app.engine.alarm import Later, Timer
from app.engine.memory import ENGINE, SESSIONS, Memo, memo_json, pause_json, read_pause, read_sessions, sessions_json
from app.ports import Offload, Pool, StateFiles

_log = logging.getLogger(__name__)
SOON_SECONDS = 1.0


class Records:
    """The engine's state files. Changes within a second make one write."""

    def __init__(self, state: StateFiles, offload: Offload | None, later: Later) -> None:
        """Hold the ports; `load` comes first."""
        self._state = state
        self._offload = offload
        self._later = later
        self._sessions: dict[ProfileName, Mapping[str, object]] = {}
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self._dirty = False

    def load(self) -> dict[ProfileName, Memo]:
        """Read sessions.json."""
        memos = read_sessions(self._state.read(SESSIONS))
        self._sessions = {name: memo_json(memo) for name, memo in memos.items()}
        return memos

    def load_pause(self, now: datetime) -> tuple[bool, datetime | None]:
        """Read engine.json: whether a pause still holds, and until when."""
        return read_pause(self._state.read(ENGINE), now)

    def remember(self, memo: Memo) -> None:
        """Put a profile's session into sessions.json soon; costs the same however many are in it."""
        self._sessions[memo.profile] = memo_json(memo)
        self._changed()

    def _changed(self) -> None:
        self._dirty = True
        if self._timer is None and self._task is None:
            self._timer = self._later(SOON_SECONDS, self._begin)

    def pause(self, *, paused: bool, until: datetime | None) -> None:
        """Write engine.json at once."""
        self._write(ENGINE, pause_json(paused=paused, until=until))

    async def close(self) -> None:
        """Write what is not written yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            await asyncio.wait([self._task])
        if self._dirty:
            self._dirty = False
            self._write(SESSIONS, sessions_json(self._sessions))

    def _begin(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self._save())

    async def _save(self) -> None:
        try:
            self._dirty = False
            value = sessions_json(self._sessions)
            if self._offload is None:
                self._write(SESSIONS, value)
            else:
                await self._offload.call(Pool.DISK, partial(self._write, SESSIONS, value))
        except (AppError, TimeoutError) as error:
            _log.warning("sessions.json is not written: %s", type(error).__name__)
        finally:
            self._task = None
        if self._dirty:
            self._changed()

    def _write(self, name: str, value: Mapping[str, object]) -> None:
        try:
            self._state.write(name, value)
        except (AppError, OSError) as error:
            _log.warning("%s is not written: %s", name, type(error).__name__)
