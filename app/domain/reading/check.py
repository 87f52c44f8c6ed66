"""Checks of one table for editors and the command line: every problem at once, against the catalog as it is."""

from collections.abc import Mapping
from weakref import ReferenceType, ref

from app.domain.problem import Code, Problem
from app.domain.profile import Catalog, Finding
from app.domain.reading.across import Across, check_default
from app.domain.reading.claims import Changed, Claims
from app.domain.reading.profiles import read_profile
from app.domain.reading.settings import parse_settings
from app.domain.reading.shared import parse_account, parse_group
from app.domain.reading.sources import parse_source
from app.domain.reading.table import Table, place_of

Findings = tuple[Finding, ...]
Values = Mapping[str, object]


class Checks:
    """Checks against a catalog, time and again: what its profiles claim is looked up once, until there is another."""

    def __init__(self) -> None:
        """Know no catalog."""
        self._of: ReferenceType[Catalog] | None = None
        self._claims = Claims({})

    def _claims_of(self, catalog: Catalog) -> Claims:
        if self._of is None or self._of() is not catalog:
            self._of, self._claims = ref(catalog), Claims(catalog.profiles)
        return self._claims

    def profile(
        self,
        name: str,
        values: Mapping[str, object],
        catalog: Catalog,
        *,
        original: str | None = None,
        new: bool = False,
    ) -> Findings:
        """Return everything that is wrong or odd with a profile, also against the catalog.

        `original` is the name it has in the catalog now, where another than `name`; `new`: it is not in there yet. A
        name that another one has is NAME_TAKEN with the key "name". What is wrong below it (source, base) is a warning.
        """
        profile, findings = read_profile(name, values)
        profiles = dict(catalog.profiles)
        profiles.pop(original or "", None)
        profiles[name] = profile
        own = (f"profiles.{name}", f"profiles.{original}")
        broken = {key: one for key, one in catalog.broken.items() if key not in own}
        claims = Changed(self._claims_of(catalog), frozenset({original or ""}), name, profile)
        verdict = Across(catalog.sources, profiles, broken, claims).verdict(name)
        below = tuple(Finding(f"profiles.{name}", one, warning=True) for one in verdict.below)
        taken = _taken("profiles", name, catalog.profiles, catalog, original, new=new)
        return _distinct((*taken, *findings, *verdict.findings, *below))

    def source(
        self,
        name: str,
        values: Mapping[str, object],
        catalog: Catalog,
        *,
        original: str | None = None,
        new: bool = False,
    ) -> Findings:
        """Return everything that is wrong or odd with a source; names as in `profile`."""
        source, findings = parse_source(name, values)
        taken = _taken("sources", name, catalog.sources, catalog, original, new=new)
        if source is None:
            return (*taken, *findings)
        across = Across({}, catalog.profiles, {}, self._claims_of(catalog))
        return (*taken, *findings, *across.check_source(source, catalog.settings.default))


def check_profile(
    name: str, values: Values, catalog: Catalog, *, original: str | None = None, new: bool = False
) -> Findings:
    """Check once, as `Checks.profile`."""
    return Checks().profile(name, values, catalog, original=original, new=new)


def check_source(
    name: str, values: Values, catalog: Catalog, *, original: str | None = None, new: bool = False
) -> Findings:
    """Check once, as `Checks.source`."""
    return Checks().source(name, values, catalog, original=original, new=new)


def check_settings(values: Mapping[str, object], catalog: Catalog) -> Findings:
    """Return everything that is wrong or odd with [settings]."""
    settings, findings = parse_settings(values)
    known = dict.fromkeys(catalog.profiles) | {
        key.removeprefix("profiles."): None for key in catalog.broken if key.startswith("profiles.")
    }
    return (*findings, *check_default(settings.default, Across({}, catalog.profiles, {}), known))


def check_account(name: str, values: Mapping[str, object]) -> Findings:
    """Return everything that is wrong or odd with an account's table."""
    return parse_account(name, values)[1]


def check_group(name: str, values: Mapping[str, object]) -> Findings:
    """Return everything that is wrong or odd with a group's table."""
    return parse_group(name, values)[1]


def check_table(table: str, name: str, values: Mapping[str, object], catalog: Catalog) -> Findings:
    """Return the findings of `[table.name]`, "settings" with the name "". KeyError for another table."""
    if table == "settings":
        return check_settings(values, catalog)
    if table in ("accounts", "groups"):
        return (check_account if table == "accounts" else check_group)(name, values)
    return {"profiles": check_profile, "sources": check_source}[table](name, values, catalog)


def _taken(
    kind: str, name: str, known: Mapping[str, object], catalog: Catalog, original: str | None, *, new: bool
) -> Findings:
    other = new or (original is not None and original != name)
    if not other or (name not in known and f"{kind}.{name}" not in catalog.broken):
        return ()
    table = Table(place_of(kind, name), {})
    table.add(Problem.of(Code.NAME_TAKEN, key="name", name=name))
    return tuple(table.findings)


def _distinct(findings: Findings) -> Findings:
    """A value that both steps found wrong is told once."""
    seen: dict[tuple[str, Code], Finding] = {}
    for one in findings:
        seen.setdefault((one.key, one.problem.code), one)
    return tuple(seen.values())
