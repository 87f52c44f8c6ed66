"""The write protocol: resolve, read until two looks agree, edit, prove, replace what is still there, or start over.

Truncating in place, as other tools do, is what this guards against: one torn read made permanent would lose everything.
"""

import contextlib
import errno
import os
from collections.abc import Callable, Collection
from pathlib import Path

from app.awsfiles import atomic, safety
from app.awsfiles.atomic import ChangedMeanwhile, Scratch
from app.awsfiles.document import Document, NameOf
from app.awsfiles.inplace import InPlace
from app.awsfiles.pace import Pace
from app.awsfiles.proof import prove
from app.awsfiles.snapshot import Identity, Snapshot, read_all, read_stable
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import WriteMode
from app.domain.values import dataclass

_TRIES_SECONDS = 10.0
_NOT_REPLACEABLE = {errno.EBUSY, errno.EXDEV}
_NO_ROOM_BESIDE = {errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True)
class Written:
    """One write that was done. `mode`: the file's permission bits before, where group or others had some."""

    snapshot: Snapshot
    identity: Identity
    opened_to_others: int | None


Edit = Callable[[Snapshot], bytes | None]  # what the file is to hold; None: leave it


class Rewriter:
    """Writes one file by the protocol. Use it with the lock held.

    The version that the last write replaced is kept open: a program that had opened it to truncate it writes there, and
    that is not to be lost.
    """

    def __init__(self, path: Path, name_of: NameOf, pace: Pace, scratch: Scratch, journal: InPlace) -> None:
        """Touch nothing yet."""
        self.path = path
        self._name_of = name_of
        self._pace = pace
        self._scratch = scratch
        self._journal = journal
        self._old: tuple[int, Identity, Identity] | None = None
        self._others: frozenset[str] | None = None  # names of others' sections at the last look

    def snapshot(self, ours: Collection[str], others: int) -> Snapshot:
        """Return the file when it holds still. `ours`: names of our sections; `others`: how many there were besides.

        Sections of others that were there at the last look are waited for, up to 2 s: a truncated file looks so.
        """
        real = safety.resolve(self.path)
        safety.check_folder(real.parent)
        snapshot = read_stable(real, self._pace, lambda document: self._plausible(document, ours, others))
        self._others = self.others_in(snapshot.document, ours)
        return snapshot

    def others_in(self, document: Document, ours: Collection[str]) -> frozenset[str]:
        """Return the names of the sections that are not ours."""
        return frozenset(document.names(self._name_of)).difference(ours)

    def _plausible(self, document: Document, ours: Collection[str], others: int) -> bool:
        now = document.names(self._name_of)
        if self._others is None:
            return len(now) - sum(name in now for name in ours) >= others
        return self._others.difference(ours) <= now

    def write(self, edit: Edit, ours: Collection[str], others: int, *, mode: WriteMode, agreed: bool) -> Written | None:
        """Carry out one edit; None where it left the file as it is.

        `agreed`: the person agreed to writing in place where replacing is impossible. Raises FILE_* with the file
        unchanged. `edit` is called again where the file changed meanwhile.
        """
        waiting = self._pace.deadline(_TRIES_SECONDS)
        while True:
            snapshot = self._late_version() or self.snapshot(ours, others)
            safety.check_writable(snapshot.path, snapshot.found)
            data = edit(snapshot)
            if data is None:
                return None
            prove(snapshot.document, data)
            try:
                if mode is WriteMode.IN_PLACE and snapshot.found is not None:
                    return self._write_in_place(snapshot, data)
                return self._replace(snapshot, data, agreed=agreed)
            except OSError as error:
                raise safety.unwritable(snapshot.path, error) from None
            except ChangedMeanwhile:
                if waiting.passed():
                    raise AppError.of(Code.FILE_BUSY, path=str(snapshot.path)) from None

    def _replace(self, snapshot: Snapshot, data: bytes, *, agreed: bool) -> Written:
        target, found = snapshot.path, snapshot.found
        if found is None:
            safety.make_folder(target.parent)
        old = _open_old(target)
        try:
            made = atomic.replace(target, data, self._scratch, before=found, unchanged=snapshot.still_there)
        except OSError as error:
            _close(old)
            problem = _problem(target, found, error)
            if agreed and problem.problem.code is Code.FILE_NOT_REPLACEABLE:
                return self._write_in_place(snapshot, data)
            raise problem from None
        except BaseException:
            _close(old)
            raise
        identity = Identity.of(made)
        self._keep_open(old, snapshot.identity, identity)
        return Written(snapshot, identity, _opened_to_others(snapshot))

    def _write_in_place(self, snapshot: Snapshot, data: bytes) -> Written:
        try:
            made = self._journal.write(snapshot.path, snapshot.data, data, snapshot.still_there)
        except OSError as error:
            raise safety.unwritable(snapshot.path, error) from None
        return Written(snapshot, Identity.of(made), _opened_to_others(snapshot))

    # the version that was replaced

    def _keep_open(self, old: int | None, before: Identity | None, now: Identity) -> None:
        self.close()
        if old is not None and before is not None and _is(old, before):
            self._old = old, before, now
        else:
            _close(old)

    def was_written_late(self) -> bool:
        """Whether a program wrote into the version that our last write replaced, and ours still stands."""
        if self._old is None:
            return False
        handle, before, ours = self._old
        try:
            if Identity.of(os.fstat(handle)) == before:
                return False
            return Identity.of(safety.resolve(self.path).stat()) == ours
        except (OSError, AppError):
            return False

    def _late_version(self) -> Snapshot | None:
        """What a program wrote into the replaced version, once it holds still: the base of the next write."""
        if not self.was_written_late() or self._old is None:
            return None
        handle = self._old[0]
        data = b""
        waiting = self._pace.deadline(1.0)
        while not waiting.passed():
            before, data = data, _whole(handle)
            if data and data == before:
                break
            self._pace.sleep(0.025)
        self.close()
        real = safety.resolve(self.path)
        document = Document(data)
        complete = bool(data) and (self._others or frozenset()) <= document.names(self._name_of)
        return Snapshot(real, data, real.stat(), document) if complete else None

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the replaced version."""
        if self._old is not None:
            _close(self._old[0])
            self._old = None


def _opened_to_others(snapshot: Snapshot) -> int | None:
    mode = snapshot.mode if os.name == "posix" else None
    return mode if mode is not None and mode & 0o077 else None


def _problem(target: Path, found: os.stat_result | None, error: OSError) -> AppError:
    impossible = error.errno in _NOT_REPLACEABLE
    shut = error.errno in _NO_ROOM_BESIDE and not os.access(target.parent, os.W_OK)
    if found is None or not (impossible or (shut and os.access(target, os.W_OK))):
        return safety.unwritable(target, error)
    reason = error.strerror or "error"
    return AppError.of(Code.FILE_NOT_REPLACEABLE, Verb.ALLOW_IN_PLACE, str(target), path=str(target), reason=reason)


def _is(handle: int, version: Identity) -> bool:
    try:
        return Identity.of(os.fstat(handle)).inode == version.inode
    except OSError:
        return False


def _whole(handle: int) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    return read_all(handle)


def _open_old(path: Path) -> int | None:
    if os.name != "posix":  # Windows would not let us replace a file that we hold open
        return None
    with contextlib.suppress(OSError):
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    return None


def _close(handle: int | None) -> None:
    if handle is not None:
        with contextlib.suppress(OSError):
            os.close(handle)
