"""What a save means for the tables of the catalog: checks, unknown keys that stay, references that follow."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Protocol, cast

from app.catalog.adding import SUB_TABLES
from app.catalog.render import plain
from app.catalog.tables import KINDS, Key, Table, at, entries_of, path_of, unknown
from app.catalog.values import matched
from app.domain.names import parse_profile_name, parse_source_name
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Catalog
from app.domain.reading import check_table, read_catalog
from app.domain.reading.hops import HOP_KEYS
from app.domain.reading.profiles import CONSOLE_KEYS, DELIVERY_KEYS, PROFILE_KEYS, SAFETY_KEYS
from app.domain.reading.settings import NOTIFICATION_KEYS, SETTINGS_KEYS
from app.domain.reading.shared import ACCOUNT_KEYS, GROUP_KEYS
from app.domain.reading.sources import SOURCE_KEYS
from app.domain.values import dataclass

_KNOWN: Mapping[str, frozenset[str]] = {
    "settings": SETTINGS_KEYS,
    "accounts": ACCOUNT_KEYS,
    "groups": GROUP_KEYS,
    "sources": frozenset[str]().union(*SOURCE_KEYS.values()),
    "profiles": PROFILE_KEYS,
    "profiles.delivery": DELIVERY_KEYS,
    "profiles.console": CONSOLE_KEYS,
    "profiles.safety": SAFETY_KEYS,
    "settings.notifications": NOTIFICATION_KEYS,
}
_NO_RENAMES: Mapping[Key, str] = MappingProxyType({})


class Change(Protocol):
    """One save."""

    @property
    def edits(self) -> tuple[Key, ...]:
        """The tables that the person changed, as opposed to those that follow."""
        ...

    @property
    def renames(self) -> Mapping[Key, str]:
        """Tables that get another name."""
        ...

    def tables(self, data: Table, catalog: Catalog) -> dict[Key, Table | None]:
        """Return the new values of every table that changes (None: removed), by its name in the file now.

        Raises what speaks against the change.
        """
        ...


@dataclass(frozen=True, slots=True)
class Write:
    """Put values into a table."""

    kind: str
    name: str
    values: Mapping[str, object]
    renames: Mapping[Key, str] = field(default_factory=lambda: _NO_RENAMES)

    @property
    def edits(self) -> tuple[Key, ...]:
        """The one table."""
        return ((self.kind, self.name),)

    def tables(self, data: Table, catalog: Catalog) -> dict[Key, Table | None]:
        """Return the values with unknown keys of the file in them; raises the first error that a check finds."""
        wanted = _tidy(cast(Table, plain(self.values)))
        found = at(data, path_of(self.kind, self.name))
        now = cast(Table, found) if isinstance(found, dict) else {}
        merged = _with_unknown(self.kind, wanted, now)
        findings = check_table(self.kind, self.name, merged, catalog)
        for one in findings:
            if not one.warning:
                raise AppError(one.problem)
        return {(self.kind, self.name): merged}


@dataclass(frozen=True, slots=True)
class Writes:
    """Put values into several tables at once, or take tables away (None); one that is wrong stops all of them."""

    wanted: Mapping[Key, Mapping[str, object] | None]
    renames: Mapping[Key, str] = field(default_factory=lambda: _NO_RENAMES)

    @property
    def edits(self) -> tuple[Key, ...]:
        """All of them."""
        return tuple(self.wanted)

    def tables(self, data: Table, catalog: Catalog) -> dict[Key, Table | None]:
        """Return the values with unknown keys of the file in them; raises the first error that a check of all finds."""
        del catalog
        whole: dict[str, Table] = {kind: dict(entries_of(data, kind)) for kind in KINDS}
        changes = self._removed(data)
        for kind, name in changes:
            whole[kind].pop(name, None)
        for (kind, name), values in self.wanted.items():
            if values is None:
                continue
            wanted = _tidy(cast(Table, plain(values)))
            found = at(data, path_of(kind, name))
            one = _with_unknown(kind, wanted, cast(Table, found) if isinstance(found, dict) else {})
            changes[kind, name] = one
            if kind == "settings":
                whole[kind] = one
            else:
                whole[kind][name] = one
        if changes and self._takes_default_away(data):
            whole["settings"] = changes["settings", ""] = {
                key: one for key, one in entries_of(data, "settings").items() if key != "default"
            }
        broken = read_catalog(whole).catalog.broken
        for kind, name in self.wanted:
            if problems := broken.get(f"{kind}.{name}"):
                raise AppError(problems[0])
        return changes

    def _takes_default_away(self, data: Table) -> bool:
        """Whether the profile behind [default] is removed, and no other settings come with that."""
        default = ("profiles", str(entries_of(data, "settings").get("default", "")))
        return ("settings", "") not in self.wanted and default in self.wanted and self.wanted[default] is None

    def _removed(self, data: Table) -> dict[Key, Table | None]:
        """The removals; raises where one is not there or a profile that stays stands on it."""
        gone: dict[Key, Table | None] = {key: None for key, values in self.wanted.items() if values is None}
        for kind, name in gone:
            if name not in entries_of(data, kind):
                raise unknown(kind, name, data)
        for user, one in entries_of(data, "profiles").items() if gone else ():
            if ("profiles", user) in gone or not isinstance(one, dict):
                continue
            for reference, kind in (("source", "sources"), ("base", "profiles")):
                name = cast(Table, one).get(reference)
                if (kind, name) in gone and isinstance(name, str):
                    raise AppError(_in_use(kind, name, _users(data, kind, name)))
        return gone


@dataclass(frozen=True, slots=True)
class Removal:
    """Take a table away."""

    kind: str
    name: str
    renames: Mapping[Key, str] = field(default_factory=lambda: _NO_RENAMES)

    @property
    def edits(self) -> tuple[Key, ...]:
        """The one table."""
        return ((self.kind, self.name),)

    def tables(self, data: Table, catalog: Catalog) -> dict[Key, Table | None]:
        """Return the removal, with `settings.default` taken away too if it names the profile."""
        del catalog
        if self.kind != "settings" and self.name not in entries_of(data, self.kind):
            raise unknown(self.kind, self.name, data)
        users = _users(data, self.kind, self.name)
        if users:
            raise AppError(_in_use(self.kind, self.name, users))
        changes: dict[Key, Table | None] = {(self.kind, self.name): None}
        settings = entries_of(data, "settings")
        if self.kind == "profiles" and settings.get("default") == self.name:
            changes["settings", ""] = {key: one for key, one in settings.items() if key != "default"}
        return changes


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a source or a profile another name."""

    kind: str
    old: str
    new: str

    @property
    def edits(self) -> tuple[Key, ...]:
        """The one table."""
        return ((self.kind, self.old),)

    @property
    def renames(self) -> Mapping[Key, str]:
        """The one table, unless the names are equal."""
        return {(self.kind, self.old): self.new} if self.old != self.new else _NO_RENAMES

    def tables(self, data: Table, catalog: Catalog) -> dict[Key, Table | None]:
        """Return the tables that name it, with the new name in them."""
        del catalog
        if self.kind not in ("sources", "profiles"):
            raise ValueError(f"{self.kind} are not renamed")
        names = entries_of(data, self.kind)
        if self.old not in names:
            raise unknown(self.kind, self.old, data)
        (parse_source_name if self.kind == "sources" else parse_profile_name)(self.new, "name")
        if self.old == self.new:
            return {}
        if self.new in names:
            raise AppError.of(Code.NAME_TAKEN, key="name", name=self.new)
        reference = "source" if self.kind == "sources" else "base"
        profiles = entries_of(data, "profiles")
        changes: dict[Key, Table | None] = {}
        for user in _users(data, self.kind, self.old):
            changes["profiles", user] = {**cast(Table, profiles[user]), reference: self.new}
        settings = entries_of(data, "settings")
        if self.kind == "profiles" and settings.get("default") == self.old:
            changes["settings", ""] = {**settings, "default": self.new}
        return changes


