"""The plan of an import: pure, out of what was read and the catalog as it is."""

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from app.domain.names import ProfileName, parse_region
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog
from app.domain.reading import Checks, parse_profile, read_catalog
from app.domain.reading.profiles import HOPS_MAXIMUM
from app.importing.calling import Called, Calling
from app.importing.chains import Chains, Link
from app.importing.differing import with_config_values
from app.importing.existing import Existing
from app.importing.leaving import Places
from app.importing.names import Taken, clean_name, is_name
from app.importing.notes import files_differ, notes_of, unread
from app.importing.origins import Origin
from app.importing.reading import AwsConfig
from app.importing.sourcing import LONG_LIVED, PlannedSource, Sourcing
from app.importing.values import ImportOptions, ImportPlan, ProfileRow, Skipped, Values


@dataclass(slots=True)
class _Draft:
    """A profile on its way to a row."""

    origin: str
    name: str
    link: Link
    called: Called
    source: PlannedSource | None  # None: it stands on a profile of the catalog
    values: dict[str, object] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)


def plan_import(
    files: AwsConfig, catalog: Catalog, options: ImportOptions | None = None, target: AwsConfig | None = None
) -> ImportPlan:
    """Return what the AWS files offer that the catalog lacks. Pure, linear in their size; nothing is called or run.

    `target`: the files that Rolecall writes to, where these are others; nothing leaves these then. The same files and
    catalog give the same plan; a plan whose rows were all carried out gives one without rows.
    """
    chosen = options or ImportOptions()
    return _Planner(with_config_values(files, chosen.from_config), catalog, chosen, target).plan()


