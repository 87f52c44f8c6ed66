"""The control socket's server: a thread of its own with a plain asyncio loop, so that a stall elsewhere cannot stop it.

It answers what it can from a mirror of the engine and passes everything else to the engine's loop. Each client has its
own task, bounded in lines, bytes and time: a slow, silent or hostile one holds up nobody.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol, TypeVar

from app.broker.clients import Client, Limits
from app.broker.listening import Listening, listen
from app.broker.mirror import EngineFlags, Mirror, Publication
from app.broker.peer import Peer
from app.broker.protocol import Json, Request
from app.domain.calls import Issued
from app.domain.problem import AppError, Code, Verb

T = TypeVar("T")
CLOSE_SECONDS = 2.0
_TURN_LOOK = 0.05


class Verbs(Protocol):
    """What the engine's side does for the broker."""

    async def perform(self, request: Request) -> Json:
        """Carry out one request on the engine's loop; AppError is the answer's problem."""
        ...

    def ready_session(self, request: Request, mirror: Mirror) -> Issued | None:
        """Return the session of memory that may be handed out without asking anybody. Called on the broker's thread."""
        ...

    def process_line(self, issued: Issued) -> bytes:
        """Return what a credential_process line prints for a session. Called on the broker's thread."""
        ...

    def left(self, peer: Peer) -> None:
        """A connection ended: drop what waits for it. Called on the engine's loop."""
        ...


class BrokerServer:
    """Serves `path` from `start` to `close`. `publish` may be called from any thread."""

    def __init__(self, verbs: Verbs, path: Path, flags: EngineFlags, limits: Limits | None = None) -> None:
        """Do nothing yet."""
        self._verbs = verbs
        self._path = path
        self._limits = limits or Limits()
        self._mirror = Mirror(flags)
        self._clients: set[Client] = set()
        self._waiting = 0
        self._engine_loop: asyncio.AbstractEventLoop | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    def start(self, engine_loop: asyncio.AbstractEventLoop) -> None:
        """Listen from here on; raises FOLDER_UNUSABLE or SOCKET_PATH_LONG. The path's old socket is replaced.

        Call it only while holding the engine lock.
        """
        self._engine_loop = engine_loop
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="rolecall-broker", daemon=True)
        self._thread.start()
        ready.result(timeout=10)

    def publish(self, publication: Publication) -> None:
        """Bring the mirror up to date and tell the followers."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # closed in between
                loop.call_soon_threadsafe(self._take, publication)

    def close(self) -> None:
        """End every connection and remove the socket; returns within 2 s."""
        loop, stop, thread = self._loop, self._stop, self._thread
        if loop is None or stop is None or thread is None:
            return
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)
        thread.join(CLOSE_SECONDS)

    @property
    def mirror(self) -> Mirror:
        """The engine as last published; for what runs on this thread alone."""
        return self._mirror

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on this thread and wait for it; ENGINE_ABSENT where the server does not run."""
        loop = self._loop
        if loop is None:
            work.close()
            raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE)
        try:
            future = asyncio.run_coroutine_threadsafe(work, loop)
        except RuntimeError:  # closed in between
            work.close()
            raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE) from None
        return await asyncio.wrap_future(future)

    def _run(self, ready: "Future[None]") -> None:
        try:
            asyncio.run(self._serve(ready))
        except AppError as error:
            if not ready.done():
                ready.set_exception(error)

    async def _serve(self, ready: "Future[None]") -> None:
        self._stop = asyncio.Event()
        listening: Listening = await listen(self._path, self._connected)
        self._loop = asyncio.get_running_loop()
        ready.set_result(None)
        try:
            await self._stop.wait()
        finally:
            self._loop = None
            listening.close()
            for client in tuple(self._clients):
                client.cut()
            tasks = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
            if tasks:
                await asyncio.wait(tasks, timeout=CLOSE_SECONDS / 2)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: Peer) -> None:
        if not await self._turn():
            writer.transport.abort()
            return
        client = Client(reader, writer, self._limits, self._mirror, self, peer)
        self._clients.add(client)
        try:
            await client.serve()
        finally:
            self._clients.discard(client)
            if peer.pending:
                self._tell_left(peer)

    async def _turn(self) -> bool:
        """Wait for a free connection; nothing is read meanwhile, so that who waits takes next to no memory."""
        limits, loop = self._limits, asyncio.get_running_loop()
        if len(self._clients) < limits.clients:
            return True
        if self._waiting >= limits.clients:
            return False
        self._waiting += 1
        deadline = loop.time() + limits.turn_seconds
        try:
            while len(self._clients) >= limits.clients and loop.time() < deadline:
                self._give_up_silent(loop.time() - limits.silent_seconds)
                await asyncio.sleep(_TURN_LOOK)
        finally:
            self._waiting -= 1
        return len(self._clients) < limits.clients

    def _give_up_silent(self, before: float) -> None:
        since = {one: at for one in self._clients if (at := one.silent_since) is not None and at < before}
        if since:
            min(since, key=lambda one: since[one]).cut()

    def _tell_left(self, peer: Peer) -> None:
        loop = self._engine_loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # closed in between
                loop.call_soon_threadsafe(self._verbs.left, peer)

    def _take(self, publication: Publication) -> None:
        self._mirror.take(publication)
        for client in self._clients:
            client.changed(publication)

    async def perform(self, request: Request) -> Json:
        """Carry a request over to the engine's loop and wait for what comes of it."""
        loop = self._engine_loop
        if loop is None or loop.is_closed():
            raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE)
        coroutine = self._carried(request)
        try:
            future = asyncio.run_coroutine_threadsafe(coroutine, loop)
        except RuntimeError:  # the loop was closed in between
            coroutine.close()
            raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE) from None
        return await asyncio.wrap_future(future)

    async def _carried(self, request: Request) -> Json:
        return await self._verbs.perform(request)

    def ready_session(self, request: Request) -> Issued | None:
        """Return a session of memory that needs nobody's leave."""
        return self._verbs.ready_session(request, self._mirror)

    def process_line(self, issued: Issued) -> bytes:
        """Return what a credential_process line prints for a session."""
        return self._verbs.process_line(issued)
