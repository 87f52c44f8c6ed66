"""Secrets on a real X clipboard beside another program that copies: cleared while they are ours, and never else."""

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.conftest import Row

PROGRAMS = ("Xvfb", "xclip")
pytestmark = [
    pytest.mark.skipif(
        any(shutil.which(one) is None for one in PROGRAMS) and not os.environ.get("CI"), reason="needs Xvfb and xclip"
    ),
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


@pytest.fixture
def display() -> Iterator[str]:
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, pass_fds=(write,), **quiet) as server:  # type: ignore[call-overload]
        os.close(write)
        written = b""
        while not written.endswith(b"\n"):
            assert select.select([read], [], [], 20)[0], "Xvfb does not start"
            written += os.read(read, 16)
        os.close(read)
        yield f":{int(written)}"
        server.terminate()


class Other:
    """Another program: xclip."""

    def __init__(self, display: str) -> None:
        self._environ = {**os.environ, "DISPLAY": display}

    def copy(self, text: str, selection: str = "clipboard") -> None:
        subprocess.run(
            ["xclip", "-selection", selection, "-i"],
            env=self._environ,
            input=text.encode(),
            stdout=subprocess.DEVNULL,  # it stays in the background and would keep a pipe open
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=10,
        )
        end = time.monotonic() + 2
        while self.paste(selection) != text and time.monotonic() < end:
            time.sleep(0.005)  # the parent has ended, and the one in the background has not spoken to the server yet

    def paste(self, selection: str = "clipboard", target: str = "UTF8_STRING") -> str:
        command = ["xclip", "-selection", selection, "-t", target, "-o"]
        done = subprocess.run(command, env=self._environ, capture_output=True, check=False, timeout=10)
        return done.stdout.decode() if done.returncode == 0 else ""


class Ours:
    """Rolecall's own way with the clipboard, in a process that quits or is killed."""

    def __init__(self, display: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.clipboard"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._heard("ready")

    def _heard(self, *words: str) -> str:
        assert self._process.stdout is not None
        assert select.select([self._process.stdout], [], [], 30)[0], "the application does not answer"
        said = self._process.stdout.readline().strip()
        assert said in words, said
        return said

    def order(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._heard("held", "empty")

    def end(self, number: int | None = None) -> None:
        if number is None:
            self.order("quit")
        else:
            self._process.send_signal(number)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.wait(20)
        self._process.stdin.close()
        self._process.stdout.close()


@pytest.mark.parametrize("rounds", [20, pytest.param(500, marks=pytest.mark.torture)])
def test_random_interleavings_with_another_program(display: str, rounds: int, row: Row) -> None:
    chance, other, ours = random.Random(rounds), Other(display), Ours(display)
    steps = number = 0
    mine = ""  # what of ours is on the clipboard
    expected = ""
    other.copy("selected with the mouse", "primary")
    try:
        for _ in range(rounds):
            for _ in range(chance.randrange(2, 7)):
                number += 1
                steps += 1
                what = chance.choices(
                    ("copy", "theirs", "the same", "clear", "expire", "quit", "kill"), (6, 4, 1, 3, 3, 0.6, 0.4)
                )[0]
                if what == "copy":
                    mine = expected = f"secret-{number}"
                    assert ours.order(f"copy {mine} {chance.choice((0, 30))}") == "held"
                    assert "x-kde-passwordManagerHint" in other.paste(target="TARGETS")
                    assert other.paste(target="x-kde-passwordManagerHint") == "secret"
                elif what == "theirs":
                    mine, expected = "", f"theirs-{number}"
                    other.copy(expected)
                elif what == "the same":
                    expected = expected or "x"
                    other.copy(expected)  # somebody else has the very text by now, and it is cleared all the same
                elif what in ("clear", "expire"):
                    expected = "" if mine and mine == expected else expected
                    assert ours.order(what) == "empty"
                    mine = ""
                else:
                    held_by_us = mine and mine == expected
                    ours.end(None if what == "quit" else signal.SIGKILL)
                    found = other.paste()
                    expected = found if held_by_us and what == "kill" and found in ("", mine) else expected
                    expected = "" if held_by_us and what == "quit" else expected
                    mine, ours = "", Ours(display)
                assert other.paste() == expected, what
                assert other.paste("primary") == "selected with the mouse"
    finally:
        ours.end()
    row("clipboard", f"{rounds} interleavings, {steps} steps on a real X server with xclip: all as they should be")
    assert steps > rounds
