"""Where things stand in a TOML text that tomllib has accepted: headers, statements, values. Offsets, never values."""

import re
import tomllib
from typing import Final

from app.domain.values import dataclass

# Repeated groups are never possessive: Python before 3.11.5 matches those wrongly where what is repeated can backtrack
# (python/cpython#106052). What keeps the patterns linear is that each text can be read in one way alone.
_BARE_KEY = r"[A-Za-z0-9_-]+"
_BASIC = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*"'
_LITERAL = r"'[^'\n]*+'"
_PART = rf"(?:{_BARE_KEY}|{_BASIC}|{_LITERAL})"
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_TAIL = r"[ \t]*+(?:#[^\n]*)?\r?\n"
_SCALAR = rf"(?:{_BASIC}|{_LITERAL}|[0-9A-Za-z+.:_-]++)"
_FLAT = rf"(?:{_SCALAR}|\[[ \t]*+(?:{_SCALAR}[ \t]*+,?+[ \t]*+)*\])"
_LINES = 200  # matched at a time: each leaves something to go back to
_SIMPLE_LINES = re.compile(rf"(?:[ \t]*+(?:{_KEY}[ \t]*+=[ \t]*+{_FLAT})?{_TAIL}){{1,{_LINES}}}")
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEY})[ \t]*\]\]?{_TAIL}")
_ASSIGNMENT = re.compile(rf"[ \t]*({_KEY})[ \t]*=[ \t]*")
_BLANK = re.compile(_TAIL)
_REST = re.compile(_TAIL)
_PARTS = re.compile(_PART)
_STRINGS: Final = {
    '"""': re.compile(r'"""[^"\\]*+(?:(?:\\[\s\S]|""?(?!"))[^"\\]*+)*"{3,5}'),
    "'''": re.compile(r"'''[^']*+(?:''?(?!')[^']*+)*'{3,5}"),
    '"': re.compile(_BASIC),
    "'": re.compile(_LITERAL),
}
_BETWEEN = re.compile(r"""(?:[^\[\]{}"'#]++|#[^\n]*+)*""")
_PLAIN_VALUE = re.compile(r"[^#\n]*")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """`key = value`. `start` is that of its line, `end` is behind its line's end; `keys` are relative to the header."""

    keys: Path
    start: int
    key: int
    value: int
    value_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A header with all that stands up to the next one; the root has no header. `until` is where the next begins."""

    index: int
    path: Path
    array: bool
    start: int
    body: int
    until: int


class Scan:
    """The segments of a text, and on demand what is in them. Offsets count in `text`, which ends with a line end."""

    def __init__(self, text: str) -> None:
        """Scan the headers; ValueError for what tomllib would not accept either."""
        self.text = text if text.endswith("\n") or not text else text + "\n"
        self.segments = tuple(self._segments())
        self._statements: dict[int, tuple[Statement, ...]] = {}

    def _segments(self) -> list[Segment]:
        text, length = self.text, len(self.text)
        found: list[Segment] = []
        path: Path = ()
        array = False
        start = body = position = 0
        while True:
            position = _skip_statements(text, position)
            found.append(Segment(len(found), path, array, start, body, position))
            if position >= length:
                return found
            match = _HEADER.match(text, position)
            if match is None:
                raise ValueError(f"neither header nor statement at {position}")
            path, array = split_key(match[2]), match[1] == "[["
            start, body = position, match.end()
            position = body

    def statements(self, segment: Segment) -> tuple[Statement, ...]:
        """Return the statements of a segment in order."""
        known = self._statements.get(segment.index)
        if known is None:
            known = self._statements[segment.index] = tuple(_statements(self.text, segment.body, segment.until))
        return known

    def content_end(self, segment: Segment) -> int:
        """Return where the last statement's line ends, the header's if there is none."""
        statements = self.statements(segment)
        return statements[-1].end if statements else segment.body

    def lead(self, segment: Segment) -> int:
        """Return where the comment lines begin that stand directly above a header; the header's start if none do."""
        if segment.index == 0:
            return 0
        lowest = self.content_end(self.segments[segment.index - 1])
        start = segment.start
        while start > lowest:
            above = self.text.rfind("\n", 0, start - 1) + 1
            if above < lowest or not self.text[above:start].lstrip(" \t").startswith("#"):
                break
            start = above
        return start

    def end(self, segment: Segment) -> int:
        """Return where a segment's own text ends: its last statement, and comment lines directly below it.

        Comment lines that reach up to the next header belong to that.
        """
        last = segment.index + 1 == len(self.segments)
        limit = segment.until if last else self.lead(self.segments[segment.index + 1])
        end = self.content_end(segment)
        while end < limit:
            below = self.text.find("\n", end) + 1
            if not self.text[end:below].lstrip(" \t").startswith("#"):
                break
            end = below
        return end

    def line(self, offset: int) -> int:
        """Return the number of the line at an offset, from 1."""
        return self.text.count("\n", 0, offset) + 1


