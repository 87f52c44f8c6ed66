"""Reading a file that other programs truncate and rewrite in place: never trust one look."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from app.awsfiles.document import Document
from app.awsfiles.pace import Pace
from app.awsfiles.safety import check_file, unreadable
from app.domain.problem import AppError, Code
from app.domain.values import dataclass

APART_SECONDS = 0.025  # between two looks that must agree
PATIENCE_SECONDS = 2.0
_CHUNK = 1 << 24
_PIECE = 1 << 16
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one version of a file from another."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Identity":
        """Return the identity of what was found."""
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A file as it was at one moment. `found` None: there was none, and `data` is empty."""

    path: Path
    data: bytes
    found: os.stat_result | None
    document: Document

    @property
    def identity(self) -> Identity | None:
        """Which version this is, None for no file."""
        return None if self.found is None else Identity.of(self.found)

    @property
    def mode(self) -> int | None:
        """The permission bits, None for no file."""
        return None if self.found is None else stat.S_IMODE(self.found.st_mode)

    def still_there(self) -> bool:
        """Whether the file is still this version."""
        try:
            now: Identity | None = Identity.of(self.path.stat())
        except FileNotFoundError:
            now = None
        return now == self.identity


Plausible = Callable[[Document], bool]


def read_once(path: Path) -> tuple[bytes, os.stat_result | None]:
    """Return the bytes and what the system says about them; b"" and None where there is no file.

    Raises FILE_UNSAFE for what is no regular file of ours (nothing is waited for: FIFOs), FILE_UNREADABLE.
    """
    return _look(path, read_all)


def _look(path: Path, read: Callable[[int], bytes]) -> tuple[bytes, os.stat_result | None]:
    try:
        handle = os.open(path, _FLAGS)
    except FileNotFoundError:
        return b"", None
    except OSError as error:
        raise unreadable(path, error) from None
    try:
        check_file(path, os.fstat(handle))
        data = read(handle)
        return data, os.fstat(handle)
    except OSError as error:
        raise unreadable(path, error) from None
    finally:
        os.close(handle)


def read_all(handle: int) -> bytes:
    """Return everything from the handle's position on."""
    size = os.fstat(handle).st_size
    parts = [os.read(handle, size + 1)] if size < _CHUNK else []
    if parts and len(parts[0]) == size:
        return parts[0]
    while chunk := os.read(handle, _CHUNK):
        parts.append(chunk)
    return b"".join(parts)


def _read_again(handle: int, before: bytes) -> bytes:
    """The same, and the very same bytes where nothing changed: a large file is not held twice."""
    at = 0
    while chunk := os.read(handle, _PIECE):
        if chunk != before[at : at + len(chunk)]:
            os.lseek(handle, 0, os.SEEK_SET)
            return read_all(handle)
        at += len(chunk)
    return before if at == len(before) else before[:at]


def read_stable(path: Path, pace: Pace, plausible: Plausible = lambda _: True) -> Snapshot:
    """Return the file when two looks 25 ms apart agree, in bytes and identity, and what they show is plausible.

    What stays the same but is not plausible (empty, sections missing) is accepted after 2 s. A file that does not hold
    still for so long is FILE_BUSY.
    """
    waiting = pace.deadline(PATIENCE_SECONDS)
    before, found_before = read_once(path)
    rejected: bytes | None = None
    while True:
        late = waiting.passed()
        pace.sleep(APART_SECONDS)
        last = before
        data, found = _look(path, lambda handle, last=last: _read_again(handle, last))
        if _same(found, found_before) and data == before:
            snapshot = Snapshot(path, data, found, Document(data))
            if late or (data != rejected and plausible(snapshot.document)):
                return snapshot
            rejected = data
        elif late:
            raise AppError.of(Code.FILE_BUSY, path=str(path))
        before, found_before = data, found


def _same(one: os.stat_result | None, other: os.stat_result | None) -> bool:
    if one is None or other is None:
        return one is other
    return Identity.of(one) == Identity.of(other)
