"""The engine's side of the loopback endpoint: when it is served and at which port, the tokens, what a status says.

Off until a profile asks for it. The server itself runs on the broker's thread; all else here on the engine's loop.
"""

import asyncio
import contextlib
import errno
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from app.broker.server import BrokerServer
from app.core import Current
from app.counter import LOOK_SECONDS as PROGRAM_SECONDS
from app.counter import NAMED_EACH, EngineCounter
from app.deliveries.pair import FilePair
from app.deliveries.renewing import Served
from app.domain.endpoint import ENDPOINT, HIGHEST_PORT, HOST, LOWEST_PORT, address_of
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Profile, Settings
from app.domain.programs import UNKNOWN, Verdict, Way
from app.domain.session import DeliveryStatus, Stopped
from app.domain.values import dataclass
from app.endpoint.holders import Program as Behind
from app.endpoint.holders import holder
from app.endpoint.server import Answer, EndpointServer, Peer
from app.endpoint.tokens import FOLDER, Tokens
from app.engine.engine import Engine, Poke
from app.folders import Folders, aws_paths
from app.ports import Offload, Pool, Processes, StateFiles
from app.world import World

log = logging.getLogger(__name__)
STATE = "endpoint.json"
TRIES = 20  # a port drawn for the first time may be taken; so many are not
LOOK_SECONDS = 15.0  # a port that is taken is tried again; the AWS files are looked at
TELL_SECONDS = 1.0  # what programs asked for is told at most so often


@dataclass(frozen=True, slots=True)
class _Asked:
    """A program that got a session, and when."""

    at: datetime
    program: str = ""
    pid: int = 0


class _Nobody:
    async def answer(self, path: str, token: str, peer: Peer) -> Answer | None:
        del path, token, peer
        return None


