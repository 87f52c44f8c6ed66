"""The way to an engine: the one that runs, over its control socket, or one of our own for the length of a command."""

import asyncio
import contextlib
import os
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Protocol, TypeVar

from app.broker.client import BrokerClient
from app.broker.listening import SOCKET_NAME
from app.broker.lock import EngineLock
from app.broker.protocol import Ask, Json, Request
from app.choosing import profile_named
from app.compose import Core, World, open_core
from app.desk import EngineDesk
from app.domain.calls import Issued
from app.domain.names import ProfileName, SessionKey
from app.domain.narrowing import FULL, Narrowing
from app.domain.problem import AppError, Code
from app.folders import Folders

T = TypeVar("T")
COMMAND = "command"  # the kind in the lock of a command that is its own engine for a moment
BUSY_SECONDS = 30.0
HELLO_SECONDS = 3.0
IDLE_SECONDS = 1.0  # an engine cuts nobody who has asked more lately


class Link(Protocol):
    """An engine that carries out requests. `kind`: "application", "refresh", or None for a command's own."""

    kind: str | None
    pid: int | None

    def ask(self, request: Request) -> Json:
        """Carry out a request; AppError is its problem."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class RunningEngine:
    """The engine behind the control socket."""

    def __init__(self, path: Path) -> None:
        """Connect and ask who it is; ENGINE_ABSENT where nobody listens."""
        self._path = path
        self._client = BrokerClient(path)
        self._used = time.monotonic()
        flags = self._client.ask(Request(Ask.HELLO)).get("engine")
        self.flags: dict[str, object] = dict(flags) if isinstance(flags, dict) else {}  # pyright: ignore[reportUnknownArgumentType]
        self.kind: str | None = str(self.flags.get("kind", ""))
        pid = self.flags.get("pid")
        self.pid: int | None = pid if isinstance(pid, int) else None

    def ask(self, request: Request) -> Json:
        """Carry out a request over the socket; over a new one where it was cut while a person was thinking."""
        idle = time.monotonic() - self._used
        try:
            return self._client.ask(request)
        except AppError as error:
            if error.problem.code is not Code.ENGINE_ABSENT or idle < IDLE_SECONDS:
                raise
            self._client.close()
            self._client = BrokerClient(self._path)
            return self._client.ask(request)
        finally:
            self._used = time.monotonic()

    def close(self) -> None:
        """End the connection."""
        self._client.close()


class OwnEngine:
    """An engine of the command's own, under the engine lock, gone with the command. It renews nothing."""

    kind: str | None = None
    pid: int | None = None

    def __init__(self, world: World, lock: EngineLock) -> None:
        """Put the core together; `lock` is held already, `close` gives it back. The first request opens the engine."""
        self._lock = lock
        self._runner = asyncio.Runner()
        self._opened = False
        self.core: Core | None = None
        try:
            self.core = self.run(open_core(world))
            self._desk = EngineDesk(self.core, kept=self._kept)
        except BaseException:
            self.close()
            raise

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the engine's loop."""
        return self._runner.run(work)

    def ask(self, request: Request) -> Json:
        """Carry out a request. The sessions of other profiles are left alone: they are not this command's."""
        core = self.core
        if core is not None and not self._opened:
            everything = request.all or request.verb is Ask.LOCK
            only = None if everything else _names_of(core, request)
            self.run(core.sweep())
            self.run(core.engine.open(names=(), auto=False, only=only))
            self._opened = True
        answer = self.run(self._desk.perform(request))
        if core is not None and request.verb in (Ask.START, Ask.WAIT, Ask.DEFAULT):
            self._keep_for_lines(core)
        return answer

    def _keep_for_lines(self, core: Core) -> None:
        """Keep what was started for a credential_process line: the line comes when this engine is gone."""
        for status in core.engine.store.active():
            profile = core.catalog.profiles.get(status.profile)
            issued = core.engine.credentials(status.profile)
            if profile is not None and profile.delivery.credential_process and issued is not None:
                self.keep(status.profile, issued)

    def cached(self, profile: ProfileName, narrowing: Narrowing = FULL) -> Issued | None:
        """Return what stands in the credentials file or was kept by an earlier command, for the profile as it is.

        A narrower session stands in no file. Raises why there is none, where there can be none.
        """
        return self.run(self._kept(profile, narrowing))

    async def _kept(self, profile: ProfileName, narrowing: Narrowing) -> Issued | None:
        core = self.core
        if core is None:
            return None
        found = None if narrowing else await core.delivered(profile)
        if found is not None:
            return found
        key, chain = SessionKey(profile, narrowing.key), core.chain_key(profile, narrowing)
        cache = await core.session_cache()
        return None if cache is None else cache.get(key, chain, core.world.clock.now())

    def keep(self, profile: ProfileName, issued: Issued, narrowing: Narrowing = FULL) -> None:
        """Keep a session for the next command."""
        core = self.core
        cache = None if core is None else self.run(core.session_cache())
        if core is not None and cache is not None:
            cache.put(SessionKey(profile, narrowing.key), core.chain_key(profile, narrowing), issued)

    def close(self) -> None:
        """End the engine; sessions stay in the files."""
        try:
            if self.core is not None and self._opened:
                self.run(self.core.close(grace=1.0))
            elif self.core is not None:
                self.core.offload.close()
        finally:
            self._runner.close()
            self._lock.release()


def _names_of(core: Core, request: Request) -> frozenset[ProfileName]:
    """Return the profiles that a request is about; what is no name is for the request itself to refuse."""
    found: set[ProfileName] = set()
    for text in request.names:
        with contextlib.suppress(AppError):
            found.add(profile_named(core.catalog, text).name)
    if request.verb is Ask.DEFAULT and core.catalog.settings.default is not None:
        found.add(core.catalog.settings.default)
    return frozenset(found)


def running_engine(folders: Folders) -> RunningEngine | None:
    """Return the engine that runs, None without one."""
    try:
        return RunningEngine(folders.runtime / SOCKET_NAME)
    except AppError as error:
        if error.problem.code is Code.ENGINE_ABSENT:
            return None
        raise


def any_engine(world: World, folders: Folders) -> Link:
    """Return the engine that runs, else one of our own.

    Another command that is its own engine at the moment is waited for (30 s), one that just starts too (3 s).
    """
    lock = EngineLock(folders.runtime)
    begin = time.monotonic()
    while True:
        running = running_engine(folders)
        if running is not None:
            return running
        try:
            lock.acquire(COMMAND, os.getpid())
        except AppError as error:
            if error.problem.code is not Code.ENGINE_RUNNING:
                raise
            brief = error.problem.arguments.get("kind") in (COMMAND, "")
            if time.monotonic() - begin > (BUSY_SECONDS if brief else HELLO_SECONDS):
                raise
            time.sleep(0.05)
        else:
            return OwnEngine(world, lock)
