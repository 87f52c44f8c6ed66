"""TOML text for values, and the change of one statement's value with its comments kept. tomlkit writes both."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, cast

from app.domain.problem import AppError, Code

Plain = dict[str, Any] | list[Any] | str | int | float | bool | date | datetime | time
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def plain(value: object, key: str = "") -> Plain | None:
    """Return the value as tomllib would give it; None, and what is None inside, is left out.

    VALUE_TYPE for what TOML cannot say.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if any("\ud800" <= one <= "\udfff" for one in value):
            raise AppError.of(Code.VALUE_PATTERN, key=key, rule="control-characters")
        return str(value)
    if isinstance(value, int | float | date | time):
        return value
    if isinstance(value, Mapping):
        items = cast(Mapping[str, object], value).items()
        found = {str(name): plain(one, f"{key}.{name}".lstrip(".")) for name, one in items}
        return {name: one for name, one in found.items() if one is not None}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        entries = [plain(one, key) for one in cast(Sequence[object], value)]
        return [one for one in entries if one is not None]
    raise AppError.of(Code.VALUE_TYPE, key=key, expected="string")


def same(one: object, other: object) -> bool:
    """Whether two values are equal with their types: 1, 1.0 and true are three."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        left, right = cast(dict[str, object], one), cast(dict[str, object], other)
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(one, list):
        first, second = cast(list[object], one), cast(list[object], other)
        return len(first) == len(second) and all(map(same, first, second))
    return one == other or (one != one and other != other)  # noqa: PLR0124  a NaN is the same as a NaN


def key_text(*parts: str) -> str:
    """Return a dotted key."""
    return ".".join(part if _BARE.fullmatch(part) else f'"{_escaped(part)}"' for part in parts)


def value_text(value: object) -> str:
    """Return a value as it stands behind an equals sign; tables are inline."""
    return str(_item(value).as_string())


def _item(value: object) -> Any:  # noqa: ANN401  tomlkit's items, typed as loosely there
    import tomlkit

    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for name, one in cast(Mapping[str, object], value).items():
            table.append(_key(name), _item(one))
        return table
    if isinstance(value, list):
        array: Any = tomlkit.array()
        for one in cast(list[object], value):
            array.append(_item(one))
        return array
    return tomlkit.item(value)


def _key(name: str) -> Any:  # noqa: ANN401  tomlkit's items, typed as loosely there
    """A key of an inline table."""
    from tomlkit.items import KeyType, SingleKey

    kind = KeyType.Bare if _BARE.fullmatch(name) else KeyType.Basic
    return SingleKey(name, kind, original=key_text(name))


def _string(text: str) -> Any:  # noqa: ANN401  tomlkit's items, typed as loosely there
    """Literal where quotes or backslashes would need escapes, several lines where it has them."""
    import tomlkit
    from tomlkit.items import String, StringType, Trivia

    if not _CONTROL.search(text):
        if "\n" in text and "'''" not in text and not text.endswith("'"):
            return String(StringType.MLL, text, "\n" + text, Trivia())
        if "\n" not in text and "'" not in text and ('"' in text or "\\" in text):
            return tomlkit.string(text, literal=True)
    return tomlkit.string(_escaped(text), escape=False)


def _escaped(text: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return "".join(short.get(one) or (f"\\u{ord(one):04x}" if _CONTROL.match(one) else one) for one in text)


def changed_value(old: str, value: object) -> str:
    """Return the text of another value in the place of `old`; comments within a list are kept where entries stay."""
    if old[:1] not in "[{" or not _has_parts(value):
        return value_text(value)
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = cast(Any, tomlkit.parse(f"k = {old}"))
        _change(document, "k", value)
        text = str(document.as_string())
        if text.startswith("k = ") and same(tomllib.loads(text), {"k": value}):
            return text.removeprefix("k = ")
    except (TOMLKitError, tomllib.TOMLDecodeError, KeyError, IndexError, TypeError, ValueError, AttributeError):
        pass  # a shape that tomlkit does not change well: the whole value is written anew
    return value_text(value)


def _has_parts(value: object) -> bool:
    return isinstance(value, list | dict)


def _change(container: Any, key: str, value: object) -> None:  # noqa: ANN401  tomlkit's items, typed as loosely there
    old: Any = container[key]
    if hasattr(old, "insert") and isinstance(value, list):
        _change_array(old, cast(list[object], value))
    elif hasattr(old, "append") and isinstance(value, dict):
        wanted = cast(dict[str, object], value)
        for name in [one for one in old if one not in wanted]:
            del old[name]
        for name, one in wanted.items():
            if name not in old:
                old.append(_key(name), _item(one))
            elif not same(_unwrapped(old[name]), one):
                _change(old, name, one)
    else:
        container[key] = _item(value)


def _unwrapped(item: Any) -> object:  # noqa: ANN401  tomlkit's items, typed as loosely there
    return item.unwrap() if hasattr(item, "unwrap") else item


def _change_array(array: Any, value: list[object]) -> None:  # noqa: ANN401  tomlkit's items, typed as loosely there
    """Insert and delete only what differs, so that comments stay with their entries."""
    from difflib import SequenceMatcher

    old = [repr(one) for one in array.unwrap()]
    new = [repr(one) for one in value]
    for kind, start, end, first, last in reversed(SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if kind == "equal":
            continue
        for index in range(end - 1, start - 1, -1):
            del array[index]
        for offset, one in enumerate(value[first:last]):
            array.insert(start + offset, _item(one))
