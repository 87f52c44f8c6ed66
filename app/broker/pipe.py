"""The named pipe of Windows: only our own user can open it, and who connects is checked by user id besides."""

import asyncio
import ctypes
import struct
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from app.broker.peer import Peer
from app.broker.protocol import REQUEST_MAXIMUM
from app.broker.userpipe import Accepting, SecurityAttributes, attributes_for, pipe_server
from app.domain.digests import sha256
from app.domain.problem import AppError, Code

Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Peer], Awaitable[None]]
_MODULES = ("asyncio.windows_events", "_winapi", "asyncio.windows_utils")
_QUERY_LIMITED = 0x1000
_TOKEN_QUERY = 0x0008
_TOKEN_USER = 1


def pipe_name(path: Path) -> str:
    """Return the pipe that stands for a socket path: one per runtime folder."""
    digest = sha256(str(path).lower().encode()).hexdigest()[:32]
    return rf"\\.\pipe\rolecall-{digest}"


class _PipeListening:
    def __init__(self, accepting: Accepting, kept: tuple[object, ...]) -> None:
        self._accepting = accepting
        self._kept = kept  # tasks under way, and the access list, which Windows is only pointed to

    def close(self) -> None:
        self._accepting.close()


async def listen_on_pipe(path: Path, connected: Connected) -> _PipeListening:
    """Listen on the pipe of `path`; raises FOLDER_UNUSABLE where it cannot be made."""
    loop = cast(Any, asyncio.get_running_loop())
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pipe = writer.get_extra_info("pipe")
        pid = 0 if pipe is None else _user_client(pipe.fileno())
        if not pid:
            writer.transport.abort()
            return
        await connected(reader, writer, Peer(pid, time.time(), lambda: True))

    def protocol() -> asyncio.StreamReaderProtocol:
        reader = asyncio.StreamReader(limit=REQUEST_MAXIMUM, loop=loop)

        def begun(one: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = loop.create_task(serve(one, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        return asyncio.StreamReaderProtocol(reader, begun, loop=loop)

    address = pipe_name(path)
    try:
        attributes = _our_attributes()
        events, winapi, utils = map(import_module, _MODULES)
        server: Any = pipe_server(events, winapi, utils, attributes)(address)
    except (OSError, ImportError) as error:
        raise AppError.of(
            Code.FOLDER_UNUSABLE, path=address, reason=getattr(error, "strerror", "") or "error"
        ) from None
    accepting = Accepting(loop, server, protocol, address)
    accepting.start()
    return _PipeListening(accepting, (tasks, attributes))


def _our_attributes() -> SecurityAttributes:
    windll: Any = getattr(ctypes, "windll", None)
    sid = None if windll is None else _user_of(windll, ctypes.c_void_p(-1))
    if windll is None or sid is None:
        raise OSError(0, "no user")
    return attributes_for(windll, sid_text(sid))


def sid_text(sid: bytes) -> str:
    """Return a security identifier as Windows writes it, beginning with S-1-."""
    revision, count = sid[0], sid[1]
    authority = int.from_bytes(sid[2:8], "big")
    parts = struct.unpack(f"<{count}I", sid[8 : 8 + 4 * count])
    return "-".join(["S", str(revision), str(authority), *map(str, parts)])


def _user_client(handle: int) -> int:
    """Return the process id of the pipe's client if it runs as our own user, else 0."""
    windll: Any = getattr(ctypes, "windll", None)
    if windll is None:
        return 0
    kernel = windll.kernel32
    pid = ctypes.c_ulong()
    if not kernel.GetNamedPipeClientProcessId(ctypes.c_void_p(handle), ctypes.byref(pid)):
        return 0
    process = ctypes.c_void_p(kernel.OpenProcess(_QUERY_LIMITED, False, pid.value))
    if not process.value:
        return 0
    try:
        theirs = _user_of(windll, process)
        ours = _user_of(windll, ctypes.c_void_p(-1))  # -1: this process
        return int(pid.value) if theirs is not None and theirs == ours else 0
    finally:
        kernel.CloseHandle(process)


def _user_of(windll: Any, process: ctypes.c_void_p) -> bytes | None:  # noqa: ANN401  ctypes knows no type for it
    """Return the security identifier of a process's user, as bytes."""
    token = ctypes.c_void_p()
    if not windll.advapi32.OpenProcessToken(process, _TOKEN_QUERY, ctypes.byref(token)):
        return None
    try:
        size = ctypes.c_ulong()
        windll.advapi32.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        if not windll.advapi32.GetTokenInformation(token, _TOKEN_USER, buffer, size, ctypes.byref(size)):
            return None
        sid = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_void_p)).contents
        length = windll.advapi32.GetLengthSid(sid)
        return ctypes.string_at(sid, length)
    finally:
        windll.kernel32.CloseHandle(token)
