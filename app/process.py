"""What Rolecall's own process does without: files that others can read, and core dumps, which would hold secrets.

Both are properties of the whole process and inherited by its children. A command that a person starts through Rolecall
gets back what the person's shell had.
"""

import os
import sys
from contextlib import suppress

if sys.platform != "win32":
    import resource

_OWN_UMASK = 0o077
_before: "tuple[int, tuple[int, int] | None] | None" = None


def harden() -> None:
    """Create files for this user alone and write no core dump, from now on. A second call changes nothing."""
    global _before
    if _before is None:
        _before = (os.umask(_OWN_UMASK), _limit_core(None))


def relax() -> None:
    """Give back the umask and the core limit of before `harden`: for a process that is about to become a person's command.

    Also fits `preexec_fn`: it neither allocates locks nor imports.
    """
    if _before is not None:
        umask, core = _before
        os.umask(umask)
        _limit_core(core)


def umask_before() -> int:
    """Return the umask that the person's commands should have (`subprocess.Popen(umask=…)`); -1 leaves it alone."""
    return -1 if _before is None else _before[0]


def _limit_core(limits: tuple[int, int] | None) -> tuple[int, int] | None:
    """Set the limits given, or a soft limit of none; return what was there before."""
    if sys.platform == "win32":
        return None
    before = resource.getrlimit(resource.RLIMIT_CORE)
    with suppress(OSError, ValueError):  # a system without this limit
        resource.setrlimit(resource.RLIMIT_CORE, limits or (0, before[1]))
    return before
