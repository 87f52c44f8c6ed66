"""A long line on a real terminal: nothing is cut, nothing is shown."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
ROOT = Path(__file__).resolve().parents[2]
_CHILD = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from app.cli.unseen import long_line
before = termios.tcgetattr(0)
try:
    line = long_line("Token: ")
    said = f"{len(line)} {line[:3]} {line[-3:]}"
except EOFError:
    said = "nothing"
print(said, termios.tcgetattr(0) == before)
"""


def typed(keys: bytes) -> str:
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD], stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, start_new_session=True
    )
    os.close(slave)
    shown, end, left = b"", time.monotonic() + 20, keys
    try:
        while child.poll() is None or select.select([master], [], [], 0)[0]:
            assert time.monotonic() < end, shown
            try:
                if select.select([master], [], [], 0.05)[0]:
                    shown += os.read(master, 65536)
            except OSError:  # the terminal is gone with the child
                break
            if b"Token: " in shown and left:
                left = left[os.write(master, left[:1000]) :]
    finally:
        child.kill()
        child.wait()
        os.close(master)
    return shown.decode().partition("Token: ")[2].strip()


def test_a_line_beyond_what_a_terminal_takes() -> None:
    shown = typed(b"abc" + b"x" * 19_994 + b"xyz\r")
    assert shown == "20000 abc xyz True"


def test_keys_that_edit() -> None:
    assert typed(b"wrong\x15abcdd\x7fxyz\n") == "7 abc xyz True"
    assert typed(b"abc\x04") == "nothing True"
