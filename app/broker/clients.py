"""One connected client: reads a request, answers it, reads the next; or follows."""

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import Protocol

from app.broker.mirror import Mirror, Publication
from app.broker.peer import Peer
from app.broker.protocol import (
    REQUEST_MAXIMUM,
    Ask,
    Json,
    Request,
    done,
    encode,
    parse_request,
    refused,
    unreachable,
)
from app.broker.wire import session_json
from app.domain.calls import Issued
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.values import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take: connections, bytes of a request, seconds between requests and for reading an answer.

    Who comes when all connections are taken waits `turn_seconds` for one: the one that has been silent longest, for a
    second at least, is given up for it.
    """

    clients: int = 256
    turn_seconds: float = 5.0
    silent_seconds: float = 1.0
    request_bytes: int = REQUEST_MAXIMUM
    idle_seconds: float = 30.0
    asking_seconds: float = 75.0  # instead, while a person is asked about its program
    write_seconds: float = 5.0


class Desk(Protocol):
    """What a client asks of the server."""

    async def perform(self, request: Request) -> Json:
        """Carry a request over to the engine's loop."""
        ...

    def ready_session(self, request: Request) -> Issued | None:
        """Return a session of memory that needs nobody's leave."""
        ...

    def process_line(self, issued: Issued) -> bytes:
        """Return what a credential_process line prints for a session, with its line end."""
        ...


class _GoneError(Exception):
    """The client went away or broke the rules: its connection is cut without another word."""


class Client:
    """Serves one connection until either side ends it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: Limits,
        mirror: Mirror,
        desk: Desk,
        peer: Peer,
    ) -> None:
        """Hold the connection of a peer."""
        self._peer = peer
        self.silent_since: float | None = None  # by the loop's time, while it could send a request
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._mirror = mirror
        self._desk = desk
        self._news = asyncio.Event()
        self._names: set[str] = set()
        self._questions = False
        self._flags = False

    def cut(self) -> None:
        """End the connection now; what was written already is still delivered where the client reads it."""
        self._writer.close()
        self._news.set()

    def changed(self, publication: Publication) -> None:
        """Note what a follower is to be told; joined while the client is slow, so that nothing piles up."""
        self._names.update(publication.statuses)
        self._questions |= publication.questions is not None
        self._flags |= publication.flags is not None
        self._news.set()

    async def serve(self) -> None:
        """Answer requests until the client goes. Never raises."""
        try:
            while True:
                line = await self._line()
                try:
                    request = replace(parse_request(line), peer=self._peer)
                except AppError as error:
                    await self._write(refused(error.problem))
                    return
                if request.verb is Ask.FOLLOW:
                    await self._follow()
                    return
                if request.verb is Ask.PROCESS:
                    await self._process(request)
                    return
                await self._write(await self._answer(request))
                await asyncio.sleep(0)  # who sent many requests ahead waits its turn after each
        except (_GoneError, OSError, TimeoutError):
            pass
        finally:
            self._writer.transport.abort() if self._writer.transport.get_write_buffer_size() else self._writer.close()

    async def _line(self) -> bytes:
        limits, waits = self._limits, bool(self._peer.pending)  # a person is asked: it says no more until then
        self.silent_since = None if waits else asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(limits.asking_seconds if waits else limits.idle_seconds):
                return await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            await self._write(refused(unreachable("a request that is too long").problem))
            raise _GoneError from None
        except (asyncio.IncompleteReadError, TimeoutError):
            raise _GoneError from None
        finally:
            self.silent_since = None

    async def _answer(self, request: Request) -> Json:
        try:
            return await self._result(request)
        except AppError as error:
            return refused(error.problem)
        except _GoneError:
            raise
        except Exception as error:  # noqa: BLE001  a fault of our own ends one request, not the broker
            log.error("request %s failed: %s", request.verb, type(error).__name__)
            return refused(Problem.of(Code.UNEXPECTED, Verb.REPORT, kind=type(error).__name__))

    async def _result(self, request: Request) -> Json:
        mirror = self._mirror
        match request.verb:
            case Ask.HELLO:
                return done(engine=mirror.flags_json())
            case Ask.STATUS:
                return done(
                    engine=mirror.flags_json(),
                    profiles=mirror.statuses_json(request.names),
                    questions=mirror.questions_json(),
                )
            case Ask.SESSION:
                issued = self._desk.ready_session(request)
                if issued is not None:
                    return done(session=session_json(issued))
                return await self._performed(request)
            case _:
                return await self._performed(request)

    async def _process(self, request: Request) -> None:
        """Answer a process line, whose client can afford to read finished text alone: no JSON is parsed there."""
        issued = self._desk.ready_session(request)
        if issued is None:
            name = request.names[0] if request.names else ""
            await self._write(refused(Problem.of(Code.NOT_ACTIVE, profile=name)))
        else:
            await self._send(self._desk.process_line(issued))

    async def _performed(self, request: Request) -> Json:
        """Wait for the engine, but only as long as the client is there: nothing may come before its answer."""
        work = asyncio.ensure_future(self._desk.perform(request))
        gone = asyncio.ensure_future(self._reader.read(1))
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise _GoneError
            return done(**work.result())
        finally:
            for task in (work, gone):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task

    async def _follow(self) -> None:
        self._names, self._questions, self._flags = set(), False, False
        first: dict[str, object] = {"event": "all", "engine": self._mirror.flags_json()}
        first |= {"profiles": self._mirror.statuses_json(), "questions": self._mirror.questions_json()}
        await self._write(done(**first))
        gone = asyncio.ensure_future(self._reader.read(1))
        try:
            while not gone.done():
                self._news.clear()
                await self._tell()
                news = asyncio.ensure_future(self._news.wait())
                await asyncio.wait((news, gone), return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                if self._writer.is_closing():
                    return
        finally:
            gone.cancel()

    async def _tell(self) -> None:
        names, questions, flags = self._names, self._questions, self._flags
        if not (names or questions or flags):
            return
        self._names, self._questions, self._flags = set(), False, False
        await self._write(done(**self._mirror.event_json(names, questions=questions, flags=flags)))

    async def _write(self, value: Json) -> None:
        await self._send(encode(value))

    async def _send(self, line: bytes) -> None:
        self._writer.write(line)
        async with asyncio.timeout(self._limits.write_seconds):
            await self._writer.drain()
