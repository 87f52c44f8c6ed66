"""Lines of someone else's that are comments for now: how they look, and how they become lines again."""

from app.awsfiles.content import KEY_ID, OURS, Content, Row, complete
from app.awsfiles.dialect import Kind, bytes_of, text_of
from app.awsfiles.document import Document, Section, newline_before

TAKEN = "#rolecall# "
_TAKEN = bytes_of(TAKEN)
# of these the value leaves the file
SECRETS = frozenset({*OURS, "aws_security_token"} - {KEY_ID})


def taken_lines(content: Content, keys: frozenset[str]) -> bytes:
    """Return the section with the lines of the keys, and their continuations, as comments."""
    out: list[bytes] = []
    for row in content.rows:
        counts = row.line.kind in (Kind.OPTION, Kind.CONTINUATION)
        if row.owner not in keys or not counts:
            out.append(row.raw)
        elif row.owner not in SECRETS:
            out.append(_TAKEN + row.raw)
        elif row.line.kind is Kind.OPTION:
            out.append(bytes_of(f"{TAKEN}{row.owner}") + (newline_before(row.raw, len(row.raw)) or content.newline))
    return complete(out, content.newline)


def taken_keys(content: Content) -> frozenset[str]:
    """Return the keys whose lines are such comments, here those with continuations by their first line."""
    return frozenset(key for row in _all(content) if (key := _key_of(row)) is not None)


def _all(content: Content) -> tuple[Row, ...]:
    """Every line: comments at a section's end count as its tail."""
    return (*content.rows, *content.tail)


def _key_of(row: Row) -> str | None:
    """The key of a comment that stands for a line; None for any other line, and for one that only continues."""
    if row.line.kind is not Kind.COMMENT or not row.raw.startswith(_TAKEN):
        return None
    text = text_of(row.raw[len(_TAKEN) :])
    marks = [at for at in (text.find("="), text.find(":")) if at >= 0]
    key = text[: min(marks)] if marks else text
    return None if key[:1].isspace() else key.strip().lower()


def given_lines(content: Content, backup: bytes) -> bytes:
    """Return the whole section, up to the next one, with the lines in the place of their comments.

    Secrets come from the backup.
    """
    before = _rows_by_key(backup)
    out: list[bytes] = []
    for row in _all(content):
        key = _key_of(row)
        if key in SECRETS:
            out += before.get(key or "", [row.raw])
        elif row.line.kind is Kind.COMMENT and row.raw.startswith(_TAKEN):
            out.append(row.raw[len(_TAKEN) :])
        else:
            out.append(row.raw)
    return complete(out, content.newline)


def _rows_by_key(backup: bytes) -> dict[str, list[bytes]]:
    document = Document(backup)
    if not document.starts:
        return {}
    content = Content(document, Section(document.headers[0], 0, len(backup), len(backup)))
    found: dict[str, list[bytes]] = {}
    for row in content.rows:
        if row.owner:
            found.setdefault(row.owner, []).append(row.raw)
    return found
