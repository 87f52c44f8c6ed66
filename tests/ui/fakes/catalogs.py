"""A catalog's store in memory."""

import hashlib
from ast import literal_eval
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.domain.catalogcopy import CatalogCopy
from app.domain.files import FileDiff
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog
from tests.ui.fakes.parts import table_diff


class FakeCatalogs:
    """Keeps raw tables in memory; `read` makes a Catalog of them."""

    path = Path("profiles.toml")

    def __init__(self, raw: dict[str, Any], read: Callable[[dict[str, Any]], Catalog]) -> None:
        self.tables = raw
        self.saves = 0  # of several tables
        self._read = read

    async def load(self) -> Catalog:
        return self._read(self.tables)

    def _table(self, table: str) -> dict[str, Any]:
        return self.tables.setdefault(table, {})

    async def put(self, table: str, name: str, values: Mapping[str, object]) -> Catalog:
        if table == "settings":
            self.tables["settings"] = dict(values)
        else:
            self._table(table)[name] = dict(values)
        return await self.load()

    async def put_all(self, tables: Mapping[tuple[str, str], Mapping[str, object] | None]) -> Catalog:
        self.saves += 1
        wanted = {kind: dict(self._table(kind)) for kind, _ in tables}
        for (kind, name), values in tables.items():
            if values is None:
                del wanted[kind][name]
            elif kind == "settings":
                wanted[kind] = dict(values)
            else:
                wanted[kind][name] = dict(values)
        catalog = self._read({**self.tables, **wanted})
        for kind, name in tables:
            if problems := catalog.broken.get(f"{kind}.{name}"):
                raise AppError(problems[0])
        self.tables.update(wanted)
        return catalog

    async def raw_all(self, tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        found = {(kind, name): self._table(kind).get(name) for kind, name in tables if kind != "settings"}
        settings = {key: self._table("settings") for key in tables if key[0] == "settings"}
        return {key: values for key, values in found.items() if values is not None} | settings

    async def copy(self) -> CatalogCopy:
        content = repr(self.tables).encode()
        return CatalogCopy(hashlib.sha256(content).hexdigest(), content)

    async def put_back(self, copy: CatalogCopy, since: CatalogCopy) -> Catalog:
        if await self.copy() != since:
            raise AppError.of(Code.CATALOG_CHANGED, path=str(self.path))
        self.saves += 1
        self.tables = literal_eval(copy.content.decode())
        return await self.load()

    async def remove(self, table: str, name: str) -> Catalog:
        self._table(table).pop(name)
        return await self.load()

    async def rename(self, table: str, old: str, new: str) -> Catalog:
        entries = self._table(table)
        self.tables[table] = {new if name == old else name: value for name, value in entries.items()}
        for profile in self._table("profiles").values():
            for key in ("source", "base"):
                if profile.get(key) == old and (key == "source") == (table == "sources"):
                    profile[key] = new
        return await self.load()

    async def preview(self, table: str, name: str, values: Mapping[str, object], *, original: str = "") -> FileDiff:
        return table_diff(table, original or name, self._table(table).get(original or name, {}), name, values)

    async def raw(self, table: str, name: str) -> Mapping[str, object]:
        return self._table(table) if table == "settings" else self._table(table)[name]
