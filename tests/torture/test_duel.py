"""Beside the AWS CLI's own writer, which truncates in place without a lock: no section of others is lost."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.awsfiles.store import AwsFiles
from app.domain.files import SectionPut
from app.domain.problem import Code
from tests.support.awsfiles import read, session
from tests.torture.conftest import Row
from tests.torture.rounds import OTHERS, ROOT, Forge, Sandbox
from tests.torture.writer import store

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="the CLI cannot write what is being replaced"),
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]


class Cli:
    """What the CLI's process said at its end."""

    def __init__(self) -> None:
        self.count = 0
        self.said: dict[str, str] = {}


@contextmanager
def cli(path: Path, pause_ms: float) -> Iterator[Cli]:
    command = [sys.executable, "-m", "tests.torture.cli", str(path), str(OTHERS), str(pause_ms)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    result = Cli()
    try:
        yield result
    finally:
        out, _ = process.communicate("stop\n", timeout=30)
    end = json.loads(out)
    result.count, result.said = end["count"], end["said"]


def put(files: AwsFiles, number: int) -> Code | None:
    outcomes = files.apply([SectionPut(name, name, session(number)) for name in ("a0", "a1")])
    problem = outcomes[0].problem
    return problem.code if problem else None


def heal(files: AwsFiles, number: int) -> int:
    """What follows each change of the file: look, and write again what is gone or stale; returns how often."""
    expected = dict.fromkeys(("a0", "a1"), session(number).access_key_id)
    for rounds in range(4):
        if not files.check(expected):
            return rounds
        put(files, number)
    raise AssertionError("it does not hold")


def assert_nobody_lost(sandbox: Sandbox, number: int, opponent: Cli) -> int:
    """Every section of others with its keys, ours as written last; returns how many of the CLI's settings are gone."""
    found = read(sandbox.path.read_bytes())
    assert found is not None
    for n in range(OTHERS):
        assert found[f"other{n}"]["aws_access_key_id"] == f"AKIAOTHER{n:011d}"
        assert found[f"other{n}"]["aws_secret_access_key"] == "x" * 40
    for name in ("a0", "a1"):
        assert found[name]["aws_access_key_id"] == session(number).access_key_id
    assert set(found) == {*(f"other{n}" for n in range(OTHERS)), "a0", "a1"}
    return sum(found[section].get("region") != region for section, region in opponent.said.items())


DUELS = int(os.environ.get("ROLECALL_TEST_DUELS", "1"))  # each takes minutes; twenty were fought for the table


@pytest.mark.parametrize("duel", range(DUELS))
@pytest.mark.parametrize("writes", [60, pytest.param(1500, marks=pytest.mark.torture)])
def test_writes_beside_the_cli_in_a_loop(tmp_path: Path, writes: int, duel: int, row: Row) -> None:
    sandbox = Sandbox(tmp_path)
    files = store(tmp_path, waits=True)
    busy = healed = 0
    with cli(sandbox.path, 40) as opponent:
        for number in range(1, writes + 1):
            busy += put(files, number) is Code.FILE_BUSY
            if number % 10 == 0:
                healed += bool(files.check({"a0": session(number).access_key_id}))
    healed += heal(files, writes)
    lost = assert_nobody_lost(sandbox, writes, opponent)
    row(
        "no lost edit",
        f"{writes} writes beside {opponent.count} of the AWS CLI: {lost} settings lost, {busy} put off",
    )
    assert lost == 0
    assert busy < writes / 4
    assert opponent.count > writes / 4


@pytest.mark.parametrize("seconds", [4, pytest.param(60, marks=pytest.mark.torture)])
def test_a_file_that_never_holds_still_is_left_alone_and_written_afterwards(tmp_path: Path, seconds: int) -> None:
    sandbox = Sandbox(tmp_path)
    files = store(tmp_path, waits=True)
    assert put(files, 1) is None
    number = 1
    end = time.monotonic() + seconds
    codes: set[Code | None] = set()
    with cli(sandbox.path, 0) as opponent:
        while time.monotonic() < end:
            number += 1
            codes.add(put(files, number))
    assert codes <= {None, Code.FILE_BUSY}
    begun = time.monotonic()
    assert put(files, number + 1) is None
    heal(files, number + 1)
    assert time.monotonic() - begun < 5
    lost = assert_nobody_lost(sandbox, number + 1, opponent)
    print(f"{opponent.count} writes of the CLI, {number} of ours tried, {lost} settings lost")
    assert lost == 0


@pytest.mark.parametrize("rounds", [40, pytest.param(400, marks=pytest.mark.torture)])
def test_two_of_ours_beside_the_cli(tmp_path: Path, rounds: int) -> None:
    sandbox = Sandbox(tmp_path)
    forge = Forge()
    try:
        with cli(sandbox.path, 60) as opponent:
            orders = [
                {"do": "loop", "root": str(tmp_path), "number": 1_000_000 * one, "rounds": rounds, "waits": True}
                for one in (1, 2)
            ]
            for pid in [forge.ask(**order)["pid"] for order in orders]:
                assert forge.ask(do="reap", pid=pid)["status"] == 0
    finally:
        forge.close()
    found = read(sandbox.path.read_bytes())
    assert found is not None
    assert {f"other{n}" for n in range(OTHERS)} <= set(found)
    assert sum(found[section].get("region") != region for section, region in opponent.said.items()) == 0