def _users(data: Table, kind: str, name: str) -> list[str]:
    """The profiles that name a source or a base, broken ones too."""
    reference = {"sources": "source", "profiles": "base"}.get(kind)
    if reference is None:
        return []
    profiles = entries_of(data, "profiles").items()
    return [user for user, one in profiles if isinstance(one, dict) and cast(Table, one).get(reference) == name]


def _in_use(kind: str, name: str, users: list[str]) -> Problem:
    names = ", ".join(users[:10]) + (" …" if len(users) > 10 else "")
    if kind == "sources":
        return Problem.of(Code.SOURCE_IN_USE, Verb.NONE, name, source=name, profiles=names)
    return Problem.of(Code.BASE_IN_USE, Verb.NONE, name, profile=name, profiles=names)


def _tidy(values: Table) -> Table:
    """Without empty sub-tables and hop lists, which say nothing."""
    return {key: one for key, one in values.items() if not (key in (*SUB_TABLES, "roles") and one in ({}, []))}


def _with_unknown(kind: str, wanted: Table, now: Table) -> Table:
    """The wanted values with the keys in the file that this version does not know."""
    known = _KNOWN[kind]
    merged = {**wanted, **{key: one for key, one in now.items() if key not in known and key not in wanted}}
    for key in SUB_TABLES:
        inside = _KNOWN.get(f"{kind}.{key}")
        if inside is None or not isinstance(now.get(key), dict) or not isinstance(wanted.get(key, {}), dict):
            continue
        kept = {name: one for name, one in cast(Table, now[key]).items() if name not in inside}
        if kept:
            merged[key] = {**kept, **cast(Table, wanted.get(key, {}))}
    if kind == "profiles" and isinstance(wanted.get("roles"), list) and isinstance(now.get("roles"), list):
        merged["roles"] = _hops_with_unknown(cast(list[object], wanted["roles"]), cast(list[object], now["roles"]))
    return merged


def _hops_with_unknown(wanted: list[object], now: list[object]) -> list[object]:
    if not all(isinstance(one, dict) for one in (*wanted, *now)):
        return wanted
    before = cast(list[Table], now)
    hops: list[object] = []
    for index, hop in matched(before, cast(list[Table], wanted)):
        kept = {key: one for key, one in before[index].items() if key not in HOP_KEYS} if index is not None else {}
        hops.append({**hop, **{key: one for key, one in kept.items() if key not in hop}})
    return hops
