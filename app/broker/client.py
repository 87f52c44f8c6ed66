"""The control socket's client: blocking, standard library only, light to import."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from app.broker.protocol import (
    ANSWER_MAXIMUM,
    Ask,
    Json,
    Request,
    answer_of,
    request_line,
    unreachable,
)
from app.domain.problem import AppError, Code, Verb

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 10.0


class BrokerClient:
    """One connection to the running engine. Every failure is an AppError; ENGINE_ABSENT where nobody listens."""

    def __init__(self, path: Path, *, timeout: float = ANSWER_SECONDS) -> None:
        """Connect; `timeout` in seconds counts for each answer, on top of what a request itself waits."""
        self._timeout = timeout
        self._buffer = bytearray()
        self._connection = _connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def ask(self, request: Request) -> Json:
        """Send a request and return the values of its answer, or raise its problem."""
        self._connection.send(request_line(request))
        return answer_of(self._line(self._timeout + request.wait))

    def follow(self) -> Iterator[Json]:
        """Yield the whole state, then each change, until the engine ends."""
        self._connection.send(request_line(Request(Ask.FOLLOW)))
        while True:
            try:
                line = self._line(None)
            except AppError as error:
                if error.problem.code is Code.ENGINE_ABSENT:
                    return
                raise
            yield answer_of(line)

    def _line(self, seconds: float | None) -> bytes:
        deadline = None if seconds is None else time.monotonic() + seconds
        begin = 0
        while (end := self._buffer.find(b"\n", begin)) < 0:
            begin = len(self._buffer)
            if begin > ANSWER_MAXIMUM:
                raise unreachable("an answer that is too long")
            more = self._connection.receive(None if deadline is None else max(deadline - time.monotonic(), 0.001))
            if not more:
                raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE)
            self._buffer += more
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line


class _UnixConnection:
    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(CONNECT_SECONDS)
        deadline = time.monotonic() + CONNECT_SECONDS
        try:
            while not self._connected(path, deadline):
                time.sleep(0.02)
        except BaseException:
            self._socket.close()
            raise

    def _connected(self, path: Path, deadline: float) -> bool:
        """Connect; False where so many ask at once that the kernel takes no more for a moment (Linux)."""
        try:
            self._socket.connect(str(path))
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError from None
            return False
        return True

    def send(self, line: bytes) -> None:
        self._socket.settimeout(CONNECT_SECONDS)
        try:
            self._socket.sendall(line)
        except OSError:
            raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE) from None

    def receive(self, seconds: float | None) -> bytes:
        self._socket.settimeout(seconds)
        try:
            return self._socket.recv(65536)
        except TimeoutError:
            raise unreachable("no answer in time") from None
        except OSError:
            return b""

    def close(self) -> None:
        self._socket.close()


class _PipeConnection:
    """Windows: the named pipe as a file. Its reads have no time-out; the server's own limits end them."""

    def __init__(self, path: Path) -> None:
        from app.broker.pipe import pipe_name

        deadline = time.monotonic() + CONNECT_SECONDS
        while True:
            try:
                self._file: BinaryIO = open(pipe_name(path), "r+b", buffering=0)  # noqa: SIM115, PTH123  no path of a file
            except OSError as error:
                busy = getattr(error, "winerror", None) == 231  # ERROR_PIPE_BUSY
                if not busy or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def send(self, line: bytes) -> None:
        try:
            self._file.write(line)
        except OSError:
            raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE) from None

    def receive(self, seconds: float | None) -> bytes:
        del seconds
        try:
            return os.read(self._file.fileno(), 65536)
        except OSError:
            return b""

    def close(self) -> None:
        self._file.close()


def _connect(path: Path) -> _UnixConnection | _PipeConnection:
    try:
        return _PipeConnection(path) if sys.platform == "win32" else _UnixConnection(path)
    except TimeoutError:
        raise unreachable("it does not answer") from None
    except OSError as error:
        if isinstance(error, PermissionError):
            raise unreachable("not allowed to connect") from None
        raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE) from None
