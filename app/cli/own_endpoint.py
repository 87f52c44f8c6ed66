"""The endpoint that `exec` serves for the length of one command: one profile, one token, kept fresh meanwhile.

The sessions come from the engine that runs, at each renewal from the one that runs then; without one, from calls of
our own. So the command goes on through restarts of the application, and without it.
"""

import asyncio
import contextlib
import hmac
import os
import secrets
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

from app.counter import given, refused
from app.deliveries.pair import FilePair
from app.deliveries.renewing import Served
from app.domain import schedule
from app.domain.calls import Issued
from app.domain.endpoint import Refused, address_of, path_of, serves
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.endpoint.server import Answer, EndpointServer, Peer
from app.endpoint.tokens import TOKEN_BYTES, write_token
from app.engine.offload import ThreadOffload
from app.folders import AwsPaths
from app.ports import Clock, Pool

FOLDER = "exec"
START_SECONDS = 10.0
ASKED_AGAIN_SECONDS = 5.0  # a program that finds nothing has it tried anew, at most so often
LOCKED_SECONDS = 1.5  # SDKs wait 2 s for their answer
RENEW_SECONDS = 400.0  # a person may be asked for a code
T = TypeVar("T")
_OUR_OWN = schedule.BACKOFF_MAXIMUM


class AnyEngine(Protocol):
    """Where the sessions come from. Both methods block, on any thread."""

    def fetch(self) -> Issued:
        """Return a session that need not be renewed yet; AppError."""
        ...

    def locked(self) -> bool:
        """Whether an engine runs that is locked."""
        ...


class OwnEndpoint:
    """A context: inside it the endpoint is served and kept fresh, by a thread of its own."""

    def __init__(
        self, profile: ProfileName, issued: Issued, engine: AnyEngine, *, clock: Clock, runtime: Path, aws: AwsPaths
    ) -> None:
        """Begin with the session `issued`. `aws`: the person's files."""
        self._profile = profile
        self._engine = engine
        self._clock = clock
        self._folder = runtime / FOLDER / f"{os.getpid()}-{secrets.token_hex(6)}"
        self._pair = FilePair(self._folder, aws.config, aws.credentials)
        self._token = secrets.token_urlsafe(TOKEN_BYTES)
        self._issued: Issued | None = issued
        self._problem: Problem | None = None
        self._due = _due(issued)
        self._attempts = 0
        self._tried = clock.monotonic()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._wake: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self._offload = ThreadOffload()

    @property
    def served(self) -> Served:
        """Where the command finds the session."""
        address = address_of(self._port, self._profile)
        return Served(address, self._folder / "token", self._pair.config, self._pair.credentials)

    @property
    def keys(self) -> tuple[str, ...]:
        """The access key id of the session that is served; it may have been renewed since the start."""
        issued = self._issued
        return () if issued is None else (issued.credentials.access_key_id,)

    def __enter__(self) -> Self:
        """Serve; OSError where that cannot be."""
        sweep(self._folder.parent)
        try:
            write_token(self._folder / "token", self._token)
            self._prepared()
            ready: Future[int] = Future()
            self._thread = threading.Thread(target=self._run, args=(ready,), name="rolecall-endpoint", daemon=True)
            self._thread.start()
            self._port = ready.result(START_SECONDS)
        except BaseException:
            self._close()
            raise
        return self

    def _prepared(self) -> None:
        if not self._pair.bring():
            raise OSError("the AWS files cannot be read")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        loop, stop = self._loop, self._stop
        if loop is not None and stop is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(stop.set)
        if self._thread is not None:
            self._thread.join(2)
        self._offload.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    # On its thread

    def _run(self, ready: "Future[int]") -> None:
        try:
            asyncio.run(self._serve(ready))
        except OSError as error:
            if not ready.done():
                ready.set_exception(error)

    async def _serve(self, ready: "Future[int]") -> None:
        server = EndpointServer(self)
        port = await server.open(0)
        self._loop, self._stop, self._wake = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        keeper = asyncio.ensure_future(self._keep(self._wake))
        ready.set_result(port)
        try:
            await self._stop.wait()
        finally:
            keeper.cancel()
            await server.close()

    async def answer(self, path: str, token: str, peer: Peer) -> Answer | None:
        """Return the session to who has the token; None to everybody else."""
        del peer  # the person who started the command decided about it
        known = hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self._token.encode())
        if not known or path != path_of(self._profile):
            return None
        if await self._is_locked():
            return refused(Refused(Problem.of(Code.LOCKED, Verb.UNLOCK)))
        issued = self._issued
        if issued is not None and serves(issued, self._clock.now()):
            return given(issued)
        self._ask_again()
        problem = self._problem or Problem.of(Code.SESSION_COMING, profile=self._profile)
        return refused(Refused(problem, later=problem.transient))

    async def _is_locked(self) -> bool:
        """Ask the engine, if one runs: a lock holds for what it once gave out too."""
        locked = await self._offloaded(self._engine.locked, LOCKED_SECONDS)
        if locked:
            self._issued = None
        return locked is True

    async def _offloaded(self, work: Callable[[], T], deadline: float | None) -> T | None:
        """Return what blocking work gives on a thread that holds nobody up; None where it takes too long."""
        try:
            return await self._offload.call(Pool.DISK if deadline is None else Pool.AWS, work, deadline=deadline)
        except (AppError, TimeoutError):
            return None

    def _ask_again(self) -> None:
        if self._wake is not None and self._clock.monotonic() - self._tried > ASKED_AGAIN_SECONDS:
            self._due = self._clock.now()
            self._wake.set()

    async def _keep(self, wake: asyncio.Event) -> None:
        """Look at the clock every 30 s at the latest, and get the next session when it is time."""
        while True:
            pause = schedule.sleep_until(self._clock.now(), self._due)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(pause.total_seconds(), 0.05)):
                    await wake.wait()
            wake.clear()
            await self._offloaded(self._pair.bring, None)
            if self._clock.now() >= self._due:
                await self._offloaded(self._renew, RENEW_SECONDS)

    def _renew(self) -> None:
        """Get the next session; the old one stays until there is one. Blocking; never raises."""
        self._tried = self._clock.monotonic()
        try:
            issued = self._engine.fetch()
        except AppError as error:
            self._problem = error.problem
            self._attempts += 1
            expires = None if self._issued is None else self._issued.expires_at
            now = self._clock.now()
            transient = schedule.retry_at(now, self._attempts, 1.0, expires)
            self._due = transient if error.problem.transient else now + _OUR_OWN
            return
        same = self._issued is not None and issued.credentials.access_key_id == self._issued.credentials.access_key_id
        self._issued, self._problem, self._attempts = issued, None, 0
        now = self._clock.now()
        pause = schedule.retry_at(now, 6, 1.0, issued.expires_at) - now if same else schedule.BACKOFF_FIRST
        self._due = max(_due(issued), now + pause)


def _due(issued: Issued) -> datetime:
    return schedule.due_at(issued.received_at, issued.expires_at, schedule.JITTER / 2)


def sweep(folder: Path) -> None:
    """Remove what commands left that ended without doing so."""
    from app.catalog.replace import runs

    with contextlib.suppress(OSError):
        for one in tuple(folder.iterdir()):
            pid = one.name.partition("-")[0]
            if pid.isdigit() and not runs(int(pid)):
                shutil.rmtree(one, ignore_errors=True)
