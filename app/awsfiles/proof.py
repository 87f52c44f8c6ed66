"""Before a write: proof that it changes what was meant and nothing else."""

from bisect import bisect_left
from collections.abc import Iterator

from app.awsfiles.dialect import header_starts
from app.awsfiles.document import Document
from app.awsfiles.faults import faults
from app.domain.problem import AppError, Code, Verb


def prove(document: Document, data: bytes) -> None:
    """Raise UNEXPECTED unless `data` is the document's bytes with its edits, and is read as was meant.

    The bytes are compared run by run, independently of how `Document.result` joined them; botocore must be able to
    read every new run; then the whole is read anew, and its headers must be the old ones and those of the edits.
    """
    sound = not any(faults(edit.content) for edit in document.edits)
    meant = any(_same_outside(document, whole) and _same_headers(document, whole) for whole in _wholes(document, data))
    if not (sound and meant):
        raise AppError.of(Code.UNEXPECTED, Verb.REPORT, kind="edit-not-proved")


def _wholes(document: Document, data: bytes) -> Iterator[bytes]:
    """Edits are complete lines; a file without a final line end has lost the one that an edit at its end brought."""
    length = len(document.data) + sum(len(edit.content) - edit.end + edit.start for edit in document.edits)
    if len(data) == length:
        yield data
    elif not document.is_terminated:
        yield from (data + lost for lost in (b"\n", b"\r", b"\r\n") if len(data) + len(lost) == length)


def _same_outside(document: Document, data: bytes) -> bool:
    old_at = new_at = 0
    for edit in document.edits:
        if edit.start < old_at:
            return False
        length = edit.start - old_at
        if data[new_at : new_at + length] != document.data[old_at : edit.start]:
            return False
        new_at += length
        if data[new_at : new_at + len(edit.content)] != edit.content:
            return False
        new_at += len(edit.content)
        old_at = edit.end
    return data[new_at:] == document.data[old_at:]


def _same_headers(document: Document, data: bytes) -> bool:
    """Compare where headers are with where those outside the edits have moved to, and those inside stand."""
    expected: list[int] = []
    old = document.starts
    at = shift = 0
    for edit in document.edits:
        expected += _moved(old, at, edit.start, shift)
        expected += [edit.start + shift + start for start in header_starts(edit.content)]
        shift += len(edit.content) - (edit.end - edit.start)
        at = edit.end
    expected += _moved(old, at, len(document.data), shift)
    return header_starts(data) == expected


def _moved(starts: list[int], first: int, end: int, shift: int) -> list[int]:
    chosen = starts[bisect_left(starts, first) : bisect_left(starts, end)]
    return [start + shift for start in chosen] if shift else chosen
