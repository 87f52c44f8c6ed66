"""Values of the catalog from the command line: `--set roles.1.external_id=ext-1`, as TOML or as plain text."""

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, cast

from app.domain.problem import AppError, Code
from app.texts import T

Values = dict[str, object]
HOPS = "roles"


def assigned(values: Mapping[str, object], assignments: Sequence[str], unset: Sequence[str] = ()) -> Values:
    """Return the values with `key=value` put in and the keys of `unset` taken out. Lists count from 1.

    USAGE for what is no assignment or leads through a value that is no table.
    """
    result = deepcopy(dict(values))
    for key in unset:
        _remove(result, key.split("."), key)
    for one in assignments:
        key, equals, text = one.partition("=")
        if not equals or not key:
            raise _usage(T("--set takes key=value, not “{text}”.", text=one))
        put(result, key.strip(), parse_value(text.strip()))
    return result


def parse_value(text: str) -> object:
    """Return the TOML value of the text; what is none is the text itself, so that quotes are needed rarely."""
    if "\n" in text or "\r" in text:
        return text
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return parsed["value"] if list(parsed) == ["value"] else text


def put(values: Values, key: str, value: object) -> None:
    """Put a value at a dotted key; tables in between are made, a list grows by one at its end."""
    parts = key.split(".")
    place: Any = values  # a table, a list, or what a person put where one should be
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        last = following == ""
        items, table = _items(place), _table(place)
        if items is not None:
            place = _list_step(items, part, value, key, last=last)
        elif table is not None:
            if last:
                table[part] = value
            elif part not in table:
                table[part] = [] if following.isdigit() and part == HOPS else {}
            place = table[part]
        else:
            raise _usage(T("{key} leads through a value.", key=key))


def _list_step(items: list[object], part: str, value: object, key: str, *, last: bool) -> object:
    index = _index(part)
    if not 1 <= index <= len(items) + 1:
        raise _usage(T("{key}: there are {n}, counted from 1.", key=key, n=len(items)))
    if index > len(items):
        items.append({})
    if last:
        items[index - 1] = value
    return items[index - 1]


def _remove(values: Values, parts: list[str], key: str) -> None:
    place: Any = values
    for part in parts[:-1]:
        place = _inside(place, part)
    last = parts[-1]
    items, table = _items(place), _table(place)
    if items is not None and 1 <= _index(last) <= len(items):
        del items[_index(last) - 1]
    elif table is None or table.pop(last, None) is None:
        raise _usage(T("{key} is not set.", key=key))


def _inside(place: object, part: str) -> object:
    """Return what stands at one step of a dotted key; None where nothing does."""
    items, table = _items(place), _table(place)
    if items is not None:
        return items[_index(part) - 1] if 1 <= _index(part) <= len(items) else None
    return None if table is None else table.get(part)


def _index(part: str) -> int:
    return int(part) if part.isdigit() and len(part) < 4 else 0


def _items(place: object) -> list[object] | None:
    return cast(list[object], place) if isinstance(place, list) else None


def _table(place: object) -> Values | None:
    return cast(Values, place) if isinstance(place, dict) else None


def _usage(reason: str) -> AppError:
    return AppError.of(Code.USAGE, reason=reason)
