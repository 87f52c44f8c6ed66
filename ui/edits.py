"""What a person changes in the catalog from the list: groups, tags, favorites, deletions. One save each, and back."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from app.domain.catalogcopy import Addition, CatalogCopy
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.profile import Profile
from app.domain.session import lease_of
from app.domain.values import dataclass
from app.texts import N, T
from ui.bridge import Bridge
from ui.core import Core
from ui.exchange import Exchange

if TYPE_CHECKING:
    from ui.verbs import Verbs

_STEPS = 20  # changes that can be undone
Key = tuple[str, str]
_SETTINGS = ("settings", "")


@dataclass(frozen=True, slots=True)
class _Marked:
    """One key of several profiles, as it was (None: not given)."""

    key: str
    before: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Tables:
    """Tables as they were (None: not there), and the file before and after, which is put back whole while it can be."""

    before: Mapping[Key, Mapping[str, object] | None]
    file: CatalogCopy
    since: CatalogCopy


class Edits(QObject):
    """Says and fails through the verbs, whose part it is; `undoable` after it has said what can be taken back."""

    undoable = Signal()

    def __init__(self, core: Core, bridge: Bridge, verbs: "Verbs") -> None:
        """Nothing to undo yet."""
        super().__init__(verbs)
        self._core, self._bridge, self._verbs = core, bridge, verbs
        self._done: list[_Marked | _Tables] = []
        self._turn = asyncio.Lock()

    def put_in_group(self, names: Sequence[str], group: str) -> None:
        """Put profiles in a group."""
        said = N(
            "{n} profile is in {group}, Ctrl+Z undoes it",
            "{n} profiles are in {group}, Ctrl+Z undoes it",
            len(names),
            group=group,
        )
        self._begin(self._mark(names, "group", lambda _: group, said), "group")

    def add_tag(self, names: Sequence[str], tag: str) -> None:
        """Give profiles a tag."""
        said = N(
            "{n} profile has the tag {tag}, Ctrl+Z undoes it",
            "{n} profiles have the tag {tag}, Ctrl+Z undoes it",
            len(names),
            tag=tag,
        )
        self._begin(self._mark(names, "tags", lambda profile: _with(profile.tags, tag), said), "tag")

    def add_tags(self, names: Sequence[str], tags: Sequence[str]) -> None:
        """Give profiles several tags in one save."""
        if len(tags) == 1:
            self.add_tag(names, tags[0])
            return
        said = N(
            "{n} profile has the tags {tags}, Ctrl+Z undoes it",
            "{n} profiles have the tags {tags}, Ctrl+Z undoes it",
            len(names),
            tags=", ".join(tags),
        )
        self._begin(self._mark(names, "tags", lambda profile: _with(profile.tags, *tags), said), "tags")

    def set_favorite(self, names: Sequence[str], *, on: bool) -> None:
        """Keep profiles among the favorites, or no more."""
        if on:
            said = N("{n} favorite more, Ctrl+Z undoes it", "{n} favorites more, Ctrl+Z undoes it", len(names))
        else:
            said = N("{n} favorite less, Ctrl+Z undoes it", "{n} favorites less, Ctrl+Z undoes it", len(names))
        self._begin(self._mark(names, "favorite", lambda _: on or None, said), "favorite")

    def use_section(self, name: str, old: str, new: str) -> None:
        """Deliver a profile into another section of the credentials file."""
        self._begin(self._use_section(name, old, new), "section")

    async def _use_section(self, name: str, old: str, new: str) -> None:
        moved = with_section(await self._core.catalogs.raw("profiles", name), old, new)
        self._keep(_Marked("delivery", await self._set("delivery", {name: moved["delivery"]})))
        self._verbs.said.emit(T("{name} is written to [{section}], Ctrl+Z undoes it", name=name, section=new), 10)

    async def _mark(self, names: Sequence[str], key: str, wanted: Callable[[Profile], object], said: str) -> None:
        profiles = [one for name in names if (one := self._verbs.profile(name)) is not None]
        self._keep(_Marked(key, await self._set(key, {one.name: wanted(one) for one in profiles})))
        self._tell(said)

    async def _set(self, key: str, wanted: Mapping[str, object]) -> dict[str, object]:
        """Save one key of several profiles (None: not given), all or none; return what it was."""
        raw = await self._core.catalogs.raw_all([("profiles", name) for name in wanted])
        before: dict[str, object] = {}
        tables: dict[Key, Mapping[str, object]] = {}
        for (kind, name), found in raw.items():
            values = dict(found)
            before[name] = values.pop(key, None)
            tables[kind, name] = values if wanted[name] is None else {**values, key: wanted[name]}
        if tables:
            await self._core.put_all(tables)
            self._verbs.catalog_changed.emit()
        return before

    def delete(self, names: Sequence[str]) -> None:
        """Delete profiles; their sessions are stopped first."""
        self._begin(self._delete([ProfileName(name) for name in names]), "delete")

    def delete_source(self, name: str, along: Sequence[str] = ()) -> None:
        """Delete a source, and with it the profiles that a person agreed to; refused while others use it."""
        self._begin(self._delete([ProfileName(one) for one in along], name), "delete source")

    async def _delete(self, names: Sequence[ProfileName], source: str = "") -> None:
        if source:
            self._refuse_users(source, names)
        self._refuse_bases(names)
        engine, catalogs = self._core.engine, self._core.catalogs
        running = [name for name in names if lease_of(engine.store.status(name).state) is not None]
        if running:
            await engine.stop(*running)
        tables: list[Key] = [("profiles", str(name)) for name in names] + ([("sources", source)] if source else [])
        before: dict[Key, Mapping[str, object] | None] = {**await catalogs.raw_all(tables)}
        if self._core.catalog.settings.default in names:
            before[_SETTINGS] = dict(await catalogs.raw("settings", ""))
        file = await catalogs.copy()
        await self._core.put_all(dict.fromkeys(tables))
        self._keep(_Tables(before, file, await catalogs.copy()))
        self._verbs.catalog_changed.emit()
        if source or len(names) == 1:
            said = T("{name} deleted, Ctrl+Z brings it back", name=source or names[0])
        else:
            said = N("{n} profile deleted", "{n} profiles deleted, Ctrl+Z brings them back", len(names))
        self._tell(said)

    def _refuse_users(self, source: str, names: Sequence[ProfileName]) -> None:
        users = [str(one.name) for one in self._core.catalog.profiles.values() if one.source == source]
        if others := [one for one in users if one not in names]:
            raise AppError.of(Code.SOURCE_IN_USE, source=source, profiles=", ".join(others[:5]))

    def _refuse_bases(self, names: Sequence[ProfileName]) -> None:
        """Say before anything is stopped that a profile cannot go, because one that stays goes on from it."""
        gone = frozenset(names)
        users = [one for one in self._core.catalog.profiles.values() if one.base in gone and one.name not in gone]
        if users:
            shown = ", ".join(one.name for one in users if one.base == users[0].base)
            raise AppError.of(Code.BASE_IN_USE, profile=str(users[0].base), profiles=shown)

    def add(self, addition: Addition) -> None:
        """Add what another catalog's part has and this one has not."""
        self._begin(self._add(addition), "add profiles")

    async def _add(self, addition: Addition) -> None:
        file = await self._core.catalogs.copy()
        await self._core.put_all(addition.new)
        self._keep(_Tables(dict.fromkeys(addition.new), file, await self._core.catalogs.copy()))
        self._verbs.catalog_changed.emit()
        count = addition.count("profiles")
        said = N("{n} profile added, Ctrl+Z undoes it", "{n} profiles added, Ctrl+Z undoes it", count)
        self._tell(said)

    def export(self, exchange: Exchange, names: Sequence[str], path: Path) -> None:
        """Write profiles with all they stand on into a file that another catalog can take in."""
        self._bridge.spawn(self._export(exchange, names, path), "export profiles")

    async def _export(self, exchange: Exchange, names: Sequence[str], path: Path) -> None:
        count = await exchange.write(path, names)
        said = N("{n} profile written to {path}", "{n} profiles written to {path}", count, path=str(path))
        self._verbs.said.emit(said, 10)

    def read(self, exchange: Exchange, path: Path, found: Callable[[Addition], None]) -> None:
        """Read what a file would add, and tell it."""
        self._bridge.spawn(self._read(exchange, path, found), "read profiles")

    async def _read(self, exchange: Exchange, path: Path, found: Callable[[Addition], None]) -> None:
        found(await exchange.read(path))

    def undo(self) -> None:
        """Take back the last change; what else was changed since stays."""
        self._begin(self._undo(), "undo")

    async def _undo(self) -> None:
        if not self._done:
            return
        done = self._done.pop()
        try:
            if isinstance(done, _Marked):
                here = self._core.catalog.profiles
                await self._set(done.key, {name: value for name, value in done.before.items() if name in here})
            else:
                await self._bring_back(done)
        except AppError:
            self._keep(done)
            raise
        self._verbs.catalog_changed.emit()
        self._verbs.said.emit(T("Undone"), 5)

    async def _bring_back(self, done: _Tables) -> None:
        """Put the file back byte for byte, or, where it was changed since, the tables into it."""
        try:
            await self._core.put_back(done.file, done.since)
        except AppError as error:
            if error.problem.code is not Code.CATALOG_CHANGED:
                raise
            there = await self._core.catalogs.raw_all(list(done.before))
            wanted = {key: one for key, one in done.before.items() if (one is None) is (key in there)}
            settings = done.before.get(_SETTINGS)
            if settings is not None and settings["default"] in {name for _, name in wanted}:
                wanted[_SETTINGS] = {**there.get(_SETTINGS, {}), "default": settings["default"]}
            if wanted:
                await self._core.put_all(wanted)

    def _begin(self, work: Coroutine[object, object, None], what: str) -> None:
        """Do one change after the other: an undo takes back also what is being saved just now."""

        async def in_turn() -> None:
            async with self._turn:
                await work

        self._bridge.spawn(in_turn(), what)

    def _tell(self, said: str) -> None:
        """Say what was done, with the way back."""
        self._verbs.said.emit(said, 10)
        self.undoable.emit()

    def _keep(self, done: _Marked | _Tables) -> None:
        self._done = [*self._done, done][-_STEPS:]


def with_section(values: Mapping[str, object], old: str, new: str) -> dict[str, object]:
    """Return the values of a profile's table with one section of the credentials file in the place of another."""
    delivery = dict(cast(Mapping[str, object], values.get("delivery", {})))
    sections = delivery.get("credentials_file")
    listed: object = new
    if isinstance(sections, list):
        listed = [new if one == old else one for one in cast(list[object], sections)]
    return {**values, "delivery": {**delivery, "credentials_file": listed}}


def _with(tags: Sequence[str], *more: str) -> list[str]:
    return [*tags, *(one for one in more if one not in tags)]
