"""A person at a real terminal, commands with a session, and an application that takes over from `refresh`."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import PROGRAM, ROOT, SERIAL, Machine, SharedKeyring, read_until, wait_for
from tests.support.keyring_session import missing_programs

pytestmark = [
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
    pytest.mark.skipif(sys.platform != "linux", reason="terminals and signals of Linux"),
]


@pytest.fixture(scope="module")
def keyring() -> Iterator[SharedKeyring]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, SharedKeyring(Path(name)) as one:
        yield one


@pytest.fixture
def machine(keyring: SharedKeyring) -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name), shared=keyring) as one:
        one.set_up()
        yield one


class TerminalRun:
    """The program on a terminal of its own, and what it shows there."""

    def __init__(self, machine: Machine, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        self.shown = ""
        self.child = subprocess.Popen(
            [sys.executable, "-c", _ON_TERMINAL, os.ttyname(slave), *PROGRAM, *arguments],
            env=machine.environ,
            cwd=machine.folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        machine.children.append(self.child)

    def until(self, text: str, seconds: float = 20.0) -> None:
        """Read what it shows until the text is there."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(end - time.monotonic(), 0))
            assert ready, f"{text!r} did not come: {self.shown!r}"
            try:
                self.shown += os.read(self.master, 65536).decode()
            except OSError:
                assert text in self.shown, self.shown
                return

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self.master, line.encode() + b"\n")

    def ended(self, seconds: float = 20.0) -> int:
        """Wait for the end; return the exit code."""
        end = time.monotonic() + seconds
        while self.child.poll() is None and time.monotonic() < end:
            ready, _, _ = select.select([self.master], [], [], 0.1)
            if ready:
                try:
                    self.shown += os.read(self.master, 65536).decode()
                except OSError:
                    break
        code = self.child.wait(max(end - time.monotonic(), 1))
        os.close(self.master)
        return code


# opening a terminal in a new session makes it the controlling one, as a shell's window does
_ON_TERMINAL = "import os, sys; os.open(sys.argv[1], os.O_RDWR); os.execv(sys.argv[2], sys.argv[2:])"


def test_a_code_is_typed_unseen_at_the_terminal(machine: Machine) -> None:
    machine.catalog.write_text(machine.catalog.read_text().replace('mfa = "totp"\n', ""))
    run = TerminalRun(machine, "start", "guarded")
    run.until(f"MFA code of {SERIAL}: ")
    run.type("000000")
    run.shown = ""
    run.until(f"MFA code of {SERIAL}: ")
    assert re.search(r"The next code comes in ([1-9]|[12]\d|30) s\.", run.shown)
    code = machine.sts.code(SERIAL)
    run.type(code)
    assert run.ended() == 0, run.shown
    assert code not in run.shown
    assert machine.identity("guarded")


def test_refresh_asks_with_ask_and_renews_meanwhile(machine: Machine) -> None:
    machine.catalog.write_text(machine.catalog.read_text().replace('mfa = "totp"\n', ""))
    run = TerminalRun(machine, "refresh", "--ask", "guarded", "dev")
    run.until(f"MFA code of {SERIAL}: ")
    run.until("dev active")
    run.type(machine.sts.code(SERIAL))
    run.until("guarded active")
    run.child.send_signal(signal.SIGTERM)
    assert run.ended() == 0


