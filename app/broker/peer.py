"""Who is at the other end of a local socket: only the same user may ask."""

import ctypes
import os
import socket
import struct
import sys


def same_user(connection: socket.socket) -> bool:
    """Whether the peer of a Unix socket runs as our own user; False where the system does not tell."""
    if sys.platform == "win32":
        return False
    uid = _peer_uid(connection)
    return uid is not None and uid == os.getuid()


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
