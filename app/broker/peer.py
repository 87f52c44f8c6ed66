"""Who is at the other end of a local socket: only the same user may ask."""

import asyncio
import ctypes
import errno
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.names import SessionKey
from app.domain.programs import Program

_PEERPIDFD = 77  # SO_PEERPIDFD of Linux 6.5; not in Python's socket module
_NOT_KNOWN = frozenset({errno.ENOPROTOOPT, errno.EOPNOTSUPP, errno.EINVAL})
_LOCAL, _LOCAL_PEERPID = 0, 2  # SOL_LOCAL and LOCAL_PEERPID of macOS


@dataclass(eq=False, slots=True)
class Peer:
    """The process that connected.

    `alive`: whether that very process still is there. Where the system cannot tell, it says True, and `connected_at`
    (the wall clock) helps: a process that began later is another one.
    """

    pid: int
    connected_at: float | None
    alive: Callable[[], bool]
    program: Program | None = None  # once it was found
    pending: "dict[SessionKey, asyncio.Task[bool]]" = field(
        default_factory=dict[SessionKey, "asyncio.Task[bool]"]
    )  # a person is asked


def same_user(connection: socket.socket) -> bool:
    """Whether the peer of a Unix socket runs as our own user; False where the system does not tell."""
    if sys.platform == "win32":
        return False
    uid = _peer_uid(connection)
    return uid is not None and uid == os.getuid()


def peer_of(descriptor: int, pid: int) -> Peer:
    """Return the peer of a Unix socket that stays open as long as it is asked."""
    sure = _peer_lives(descriptor) is not None
    connected_at = None if sure else time.time()
    return Peer(pid, connected_at, lambda: _peer_lives(descriptor) is not False)


def peer_pid(connection: socket.socket) -> int:
    """Return the process id of the peer of a Unix socket; 0 where the system does not tell."""
    try:
        if hasattr(socket, "SO_PEERCRED"):
            size = struct.calcsize("3i")
            pid, _uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
            return int(pid)
        if sys.platform == "darwin":
            return connection.getsockopt(_LOCAL, _LOCAL_PEERPID)
    except (OSError, struct.error):
        pass
    return 0


def _peer_lives(descriptor: int) -> bool | None:
    """Ask the kernel for the peer's own handle: unlike an id it can never come to mean another process. None: not told.

    Before Linux 6.5 and elsewhere the time at which the process began has to do.
    """
    if sys.platform != "linux":
        return None
    try:
        with socket.socket(fileno=os.dup(descriptor)) as connection:
            handle = connection.getsockopt(socket.SOL_SOCKET, _PEERPIDFD)
    except OSError as error:
        return None if error.errno in _NOT_KNOWN else False
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return not poll.poll(0)  # readable: it has ended
    finally:
        os.close(handle)


def _peer_uid(connection: socket.socket) -> int | None:
    try:
        if hasattr(socket, "SO_PEERCRED"):
            size = struct.calcsize("3i")
            _pid, uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
            return int(uid)
        return _getpeereid(connection.fileno())
    except (OSError, AttributeError, struct.error):
        return None


def _getpeereid(descriptor: int) -> int | None:
    """MacOS and the BSDs."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = ctypes.c_uint32(), ctypes.c_uint32()
    if libc.getpeereid(descriptor, ctypes.byref(uid), ctypes.byref(gid)) != 0:
        return None
    return uid.value
