"""Which program is behind a TCP port of this machine, where the system tells: Linux, for our own user's programs."""

import contextlib
import os
import sys
from pathlib import Path

from app.domain.values import dataclass

_ESTABLISHED, _LISTEN = "01", "0A"
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Program:
    """A running program. `name` is what the system shows for it."""

    pid: int
    name: str


def holder(port: int, proc: Path = _PROC) -> Program | None:
    """Return who listens at the port; None where nobody can tell. Blocking: it looks through the processes."""
    return _program(_inode(proc, port, None, _LISTEN), proc)


def asker(port: int, our_port: int, proc: Path = _PROC) -> Program | None:
    """Return whose connection to our port comes from `port`; None where nobody can tell. Blocking."""
    return _program(_inode(proc, port, our_port, _ESTABLISHED), proc)


def _inode(proc: Path, local: int, remote: int | None, state: str) -> str | None:
    if sys.platform != "linux":
        return None
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in (proc / "net" / name).read_text().splitlines()[1:]:
                fields = line.split()
                ports = [int(one.rpartition(":")[2], 16) for one in fields[1:3]]
                if ports[0] == local and (remote is None or ports[1] == remote) and fields[3] == state:
                    return fields[9]
    return None


def _program(inode: str | None, proc: Path) -> Program | None:
    if inode is None:
        return None
    wanted = f"socket:[{inode}]"
    # the newest first: what asks for credentials has often just begun, and may be gone soon
    for pid in sorted(filter(str.isdigit, _entries(proc)), key=int, reverse=True):
        fds = proc / pid / "fd"
        if any(_target(fds / one) == wanted for one in _entries(fds)):
            with contextlib.suppress(OSError):  # gone meanwhile
                return Program(int(pid), (proc / pid / "comm").read_text().strip())
    return None


def _entries(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  names alone, of thousands of folders
    except OSError:  # another user's, or gone meanwhile
        return []


def _target(link: Path) -> str:
    try:
        return os.readlink(link)  # noqa: PTH115  no path, a description
    except OSError:
        return ""
