"""Programs ask a running engine through the stub, as an SDK does, and a person answers on the command line."""

import asyncio
import json
import os
import re
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

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stub over a Unix socket")
SAFETY = '\n[profiles.dev.safety]\napprove_programs = "{}"\n'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one


@contextmanager
def engine(office: Office, kind: HostKind = HostKind.REFRESH) -> Iterator[None]:
    """`rolecall refresh`, or an application without windows, on a thread of its own, with the office's vault."""
    world = World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    ready, stop = threading.Event(), threading.Event()

    async def run() -> None:
        host = Host(await open_core(world), kind)
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


@pytest.mark.parametrize("command", [("env", "dev"), ("env", "dev", "--read-only"), ("exec", "dev", "--", "true")])
def test_without_a_terminal_a_command_asks_as_the_program_that_runs_it(
    office: Office, command: tuple[str, ...]
) -> None:
    office.catalog.write_text(office.catalog.read_text() + SAFETY.format("once-1h"))
    with engine(office):
        refused = office.run(*command)
        assert refused.code == 4
        assert "asks before a program gets its session" in refused.err
        assert "rolecall programs allow dev" in refused.err
        assert "production" not in refused.err
        [question] = asking(office)
        assert (question["pid"], question["profile"]) == (os.getpid(), "dev")
        office.must("programs", "allow", "dev", "--for-1h")
        office.must(*command)
        office.must("programs", "revoke", "--all")
        office.run(*command)
        office.must("programs", "deny", "dev", "--for-1h")
        denied = office.run(*command)
        assert denied.code == 11
        assert re.search(r"Denied: \S+ for dev", denied.err)


def test_without_a_terminal_a_command_waits_for_the_window(office: Office) -> None:
    office.catalog.write_text(office.catalog.read_text() + SAFETY.format("each-time"))
    got: list[Ran] = []
    with engine(office, HostKind.APPLICATION):
        waits = threading.Thread(target=lambda: got.append(stub_of_env(office)))
        waits.start()
        for _ in range(400):
            if asking(office):
                break
            time.sleep(0.05)
        office.must("programs", "allow", "dev")
        waits.join(60)
    assert got[0].code == 0, got
    assert "AWS_SESSION_TOKEN" in got[0].out


def stub_of_env(office: Office) -> Ran:
    """Run `rolecall env dev` as a script without a terminal does."""
    line = [sys.executable, str(ROOT / "rolecall.py"), "env", "dev"]
    environ = {**office.environ, "HOME": str(office.folder)}
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=90, check=False, env=environ, stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


# opening a terminal in a new session makes it the controlling one, as a shell's window does
_ON_TERMINAL = "import os, sys; os.open(sys.argv[1], os.O_RDWR); os.execv(sys.argv[2], sys.argv[2:])"


def at_terminal(office: Office, *arguments: str) -> tuple[Ran, list[str]]:
    """Run the program at a terminal where a person says yes to whatever it asks; return the questions as well."""
    import pty

    master, slave = pty.openpty()
    line = [sys.executable, "-c", _ON_TERMINAL, os.ttyname(slave), sys.executable, str(ROOT / "rolecall.py")]
    child = subprocess.Popen(
        [*line, *arguments], stdin=slave, stdout=subprocess.PIPE, stderr=slave, text=True, start_new_session=True,
        env={**office.environ, "HOME": str(office.folder)},
    )  # fmt: skip
    os.close(slave)
    shown = ""

    def answer() -> None:
        nonlocal shown
        while True:
            try:
                part = os.read(master, 65536).decode()
            except OSError:  # nobody has the terminal any more
                return
            shown += part
            if "[y/N]" in part:
                os.write(master, b"y\n")

    person = threading.Thread(target=answer, daemon=True)
    person.start()
    out, _ = child.communicate(timeout=60)
    person.join(10)
    os.close(master)
    return Ran(child.returncode, out, shown), re.findall(r"\S[^\r\n]*\[y/N\]", shown)


@pytest.mark.parametrize("more", [(), ("--renewing",)])
@pytest.mark.parametrize("delivery", ["endpoint", "credential_process"])
def test_at_a_terminal_a_person_is_asked_once(office: Office, delivery: str, more: tuple[str, ...]) -> None:
    office.edit('credentials_file = "dev"', f"{delivery} = true")
    office.catalog.write_text(office.catalog.read_text() + SAFETY.format("each-time"))
    with engine(office):
        office.must("start", "dev")
        ran, questions = at_terminal(office, "env", "dev", *more, "-f", "json")
        assert ran.code == 0, ran
        assert questions == ["Hand out the session of dev? [y/N]"]
        assert asking(office) == [], "nobody else is asked"
        found = json.loads(ran.out)
        assert ("AWS_SECRET_ACCESS_KEY" in found) is not bool(more)


def test_a_form_that_leads_elsewhere_is_not_handed_out(office: Office) -> None:
    office.edit('credentials_file = "dev"', "credential_process = true")
    office.catalog.write_text(office.catalog.read_text() + SAFETY.format("each-time"))
    with engine(office):
        office.must("start", "dev")
        office.credentials.write_bytes(b"[dev]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n")
        ran, _ = at_terminal(office, "env", "dev", "--renewing", "-f", "json")
        assert (ran.code, ran.out, asking(office)) == (8, "", [])
        assert "earlier in the SDKs' chain" in ran.err


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
