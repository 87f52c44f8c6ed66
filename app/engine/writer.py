"""Gathers what is to be written into the AWS files, so that all that became due in one tick goes out in one write."""

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.domain.files import FileChange, Outcome, SectionPut, SectionRemove
from app.domain.names import ProfileName
from app.domain.problem import Code, Problem, Verb
from app.domain.values import dataclass
from app.engine.alarm import Later, Timer
from app.engine.targets import Place, place_of
from app.ports import CredentialsFile

GATHER_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a section by our last write."""

    profile: ProfileName
    access_key_id: str


@dataclass(eq=False, slots=True)
class _Order:
    changes: tuple[FileChange, ...]
    done: asyncio.Future[tuple[Outcome, ...]]


class Writer:
    """One write at a time; what comes meanwhile makes the next one. Two changes of one place never share a write."""

    def __init__(self, files: CredentialsFile, later: Later) -> None:
        """Hold the port."""
        self._files = files
        self._later = later
        self._waiting: list[_Order] = []
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self._written: dict[str, Written] = {}
        self.written: Mapping[str, Written] = MappingProxyType(self._written)
        self.writes = 0  # begun and ended, so that a look at the file can tell whether one came between

    @property
    def busy(self) -> bool:
        """Whether anything is on its way into the files."""
        return self._task is not None or bool(self._waiting)

    @property
    def path(self) -> str:
        """Where the credentials file is."""
        return str(self._files.path)

    def lost(self, place: Place) -> None:
        """Take note that a section is no longer as we wrote it, so that nobody looks after it."""
        if not place.key:
            self._written.pop(place.section, None)

    def found(self, section: str, written: Written) -> None:
        """Take note of a section that stands in the file since an earlier run."""
        self._written[section] = written

    async def apply(self, changes: Sequence[FileChange]) -> tuple[Outcome, ...]:
        """Carry out the changes; one outcome per change, in order.

        Canceled before its write began, nothing of it is written; after that it is written all the same.
        """
        if not changes:
            return ()
        order = _Order(tuple(changes), asyncio.get_running_loop().create_future())
        self._waiting.append(order)
        if self._task is None and self._timer is None:
            self._timer = self._later(GATHER_SECONDS, self._begin)
        return await order.done

    async def drain(self) -> None:
        """Wait until everything ordered so far is written."""
        while self.busy:
            if self._task is None:
                self._begin()
            if self._task is not None:
                await asyncio.wait([self._task])

    async def close(self) -> None:
        """Wait no longer for a write that does not end; the thread that does it is left to itself."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _begin(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._write_all())

    async def _write_all(self) -> None:
        try:
            while batch := self._next_batch():
                await self._write(batch)
        finally:
            self._task = None

    def _next_batch(self) -> list[_Order]:
        """Take the orders of the next write.

        One that touches a place of it a second time waits, as do those behind it for the same place.
        """
        batch: list[_Order] = []
        later: list[_Order] = []
        taken: set[Place] = set()
        for order in self._waiting:
            if order.done.done():
                continue
            places = {place_of(change) for change in order.changes}
            (later if places & taken else batch).append(order)
            taken |= places
        self._waiting = later
        return batch

    async def _write(self, batch: list[_Order]) -> None:
        changes = [change for order in batch for change in order.changes]
        self.writes += 1
        try:
            outcomes = await self._files.apply(changes)
        except Exception as error:  # noqa: BLE001  whoever waits must hear of it, and the next write must go on
            problem = Problem.of(Code.UNEXPECTED, Verb.REPORT, kind=type(error).__name__)
            outcomes = tuple(Outcome(change, None, problem) for change in changes)
        self._note(outcomes)
        self.writes += 1
        at = 0
        for order in batch:
            mine = outcomes[at : at + len(order.changes)]
            at += len(order.changes)
            if not order.done.done():
                order.done.set_result(mine)

    def _note(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            match outcome.change:
                case SectionPut(section=section, profile=profile, credentials=credentials):
                    if outcome.problem is None:
                        self._written[section] = Written(ProfileName(profile), credentials.access_key_id)
                case SectionRemove(section=section):
                    if outcome.problem is None:
                        self._written.pop(section, None)
                case _:
                    pass
