"""An import as rows: what was found, what will happen, what can be chosen. Pure, out of the plan and what was read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import cast

from app.domain.problem import Code, Problem
from app.domain.profile import Catalog
from app.domain.values import dataclass
from app.importing.differing import Difference, differences
from app.importing.found import Found
from app.importing.origins import KEY_ID, KEYS, has_keys, is_temporary
from app.importing.values import ImportOptions, ImportPlan, ProfileRow, SectionChoice
from app.texts import N, T, describe
from ui.present.words import day, short_key

_SHOWN = 60  # characters of a command


class Kind(StrEnum):
    """What a row is filtered by, in the order in which rows come."""

    MOVE = "move"
    CONFLICT = "conflict"
    IMPORT = "import"
    LEAVE = "leave"


KIND_ICONS: Mapping[Kind, tuple[str, str]] = {
    Kind.IMPORT: ("download-simple", "text-2"),
    Kind.MOVE: ("key", "accent-text"),
    Kind.CONFLICT: ("warning", "warn-text"),
    Kind.LEAVE: ("prohibit", "text-2"),
}


class Pick(StrEnum):
    """What a choice under a row decides."""

    CONFIG = "config"  # the config file's value counts
    CREDENTIALS = "credentials"
    MOVE = "move"
    KEEP = "keep"
    BESIDE = "beside"
    TAKE_OVER = "take-over"


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the ways that a row can go. `subject`: the key of the files that it is about."""

    pick: Pick
    text: str
    detail: str
    chosen: bool
    subject: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row. `what` counts while it is chosen, `otherwise` while it is not; `can`: it can be chosen at all."""

    origin: str
    kind: Kind
    found: str
    what: str
    otherwise: str
    can: bool
    preselected: bool
    mark: str = ""  # the word of its account's production mark
    color: str = ""
    variants: tuple[Variant, ...] = ()
    notes: tuple[str, ...] = ()
    writes: bool = False  # lines leave the AWS files, or come into them
    sought: str = ""

    @property
    def opens(self) -> bool:
        """Whether there is something to show under it."""
        return bool(self.variants or self.notes)

    def says(self, *, chosen: bool) -> str:
        """Return what will happen."""
        return self.what if chosen else self.otherwise

    def spoken(self, *, chosen: bool) -> str:
        """Return the row in words: name, production, checked, and what will happen."""
        parts = [self.origin, T("production") if self.mark else ""]
        parts += [(T("checked") if chosen else T("not checked")) if self.can else ""]
        return ", ".join(part for part in (*parts, self.says(chosen=chosen)) if part)


def kind_words(kind: Kind | None) -> str:
    """Return the word of a filter; None: all."""
    if kind is None:
        return T("All")
    words = {Kind.IMPORT: T("Import"), Kind.MOVE: T("Move key"), Kind.CONFLICT: T("Conflict")}
    return words.get(kind) or T("Leave alone")


def lines_of(
    plan: ImportPlan, found: Found, catalog: Catalog, options: ImportOptions, home: str, now: datetime
) -> tuple[Line, ...]:
    """Return all rows; those that need a look come first, otherwise they stand as in the files."""
    maker = _Maker(plan, found, catalog, options, home, now)
    made = [maker.row(one) for one in plan.profiles]
    made += [maker.left(one.name, one.why) for one in plan.skipped]
    made += [maker.left(name, None) for name in plan.present]
    order = {kind: place for place, kind in enumerate(Kind)}
    return tuple(sorted(made, key=lambda one: order[one.kind]))


def counts(lines: Sequence[Line]) -> Mapping[Kind | None, int]:
    """Return how many rows each filter has; None: all."""
    counted = Counter(one.kind for one in lines)
    return {None: len(lines), **{kind: counted[kind] for kind in Kind}}


def matching(lines: Sequence[Line], kind: Kind | None, words: str) -> list[Line]:
    """Return the rows of a kind that have all the words."""
    wanted = words.casefold().split()
    return [one for one in lines if (kind is None or one.kind is kind) and all(word in one.sought for word in wanted)]


def heading(count: int, place: str) -> str:
    """Return how many profiles were found where."""
    return N("{n} profile found in {place}", "{n} profiles found in {place}", count, place=place)


def import_words(count: int) -> str:
    """Return the button's words."""
    return N("Import {n} profile", "Import {n} profiles", count)


def outcome_words(imported: int, left: int, failed: int = 0) -> str:
    """Return what came of it."""
    done = N("{n} imported", "{n} imported", imported)
    if failed:
        return T("{done}, {failed} failed, {left} left alone", done=done, failed=failed, left=left)
    return T("{done}, {left} left alone", done=done, left=left)


def short_path(path: str, home: str) -> str:
    """Write a path with the home folder as ~."""
    inside = path == home or path.startswith((home + "/", home + "\\"))
    return "~" + path[len(home) :] if home and inside else path


