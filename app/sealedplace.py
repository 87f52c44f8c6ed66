"""The secrets file on the disk: read whole and within bounds, replaced at once, one writer at a time."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.catalog.replace import replace, sweep, unwritable
from app.domain.problem import AppError, Code
from app.exclusive import exclusive

FILE = "secrets.sealed"
MAXIMUM = 16 * 1024 * 1024


class SealedPlace:
    """The port Place of the secrets file, in the state folder."""

    def __init__(self, folder: Path, runtime: Path) -> None:
        """Both folders exist, 0700."""
        self.path = folder / FILE
        self._turns = runtime / "secrets.lock"

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def read(self) -> bytes | None:
        """Return the file, None if there is none; FILE_UNREADABLE, FILE_UNSAFE."""
        try:
            # a pipe in its place would be waited for, for ever
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AppError.of(Code.FILE_UNREADABLE, path=self.name, reason=error.strerror or "error") from None
        try:
            self._check(os.fstat(handle))
            return b"".join(iter(lambda: os.read(handle, MAXIMUM), b""))
        except OSError as error:
            raise AppError.of(Code.FILE_UNREADABLE, path=self.name, reason=error.strerror or "error") from None
        finally:
            os.close(handle)

    def _check(self, found: os.stat_result) -> None:
        reason = ""
        if not stat.S_ISREG(found.st_mode):
            reason = "not-a-file"
        elif found.st_size > MAXIMUM:
            reason = "too-large-secrets"
        elif sys.platform != "win32" and found.st_uid != os.getuid():
            reason = "other-owner"
        if reason:
            raise AppError.of(Code.FILE_UNSAFE, path=self.name, reason=reason)

    def write(self, content: bytes) -> None:
        """Replace the file; FILE_FULL, FILE_READ_ONLY, FILE_UNWRITABLE with the old one unchanged."""
        try:
            sweep(self.path)
            replace(self.path, content)
        except OSError as error:
            raise unwritable(self.path, error) from None

    def remove(self) -> None:
        """Remove the file; nothing happens if there is none."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(self.path, error) from None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keep other processes from writing; FILE_LOCKED after some seconds."""
        with exclusive(self._turns):
            yield
