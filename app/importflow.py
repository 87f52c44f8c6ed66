"""An import with a core: what was found, the plan for what is chosen, its preview, its carrying out, the way back."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.domain.files import FileChange, FileDiff, JournalEntry, LinePut, LineRemove
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Verb
from app.folders import Folders
from app.importing.executor import Done, Importer, Told
from app.importing.found import Found, Place, digest_of
from app.importing.planner import plan_import
from app.importing.reading import AwsConfig
from app.importing.tolerant import read_what_can_be
from app.importing.values import ImportOptions, ImportPlan
from app.line import process_line, write_stub
from app.ports import Pool

if TYPE_CHECKING:
    from app.core import Core

T = TypeVar("T")
READ_SECONDS = 120.0  # files of a hundred thousand sections on a slow machine
_KEY = "credential_process"


def line_values(folders: Folders) -> Callable[[ProfileName], str]:
    """Return what gives the value of a process line, and brings the stub that it runs up to date; FILE_UNWRITABLE."""

    def value(name: ProfileName) -> str:
        line = process_line(folders)
        write_stub(line)
        if not line.stub.is_file():
            raise AppError.of(
                Code.FILE_UNWRITABLE, Verb.MAKE_WRITABLE, str(line.stub), path=str(line.stub), reason="read-only"
            )
        return line.command(name)

    return value


class ImportFlow:
    """Reads, plans and writes off the loop. Nothing is written before `carry_out`."""

    def __init__(self, core: "Core") -> None:
        """Look at nothing yet."""
        self._core = core
        self._place, self._found = Place(), Found(AwsConfig(Path(), Path()))
        self._before: frozenset[str] = frozenset()
        self._lines: tuple[LineRemove, ...] = ()

    @property
    def backups(self) -> Path:
        """The folder that has what a write replaced."""
        return self._core.folders.state / "backups"

    async def look(self, place: Place) -> Found:
        """Read files, the sound parts of broken ones too; what is wrong with them is in `files.faults`."""
        found = await self._read(place)
        self._place, self._found = place, found
        return found

    def _paths(self, place: Place) -> tuple[tuple[Path, Path], tuple[Path, Path]]:
        """Return the files that are read, and those that are written."""
        own = self._core.files.config_path, self._core.files.path
        return (place.config or own[0], place.credentials or own[1]), own

    async def _read(self, place: Place) -> Found:
        (config, credentials), own = self._paths(place)
        elsewhere = (config, credentials) != own

        def read() -> Found:
            before = digest_of((config, credentials))
            files = read_what_can_be(config, credentials, elsewhere=elsewhere)
            target = read_what_can_be(*own) if elsewhere else None
            same = digest_of((config, credentials)) == before
            return Found(files, target, *_facts((config, credentials)), before if same else b"")

        return await self._call(read)

    async def _unchanged(self) -> bool:
        """Whether the files say what they said; read anew only where their bytes are others."""
        read = self._paths(self._place)[0]
        digest = self._found.digest
        if digest and await self._call(lambda: digest_of(read)) == digest:
            return True
        return (await self._read(self._place)).files == self._found.files

    async def plan(self, found: Found, options: ImportOptions) -> ImportPlan:
        """Return the plan for what a person chose."""
        catalog = self._core.catalog
        return await self._call(lambda: plan_import(found.files, catalog, options, found.target))

    async def aside(self, work: Callable[[], T]) -> T:
        """Do pure work off the loop."""
        return await self._call(work)

    async def preview(self, plan: ImportPlan, chosen: Collection[str]) -> tuple[FileDiff, ...]:
        """Return what the rows would change in the AWS files, secrets masked; FILE_*."""
        rows = [row for row in plan.profiles if row.origin in chosen]
        line = process_line(self._core.folders)
        changes: list[FileChange] = [
            LinePut(row.name, _KEY, line.command(row.name), row.name, adopt=True) for row in rows if row.serves
        ]
        changes += [take for row in rows for take in row.takes]
        return await self._core.files.preview(changes) if changes else ()

    async def carry_out(self, plan: ImportPlan, chosen: Collection[str], told: Told) -> Done:
        """Carry out the rows, and put the catalog to use.

        IMPORT_CHANGED with nothing done where files or catalog are not those of the plan any more: a key that was
        rotated meanwhile must not leave its file for the old one.
        """
        core = self._core
        names = {row.name for row in plan.profiles if row.origin in chosen}
        if not await self._unchanged() or names & core.catalog.profiles.keys():
            raise AppError.of(Code.IMPORT_CHANGED)
        if plan.sources.keys() & core.catalog.sources.keys():
            raise AppError.of(Code.IMPORT_CHANGED)
        self._before = frozenset(one.id for one in await self._journal())
        done = await Importer(core.catalogs, core.vault, core.files, line_values(core.folders)).carry_out(
            plan, chosen, told
        )
        failed = {name for name, _ in done.problems}
        served = [row.name for row in plan.profiles if row.serves and row.origin in chosen and row.origin not in failed]
        self._lines = tuple(LineRemove(name, _KEY, name) for name in served)
        if done.sources or done.profiles:
            await core.reload()
        return done

    async def _journal(self) -> Sequence[JournalEntry]:
        try:
            return await self._core.files.journal()
        except AppError:
            return ()

    async def undo(self) -> int:
        """Put back what the last `carry_out` wrote into the AWS files, every byte; return how many writes that were.

        The catalog and the keyring keep what they have. NOTHING_TO_UNDO, FILE_*, VAULT_*.
        """
        made = [one for one in await self._journal() if one.id not in self._before and one.what == "import"]
        undone = 0
        for entry in made:
            if entry.undoable:
                await self._core.files.undo(entry.id)
                undone += 1
        lines, self._lines = self._lines, ()
        outcomes = await self._core.files.apply(lines) if lines else ()
        problem = next((one.problem for one in outcomes if one.problem), None)
        if problem is not None:
            raise AppError(problem)
        undone += sum(one.written_at is not None for one in outcomes)
        if not undone:
            raise AppError.of(Code.NOTHING_TO_UNDO)
        return undone

    async def _call(self, work: Callable[[], T]) -> T:
        try:
            return await self._core.offload.call(Pool.DISK, work, deadline=READ_SECONDS)
        except TimeoutError:
            raise AppError.of(Code.FILE_BUSY, path=str(self._core.files.path)) from None


def _facts(paths: Sequence[Path]) -> tuple[dict[str, datetime], dict[str, int]]:
    changed: dict[str, datetime] = {}
    modes: dict[str, int] = {}
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            continue
        changed[str(path)] = datetime.fromtimestamp(found.st_mtime).astimezone()
        modes[str(path)] = found.st_mode & 0o7777
    return changed, modes
