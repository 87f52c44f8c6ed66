"""The endpoint's server: one request, one answer, one connection; bounded in bytes, time and number.

It lives on the loop that `open` ran on, which is never the one of a window, and answers from memory.
"""

import asyncio
import contextlib
import logging
import socket
import sys
from typing import Protocol, cast

from app.domain.endpoint import HOST
from app.domain.values import dataclass
from app.endpoint.http import HEAD_MAXIMUM, MalformedError, admitted, parse_head, response

log = logging.getLogger(__name__)
_END = b"\r\n\r\n"
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
        self.counter = counter
        self.limits = limits or Limits()
        self._server: asyncio.Server | None = None
        self._open: dict[_Connection, None] = {}  # the oldest first
        self.tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self, port: int) -> int:
        """Listen at `port`, 0: one that the system draws; returns the port. Raises OSError, as when it is taken."""
        bound = _bound(port)
        try:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: _Connection(self), sock=bound, backlog=256
            )
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
        for one in tuple(self._open):
            one.cut()
        for task in tuple(self.tasks):
            task.cancel()
        if self.tasks:
            await asyncio.wait(tuple(self.tasks), timeout=1)

    def admit(self, connection: "_Connection") -> None:
        """Count a connection in. Those that hold some without asking must not keep others out: the oldest goes."""
        if len(self._open) >= self.limits.connections:
            next(iter(self._open)).cut()
        self._open[connection] = None

    def dismiss(self, connection: "_Connection") -> None:
        """Count a connection out."""
        self._open.pop(connection, None)


class _Connection(asyncio.Protocol):
    """One connection: its request, its answer, its end. Called by the loop, without a task of its own until it asks."""

    def __init__(self, server: EndpointServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._head = b""
        self._asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.admit(self)
        self._within(self._server.limits.request_seconds)

    def _within(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.cut)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._timer is not None:
            self._timer.cancel()
        self._server.dismiss(self)

    def eof_received(self) -> bool:
        return self._asked  # who has asked may say that it sends no more; who has not will not

    def data_received(self, data: bytes) -> None:
        if self._asked:
            return  # what follows a request is no request
        self._head += data
        end = self._head.find(_END)
        if end < 0 and len(self._head) <= HEAD_MAXIMUM:
            return
        self._asked = True
        if self._timer is not None:
            self._timer.cancel()
        if end < 0:
            self._say(Answer(431, NOTHING))
            return
        task = asyncio.get_running_loop().create_task(self._answer(self._head[: end + len(_END)]))
        self._server.tasks.add(task)
        task.add_done_callback(self._server.tasks.discard)

    async def _answer(self, data: bytes) -> None:
        try:
            self._say(await self._found(data))
        except (OSError, TimeoutError, asyncio.CancelledError):
            self.cut()
        except Exception as error:  # noqa: BLE001  a fault of our own ends one request, not the endpoint
            log.error("a request to the endpoint failed: %s", type(error).__name__)
            self.cut()

    async def _found(self, data: bytes) -> Answer:
        try:
            head = parse_head(data)
        except MalformedError:
            return Answer(400, NOTHING)
        port = self._server.port
        if self._transport is None or not admitted(head, port):
            return Answer(403, NOTHING)
        peer = Peer(int(self._transport.get_extra_info("peername")[1]), port)
        found = await self._server.counter.answer(head.target, head.headers.get("authorization", ""), peer)
        return found or Answer(403, NOTHING)

    def _say(self, answer: Answer) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._within(self._server.limits.write_seconds)
        self._transport.write(response(answer.status, answer.body))
        with contextlib.suppress(OSError, RuntimeError):
            self._transport.write_eof()
        self._transport.close()  # once all of it is on its way

    def cut(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()
        self._server.dismiss(self)


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
