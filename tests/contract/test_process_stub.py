"""The stub of credential_process lines: one round trip to the running application, else the command line."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.broker.listening import SOCKET_NAME
from app.broker.mirror import EngineFlags, Mirror
from app.broker.peer import Peer
from app.broker.protocol import Json, Request
from app.broker.server import BrokerServer
from app.deliveries.process import credential_process
from app.deliveries.stub import STUB_NAME, ProcessLine
from app.domain.calls import Issued
from app.domain.secret import Credentials, Secret

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class OneSession:
    """Has a session of "ready" alone."""

    async def perform(self, request: Request) -> Json:
        raise NotImplementedError

    def ready_session(self, request: Request, mirror: Mirror) -> Issued | None:
        if request.names != ("ready",):
            return None
        expires = NOW + timedelta(hours=1)
        return Issued(Credentials("ASIAEXAMPLE0000001", Secret("s3cret"), Secret("t" * 9000), expires), NOW)

    def left(self, peer: Peer) -> None:
        raise NotImplementedError

    def process_line(self, issued: Issued) -> bytes:
        return credential_process(issued.credentials).encode()


@pytest.fixture
def line(tmp_path: Path) -> ProcessLine:
    launcher = tmp_path / "launcher.py"
    launcher.write_text("import sys\nprint('launched', *sys.argv[1:])\nsys.exit(4)\n")
    made = ProcessLine(tmp_path / STUB_NAME, str(tmp_path / SOCKET_NAME), Path(sys.executable), launcher)
    made.stub.write_text(made.text())
    return made


@pytest.fixture
def served(tmp_path: Path) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = BrokerServer(OneSession(), tmp_path / SOCKET_NAME, EngineFlags("application", os.getpid()))
    server.start(loop)
    try:
        yield
    finally:
        server.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def run(line: ProcessLine, *arguments: str, **environ: str) -> tuple[int, str]:
    command = [str(line.python), "-I", "-S", str(line.stub), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=20, env={**os.environ, **environ}, check=False
    )
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.mark.usefixtures("served")
def test_a_ready_session_is_copied_whole(line: ProcessLine) -> None:
    code, text = run(line, "ready")
    assert code == 0
    answer = json.loads(text)
    assert (answer["AccessKeyId"], answer["SessionToken"]) == ("ASIAEXAMPLE0000001", "t" * 9000)


@pytest.mark.usefixtures("served")
def test_what_is_not_ready_becomes_the_command_line(line: ProcessLine) -> None:
    assert run(line, "other") == (4, "launched credentials other\n")


def test_without_an_application_it_becomes_the_command_line(line: ProcessLine) -> None:
    assert run(line, "ready") == (4, "launched credentials ready\n")


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("arguments", [(), ("ready", "--wait"), ("--help",), ('re"ady',), ("re\nady",), ("ré",)])
def test_all_else_becomes_the_command_line_unchanged(line: ProcessLine, arguments: tuple[str, ...]) -> None:
    assert run(line, *arguments) == (4, " ".join(["launched", "credentials", *arguments]) + "\n")


@pytest.mark.usefixtures("served")
def test_rolecalls_own_helpers_get_no_session_from_memory(line: ProcessLine) -> None:
    assert run(line, "ready", ROLECALL_NESTED="1") == (4, "launched credentials ready\n")


@pytest.mark.usefixtures("served")
def test_the_line_is_one_that_sdks_split_into_these_words(line: ProcessLine) -> None:
    from botocore.compat import compat_shell_split

    words = compat_shell_split(line.command("a b"))
    assert words == [str(line.python), "-I", "-S", str(line.stub), "a b"]


def test_the_stub_imports_only_what_a_socket_needs(line: ProcessLine) -> None:
    tried = "try:\n    ready('x')\nexcept OSError:\n    pass\nprint(*sorted(set(sys.modules) - before))"
    program = line.text().replace("\nmain()\n", f"\n{tried}\n")
    done = subprocess.run(
        [str(line.python), "-I", "-S", "-c", "import sys\nbefore = set(sys.modules)\n" + program],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stdout.split() == ["_socket"]
