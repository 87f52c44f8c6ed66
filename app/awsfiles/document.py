"""An AWS file as bytes and spans: replace, add or remove one section, and every byte outside it stays as it was."""

import shlex
from collections import Counter
from collections.abc import Callable, KeysView
from functools import cached_property
from typing import cast

from app.awsfiles import dialect
from app.awsfiles.dialect import Kind, Line, bytes_of, text_of
from app.domain.values import dataclass

NameOf = Callable[[str], str | None]


def credentials_name(header: str) -> str | None:
    """Return which profile a header of the credentials file is for: its text, as SDKs trim it."""
    return header.strip()


def config_name(header: str) -> str | None:
    """Return which profile a header of the config file is for, None if it is for something else."""
    header = header.strip()
    if header == "default":
        return header
    if not header.startswith("profile"):
        return None
    try:
        parts = shlex.split(header)
    except ValueError:
        return None
    return parts[1] if len(parts) == 2 else None


def config_header(profile: str) -> str:
    """Return the header text that the config file has for a profile."""
    return profile if profile == "default" else f"profile {profile}"


@dataclass(frozen=True, slots=True)
class Section:
    """One section in the bytes.

    `header` is the text in brackets up to the first `]`, untrimmed. `core_end` is behind its last line that is neither
    blank nor a comment, `end` where the next section begins.
    """

    header: str
    start: int
    core_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `content` in the place of the bytes from `start` to `end`."""

    start: int
    end: int
    content: bytes


class Document:
    """The bytes of one file and the edits made to them. Edits never overlap: one per section."""

    def __init__(self, data: bytes) -> None:
        """Take the file's bytes; finding sections is linear in their number."""
        self.data = data
        self._edits: list[Edit] = []
        self._ordered: tuple[Edit, ...] | None = None
        self._appended = False
        self._parsed: tuple[tuple[int, int], tuple[Line, ...]] = (-1, -1), ()

    @cached_property
    def _headers(self) -> tuple[list[int], list[bytes]]:
        return dialect.headers(self.data)

    @property
    def starts(self) -> list[int]:
        """Where the headers stand."""
        return self._headers[0]

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The text of every header, in the file's order."""
        texts = self._headers[1]
        # one decoding for all; a header holds no line end
        return tuple(text_of(b"\n".join(texts)).split("\n")) if texts else ()

    @cached_property
    def newline(self) -> bytes:
        """The line end that the file's last line end has; LF where there is none."""
        return last_newline(self.data) or b"\n"

    @property
    def is_terminated(self) -> bool:
        """Whether the file is empty or ends with a line end."""
        return not self.data or self.data.endswith((b"\n", b"\r"))

    def named(self, name: str, name_of: NameOf) -> tuple[Section, ...]:
        """Return every section for the profile, in the file's order; more than one where the file is ambiguous."""
        first, repeated = self._positions(name_of)
        if name in repeated:
            return tuple(self._section(at) for at, header in enumerate(self.headers) if name_of(header) == name)
        return (self._section(first[name]),) if name in first else ()

    def names(self, name_of: NameOf) -> KeysView[str]:
        """Return the profiles that have a section."""
        return self._positions(name_of)[0].keys()

    def _positions(self, name_of: NameOf) -> tuple[dict[str, int], frozenset[str | None]]:
        """Where the first section for each profile is, and which have more than one."""
        if name_of not in self._by_name:
            names = [name_of(header) for header in self.headers]
            positions = dict(zip(reversed(names), reversed(range(len(names))), strict=True))
            counts = Counter(names) if len(positions) < len(names) else Counter[str | None]()
            repeated = frozenset(name for name, count in counts.items() if count > 1)
            positions.pop(None, None)
            first = cast(dict[str, int], positions)
            self._by_name[name_of] = first, repeated
        return self._by_name[name_of]

    @cached_property
    def _by_name(self) -> dict[NameOf, tuple[dict[str, int], frozenset[str | None]]]:
        return {}

    def _section(self, at: int) -> Section:
        start = self.starts[at]
        end = self.starts[at + 1] if at + 1 < len(self.starts) else len(self.data)
        core = 0
        for line in self._lines(start, end):
            if line.kind not in (Kind.BLANK, Kind.COMMENT):
                core = line.end
        return Section(self.headers[at], start, start + core, end)

    def lines(self, section: Section) -> tuple[Line, ...]:
        """Return the section's lines, header first, up to the next section; offsets count from the section's start."""
        return self._lines(section.start, section.end)

    def _lines(self, start: int, end: int) -> tuple[Line, ...]:
        if self._parsed[0] != (start, end):  # who asks where a section ends asks for its lines next
            self._parsed = (start, end), tuple(dialect.lines(self.data[start:end]))
        return self._parsed[1]

    # edits

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What was edited, in the file's order."""
        if self._ordered is None:
            self._ordered = tuple(sorted(self._edits, key=lambda edit: (edit.start, edit.end)))
        return self._ordered

    def _edit(self, start: int, end: int, content: bytes) -> None:
        self._edits.append(Edit(start, end, content))
        self._appended |= start == end == len(self.data)
        self._ordered = None

    def replace(self, start: int, end: int, content: bytes) -> None:
        """Put complete lines in the place of complete lines."""
        if self.data[start:end] != content:
            self._edit(start, end, content)

    def append(self, content: bytes) -> bool:
        """Add a section (complete lines) at the end, below an empty line; returns whether that had to be added."""
        first = not self._appended
        gap = self.newline if first and not self.is_terminated else b""
        blank = not first or (bool(self.data) and not self._ends_with_blank())
        self._edit(len(self.data), len(self.data), gap + (self.newline if blank else b"") + content)
        return blank

    def _ends_with_blank(self) -> bool:
        return self.data.endswith((b"\n\n", b"\n\r\n", b"\r\r")) or self.data in (b"\n", b"\r\n")

    def remove(self, start: int, end: int, *, blank_above: bool) -> None:
        """Take complete lines out, and with `blank_above` the empty line that stands before them, if there is one."""
        if blank_above:
            above = start - len(newline_before(self.data, start))
            if above == 0 or newline_before(self.data, above):
                start = above
        self._edit(start, end, b"")

    def result(self) -> bytes:
        """Return the bytes with all edits. A file without a final line end has none afterwards."""
        view = memoryview(self.data)
        parts: list[bytes | memoryview] = []
        at = 0
        for edit in self.edits:
            parts += (view[at : edit.start], edit.content)
            at = edit.end
        parts.append(view[at:])
        joined = b"".join(parts)
        return joined if self.is_terminated else without_final_newline(joined)


def last_newline(data: bytes) -> bytes:
    """Return the last line end in the bytes; empty if there is none."""
    return newline_before(data, max(data.rfind(b"\n"), data.rfind(b"\r")) + 1)


def newline_before(data: bytes, at: int) -> bytes:
    """Return the line end directly in front of `at`; empty if there is none."""
    if data[max(at - 2, 0) : at] == b"\r\n":
        return b"\r\n"
    before = data[at - 1 : at] if at > 0 else b""
    return before if before in (b"\n", b"\r") else b""


def without_final_newline(data: bytes) -> bytes:
    """Return the bytes without one line end at their end."""
    return data[: len(data) - len(newline_before(data, len(data)))]


def section_bytes(header: str, body: list[str], newline: bytes) -> bytes:
    """Return complete lines: the header in brackets, then the body's lines."""
    return b"".join(bytes_of(line) + newline for line in (f"[{header}]", *body))
