"""The AWS files for the engine: the blocking store behind the `disk` pool."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.domain.conflict import Conflict
from app.domain.files import FileChange, FileDiff, JournalEntry, Outcome, OwnedSection
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import WriteMode
from app.domain.values import dataclass
from app.ports import Offload, Pool

if TYPE_CHECKING:
    from app.awsfiles.house import House
    from app.awsfiles.store import AwsFiles

T = TypeVar("T")

# the protocol waits for files that do not hold still (2 s) and for another process's lock; a torn disk may take longer
WRITE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class FileTarget:
    """Which files are written, and how."""

    credentials: Path
    config: Path
    write: WriteMode


class OffloadedCredentialsFile:
    """`CredentialsFile` over AwsFiles, one call at a time.

    The store is made, and imported, with the first call that needs more than what lies beside the files.
    """

    def __init__(
        self,
        target: FileTarget,
        make: "Callable[[FileTarget], AwsFiles]",
        make_house: "Callable[[FileTarget], House]",
        offload: Offload,
    ) -> None:
        """Hold what is needed; nothing is opened. Both are made on a thread."""
        self.target = target
        self._make = make
        self._make_house = make_house
        self._offload = offload
        self._store: AwsFiles | None = None
        self._turn = asyncio.Lock()

    @property
    def path(self) -> Path:
        """Where the credentials file is."""
        return self.target.credentials

    @property
    def config_path(self) -> Path:
        """Where the config file is."""
        return self.target.config

    async def retarget(self, target: FileTarget) -> None:
        """Use other files from here on."""
        async with self._turn:
            self.target = target
            self._store = None

    async def apply(self, changes: Sequence[FileChange]) -> tuple[Outcome, ...]:
        """Carry out the changes in one write per file; never raises AppError."""
        try:
            async with self._turn:
                return await self._call(lambda: self._made().apply(changes))
        except AppError as error:
            return tuple(Outcome(change, None, error.problem) for change in changes)
        except TimeoutError:
            problem = Problem.of(Code.FILE_BUSY, path=str(self.path))
            return tuple(Outcome(change, None, problem) for change in changes)

    async def preview(self, changes: Sequence[FileChange]) -> tuple[FileDiff, ...]:
        """Return what the changes would do, secrets masked."""
        return await self._read(lambda store: store.preview(changes))

    async def refusals(self, changes: Sequence[FileChange]) -> tuple[Problem | None, ...]:
        """Return why each change would be refused; None where it would not be."""
        return await self._read(lambda store: store.refusals(changes))

    async def conflicts(self, changes: Sequence[FileChange]) -> tuple[Conflict | None, ...]:
        """Return what each change would take over; None where nothing of someone else's is in its place."""
        return await self._read(lambda store: store.conflicts(changes))

    async def owned(self) -> tuple[OwnedSection, ...]:
        """Return the sections that are ours, as they stand in the file."""
        return await self._read(lambda store: store.owned()) if await self._beside(lambda house: house.owns()) else ()

    async def ours(self) -> tuple[FileChange, ...]:
        """Return the changes that give back everything of ours in both files."""
        return await self._read(lambda store: store.ours())

    async def check(self, expected: Mapping[str, str]) -> Mapping[str, Problem | None]:
        """Return the sections that are not as written."""
        return await self._read(lambda store: store.check(expected))

    async def journal(self) -> tuple[JournalEntry, ...]:
        """Return the writes of the last 30 days, newest first."""
        return await self._read(lambda store: store.journal())

    async def undo_preview(self, entry_id: str) -> tuple[FileDiff, ...]:
        """Return what the undo of a write would change, secrets masked."""
        return await self._read(lambda store: store.undo_preview(entry_id))

    async def undo(self, entry_id: str | None) -> JournalEntry:
        """Put back what a write replaced."""
        return await self._read(lambda store: store.undo(entry_id))

    async def sweep(self) -> None:
        """Remove left-over temporary files of ours and finish an interrupted write in place. Once, at the start."""
        await self._beside(lambda house: house.sweep())

    async def allow_in_place(self) -> None:
        """Record that the person agreed to writing in place where replacing is impossible."""
        await self._read(lambda store: store.allow_in_place())

    async def _beside(self, work: "Callable[[House], T]") -> T:
        def run() -> T:
            return work(self._store or self._make_house(self.target))

        return await self._timed(run)

    async def _read(self, work: "Callable[[AwsFiles], T]") -> T:
        return await self._timed(lambda: work(self._made()))

    async def _timed(self, run: Callable[[], T]) -> T:
        try:
            async with self._turn:
                return await self._call(run)
        except TimeoutError:
            raise AppError.of(Code.FILE_BUSY, path=str(self.path)) from None

    async def _call(self, run: Callable[[], T]) -> T:
        return await self._offload.call(Pool.DISK, run, deadline=WRITE_SECONDS)

    def _made(self) -> "AwsFiles":
        if self._store is None:
            self._store = self._make(self.target)
        return self._store
