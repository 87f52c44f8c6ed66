"""How botocore reads an AWS file, line by line: Python's RawConfigParser, kept with offsets into the bytes.

Two readers that agree: `lines` looks at every line as the parser does; `headers` finds the section headers of a large
file by one expression, and falls back on `lines` where the file holds anything out of the ordinary.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from app.domain.values import dataclass

BOM = b"\xef\xbb\xbf"
# what str.strip() takes for white space besides space, tab and line ends
_ODD_SPACE = tuple(bytes([one]) for one in (0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x1F))
_WIDE = (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
_WIDE_SPACE = tuple(chr(one).encode() for one in _WIDE)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_INDENTED_HEADER = re.compile(rb"\n[ \t]+\[")
# unindented; the parser wants one character at least between the brackets, whatever it is
_PLAIN_HEADER = re.compile(rb"\[([^\n][^\]\n]*)\]")
_PLAIN_HEADER_BELOW = re.compile(rb"\n\[([^\n][^\]\n]*)\]")
_HEADER = re.compile(r"\[(?P<header>.+)\]")
_OPTION = re.compile(r"(?P<option>.*?)\s*[=:]\s*(?P<value>.*)$")


class Kind(Enum):
    """What a line is to the parser."""

    BLANK = auto()
    COMMENT = auto()
    HEADER = auto()
    OPTION = auto()
    CONTINUATION = auto()
    STRAY = auto()  # before the first section
    NO_EQUALS = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `name`: a header's own text, or an option's key in lower case; `value`: of an option, stripped.

    `sound` is False for a continuation that botocore cannot read: no `=` in a block that is nested below a key.
    """

    kind: Kind
    start: int
    end: int  # behind the line end
    name: str = ""
    value: str = ""
    sound: bool = True


def text_of(data: bytes) -> str:
    """Return bytes as text; what is not UTF-8 survives the way back."""
    return data.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """Return text from `text_of` as the bytes it came from."""
    return text.encode("utf-8", "surrogateescape")


def lines(data: bytes) -> Iterator[Line]:
    """Yield every line as RawConfigParser reads it. Lines end with LF, CRLF or CR."""
    in_section = has_option = nested = False
    indent_level = 0
    for match in _LINE.finditer(data):
        start, end = match.span()
        text = text_of(match[0])
        bare = text.strip()
        if not bare or bare[0] in "#;":
            yield Line(Kind.COMMENT if bare else Kind.BLANK, start, end)
            continue
        indent = len(text) - len(text.lstrip())
        if in_section and has_option and indent > indent_level:
            yield Line(Kind.CONTINUATION, start, end, value=bare, sound=not nested or _is_nested(bare))
            continue
        indent_level = indent
        if header := _HEADER.match(bare):
            in_section, has_option = True, False
            yield Line(Kind.HEADER, start, end, header["header"])
        elif not in_section:
            yield Line(Kind.STRAY, start, end)
        elif (option := _OPTION.match(bare)) and option["option"]:
            has_option, nested = True, not option["value"]
            yield Line(Kind.OPTION, start, end, option["option"].rstrip().lower(), option["value"].strip())
        else:
            has_option = has_option and option is None  # `= value` leaves a key without a name
            nested = nested and option is None
            yield Line(Kind.NO_EQUALS, start, end)


def _is_nested(text: str) -> bool:
    """Whether botocore reads a line of a nested block: it breaks it where str.splitlines does, as at 0x1E or U+2028."""
    return all("=" in part for part in text.splitlines() if part.strip())


def has_odd_space(data: bytes) -> bool:
    """Whether a line might begin with white space that is neither space nor tab."""
    if any(one in data for one in _ODD_SPACE):
        return True
    return not data.isascii() and any(one in data for one in _WIDE_SPACE)


def with_line_feeds(data: bytes) -> bytes:
    """Return bytes of the same length in which every line ends with LF alone."""
    return data.replace(b"\r\n", b" \n").replace(b"\r", b"\n") if b"\r" in data else data


def is_plain(data: bytes) -> bool:
    """Whether every section header stands at the start of its line, so that finding them needs no parser.

    `data` has line feeds alone (see `with_line_feeds`).
    """
    return not (has_odd_space(data) or _has_indented_header(data))


def _has_indented_header(data: bytes) -> bool:
    return data[:1] in (b" ", b"\t") or _INDENTED_HEADER.search(data) is not None


def headers(data: bytes) -> tuple[list[int], list[bytes]]:
    """Return where the lines with section headers begin, in order, and the texts in brackets up to the first `]`."""
    flat = with_line_feeds(data)
    starts: list[int] = []
    if not is_plain(flat):
        starts = [line.start for line in lines(data) if line.kind is Kind.HEADER]
        return starts, [_header_at(data, start) for start in starts]
    texts: list[bytes] = []
    if first := _PLAIN_HEADER.match(flat):
        starts.append(0)
        texts.append(first[1])
    for match in _PLAIN_HEADER_BELOW.finditer(flat):
        starts.append(match.start() + 1)
        texts.append(match[1])
    return starts, texts


def header_starts(data: bytes) -> list[int]:
    """Return where the lines with section headers begin, in order."""
    return headers(data)[0]


def _header_at(data: bytes, start: int) -> bytes:
    opening = data.index(b"[", start)
    return data[opening + 1 : data.index(b"]", opening + 2)]
