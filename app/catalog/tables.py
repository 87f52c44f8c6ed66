"""The tables of a catalog as plain values: which there are, where they stand, and what stands at a place."""

from collections.abc import Iterable
from typing import Any, Final, cast

from app.domain.problem import AppError, Code, Verb
from app.domain.reading.table import nearest

Table = dict[str, Any]
Key = tuple[str, str]
KINDS = ("settings", "accounts", "groups", "sources", "profiles")
NOTHING: Final = object()


def at(data: object, steps: Iterable[str | int]) -> Any:  # noqa: ANN401  whatever TOML can say
    """What stands at the steps, NOTHING if nothing does."""
    found: Any = data
    for step in steps:
        if isinstance(step, int):
            entries = cast(list[Any], found) if isinstance(found, list) else []
            if step >= len(entries):
                return NOTHING
            found = entries[step]
        else:
            table = cast(Table, found) if isinstance(found, dict) else {}
            if step not in table:
                return NOTHING
            found = table[step]
    return found


def path_of(kind: str, name: str) -> tuple[str, ...]:
    """Return the keys that lead to a table."""
    return (kind, name) if kind != "settings" else (kind,)


def unknown(kind: str, name: str, data: Table) -> AppError:
    """Return the problem of a table that is not there."""
    names = entries_of(data, kind)
    near = nearest(name, names)
    if kind == "sources":
        return AppError.of(Code.SOURCE_UNKNOWN, source=name, profile="", nearest=near)
    if kind == "profiles":
        return AppError.of(Code.PROFILE_UNKNOWN, profile=name, nearest=near)
    return AppError.of(Code.VALUE_MISSING, Verb.EDIT_CATALOG, key=f"{kind}.{name}")


def entries_of(data: Table, kind: str) -> dict[str, object]:
    """Return the tables of a kind by their names."""
    found = data.get(kind)
    return cast(dict[str, object], found) if isinstance(found, dict) else {}
