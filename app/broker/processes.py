"""What the platform tells of the process that asks, through psutil: the one file that knows it.

A process id may be another process a moment later. So whatever is read is checked afterwards: the process began before
it connected, is the same one still, is the parent still; the peer's own mark (a pidfd on Linux) has the last word.
Tried on Linux; macOS and Windows go the same way through psutil.
"""

import logging
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.digests import sha256
from app.domain.programs import UNKNOWN, Parent, Program
from app.domain.values import dataclass

if TYPE_CHECKING:
    import psutil

_log = logging.getLogger(__name__)
_SLACK = 1.0  # seconds: the system's start, from which processes count theirs, is told in whole seconds
_TICK = 0.02
_PARENTS = 8
_STEPS = 6  # from our own stub up to who runs it: a launcher of Windows, a shell
_SHELL = re.compile(r"(?:ba|z|da|k|mk|fi|tc|c)?sh|busybox|nu|xonsh|elvish|pwsh|powershell|cmd", re.IGNORECASE)
_INTERPRETER = re.compile(
    r"(?:python|pypy|node|nodejs|bun|deno|ruby|perl|php|lua|luajit|tclsh|wish|guile|rscript|r|java|javaw|julia|dotnet"
    r"|mono|osascript|[gm]?awk|env|qemu-.*|ld-.*|ld\.so.*|wine.*|(?:ba|z|da|k|mk|fi|tc|c)?sh|busybox|nu|xonsh|elvish"
    r"|pwsh|powershell|cmd)w?[\d.-]*(?:\.exe)?",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"-[ISsEuBbOqPvex]+|--|-jar")  # flags that bring in no other code before the script


@dataclass(frozen=True, slots=True)
class OwnPrograms:
    """What of ours asks for somebody else: scripts (stub, launcher, entry point), and their interpreters."""

    interpreters: frozenset[str]
    scripts: frozenset[str]

    @classmethod
    def of(cls, stub: Path, launcher: Path) -> "OwnPrograms":
        """Return what belongs to this interpreter and installation."""
        pythons = {sys.executable, getattr(sys, "_base_executable", "") or sys.executable}
        name = "rolecall.exe" if sys.platform == "win32" else "rolecall"
        scripts = {str(stub), str(launcher), str(Path(sys.executable).with_name(name))}
        return cls(frozenset(map(os.path.realpath, pythons)), frozenset(map(os.path.realpath, scripts)))


class SystemProcesses:
    """The port Processes."""

    def __init__(self, own: OwnPrograms, user: str) -> None:
        """`user`: the login name to show; looking one up may ask the network."""
        self._own = own
        self._user = user

    def program(
        self, pid: int, *, connected_at: float | None = None, alive: Callable[[], bool] | None = None
    ) -> Program:
        """Return who asks; UNKNOWN where it cannot be told for sure."""
        if pid <= 0:
            return UNKNOWN
        try:
            import psutil
        except ImportError:
            return UNKNOWN
        try:
            process = psutil.Process(pid)
            if connected_at is not None and process.create_time() > connected_at + _SLACK:
                return UNKNOWN
            steps = self._steps(process)
            found = _read(steps[-1], self._user)
            if not all(one.is_running() for one in steps) or not _still_above(steps):
                return UNKNOWN
        except (psutil.Error, OSError, ValueError) as error:
            _log.info("the program of a process is not told: %s", type(error).__name__)
            return UNKNOWN
        return found if alive is None or alive() else UNKNOWN

    def at_port(self, client: int, server: int, *, connected_at: float | None = None) -> Program:
        """Return the program that holds the client's end of a connection on this machine."""
        try:
            import psutil
        except ImportError:
            return UNKNOWN
        try:
            holders = _holders(client, server)
        except (OSError, ValueError, psutil.Error):
            return UNKNOWN
        return self.program(holders.pop(), connected_at=connected_at) if len(holders) == 1 else UNKNOWN

    def _steps(self, process: "psutil.Process") -> "list[psutil.Process]":
        """Return the way from the one that connected up to the one that asks."""
        steps = [process]
        while self._asks_for_another(steps[-1], below=len(steps) > 1):
            parent = steps[-1].parent()
            if parent is None or len(steps) > _STEPS:
                raise ValueError
            steps.append(parent)
        return steps

    def _asks_for_another(self, process: "psutil.Process", *, below: bool) -> bool:
        """Whether it is our stub or command line, or the shell that an SDK puts around our line."""
        executable, words = process.exe(), process.cmdline()
        if os.path.realpath(executable) in self._own.interpreters:
            script = _script(executable, words, process.cwd())
            return script != "" and os.path.realpath(script) in self._own.scripts
        if os.path.realpath(executable) in self._own.scripts:  # the entry point of Windows is a program
            return True
        wrapped = below and _SHELL.fullmatch(_short(executable)) is not None and len(words) == 3
        names = tuple(Path(one).name for one in self._own.scripts)
        return wrapped and words[1].lower() in ("-c", "/c") and any(name in words[2] for name in names)


