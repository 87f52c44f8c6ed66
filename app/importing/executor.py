"""Carrying out the chosen rows: the keyring first, then the catalog, the AWS files last.

Ended at any moment, nothing is lost: a key leaves its file only when it is in the keyring and its profile in the
catalog.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import field
from enum import StrEnum

from app.domain.entries import access_key_entry
from app.domain.files import FileChange, LinePut, LinesTake, Outcome
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass
from app.importing.values import ImportPlan, ProfileRow, SourceRow, Values
from app.ports import CatalogStore, CredentialsFile, Vault

_PROCESS_KEY = "credential_process"
_WHOLE = ("catalog-", "file-")  # what stands in the way of all


class Step(StrEnum):
    """How far a row is, as it is carried out."""

    KEYRING = "keyring"
    CATALOG = "catalog"
    FILES = "files"
    DONE = "done"
    FAILED = "failed"


Told = Callable[[str, Step], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an import. `problems` by the name in the AWS files, of rows that were not carried out in full.

    `taken`: what left the files. `warnings` undo nothing.
    """

    sources: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    taken: tuple[LinesTake, ...] = ()
    problems: tuple[tuple[str, Problem], ...] = ()
    warnings: tuple[Problem, ...] = ()


async def _turn() -> None:
    """Let a window have its turn: what is done for each of 10,000 rows is not done in one go with the next."""
    await asyncio.sleep(0)


@dataclass(slots=True)
class Importer:
    """Carries out plans. `process_line` writes what a `credential_process` line runs, and returns the line's value."""

    catalogs: CatalogStore
    vault: Vault
    files: CredentialsFile
    process_line: Callable[[ProfileName], str] | None = None
    _sources: dict[str, Problem | None] = field(default_factory=dict)
    _profiles: list[str] = field(default_factory=list)
    _problems: dict[str, Problem] = field(default_factory=dict)
    _told: Told = field(default=lambda _name, _step: None)

    async def carry_out(self, plan: ImportPlan, chosen: Collection[str], told: Told | None = None) -> Done:
        """Carry out the rows of these names (as in the AWS files); what fails stops no other row.

        `told` is called with a row's name and how far it is, DONE or FAILED last.

        Raises ValueError where a name that the plan takes over is not among them: its lines would stay, and with them
        what stands on keys that leave. Never raises AppError.
        """
        if not plan.take_over <= frozenset(chosen):
            raise ValueError("a name that is taken over is not chosen")
        self._sources, self._profiles, self._problems = {}, [], {}
        self._told = told or (lambda _name, _step: None)
        rows = [row for row in plan.profiles if row.origin in chosen]
        await self._catalog(rows, plan)
        await _turn()
        good = [row for row in rows if row.origin not in self._problems]
        taken, warnings = await self._files(good, plan.take_over)
        await _turn()
        for row in good:
            if row.origin not in self._problems:
                self._told(row.origin, Step.DONE)
        for name in self._problems:
            self._told(name, Step.FAILED)
        added = tuple(name for name, problem in self._sources.items() if problem is None)
        return Done(added, tuple(self._profiles), taken, tuple(self._problems.items()), warnings)

    async def _catalog(self, rows: Sequence[ProfileRow], plan: ImportPlan) -> None:
        """Put new sources and the profiles into the catalog: all at once, or as many at once as pass its checks."""
        users: dict[str, list[str]] = {}
        for row in rows:
            if row.source in plan.sources:
                users.setdefault(row.source, []).append(row.origin)
        for name, origins in users.items():
            self._tell(origins if plan.sources[name].secret else (), Step.KEYRING)
            self._sources[name] = await self._store(plan.sources[name])
            self._tell(origins if self._sources[name] else (), Step.FAILED)
        sources = [plan.sources[name] for name, problem in self._sources.items() if problem is None]
        for row in rows:
            if problem := self._sources.get(row.source):
                self._problems[row.origin] = problem
        left = [row for row in rows if row.origin not in self._problems]
        self._tell((row.origin for row in left), Step.CATALOG)
        await _turn()
        await self._put(sources, ())
        for row in left:
            if problem := self._sources.get(row.source):
                self._problems[row.origin] = problem
        await self._put((), [row for row in left if row.origin not in self._problems])

    def _tell(self, origins: Iterable[str], step: Step) -> None:
        for origin in origins:
            self._told(origin, step)

    async def _put(self, sources: Sequence[SourceRow], rows: Sequence[ProfileRow]) -> None:
        """Save them in one go; where one does not pass, halve until that one is alone."""
        tables: dict[tuple[str, str], Values] = {("sources", one.name): one.values for one in sources}
        tables |= {("profiles", row.name): row.values for row in rows}
        if not tables:
            return
        try:
            await self.catalogs.put_all(tables)
        except AppError as error:
            if len(tables) > 1 and not str(error.problem.code).startswith(_WHOLE):
                for part in (slice(len(tables) // 2), slice(len(tables) // 2, None)):
                    await self._put(sources[part], rows[part])
                return
            self._sources.update({one.name: error.problem for one in sources})
            self._problems.update({row.origin: error.problem for row in rows})
        else:
            self._profiles += [row.name for row in rows]

    async def _store(self, source: SourceRow) -> Problem | None:
        """Put a source's secret into the keyring; another one that is there stays."""
        if source.secret is None:
            return None
        entry = access_key_entry(source.access_key_id)
        try:
            stored = await self.vault.read(entry)
            if stored is None:
                await self.vault.write(entry, source.secret)
            elif stored != source.secret:
                return Problem.of(Code.IMPORT_SECRETS_DIFFER, key_id=source.access_key_id)
        except AppError as error:
            return error.problem
        return None

    async def _files(
        self, rows: Sequence[ProfileRow], take_over: frozenset[str]
    ) -> tuple[tuple[LinesTake, ...], tuple[Problem, ...]]:
        """Lines of ours first, then what leaves the config file, then the keys that nobody names any more."""
        self._tell((row.origin for row in rows if row.takes or row.serves), Step.FILES)
        lines = self._lines(rows)
        config = [take for row in rows for take in row.takes if take.in_config]
        outcomes = await self._apply([*lines, *config])
        sound = take_over.isdisjoint(self._problems)
        left = [row for row in rows if row.origin not in self._problems]
        keys = [take for row in left for take in row.takes if not take.in_config] if sound else []
        outcomes += await self._apply(keys)
        taken = [one.change for one in outcomes if isinstance(one.change, LinesTake) and one.problem is None]
        warnings = dict.fromkeys(warning for one in outcomes for warning in one.warnings)
        return tuple(taken), tuple(warnings)

    def _lines(self, rows: Iterable[ProfileRow]) -> list[FileChange]:
        found: list[FileChange] = []
        for row in rows:
            if not row.serves or self.process_line is None:
                continue
            try:
                found.append(LinePut(row.name, _PROCESS_KEY, self.process_line(row.name), row.name, adopt=True))
            except AppError as error:
                self._problems[row.origin] = error.problem
        return found

    async def _apply(self, changes: Sequence[FileChange]) -> list[Outcome]:
        outcomes = list(await self.files.apply(changes)) if changes else []
        for one in outcomes:
            if one.problem is not None:
                self._problems.setdefault(one.change.section, one.problem)
        return outcomes
