"""What stands in one section: our marker and keys, and the lines that are not ours, which stay where they are."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from app.awsfiles.dialect import Kind, Line, bytes_of, text_of
from app.awsfiles.document import Document, Section, newline_before
from app.awsfiles.marker import Marker, read_marker
from app.domain.digests import sha256
from app.domain.secret import Credentials
from app.domain.values import dataclass

KEY_ID, SECRET_KEY, TOKEN = "aws_access_key_id", "aws_secret_access_key", "aws_session_token"
OURS = (KEY_ID, SECRET_KEY, TOKEN)
# keys that say who a program is; a section without any of them can hold ours beside its own lines
_IDENTITY = frozenset(
    (
        *OURS,
        "aws_security_token",
        "credential_process",
        "role_arn",
        "source_profile",
        "credential_source",
        "web_identity_token_file",
        "login_session",
    )
)


def is_identity(key: str) -> bool:
    """Whether a key of a section says, or helps to say, who a program is."""
    return key in _IDENTITY or key.startswith("sso_")


def digest(data: bytes) -> str:
    """Return what tells whether bytes that a person saw are still the same."""
    return sha256(data).hexdigest()


def key_lines(credentials: Credentials) -> dict[str, str]:
    """Return the three keys and their values, as they are written."""
    token = credentials.session_token.reveal() if credentials.session_token else ""
    return {KEY_ID: credentials.access_key_id, SECRET_KEY: credentials.secret_access_key.reveal(), TOKEN: token}


@dataclass(frozen=True, slots=True)
class Row:
    """A line and its bytes. `owner`: the key that it belongs to, itself or as its continuation; empty for the rest."""

    line: Line
    raw: bytes
    owner: str
    marker: Marker | None = None


class Content:
    """The lines of one section, from its header to its last line that counts (`rows`), and those below (`tail`)."""

    def __init__(self, document: Document, section: Section) -> None:
        """Read the section."""
        self.section = section
        self.newline = document.newline
        rows = tuple(_rows(document.data[section.start : section.end], document.lines(section)))
        core = section.core_end - section.start
        marked = max((row.line.end for row in rows if row.marker), default=0)
        self.end = section.start + max(core, marked)
        self.rows = tuple(row for row in rows if section.start + row.line.end <= self.end)
        self.tail = rows[len(self.rows) :]
        self.is_last = section.end == len(document.data)
        self.raw = document.data[section.start : self.end]

    @cached_property
    def marker(self) -> Marker | None:
        """The first marker in the section."""
        return next((row.marker for row in self.rows if row.marker), None)

    @cached_property
    def options(self) -> dict[str, str]:
        """The keys and their values."""
        return {row.line.name: row.line.value for row in self.rows if row.line.kind is Kind.OPTION}

    @property
    def has_identity(self) -> bool:
        """Whether any key says who a program is."""
        return any(is_identity(key) for key in self.options)

    def is_headed(self, name: str) -> bool:
        """Whether every parser reads the header as this very name."""
        return self.rows[0].line.name == name and self.section.header == name

    def rest(self, *, identity: bool = False) -> tuple[Row, ...]:
        """Return the lines below the header that are not ours; with `identity` none of any identity counts as such."""
        return tuple(
            row
            for row in self.rows[1:]
            if not row.marker and not (is_identity(row.owner) if identity else row.owner in OURS)
        )

    def attached_comments(self) -> bool:
        """Whether comments hang below the last line, without an empty one between, that no next header stands under."""
        block = 0
        for row in self.tail:
            if row.line.kind is not Kind.COMMENT:
                return block > 0
            block += 1
        return block > 0 and self.is_last

    # rendering: complete lines in the place of `rows`

    def with_session(self, name: str, marker: Marker, values: dict[str, str], *, adopt: bool = False) -> bytes:
        """Return the section with marker and keys; keys that stand in it keep their place, unless it is adopted."""
        newline = newline_before(self.rows[0].raw, len(self.rows[0].raw)) or self.newline
        header = self.rows[0].raw if self.is_headed(name) else bytes_of(f"[{name}]") + newline
        kept = self.rest(identity=True) if adopt else tuple(row for row in self.rows[1:] if not row.marker)
        standing = {row.owner for row in kept if row.line.kind is Kind.OPTION} & set(OURS)
        body = [f"{key} = {value}" for key, value in values.items() if key not in standing]
        ours = [bytes_of(line) + newline for line in body]
        rest: list[bytes] = []
        for row in kept:
            if row.owner not in standing:
                rest.append(row.raw)
            elif row.line.kind is Kind.OPTION:
                end = newline_before(row.raw, len(row.raw)) or newline
                rest.append(bytes_of(f"{row.owner} = {values[row.owner]}") + end)
        # comments that ended the section would no longer be told from those of the next one
        last = adopt and bool(kept) and kept[-1].line.kind in (Kind.COMMENT, Kind.BLANK)
        lines = [*rest, *ours] if last else [*ours, *rest]
        return complete([header, bytes_of(str(marker)) + newline, *lines], newline)

    def without_ours(self) -> bytes:
        """Return the header and the lines that are not ours."""
        return complete([self.rows[0].raw, *(row.raw for row in self.rest())], self.newline)

    def alone(self) -> "Content":
        """Return the whole section as it is without our lines."""
        document = Document(self.without_ours() + b"".join(row.raw for row in self.tail))
        return Content(document, _only_section(document))


def _rows(data: bytes, lines: Iterable[Line]) -> Iterator[Row]:
    owner = ""
    for line in lines:
        raw = data[line.start : line.end]
        if line.kind is Kind.OPTION:
            owner = line.name
        elif line.kind in (Kind.HEADER, Kind.NO_EQUALS):
            owner = ""
        has_owner = line.kind in (Kind.OPTION, Kind.CONTINUATION)
        marker = read_marker(text_of(raw)) if line.kind is Kind.COMMENT else None
        yield Row(line, raw, owner if has_owner else "", marker)


def complete(parts: list[bytes], newline: bytes) -> bytes:
    """Join complete lines; one that was the file's last may have lacked its end, and gets it."""
    return b"".join(part if newline_before(part, len(part)) else part + newline for part in parts)


def given_back(content: Content, backup: bytes) -> bytes:
    """Return what stood here before the section was adopted.

    Lines of others that were changed meanwhile stay as they are now; the keys that we had replaced come back.
    """
    before_document = Document(backup)
    before = Content(before_document, _only_section(before_document))
    now = [row.raw for row in content.rest()]
    if complete(now, content.newline) == complete([row.raw for row in before.rest(identity=True)], content.newline):
        return complete([backup], content.newline)
    back = [row.raw for row in before.rows[1:] if is_identity(row.owner) or row.marker]
    return complete([before.rows[0].raw, *back, *now], content.newline)


def _only_section(document: Document) -> Section:
    data = document.data
    return Section(document.headers[0], 0, len(data), len(data))
