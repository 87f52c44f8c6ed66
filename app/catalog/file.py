"""The bytes of profiles.toml: reading them whole, as TOML, and replacing them under a lock."""

import contextlib
import os
import stat
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import field
from pathlib import Path

from app.catalog.collecting import uncollected
from app.catalog.replace import replace, sweep, unwritable
from app.catalog.thrift import with_texts_once
from app.domain.parsing import toml_fault
from app.domain.problem import AppError, Code, Verb
from app.domain.values import dataclass

_SETTLE_SECONDS = 0.025
_SETTLE_ATTEMPTS = 40
_FRESH_SECONDS = 1.0
_MAXIMUM = 64 * 1024 * 1024  # a hundred times what ten thousand profiles take
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in the file: its text, and the values that it says. `bom`: it began with a byte order mark."""

    text: str = ""
    data: dict[str, object] = field(default_factory=dict)
    bom: bool = False


class CatalogBytes:
    """One TOML file. Blocking; problems are AppErrors."""

    def __init__(
        self, path: Path, *, now: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Name the file; nothing is opened. `now` is seconds since the epoch, as the file system counts."""
        self.path = path
        self._now = now
        self._sleep = sleep
        self._stamp: tuple[int, int, int] | None = None  # of the file as it was read last

    def read(self, known: Source | None = None) -> Source:
        """Read and parse; empty if there is no file. `known` is given back where the file says the same.

        Raises CATALOG_UNREADABLE for what is no TOML, FILE_UNREADABLE where the system refuses.
        """
        content = self._settled()
        with uncollected():
            return self._parsed(content, known)

    def _parsed(self, content: bytes, known: Source | None) -> Source:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise self._unreadable(line=line, reason="not-utf-8-text") from None
        bom = text.startswith(_BOM)
        text = text[1:] if bom else text
        if known is not None and known.text == text and known.bom == bom:
            return known
        return Source(text, self.parse(text), bom)

    def parse(self, text: str) -> dict[str, object]:
        """Return what the text says, or raise CATALOG_UNREADABLE with line and reason."""
        try:
            return with_texts_once(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise self._unreadable(**toml_fault(error, text).arguments()) from None
        except RecursionError:
            raise self._unreadable(line=1, reason="nested-too-deep") from None

    def write(self, text: str, *, bom: bool) -> bool:
        """Replace the file, 0600, if it is still the one that was read last; False if it is not.

        A symlink is followed; the folder must be there. FILE_READ_ONLY, FILE_FULL, FILE_UNWRITABLE.
        """
        target = Path(os.path.realpath(self.path))
        try:
            with contextlib.suppress(FileNotFoundError):
                if not stat.S_IMODE(target.stat().st_mode) & 0o222:
                    raise AppError.of(Code.FILE_READ_ONLY, Verb.MAKE_WRITABLE, path=str(target))
            sweep(target)
            if self._stamp_now() != self._stamp:
                return False
            replace(target, ((_BOM if bom else "") + text).encode(), keep_owner=True)
        except OSError as error:
            raise unwritable(target, error) from None
        return True

    def _stamp_now(self) -> tuple[int, int, int] | None:
        try:
            return _stamp(self.path.stat())
        except FileNotFoundError:
            return None

    def keep_copy(self, suffix: str) -> None:
        """Keep the file as it is beside itself, once: an earlier copy of the same suffix stays."""
        target = Path(os.path.realpath(self.path))
        copy = target.with_name(target.name + suffix)
        try:
            if not copy.exists():
                replace(copy, target.read_bytes())
        except OSError as error:
            raise unwritable(copy, error) from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other Rolecall processes from writing meanwhile; the lock is the folder's own, no file is left.

        Where folders cannot be locked (Windows, some network file systems) it does nothing.
        """
        handle = self._lock()
        try:
            yield
        finally:
            if handle is not None:
                os.close(handle)

    def _lock(self) -> int | None:
        if sys.platform == "win32":
            return None
        import fcntl

        try:
            handle = os.open(Path(os.path.realpath(self.path)).parent, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        for _ in range(_SETTLE_ATTEMPTS * 5):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._sleep(_SETTLE_SECONDS)
            except OSError:
                break
            else:
                return handle
        os.close(handle)
        return None

    def _settled(self) -> bytes:
        """Read until two reads agree, where the file is being written just now: editors truncate in place."""
        content, fresh = self._read()
        for _ in range(_SETTLE_ATTEMPTS):
            if not fresh:
                return content
            self._sleep(_SETTLE_SECONDS)
            again, fresh = self._read()
            if again == content:
                return content
            content = again
        return content

    def _read(self) -> tuple[bytes, bool]:
        try:
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            self._stamp = None
            return b"", False
        except OSError as error:
            raise AppError.of(Code.FILE_UNREADABLE, path=str(self.path), reason=error.strerror or "error") from None
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise AppError.of(Code.FILE_UNREADABLE, path=str(self.path), reason="not-a-file")
            if found.st_size > _MAXIMUM:
                raise AppError.of(Code.FILE_UNREADABLE, path=str(self.path), reason="too-large-catalog")
            with open(handle, "rb", closefd=False) as file:
                content = file.read()
        except OSError as error:
            raise AppError.of(Code.FILE_UNREADABLE, path=str(self.path), reason=error.strerror or "error") from None
        finally:
            os.close(handle)
        self._stamp = _stamp(found)
        return content, abs(self._now() - found.st_mtime) < _FRESH_SECONDS

    def _unreadable(self, **found: str | int) -> AppError:
        return AppError.of(Code.CATALOG_UNREADABLE, Verb.EDIT_CATALOG, str(self.path), path=str(self.path), **found)


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_mtime_ns, found.st_size, found.st_ino
