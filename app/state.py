"""Small JSON files of the state folder."""

import json
import logging
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from app.catalog.replace import replace, sweep, unwritable
from app.domain.problem import AppError, Code

_NAME = re.compile(r"[a-z][a-z0-9-]*\.json")
_log = logging.getLogger(__name__)


class JsonStateFiles:
    """The port StateFiles over a folder. Names end in ".json"; calls from several threads are fine."""

    def __init__(self, folder: Path) -> None:
        """Read and write in `folder`, which exists."""
        self._folder = folder
        self._lock = threading.Lock()

    def read(self, name: str) -> Mapping[str, object]:
        """Return the file's object; an empty one if it is missing or broken (a broken one is kept as NAME.broken).

        Raises FILE_UNREADABLE where the system refuses to give the file.
        """
        path = self._path(name)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise AppError.of(Code.FILE_UNREADABLE, path=str(path), reason=error.strerror or "error") from None
        try:
            value: object = json.loads(content)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            return cast(dict[str, object], value)
        self._put_aside(path)
        return {}

    def write(self, name: str, value: Mapping[str, object]) -> None:
        """Replace the file; raises FILE_UNWRITABLE or FILE_FULL with the old one unchanged."""
        path = self._path(name)
        content = json.dumps(dict(value), ensure_ascii=False, indent=1).encode() + b"\n"
        try:
            with self._lock:
                sweep(path)
                replace(path, content)
        except OSError as error:
            raise unwritable(path, error) from None

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"no name of a state file: {name!r}")
        return self._folder / name

    def _put_aside(self, path: Path) -> None:
        _log.info("%s is broken and put aside", path.name)
        try:
            path.replace(path.with_name(path.name + ".broken"))
        except OSError as error:
            raise AppError.of(Code.FILE_UNREADABLE, path=str(path), reason=error.strerror or "error") from None
