"""Programs ask a running engine through the stub, as an SDK does, and a person answers on the command line."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.compose import World, open_core
from app.host import Host, HostKind
from tests.support.command_line import Ran
from tests.support.in_process import Office

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stub over a Unix socket")
SAFETY = '\n[profiles.dev.safety]\napprove_programs = "{}"\n'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one


@contextmanager
def engine(office: Office) -> Iterator[None]:
    """`rolecall refresh` on a thread of its own, with the office's vault."""
    world = World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    ready, stop = threading.Event(), threading.Event()

    async def run() -> None:
        host = Host(await open_core(world), HostKind.REFRESH)
        await host.open((), auto=False)
        ready.set()
        await asyncio.to_thread(stop.wait)
        await host.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def stub(office: Office, *more: str) -> Ran:
    """Run the line of `dev` as an SDK does."""
    line = [sys.executable, "-I", "-S", str(office.folder / "state" / "credentials.py"), "dev", *more]
    environ = {**office.environ, "HOME": str(office.folder)}
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, env=environ)
    return Ran(done.returncode, done.stdout, done.stderr)


def asking(office: Office) -> list[dict[str, Any]]:
    return office.must_json("programs", "list")["asking"]


def test_refused_at_once_with_one_line_then_served_as_the_person_said(office: Office) -> None:
    office.catalog.write_text(office.catalog.read_text() + SAFETY.format("once-1h"))
    with engine(office):
        office.must("start", "dev")
        begin = time.monotonic()
        first = stub(office)
        assert time.monotonic() - begin < 10
        assert (first.code, first.out) == (4, "")
        assert "rolecall programs allow dev" in first.err
        [question] = asking(office)
        assert (question["pid"], question["profile"], question["through"]) == (os.getpid(), "dev", "process-line")
        assert question["session_name"] == "ana-dev"
        assert "--json" not in json.dumps(question)  # no argument of anybody
        office.must("programs", "allow", "dev", "--for-1h")
        assert json.loads(stub(office).out)["AccessKeyId"].startswith("ASIA")
        assert asking(office) == []
        [decision] = office.must_json("programs", "list")["decisions"]
        assert decision["answer"] == "hour"
        office.must("programs", "revoke", decision["id"])
        assert stub(office).code == 4
        office.must("programs", "deny", "dev", "--for-1h")
        denied = stub(office)
        assert (denied.code, denied.out) == (11, "")
    [revoked] = office.must_json("activity", "--kind", "program-revoked")["events"]
    assert (revoked["profile"], revoked["detail"]) == ("dev", f"{decision_name(decision)}: hour")


def decision_name(decision: dict[str, Any]) -> str:
    return Path(decision["script"] or decision["executable"]).name


def test_with_wait_the_line_waits_for_the_answer(office: Office) -> None:
    """`refresh` has no window: only where a person is at the terminal does --wait ask."""
    office.catalog.write_text(office.catalog.read_text() + SAFETY.format("each-time"))
    office.person.there, office.person.yes = True, True
    with engine(office):
        office.must("credentials", "dev", "--wait")
        office.must("credentials", "dev", "--wait")
    assert len([one for one in office.person.asked if "asks for dev. Allow once?" in one]) == 2


def test_without_an_engine_nobody_is_asked_unless_it_waits(office: Office) -> None:
    office.catalog.write_text(office.catalog.read_text() + SAFETY.format("until-lock"))
    ran = office.run("credentials", "dev")
    assert ran.code == 4
    assert "--wait" in ran.err
    office.person.there = True
    assert office.run("credentials", "dev", "--wait").code == 11
    office.person.yes = True
    assert json.loads(office.must("credentials", "dev", "--wait").out)["Version"] == 1
    calls = len(office.sts.calls)
    office.must("credentials", "dev", "--wait")  # asked again, and served from what was kept
    assert len(office.sts.calls) == calls


def test_what_was_kept_is_not_handed_out_without_the_persons_leave(office: Office) -> None:
    office.must("credentials", "dev")  # no approval is wanted yet: kept for the next call
    office.catalog.write_text(office.catalog.read_text() + SAFETY.format("each-time"))
    ran = office.run("credentials", "dev")
    assert (ran.code, ran.out) == (4, "")


def test_unknown_names_are_said(office: Office) -> None:
    with engine(office):
        assert office.run("programs", "allow", "nobody").code == 3
    assert office.run("programs", "revoke", "12345678").code == 3
    assert office.run("programs", "revoke").code == 2
    assert "No program asks" in office.must("programs").err
