"""Another process of the same user (uid 65534) wants to see into one of ours: memory, files, environment, a core."""

import contextlib
import ctypes
import faulthandler
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import process
from app.domain.secret import Secret
from tests.torture.conftest import BOTH, Row

NOBODY = 65534
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="becomes another user, on Linux"),
    pytest.mark.slow,
]
LIBC = ctypes.CDLL(None, use_errno=True)


class Vec(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def as_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


class Holder:
    """A process of NOBODY with a secret in its memory, at `address`; `hidden`: as Rolecall's long commands are."""

    def __init__(self, folder: Path, *, hidden: bool) -> None:
        self.secret = f"canary-{os.urandom(16).hex()}".encode()
        told, tell = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            with contextlib.suppress(BaseException):
                self._live(folder, tell, hidden=hidden)
            os._exit(1)
        os.close(tell)
        self.address = int(os.read(told, 100))
        os.close(told)

    def _live(self, folder: Path, tell: int, *, hidden: bool) -> None:
        faulthandler.disable()
        os.chdir(folder)
        os.environ["CANARY"] = "x"
        as_nobody()
        LIBC.prctl(4, 1, 0, 0, 0)  # a process that changed its user is hidden; one that a user started is not
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if hidden:
            process.harden()
            assert process.hide_memory()
        held = Secret(self.secret.decode())
        place = ctypes.create_string_buffer(held.reveal().encode())
        os.write(tell, str(ctypes.addressof(place)).encode())
        while True:
            signal.pause()

    def end(self, number: int = signal.SIGKILL) -> int:
        """End it; returns its status as waitpid gives it."""
        os.kill(self.pid, number)
        _, status = os.waitpid(self.pid, 0)
        return status


def tried(holder: Holder) -> dict[str, bool]:
    """What a process of the same user gets of it: by each way whether it got through."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            as_nobody()
            os.write(writer, json.dumps({name: _works(way, holder) for name, way in WAYS.items()}).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    return json.loads(answer)


def _works(way: Callable[[Holder], bool], holder: Holder) -> bool:
    try:
        return way(holder)
    except (OSError, subprocess.SubprocessError):
        return False


def _mem(holder: Holder) -> bool:
    with Path(f"/proc/{holder.pid}/mem").open("rb", buffering=0) as memory:
        memory.seek(holder.address)
        return memory.read(len(holder.secret)) == holder.secret


def _readv(holder: Holder) -> bool:
    size = len(holder.secret)
    here = ctypes.create_string_buffer(size)
    local, remote = Vec(ctypes.addressof(here), size), Vec(holder.address, size)
    got = LIBC.process_vm_readv(holder.pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    return got == size and here.raw == holder.secret


def _ptrace(holder: Holder) -> bool:
    if LIBC.ptrace(PTRACE_ATTACH, holder.pid, None, None) != 0:
        return False
    os.waitpid(holder.pid, 0)
    LIBC.ptrace(PTRACE_DETACH, holder.pid, None, None)
    return True


def _gdb(holder: Holder) -> bool:
    gdb = shutil.which("gdb")
    command = [gdb or "", "-n", "-q", "-batch", "-p", str(holder.pid), "-ex", f"x/s {holder.address}"]
    if gdb is None:
        return False
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, cwd="/", env={"HOME": "/nonexistent"})
    return holder.secret in done.stdout


WAYS: dict[str, Callable[[Holder], bool]] = {
    "/proc/PID/mem": _mem,
    "/proc/PID/maps": lambda one: bool(Path(f"/proc/{one.pid}/maps").read_text()),
    "/proc/PID/environ": lambda one: bool(Path(f"/proc/{one.pid}/environ").read_bytes()),
    "/proc/PID/fd": lambda one: bool(os.listdir(f"/proc/{one.pid}/fd")),  # noqa: PTH208  names alone
    "process_vm_readv": _readv,
    "ptrace": _ptrace,
    "gdb": _gdb,
}


@BOTH
def test_the_same_user_sees_nothing(tmp_path: Path, row: Row, run: str) -> None:
    tmp_path.chmod(0o777)
    plain = Holder(tmp_path, hidden=False)
    try:
        open_ways = {name for name, works in tried(plain).items() if works}
    finally:
        plain.end()
    if not {"/proc/PID/mem", "process_vm_readv"} <= open_ways:
        pytest.skip(f"the system keeps users' processes apart by itself; open: {sorted(open_ways)}")
    hidden = Holder(tmp_path, hidden=True)
    try:
        found = {name for name, works in tried(hidden).items() if works}
    finally:
        status = hidden.end(signal.SIGSEGV)
    assert found == set()
    assert os.WTERMSIG(status) == signal.SIGSEGV
    assert not os.WCOREDUMP(status)
    assert [one.name for one in tmp_path.iterdir()] == []
    said = ", ".join(sorted(open_ways))
    row(
        "secrets", f"memory, as the same user (uid {NOBODY}): {said} refused, which an ordinary process allows; no core"
    )


@BOTH
def test_no_core_file_where_memory_is_not_hidden(tmp_path: Path, row: Row, run: str) -> None:
    """The tray application: what ends it leaves no core file, by its limit alone."""
    script = """
import os, signal
from app import process
process.harden()
os.chdir(os.environ["PLACE"])
os.kill(os.getpid(), signal.SIGSEGV)
"""
    for number, hardened in enumerate((False, True)):
        place = tmp_path / str(number)
        place.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", script if hardened else script.replace("process.harden()", "0")],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PLACE": str(place)},
            check=False,
            preexec_fn=_want_cores,
        )
        assert done.returncode == -signal.SIGSEGV
        cores = list(place.iterdir())
        if not hardened and not cores:
            pytest.skip("the system writes no core files into the working folder")
        assert hardened is not bool(cores)
    row("secrets", "core: none after SIGSEGV; without our limit there is one")


def _want_cores() -> None:
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
