"""Makes a process the one engine of its runtime folder: the lock, the control socket, the watch on the catalog."""

import asyncio
import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from app.broker.client import BrokerClient
from app.broker.listening import SOCKET_NAME, check_path
from app.broker.lock import EngineLock
from app.broker.mirror import EngineFlags, Publication
from app.broker.protocol import Ask, Request
from app.broker.server import BrokerServer
from app.broker.wire import items_of
from app.compose import Core
from app.desk import EngineDesk, FrontEnd
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem
from app.domain.session import Starter, Stopped
from app.domain.values import dataclass
from app.engine.store import Change
from app.following import Following
from app.line import process_line, write_stub
from app.ports import Pool

TAKE_OVER_SECONDS = 8.0


class HostKind(StrEnum):
    """Which front end hosts the engine."""

    APPLICATION = "application"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class HostEvents:
    """What a host tells its front end, on the loop that `open` ran on."""

    raise_window: Callable[[], None] | None = None  # a second start, or `rolecall` alone, asks for the window
    open_palette: Callable[[], None] | None = None  # `rolecall palette` asks for the quick switch
    taken_over: Callable[[], None] | None = None  # an application took over; the host has closed its engine
    away: Callable[[bool], None] | None = None  # screen locked or machine asleep, or no more
    catalog_changed: Callable[[], None] | None = None  # core.catalog is new, or `catalog_problem` is


