"""What keeps the idle application small: nothing stays in memory that nobody uses."""

import builtins
import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_M_ARENA_MAX = -8  # of malloc.h


def import_plainly() -> None:
    """Take PySide's own import away again: for each module it reads, and keeps, the source, to look for `__feature__`.

    Nothing here uses that. What other modules are imported then costs a third less time and memory.
    """
    original = getattr(builtins, "__orig_import__", None)
    if original is not None:
        builtins.__import__ = original
        linecache.clearcache()


def one_heap() -> bool:
    """Let all threads share the C library's first heap: each that works would get one of its own, and fill it barely.

    Call it before threads are started. Of two threads that ask for memory at once one waits for the other, which
    Python's lock makes rare. Linux with GNU's library alone; returns whether it was done.
    """
    if sys.platform != "linux":
        return False
    import ctypes  # the watch on files brings it anyway

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_ARENA_MAX, 1) == 1


@contextmanager
def asyncio_without_tls() -> Iterator[None]:
    """Let asyncio be imported without `ssl`: OpenSSL and its constants are 5 MB, and no loop here speaks TLS.

    What calls AWS and providers imports `ssl` itself, on the threads that do so.
    """
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        yield
        return
    sys.modules["ssl"] = None  # pyright: ignore[reportArgumentType]  Python's own way to say that there is none
    try:
        yield
    finally:
        del sys.modules["ssl"]
