"""Builds the core for any front end: tray application, command line, demo.

The one place that knows every adapter. Nothing heavy is imported before `open_core` runs, and botocore and keyring
only with their first call.
"""

import asyncio
import getpass
import os
import platform
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic, sleep
from typing import TYPE_CHECKING

from app.domain.calls import Issued, StsEndpoint
from app.domain.chain import Surroundings
from app.domain.endpoints import sts_endpoint
from app.domain.entries import session_cache_entry
from app.domain.names import ProfileName, Region, parse_region
from app.domain.plan import plan_of
from app.domain.problem import AppError
from app.domain.profile import Catalog, Settings
from app.domain.source import Source
from app.files import FileTarget, OffloadedCredentialsFile
from app.ports import (
    Approvals,
    CatalogStore,
    Clock,
    LongLivedKeeper,
    MfaCodes,
    Pool,
    Sources,
    StateFiles,
    Sts,
    Vault,
)

if TYPE_CHECKING:
    from app.engine.engine import Engine
    from app.engine.offload import ThreadOffload
    from app.folders import Folders
    from app.sessioncache import SessionCache
    from app.watching import SystemFileWatch


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
class Current:
    """The last good catalog, for all who read it at the time of use."""

    catalog: Catalog


@dataclass(slots=True)
class Core:
    """Everything that a front end works with. `catalog` is the last good one; changes go through `use_catalog`."""

    world: World
    folders: "Folders"
    offload: "ThreadOffload"
    state: StateFiles
    catalogs: CatalogStore
    current: Current
    vault: Vault
    approvals: Approvals
    files: "OffloadedCredentialsFile"
    watch: "SystemFileWatch | None"
    sts: Sts
    sources: Sources
    mfa: MfaCodes
    engine: "Engine"

    @property
    def catalog(self) -> Catalog:
        """The last good catalog."""
        return self.current.catalog

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
            self.current.catalog = catalog
            self.engine.set_catalog(catalog)
            return catalog
        running = [one for one in self.engine.store.active() if one.started_by is not None]
        await self.engine.stop(*(one.profile for one in running))
        await self.files.retarget(target)
        self.current.catalog = catalog
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
        if self.watch is not None:
            self.watch.close()
        self.offload.close()

    async def session_cache(self) -> "SessionCache | None":
        """Return the cache of sessions between commands; None where it could not be sealed."""
        from app.sessioncache import AesGcmSeal, SessionCache, memory_backed, new_key

        if memory_backed(self.folders.runtime):
            return SessionCache(self.folders.runtime, None)
        entry = session_cache_entry()
        try:
            key = await self.vault.read(entry)
            if key is None:
                key = new_key()
                await self.vault.write(entry, key)
            return SessionCache(self.folders.runtime, AesGcmSeal(key))
        except (AppError, ImportError, ValueError):  # a cache is worth no problem of its own
            return None

    async def delivered(self, profile: ProfileName) -> Issued | None:
        """Return the session that stands in the credentials file, if it is of the profile as it is now and lasts."""
        from app.engine.memory import SESSIONS, read_sessions
        from app.engine.restoring import restore
        from app.sessioncache import lasts

        now = self.world.clock.now()
        memos = read_sessions(self.state.read(SESSIONS))
        memo = memos.get(profile)
        if memo is None or memo.call != self.chain_key(profile):
            return None
        try:
            owned = await self.files.owned()
        except AppError:
            return None
        found = restore([one for one in owned if one.profile == profile], memos, now, self.world.random.random)
        issued = found[0].issued if found else None
        return issued if issued is not None and lasts(issued, now) else None

    async def sweep(self) -> None:
        """Remove what a crash left beside the AWS files. Call it with the engine lock held, before the engine opens."""
        with suppress(AppError):  # what cannot be swept now is swept the next time
            await self.files.sweep()

    def kept_sessions(self) -> "SessionCache":
        """Return the cache for removing from it, which needs no key."""
        from app.sessioncache import SessionCache

        return SessionCache(self.folders.runtime, None)

    def chain_key(self, profile: ProfileName) -> str:
        """Return what changes when the calls of a profile change; empty for a profile that is gone."""
        found = self.catalog.profiles.get(profile)
        return "" if found is None else plan_of(found, self.catalog, surroundings(self.world)).last.key

    def endpoint(self, source: Source) -> StsEndpoint:
        """Return where STS is called for a source's own calls."""
        return sts_endpoint(source, (), self.catalog, surroundings(self.world))


def open_folders(world: World) -> "Folders":
    """Return Rolecall's folders, made where they are missing; FOLDER_UNUSABLE."""
    from app.folders import find_folders

    return find_folders(world.environ, world.home).make()


@asynccontextmanager
async def open_catalogs(world: World, folders: "Folders") -> AsyncIterator[CatalogStore]:
    """Yield the catalog store alone: for commands that need nothing else."""
    from app.catalog.store import TomlCatalogStore
    from app.engine.offload import ThreadOffload

    del world
    offload = ThreadOffload()
    try:
        yield TomlCatalogStore(folders.catalog, offload)
    finally:
        offload.close()


@asynccontextmanager
async def open_vault_alone(world: World, folders: "Folders") -> AsyncIterator[Vault]:
    """Yield the vault alone: for commands that need nothing else."""
    from app.engine.offload import ThreadOffload
    from app.state import JsonStateFiles

    offload = ThreadOffload()
    try:
        yield _vault(world, offload, JsonStateFiles(folders.state))[0]
    finally:
        offload.close()


def approvals_of(world: World, folders: "Folders") -> Approvals:
    """Return the approved commands."""
    from app.sources.approvals import FileApprovals
    from app.state import JsonStateFiles

    del world
    return FileApprovals(JsonStateFiles(folders.state))