def test_the_secret_is_typed_unseen(machine: Machine) -> None:
    machine.must("keys", "remove", "acme", "--totp")
    try:
        run = TerminalRun(machine, "keys", "set", "acme", "--totp")
        run.until("MFA seed: ")
        run.type("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        assert run.ended() == 0, run.shown
        assert "JBSWY3DP" not in run.shown
    finally:
        machine.must("keys", "set", "acme", "--totp", stdin="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


def test_production_is_confirmed_at_the_terminal(machine: Machine) -> None:
    machine.catalog.write_text(machine.catalog.read_text() + "\n[profiles.dev.safety]\nproduction = true\n")
    run = TerminalRun(machine, "start", "dev")
    run.until("Type its name: ")
    run.type("y")
    assert run.ended() == 11
    run = TerminalRun(machine, "start", "dev")
    run.until("Type its name: ")
    run.type("dev")
    assert run.ended() == 0
    run = TerminalRun(machine, "stop", "dev")
    run.until("[y/N] ")
    run.type("")
    assert run.ended() == 11
    assert machine.run("stop", "--all").code == 0, "asks nothing"


def test_exec_hands_over_the_session_and_returns_the_commands_code(machine: Machine) -> None:
    script = "echo $AWS_ACCESS_KEY_ID $ROLECALL_PROFILE $AWS_PROFILE; exit 7"
    ran = machine.run("exec", "dev", "--env", "--", "sh", "-c", script, environ={"AWS_PROFILE": "mine"})
    assert ran.code == 7
    assert re.fullmatch(r"ASIA\w+ dev\n", ran.out), ran
    ran = machine.run("exec", "dev", "--", "sh", "-c", script, environ={"AWS_PROFILE": "mine"})
    assert (ran.code, ran.out) == (7, "dev\n"), "where to ask is handed over, no key"
    program = "import boto3; print(boto3.client('sts', region_name='us-east-1').get_caller_identity()['Arn'])"
    ran = machine.run("exec", "dev", sys.executable, "-c", program, environ={"AWS_PROFILE": "no-such"})
    assert ran.out.strip().endswith("assumed-role/dev/ana-dev"), ran
    assert machine.run("exec", "dev", "--", "no-such-command").code == 127
    assert machine.run("exec", "dev", "--", str(machine.catalog)).code == 126
    assert machine.run("exec", "closed", "--", "true").code == 5


def test_exec_gives_the_command_the_persons_own_umask_and_signals(machine: Machine) -> None:
    ran = machine.run("exec", "dev", "--", "sh", "-c", "umask; yes | head -n 1")
    umask, line = ran.out.splitlines()
    assert line == "y"
    assert int(umask, 8) != 0o077


def test_env_goes_into_a_shell(machine: Machine) -> None:
    script = f'eval "$({" ".join(PROGRAM)} env dev)"; env | grep ^AWS_ACCESS_KEY_ID=ASIA'
    done = subprocess.run(["bash", "-c", script], env=machine.environ, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done


def test_output_into_a_closed_pipe_is_no_fault(machine: Machine) -> None:
    script = f"{' '.join(PROGRAM)} env dev --format json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], env=machine.environ, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


_APPLICATION = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from app.compose import World, open_core
from app.host import Host, HostEvents, HostKind

async def main():
    raised = []
    core = await open_core(World.real())
    host = Host(core, HostKind.APPLICATION, HostEvents(raise_window=lambda: print("raised", flush=True)))
    await host.open(auto=False)
    print("hosting", *sorted(one.profile for one in core.engine.store.active()), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await host.close()

asyncio.run(main())
"""


def test_an_application_takes_over_from_refresh_and_gives_back_at_its_end(machine: Machine) -> None:
    refresh = machine.begin("refresh", "dev", "prod")
    read_until(refresh, "prod active")
    wait_for(lambda: b"[dev]" in machine.credentials.read_bytes(), "dev in the file")
    calls = len(machine.sts.calls)
    application = subprocess.Popen(
        [sys.executable, "-c", _APPLICATION, str(ROOT)],
        env=machine.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    machine.children.append(application)
    read_until(application, "hosting dev prod")
    assert refresh.poll() is None
    status = machine.must("status", "--json").json
    assert (status["engine"], status["pid"]) == ("application", application.pid)
    assert len(machine.sts.calls) == calls  # its sessions went on
    assert application.stdin is not None
    application.stdin.write(b"\n")
    application.stdin.flush()
    assert application.wait(10) == 0
    wait_for(lambda: machine.run("status", "--json").json["pid"] == refresh.pid, "refresh to be the engine again")
    refresh.send_signal(signal.SIGTERM)
    assert refresh.wait(10) == 0


def test_status_warns_where_this_shell_reads_other_files(machine: Machine) -> None:
    refresh = machine.begin("refresh", "dev")
    read_until(refresh, "dev active")
    ran = machine.run("status", environ={"AWS_SHARED_CREDENTIALS_FILE": "/elsewhere/credentials"})
    assert "/elsewhere/credentials" in ran.err
    assert str(machine.credentials) in ran.err
    assert machine.run("status").err == ""
    refresh.send_signal(signal.SIGTERM)
    refresh.wait(10)
