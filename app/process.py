"""What Rolecall's own process does without: files that others can read, core dumps, and readers of its memory.

The first two are inherited by children: a command that a person starts through Rolecall gets back what the person's
shell had.
"""

import os
import sys
from contextlib import suppress

if sys.platform != "win32":
    import resource

_OWN_UMASK = 0o077
_PR_SET_DUMPABLE = 4
_before: list[tuple[int, tuple[int, int] | None]] = []  # of the one process there is; empty until `harden`


def harden() -> None:
    """Create files for this user alone and write no core dump, from now on. A second call changes nothing."""
    if not _before:
        _before.append((os.umask(_OWN_UMASK), _limit_core(None)))


def relax() -> None:
    """Give back the umask and the core limit of before `harden`.

    For a process about to become a person's command; fits `preexec_fn`: it takes no lock and imports nothing.
    """
    for umask, core in _before:
        os.umask(umask)
        _limit_core(core)


def hide_memory() -> bool:
    """Keep this user's other programs from reading the process's memory and environment; whether that was done.

    Linux alone. Ends with `exec`. Not for a process that opens dialogs: the desktop's portal looks into its callers and
    silently refuses those that hide.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    return ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0


def umask_before() -> int:
    """Return the umask that the person's commands should have (`subprocess.Popen(umask=…)`); -1 leaves it alone."""
    return _before[0][0] if _before else -1


def _limit_core(limits: tuple[int, int] | None) -> tuple[int, int] | None:
    """Set the limits given, or a soft limit of none; return what was there before."""
    if sys.platform == "win32":
        return None
    before = resource.getrlimit(resource.RLIMIT_CORE)
    with suppress(OSError, ValueError):  # a system without this limit
        resource.setrlimit(resource.RLIMIT_CORE, limits or (0, before[1]))
    return before
