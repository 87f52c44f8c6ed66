"""Replacing a small file of our own: a reader sees the old bytes or the new ones, never a part."""

import contextlib
import errno
import glob
import os
import stat
import sys
from pathlib import Path

from app.domain.problem import AppError, Code, Verb

TEMPORARY_MARK = ".rolecall-"


def replace(path: Path, content: bytes, *, keep_owner: bool = False) -> None:
    """Put `content` in the place of `path`, 0600, and make it last: temporary file, fsync, rename, fsync of the folder.

    A symlink is followed and stays. Raises OSError with the old file unchanged and no temporary file left.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}{TEMPORARY_MARK}{os.getpid()}-{os.urandom(6).hex()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        try:
            _write(handle, content)
            if keep_owner:
                _keep_owner(target, handle)
        finally:
            os.close(handle)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


def sweep(path: Path) -> None:
    """Remove temporary files beside `path` whose process has ended without removing them."""
    target = Path(os.path.realpath(path))
    with contextlib.suppress(OSError):
        for left in target.parent.glob(f".{glob.escape(target.name)}{TEMPORARY_MARK}*"):
            pid = left.name.rpartition(TEMPORARY_MARK)[2].partition("-")[0]
            if pid.isdigit() and not runs(int(pid)):
                left.unlink(missing_ok=True)


def runs(pid: int) -> bool:
    """Whether a process of that id runs."""
    if sys.platform == "win32":  # os.kill would end the process there; an open file cannot be removed anyway
        return pid == os.getpid()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _write(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]
    os.fsync(handle)


def _keep_owner(target: Path, handle: int) -> None:
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # missing, or not ours to give away
        found = target.stat()
        made = os.fstat(handle)
        if stat.S_ISREG(found.st_mode) and (found.st_uid, found.st_gid) != (made.st_uid, made.st_gid):
            os.fchown(handle, found.st_uid, found.st_gid)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # some file systems have no fsync for folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def unwritable(path: Path, error: OSError) -> AppError:
    """Return the problem of a write that failed: FILE_FULL, FILE_READ_ONLY or FILE_UNWRITABLE."""
    reason = error.strerror or "error"
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return AppError.of(Code.FILE_FULL, Verb.FREE_SPACE, path=str(path))
    if error.errno == errno.EROFS:
        return AppError.of(Code.FILE_READ_ONLY, Verb.MAKE_WRITABLE, path=str(path))
    return AppError.of(Code.FILE_UNWRITABLE, Verb.MAKE_WRITABLE, path=str(path), reason=reason)
