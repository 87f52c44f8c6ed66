"""Before a write: proof that it changes what was meant and nothing else."""

from bisect import bisect_left
from collections.abc import Iterator

from app.awsfiles.dialect import header_starts
from app.awsfiles.document import Document, Edit
from app.awsfiles.faults import faults
from app.domain.problem import AppError, Code, Verb

_CHUNK = 1 << 16


def prove(document: Document, data: bytes) -> None:
    """Raise UNEXPECTED unless `data` is the document's bytes with its edits, and is read as was meant.

    The bytes are compared run by run, independently of how `Document.result` joined them. Then what was edited is
    parsed anew with the sections around it: botocore must be able to read it, with every header where it is expected.
    What is farther away stands below a header that was seen to stand, so it is read as before.
    """
    if not any(_same_outside(document, whole) and _read_as_meant(document, whole) for whole in _wholes(document, data)):
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
    for edit in (*document.edits, Edit(len(document.data), len(document.data), b"")):
        length = edit.start - old_at
        if length < 0 or not _same(document.data, old_at, data, new_at, length):
            return False
        new_at += length
        if data[new_at : new_at + len(edit.content)] != edit.content:
            return False
        new_at += len(edit.content)
        old_at = edit.end
    return new_at == len(data)


def _same(one: bytes, one_at: int, other: bytes, other_at: int, length: int) -> bool:
    """Compare in pieces that stay in the processor's cache: copies of 12 MB cost more than everything else here."""
    for at in range(0, length, _CHUNK):
        size = min(_CHUNK, length - at)
        if one[one_at + at : one_at + at + size] != other[other_at + at : other_at + at + size]:
            return False
    return True


def _read_as_meant(document: Document, data: bytes) -> bool:
    shift = at = 0
    old = document.starts
    while at < len(document.edits):
        # edits that share a section are looked at together
        above = bisect_left(old, document.edits[at].start) - 1
        begin = old[above] if above >= 0 else 0
        expected: list[int] = []
        place, moved = begin, shift
        while True:
            edit = document.edits[at]
            expected += [start + moved for start in _between(old, place, edit.start)]
            expected += [edit.start + moved + start for start in header_starts(edit.content)]
            moved += len(edit.content) - (edit.end - edit.start)
            place, at = edit.end, at + 1
            after = bisect_left(old, place)
            end = old[after + 1] if after + 1 < len(old) else len(document.data)
            if at == len(document.edits) or document.edits[at].start > end:
                break
        expected += [start + moved for start in _between(old, place, end)]
        region = data[begin + shift : end + moved]
        if faults(region) or [begin + shift + start for start in header_starts(region)] != expected:
            return False
        shift = moved
    return True


def _between(starts: list[int], first: int, end: int) -> list[int]:
    return starts[bisect_left(starts, first) : bisect_left(starts, end)]