class Serving:
    """Serves the profiles that say so. `open` and `close` belong to the host; without one nothing is served."""

    def __init__(self, folders: Folders, state: StateFiles, world: World, offload: Offload) -> None:
        """Serve nothing yet."""
        self._state = state
        self._offload = offload
        self._world = world
        self._folder = folders.runtime / FOLDER
        self._tokens = Tokens(self._folder)
        paths = aws_paths(Settings(), world.environ, world.home)
        self._pair = FilePair(self._folder, paths.config, paths.credentials)
        self._asked: dict[ProfileName, _Asked] = {}
        self._broker: BrokerServer | None = None
        self._current: Current | None = None
        self._engine: Engine | None = None
        self._processes: Processes | None = None
        self._server: EndpointServer | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._to_tell: set[ProfileName] = set()
        self._telling = False
        self._told: tuple[int, Problem | None] = (0, None)
        self.problem: Problem | None = None

    @property
    def port(self) -> int:
        """Where it is served now; 0: it is not."""
        return 0 if self._server is None else self._server.port

    async def open(
        self, broker: BrokerServer, current: Current, engine: Engine, processes: Processes | None = None
    ) -> None:
        """Serve from here on, as far as the catalog wants it. `processes` None: every program is unknown."""
        self._processes = processes
        self._broker, self._current, self._engine = broker, current, engine
        self._tokens.sweep()
        self._wake.set()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Serve nothing any more; tokens and files are removed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        await self._stop()
        self._tokens.retire_all()
        self._pair.remove()
        self._broker = None

    def look(self, profiles: Collection[ProfileName]) -> None:
        """The state of these profiles has changed."""
        self._bring_tokens(profiles)

    def bring(self) -> None:
        """The catalog has changed: bring server and files in line with it, soon."""
        self._wake.set()

    # What is said of it

    def delivery(self, profile: Profile) -> DeliveryStatus | None:
        """Return what a status says of the endpoint as a delivery; `written_at`: when a program last got a session."""
        if not profile.delivery.endpoint or self._broker is None:
            return None
        target = address_of(self.port, profile.name) if self.port else profile.name
        problem, asked = None if self.port else self.problem, self._asked.get(profile.name)
        if asked is None:
            return DeliveryStatus(ENDPOINT, target, None, problem)
        return DeliveryStatus(ENDPOINT, target, asked.at, problem, asked.program, asked.pid)

    async def served(self, profile: ProfileName) -> Served:
        """Return where programs find the profile's session.

        Raises ENDPOINT_OFF, ENDPOINT_PORT_TAKEN, NOT_ACTIVE, ENDPOINT_SHADOWED where the AWS files stand in the way.
        """
        found = None if self._current is None else self._current.catalog.profiles.get(profile)
        if found is None or not found.delivery.endpoint:
            raise AppError.of(Code.ENDPOINT_OFF, Verb.EDIT_PROFILE, profile, profile=profile)
        if not self.port:
            raise AppError(self.problem or Problem.of(Code.SESSION_COMING, profile=profile))
        self._bring_tokens([profile])
        if not self._tokens.issued(profile):
            raise AppError.of(Code.NOT_ACTIVE, profile=profile)
        if not await self._offload.call(Pool.DISK, self._pair.bring):
            raise AppError.of(Code.ENDPOINT_SHADOWED, profile=profile, variable="")
        return Served(
            address_of(self.port, profile), self._tokens.file(profile), self._pair.config, self._pair.credentials
        )

    async def in_the_way(self, wanted: int) -> Problem | None:
        """Return what would keep it from being served while no engine runs; `wanted`: the settings' port, 0: none."""
        port = wanted or await self._offload.call(Pool.DISK, self._kept)
        if not port:
            return None
        probe = EndpointServer(_Nobody())
        try:
            await probe.open(port)
        except OSError:
            return await self._taken(port)
        await probe.close()
        return None

    # Its own doing

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._once()
            except (AppError, TimeoutError) as error:  # a disk that hangs: the next turn tries again
                log.warning("the endpoint is not brought in line: %s", type(error).__name__)

    async def _once(self) -> None:
        """Bring server and files in line with the catalog."""
        wanted = self._wanted()
        port = self._settings().endpoint_port
        if self._server is not None and (not wanted or port not in (0, self.port)):
            await self._stop()
        if wanted and self._server is None:
            await self._start(port)
        if wanted:
            await self._offload.call(Pool.DISK, self._pair.bring)
        self._say()

    def _wanted(self) -> bool:
        profiles = () if self._current is None else self._current.catalog.profiles.values()
        return any(one.delivery.endpoint for one in profiles)

    def _settings(self) -> Settings:
        return Settings() if self._current is None else self._current.catalog.settings

    async def _start(self, wanted: int) -> None:
        kept = await self._offload.call(Pool.DISK, self._kept)
        port = wanted or kept
        for left in reversed(range(1 if port else TRIES)):
            chosen = port or self._world.random.randint(LOWEST_PORT, HIGHEST_PORT)
            try:
                await self._listen(chosen)
            except OSError as error:
                taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
                if not (taken and left):
                    self.problem = await self._taken(chosen)
                    return
            except AppError:
                return  # the broker is closing
            else:
                self.problem = None
                if not port:
                    await self._offload.call(Pool.DISK, partial(self._keep, chosen))
                return

    async def _listen(self, port: int) -> None:
        broker, engine = self._broker, self._engine
        if broker is None or engine is None or self._current is None:
            return
        loop = asyncio.get_running_loop()
        tell = partial(self._told_by_counter, loop)
        counter = EngineCounter(
            self._tokens, broker.mirror, self._current, self._world.clock, self._offload, tell, self._gate
        )
        server = EndpointServer(counter)
        await broker.run(server.open(port))
        self._server = server
        self._bring_tokens(engine.store.statuses)

    async def _taken(self, port: int) -> Problem:
        found = await self._offload.call(Pool.DISK, partial(holder, port))
        address = f"{HOST}:{port}"
        if found is None:
            return Problem.of(Code.ENDPOINT_PORT_TAKEN, Verb.CHANGE_PORT, address=address)
        return Problem.of(
            Code.ENDPOINT_PORT_TAKEN, Verb.CHANGE_PORT, address=address, program=found.name, pid=found.pid
        )

    def _kept(self) -> int:
        try:
            kept = self._state.read(STATE).get("port")
        except AppError:
            return 0
        return kept if isinstance(kept, int) and 1024 <= kept <= 65535 else 0

    def _keep(self, port: int) -> None:
        try:
            self._state.write(STATE, {"port": port})
        except AppError as error:
            log.warning("%s is not written: %s", STATE, error.problem.code)

    async def _stop(self) -> None:
        server, self._server = self._server, None
        if server is not None and self._broker is not None:
            with contextlib.suppress(AppError):
                await self._broker.run(server.close())

    def _bring_tokens(self, profiles: Collection[ProfileName]) -> None:
        """A running profile has a token, a stopped one has none: so each start has another, and each lock."""
        engine, current = self._engine, self._current
        if engine is None or current is None or self._broker is None:
            return
        if engine.store.locked:
            self._tokens.retire_all()
            return
        for name in profiles:
            profile = current.catalog.profiles.get(name)
            runs = not isinstance(engine.store.status(name).state, Stopped)
            if profile is None or not profile.delivery.endpoint or not runs:
                if self._tokens.issued(name):
                    self._tokens.retire([name])
            elif self.port and not self._tokens.issued(name):
                try:
                    self._tokens.issue(name)
                except OSError as error:
                    log.warning("a token of the endpoint is not written: %s", error.strerror)

    async def _gate(self, profile: Profile, found: Behind | None) -> Problem | None:
        """On the broker's thread: what a person decided about the program counts; else the question is raised."""
        engine, processes = self._engine, self._processes
        if engine is None or not engine.programs.wanted(profile.name):
            return None
        program = UNKNOWN
        if found is not None and processes is not None:
            with contextlib.suppress(AppError, TimeoutError):  # too busy to tell: a program that nobody knows
                look = partial(processes.program, found.pid)
                program = await self._offload.call(Pool.AWS, look, deadline=PROGRAM_SECONDS)
        if not program.identity:
            return Problem.of(Code.PROGRAM_UNKNOWN, profile=profile.name)
        verdict = engine.programs.decide(program, profile.name, Way.ENDPOINT)
        if verdict is Verdict.ALLOWED:
            return None
        if verdict is Verdict.DENIED:
            return Problem.of(Code.DENIED, profile=profile.name, program=program.name or "?")
        return Problem.of(Code.PROGRAM_ASKS, profile=profile.name, program=program.name or "?", window=True)

    def _say(self) -> None:
        """Bring the statuses up to date where port or problem have changed."""
        said = (self.port, self.problem)
        if said != self._told and self._engine is not None:
            self._told = said
            self._bring_tokens(tuple(self._engine.store.statuses))
            for name in tuple(self._engine.store.statuses):
                self._engine.served(name)

    def _told_by_counter(
        self, loop: asyncio.AbstractEventLoop, profile: ProfileName, at: datetime | None, program: Behind | None
    ) -> None:
        """On the broker's thread: a program got the session, or (None) found one that should be newer."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(self._note, profile, at, program)

    def _note(self, profile: ProfileName, at: datetime | None, program: Behind | None) -> None:
        if at is not None:
            before = self._asked.get(profile)
            if program is not None:
                self._asked[profile] = _Asked(at, program.name, program.pid)
            elif before is None or not before.program or not timedelta() <= at - before.at < NAMED_EACH:
                self._asked[profile] = _Asked(at)  # else: one of a crowd, whose first was named
            self._to_tell.add(profile)
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_later(TELL_SECONDS, self._tell)

    def _tell(self) -> None:
        told, self._to_tell, self._telling = self._to_tell, set(), False
        if self._engine is not None and self._broker is not None:
            for name in told:
                self._engine.served(name, used=True)
            self._engine.poke(Poke.WAKE)  # what should be newer may be due
