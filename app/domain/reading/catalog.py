"""The whole catalog out of the values of profiles.toml."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import TypeVar, cast

from app.domain.problem import Code, Problem, Verb
from app.domain.profile import Account, Catalog, Finding, Group, Profile, Settings
from app.domain.reading.across import Across, check_default
from app.domain.reading.profiles import confirm_given, parse_profile
from app.domain.reading.settings import parse_settings
from app.domain.reading.shared import inherit, parse_account, parse_group
from app.domain.reading.sources import parse_source
from app.domain.reading.table import Place, Table
from app.domain.source import Source
from app.domain.values import dataclass

T = TypeVar("T")
CATALOG_SCHEMA = 1
TOP_KEYS = frozenset({"schema", "settings", "accounts", "groups", "sources", "profiles"})
Findings = tuple[Finding, ...]


@dataclass(slots=True)
class Local:
    """Tables as each says by itself, in the order of the file."""

    sources: dict[str, tuple[Source | None, Findings]] = field(default_factory=dict)
    profiles: dict[str, tuple[Profile | None, Findings]] = field(default_factory=dict)
    confirms: set[str] = field(default_factory=set)  # profiles that say themselves when to ask


@dataclass(frozen=True, slots=True)
class Reading:
    """A catalog that was read, with what makes reading it again after a small change cheap."""

    catalog: Catalog
    local: Local


def read_catalog(
    data: Mapping[str, object],
    path: str = "profiles.toml",
    *,
    previous: Reading | None = None,
    changed: Collection[tuple[str, str]] = (),
) -> Reading:
    """Check everything and put the catalog together; never raises.

    With `previous` only the tables in `changed` (as ("profiles", "prod-admin")) are parsed again; all else is equal.
    """
    top = Table(Place(""), data)
    top.unknown(TOP_KEYS)
    schema = data.get("schema", CATALOG_SCHEMA)
    newer = isinstance(schema, int) and schema > CATALOG_SCHEMA
    if newer:
        top.add(Problem.of(Code.CATALOG_NEWER, Verb.UPDATE, path=path, schema=cast(int, schema)), warning=True)
    settings, settings_findings = parse_settings(data.get("settings", {}))
    accounts, account_findings = _small(top, "accounts", parse_account)
    groups, group_findings = _small(top, "groups", parse_group)
    local = _local(top, previous, changed)
    whole = _Whole(local, settings, accounts, groups)
    findings = (*top.findings, *settings_findings, *account_findings, *group_findings)
    return Reading(replace(whole.catalog(findings), writable=not newer), local)


def _entries(top: Table, kind: str) -> Mapping[str, object]:
    child = top.child(kind)
    return child.values if child is not None else {}


def _small(
    top: Table, kind: str, parse: Callable[[str, object], tuple[T | None, Findings]]
) -> tuple[dict[str, T], list[Finding]]:
    taken: dict[str, T] = {}
    findings: list[Finding] = []
    for name, values in _entries(top, kind).items():
        one, found = parse(name, values)
        findings += found
        if one is not None:
            taken[name] = one
    return taken, findings


def _local(top: Table, previous: Reading | None, changed: Collection[tuple[str, str]]) -> Local:
    local = Local()
    old = previous.local if previous else Local()
    for name, values in _entries(top, "sources").items():
        known = old.sources.get(name) if ("sources", name) not in changed else None
        local.sources[name] = known or parse_source(name, values)
    for name, values in _entries(top, "profiles").items():
        known = old.profiles.get(name) if ("profiles", name) not in changed else None
        local.profiles[name] = known or parse_profile(name, values)
        if confirm_given(values):
            local.confirms.add(name)
    return local


class _Whole:
    """Puts tables together that were read one by one."""

    def __init__(
        self, local: Local, settings: Settings, accounts: Mapping[str, Account], groups: Mapping[str, Group]
    ) -> None:
        self._local = local
        self._settings = settings
        self._accounts = accounts
        self._groups = groups
        self._findings: list[Finding] = []
        self._broken: dict[str, tuple[Problem, ...]] = {}

    def catalog(self, findings: Findings) -> Catalog:
        """Return the catalog; `findings` of the small tables come first."""
        sources = self._usable("sources", self._local.sources)
        profiles = self._usable("profiles", self._local.profiles)
        across = Across(sources, profiles, self._broken)
        for name in list(sources):
            found = across.check_source(sources[name], self._settings.default)
            if self._note(f"sources.{name}", found):
                del sources[name]
        good = self._profiles(profiles, across)
        default = self._default(across)
        return Catalog(
            settings=replace(self._settings, default=None) if default else self._settings,
            accounts=MappingProxyType(dict(self._accounts)),
            groups=MappingProxyType(dict(self._groups)),
            sources=MappingProxyType(sources),
            profiles=MappingProxyType(good),
            broken=MappingProxyType(self._broken),
            findings=(*findings, *default, *self._findings),
        )

    def _usable(self, kind: str, entries: Mapping[str, tuple[T | None, Findings]]) -> dict[str, T]:
        taken: dict[str, T] = {}
        for name, (value, findings) in entries.items():
            if findings:
                self._note(f"{kind}.{name}", findings)
            if value is not None:
                taken[name] = value
        return taken

    def _note(self, table: str, findings: Findings) -> bool:
        """Keep findings; True where one of them breaks the table."""
        self._findings += findings
        errors = tuple(one.problem for one in findings if not one.warning)
        if errors:
            self._broken[table] = errors
        return bool(errors)

    def _profiles(self, profiles: Mapping[str, Profile], across: Across) -> dict[str, Profile]:
        good: dict[str, Profile] = {}
        for name, profile in profiles.items():
            verdict = across.verdict(name)
            failed = bool(verdict.findings) and self._note(f"profiles.{name}", verdict.findings)
            if verdict.reach is None and not failed:
                self._broken[f"profiles.{name}"] = verdict.below
            if verdict.reach is not None:
                given = name in self._local.confirms
                account = verdict.reach.account
                good[name] = inherit(profile, account, self._accounts, self._groups, confirm_given=given)
        return good

    def _default(self, across: Across) -> Findings:
        return check_default(self._settings.default, across, self._local.profiles)
