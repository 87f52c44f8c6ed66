"""`kill -9` at random moments: no torn file, no lost section, nothing left behind after the next start."""

import gc
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.conftest import Row
from tests.torture.rounds import Forge, Sandbox

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9")


@pytest.fixture
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


# two halves of 10,000, for two cores
@pytest.mark.parametrize(
    ("rounds", "seed"), [(100, 0), *(pytest.param(5000, half, marks=pytest.mark.torture) for half in (1, 2))]
)
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_killed_writer_tears_nothing(tmp_path: Path, forge: Forge, rounds: int, seed: int, row: Row) -> None:
    sandbox = Sandbox(tmp_path)
    chance = random.Random(seed)
    versions: set[int] = set()
    window = 0.02
    for number in range(rounds):
        pid = forge.ask(do="loop", root=str(tmp_path), number=1000 * number)["pid"]
        time.sleep(chance.uniform(0.0, window))
        os.kill(pid, signal.SIGKILL)
        forge.ask(do="reap", pid=pid)
        sandbox.assert_whole()
        sandbox.next_start()
        versions.add(hash(sandbox.path.read_bytes()))
        if number % 20 == 19 and len(versions) < number / 3:  # a busy machine has not begun to write by then
            window = min(window * 1.5, 0.3)
        if number % 200 == 0:
            gc.collect()  # which tests do not do by themselves while they run
    assert len(versions) > rounds / 10, "the kills came before anything was written"
    row("no torn file", f"{rounds} kills while renewing: 0 torn, 0 left behind, {len(versions)} versions seen")


@pytest.mark.parametrize("rounds", [40, pytest.param(1000, marks=pytest.mark.torture)])
@pytest.mark.slow
def test_a_killed_write_in_place_is_finished_at_the_next_start(
    tmp_path: Path, forge: Forge, rounds: int, row: Row
) -> None:
    sandbox = Sandbox(tmp_path)
    chance = random.Random(rounds)
    for number in range(rounds):
        pid = forge.ask(do="loop", root=str(tmp_path), number=1000 * number, mode="in-place")["pid"]
        time.sleep(chance.uniform(0.0, 0.03))
        os.kill(pid, signal.SIGKILL)
        forge.ask(do="reap", pid=pid)
        sandbox.next_start()
        sandbox.assert_whole()
        assert list(tmp_path.glob("state/journal/in-place-*")) == []
    row("no torn file", f"{rounds} kills while writing in place: each finished or undone at the next start")


@pytest.mark.parametrize("rounds", [60, pytest.param(600, marks=pytest.mark.torture)])
@pytest.mark.slow
def test_two_of_our_own_processes_take_turns(tmp_path: Path, forge: Forge, rounds: int) -> None:
    sandbox = Sandbox(tmp_path)
    pids = [
        forge.ask(do="loop", root=str(tmp_path), number=1_000_000 * (1 + one), rounds=rounds)["pid"] for one in range(2)
    ]
    for pid in pids:
        assert forge.ask(do="reap", pid=pid)["status"] == 0
        sandbox.assert_whole()
    sandbox.next_start()
