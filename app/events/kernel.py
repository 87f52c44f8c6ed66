"""What the Linux kernel tells without any service: new addresses and routes, and a wall clock that was set."""

import asyncio
import ctypes
import errno
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

from app.domain.happening import Happening

_GROUPS = 0x10 | 0x40 | 0x100  # RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR
_NEW = (20, 24)  # RTM_NEWADDR, RTM_NEWROUTE: something came; what went away helps nobody
_HEADER = struct.Struct("=IHHII")
_ABSTIME_CANCEL_ON_SET = 1 | 2  # TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET
_FAR = 9_000_000_000 if ctypes.sizeof(ctypes.c_long) > 4 else 2**31 - 2  # the latest that the kernel takes

Ending = Callable[[], None]


def follow_addresses(loop: asyncio.AbstractEventLoop, told: Callable[[Happening], None]) -> Ending:
    """Tell NETWORK when an address or a route comes; returns the way to end it. Nothing where the kernel refuses."""
    try:
        one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE)
    except OSError:
        return lambda: None
    try:
        one.bind((0, _GROUPS))
    except OSError:
        one.close()
        return lambda: None

    def read() -> None:
        try:
            data = one.recv(65_536)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno == errno.ENOBUFS:  # more happened than was read
                told(Happening.NETWORK)
            else:
                loop.remove_reader(one)
            return
        if something_came(data):
            told(Happening.NETWORK)

    return _reading(loop, one.fileno(), read, one.close)


def something_came(data: bytes) -> bool:
    """Whether a netlink datagram speaks of a new address or route."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, at)
        if kind in _NEW:
            return True
        if length < _HEADER.size:
            return False
        at += (length + 3) & ~3
    return False


class _Spec(ctypes.Structure):
    _fields_ = (
        ("interval", ctypes.c_long),
        ("interval_ns", ctypes.c_long),
        ("value", ctypes.c_long),
        ("value_ns", ctypes.c_long),
    )


def follow_clock(loop: asyncio.AbstractEventLoop, told: Callable[[Happening], None]) -> Ending:
    """Tell CLOCK when the wall clock is set, by a timer that the kernel cancels then; returns the way to end it."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        made = int(libc.timerfd_create(0, os.O_NONBLOCK | os.O_CLOEXEC))
    except (OSError, AttributeError):
        return lambda: None
    if made < 0:
        return lambda: None

    def arm() -> bool:
        spec = _Spec(0, 0, _FAR, 0)
        return libc.timerfd_settime(made, _ABSTIME_CANCEL_ON_SET, ctypes.byref(spec), None) == 0

    def read() -> None:
        if not was_set(made):
            return
        told(Happening.CLOCK)
        if not arm():
            loop.remove_reader(made)

    if not arm():
        os.close(made)
        return lambda: None
    return _reading(loop, made, read, lambda: os.close(made))


def was_set(timer: int) -> bool:
    """Whether a timer was ended because the clock was set. A timer that simply rang is no news, and is not armed."""
    try:
        os.read(timer, 8)
    except OSError as error:
        return error.errno == errno.ECANCELED
    return False


def _reading(
    loop: asyncio.AbstractEventLoop, number: int, read: Callable[[], None], close: Callable[[], None]
) -> Ending:
    try:
        loop.add_reader(number, read)
    except NotImplementedError:
        close()
        return lambda: None

    def end() -> None:
        with suppress(ValueError, RuntimeError):
            loop.remove_reader(number)
        close()

    return end
