"""Builds the core for any front end: tray application, command line, demo.

The one place that knows every adapter, but for those that come with their first use: `app.late` makes these. Nothing
heavy is imported before `open_core` runs, and botocore and keyring only with their first call.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from time import sleep
from typing import TYPE_CHECKING

from app.approval_ports import Approvals
from app.core import Core, Current
from app.domain.profile import Catalog
from app.files import FileTarget, OffloadedCredentialsFile
from app.late import Late
from app.late.callers import LateProcesses
from app.late.calls import LateCodes, LateSources, LateSts, LateTokens, SourceParts
from app.late.signing import LatePortal, LateSignIns, SignParts
from app.late.vault import LateKeeper, LateVault, LateVaults, VaultParts
from app.ports import (
    CatalogStore,
    IdentityTokens,
    LongLivedKeeper,
    MfaCodes,
    Pool,
    Processes,
    Sources,
    StateFiles,
    Sts,
    Vault,
    Vaults,
)
from app.sign_in_ports import Opener, Portal, SignIns
from app.world import SystemClock, World, file_target, surroundings

if TYPE_CHECKING:
    from app.awsfiles.house import House
    from app.awsfiles.store import AwsFiles
    from app.engine.offload import ThreadOffload
    from app.folders import Folders

__all__ = [
    "Core",
    "Current",
    "SystemClock",
    "World",
    "approvals_of",
    "core",
    "file_target",
    "open_core",
    "surroundings",
]


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
        yield _vault(world, folders, offload, JsonStateFiles(folders.state))[0]
    finally:
        offload.close()


@asynccontextmanager
async def open_vaults_alone(world: World, folders: "Folders") -> AsyncIterator[Vaults]:
    """Yield the vaults as a whole alone, the keyring being what a demo's world would hide."""
    from app.engine.offload import ThreadOffload
    from app.state import JsonStateFiles

    offload = ThreadOffload()
    try:
        yield _chosen_vaults(world, folders, offload, JsonStateFiles(folders.state))[2]
    finally:
        offload.close()


def approvals_of(world: World, folders: "Folders") -> Approvals:
    """Return the approved commands."""
    from app.exclusive import exclusive
    from app.sources.approvals import FileApprovals
    from app.state import JsonStateFiles

    lock = folders.runtime / "approvals.lock"
    return FileApprovals(JsonStateFiles(folders.state), world.clock, lambda: exclusive(lock))


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


ROOMS = (
    "app.awsfiles.house",
    "app.engine.engine",
    "app.watching",
)


def _import_rooms() -> None:
    """Import what a core is made of, on a thread: a window's loop does not stand still for it."""
    for name in ROOMS:
        import_module(name)


async def _assembled(world: World, folders: "Folders", offload: "ThreadOffload") -> Core:
    catalogs = await _catalogs(folders, offload)
    current = Current(await catalogs.load())  # before the rooms: they come to lie where the reading left holes
    await offload.call(Pool.DISK, _import_rooms)
    from app.activity import NAME, ActivityFile, Recorder
    from app.engine.engine import Engine, EnginePorts
    from app.events.system import system_events
    from app.line import ProcessLines
    from app.serving import Serving
    from app.state import JsonStateFiles
    from app.texts import T
    from app.watching import SystemFileWatch

    state = JsonStateFiles(folders.state)
    vault, keeper, vaults = _vault(world, folders, offload, state)
    approvals = approvals_of(world, folders)
    files = _files(world, folders, file_target(current.catalog.settings, world), keeper, offload)
    watch = SystemFileWatch(asyncio.get_running_loop())
    sts = _sts(world, offload)
    sources, mfa, tokens = _sources(world, folders, offload, vault, approvals, state, files, current)
    around = surroundings(world)
    serving = Serving(folders, state, world, offload)
    opener = _opener(world, offload)
    signs, portal = _signs(world, offload, vault, current)
    ports = EnginePorts(
        world.clock,
        sts,
        sources,
        mfa,
        approvals,
        files,
        state,
        watch,
        around,
        offload=offload,
        process_line=ProcessLines(folders),
        tokens=tokens,
        beside=serving.delivery,
        signs=signs,
        portal=portal,
        opener=opener,
    )
    engine = Engine(ports, current.catalog, random=world.random)
    adapters = (vault, approvals, files, watch, sts, sources, mfa, tokens)
    events = system_events(world.environ, T("Stops sessions before the machine sleeps, where that is wanted."))
    processes = _processes(world, folders, offload)
    recorder = Recorder(
        ActivityFile(folders.state / NAME), offload, world.clock, lambda: current.catalog.settings.activity_days
    )
    parts = (serving, signs, processes, vaults, events, opener, recorder)
    core = Core(world, folders, offload, state, catalogs, current, *adapters, engine, *parts)
    if vaults is not None:
        engine.store.subscribe(core.seal_when_locked)
    return core


