"""The core: everything that a front end works with, and what it does as a whole."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.approval_ports import Approvals
from app.domain.calls import Issued, StsEndpoint
from app.domain.catalogcopy import CatalogCopy
from app.domain.conflict import Conflict
from app.domain.endpoints import sts_endpoint
from app.domain.entries import session_cache_entry
from app.domain.names import ProfileName
from app.domain.narrowing import FULL, Narrowing
from app.domain.plan import plan_of
from app.domain.problem import AppError, AttentionKind, Code, Problem, Verb
from app.domain.profile import Catalog
from app.domain.secret import Secret
from app.domain.session import problem_of
from app.domain.sign_in import SignedOut
from app.domain.source import IdentityCenter, Oidc, Source
from app.domain.vaults import VaultKind
from app.files import OffloadedCredentialsFile
from app.learned import Learned
from app.ports import (
    CatalogStore,
    IdentityTokens,
    MfaCodes,
    Processes,
    Sources,
    StateFiles,
    Sts,
    SystemEvents,
    Vault,
    Vaults,
)
from app.sign_in_ports import Opener, SignIns
from app.world import World, file_target, surroundings

if TYPE_CHECKING:
    from app.activity import Recorder
    from app.engine.engine import Engine
    from app.engine.offload import ThreadOffload
    from app.engine.store import Change
    from app.folders import Folders
    from app.logs import Logs
    from app.resolving import Resolver
    from app.serving import Serving
    from app.sessioncache import SessionCache
    from app.watching import SystemFileWatch


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
    tokens: IdentityTokens
    engine: "Engine"
    serving: "Serving"
    signs: SignIns
    processes: Processes | None = None  # None: every program is unknown
    vaults: Vaults | None = None  # None: the world brings a vault of its own, as the demo does
    events: SystemEvents | None = None  # None: nothing is followed
    opener: Opener | None = None  # None: no browser that opens here is before the person
    recorder: "Recorder | None" = None  # of what happens; None: nothing is kept
    learned: Learned = field(init=False)  # of AWS, about accounts and keys

    def __post_init__(self) -> None:
        self.learned = Learned(self.state, self.world.clock)
        self.current.catalog = self.learned.into(self.current.catalog)

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

    async def put_all(self, tables: Mapping[tuple[str, str], Mapping[str, object] | None]) -> Catalog:
        """Save several tables of the catalog at once and put them to use (see CatalogStore.put_all)."""
        return await self.use_catalog(await self.catalogs.put_all(tables))

    async def put_back(self, copy: CatalogCopy, since: CatalogCopy) -> Catalog:
        """Make the catalog's file what it was and put it to use (see CatalogStore.put_back)."""
        return await self.use_catalog(await self.catalogs.put_back(copy, since))

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
        days = self.catalog.settings.activity_days
        catalog = self.learned.into(catalog)
        await self._bring(catalog)
        if self.recorder is not None and catalog.settings.activity_days != days:
            await self.recorder.cut()
        return catalog

    async def _bring(self, catalog: Catalog) -> None:
        target = file_target(catalog.settings, self.world)
        if target == self.files.target:
            self.current.catalog = catalog
            self.engine.set_catalog(catalog)
            self.serving.bring()
            return
        running = [one for one in self.engine.store.active() if one.started_by is not None]
        await self.engine.stop(*(one.profile for one in running))
        await self.files.retarget(target)
        self.current.catalog = catalog
        self.engine.set_catalog(catalog)
        self.serving.bring()
        for one in running:
            if one.profile in catalog.profiles and one.started_by is not None:
                self.engine.start(one.profile, by=one.started_by)

    async def conflicts(self, profile: ProfileName, *, default: bool = False) -> tuple[Conflict, ...]:
        """Return what of someone else's stands in the way of a profile's deliveries, or of making it the default."""
        found = await self.files.conflicts(self.engine.conflicts.changes(profile, default=default))
        return tuple(one for one in found if one is not None)

    async def adopt(self, profile: ProfileName, conflict: Conflict) -> Problem | None:
        """Take one of them over, with a backup; return what stood in the way (see Conflicts.adopt)."""
        return await self.engine.conflicts.adopt(profile, conflict)

    def seal_when_locked(self, change: "Change") -> None:
        """Forget the key of the secrets file as soon as Rolecall is locked."""
        if change.engine and self.engine.store.locked and self.vaults is not None:
            self.vaults.seal()

    async def unlock_vault(self, passphrase: Secret, *, older: bool = False) -> None:
        """Open the secrets file, and try again what waited for it."""
        if self.vaults is None:
            return
        await self.vaults.unlock(passphrase, older=older)
        self.try_vault_again()

    async def choose_vault(self, kind: VaultKind, passphrase: Secret | None = None, *, leave: bool = False) -> None:
        """Put another kind of vault in charge, and try again what waited for one."""
        if self.vaults is not None:
            await self.vaults.choose(kind, passphrase, leave=leave)
            self.try_vault_again()

    def try_vault_again(self) -> None:
        """Renew every profile that waits for the vault."""
        for status in self.engine.store.active():
            problem = problem_of(status.state)
            if problem is not None and problem.attention is AttentionKind.VAULT:
                with suppress(AppError):  # stopped in this moment
                    self.engine.renew(status.profile)

    async def stop_all(self) -> None:
        """Stop everything that runs, and forget what was kept for commands."""
        await self.engine.stop_all()
        self.kept_sessions().clear()

    async def stop_guarded(self) -> tuple[ProfileName, ...]:
        """Stop what runs of the profiles that are to stop when the screen is locked, and return those."""
        profiles = self.catalog.profiles
        running = (one.profile for one in self.engine.store.active() if one.profile in profiles)
        names = tuple(one for one in running if profiles[one].safety.stop_on_lock)
        await self.engine.stop(*names)
        return names

    async def lock(self) -> None:
        """Stop everything, forget every session, and refuse until `unlock`."""
        await self.engine.lock()
        self.kept_sessions().clear()

    def follow_catalog(self, edited: Callable[[], None]) -> Callable[[], None]:
        """Call `edited` on the loop after the catalog's file changed; returns the way to end it."""
        return (lambda: None) if self.watch is None else self.watch.watch(self.catalogs.path, edited)

    async def sign_out(self, source: Source) -> SignedOut:
        """Forget a source's sign-in here and at its provider; VALUE_NOT_HERE where it has none. Sessions stay."""
        if not isinstance(source, Oidc | IdentityCenter):
            raise AppError.of(Code.VALUE_NOT_HERE, Verb.NONE, key="sign-out", reason="not-this-kind")
        return await self.signs.sign_out(source)

    def keep_out_of(self, logs: "Logs") -> None:
        """Let the log know the secrets in memory by value, so that none is ever written there."""
        logs.redactor.watch(lambda: self.engine.secrets_generation, self.engine.secrets)
        logs.redactor.watch(lambda: self.signs.secrets_generation, self.signs.secrets)

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

    def chain_key(self, profile: ProfileName, narrowing: Narrowing = FULL) -> str:
        """Return what changes when the calls of a profile change; empty for a profile that is gone.

        With a `narrowing` it raises why there is no such session.
        """
        found = self.catalog.profiles.get(profile)
        return "" if found is None else plan_of(found, self.catalog, surroundings(self.world), narrowing).last.key

    def resolver(self, said: Collection[str] = ()) -> "Resolver":
        """Return what tells what profiles resolve to. `said`: the keys that the catalog's own [settings] have."""
        from app.resolving import Resolver

        paths = self.files.path, self.files.config_path
        return Resolver(self.catalog, surroundings(self.world), self.world.environ, said, *paths)

    def endpoint(self, source: Source) -> StsEndpoint:
        """Return where STS is called for a source's own calls."""
        return sts_endpoint(source, (), self.catalog, surroundings(self.world))
