"""A long line typed or pasted unseen. A terminal cuts lines at 4,096 characters, and identity tokens are longer."""

import contextlib
import getpass
import os
import sys
from collections.abc import Iterator

LINE_MAXIMUM = 64 * 1024
_ENDS = (b"\n", b"\r")
_END_OF_INPUT, _DELETE, _ERASE_LINE = b"\x04", (b"\x7f", b"\x08"), b"\x15"


def long_line(prompt: str) -> str:
    """Return a line of the terminal, up to 64 KiB, without showing it; EOFError, OSError without a terminal."""
    if sys.platform == "win32":
        return getpass.getpass(prompt)  # reads key by key there: nothing is cut
    descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    try:
        with _raw(descriptor):
            os.write(descriptor, prompt.encode())
            line = _line(descriptor)
            os.write(descriptor, b"\n")
    finally:
        os.close(descriptor)
    return line.decode("utf-8", "replace")


def _line(descriptor: int) -> bytes:
    line = bytearray()
    while len(line) <= LINE_MAXIMUM:
        key = os.read(descriptor, 1)
        if key in _ENDS:
            return bytes(line)
        if key in (b"", _END_OF_INPUT):
            raise EOFError
        if key in _DELETE:
            del line[-1:]
        elif key == _ERASE_LINE:
            line.clear()
        else:
            line += key
    return bytes(line)


@contextlib.contextmanager
def _raw(descriptor: int) -> Iterator[None]:
    """Without echo and without the terminal's own line editing, which is what cuts; Ctrl-C goes on working."""
    import termios

    before = termios.tcgetattr(descriptor)
    new = termios.tcgetattr(descriptor)
    new[3] &= ~(termios.ECHO | termios.ICANON)
    new[6][termios.VMIN], new[6][termios.VTIME] = 1, 0
    termios.tcsetattr(descriptor, termios.TCSAFLUSH, new)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