async def _catalogs(folders: "Folders", offload: "ThreadOffload") -> CatalogStore:
    await offload.call(Pool.DISK, lambda: import_module("app.catalog.store"))
    from app.catalog.store import TomlCatalogStore

    return TomlCatalogStore(folders.catalog, offload)


def _processes(world: World, folders: "Folders", offload: "ThreadOffload") -> Processes:
    def make() -> Processes:
        from app.broker.processes import OwnPrograms, SystemProcesses
        from app.line import process_line

        line = process_line(folders)
        return SystemProcesses(OwnPrograms.of(line.stub, line.launcher), world.user)

    return LateProcesses(Late(offload, Pool.DISK, "app.broker.processes", make))


def _vault(
    world: World, folders: "Folders", offload: "ThreadOffload", state: StateFiles
) -> tuple[Vault, LongLivedKeeper, Vaults | None]:
    if world.vault is not None:
        from app.vault.memory import MemoryKeeper

        return world.vault, world.keeper or MemoryKeeper(), None
    return _chosen_vaults(world, folders, offload, state)


def _chosen_vaults(
    world: World, folders: "Folders", offload: "ThreadOffload", state: StateFiles
) -> tuple[Vault, LongLivedKeeper, Vaults]:
    def make() -> VaultParts:
        from app.late.making_vaults import make_vaults

        return make_vaults(world, folders, offload, state)

    late = Late(offload, Pool.VAULT, "app.late.making_vaults", make)
    return LateVault(late), LateKeeper(late), LateVaults(late)


def _files(
    world: World, folders: "Folders", target: FileTarget, keeper: LongLivedKeeper, offload: "ThreadOffload"
) -> OffloadedCredentialsFile:
    def make(one: FileTarget) -> "AwsFiles":
        from app.awsfiles.store import AwsFiles

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

    def make_house(one: FileTarget) -> "House":
        from app.awsfiles.house import House

        paths = one.credentials, one.config, folders.state, folders.runtime
        return House(*paths, clock=world.clock, sleep=sleep, random=world.random, keeper=keeper)

    return OffloadedCredentialsFile(target, make, make_house, offload)


def _sources(
    world: World,
    folders: "Folders",
    offload: "ThreadOffload",
    vault: Vault,
    approvals: Approvals,
    state: StateFiles,
    files: OffloadedCredentialsFile,
    current: Current,
) -> tuple[Sources, MfaCodes, IdentityTokens]:
    def delivered() -> frozenset[str]:
        return delivered_sections(current.catalog)

    def make() -> SourceParts:
        from app.late.making_sources import make_sources

        lock = folders.runtime / "mfa.lock"
        return make_sources(world, offload, vault, approvals, state, files, delivered, lock)

    late = Late(offload, Pool.AWS, "app.late.making_sources", make)
    return LateSources(late), LateCodes(late), LateTokens(late)


def _sts(world: World, offload: "ThreadOffload") -> Sts:
    def make() -> Sts:
        from app.sts import BotoSts

        return BotoSts(offload, world.clock, world.environ)

    return LateSts(Late(offload, Pool.AWS, "app.sts", make))


def _signs(world: World, offload: "ThreadOffload", vault: Vault, current: Current) -> tuple[SignIns, Portal]:
    def make() -> SignParts:
        from app.late.making_signs import make_signs

        return make_signs(world, offload, vault, lambda: current.catalog)

    late = Late(offload, Pool.AWS, "app.late.making_signs", make)
    return LateSignIns(late), LatePortal(late)


def _opener(world: World, offload: "ThreadOffload") -> Opener | None:
    """Return the person's browser; None over SSH and without a screen: then links are shown alone."""
    if world.opener is not None:
        return world.opener
    from app.opener import SystemOpener, has_browser

    return SystemOpener(offload, world.environ) if has_browser(world.environ) else None


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
