"""A command as a child: what is sent to us reaches it, whenever it comes and whichever thread it comes to."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.cli import child
from tests.support.command_line import heed_signals

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
ENDS_AT_TERM = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done"

# the signal comes between the child's start and the moment at which its parent knows of it
EARLY = """
import os, signal, subprocess, sys
from app.cli import child
real = subprocess.Popen
def early(*arguments, **named):
    started = real(*arguments, stdout=subprocess.PIPE, **named)
    started.stdout.readline()
    os.kill(os.getpid(), signal.SIGTERM)
    return started
subprocess.Popen = early
sys.exit(child.run_child("/bin/sh", ["sh", "-c", sys.argv[1]], dict(os.environ)))
"""

# the main thread takes no signals of its own: they come to the other one
ELSEWHERE = """
import os, signal, sys, threading
from app.cli import child
hold = threading.Event()
threading.Thread(target=hold.wait, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
unblocked = (
    "import os, signal, sys; signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM}); "
    "os.execv('/bin/sh', ['sh', '-c', sys.argv[1]])"
)
sys.exit(child.run_child(sys.executable, [sys.executable, "-c", unblocked, sys.argv[1]], dict(os.environ)))
"""


def begin(program: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", program, ENDS_AT_TERM],
        cwd=Path(child.__file__).parents[2],
        stdout=subprocess.PIPE,
        preexec_fn=heed_signals,  # noqa: PLW1509  it takes no lock
    )


def test_a_signal_before_the_child_is_known_still_reaches_it() -> None:
    with begin(EARLY) as parent:
        try:
            assert parent.wait(20) == 3
        finally:
            parent.kill()


def test_a_signal_that_another_thread_takes_reaches_it() -> None:
    with begin(ELSEWHERE) as parent:
        try:
            assert parent.stdout is not None
            assert parent.stdout.readline() == b"ready\n"
            parent.send_signal(signal.SIGTERM)
            assert parent.wait(20) == 3
        finally:
            parent.kill()


def test_what_was_set_before_is_set_again() -> None:
    before = [signal.getsignal(one) for one in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)]
    assert threading.current_thread() is threading.main_thread()
    assert child.run_child("/bin/sh", ["sh", "-c", "exit 5"], dict(os.environ)) == 5
    assert [signal.getsignal(one) for one in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)] == before
