"""The journal of writes: one line of JSON each, secrets masked, 30 days."""

import contextlib
import json
import os
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from app.awsfiles import atomic
from app.awsfiles.atomic import Scratch
from app.awsfiles.pace import Pace
from app.awsfiles.safety import make_folder
from app.domain.files import JournalEntry, Touched
from app.domain.problem import AppError

FILE_NAME = "writes.jsonl"
KEPT_FOR = timedelta(days=30)
SIZE_MAXIMUM = 4 << 20
_LINES_MAXIMUM = 200


class WriteLog:
    """`journal/writes.jsonl`. A journal that cannot be written stops no write: the file is what matters."""

    def __init__(self, folder: Path, scratch: Scratch, pace: Pace) -> None:
        """Touch nothing yet."""
        self.path = folder / FILE_NAME
        self._scratch = scratch
        self._pace = pace

    def add(
        self,
        path: Path,
        what: str,
        profiles: Collection[str],
        diff: Sequence[str],
        backups: Sequence[str],
        sections: Sequence[str] = (),
    ) -> None:
        """Write down one write that has been done. `sections`: the profiles' names as programs say them."""
        table = {
            "id": self._pace.token(),
            "at": self._pace.clock.now().isoformat(),
            "path": str(path),
            "what": what,
            "profiles": sorted(set(profiles)),
            "diff": list(diff[:_LINES_MAXIMUM]),
            "backups": list(backups),
            "sections": list(dict.fromkeys(sections)),
        }
        with contextlib.suppress(OSError, AppError):
            make_folder(self.path.parent)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
            handle = os.open(self.path, flags, 0o600)
            try:
                # a line that a crash cut short must not spoil this one
                os.write(handle, b"\n" + json.dumps(table).encode() + b"\n")
            finally:
                os.close(handle)

    def entries(self, has_backup: Callable[[str], bool]) -> tuple[tuple[JournalEntry, tuple[str, ...]], ...]:
        """Return the writes of the last 30 days, newest first, each with its backups that are still there."""
        oldest = self._pace.clock.now() - KEPT_FOR
        found: list[tuple[JournalEntry, tuple[str, ...]]] = []
        for table in self._tables():
            with contextlib.suppress(ValueError, TypeError, KeyError):
                at = datetime.fromisoformat(str(table["at"]))
                backups = tuple(one for one in cast(list[str], table["backups"]) if has_backup(one))
                diff = tuple(map(str, cast(list[object], table["diff"])))
                named = tuple(map(str, cast(list[object], table.get("sections", []))))
                entry = JournalEntry(
                    id=str(table["id"]),
                    at=at,
                    path=str(table["path"]),
                    what=str(table["what"]),
                    profiles=tuple(cast(list[str], table["profiles"])),
                    diff=diff,
                    undoable=bool(backups),
                    sections=touched(diff, named),
                )
                if at >= oldest:
                    found.append((entry, backups))
        return tuple(reversed(found))

    def _tables(self) -> list[dict[str, object]]:
        try:
            content = self.path.read_bytes()
        except OSError:
            return []
        tables: list[dict[str, object]] = []
        for line in content.splitlines():
            with contextlib.suppress(ValueError):
                value: object = json.loads(line or b"null")
                if isinstance(value, dict):
                    tables.append(cast(dict[str, object], value))
        return tables

    def sweep(self) -> None:
        """Drop what is older than 30 days, and the oldest beyond 4 MB."""
        oldest = self._pace.clock.now() - KEPT_FOR
        tables = [table for table in self._tables() if _at(table) >= oldest.timestamp()]
        kept: list[bytes] = []
        size = 0
        for table in reversed(tables):
            line = json.dumps(table).encode() + b"\n"
            size += len(line)
            if size > SIZE_MAXIMUM:
                break
            kept.append(line)
        with contextlib.suppress(OSError, atomic.ChangedMeanwhile):
            before = self.path.stat()
            content = b"".join(reversed(kept))
            if before.st_size > 2 * len(content) or before.st_size > SIZE_MAXIMUM:
                atomic.replace(self.path, content, self._scratch, before=before, unchanged=lambda: True)


def _at(table: dict[str, object]) -> float:
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(str(table.get("at", ""))).timestamp()
    return 0.0


def touched(diff: Sequence[str], named: Sequence[str] = ()) -> tuple[Touched, ...]:
    """Return what a write did to which sections: to those that are named, or where none is, to those of the diff."""
    how: dict[str, str] = {}
    for line in diff:
        sign, header = line[:1], line[1:].strip()
        if sign in ("+", "-", " ") and header.startswith("[") and header.endswith("]"):
            name = header[1:-1].strip().removeprefix("profile ").strip(" \"'")
            now = {"+": "added", "-": "removed"}.get(sign, "changed")
            how[name] = now if how.get(name, now) == now else "changed"
    return tuple(Touched(name, how.get(name, "changed")) for name in (named or how))