class _Planner:
    def __init__(
        self, files: AwsConfig, catalog: Catalog, options: ImportOptions, target: AwsConfig | None = None
    ) -> None:
        self._files, self._target = files, target
        self._options = options
        self._existing, self._checks = Existing(catalog, files), Checks()
        self._chains = Chains(files, self._existing.serves)
        self._calling = Calling(files)
        self._names = Taken({name for name in files.merged if is_name(name)})
        self._sourcing = Sourcing(self._existing)
        self._skipped: dict[str, Problem] = {}
        self._present: list[str] = []

    def plan(self) -> ImportPlan:
        drafts = [draft for name in self._files.merged if (draft := self._draft(name)) is not None]
        self._sourcing.settle()
        for draft in drafts:
            self._fill(draft)
        rows = self._rows(self._good(drafts))
        used = {row.source for row in rows}
        skipped = [Skipped(name, self._skipped[name]) for name in self._files.merged if name in self._skipped]
        skipped += [Skipped(name, why) for name, why in unread(self._files)]
        return ImportPlan(
            sources=MappingProxyType(self._sourcing.rows(used)),
            profiles=tuple(rows),
            skipped=tuple(skipped),
            present=tuple(self._present),
            take_over=frozenset(row.origin for row in rows if row.origin in self._options.take_over),
        )

    # from names to drafts

    def _draft(self, origin: str) -> _Draft | None:
        name = origin if is_name(origin) else self._names.free(clean_name(origin, "profile"))
        try:
            link = _required(self._chains.resolve(origin))
            if link.origin.ours and not link.depth:
                self._present.append(origin)
                return None
            calls_sts = bool(link.depth) or link.origin.kind in LONG_LIVED
            called = self._calling.called(origin, link, by_role=self._existing.by_role, calls_sts=calls_sts)
            source = None if link.origin.ours else self._source(link.origin, called)
            if self._files.elsewhere and link.origin.kind == "shared-profile":
                # read by its name, where it is not
                raise AppError.of(Code.IMPORT_KIND_LATER, profile=origin, key="aws_session_token")
        except AppError as error:
            self._skip(origin, name, error.problem)
            return None
        return _Draft(origin, name, link, called, source)

    def _skip(self, origin: str, name: str, why: Problem) -> None:
        """Note why; of what the catalog has, nobody needs to know that its keys have left the files."""
        if self._existing.has_profile(name):
            self._present.append(origin)
        else:
            self._skipped[origin] = why

    def _source(self, origin: Origin, called: Called) -> PlannedSource:
        serials = {str(hop["mfa_serial"]) for hop in called.hops if "mfa_serial" in hop}
        serials.update(self._calling.serial_of_keys(origin))
        return self._sourcing.source(origin, called.source_values, serials)

    # from drafts to values

    def _fill(self, draft: _Draft) -> None:
        source = draft.source
        serial = None if source is None else self._sourcing.serial(source)
        values: dict[str, object] = {"source": source.name} if source else {"base": draft.link.origin.ours}
        values |= dict(draft.link.origin.first)
        region = self._files.merged[draft.origin].get("region")
        if isinstance(region, str) and region:
            try:
                values["region"] = str(parse_region(region))
            except AppError as error:
                draft.notes.append(error.problem)
        same = ("mfa_serial", serial)
        hops = [{key: one for key, one in hop.items() if (key, one) != same} for hop in draft.called.hops]
        draft.values = values | ({"roles": hops} if hops else {})
        draft.notes += draft.called.notes

    def _good(self, drafts: list[_Draft]) -> list[_Draft]:
        """Those that pass the catalog's own checks and are not in it yet."""
        tables: dict[str, Any] = {
            "sources": self._sourcing.for_checks(),
            "profiles": {one.name: one.values for one in drafts if one.source},
        }
        checked = read_catalog(tables).catalog
        good: list[_Draft] = []
        for draft in drafts:
            problem = self._fault(draft, checked)
            if problem is not None:
                self._skip(draft.origin, draft.name, problem)
            elif self._is_present(draft, checked):
                self._present.append(draft.origin)
            elif self._existing.has_profile(draft.name):
                self._skipped[draft.origin] = Problem.of(Code.IMPORT_TAKEN, profile=draft.name)
            else:
                good.append(draft)
        return good

    def _fault(self, draft: _Draft, checked: Catalog) -> Problem | None:
        if draft.source:
            problems = checked.broken.get(f"profiles.{draft.name}", ())
            return problems[0] if problems else None
        found = self._checks.profile(draft.name, draft.values, self._existing.catalog)
        return next((one.problem for one in found if not one.warning), None)

    def _is_present(self, draft: _Draft, checked: Catalog) -> bool:
        if not self._existing.has_profile(draft.name):
            return False
        planned = checked.profiles.get(draft.name) or parse_profile(draft.name, draft.values)[0]
        return planned is not None and self._existing.is_same(planned, checked.sources)

    # from values to rows

    def _rows(self, drafts: list[_Draft]) -> list[ProfileRow]:
        delivered = {
            str(section): name
            for name, one in self._existing.catalog.profiles.items()
            for section in (*one.delivery.credentials_file, *((name,) if one.delivery.credential_process else ()))
        }
        options = replace(self._options, take_over=self._effective_take_over(drafts))
        places = Places(self._files, options, delivered, self._target)
        rows = [self._row(draft, places) for draft in drafts if draft.origin == draft.name]
        rows += [self._row(draft, places) for draft in drafts if draft.origin != draft.name]
        order = {name: number for number, name in enumerate(self._files.merged)}
        return sorted(rows, key=lambda row: order[row.origin])

    def _effective_take_over(self, drafts: list[_Draft]) -> frozenset[str]:
        """The names of those that can be: rows of this plan under their own names."""
        own = {draft.origin for draft in drafts if draft.origin == draft.name}
        return self._options.take_over & own

    def _row(self, draft: _Draft, places: Places) -> ProfileRow:
        link = draft.link
        alone = not link.depth
        stored = link.end == draft.origin and link.origin.kind == "access-keys"
        nowhere = alone and link.origin.kind == "shared-profile"
        place = places.place(draft.origin, draft.name, stored=stored, nowhere=nowhere)
        delivery: dict[str, object] = {"credentials_file": place.section} if place.section else {}
        if place.serves:
            delivery = {"credential_process": True}
        values: Values = MappingProxyType({**draft.values, **({"delivery": delivery} if delivery else {})})
        notes = notes_of(draft.origin, draft.name, link, draft.called)
        elsewhere = any(one.code is Code.IMPORT_DANGEROUS and one.arguments["key"] == "sso_start_url" for one in notes)
        safe = link.origin.kind != "process" and draft.called.is_harmless and not nowhere and not elsewhere
        findings = (*draft.notes, *notes, *files_differ(draft.origin, self._files), *place.findings)
        return ProfileRow(
            draft.origin, ProfileName(draft.name), values, safe, place.choices, place.takes, place.serves, findings
        )


def _required(link: Link | Problem) -> Link:
    if isinstance(link, Problem):
        raise AppError(link)
    if link.depth > HOPS_MAXIMUM:
        maximum = str(HOPS_MAXIMUM)
        raise AppError.of(Code.VALUE_RANGE, key="roles", value=str(link.depth), minimum="0", maximum=maximum)
    return link
