"""The engine lock: one engine per runtime folder. Held by the kernel, so that a crash gives it back by itself."""

import json
import os
from pathlib import Path
from typing import cast

from app.domain.problem import AppError, Code, Verb
from app.kernellock import open_lock, try_lock

LOCK_NAME = "engine.lock"


class EngineLock:
    """`engine.lock` in the runtime folder; says who holds it. Not inherited by children."""

    def __init__(self, folder: Path) -> None:
        """Name the file; nothing is opened yet."""
        self._path = folder / LOCK_NAME
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._handle is not None

    def acquire(self, kind: str, pid: int) -> None:
        """Take the lock at once, or raise ENGINE_RUNNING with the holder's pid and kind.

        FOLDER_UNUSABLE where the file cannot be made.
        """
        try:
            handle = open_lock(self._path)
        except OSError as error:
            reason = error.strerror or "error"
            raise AppError.of(Code.FOLDER_UNUSABLE, path=str(self._path.parent), reason=reason) from None
        if not _taken(handle):
            os.close(handle)
            holder_pid, holder_kind = self.holder()
            raise AppError.of(Code.ENGINE_RUNNING, Verb.STOP_OTHER, pid=holder_pid, kind=holder_kind) from None
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps({"pid": pid, "kind": kind}).encode())
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held. The file stays: removing it would race."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        os.ftruncate(handle, 0)
        os.close(handle)

    def taken(self) -> bool:
        """Whether another process holds the lock now."""
        try:
            self.acquire("look", os.getpid())
        except AppError as error:
            return error.problem.code is Code.ENGINE_RUNNING
        self.release()
        return False

    def holder(self) -> tuple[int, str]:
        """Return pid and kind of whoever wrote the file last; (0, "") if it does not say."""
        try:
            value: object = json.loads(self._path.read_bytes() or b"{}")
        except (OSError, ValueError):
            return 0, ""
        table = cast(dict[str, object], value) if isinstance(value, dict) else {}
        pid = table.get("pid")
        return (pid if isinstance(pid, int) else 0), str(table.get("kind", ""))


def _taken(handle: int) -> bool:
    """Whether the lock could be taken; a file system without locks counts as one that another holds."""
    try:
        return try_lock(handle)
    except OSError:
        return False
