"""A file locked by the kernel, so that a crash gives it back. Standard library alone: every room may use it."""

import os
import sys

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_BYTE = 1 << 30  # Windows locks a range that others cannot read: one far behind what the file holds


def open_lock(path: str | os.PathLike[str]) -> int:
    """Return the descriptor of a lock file (0600, not inherited, no symbolic link), made where there is none; OSError.

    Closing it gives the lock back. The file stays: removing it would race.
    """
    return os.open(path, _FLAGS, 0o600)


if sys.platform == "win32":
    import msvcrt

    def try_lock(handle: int) -> bool:
        """Take the lock at once; False where another process, or another descriptor of this one, holds it."""
        os.lseek(handle, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def try_lock(handle: int) -> bool:
        """Take the lock at once; False where another process, or another descriptor of this one, holds it.

        OSError where the file system has no locks.
        """
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