def picked(options: ImportOptions, origin: str, variant: Variant) -> ImportOptions:
    """Return the choices with one more made."""
    pair = {(origin, variant.subject)}
    match variant.pick:
        case Pick.CONFIG:
            return replace(options, from_config=options.from_config | pair)
        case Pick.CREDENTIALS:
            return replace(options, from_config=options.from_config - pair)
        case Pick.MOVE:
            over = options.take_over | frozenset([origin] if variant.subject else ())
            return replace(options, keep=options.keep - {origin}, take_over=over)
        case Pick.KEEP:
            return replace(options, keep=options.keep | {origin}, take_over=options.take_over - {origin})
        case Pick.BESIDE:
            return replace(options, take_over=options.take_over - {origin})
        case Pick.TAKE_OVER:
            return replace(options, take_over=options.take_over | {origin})


class _Maker:
    def __init__(
        self,
        plan: ImportPlan,
        found: Found,
        catalog: Catalog,
        options: ImportOptions,
        home: str,
        now: datetime,
    ) -> None:
        self._plan, self._found, self._catalog, self._options = plan, found, catalog, options
        self._home, self._now = home, now
        self._files = found.files

    # rows

    def row(self, row: ProfileRow) -> Line:
        """A profile that can be imported."""
        differing = differences(row.origin, self._files)
        stored = self._stored(row)
        kind = Kind.MOVE if stored else Kind.CONFLICT if differing else Kind.IMPORT if row.preselected else Kind.LEAVE
        what = self._conflict(row, differing) if kind is Kind.CONFLICT else self._what(row, stored=stored)
        mark, color = self._production(row)
        return self._line(
            row.origin,
            kind,
            what=what,
            otherwise=T("Leave alone") if row.preselected else T("Leave alone: {why}", why=self._why_not(row)),
            can=True,
            preselected=row.preselected,
            mark=mark,
            color=color,
            variants=(*self._values(row.origin, differing), *self._ways(row, stored=stored)),
            notes=tuple(sentence(one) for one in row.findings if one.code is not Code.IMPORT_FILES_DIFFER),
            writes=bool(row.takes) or row.serves,
        )

    def left(self, name: str, why: Problem | None) -> Line:
        """One that cannot be, or is there already."""
        said = describe(why).title if why is not None else T("in the catalog already")
        what = T("Leave alone: {why}", why=said)
        notes = (sentence(why),) if why is not None else ()
        return self._line(name, Kind.LEAVE, what=what, otherwise=what, can=False, preselected=False, notes=notes)

    def _line(self, origin: str, kind: Kind, *, what: str, **more: object) -> Line:
        found = self._where(origin)
        sought = " ".join((origin, found, what, kind_words(kind))).casefold()
        return Line(origin, kind, found, what, sought=sought, **more)  # pyright: ignore[reportArgumentType]

    def _stored(self, row: ProfileRow) -> bool:
        """Whether the profile's own long-lived key goes into the keyring."""
        if "roles" in row.values or not row.preselected:
            return False
        source = self._plan.sources.get(row.source)
        return source is not None and source.secret is not None and bool(self._key_files(row.origin))

    # what was found

    def _key_files(self, origin: str) -> list[str]:
        both = (self._files.credentials_path, self._files.credentials), (self._files.config_path, self._files.config)
        return [str(path) for path, sections in both if has_keys(sections.get(origin, {}))]

    def _where(self, origin: str) -> str:
        files = self._files
        differing = [one.key for one in differences(origin, files)]
        section = files.merged.get(origin, {})
        if differing:
            return T("In both files, with different {keys}", keys=", ".join(differing))
        text = {key: str(value) for key, value in section.items() if isinstance(value, str)}
        if "web_identity_token_file" in text:
            return "web_identity_token_file"
        if "role_arn" in text:
            parts = ["role_arn"]
            parts += [f"{key} {text[key]}" for key in ("source_profile", "credential_source") if key in text]
            return ", ".join((*parts, *(key for key in ("external_id", "mfa_serial") if key in text)))
        if "sso_session" in text or "sso_start_url" in text:
            account = text.get("sso_account_id", "")
            said = f"sso_session {text['sso_session']}" if "sso_session" in text else "sso_start_url"
            return T("{what}, account {account}", what=said, account=account) if account else said
        return self._keys_or_command(origin, text)

    def _keys_or_command(self, origin: str, text: Mapping[str, str]) -> str:
        for path in self._key_files(origin):
            temporary = any(is_temporary(one.get(origin, {})) for one in (self._files.credentials, self._files.config))
            shown = short_path(path, self._home)
            said = T("Temporary keys in {path}", path=shown) if temporary else T("Access key in {path}", path=shown)
            mode = self._found.modes.get(path, 0o600)
            return T("{what}, mode {mode}", what=said, mode=f"{mode:04o}") if mode & 0o077 else said
        if "credential_process" in text:
            command = text["credential_process"]
            return f"credential_process = {command[:_SHOWN]}{' …' if len(command) > _SHOWN else ''}"
        return ", ".join(key for key in text if key not in KEYS) or "[" + origin[:_SHOWN] + "]"

    # what will happen

    def _what(self, row: ProfileRow, *, stored: bool) -> str:
        if stored and any(key in KEYS for take in row.takes for key in take.keys):
            return T("Move the key into the keyring, delete it from the file")
        if stored:
            return T("Copy the key into the keyring, it stays in the file")
        hops = row.values.get("roles")
        source = row.source or str(row.values.get("base", ""))
        kind = self._kind_of(row)
        if kind == "web-identity-token":
            return T("Import, keeps reading the token file")
        if kind == "identity-center":
            return T("Import, you sign in at {source} when it is started", source=source)
        if kind == "process":
            return T("Import, its command runs once you approve it")
        if kind == "shared-profile":
            return T("Import, keeps reading the keys in the file")
        if isinstance(hops, list) and hops:
            number = len(cast(list[object], hops))
            return N("Import, {n} hop after {source}", "Import, {n} hops after {source}", number, source=source)
        return T("Import, source {source}", source=source)

    def _kind_of(self, row: ProfileRow) -> str:
        planned = self._plan.sources.get(row.source)
        return str(planned.values.get("kind", "")) if planned is not None else ""

    def _why_not(self, row: ProfileRow) -> str:
        kind = self._kind_of(row)
        if kind == "process":
            return T("another program serves it")
        if kind == "shared-profile":
            return T("another program renews its keys")
        return describe(row.findings[0]).title if row.findings else T("it goes to an address that is not AWS's")

    def _conflict(self, row: ProfileRow, differing: Sequence[Difference]) -> str:
        values = [self._value(row.origin, one) for one in differing]
        return T("Conflict: import with {value}", value=", ".join(values))

    def _value(self, origin: str, one: Difference) -> str:
        value = one.config if (origin, one.key) in self._options.from_config else one.credentials
        return short_key(value) if one.key == KEY_ID else value

    # what can be chosen

    def _values(self, origin: str, differing: Sequence[Difference]) -> list[Variant]:
        made: list[Variant] = []
        for one in differing:
            from_config = (origin, one.key) in self._options.from_config
            for pick, value, path in (
                (Pick.CREDENTIALS, one.credentials, self._files.credentials_path),
                (Pick.CONFIG, one.config, self._files.config_path),
            ):
                shown = short_key(value) if one.key == KEY_ID else value
                text = f"{one.key} = {shown}"
                chosen = from_config == (pick is Pick.CONFIG)
                made.append(Variant(pick, text, self._from(str(path)), chosen, one.key, code=True))
        return made

    def _from(self, path: str) -> str:
        shown = short_path(path, self._home)
        changed = self._found.changed.get(path)
        if changed is None:
            return T("from {path}", path=shown)
        return T("from {path}, changed {day}", path=shown, day=day(changed, self._now))

    def _ways(self, row: ProfileRow, *, stored: bool) -> list[Variant]:
        """Whether the key leaves, or whose the name is."""
        files = self._files
        if files.elsewhere or any(
            path in files.sick and row.origin in sections
            for path, sections in ((files.config_path, files.config), (files.credentials_path, files.credentials))
        ):
            return []
        contested = SectionChoice.TAKE_OVER in row.choices
        name, section = row.origin, _section(row)
        if stored:
            leaves = any(key in KEYS for take in row.takes for key in take.keys)
            if not leaves and not contested and row.origin not in self._options.keep:
                return []
            served = T("Rolecall answers for [{name}], also for those that stand on it", name=name)
            return [
                Variant(Pick.MOVE, T("Move the key"), served, leaves, "name" if contested else ""),
                Variant(Pick.KEEP, T("Keep it in the file too"), T("Programs go on reading it there"), not leaves),
            ]
        if not contested:
            return []
        over = row.origin in self._plan.take_over
        beside = T("Sessions go to another section, the AWS files stay as they are")
        return [
            Variant(
                Pick.BESIDE, T("Leave [{name}] as it is", name=name), beside if over else section or beside, not over
            ),
            Variant(
                Pick.TAKE_OVER,
                T("Take [{name}] over", name=name),
                T("What the files say for it becomes comments, undo brings it back"),
                over,
            ),
        ]

    def _production(self, row: ProfileRow) -> tuple[str, str]:
        hops = row.values.get("roles")
        account = str(row.values.get("account_id", ""))
        if isinstance(hops, list) and hops:
            arn = str(cast("list[dict[str, object]]", hops)[-1].get("role_arn", ""))
            account = arn.split(":")[4] if arn.count(":") > 4 else ""
        known = self._catalog.accounts.get(account)
        if known is None or not known.production:
            return "", ""
        return known.label or "PROD", known.color


def _section(row: ProfileRow) -> str:
    delivery = row.values.get("delivery")
    section = str(delivery.get("credentials_file", "")) if isinstance(delivery, Mapping) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return T("Its sessions go to [{section}]", section=section) if section else ""


def sentence(problem: Problem) -> str:
    """Return a problem's title and what is known beyond it."""
    words = describe(problem, running=False)  # an import needs none
    return f"{words.title}: {words.detail}" if words.detail else words.title