def _holders(client: int, server: int) -> set[int]:
    """Return the processes that hold the client's end. Linux tells of all at once, macOS of each process alone."""
    import psutil

    if sys.platform == "darwin":
        everything = ((one.pid, _connections(one)) for one in psutil.process_iter())
        found = [(pid, connection) for pid, those in everything for connection in those]
    else:
        found = [(one.pid, one) for one in psutil.net_connections(kind="tcp4")]
    return {pid for pid, one in found if pid and _is_between(one, client, server)}


def _connections(process: "psutil.Process") -> Sequence[Any]:
    import psutil

    try:
        return process.net_connections(kind="tcp4")
    except (psutil.Error, OSError):
        return ()


def _is_between(connection: Any, client: int, server: int) -> bool:  # noqa: ANN401  psutil has no name for it
    here, there = connection.laddr, connection.raddr
    return bool(here and there) and (here.port, there.port) == (client, server) and there.ip == here.ip == "127.0.0.1"


def _still_above(steps: "Sequence[psutil.Process]") -> bool:
    """Whether each is the parent of the one before still: an orphan has another one."""
    return all(child.ppid() == parent.pid for child, parent in pairwise(steps))


def _read(process: "psutil.Process", user: str) -> Program:
    executable, folder = process.exe(), _told(process.cwd)
    script = _script(executable, process.cmdline(), folder)
    created = process.create_time()
    return Program(
        process.pid,
        _clean(executable),
        _clean(script),
        _clean(folder),
        _clean(_user(process, user)),
        _clean(_told(process.terminal)),
        _parents(process),
        _key(process, executable, script, created),
        f"process {process.pid} {created:.2f} {_digest(executable, script)}" if executable else "",
    )


def _told(read: Callable[[], str | None]) -> str:
    """Return what one thing says; where the platform refuses it alone, the rest is told all the same."""
    import psutil

    try:
        return read() or ""
    except psutil.NoSuchProcess:
        raise
    except (psutil.Error, OSError):
        return ""


def _user(process: "psutil.Process", user: str) -> str:
    if sys.platform == "win32":
        return user
    uid = process.uids().real
    return user if uid == os.getuid() else f"uid {uid}"


def _parents(process: "psutil.Process") -> tuple[Parent, ...]:
    """Return the processes above, up to the shell and what shows it."""
    found: list[Parent] = []
    last = False
    while len(found) < _PARENTS and not last:
        parent = process.parent()
        if parent is None or parent.pid <= 1:
            break
        name = _clean(_told(parent.name))
        last = bool(found) and _SHELL.fullmatch(found[-1].name) is not None
        found.append(Parent(parent.pid, name))
        process = parent
    return tuple(found)


def _script(executable: str, words: Sequence[str], folder: str) -> str:
    """Return the file that an interpreter runs; empty where it runs none, or something else may come before it."""
    if _INTERPRETER.fullmatch(_short(executable)) is None:
        return ""
    for word in words[1:]:
        if _HARMLESS.fullmatch(word):
            continue
        path = os.path.join(folder, word)  # noqa: PTH118  bytes of a name, not a path of ours
        return path if not word.startswith("-") and os.path.isabs(path) and os.path.isfile(path) else ""  # noqa: PTH113, PTH117
    return ""


def _key(process: "psutil.Process", executable: str, script: str, created: float) -> str:
    """Return what the same files, unchanged, have in common; empty where that cannot be told."""
    interpreter = _INTERPRETER.fullmatch(_short(executable)) is not None
    if not executable or (interpreter and not script):
        return ""
    stamps = [_stamp(executable)]
    if sys.platform == "linux" and _file_of(f"/proc/{process.pid}/exe") != _file_of(executable):
        return ""  # replaced since it began, or of another root
    if script:
        if Path(script).stat().st_ctime > _began(process, created):
            return ""  # changed since it began: what runs may be another text
        stamps.append(_stamp(script))
    return _digest(*stamps) if all(stamps) else ""


def _began(process: "psutil.Process", created: float) -> float:
    """Return when a process began, by the wall clock, a moment late at most."""
    if sys.platform != "linux":
        return created + _SLACK
    after_name = Path(f"/proc/{process.pid}/stat").read_text(errors="replace").rpartition(")")[2]
    ticks = int(after_name.split()[19])
    ago = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return time.time() - ago + _TICK


def _stamp(path: str) -> str:
    real = os.path.realpath(path)
    of = os.stat(real)  # noqa: PTH116  a name as the system gave it
    if not stat.S_ISREG(of.st_mode):
        return ""
    return f"{real}|{of.st_uid}|{of.st_dev}|{of.st_ino}|{of.st_size}|{of.st_mtime_ns}|{of.st_ctime_ns}"


def _file_of(path: str) -> tuple[int, int]:
    of = os.stat(path)  # noqa: PTH116  follows what /proc names
    return of.st_dev, of.st_ino


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _short(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".exe")


def _clean(text: str) -> str:
    """Leave out what could make a prompt say something else: line ends, marks of direction, broken bytes."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
