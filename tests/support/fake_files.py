"""The AWS files in memory, for the engine's tests: own sections, sections of others, and every write."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from app.domain.files import (
    FileChange,
    FileDiff,
    JournalEntry,
    LinePut,
    LineRemove,
    Outcome,
    OwnedSection,
    SectionPut,
    SectionRemove,
)
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials
from tests.support.fakes import FakeClock, FakeWatch


class FakeFiles:
    """The AWS files in memory: `sections` are ours, `foreign` those of others. `refuse` may return a problem."""

    path: Path = Path("/home/ana/.aws/credentials")
    config_path = Path("/home/ana/.aws/config")

    def __init__(self, clock: FakeClock, watch: FakeWatch | None = None) -> None:
        self.clock = clock
        self.watch = watch
        self.latency = 0.0
        self.sections: dict[str, tuple[str, Credentials]] = {}
        self.lines: dict[tuple[str, str], tuple[str, str]] = {}
        self.foreign: dict[str, str] = {}
        self.adopted: list[str] = []
        self.writes: list[tuple[FileChange, ...]] = []
        self.history: dict[str, list[tuple[datetime, datetime]]] = {}  # section: (true time of the write, expiry)
        self.refuse: Callable[[FileChange], Problem | None] = lambda change: None
        self.last_key: dict[str, str] = {}
        self.checks = 0
        self.writing = False

    async def apply(self, changes: Sequence[FileChange]) -> tuple[Outcome, ...]:
        assert not self.writing, "two writes at once"
        self.writing = True
        if self.latency:
            await self.clock.sleep(self.latency)
        self.writes.append(tuple(changes))
        outcomes = tuple(self._one(change) for change in changes)
        if self.latency:
            await self.clock.sleep(self.latency)  # the file is new already, and the caller does not know yet
        self.writing = False
        if self.watch is not None and self.path in self.watch.changed:
            self.clock.later(0.3, self.watch.changed[self.path])
        return outcomes

    def _one(self, change: FileChange) -> Outcome:
        problem = self.refuse(change)
        if problem is not None:
            return Outcome(change, None, problem)
        now = self.clock.now()
        match change:
            case SectionPut(section=section, profile=profile, credentials=credentials, adopt=adopt, seen=seen):
                if section in self.foreign:
                    if not adopt or seen not in ("", self.foreign[section]):
                        return Outcome(change, None, foreign_problem(section))
                    self.adopted.append(section)
                    del self.foreign[section]
                self.sections[section] = (profile, credentials)
                self.last_key[section] = credentials.access_key_id
                if credentials.expires_at is not None:
                    self.history.setdefault(section, []).append((self.clock.true, credentials.expires_at))
            case SectionRemove(section=section, profile=profile):
                if section in self.sections and self.sections[section][0] == profile:
                    del self.sections[section]
            case LinePut(section=section, key=key, value=value, profile=profile):
                self.lines[section, key] = (profile, value)
            case LineRemove(section=section, key=key):
                self.lines.pop((section, key), None)
        return Outcome(change, now)

    async def preview(self, changes: Sequence[FileChange]) -> tuple[FileDiff, ...]:
        return ()

    async def owned(self) -> tuple[OwnedSection, ...]:
        return tuple(
            OwnedSection(section, profile, credentials, self.last_key.get(section) == credentials.access_key_id)
            for section, (profile, credentials) in self.sections.items()
        )

    async def check(self, expected: Mapping[str, str]) -> Mapping[str, Problem | None]:
        self.checks += 1
        await asyncio.sleep(0)
        if self.latency:
            await self.clock.sleep(2 * self.latency)  # behind a write that began meanwhile
        faults: dict[str, Problem | None] = {}
        for section, key_id in expected.items():
            if section in self.foreign:
                faults[section] = Problem.of(
                    Code.SECTION_CHANGED, Verb.ADOPT, path=str(self.path), section=section, key_id=self.foreign[section]
                )
            elif section not in self.sections or self.sections[section][1].access_key_id != key_id:
                faults[section] = None
        if self.latency:
            await self.clock.sleep(self.latency)  # what was read may be old by now
        return faults

    async def journal(self) -> tuple[JournalEntry, ...]:
        return ()

    async def undo(self, entry_id: str | None) -> JournalEntry:
        raise AppError.of(Code.NOTHING_TO_UNDO)

    def key_of(self, section: str) -> str:
        """The access key id that stands in a section."""
        return self.sections[section][1].access_key_id

    def good(self, section: str) -> bool:
        """Whether the section holds a session that is valid by true time."""
        held = self.sections.get(section)
        return held is not None and held[1].expires_at is not None and held[1].expires_at > self.clock.true

    def lose(self, section: str) -> None:
        """Another tool drops the section."""
        self.sections.pop(section, None)
        self._changed()

    def take(self, section: str, key_id: str) -> None:
        """Another tool puts its own key into the section."""
        self.sections.pop(section, None)
        self.foreign[section] = key_id
        self._changed()

    def _changed(self) -> None:
        if self.watch is not None and self.path in self.watch.changed:
            self.clock.later(0.3, self.watch.changed[self.path])


def foreign_problem(section: str) -> Problem:
    """What a write says to a section of someone else's."""
    return Problem.of(Code.SECTION_FOREIGN, Verb.ADOPT, path=str(FakeFiles.path), section=section)
