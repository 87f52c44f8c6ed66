"""The broker beset: hundreds of clients at once, garbage, lines without an end, clients that never read or never speak.

Each test measures what an honest client sees meanwhile, and what is left afterwards in memory and descriptors.
"""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.broker.client import BrokerClient
from app.broker.listening import SOCKET_NAME
from app.broker.protocol import Ask, Request
from app.broker.wire import parse_session
from tests.torture.conftest import Row

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="memory and descriptors from /proc")]
ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1 << 20
Report = Callable[..., None]
LONG_TORTURE = pytest.param(50, marks=pytest.mark.torture)


class Beset:
    """A broker in its own process, and the ways to beset it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / SOCKET_NAME
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.broker", str(self.path)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._read() == "ready"

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def measure(self) -> dict[str, int]:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return json.loads(self._read())

    def raw(self) -> socket.socket:
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(20)
        one.connect(str(self.path))
        return one

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(20) == 0, "the broker's process did not end by itself"
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def beset(tmp_path: Path) -> Iterator[Beset]:
    tmp_path.chmod(0o700)
    made = Beset(tmp_path)
    yield made
    made.close()


def honest(beset: Beset, number: int) -> float:
    """Ask for a session as a program does, check that it is the right one, and return the seconds that it took."""
    begin = time.perf_counter()
    with BrokerClient(beset.path) as client:
        found = parse_session(client.ask(Request(Ask.SESSION, names=(f"profile-{number}",)))["session"])
    assert found.credentials.access_key_id == f"ASIA{number:016}"
    return time.perf_counter() - begin


def settled(beset: Beset, before: dict[str, int]) -> dict[str, int]:
    """Return what is measured once every connection of the trial is gone."""
    deadline = time.monotonic() + 20
    while (after := beset.measure())["fds"] > before["fds"] and time.monotonic() < deadline:
        time.sleep(0.05)
    return after


@pytest.fixture
def report(row: Row) -> Report:
    def say(name: str, **figures: object) -> None:
        row("broker", f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))

    return say


@pytest.mark.parametrize("rounds", [2, LONG_TORTURE])
def test_two_hundred_clients_at_once_get_each_its_own(beset: Beset, rounds: int, report: Report) -> None:
    honest(beset, 0)
    before = beset.measure()
    times: list[float] = []
    with ThreadPoolExecutor(200) as pool:
        for _ in range(rounds):
            gate = threading.Barrier(200)

            def one(number: int, gate: threading.Barrier = gate) -> float:
                gate.wait(30)
                return honest(beset, number)

            times += pool.map(one, range(200))
    after = settled(beset, before)
    times.sort()
    grown = (after["rss"] - before["rss"]) / MEGABYTE
    report("200 at once", rounds=rounds, p50_ms=round(times[len(times) // 2] * 1000, 1),
        p99_ms=round(times[int(len(times) * 0.99)] * 1000, 1), grown_mb=round(grown, 1))  # fmt: skip
    assert len(times) == 200 * rounds
    assert after["fds"] == before["fds"]
    assert grown < 32


def _garbage(chance: random.Random) -> bytes:
    kinds: list[Callable[[], bytes]] = [
        lambda: chance.randbytes(chance.randrange(1, 5000)) + b"\n",
        lambda: b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        lambda: b"[" * chance.randrange(1, 60_000) + b"\n",
        lambda: b'{"v":1,"verb":"' + chance.randbytes(40).hex().encode() + b'"}\n',
        lambda: (
            json.dumps({"v": 1, "verb": "session", "names": chance.choice([7, {}, ["x"] * 9000, [None]])}).encode()
            + b"\n"
        ),
        lambda: b'{"v":1,"verb":"answer","question":"q1","value":' + b"9" * 4000 + b"}\n",
        lambda: b"\x00" * chance.randrange(1, 60_000),
    ]
    return chance.choice(kinds)()


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.torture)])
def test_garbage_costs_its_sender_the_connection_and_nobody_else_anything(
    beset: Beset, count: int, report: Report
) -> None:
    chance = random.Random(count)
    honest(beset, 0)
    before = beset.measure()
    slowest = 0.0
    for number in range(count):
        with beset.raw() as one, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            one.sendall(_garbage(chance))
            one.shutdown(socket.SHUT_WR)
            answer = b""
            while part := one.recv(65536):
                answer += part
            assert b"session_token" not in answer
            assert answer.count(b"\n") <= 1
        if number % 50 == 0:
            slowest = max(slowest, honest(beset, number % 200))
    after = settled(beset, before)
    grown = (after["rss"] - before["rss"]) / MEGABYTE
    report("garbage", lines=count, honest_slowest_ms=round(slowest * 1000, 1), grown_mb=round(grown, 1))
    assert slowest < 2
    assert grown < 16


@pytest.mark.parametrize("megabytes", [10, pytest.param(500, marks=pytest.mark.torture)])
def test_a_line_without_an_end_takes_no_memory(beset: Beset, megabytes: int, report: Report) -> None:
    honest(beset, 0)
    before = beset.measure()
    sent = 0
    for _ in range(max(1, megabytes // 10)):
        with beset.raw() as one, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(160):
                one.sendall(b"x" * 65536)
                sent += 65536
    taken = honest(beset, 1)
    after = settled(beset, before)
    grown = (after["rss"] - before["rss"]) / MEGABYTE
    report("10 MB lines", sent_mb=round(sent / MEGABYTE, 1), honest_ms=round(taken * 1000, 1), grown_mb=round(grown, 1))
    assert sent < megabytes * MEGABYTE / 2, "the line was read on after it was too long"
    assert grown < 8


@pytest.mark.parametrize("count", [40, pytest.param(240, marks=pytest.mark.torture)])
def test_clients_that_never_read_are_cut_and_hold_up_nobody(beset: Beset, count: int, report: Report) -> None:
    honest(beset, 0)
    before = beset.measure()
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            one = stack.enter_context(contextlib.closing(beset.raw()))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with contextlib.suppress(BlockingIOError):
                one.setblocking(False)
                one.send(b'{"v":1,"verb":"status"}\n' * 400)  # 60 kB are answered for each line
        slowest = max(honest(beset, number) for number in range(50))
        held = (beset.measure()["rss"] - before["rss"]) / MEGABYTE
    after = settled(beset, before)
    grown = (after["rss"] - before["rss"]) / MEGABYTE
    report("never reading", clients=count, honest_slowest_ms=round(slowest * 1000, 1), held_mb=round(held, 1),
        grown_mb=round(grown, 1))  # fmt: skip
    assert slowest < 3
    assert held < 8 + count * 0.5  # half a megabyte each at most
    assert after["fds"] == before["fds"]


@pytest.mark.parametrize("count", [270, pytest.param(500, marks=pytest.mark.torture)])
def test_silent_clients_give_way_to_those_who_ask(beset: Beset, count: int, report: Report) -> None:
    honest(beset, 0)
    with contextlib.ExitStack() as stack:
        for number in range(count):
            one = stack.enter_context(contextlib.closing(beset.raw()))
            if number % 2:
                one.sendall(b'{"v":1,"ve')  # a half-sent line is silence too
        taken = [honest(beset, number) for number in range(5)]
    report("silent", clients=count, honest_slowest_ms=round(max(taken) * 1000, 1))
    assert max(taken) < 8


def test_slow_requests_hold_up_nobody(beset: Beset, report: Report) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(contextlib.closing(beset.raw())).sendall(b'{"v":1,"verb":"start","names":["slow"]}\n')
        taken = max(honest(beset, number) for number in range(20))
    report("slow requests", clients=100, honest_slowest_ms=round(taken * 1000, 1))
    assert taken < 2


@pytest.mark.skipif(not hasattr(os, "setuid") or os.getuid() != 0, reason="needs root to become another user")
def test_another_user_gets_not_one_byte(beset: Beset) -> None:
    """Even where folder and socket let him in."""
    for folder in (beset.path.parent, *beset.path.parent.parents[:2]):
        folder.chmod(0o755)
    beset.path.chmod(0o666)
    program = (
        "import os, socket, sys\nos.setgid(65534); os.setuid(65534)\ngot = 0\n"
        "for verb in ('hello', 'session', 'process', 'status', 'follow', 'programs') * 20:\n"
        "    s = socket.socket(socket.AF_UNIX); s.settimeout(5)\n"
        "    try:\n"
        "        s.connect(sys.argv[1])\n"
        '        s.sendall(b\'{"v":1,"verb":"%s","names":["profile-1"]}\\n\' % verb.encode())\n'
        "        got += len(s.recv(100))\n"
        "    except ConnectionError:\n"
        "        pass\n"
        "print(got)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(beset.path)], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "0\n"
    assert honest(beset, 1) < 2


def test_a_client_that_goes_in_the_middle_of_everything_leaves_nothing(beset: Beset) -> None:
    chance = random.Random(3)
    honest(beset, 0)
    before = beset.measure()
    line = b'{"v":1,"verb":"status"}\n'
    for _ in range(300):
        with beset.raw() as one:
            one.sendall(line[: chance.randrange(len(line) + 1)])
            if chance.random() < 0.3:
                with contextlib.suppress(ConnectionResetError, TimeoutError):
                    one.settimeout(0.01)
                    one.recv(chance.randrange(1, 2000))
    after = settled(beset, before)
    assert after["fds"] == before["fds"]
    assert honest(beset, 1) < 2
