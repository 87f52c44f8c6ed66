"""What is Rolecall's on this machine, and taking it away: before a person uninstalls the program."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from app.autostart import Autostart
from app.core import Core
from app.domain.entries import VaultEntry
from app.domain.files import FileChange, FileDiff, SectionRemove
from app.domain.problem import Problem
from app.domain.values import dataclass

_KEPT = ("import", "in-place")  # what giving the sections back does not bring back by itself


@dataclass(frozen=True, slots=True)
class Belongings:
    """All that is ours. `changes` gives the AWS files back; `secrets` are services of the vault."""

    changes: tuple[FileChange, ...]
    diffs: tuple[FileDiff, ...]
    autostart: str  # its place, empty where there is none
    secrets: tuple[str, ...]
    folders: tuple[Path, ...]
    catalog: Path
    undoable: bool  # bytes of others are in our backups still

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of the credentials file."""
        return tuple(one.section for one in self.changes if isinstance(one, SectionRemove))

    @property
    def lines(self) -> int:
        """How many lines of the config file."""
        return len(self.changes) - len(self.sections)


async def belongings(core: Core, autostart: Autostart) -> Belongings:
    """Look at what is ours; nothing is changed."""
    changes = await core.files.ours()
    return Belongings(
        changes,
        await core.files.preview(changes) if changes else (),
        autostart.place if autostart.is_on() else "",
        await core.vault.names(),
        tuple(folder for folder in (core.folders.state, core.folders.runtime) if folder.exists()),
        core.folders.catalog,
        any(entry.undoable and entry.what in _KEPT for entry in await core.files.journal()),
    )


async def part(
    core: Core, autostart: Autostart, found: Belongings, *, secrets: bool, catalog: bool
) -> tuple[Problem, ...]:
    """Give the AWS files back and take the rest away; returns what did not go, and then the folders stay.

    `secrets`, `catalog`: also those, which nothing can bring back.
    """
    outcomes = await core.files.apply(found.changes)
    problems = [one.problem for one in outcomes if one.problem is not None]
    if problems:
        return tuple(problems)
    autostart.turn_off()
    if secrets:
        for service in found.secrets:
            await core.vault.delete(VaultEntry(service, "secret-access-key"))
    if catalog:
        found.catalog.unlink(missing_ok=True)
    return ()


def remove_folders(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Remove the folders of state and runtime; returns those that are still there. Call it when the core is closed."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return tuple(folder for folder in folders if folder.exists())
