"""Where a file really is, and whether it is safe to write there. Problems of the system as ours."""

import errno
import os
import stat
import sys
from pathlib import Path

from app.awsfiles.atomic import flush_folder
from app.domain.problem import AppError, Code, Verb

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}


def unreadable(path: Path, error: OSError) -> AppError:
    """Return the problem of a read that failed."""
    if error.errno == errno.ELOOP:
        return AppError.of(Code.FILE_UNSAFE, path=str(path), reason="symlink-loop")
    return AppError.of(Code.FILE_UNREADABLE, path=str(path), reason=error.strerror or "error")


def unwritable(path: Path, error: OSError) -> AppError:
    """Return the problem of a write that failed: FILE_FULL or FILE_UNWRITABLE."""
    if error.errno in _FULL:
        return AppError.of(Code.FILE_FULL, Verb.FREE_SPACE, path=str(path))
    reason = error.strerror or "error"
    return AppError.of(Code.FILE_UNWRITABLE, Verb.MAKE_WRITABLE, str(path), path=str(path), reason=reason)


def resolve(path: Path) -> Path:
    """Return where the file is, symlinks followed; FILE_UNSAFE for a loop of them. The file need not exist."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except FileNotFoundError:
        return Path(os.path.realpath(path))
    except OSError as error:
        raise unreadable(path, error) from None


def check_file(path: Path, found: os.stat_result) -> None:
    """Raise FILE_UNSAFE unless it is a regular file of ours (of anyone's for root)."""
    if not stat.S_ISREG(found.st_mode):
        raise AppError.of(Code.FILE_UNSAFE, path=str(path), reason="not-a-file")
    if sys.platform != "win32" and found.st_uid != os.geteuid() and os.geteuid() != 0:
        raise AppError.of(Code.FILE_UNSAFE, path=str(path), reason="other-owner")


def check_writable(path: Path, found: os.stat_result | None) -> None:
    """Raise FILE_READ_ONLY for a file that its owner made read-only, root or not."""
    if found is not None and not found.st_mode & stat.S_IWUSR:
        raise AppError.of(Code.FILE_READ_ONLY, Verb.MAKE_WRITABLE, str(path), path=str(path))


def check_folder(folder: Path) -> None:
    """Raise FILE_UNSAFE where another user could put files in place of ours. A missing folder is fine."""
    if sys.platform == "win32":
        return
    try:
        found = folder.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise unreadable(folder, error) from None
    if not stat.S_ISDIR(found.st_mode):
        raise AppError.of(Code.FILE_UNSAFE, path=str(folder), reason="not-a-folder")
    if found.st_uid not in (os.geteuid(), 0) and os.geteuid() != 0:
        raise AppError.of(Code.FILE_UNSAFE, path=str(folder), reason="other-owner")
    if found.st_mode & stat.S_IWOTH:
        raise AppError.of(Code.FILE_UNSAFE, path=str(folder), reason="writable-by-others")
    if found.st_mode & stat.S_IWGRP and not _is_private_group(found.st_gid, found.st_uid):
        raise AppError.of(Code.FILE_UNSAFE, path=str(folder), reason="writable-by-group")


def _is_private_group(group: int, owner: int) -> bool:
    """Whether the group is the owner's own, as where folders are made with umask 002."""
    import grp
    import pwd

    try:
        entry, user = grp.getgrgid(group), pwd.getpwuid(owner)
    except KeyError:
        return False
    return entry.gr_name == user.pw_name and set(entry.gr_mem) <= {user.pw_name}


def make_folder(folder: Path) -> None:
    """Make a missing folder, 0700, and those above it; a power cut right afterwards does not take them back."""
    try:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from None
    for one in missing:
        flush_folder(one.parent)
