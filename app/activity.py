"""The journal of what happened: lines of JSON in the state folder, of so many days and so much at most.

Written in batches on the disk's threads. A line that a crash has cut is left out, and ended by the next write.
"""

import asyncio
import dataclasses
import json
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.catalog.replace import replace, unwritable
from app.domain.activity import Event, What, between
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem
from app.domain.programs import Answer, Asking, Decision
from app.domain.session import Renewing, Starting, Status, Waiting, next_attempt_of, problem_of
from app.domain.values import dataclass
from app.ports import Clock, Offload, Pool
from app.texts import title_arguments

NAME = "activity.jsonl"
LARGEST = 10_000_000  # bytes
_QUIET = 2.0  # seconds that events are gathered before they are written
_SLACK = 1.2  # it is cut down when it is so much larger than it may be
_READ = 2 * LARGEST  # bytes that are looked at
_PLAIN = (str, int, float)  # what a problem's arguments can be
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ActivityFile:
    """The file. All methods block."""

    path: Path

    def append(self, events: Iterable[Event]) -> None:
        """Add events at the end; OSError."""
        lines = "".join(json.dumps(_row(event), ensure_ascii=False) + "\n" for event in events)
        number = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
        with os.fdopen(number, "r+b") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    lines = "\n" + lines
            file.write(lines.encode())

    def read(self, since: datetime | None = None, *, most: int = _READ) -> tuple[Event, ...]:
        """Return the events, oldest first; what is no event is left out.

        Of a file that is larger than `most` bytes, as no file of ours is, the end alone. FILE_UNREADABLE.
        """
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - most, 0))
                content = file.read(most)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise AppError.of(Code.FILE_UNREADABLE, path=str(self.path), reason=error.strerror or "error") from error
        if size > most:
            content = content.partition(b"\n")[2]
        found = (_event(line) for line in content.splitlines())
        return tuple(one for one in found if one is not None and (since is None or one.at >= since))

    def cut(self, days: int, now: datetime) -> None:
        """Leave out what is too old or too much; nothing is done where little would go. FILE_UNREADABLE."""
        try:
            size = self.path.stat().st_size
        except OSError:
            return
        events = self.read()
        keep = [one for one in events if one.at >= now - timedelta(days=days)] if days else []
        if size <= LARGEST * _SLACK and len(keep) > len(events) * 0.9 and days:
            return
        lines = [json.dumps(_row(one), ensure_ascii=False) + "\n" for one in keep]
        total = sum(map(len, lines))
        while lines and total > LARGEST:
            total -= len(lines.pop(0))
        with suppress(OSError):
            replace(self.path, "".join(lines).encode())


def _row(event: Event) -> dict[str, object]:
    row: dict[str, object] = {
        "at": event.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "what": str(event.what),
    }
    for name in ("profile", "detail", "by", "request"):
        if value := getattr(event, name):
            row[name] = value
    if event.about:
        row["about"] = dict(event.about)
    if event.until is not None:
        row["until"] = event.until.astimezone(UTC).isoformat(timespec="seconds")
    return row


def _event(line: bytes) -> Event | None:
    try:
        row = json.loads(line)
        texts = {name: str(row.get(name, ""))[:2000] for name in ("profile", "detail", "by", "request")}
        until = datetime.fromisoformat(row["until"]) if "until" in row else None
        about = tuple((name, value) for name, value in row.get("about", {}).items() if isinstance(value, _PLAIN))
        return Event(datetime.fromisoformat(row["at"]), What(row["what"]), until=until, about=about, **texts)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


@dataclass
class Recorder:
    """Turns what the engine publishes into events, on the loop, and has them written."""

    file: ActivityFile
    offload: Offload
    clock: Clock
    days: Callable[[], int]
    trouble: Problem | None = None  # why what happens now is not kept
    _known: dict[ProfileName, Status] = field(default_factory=dict)
    _again: dict[ProfileName, Problem] = field(default_factory=dict)  # why the newest attempt of many failed
    _waiting: list[Event] = field(default_factory=list)
    _timer: asyncio.TimerHandle | None = None
    _writing: asyncio.Task[None] | None = None
    _locked: bool = False

    def begin(self, statuses: Iterable[Status], *, locked: bool) -> None:
        """Take what is there as known: it was told before."""
        self._known = {one.profile: one for one in statuses}
        self._locked = locked

    def changed(self, statuses: Iterable[Status], *, locked: bool) -> None:
        """Take in what is new."""
        now = self.clock.now()
        for one in statuses:
            found = between(self._known.get(one.profile), one, now)
            again = self._same_again(one)
            self.add(*(_kept(event) for event in found if not (again and event.what is What.PROBLEM)))
            self._known[one.profile] = one
        if locked != self._locked:
            self._locked = locked
            self.add(Event(now, What.LOCKED if locked else What.UNLOCKED))

    def _same_again(self, status: Status) -> bool:
        """Whether an attempt that is repeated by itself failed once more for the reason that is in the journal."""
        problem = problem_of(status.state)
        if problem is not None and next_attempt_of(status.state) is not None:
            known = self._again.get(status.profile)
            self._again[status.profile] = problem
            return problem == known
        if not isinstance(status.state, Starting | Renewing | Waiting):
            self._again.pop(status.profile, None)
        return False

    def answered(self, asking: Asking, answer: Answer) -> None:
        """Take in what a program that asked was told: its short name and the answer, no path."""
        self.add(Event(self.clock.now(), What.PROGRAM, asking.profile, f"{asking.program.name}: {answer}"))

    def revoked(self, decision: Decision) -> None:
        """Take in that what was decided about a program counts no more."""
        detail = f"{decision.name}: {decision.answer}"
        self.add(Event(self.clock.now(), What.PROGRAM_REVOKED, decision.profile, detail))

    def add(self, *events: Event) -> None:
        """Have events written soon; nothing is kept where nothing is to be."""
        if not events or self.days() == 0:
            return
        self._waiting += events
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_QUIET, self._write)

    def _write(self) -> None:
        self._timer = None
        self._writing = asyncio.ensure_future(self.flush())

    async def flush(self) -> None:
        """Write what waits. What cannot be written is lost: `trouble` says why, and the log once."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        events, self._waiting = self._waiting, []
        if not events:
            return
        try:
            await self.offload.call(Pool.DISK, lambda: self.file.append(events))
        except (OSError, AppError, TimeoutError) as error:
            if self.trouble is None:
                _log.warning("%d events were not written: %s", len(events), type(error).__name__)
            self.trouble = _trouble(self.file.path, error)
        else:
            self.trouble = None

    async def cut(self) -> None:
        """Leave out what is too old; once a start."""
        days, now = self.days(), self.clock.now()
        with suppress(AppError, TimeoutError):
            await self.offload.call(Pool.DISK, lambda: self.file.cut(days, now))


def _kept(event: Event) -> Event:
    """Return an event with what its words need of the problem, and no more."""
    code = event.detail.rpartition(": ")[2]
    if not event.about or code not in set(Code):
        return event
    return dataclasses.replace(event, about=tuple(title_arguments(Problem.of(Code(code), **dict(event.about))).items()))


def _trouble(path: Path, error: Exception) -> Problem:
    if isinstance(error, AppError):
        return error.problem
    return unwritable(path, error if isinstance(error, OSError) else OSError("no answer")).problem


def recent(events: Sequence[Event], profile: str, count: int) -> tuple[Event, ...]:
    """Return the last events of a profile, newest first."""
    return tuple(one for one in reversed(events) if one.profile == profile)[:count]
