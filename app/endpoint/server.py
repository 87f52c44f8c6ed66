"""The endpoint's server: one request, one answer, one connection; bounded in bytes, time and number.

It lives on the loop that `open` ran on, which is never the one of a window, and answers from memory.
"""

import asyncio
import contextlib
import logging
import socket
import sys
from dataclasses import dataclass
from typing import Protocol

from app.domain.endpoint import HOST
from app.endpoint.http import HEAD_MAXIMUM, MalformedError, admitted, parse_head, response

log = logging.getLogger(__name__)
NOTHING = b'{"code":"AccessDenied","message":"Rolecall gives nothing for this request."}'


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program gets: 200 with a session, 403, or 503 where asking again in a moment can help."""

    status: int
    body: bytes

    def __repr__(self) -> str:
        """Leave the body out: it may be a session."""
        return f"Answer({self.status})"


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of a connection, and our own port of it: what the system finds the asking program by."""

    port: int
    our_port: int


class Counter(Protocol):
    """Who answers for the profiles."""

    async def answer(self, path: str, token: str, peer: Peer) -> Answer | None:
        """Return what the bearer of the token gets; None: nobody's token. Never waits for a person."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections at once, and for how many seconds one may take to ask and to read."""

    connections: int = 256
    request_seconds: float = 2.0
    write_seconds: float = 2.0


class EndpointServer:
    """Serves 127.0.0.1 from `open` to `close`."""

    def __init__(self, counter: Counter, limits: Limits | None = None) -> None:
        """Do nothing yet."""
        self._counter = counter
        self._limits = limits or Limits()
        self._server: asyncio.Server | None = None
        self._asking: dict[asyncio.Task[None], asyncio.StreamWriter] = {}  # the oldest first
        self.port = 0

    async def open(self, port: int) -> int:
        """Listen at `port`, 0: one that the system draws; returns the port. Raises OSError, as when it is taken."""
        bound = _bound(port)
        try:
            self._server = await asyncio.start_server(self._connected, sock=bound, limit=HEAD_MAXIMUM, backlog=256)
        except BaseException:
            bound.close()
            raise
        self.port = int(bound.getsockname()[1])
        return self.port

    async def close(self) -> None:
        """Take no more requests and cut those that are under way."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for task in tuple(self._asking):
            task.cancel()
        if self._asking:
            await asyncio.wait(tuple(self._asking), timeout=1)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        if len(self._asking) >= self._limits.connections:
            # those that hold connections without asking must not keep others out: the oldest goes
            oldest = next(iter(self._asking))
            self._asking.pop(oldest).transport.abort()
            oldest.cancel()
        self._asking[task] = writer
        try:
            await self._serve(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            writer.transport.abort()
        except Exception as error:  # noqa: BLE001  a fault of our own ends one request, not the endpoint
            log.error("a request to the endpoint failed: %s", type(error).__name__)
            writer.transport.abort()
        finally:
            self._asking.pop(task, None)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._limits.request_seconds):
                data = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError:
            answer = Answer(431, NOTHING)
        else:
            answer = await self._answer(data, writer)
        writer.write(response(answer.status, answer.body))
        async with asyncio.timeout(self._limits.write_seconds):
            await writer.drain()
            with contextlib.suppress(OSError):
                writer.write_eof()

    async def _answer(self, data: bytes, writer: asyncio.StreamWriter) -> Answer:
        try:
            head = parse_head(data)
        except MalformedError:
            return Answer(400, NOTHING)
        if not admitted(head, self.port):
            return Answer(403, NOTHING)
        peer = Peer(int(writer.get_extra_info("peername")[1]), self.port)
        found = await self._counter.answer(head.target, head.headers.get("authorization", ""), peer)
        return found or Answer(403, NOTHING)


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there, reuse would let another program listen beside us
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # after a restart, connections of before still linger
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
        bound.setblocking(False)
    except BaseException:
        bound.close()
        raise
    return bound
