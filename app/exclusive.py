"""A short turn among processes, held by the kernel, so that a crash gives it back."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.problem import AppError, Code
from app.kernellock import open_lock, try_lock

WAIT_SECONDS = 5.0
_PAUSE_SECONDS = 0.02


@contextmanager
def exclusive(path: Path, *, seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock file at `path`; FILE_LOCKED when another process keeps it for so long. Blocking."""
    handle = open_lock(path)
    try:
        deadline = time.monotonic() + seconds
        while not try_lock(handle):
            if time.monotonic() > deadline:
                raise AppError.of(Code.FILE_LOCKED, path=str(path))
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(handle)
