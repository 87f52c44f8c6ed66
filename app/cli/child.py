"""A command as a child that the terminal and the shell see as if it were ours: signals, job control, exit code."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import Any

from app import process

# the terminal sends these to the child by itself
_OF_THE_TERMINAL = ("SIGINT", "SIGQUIT")
_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
LOOK_SECONDS = 1.0  # should a signal be missed
Handler = Callable[[int, FrameType | None], None]


def run_child(path: str, command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command to its end; returns its exit code, negative for the signal that ended it. OSError: it cannot run.

    The child is in our process group, so that the terminal is its own: Ctrl-C and Ctrl-Z reach it as ever.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    relay = _Relay()
    with _signals(relay.pass_on):
        before = None if os.name == "nt" else process.relax
        started = subprocess.Popen([command[0], *command[1:]], executable=path, env=dict(environ), preexec_fn=before)  # noqa: PLW1509
        relay.runs(started)
        return _end_of(started)


def _end_of(child: "subprocess.Popen[bytes]") -> int:
    """Wait for the child's end, heeding signals meanwhile.

    The system may hand a signal to any thread of ours: a main thread that sleeps in the wait for the child would then
    not run its handler before the child's end. What is written at each signal wakes it.
    """
    if os.name == "nt":
        return child.wait()
    hear, tell = os.pipe()
    for end in (hear, tell):
        os.set_blocking(end, False)
    before = signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    others = signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    try:
        while (code := child.poll()) is None:
            select.select([hear], [], [], LOOK_SECONDS)
            with contextlib.suppress(BlockingIOError):
                os.read(hear, 4096)
        return code
    finally:
        signal.set_wakeup_fd(others)
        signal.signal(signal.SIGCHLD, before)
        for end in (hear, tell):
            os.close(end)


def end_as(code: int) -> int:
    """Return the exit code, or end by the signal that ended the child: a shell's loop stops at Ctrl-C only then."""
    if code >= 0 or os.name == "nt":
        return code
    with contextlib.suppress(OSError, ValueError):
        signal.signal(-code, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        os.kill(os.getpid(), -code)
    return 128 - code


class _Relay:
    """Where signals go: to the child, and what came before it was known to it as soon as it is."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def runs(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = child
        while self._early:  # a handler may run in between: it finds the child
            child.send_signal(self._early.pop(0))

    def pass_on(self, number: int) -> None:
        if self._child is None:
            self._early.append(number)
        else:
            self._child.send_signal(number)


@contextlib.contextmanager
def _signals(pass_on: Callable[[int], None]) -> Iterator[None]:
    """Pass on what is sent to us alone; what the terminal sends to the whole group the child has already."""

    def forward(number: int, _frame: FrameType | None) -> None:
        pass_on(number)

    def from_terminal(number: int, frame: FrameType | None) -> None:
        if not _in_foreground():
            forward(number, frame)

    wanted: list[tuple[str, Handler]] = [(name, from_terminal) for name in _OF_THE_TERMINAL]
    wanted += [(name, forward) for name in _FORWARDED]
    before: dict[int, Any] = {}
    for name, handler in wanted:
        number = getattr(signal, name, None)
        if number is not None:
            ignored = signal.getsignal(number) is signal.SIG_IGN  # as under nohup: the child inherits that
            before[number] = signal.getsignal(number) if ignored else signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_foreground() -> bool:
    """Whether our group has the terminal, so that a signal of the keyboard went to the child too."""
    if sys.platform == "win32":
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
