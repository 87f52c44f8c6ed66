"""Writing into a file that cannot be replaced (a bind mount), journaled: the next start repairs a crash midway.

Readers can meet a half-written file for moments here; that is why the person is asked first.
"""

import contextlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import cast

from app.awsfiles import atomic
from app.awsfiles.atomic import ChangedMeanwhile, Scratch
from app.awsfiles.safety import make_folder, unwritable
from app.awsfiles.snapshot import read_once
from app.domain.problem import AppError
from app.domain.values import dataclass

_PREFIX = "in-place-"


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    before: bytes
    after: bytes


class InPlace:
    """The folder `journal`: one file per write that is under way, 0600, with the bytes before and after."""

    def __init__(self, folder: Path, scratch: Scratch) -> None:
        """Touch nothing yet."""
        self._folder = folder
        self._scratch = scratch

    def write(self, target: Path, before: bytes, after: bytes, unchanged: Callable[[], bool]) -> os.stat_result:
        """Write the bytes into the file; ChangedMeanwhile or OSError with the old ones in it."""
        note = self._note(_Entry(target, before, after))
        try:
            if not unchanged():
                raise ChangedMeanwhile  # noqa: TRY301  the note goes with it
            found = _overwrite(target, before, after)
        except OSError:
            # a full disk leaves the beginning of the new bytes: the old ones had room, so they go back
            with contextlib.suppress(OSError):
                _overwrite(target, None, before)
                _remove(note)
            raise
        except ChangedMeanwhile:
            _remove(note)
            raise
        _remove(note)
        return found

    def _note(self, entry: _Entry) -> Path:
        note = self._folder / f"{_PREFIX}{self._scratch.token()}.json"
        table = {
            "version": 1,
            "path": str(entry.path),
            "before": b64encode(entry.before).decode(),
            "after": b64encode(entry.after).decode(),
        }
        make_folder(self._folder)
        try:
            atomic.replace(note, json.dumps(table).encode(), self._scratch, before=None, unchanged=lambda: True)
        except OSError as error:
            raise unwritable(note, error) from None
        return note

    def recover(self, keep: Callable[[Path, bytes], None]) -> int:
        """Finish the writes that a crash cut short; returns how many. Call it with the lock held.

        A file that somebody else has written since is theirs: it stays, and `keep` gets the bytes from before.
        """
        finished = 0
        for note in sorted(self._folder.glob(f"{_PREFIX}*.json")):
            entry = _read(note)
            if entry is not None:
                try:
                    data, _ = read_once(entry.path)
                    if data in (entry.before, entry.after):
                        pass
                    elif _is_cut_short(data, entry):
                        _overwrite(entry.path, None, entry.after)
                        finished += 1
                    else:
                        keep(entry.path, entry.before)
                except (OSError, AppError):
                    continue  # the file cannot be reached now; the note stays for the next start
            _remove(note)
        return finished


def _remove(note: Path) -> None:
    """The write is over; a note that cannot be removed now says so to the next start by what is in the file."""
    with contextlib.suppress(OSError):
        note.unlink(missing_ok=True)


def _read(note: Path) -> _Entry | None:
    try:
        table = cast(dict[str, str], json.loads(note.read_bytes()))
        return _Entry(Path(table["path"]), b64decode(table["before"]), b64decode(table["after"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _is_cut_short(data: bytes, entry: _Entry) -> bool:
    """Whether our write, and nobody else's, got so far: byte by byte the old or the new one.

    A killed process leaves the beginning of the new bytes and the rest of the old ones. After a power cut any parts can
    have reached the disk, and where the file grew, zeros can stand for those that had not.
    """
    sizes = sorted((len(entry.before), len(entry.after)))
    if not sizes[0] <= len(data) <= sizes[1]:
        return False
    before = entry.before.ljust(len(data), b"\0")
    after = entry.after.ljust(len(data), b"\0")
    return all(one in pair for one, *pair in zip(data, before, after, strict=False))


def _same_length(one: bytes, other: bytes) -> int:
    """Return how many bytes at the beginning are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _overwrite(target: Path, before: bytes | None, after: bytes) -> os.stat_result:
    """Write from the first byte that differs, then cut the file to its length, then flush."""
    start = _same_length(before, after) if before is not None else 0
    flags = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(target, flags)
    try:
        os.lseek(handle, start, os.SEEK_SET)
        view = memoryview(after)[start:]
        while view:
            view = view[os.write(handle, view) :]
        os.ftruncate(handle, len(after))
        if os.name == "posix" and os.fstat(handle).st_mode & 0o077:
            os.fchmod(handle, 0o600)
        atomic.flush(handle)
        return os.fstat(handle)
    finally:
        os.close(handle)
