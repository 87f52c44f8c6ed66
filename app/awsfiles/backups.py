"""Bytes of someone else's that a write replaced, kept whole for 30 days or as long as a section stands for them.

A long-lived secret access key among them goes through the keeper (the keyring), never into the backup.
"""

import contextlib
import json
import re
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from app.awsfiles import atomic, dialect
from app.awsfiles.atomic import Scratch
from app.awsfiles.dialect import Kind, Line, bytes_of, text_of
from app.awsfiles.pace import Pace
from app.awsfiles.safety import make_folder, unreadable, unwritable
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.values import dataclass
from app.ports import LongLivedKeeper

KEPT_FOR = timedelta(days=30)
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in one backup."""

    id: str
    at: datetime
    path: str
    section: str
    content: bytes


class Backups:
    """The folder `backups`: one file each, 0600."""

    def __init__(self, folder: Path, scratch: Scratch, pace: Pace, keeper: LongLivedKeeper | None) -> None:
        """Touch nothing yet."""
        self._folder = folder
        self._scratch = scratch
        self._pace = pace
        self._keeper = keeper

    def keep(self, path: Path, section: str, content: bytes) -> str:
        """Store the bytes and return the backup's id; raises VAULT_* or FILE_* with nothing stored."""
        identifier = self._pace.token()
        parts: list[str] = []
        at = 0
        for number, (start, end) in enumerate(long_lived_spans(content)):
            if self._keeper is None:
                raise AppError.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-backend")
            self._keeper.keep(_kept_name(identifier, number), Secret(text_of(content[start:end])))
            parts.append(text_of(content[at:start]))
            at = end
        table = {
            "version": 1,
            "at": self._pace.clock.now().isoformat(),
            "path": str(path),
            "section": section,
            "content": [*parts, text_of(content[at:])],  # between two parts belongs what the keeper has
        }
        self._write(identifier, json.dumps(table).encode())
        return identifier

    def _write(self, identifier: str, data: bytes) -> None:
        target = self._file(identifier)
        make_folder(self._folder)
        try:
            atomic.replace(target, data, self._scratch, before=None, unchanged=lambda: True)
        except OSError as error:
            raise unwritable(target, error) from None

    def read(self, identifier: str) -> Backup:
        """Return a backup with the secret from the keeper in its place; FILE_UNREADABLE, VAULT_*."""
        target = self._file(identifier)
        try:
            table = cast(dict[str, object], json.loads(target.read_bytes()))
            at = datetime.fromisoformat(str(table["at"]))
            parts = [bytes_of(str(part)) for part in cast(list[object], table["content"])]
        except OSError as error:
            raise unreadable(target, error) from None
        except (ValueError, TypeError, KeyError):
            raise AppError.of(Code.FILE_UNREADABLE, path=str(target), reason="error") from None
        content = parts[0]
        for number, part in enumerate(parts[1:]):
            content += self._given_back(_kept_name(identifier, number)) + part
        return Backup(identifier, at, str(table["path"]), str(table["section"]), content)

    def _given_back(self, name: str) -> bytes:
        secret = self._keeper.give_back(name) if self._keeper is not None else None
        if secret is None:
            raise AppError.of(Code.VAULT_NO_ENTRY, entry=name, source="", what="secret-access-key")
        return bytes_of(secret.reveal())

    def has(self, identifier: str) -> bool:
        """Whether there is such a backup."""
        return bool(_ID.fullmatch(identifier)) and self._file(identifier).exists()

    def drop(self, identifier: str) -> None:
        """Forget a backup that was put back. What cannot be removed now goes with the next sweep."""
        with contextlib.suppress(OSError, AppError, ValueError, TypeError, KeyError):
            table = cast(dict[str, object], json.loads(self._file(identifier).read_bytes()))
            for number in range(len(cast(list[object], table["content"])) - 1):
                if self._keeper is not None:
                    self._keeper.forget(_kept_name(identifier, number))
            self._file(identifier).unlink(missing_ok=True)

    def sweep(self, needed: Collection[str]) -> None:
        """Drop what is older than 30 days and not needed."""
        oldest = self._pace.clock.now() - KEPT_FOR
        with contextlib.suppress(OSError):
            for file in self._folder.glob("*.json"):
                if file.stem not in needed and _ID.fullmatch(file.stem) and _written_at(file) < oldest.timestamp():
                    self.drop(file.stem)

    def _file(self, identifier: str) -> Path:
        return self._folder / f"{identifier}.json"


def _written_at(file: Path) -> float:
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return datetime.fromisoformat(cast(dict[str, str], json.loads(file.read_bytes()))["at"]).timestamp()
    return file.stat().st_mtime


def _kept_name(identifier: str, number: int) -> str:
    return f"{identifier}-{number}" if number else identifier


def long_lived_spans(content: bytes) -> list[tuple[int, int]]:
    """Return where the secrets of long-lived keys stand: of sections with a secret access key and no session token."""
    found: list[tuple[int, int]] = []
    secret: tuple[int, int] | None = None
    has_token = False
    for line in (*dialect.lines(content), Line(Kind.HEADER, len(content), len(content))):
        if line.kind is Kind.HEADER:
            found += [secret] if secret else []
            secret, has_token = None, False
        elif line.kind is Kind.OPTION and line.value:
            if line.name in ("aws_session_token", "aws_security_token"):
                secret, has_token = None, True
            elif line.name == "aws_secret_access_key" and not has_token:
                value = bytes_of(line.value)
                start = content.rindex(value, line.start, line.end)
                secret = start, start + len(value)
    return found
