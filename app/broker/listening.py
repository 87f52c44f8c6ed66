"""Opens the place where clients connect: a Unix socket in the runtime folder, a named pipe on Windows."""

import asyncio
import contextlib
import os
import socket
import stat
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from app.broker.peer import Peer, peer_of, peer_pid, same_user
from app.broker.protocol import REQUEST_MAXIMUM
from app.domain.problem import AppError, Code

SOCKET_NAME = "control.sock"
PATH_MAXIMUM = 103 if sys.platform == "darwin" else 107  # bytes of sun_path without the final NUL
BACKLOG = 1024  # where it is full, a client of Linux is refused at once instead of waiting
Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Peer], Awaitable[None]]


class Listening(Protocol):
    """An open place."""

    def close(self) -> None:
        """Take no more connections and remove the place."""
        ...


async def listen(path: Path, connected: Connected) -> Listening:
    """Listen at `path`, 0600, for our own user alone; raises SOCKET_PATH_LONG or FOLDER_UNUSABLE."""
    if sys.platform == "win32":
        from app.broker.pipe import listen_on_pipe

        return await listen_on_pipe(path, connected)
    check_path(path)
    try:
        return await _UnixListening.open(path, connected)
    except OSError as error:
        raise AppError.of(Code.FOLDER_UNUSABLE, path=str(path.parent), reason=error.strerror or "error") from None


def check_path(path: Path) -> None:
    """Raise SOCKET_PATH_LONG where the system cannot take the path."""
    length = len(os.fsencode(path))
    if length > PATH_MAXIMUM:
        raise AppError.of(Code.SOCKET_PATH_LONG, path=str(path), length=length, maximum=PATH_MAXIMUM)


class _UnixListening:
    def __init__(self, path: Path, server: asyncio.Server, inode: int) -> None:
        self._path = path
        self._server = server
        self._inode = inode

    @classmethod
    async def open(cls, path: Path, connected: Connected) -> "_UnixListening":
        async def checked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            transport = writer.get_extra_info("socket")
            peer = None if transport is None else _peer(transport)
            if peer is None:
                writer.transport.abort()
                return
            await connected(reader, writer, peer)

        bound = _bound(path)
        try:
            server = await asyncio.start_unix_server(checked, sock=bound, limit=REQUEST_MAXIMUM, backlog=BACKLOG)
        except BaseException:
            bound.close()
            raise
        return cls(path, server, _inode(path))

    def close(self) -> None:
        self._server.close()
        with contextlib.suppress(OSError):  # another engine's socket by now: leave it
            if _inode(self._path) == self._inode:
                self._path.unlink()


def _bound(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)  # left by a crash: we hold the engine lock
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(path))
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    except BaseException:
        bound.close()
        raise
    return bound


def _inode(path: Path) -> int:
    return path.stat().st_ino


def _peer(transport: socket.socket) -> Peer | None:
    """Return who connected; None for another user."""
    # asyncio hands out a TransportSocket, which has no getsockopt on some versions: use the descriptor
    with socket.socket(fileno=os.dup(transport.fileno())) as own:
        if not same_user(own):
            return None
        pid = peer_pid(own)
    return peer_of(transport.fileno(), pid)
