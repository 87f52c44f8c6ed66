"""Builds the core for any front end: tray application, command line, demo.

The one place that knows every adapter. Nothing heavy is imported before `open_core` runs, and botocore and keyring
only with their first call.
"""

import getpass
import os
import platform
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic
from typing import TYPE_CHECKING

from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.ports import (
    Approvals,
    CatalogStore,
    Clock,
    FileWatch,
    LongLivedKeeper,
    MfaCodes,
    Sources,
    StateFiles,
    Sts,
    Vault,
)

if TYPE_CHECKING:
    from app.engine.engine import Engine
    from app.engine.offload import ThreadOffload
    from app.files import OffloadedCredentialsFile
    from app.folders import Folders


class SystemClock:
    """The system's clocks."""

    def now(self) -> datetime:
        """Return the wall clock's time, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return monotonic()


@dataclass(frozen=True, slots=True)
class World:
    """What the core takes from outside. `vault` None: the operating system's keyring."""

    environ: Mapping[str, str]
    home: Path
    user: str
    host: str
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=SystemRandom)
    vault: Vault | None = None
    keeper: LongLivedKeeper | None = None

    @classmethod
    def real(cls) -> "World":
        """Return this process's own environment, home folder, login name and host."""
        environ = dict(os.environ)
        return cls(environ, Path.home(), _login_name(environ), platform.node())


def _login_name(environ: Mapping[str, str]) -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user id without a name, as in some containers
        return environ.get("USER") or environ.get("USERNAME") or "user"


@dataclass(slots=True)
class Core:
    """Everything that a front end works with. `catalog` is the last good one; changes go through `use_catalog`."""

    world: World
    folders: "Folders"
    offload: "ThreadOffload"
    state: StateFiles
    catalogs: CatalogStore
    catalog: Catalog
    vault: Vault
    approvals: Approvals
    files: "OffloadedCredentialsFile"
    watch: FileWatch | None
    sts: Sts
    sources: Sources
    mfa: MfaCodes
    engine: "Engine"

    async def reload(self) -> Catalog:
        """Read the catalog again and put it to use; CATALOG_UNREADABLE leaves the last good one in use."""
        return await self.use_catalog(await self.catalogs.load())

    async def put(self, table: str, name: str, values: Mapping[str, object]) -> Catalog:
        """Save one table of the catalog and put it to use (see CatalogStore.put)."""
        return await self.use_catalog(await self.catalogs.put(table, name, values))

    async def remove(self, table: str, name: str) -> Catalog:
        """Remove one table of the catalog and put that to use; a running profile is stopped first."""
        return await self.use_catalog(await self.catalogs.remove(table, name))

    async def rename(self, table: str, old: str, new: str) -> Catalog:
        """Rename a source or profile with every reference to it, and put that to use."""
        return await self.use_catalog(await self.catalogs.rename(table, old, new))

    async def save_default(self, name: ProfileName | None) -> Catalog:
        """Save `settings.default`; None takes it out."""
        settings = dict(await self.catalogs.raw("settings", ""))
        if settings.get("default") == name:
            return self.catalog
        if name is None:
            del settings["default"]
        else:
            settings["default"] = str(name)
        return await self.put("settings", "", settings)

    async def use_catalog(self, catalog: Catalog) -> Catalog:
        """Make a catalog the current one, for the engine too.

        Where it names other AWS files, what runs is given back in the old ones first and delivered anew.
        """
        target = file_target(catalog.settings, self.world)
        if target == self.files.target:
            self.catalog = catalog
            self.engine.set_catalog(catalog)
            return catalog
        running = [one for one in self.engine.store.active() if one.started_by is not None]
        await self.engine.stop(*(one.profile for one in running))
        await self.files.retarget(target)
        self.catalog = catalog
        self.engine.set_catalog(catalog)
        for one in running:
            if one.profile in catalog.profiles and one.started_by is not None:
                self.engine.start(one.profile, by=one.started_by)
        return catalog

    def follow_catalog(self, edited: Callable[[], None]) -> Callable[[], None]:
        """Call `edited` on the loop after the catalog's file changed; returns the way to end it."""
        return (lambda: None) if self.watch is None else self.watch.watch(self.catalogs.path, edited)

    async def close(self, *, grace: float = 2.0) -> None:
        """End the engine's tasks (sessions stay in the files), then the threads. Ends within `grace` seconds or so."""
        await self.engine.close(grace=grace)
        self.offload.close()


async def open_core(world: World) -> Core:
    """Read the catalog and put the core together; nothing is started, no keyring is asked, no AWS is called.

    Raises FOLDER_UNUSABLE, CATALOG_UNREADABLE. Call `Core.close` at the end.
    """
    raise NotImplementedError


@asynccontextmanager
async def core(world: World) -> AsyncIterator[Core]:
    """`open_core` and `Core.close` as a context."""
    opened = await open_core(world)
    try:
        yield opened
    finally:
        await opened.close()