class Host:
    """Holds the engine lock, opens the engine, serves the control socket, follows edits of the catalog."""

    def __init__(self, core: Core, kind: HostKind, events: HostEvents | None = None) -> None:
        """Do nothing yet."""
        self._core = core
        self._kind = kind
        self._events = events or HostEvents()
        self._lock = EngineLock(core.folders.runtime)
        self._server: BrokerServer | None = None
        self._endings: list[Callable[[], None]] = []
        self._following: Following | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self.catalog_problem: Problem | None = None

    @property
    def socket_path(self) -> Path:
        """Where the control socket is."""
        return self._core.folders.runtime / SOCKET_NAME

    async def open(self, names: Sequence[ProfileName] | None = None, *, auto: bool = True) -> None:
        """Become the engine and start `names`, or those with start = "auto".

        An application takes over from a `refresh` that runs, with its profiles. Raises ENGINE_RUNNING where another
        application (or, for `refresh`, anything) is the engine already, SOCKET_PATH_LONG, FOLDER_UNUSABLE.
        """
        check_path(self.socket_path)
        inherited = await self._acquire()
        core = self._core
        try:
            await core.sweep()
            await core.engine.open(names=names, auto=auto)
            for name in inherited:
                self._start_inherited(name)
            self._serve()
            if self._server is not None:
                await core.serving.open(self._server, core.current, core.engine, core.processes)
            await core.offload.call(Pool.DISK, lambda: write_stub(process_line(core.folders)))
            self._record()
            self._endings.append(core.follow_catalog(self._catalog_edited))
            self._follow_system()
        except BaseException:
            await self.close()
            raise

    def _record(self) -> None:
        """Keep the journal from now on."""
        core, store = self._core, self._core.engine.store
        recorder = core.recorder
        if recorder is None:
            return
        recorder.begin(store.statuses.values(), locked=store.locked)

        def changed(change: Change) -> None:
            recorder.changed((store.status(name) for name in change.profiles), locked=store.locked)

        self._endings.append(store.subscribe(changed))
        core.engine.programs.answered = recorder.answered
        core.engine.programs.revoked = recorder.revoked
        core.approvals.told = recorder.add
        task = asyncio.ensure_future(recorder.cut())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _follow_system(self) -> None:
        if self._core.events is not None:
            self._following = Following(self._core, self._core.events, self._events.away)
            self._following.open()

    def _start_inherited(self, name: ProfileName) -> None:
        try:
            self._core.engine.start(name, by=Starter.AUTO)
        except AppError:
            return  # gone from the catalog meanwhile: nothing to go on with

    async def _acquire(self) -> tuple[ProfileName, ...]:
        pid = os.getpid()
        try:
            self._lock.acquire(self._kind, pid)
        except AppError as error:
            other = error.problem.arguments.get("kind")
            taking = self._kind is HostKind.APPLICATION and other == HostKind.REFRESH
            brief = other not in set(HostKind)  # a command that is its own engine for a moment
            if error.problem.code is not Code.ENGINE_RUNNING or not (taking or brief):
                raise
            names = await self._core.offload.call(Pool.DISK, self._ask_for_engine) if taking else ()
            await self._lock_freed(pid)
            return names
        return ()

    def _ask_for_engine(self) -> tuple[ProfileName, ...]:
        with BrokerClient(self.socket_path) as client:
            names = items_of(client.ask(Request(Ask.TAKE_OVER)).get("names"))
        return tuple(ProfileName(str(one)) for one in names)

    async def _lock_freed(self, pid: int) -> None:
        deadline = self._core.world.clock.monotonic() + TAKE_OVER_SECONDS
        while True:
            try:
                self._lock.acquire(self._kind, pid)
            except AppError:
                if self._core.world.clock.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)
            else:
                return

    def _serve(self) -> None:
        events = self._events
        take_over = self._give_up if self._kind is HostKind.REFRESH else None
        desk = EngineDesk(self._core, FrontEnd(events.raise_window, take_over, events.open_palette))
        self._server = BrokerServer(desk, self.socket_path, self._flags())
        self._server.start(asyncio.get_running_loop())
        store = self._core.engine.store
        self._endings.append(store.subscribe(self._publish))
        self._publish(Change(frozenset(store.statuses), questions=True, engine=True))

    def _publish(self, change: Change) -> None:
        if self._server is None:
            return
        engine, store = self._core.engine, self._core.engine.store
        stopped = [name for name in change.profiles if isinstance(store.status(name).state, Stopped)]
        self._core.kept_sessions().forget(stopped)
        self._server.publish(
            Publication(
                {name: store.status(name) for name in change.profiles},
                {name: engine.credentials(name) for name in change.profiles},
                store.questions if change.questions else None,
                self._flags() if change.engine else None,
            )
        )
        self._core.serving.look(change.profiles)

    def _flags(self) -> EngineFlags:
        core, store = self._core, self._core.engine.store
        return EngineFlags(
            str(self._kind),
            os.getpid(),
            paused=store.paused,
            paused_until=store.paused_until,
            locked=store.locked,
            credentials_file=str(core.files.path),
            config_file=str(core.files.config_path),
            catalog=str(core.catalogs.path),
            catalog_problem=self.catalog_problem,
            default=core.catalog.settings.default,
        )

    def _catalog_edited(self) -> None:
        task = asyncio.ensure_future(self._reload())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reload(self) -> None:
        """Take an edit made outside; one that cannot be read leaves the last good catalog in use, and is shown."""
        try:
            await self._core.reload()
        except AppError as error:
            self.catalog_problem = error.problem
        else:
            self.catalog_problem = None
        if self._server is not None:
            self._server.publish(Publication(flags=self._flags()))
        if self._events.catalog_changed is not None:
            self._events.catalog_changed()

    async def _give_up(self) -> Sequence[ProfileName]:
        """Hand the running profiles over to the application that asks, and end this engine right after the answer."""
        names = tuple(one.profile for one in self._core.engine.store.active())
        task = asyncio.ensure_future(self._given_up())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return names

    async def _given_up(self) -> None:
        await asyncio.sleep(0.05)  # the answer is on its way
        if self._events.taken_over is not None:
            self._events.taken_over()

    async def close(self) -> None:
        """Stop serving, close the core, give the lock back. Sessions stay in the files. Ends within some 3 s."""
        if self._closed:
            return
        self._closed = True
        for ending in reversed(self._endings):
            ending()
        if self._following is not None:
            await self._following.close()
        for task in tuple(self._tasks):
            if task is not asyncio.current_task():
                task.cancel()
        if self._core.recorder is not None:
            await self._core.recorder.flush()
        await self._core.serving.close()
        if self._server is not None:
            self._server.close()
        try:
            await self._core.close()
        finally:
            self._lock.release()
