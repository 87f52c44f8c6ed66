"""What botocore cannot read in an AWS file, line by line, and a proposal that loses nothing."""

from collections.abc import Set as AbstractSet
from dataclasses import field

from app.awsfiles import dialect
from app.awsfiles.dialect import BOM, Kind, Line
from app.domain.values import dataclass

_DEFAULTS = "DEFAULT"  # the one section that the parser takes more than once
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """A line (from 1) and the rule it breaks: a key of the rules in app/texts.py."""

    line: int
    rule: str


def faults(data: bytes) -> tuple[Fault, ...]:
    """Return what botocore cannot read, in the file's order; linear in the file's size."""
    return () if _is_certainly_sound(data) else tuple(sorted(_look(data), key=lambda fault: fault.line))


def _is_certainly_sound(data: bytes) -> bool:
    """A quick look that says yes to ordinary files alone: unindented `key = value` lines below unindented headers."""
    if data.startswith(BOM) or not (data.isascii() or _is_utf8(data)) or dialect.has_odd_space(data):
        return False
    sections: set[bytes] = set()
    keys: set[bytes] | None = None
    for line in dialect.with_line_feeds(data).split(b"\n"):
        first = line[:1]
        if not first or first in b"#;":
            continue
        if first in b" \t":
            if line.strip():
                return False
        elif first == b"[":
            if line in sections or line.count(b"]") != 1 or line.find(b"]") < 2:
                return False
            sections.add(line)
            keys = set()
        else:
            key, equals, _ = line.partition(b"=")
            if keys is None or not equals or b":" in key:
                return False
            key = key.rstrip().lower()
            if not key.isascii() or key in keys or not key:
                return False
            keys.add(key)
    return len({line[: line.rindex(b"]")] for line in sections}) == len(sections)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


_RULES = {Kind.STRAY: "stray-line", Kind.NO_EQUALS: "no-equals", Kind.CONTINUATION: "no-equals"}


def _look(data: bytes) -> list[Fault]:
    found = _encoding_faults(data)
    sections: set[str] = set()
    keys: set[tuple[str, str]] = set()
    section = ""
    for number, line in enumerate(dialect.lines(data), start=1):
        if line.kind is Kind.HEADER:
            section = line.name
            if section in sections and section != _DEFAULTS:
                found.append(Fault(number, "duplicate-section"))
            sections.add(section)
        elif line.kind is Kind.OPTION:
            if (section, line.name) in keys:
                found.append(Fault(number, "duplicate-key"))
            keys.add((section, line.name))
        elif line.kind in (Kind.STRAY, Kind.NO_EQUALS) or not line.sound:
            found.append(Fault(number, _RULES[line.kind]))
    return found


def _encoding_faults(data: bytes) -> list[Fault]:
    found = [Fault(1, "bom")] if data.startswith(BOM) else []
    try:
        data.decode()
    except UnicodeDecodeError as error:
        found.append(Fault(dialect.with_line_feeds(data[: error.start]).count(b"\n") + 1, "not-utf-8"))
    return found


@dataclass(eq=False, slots=True)
class _Part:
    """A section while it is repaired: its lines, each with its bytes."""

    name: str | None
    lines: list[tuple[Line, bytes]] = field(default_factory=list)


def repaired(data: bytes) -> bytes:
    """Return a proposal that botocore reads: no line is dropped, those that cannot stay become comments.

    A byte order mark goes. Sections of one name are brought together under the first header. Of a key that stands
    twice the last one counts, as in the SDKs that take such files. Bytes that are not UTF-8 are read as Latin-1.
    """
    for _ in range(_ROUNDS):
        if not faults(data):
            break
        data = _repaired_once(data.removeprefix(BOM))
    return data


def _repaired_once(data: bytes) -> bytes:
    if not _is_utf8(data):
        data = b"".join(
            one if _is_utf8(one) else one.decode("latin-1").encode() for one in data.splitlines(keepends=True)
        )
    parts = _merged(_parts(data))
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    sound: list[list[bytes]] = []
    again: set[str] = set()  # keys of [DEFAULT] that stand in a later one too
    for part in reversed(parts):
        default = part.name == _DEFAULTS
        sound.append(_sound_lines(part, again if default else set()))
        again |= {line.name for line, _ in part.lines if default and line.kind is Kind.OPTION}
    repaired_lines = [raw for lines in reversed(sound) for raw in lines]
    whole = [raw if raw.endswith((b"\n", b"\r")) else raw + newline for raw in repaired_lines[:-1]]
    return b"".join(whole + repaired_lines[-1:])


def _parts(data: bytes) -> list[_Part]:
    parts = [_Part(None)]
    for line in dialect.lines(data):
        if line.kind is Kind.HEADER:
            parts.append(_Part(line.name))
        parts[-1].lines.append((line, data[line.start : line.end]))
    return parts


def _merged(parts: list[_Part]) -> list[_Part]:
    first: dict[str, _Part] = {}
    merged: list[_Part] = []
    for part in parts:
        if part.name is None or part.name == _DEFAULTS or part.name not in first:
            merged.append(part)
            first.setdefault(part.name or "", part)
        else:
            header, raw = part.lines[0]
            comment = Line(Kind.COMMENT, header.start, header.end)
            first[part.name].lines += [(comment, b"# " + raw), *part.lines[1:]]
    return merged


def _sound_lines(part: _Part, again: AbstractSet[str]) -> list[bytes]:
    last = {line.name: at for at, (line, _) in enumerate(part.lines) if line.kind is Kind.OPTION}
    out: list[bytes] = []
    dropping = False
    for at, (line, raw) in enumerate(part.lines):
        if line.kind in (Kind.HEADER, Kind.OPTION):
            dropping = line.kind is Kind.OPTION and (last[line.name] != at or line.name in again)
        bad = line.kind in (Kind.STRAY, Kind.NO_EQUALS) or not line.sound
        bad = bad or (dropping and line.kind in (Kind.OPTION, Kind.CONTINUATION))
        out.append(b"# " + raw if bad else raw)
    return out
