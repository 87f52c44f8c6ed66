"""An AWS file as bytes and spans: replace, add or remove one section, and every byte outside it stays as it was."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from app.awsfiles import dialect
from app.awsfiles.dialect import Kind, Line, bytes_of, text_of

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

    @cached_property
    def starts(self) -> list[int]:
        """Where the headers stand."""
        return dialect.header_starts(self.data)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The text of every header, in the file's order."""
        return tuple(self._header_at(start) for start in self.starts)

    @cached_property
    def newline(self) -> bytes:
        """The line end that the file's last line end has; LF where there is none."""
        return last_newline(self.data) or b"\n"

    @property
    def is_terminated(self) -> bool:
        """Whether the file is empty or ends with a line end."""
        return not self.data or self.data.endswith((b"\n", b"\r"))

    def _header_at(self, start: int) -> str:
        return header_text(self.data, start)

    def named(self, name: str, name_of: NameOf) -> tuple[Section, ...]:
        """Return every section for the profile, in the file's order; more than one where the file is ambiguous."""
        return tuple(self._section(at) for at in self._positions(name_of).get(name, ()))

    def names(self, name_of: NameOf) -> frozenset[str]:
        """Return the profiles that have a section."""
        return frozenset(self._positions(name_of))

    def _positions(self, name_of: NameOf) -> dict[str, list[int]]:
        known = self._by_name.get(name_of)
        if known is None:
            known = self._by_name[name_of] = {}
            for at, header in enumerate(self.headers):
                if (name := name_of(header)) is not None:
                    known.setdefault(name, []).append(at)
        return known

    @cached_property
    def _by_name(self) -> dict[NameOf, dict[str, list[int]]]:
        return {}

    def _section(self, at: int) -> Section:
        start = self.starts[at]
        end = self.starts[at + 1] if at + 1 < len(self.starts) else len(self.data)
        core = 0
        for line in dialect.lines(self.data[start:end]):
            if line.kind not in (Kind.BLANK, Kind.COMMENT):
                core = line.end
        return Section(self.headers[at], start, start + core, end)

    def lines(self, section: Section) -> tuple[Line, ...]:
        """Return the section's lines, header first, up to the next section; offsets count from the section's start."""
        return tuple(dialect.lines(self.data[section.start : section.end]))

    # edits

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What was edited, in the file's order."""
        return tuple(sorted(self._edits, key=lambda edit: (edit.start, edit.end)))

    def replace(self, start: int, end: int, content: bytes) -> None:
        """Put complete lines in the place of complete lines."""
        if self.data[start:end] != content:
            self._edits.append(Edit(start, end, content))

    def append(self, content: bytes) -> bool:
        """Add a section (complete lines) at the end, below an empty line; returns whether that had to be added."""
        first = not any(edit.start == len(self.data) == edit.end for edit in self._edits)
        gap = self.newline if first and not self.is_terminated else b""
        blank = not first or (bool(self.data) and not self._ends_with_blank())
        self._edits.append(Edit(len(self.data), len(self.data), gap + (self.newline if blank else b"") + content))
        return blank

    def _ends_with_blank(self) -> bool:
        return self.data.endswith((b"\n\n", b"\n\r\n", b"\r\r")) or self.data in (b"\n", b"\r\n")

    def remove(self, start: int, end: int, *, blank_above: bool) -> None:
        """Take complete lines out, and with `blank_above` the empty line that stands before them, if there is one."""
        if blank_above:
            above = start - len(newline_before(self.data, start))
            if above == 0 or newline_before(self.data, above):
                start = above
        self._edits.append(Edit(start, end, b""))

    def result(self) -> bytes:
        """Return the bytes with all edits. A file without a final line end has none afterwards."""
        parts: list[bytes] = []
        at = 0
        for edit in self.edits:
            parts += (self.data[at : edit.start], edit.content)
            at = edit.end
        parts.append(self.data[at:])
        joined = b"".join(parts)
        return joined if self.is_terminated else without_final_newline(joined)


def header_text(data: bytes, start: int) -> str:
    """Return the text in brackets of the header line at `start`, up to the first `]`."""
    opening = data.index(b"[", start)
    closing = data.index(b"]", opening + 2)
    return text_of(data[opening + 1 : closing])


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