def file_target(settings: Settings, world: World) -> FileTarget:
    """Return which AWS files are written, and how."""
    from app.folders import aws_paths

    paths = aws_paths(settings, world.environ, world.home)
    return FileTarget(paths.credentials, paths.config, settings.write)


def surroundings(world: World) -> Surroundings:
    """Return what the environment adds to plans. A region that is none is passed over, as SDKs would fail on it."""
    environ = world.environ
    ignored = environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
    endpoint = environ.get("AWS_ENDPOINT_URL_STS") or environ.get("AWS_ENDPOINT_URL")
    return Surroundings(
        world.user,
        world.host,
        _region(environ.get("AWS_REGION")),
        _region(environ.get("AWS_DEFAULT_REGION")),
        None if ignored else endpoint or None,
    )


def _region(text: str | None) -> Region | None:
    try:
        return parse_region(text) if text else None
    except AppError:
        return None


async def open_core(world: World) -> Core:
    """Read the catalog and put the core together; nothing is started, no keyring is asked, no AWS is called.

    Raises FOLDER_UNUSABLE, CATALOG_UNREADABLE. Call `Core.close` at the end.
    """
    from app.engine.offload import ThreadOffload

    offload = ThreadOffload()
    try:
        return await _assembled(world, open_folders(world), offload)
    except BaseException:
        offload.close()
        raise


_ROOMS = (
    "app.awsfiles.store",
    "app.catalog.store",
    "app.engine.engine",
    "app.sources.kinds",
    "app.sources.mfa_codes",
    "app.sts",
    "app.vault.system",
    "app.watching",
)


def _import_rooms() -> None:
    """Import what a core is made of, on a thread: a window's loop does not stand still for it."""
    for name in _ROOMS:
        import_module(name)


async def _assembled(world: World, folders: "Folders", offload: "ThreadOffload") -> Core:
    await offload.call(Pool.DISK, _import_rooms)
    from app.catalog.store import TomlCatalogStore
    from app.engine.engine import Engine, EnginePorts
    from app.line import ProcessLines
    from app.state import JsonStateFiles
    from app.sts import BotoSts
    from app.watching import SystemFileWatch

    state = JsonStateFiles(folders.state)
    catalogs = TomlCatalogStore(folders.catalog, offload)
    current = Current(await catalogs.load())
    vault, keeper = _vault(world, offload, state)
    approvals = approvals_of(world, folders)
    files = _files(world, folders, file_target(current.catalog.settings, world), keeper, offload)
    watch = SystemFileWatch(asyncio.get_running_loop())
    sts = BotoSts(offload, world.clock, world.environ)
    sources, mfa = _sources(world, folders, offload, vault, approvals, state, files, current)
    around = surroundings(world)
    lines = ProcessLines(folders)
    ports = EnginePorts(
        world.clock, sts, sources, mfa, approvals, files, state, watch, around, offload=offload, process_line=lines
    )
    engine = Engine(ports, current.catalog, random=world.random)
    return Core(
        world, folders, offload, state, catalogs, current, vault, approvals, files, watch, sts, sources, mfa, engine
    )


def _vault(world: World, offload: "ThreadOffload", state: StateFiles) -> tuple[Vault, LongLivedKeeper]:
    if world.vault is not None:
        from app.vault.memory import MemoryKeeper

        return world.vault, world.keeper or MemoryKeeper()
    from app.vault.system import open_vault

    return open_vault(world.environ, offload, state)


def _files(
    world: World, folders: "Folders", target: FileTarget, keeper: LongLivedKeeper, offload: "ThreadOffload"
) -> OffloadedCredentialsFile:
    from app.awsfiles.store import AwsFiles

    def make(one: FileTarget) -> AwsFiles:
        return AwsFiles(
            one.credentials,
            one.config,
            folders.state,
            folders.runtime,
            clock=world.clock,
            sleep=sleep,
            random=world.random,
            write_mode=one.write,
            keeper=keeper,
        )

    return OffloadedCredentialsFile(target, make, offload)


def _sources(
    world: World,
    folders: "Folders",
    offload: "ThreadOffload",
    vault: Vault,
    approvals: Approvals,
    state: StateFiles,
    files: OffloadedCredentialsFile,
    current: Current,
) -> tuple[Sources, MfaCodes]:
    from app.exclusive import exclusive
    from app.process import umask_before
    from app.sources.command import Runner
    from app.sources.kinds import AllSources
    from app.sources.mfa_codes import DeviceCodes
    from app.sources.shared_profile import SharedProfiles

    runner = Runner(approvals, world.environ, umask_before())
    shared = SharedProfiles(files.path, files.config_path, approvals, lambda: delivered_sections(current.catalog))
    sources = AllSources(vault, runner, shared, world.environ, offload, world.clock)
    lock = folders.runtime / "mfa.lock"
    return sources, DeviceCodes(vault, runner, state, offload, world.clock, lambda: exclusive(lock))


def delivered_sections(catalog: Catalog) -> frozenset[str]:
    """Return the sections that sessions are delivered to: a source that reads one of them would read itself."""
    found: set[str] = {section for one in catalog.profiles.values() for section in one.delivery.credentials_file}
    if catalog.settings.default is not None:
        found.add("default")
    return frozenset(found)


@asynccontextmanager
async def core(world: World) -> AsyncIterator[Core]:
    """`open_core` and `Core.close` as a context. Its engine is not opened, so that closing it writes nothing."""
    opened = await open_core(world)
    try:
        yield opened
    finally:
        opened.offload.close()