def split_key(text: str) -> Path:
    """Return the parts of a dotted key."""
    if '"' not in text and "'" not in text:
        return tuple(text.replace(" ", "").replace("\t", "").split("."))
    return tuple(_part(match[0]) for match in _PARTS.finditer(text))


def key_spans(text: str, start: int) -> list[tuple[int, int]]:
    """Return the offsets of the parts of the dotted key at `start` (of a header: of its first bracket)."""
    match = re.compile(rf"[ \t\[]*({_KEY})").match(text, start)
    if match is None:
        return []
    return [one.span() for one in _PARTS.finditer(text, match.start(1), match.end(1))]


def _part(text: str) -> str:
    if text[0] == '"':
        return str(tomllib.loads(f"k = {text}")["k"]) if "\\" in text else text[1:-1]
    return text[1:-1] if text[0] == "'" else text


def _skip_statements(text: str, position: int) -> int:
    """Return where the next header begins, the text's end if there is none. Simple lines go by in one step."""
    length = len(text)
    while position < length:
        while match := _SIMPLE_LINES.match(text, position):
            position = match.end()
        if position >= length or _HEADER.match(text, position):
            return position
        position = _statement(text, position).end
    return position


def _statements(text: str, position: int, until: int) -> list[Statement]:
    found: list[Statement] = []
    while position < until:
        blank = _BLANK.match(text, position)
        if blank:
            position = blank.end()
            continue
        found.append(_statement(text, position))
        position = found[-1].end
    return found


def _statement(text: str, position: int) -> Statement:
    match = _ASSIGNMENT.match(text, position)
    if match is None:
        raise ValueError(f"no statement at {position}")
    value_end = _value_end(text, match.end())
    rest = _REST.match(text, value_end)
    if rest is None:
        raise ValueError(f"no end of line at {value_end}")
    return Statement(split_key(match[1]), position, match.start(1), match.end(), value_end, rest.end())


def _value_end(text: str, start: int) -> int:
    string = _string_end(text, start)
    if string:
        return string
    if text[start] not in "[{":
        match = _PLAIN_VALUE.match(text, start)
        return start + len(match[0].rstrip()) if match else start
    depth, position = 0, start
    while True:
        between = _BETWEEN.match(text, position)
        position = between.end() if between else position
        string = _string_end(text, position)
        if string:
            position = string
        elif text[position] in "[{":
            depth, position = depth + 1, position + 1
        elif text[position] in "]}":
            depth, position = depth - 1, position + 1
            if not depth:
                return position
        else:
            raise ValueError(f"no value at {position}")


def _string_end(text: str, start: int) -> int:
    """Return where the string at `start` ends, 0 if there is none."""
    quotes = text[start : start + 3]
    pattern = _STRINGS.get(quotes) or _STRINGS.get(quotes[:1])
    if pattern is None:
        return 0
    match = pattern.match(text, start)
    if match is None:
        raise ValueError(f"no end of the string at {start}")
    return match.end()
