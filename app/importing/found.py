"""Where an import looks, and what it found there."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from pathlib import Path

from app.domain.problem import AppError
from app.domain.values import dataclass
from app.importing.origins import KEY_ID
from app.importing.reading import AwsConfig, bytes_of
from app.importing.values import ImportOptions, ImportPlan, SectionChoice


@dataclass(frozen=True, slots=True)
class Place:
    """Which files are looked at: Rolecall's own (both None), or two others, `shown` as this path."""

    config: Path | None = None
    credentials: Path | None = None
    shown: Path | None = None

    @classmethod
    def of_folder(cls, folder: Path) -> "Place":
        """Return the two files of a folder as AWS programs name them."""
        return cls(folder / "config", folder / "credentials", folder)

    @classmethod
    def of_file(cls, file: Path) -> "Place":
        """Return one file alone, whichever of the two it is by its name."""
        nothing = file.with_name(file.name + ".none")
        return cls(nothing, file, file) if "credentials" in file.name.lower() else cls(file, nothing, file)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read. `changed` has the time of the last change of each file that is there; `modes` its mode.

    `digest` is that of the files' bytes; empty where they changed while they were read.
    """

    files: AwsConfig
    target: AwsConfig | None = None  # the files that are written, where others were read
    changed: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    modes: Mapping[str, int] = field(default_factory=dict[str, int])
    digest: bytes = field(default=b"", repr=False, compare=False)

    @property
    def there(self) -> bool:
        """Whether one of the files is there at all."""
        return bool(self.changed)


def digest_of(paths: Iterable[Path]) -> bytes:
    """Return a digest of what files have, or of why they cannot be read; blocking."""
    made = hashlib.sha256()
    for path in paths:
        try:
            content = bytes_of(path)
        except AppError as error:
            content = str(error.problem.code).encode()
        made.update(hashlib.sha256(content).digest())
    return made.digest()


def moving_keys(plan: ImportPlan, files: AwsConfig) -> ImportOptions:
    """Return the choices with which every long-lived key leaves the files that can.

    One that other profiles stand on leaves when its name is taken over: a `credential_process` line serves them.
    """
    stored = {
        row.origin
        for row in plan.profiles
        if SectionChoice.TAKE_OVER in row.choices
        and row.preselected
        and "roles" not in row.values
        and any(KEY_ID in one.get(row.origin, {}) for one in (files.config, files.credentials))
    }
    return ImportOptions(frozenset(stored))
