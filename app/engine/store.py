"""What the engine publishes: one frozen status per profile, the open questions, and the engine's own flags.

Only the loop's thread writes and reads. Changes are published once per turn of the loop, so that a change costs the
same with ten profiles and with ten thousand.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from app.domain.names import ProfileName
from app.domain.session import Question, QuestionKind, Status, Stopped
from app.domain.values import dataclass

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed since the last publication."""

    profiles: frozenset[ProfileName]
    questions: bool
    engine: bool


class Store:
    """The engine's state for readers, and who is told when it changes."""

    def __init__(self) -> None:
        """Start empty: nothing runs, nothing is asked."""
        self._statuses: dict[ProfileName, Status] = {}
        self.statuses: Mapping[ProfileName, Status] = MappingProxyType(self._statuses)
        self.questions: tuple[Question, ...] = ()
        self._asked: dict[ProfileName, QuestionKind] = {}
        self.paused = False
        self.paused_until: datetime | None = None
        self.locked = False
        self.clock_offset: timedelta | None = None
        self._readers: dict[int, Callable[[Change], None]] = {}
        self._next_reader = 0
        self._changed: set[ProfileName] = set()
        self._questions_changed = False
        self._engine_changed = False
        self._scheduled = False

    def status(self, profile: ProfileName) -> Status:
        """Return the profile's status; one that never ran is stopped."""
        return self._statuses.get(profile) or Status(profile)

    def active(self) -> tuple[Status, ...]:
        """Return the statuses of all that are not stopped, in the order in which they first ran."""
        return tuple(one for one in self._statuses.values() if not isinstance(one.state, Stopped))

    def subscribe(self, changed: Callable[[Change], None]) -> Callable[[], None]:
        """Call `changed` on the loop after changes, at most once per turn of the loop; returns the way to end it."""
        number = self._next_reader
        self._next_reader += 1
        self._readers[number] = changed

        def end() -> None:
            self._readers.pop(number, None)

        return end

    # What follows is the engine's own side.

    def put(self, status: Status) -> None:
        """Replace a profile's status; an equal one is no change. What is asked for it follows from the questions."""
        asked = self._asked.get(status.profile)
        if status.asked is not asked:
            status = replace(status, asked=asked)
        if self._statuses.get(status.profile) == status:
            return
        self._statuses[status.profile] = status
        self._changed.add(status.profile)
        self._schedule()

    def put_questions(self, questions: tuple[Question, ...]) -> None:
        """Replace the open questions."""
        if questions != self.questions:
            self.questions = questions
            self._questions_changed = True
            self._schedule()
            self._put_asked()

    def _put_asked(self) -> None:
        """Say of each profile what is asked for it; a program that asks keeps no profile waiting."""
        before, self._asked = self._asked, {}
        for one in self.questions:
            if one.kind is not QuestionKind.PROGRAM:
                for name in one.profiles:
                    self._asked.setdefault(name, one.kind)
        for name in {*before, *self._asked} & self._statuses.keys():
            self.put(self._statuses[name])

    def put_pause(self, *, paused: bool, until: datetime | None) -> None:
        """Set whether renewals rest, and until when (None: until somebody resumes)."""
        if (paused, until) != (self.paused, self.paused_until):
            self.paused, self.paused_until = paused, until
            self._engine()

    def put_lock(self, *, locked: bool) -> None:
        """Set whether the engine is locked."""
        if locked is not self.locked:
            self.locked = locked
            self._engine()

    def put_offset(self, offset: timedelta) -> None:
        """Set how far our clock is ahead of AWS's; differences under a second are no change."""
        if self.clock_offset is None or abs(offset - self.clock_offset) >= timedelta(seconds=1):
            self.clock_offset = offset
            self._engine()

    def _engine(self) -> None:
        self._engine_changed = True
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._publish)

    def _publish(self) -> None:
        change = Change(frozenset(self._changed), self._questions_changed, self._engine_changed)
        self._changed.clear()
        self._questions_changed = self._engine_changed = self._scheduled = False
        for reader in tuple(self._readers.values()):
            try:
                reader(change)
            except Exception:  # noqa: BLE001
                # one broken reader must not keep the news from the others
                _log.exception("a reader of the engine's state failed")
