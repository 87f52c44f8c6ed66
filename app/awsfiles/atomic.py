"""Putting new bytes in the place of a file: a reader sees the old ones or the new ones, whenever we end."""

import contextlib
import errno
import glob
import os
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from app.domain.values import dataclass

MARK = ".rolecall-"
_FOREIGN_SECONDS = 3600.0  # left-over files of a Rolecall with another runtime folder are removed when that old
_BUSY_SECONDS = 2.0
_UNNAMED_REFUSED = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS}


class ChangedMeanwhile(Exception):  # noqa: N818  a turn of events, not a fault
    """The file is no longer the one that was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """Names for temporary files. Those of one lock folder are ours alone while its lock is held."""

    owner: str
    token: Callable[[], str]

    @classmethod
    def of(cls, lock_folder: Path, token: Callable[[], str]) -> "Scratch":
        """Return names that belong to the holder of the lock in this folder."""
        return cls(f"{zlib.crc32(os.fsencode(lock_folder)):08x}", token)

    def beside(self, target: Path) -> Path:
        """Return a new name in the target's folder."""
        return target.with_name(f".{target.name}{MARK}{self.owner}-{self.token()}")

    def sweep(self, folder: Path, name: str | None = None) -> int:
        """Remove what crashed writers left in a folder (of one file); returns how many. Call it with the lock held."""
        removed = 0
        with contextlib.suppress(OSError):
            for left in folder.glob(f".{glob.escape(name) if name else '*'}{MARK}*"):
                owner = left.name.rpartition(MARK)[2].partition("-")[0]
                if owner == self.owner or time.time() - left.lstat().st_mtime > _FOREIGN_SECONDS:
                    left.unlink(missing_ok=True)
                    removed += 1
        return removed


def replace(
    target: Path, data: bytes, scratch: Scratch, *, before: os.stat_result | None, unchanged: Callable[[], bool]
) -> os.stat_result:
    """Replace the file (`before`), or make it where `before` is None: 0600, owner kept, flushed to the disk.

    `unchanged` is asked right before the file is replaced; ChangedMeanwhile if it says no. Raises OSError with the old
    file untouched and no temporary file left. Returns what the system says about the new file.
    """
    name, made = _make_temporary(target, data, scratch, before)
    try:
        if not unchanged():
            raise ChangedMeanwhile  # noqa: TRY301  the way out is the same
        _put(name, target, is_new=before is None)
    except BaseException:
        with contextlib.suppress(OSError):
            name.unlink()
        raise
    flush_folder(target.parent)
    return made


def _make_temporary(
    target: Path, data: bytes, scratch: Scratch, before: os.stat_result | None
) -> tuple[Path, os.stat_result]:
    """Write and flush the bytes; the file gets its name last where the system can do that."""
    name = scratch.beside(target)
    handle = _open_unnamed(target.parent)
    if handle is not None:
        try:
            made = _fill(handle, data, before, target)
            if _link(handle, name):
                return name, made
        finally:
            os.close(handle)
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
    try:
        return name, _fill(handle, data, before, target)
    except BaseException:
        with contextlib.suppress(OSError):
            name.unlink()
        raise
    finally:
        os.close(handle)


_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def _open_unnamed(folder: Path) -> int | None:
    """Open a file without a name in the folder: a crash leaves nothing. None where the system has no such thing."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None:
        return None
    try:
        return os.open(folder, flag | os.O_WRONLY | _FLAGS, 0o600)
    except OSError as error:
        if error.errno in _UNNAMED_REFUSED and folder.is_dir():
            return None
        raise


def _link(handle: int, name: Path) -> bool:
    """Give the unnamed file its name; False where /proc is missing or the file system will not."""
    try:
        folder = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # src_dir_fd makes Python call linkat with AT_SYMLINK_FOLLOW, without which the link in /proc itself is linked
        os.link(str(handle), name, src_dir_fd=folder, follow_symlinks=True)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP):
            return False
        raise
    finally:
        os.close(folder)
    return True


def _fill(handle: int, data: bytes, before: os.stat_result | None, target: Path) -> os.stat_result:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
    if sys.platform != "win32":
        os.fchmod(handle, 0o600)
        made = os.fstat(handle)
        if before is not None and (before.st_uid, before.st_gid) != (made.st_uid, made.st_gid):
            _keep_owner(handle, before)
    if before is not None:
        _keep_attributes(handle, target)
    flush(handle)
    return os.fstat(handle)


def _keep_owner(handle: int, before: os.stat_result) -> None:
    """The owner stays, or the write fails. A group that we may not give is no loss: its bits are gone."""
    if before.st_uid != os.fstat(handle).st_uid:
        os.fchown(handle, before.st_uid, before.st_gid)
        return
    with contextlib.suppress(PermissionError):
        os.fchown(handle, -1, before.st_gid)


def _keep_attributes(handle: int, target: Path) -> None:
    """What the person attached to the file stays; access lists do not, since only the owner is to read it."""
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):  # not on every file system
        for name in os.listxattr(target):
            if name.startswith("user."):
                os.setxattr(handle, name, os.getxattr(target, name))


def flush(handle: int) -> None:
    """Make what was written last: on macOS fsync alone leaves it in the drive's cache."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # not on every file system
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            return
    os.fsync(handle)


def _put(name: Path, target: Path, *, is_new: bool) -> None:
    if is_new and hasattr(os, "link"):
        try:
            os.link(name, target)  # unlike a rename, it does not replace what another program made just now
        except FileExistsError:
            raise ChangedMeanwhile from None
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK):
                raise
        else:
            with contextlib.suppress(OSError):  # the file is there; the second name goes with the next sweep
                name.unlink()
            return
    if sys.platform == "win32":
        _replace_when_free(name, target)
    else:
        name.replace(target)


def _replace_when_free(name: Path, target: Path) -> None:
    """On Windows readers and virus scanners hold a file for moments: try for 2 s."""
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            name.replace(target)
        except PermissionError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.02 + int.from_bytes(os.urandom(1)) / 5000)
        else:
            return


def flush_folder(folder: Path) -> None:
    """Make the new name last. A system that cannot do so has replaced the file all the same."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
