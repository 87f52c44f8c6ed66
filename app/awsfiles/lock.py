"""Our own lock: one Rolecall at a time works on the AWS files. Held by the kernel, so that a crash gives it back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.awsfiles.pace import Pace
from app.awsfiles.safety import make_folder, unwritable
from app.domain.problem import AppError, Code
from app.kernellock import open_lock, try_lock

LOCK_NAME = "aws-files.lock"
WAIT_SECONDS = 10.0
_ROUND_SECONDS = 0.02


@contextmanager
def locked(folder: Path, pace: Pace, subject: Path) -> Iterator[None]:
    """Hold the lock in the runtime folder; FILE_LOCKED about `subject` when another process keeps it for 10 s."""
    path = folder / LOCK_NAME
    make_folder(folder)
    try:
        handle = open_lock(path)
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        waiting = pace.deadline(WAIT_SECONDS)
        while not _taken(handle, path):
            if waiting.passed():
                raise AppError.of(Code.FILE_LOCKED, path=str(subject))
            pace.sleep(_ROUND_SECONDS * (1 + pace.random.random()))
        yield
    finally:
        os.close(handle)


def _taken(handle: int, path: Path) -> bool:
    try:
        return try_lock(handle)
    except OSError as error:  # no locks on this file system
        raise unwritable(path, error) from None
