"""The editor of a session policy: JSON with line numbers, checked as it is typed, with what is known of its size."""

import json
import re
from typing import cast

from app.domain.parsing import json_fault
from app.domain.reading.parameters import POLICY_MAXIMUM as MAXIMUM
from app.domain.values import dataclass
from app.texts import T, say_number, say_reason

_TOKEN = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<text>"(?:[^"\\]|\\.)*")')


@dataclass(frozen=True, slots=True)
class Look:
    """What is said of a policy's text. `line` and `column` from 1, 0: nowhere; `tone`: third, ok, warn or error."""

    words: str
    tone: str
    line: int = 0
    column: int = 0

    @property
    def valid(self) -> bool:
        """Whether it is a JSON object."""
        return self.tone in {"ok", "warn"}


def look_at(text: str) -> Look:
    """Return what there is to say of a policy's text."""
    if not text.strip():
        return Look(T("Can only narrow what the role allows. 2,048 characters."), "third")
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        fault = json_fault(error)
        at = T("Line {line}, column {column}", line=fault.line, column=fault.column)
        reason = fault.said or say_reason(fault.reason)
        return Look(T("{at}: {reason}", at=at, reason=reason), "error", fault.line, fault.column)
    except RecursionError:
        return Look(T("Nested too deep to be a policy."), "error", 1, 1)
    if not isinstance(value, dict):
        return Look(T("A policy is a JSON object: { … }"), "error", 1, 1)
    count = len(text)
    if count <= MAXIMUM:
        return Look(T("Valid JSON. {count} of 2,048 characters.", count=say_number(count)), "ok")
    least = len(compact(text))
    if least <= MAXIMUM:
        words = T(
            "{count} of 2,048 characters. Compact makes it {least}.", count=say_number(count), least=say_number(least)
        )
    else:
        words = T(
            "{count} of 2,048 characters, {least} when compact.", count=say_number(count), least=say_number(least)
        )
    return Look(words, "warn")


def formatted(text: str) -> str:
    """Return a policy with an indent of two; what is no JSON as it is. Numbers and the order of keys stay."""
    return _written(text, indent=2)


def compact(text: str) -> str:
    """Return a policy without spaces between its parts; what is no JSON as it is."""
    return _written(text, indent=None)


def _written(text: str, indent: int | None) -> str:
    try:
        pairs: object = json.loads(text, object_pairs_hook=_Pairs, parse_float=_Number, parse_int=_Number)
        return _write(pairs, indent, 0)
    except (ValueError, RecursionError):
        return text


class _Pairs(list[tuple[str, object]]):
    """An object with its keys as they are written: a key that is there twice must not vanish unseen."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _write(value: object, indent: int | None, depth: int) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, _Pairs):
        colon = ":" if indent is None else ": "
        parts = [f"{_write_text(key)}{colon}{_write(one, indent, depth + 1)}" for key, one in value]
        return _within("{}", parts, indent, depth)
    if isinstance(value, list):
        entries = cast("list[object]", value)
        return _within("[]", [_write(one, indent, depth + 1) for one in entries], indent, depth)
    return _write_text(value)


def _write_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _within(ends: str, parts: list[str], indent: int | None, depth: int) -> str:
    if not parts or indent is None:
        return f"{ends[0]}{','.join(parts)}{ends[1]}"
    lead, close = "\n" + " " * indent * (depth + 1), "\n" + " " * indent * depth
    return f"{ends[0]}{lead}{f',{lead}'.join(parts)}{close}{ends[1]}"


def tokens(line: str) -> list[tuple[int, int, str]]:
    """Return (start, length, "key" or "text") of the strings of a line."""
    return [(found.start(), len(found[0]), found.lastgroup or "text") for found in _TOKEN.finditer(line)]
