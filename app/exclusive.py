"""A short turn among processes, held by the kernel, so that a crash gives it back."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.problem import AppError, Code

WAIT_SECONDS = 5.0
_PAUSE_SECONDS = 0.02


@contextmanager
def exclusive(path: Path, *, seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock file at `path`; FILE_LOCKED when another process keeps it for so long. Blocking."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        deadline = time.monotonic() + seconds
        while not _try(handle):
            if time.monotonic() > deadline:
                raise AppError.of(Code.FILE_LOCKED, path=str(path))
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
