"""The endpoint under 10,000 requests, good and bad ones mixed, from eight programs at once."""

import json
import random
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from tests.support.endpoint import KEY, SECRET, TOKEN, Served
from tests.torture.conftest import Row

REQUESTS = 10_000
PROGRAMS = 8
BAD: tuple[dict[str, str | None], ...] = (
    {"Authorization": "x" * 43},
    {"Host": "attacker.example"},
    {"Host": "localhost.attacker.example"},
    {"Origin": "https://attacker.example"},
    {"X_Forwarded_For": "10.0.0.1"},
    {"path": "/v1/credentials/other"},
    {"method": "POST"},
)


class Program:
    """One of the programs that ask, in a process of its own, as programs are."""

    def __init__(self, port: int, wire: list[tuple[bool, bytes]]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.asking", str(port)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(json.dumps([KEY, SECRET, TOKEN]))
        self._say(json.dumps([[good, b64encode(request).decode()] for good, request in wire]))
        assert self._heard() == "ready"

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _heard(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def begin(self) -> None:
        self._say("go")

    def times(self) -> list[float]:
        answer = json.loads(self._heard())
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(20)
        assert "times" in answer, answer
        return answer["times"]


@pytest.mark.torture
def test_ten_thousand_requests_are_answered_in_time_and_leak_nothing(tmp_path: Path, row: Row) -> None:
    with Served(tmp_path) as served:
        chance = random.Random(11)
        kinds = [None if chance.random() < 0.5 else chance.choice(BAD) for _ in range(REQUESTS)]
        wire = [(one is None, served.request(**(one or {}))) for one in kinds]
        together = asked(served, [wire[first::PROGRAMS] for first in range(PROGRAMS)])
        alone = asked(served, [wire[:2000]])
    for name, times in ((f"from {PROGRAMS} programs at once", together), ("one after another", alone)):
        median, p99, most = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99, 0.9999))
        row("endpoint", f"{len(times)} {name}: median {median:.2f}, p99 {p99:.2f}, most {most:.2f} ms, 0 leaked")
    assert alone[int(len(alone) * 0.99)] < 0.010


def asked(served: Served, parts: list[list[tuple[bool, bytes]]]) -> list[float]:
    """Have so many programs ask at once; returns all their times, the shortest first."""
    programs = [Program(served.port, part) for part in parts]
    for one in programs:
        one.begin()
    return sorted(time for one in programs for time in one.times())
