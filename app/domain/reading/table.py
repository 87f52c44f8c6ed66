"""One table being read: values are taken key by key, and everything that is wrong with them is collected."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeVar, cast

from app.domain.durations import parse_duration_within
from app.domain.problem import NO_REMEDY, AppError, Argument, Code, Problem, Remedy, Verb
from app.domain.profile import Finding
from app.domain.values import dataclass

T = TypeVar("T")
D = TypeVar("D")
E = TypeVar("E", bound=StrEnum)
Parse = Callable[[str, str], T]

RESERVED: Final = frozenset({"include", "id", "hooks"})
_ABSENT: Final = object()
_LOOK_THROUGH = 500
_EMPTY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Place:
    """Which table is read ("profiles.prod-admin"), and what a person does about a problem in it."""

    table: str
    remedy: Remedy = NO_REMEDY


class Table:
    """Takes the values of one table. A value that is absent or wrong gives the default; what is wrong is a finding."""

    __slots__ = ("findings", "place", "prefix", "values")

    def __init__(
        self, place: Place, values: Mapping[str, object], prefix: str = "", findings: list[Finding] | None = None
    ) -> None:
        """Read `values`; keys in findings begin with `prefix`."""
        self.place = place
        self.values = values
        self.prefix = prefix
        self.findings: list[Finding] = [] if findings is None else findings

    @property
    def failed(self) -> bool:
        """Whether a finding is more than a warning."""
        return any(not one.warning for one in self.findings)

    def add(self, problem: Problem, *, warning: bool = False) -> None:
        """Note a problem; one without a remedy gets the table's."""
        if problem.remedy is NO_REMEDY or problem.remedy == NO_REMEDY:
            problem = replace(problem, remedy=self.place.remedy)
        self.findings.append(Finding(self.place.table, problem, warning))

    def wrong(self, code: Code, key: str, /, *, warning: bool = False, **arguments: Argument) -> None:
        """Note a problem of a key."""
        self.add(Problem.of(code, key=self.prefix + key, **arguments), warning=warning)

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self.values

    def text(self, key: str, parse: Parse[T], default: D) -> T | D:
        """Take a string through `parse(text, key)`, which raises AppError."""
        value = self.values.get(key, _ABSENT)
        if value is _ABSENT:
            return default
        if not isinstance(value, str):
            self.wrong(Code.VALUE_TYPE, key, expected="string")
            return default
        try:
            return parse(value, self.prefix + key)
        except AppError as error:
            self.add(error.problem)
            return default

    def required(self, key: str, parse: Parse[T]) -> T | None:
        """Take a string that must be there."""
        if key not in self.values:
            self.wrong(Code.VALUE_MISSING, key)
            return None
        return self.text(key, parse, None)

    def flag(self, key: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002  as `dict.get`
        """Take true or false."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(Code.VALUE_TYPE, key, expected="boolean")
        return default

    def integer(self, key: str, default: int, minimum: int, maximum: int) -> int:
        """Take a whole number within limits."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(Code.VALUE_TYPE, key, expected="integer")
            return default
        if not minimum <= value <= maximum:
            self.wrong(Code.VALUE_RANGE, key, value=str(value), minimum=str(minimum), maximum=str(maximum))
            return default
        return value

    def choice(self, key: str, default: str, choices: Iterable[str]) -> str:
        """Take one of the given words."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.wrong(Code.VALUE_TYPE, key, expected="string")
            return default
        if value not in (allowed := tuple(choices)):
            self.wrong(Code.VALUE_CHOICE, key, value=value[:60], choices=", ".join(allowed))
            return default
        return value

    def member(self, key: str, default: E) -> E:
        """Take one of the words of an enumeration."""
        if key not in self.values:
            return default
        kind = type(default)
        return kind(self.choice(key, default.value, [one.value for one in kind]))

    def duration(self, key: str, minimum: timedelta, maximum: timedelta) -> timedelta | None:
        """Take "1h30m" or seconds within limits."""
        value = self.values.get(key, _ABSENT)
        if value is _ABSENT:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.wrong(Code.VALUE_TYPE, key, expected="string")
            return None
        try:
            return parse_duration_within(value, self.prefix + key, minimum, maximum)
        except AppError as error:
            self.add(error.problem)
            return None

    def texts(self, key: str, parse: Parse[T], maximum: int, *, unique: bool = True) -> tuple[T, ...]:
        """Take a list of at most `maximum` strings, each through `parse`; an entry's key is "key.1"."""
        value = self.values.get(key, _ABSENT)
        if value is _ABSENT:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            self.wrong(Code.VALUE_TYPE, key, expected="list of strings")
            return ()
        entries = cast(Sequence[object], value)
        if len(entries) > maximum:
            self.wrong(Code.VALUE_RANGE, key, value=str(len(entries)), minimum="0", maximum=str(maximum))
            return ()
        taken: list[T] = []
        for number, entry in enumerate(entries, 1):
            if unique and entry in entries[: number - 1]:
                self.wrong(Code.VALUE_DUPLICATE, f"{key}.{number}", value=str(entry)[:60])
                continue
            one = Table(self.place, {str(number): entry}, f"{self.prefix}{key}.", self.findings)
            parsed = one.text(str(number), parse, None)
            if parsed is not None:
                taken.append(parsed)
        return tuple(taken)

    def mapping(self, key: str, parse_name: Parse[str], parse_value: Parse[str], maximum: int) -> Mapping[str, str]:
        """Take a table of strings with at most `maximum` entries; the order stays."""
        child = self.child(key)
        if child is None or not child.values:
            return _EMPTY
        if len(child.values) > maximum:
            self.wrong(Code.VALUE_RANGE, key, value=str(len(child.values)), minimum="0", maximum=str(maximum))
            return _EMPTY
        taken: dict[str, str] = {}
        for name in child.values:
            try:
                parse_name(name, f"{child.prefix}{name}")
            except AppError as error:
                self.add(error.problem)
                continue
            value = child.text(name, parse_value, None)
            if value is not None:
                taken[name] = value
        return MappingProxyType(taken)

    def child(self, key: str) -> "Table | None":
        """Take a table within this one; its findings are noted here."""
        value = self.values.get(key, _ABSENT)
        if value is _ABSENT:
            return None
        if not isinstance(value, Mapping):
            self.wrong(Code.VALUE_TYPE, key, expected="table")
            return None
        return Table(self.place, cast(Mapping[str, object], value), f"{self.prefix}{key}.", self.findings)

    def children(self, key: str) -> tuple["Table", ...]:
        """Take a list of tables, each with a prefix like "roles.1."; an empty one stands for what is no table."""
        value = self.values.get(key, _ABSENT)
        if value is _ABSENT:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            self.wrong(Code.VALUE_TYPE, key, expected="list of tables")
            return ()
        taken: list[Table] = []
        for number, entry in enumerate(cast(Sequence[object], value), 1):
            values = cast(Mapping[str, object], entry if isinstance(entry, Mapping) else {})
            taken.append(Table(self.place, values, f"{self.prefix}{key}.{number}.", self.findings))
            if not isinstance(entry, Mapping):
                self.wrong(Code.VALUE_TYPE, f"{key}.{number}", expected="table")
        return tuple(taken)

    def unknown(self, known: frozenset[str]) -> None:
        """Warn about keys that are not known; they are kept. A key that should hold a secret is an error."""
        if self.values.keys() <= known:
            return
        for key in self.values.keys() - known:
            if key.lower() in _SECRET_KEYS:
                self.wrong(Code.VALUE_NOT_HERE, key, reason="secret")
            else:
                near = "" if key in RESERVED else nearest(key, known)
                self.wrong(Code.VALUE_UNKNOWN_KEY, key, warning=True, nearest=self.prefix + near if near else "")


_SECRET_KEYS = frozenset(
    {
        "aws_secret_access_key",
        "aws_session_token",
        "password",
        "refresh_token",
        "secret",
        "secret_access_key",
        "secret_key",
        "session_token",
        "totp_secret",
        "totp_seed",
    }
)


def place_of(kind: str, name: str) -> Place:
    """Return the place of `[kind.name]` ("profiles", "sources", "accounts", "groups") or `[settings]`."""
    if kind == "profiles":
        return Place(f"profiles.{name}", Remedy(Verb.EDIT_PROFILE, name))
    if kind == "sources":
        return Place(f"sources.{name}", Remedy(Verb.EDIT_SOURCE, name))
    return Place(f"{kind}.{name}" if name else kind, Remedy(Verb.EDIT_CATALOG))


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the word most like the given one; "" if none is near, or if there are too many to look through."""
    known = words if isinstance(words, frozenset) else frozenset(words)
    return _nearest(word, known) if len(known) <= _LOOK_THROUGH else ""


@lru_cache(maxsize=256)
def _nearest(word: str, words: frozenset[str]) -> str:
    import difflib  # only where something is wrong

    found = difflib.get_close_matches(word, sorted(words), 1, 0.7)
    return found[0] if found else ""
