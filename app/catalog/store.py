"""The port CatalogStore over one file."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from app.catalog.collecting import uncollected
from app.catalog.copies import copy_of, source_of
from app.catalog.file import CatalogBytes, Source
from app.catalog.migrate import Migrations, migrated
from app.catalog.tables import KINDS, NOTHING, Table, at, path_of, unknown
from app.domain.catalogcopy import CatalogCopy
from app.domain.files import FileDiff
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import Catalog, Finding
from app.domain.reading import CATALOG_SCHEMA, Reading, read_catalog
from app.ports import Offload, Pool

if TYPE_CHECKING:
    from app.catalog.changes import Change
    from app.catalog.places import Places

DEADLINE_SECONDS = 60.0
_ATTEMPTS = 5
T = TypeVar("T")
_LINES_MAXIMUM = 1000  # findings that are given a line; nobody reads more


class TomlCatalogStore:
    """profiles.toml. What is read is kept, so that saving one table costs little more than one reading.

    What only a save needs is imported by the first one, on its thread.

    What a person edits is what `raw` gave last, else what `load` gave: where the file says another thing about that
    table by the time of the save, CATALOG_CHANGED is raised once and nothing is written.
    """

    def __init__(
        self,
        path: Path,
        offload: Offload,
        *,
        file: CatalogBytes | None = None,
        migrations: Migrations | None = None,
    ) -> None:
        """Name the file; nothing is read yet. `migrations` make an older schema's values the next one's."""
        self._offload = offload
        self._file = file or CatalogBytes(path)
        self._migrations = migrations or {}
        self._lock = threading.Lock()
        self._source = Source()
        self._data: Table = {}
        self._reading: Reading | None = None
        self._handed: dict[tuple[str, str], object] = {}

    @property
    def path(self) -> Path:
        """Where the catalog is."""
        return self._file.path

    async def load(self) -> Catalog:
        """Read and check the file; a missing one is an empty catalog.

        Raises CATALOG_UNREADABLE if it is no TOML, FILE_UNREADABLE where the system refuses; the file is not touched.
        """
        return await self._run(self._load)

    async def put(self, table: str, name: str, values: Mapping[str, object]) -> Catalog:
        """Replace `[table.name]` by the values, or add it; nothing is written where a check finds an error.

        Keys that this version does not know stay as they are in the file; None means not given.
        """
        kind = _kind(table, name)

        def save() -> Catalog:
            from app.catalog.changes import Write

            return self._save(Write(kind, name, values))

        return await self._run(save)

    async def put_all(self, tables: Mapping[tuple[str, str], Mapping[str, object] | None]) -> Catalog:
        """Replace, add or remove (None) several tables in one save; where a check finds an error, none."""
        for kind, name in tables:
            _kind(kind, name)

        def save() -> Catalog:
            from app.catalog.changes import Writes

            return self._save(Writes(tables))

        return await self._run(save)

    async def remove(self, table: str, name: str) -> Catalog:
        """Remove `[table.name]` with its sub-tables, and `settings.default` if it names it.

        Raises SOURCE_IN_USE, BASE_IN_USE while profiles stand on it.
        """
        kind = _kind(table, name)

        def save() -> Catalog:
            from app.catalog.changes import Removal

            return self._save(Removal(kind, name))

        return await self._run(save)

    async def rename(self, table: str, old: str, new: str) -> Catalog:
        """Rename a source or profile and every reference to it (source, base, settings.default)."""
        kind = _kind(table, old)

        def save() -> Catalog:
            from app.catalog.changes import Rename

            return self._save(Rename(kind, old, new))

        return await self._run(save)

    async def raw(self, table: str, name: str) -> Mapping[str, object]:
        """Return the values of `[table.name]` as they stand in the file, for an editor; empty settings are {}."""
        return await self._run(lambda: self._raw(_kind(table, name), name))

    async def preview(self, table: str, name: str, values: Mapping[str, object], *, original: str = "") -> FileDiff:
        """Return what a `put` (after a `rename` from `original`) would change in the file; nothing is written.

        Raises what a save would raise, but for CATALOG_CHANGED.
        """
        return await self._run(lambda: self._preview(_kind(table, name), name, values, original or name))

    async def raw_all(self, tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        """Return the values of several tables out of one reading; those that are not there are left out."""
        for kind, name in tables:
            _kind(kind, name)
        return await self._run(lambda: self._raw_all(tables))

    async def copy(self) -> CatalogCopy:
        """Return the file as it is now."""
        return await self._run(self._copy)

    async def put_back(self, copy: CatalogCopy, since: CatalogCopy) -> Catalog:
        """Make the file what it was, byte for byte; CATALOG_CHANGED where it is not any more what it was `since`."""
        return await self._run(lambda: self._put_back(copy, since))

    async def _run(self, work: Callable[[], T]) -> T:
        def locked() -> T:
            with self._lock:
                return work()

        return await self._offload.call(Pool.DISK, locked, deadline=DEADLINE_SECONDS)

    def _load(self) -> Catalog:
        return self._refresh().catalog

    def _refresh(self) -> Reading:
        """Read the file again if it says another thing than before."""
        source = self._file.read(self._source if self._reading else None)
        if self._reading is None or source is not self._source:
            data = migrated(source.data, self._migrations, CATALOG_SCHEMA, self.path)
            with uncollected():
                self._keep(source, data, read_catalog(data, str(self.path)))
        return cast(Reading, self._reading)

    def _keep(self, source: Source, data: Table, reading: Reading) -> None:
        old = self._source.data if self._source.data is not source.data else {}
        self._source, self._data = source, data
        _let_go(old)
        self._reading = replace(reading, catalog=self._with_lines(reading.catalog, source.text))

    def _with_lines(self, catalog: Catalog, text: str) -> Catalog:
        if not catalog.findings:
            return catalog
        from app.catalog.places import Places

        places = Places(text)
        lined = [_lined(one, places) for one in catalog.findings[:_LINES_MAXIMUM]]
        return replace(catalog, findings=(*lined, *catalog.findings[_LINES_MAXIMUM:]))

    def _raw(self, table: str, name: str) -> Mapping[str, object]:
        self._refresh()
        found = at(self._data, path_of(table, name))
        self._handed[table, name] = found
        if found is not NOTHING or table == "settings":
            return cast(Table, found) if isinstance(found, dict) else {}
        raise unknown(table, name, self._data)

    def _preview(self, table: str, name: str, values: Mapping[str, object], original: str) -> FileDiff:
        from app.catalog.changes import Rename, Write
        from app.catalog.previewing import diff
        from app.catalog.proof import rewritten

        catalog = self._refresh().catalog
        write, renames = Write(table, original, values), Rename(table, original, name)
        with uncollected():
            followers = renames.tables(self._data, catalog) if original != name else {}
            tables = {**followers, **write.tables(self._data, catalog)}
            text, data = rewritten(self._file, self._source, self._data, tables, renames.renames)
        _let_go(data if data is not self._data else {})
        return diff(self.path, self._source.text, text, tuple(tables), self._source.data)

    def _raw_all(self, tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        self._refresh()
        found = {key: at(self._data, path_of(*key)) for key in tables}
        self._handed |= found
        return {key: cast(Table, one) for key, one in found.items() if isinstance(one, dict)}

    def _copy(self) -> CatalogCopy:
        self._refresh()
        return copy_of(self._source)

    def _put_back(self, copy: CatalogCopy, since: CatalogCopy) -> Catalog:
        with self._file.locked():
            self._refresh()
            source = source_of(copy)
            unchanged = copy_of(self._source).digest == since.digest
            if not unchanged or not self._file.write(source.text, bom=source.bom):
                raise AppError.of(Code.CATALOG_CHANGED, Verb.TRY_AGAIN, path=str(self.path))
            self._handed.clear()
            return self._refresh().catalog

    def _save(self, change: "Change") -> Catalog:
        known = self._reading is not None
        seen = {key: self._handed.get(key, at(self._data, path_of(*key))) for key in change.edits}
        for _ in range(_ATTEMPTS):
            with self._file.locked():
                reading = self._refresh()
                if known:
                    self._require_unchanged(seen)
                if self._write(change, reading):
                    return cast(Reading, self._reading).catalog
        raise AppError.of(Code.CATALOG_CHANGED, Verb.TRY_AGAIN, path=str(self.path))

    def _require_unchanged(self, seen: Mapping[tuple[str, str], object]) -> None:
        from app.catalog.render import same

        for key, before in seen.items():
            now = at(self._data, path_of(*key))
            if not same(now, before) and now is not before:
                self._handed[key] = now  # who saves again has been told
                raise AppError.of(Code.CATALOG_CHANGED, Verb.TRY_AGAIN, path=str(self.path))

    def _write(self, change: "Change", reading: Reading) -> bool:
        """Write the change; False if the file was changed outside meanwhile."""
        from app.catalog.proof import rewritten

        if not reading.catalog.writable:
            schema = str(self._data.get("schema", ""))
            raise AppError.of(Code.CATALOG_NEWER, Verb.UPDATE, path=str(self.path), schema=schema)
        with uncollected():
            tables = change.tables(self._data, reading.catalog)
            text, data = rewritten(self._file, self._source, self._data, tables, change.renames)
        if text == self._source.text:
            return True
        if self._source.data is not self._data:
            self._file.keep_copy(f".schema-{self._source.data.get('schema', 0)}")
        if not self._file.write(text, bom=self._source.bom):
            return False
        source = Source(text, data, self._source.bom)
        with uncollected():
            self._keep(source, data, read_catalog(data, str(self.path), previous=reading, changed=tables))
        for key in change.edits:
            self._handed.pop(key, None)
        return True


def _kind(table: str, name: str) -> str:
    if table not in KINDS or (table == "settings") != (not name):
        raise ValueError(f"no table of the catalog: {table!r}, {name!r}")
    return table


def _let_go(data: Table) -> None:
    """Free what is needed no more table by table: thousands at once would hold every other thread."""
    for kind in ("profiles", "sources"):  # what `raw` gives is one table of these, never the whole
        entries: object = data.get(kind)
        tables = cast(Table, entries) if isinstance(entries, dict) else {}
        while tables:
            tables.popitem()


def _lined(finding: Finding, places: "Places") -> Finding:
    """A finding with the line of its key; for a table's own name that of the table."""
    path = tuple(finding.table.split(".", 1)) if finding.table else ()
    key = "" if finding.key == "name" and path[:1] in (("profiles",), ("sources",)) else finding.key
    line = places.line_of(path, key) if path else places.line_of_key(key)
    return replace(finding, line=line)
