"""What is told of the process that asks, with real processes: names, files, parents, ids that mean another by now."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.broker.listening import SOCKET_NAME
from app.broker.mirror import EngineFlags, Mirror
from app.broker.peer import Peer
from app.broker.processes import OwnPrograms, SystemProcesses
from app.broker.protocol import Json, Request
from app.broker.server import BrokerServer
from app.deliveries.stub import STUB_NAME, ProcessLine
from app.domain.calls import Issued
from app.domain.programs import UNKNOWN, Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="scripts and signals of POSIX")
WAITING = "import sys, time\nprint('on', flush=True)\nsys.stdin.read()\n"
Run = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def processes(tmp_path: Path) -> SystemProcesses:
    return SystemProcesses(OwnPrograms.of(tmp_path / STUB_NAME, tmp_path / "launcher.py"), "ana")


@pytest.fixture
def run() -> Iterator[Run]:
    """Start a process that says "on" and waits for its input to end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str | Path, cwd: Path | None = None) -> subprocess.Popen[bytes]:
        one = subprocess.Popen(list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=cwd)
        started.append(one)
        assert one.stdout is not None
        assert one.stdout.readline() == b"on\n"
        return one

    yield start
    for one in started:
        one.kill()
        one.wait(10)
        for stream in (one.stdin, one.stdout):
            if stream is not None:
                stream.close()


def old(path: Path, text: str) -> Path:
    """Write a script that is older than what runs it, and later than what ran before."""
    time.sleep(0.05)
    path.write_text(text)
    path.chmod(0o755)
    time.sleep(0.05)
    return path


def test_a_script_is_the_program_and_its_arguments_are_not_told(
    processes: SystemProcesses, run: Run, tmp_path: Path
) -> None:
    script = old(tmp_path / "deploy", f"#!{sys.executable}\n" + WAITING)
    secret = "wJalrXUtnFEMI/K7MDENG"
    one = run(script, "--token", secret, cwd=tmp_path)
    told = processes.program(one.pid)
    assert (told.name, told.script, told.folder) == ("deploy", str(script), str(tmp_path))
    assert told.executable == os.path.realpath(sys.executable)
    assert (told.user, told.parents[0].pid) == ("ana", os.getpid())
    assert secret not in repr(told)
    assert told.key
    assert processes.program(run(script, "other").pid).key == told.key


def test_a_changed_file_is_another_program(processes: SystemProcesses, run: Run, tmp_path: Path) -> None:
    script = old(tmp_path / "deploy", WAITING)
    first = processes.program(run(sys.executable, "-I", script).pid)
    old(script, WAITING + "# changed")
    second = processes.program(run(sys.executable, "-I", script).pid)
    assert first.key
    assert second.key
    assert first.key != second.key


def test_a_script_that_changed_since_it_began_is_known_by_its_process_alone(
    processes: SystemProcesses, run: Run, tmp_path: Path
) -> None:
    script = old(tmp_path / "deploy", WAITING)
    one = run(sys.executable, script)
    old(script, WAITING + "# changed")
    told = processes.program(one.pid)
    assert (told.script, told.key) == (str(script), "")
    assert told.process


def test_a_binary_that_was_replaced_since_is_known_by_its_process_alone(
    processes: SystemProcesses, run: Run, tmp_path: Path
) -> None:
    tool = tmp_path / "tool"
    shutil.copy("/bin/cat", tool)
    tool.chmod(0o755)
    one = subprocess.Popen([tool], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert processes.program(one.pid).key
        other = tmp_path / "other"
        shutil.copy("/bin/cat", other)
        other.replace(tool)
        assert processes.program(one.pid).key == ""
    finally:
        one.communicate()


@pytest.mark.parametrize(
    "words",
    [
        ("-c", WAITING),
        ("-X", "dev", "-c", WAITING),
        ("-W", "ignore", "SCRIPT"),  # an option that is not known: something else may come before the script
    ],
)
def test_an_interpreter_without_a_sure_script_is_known_by_its_process_alone(
    processes: SystemProcesses, run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    script = old(tmp_path / "deploy", WAITING)
    one = run(sys.executable, *(str(script) if word == "SCRIPT" else word for word in words))
    told = processes.program(one.pid)
    assert (told.script, told.key) == ("", "")
    assert told.identity == told.process != ""


def test_nobody_and_a_process_that_ended_are_unknown(processes: SystemProcesses, run: Run) -> None:
    one = run(sys.executable, "-c", WAITING)
    assert processes.program(one.pid).pid == one.pid
    assert processes.program(one.pid, alive=lambda: False) == UNKNOWN
    assert processes.program(one.pid, connected_at=time.time() - 60) == UNKNOWN  # it began after the connection
    assert processes.program(one.pid, connected_at=time.time()).pid == one.pid
    one.communicate()
    assert processes.program(one.pid) == UNKNOWN
    assert processes.program(0) == UNKNOWN


def test_a_folder_cannot_write_lines_of_its_own(processes: SystemProcesses, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "a\nProgram: terraform\u202e"
    folder.mkdir()
    told = processes.program(run(sys.executable, "-c", WAITING, cwd=folder).pid)
    assert "\n" not in told.folder
    assert "\u202e" not in told.folder


def test_the_program_at_the_other_end_of_a_connection(processes: SystemProcesses, tmp_path: Path) -> None:
    script = old(
        tmp_path / "own-way",
        "import socket, sys\ns = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\ns.recv(1)\n",
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        one = subprocess.Popen([sys.executable, script, str(port)])
        server.settimeout(20)
        connection, (_, client) = server.accept()
        with connection:
            told = processes.at_port(client, port, connected_at=time.time())
            assert (told.name, told.pid) == ("own-way", one.pid)
            assert told.key
            assert processes.at_port(port, client) != told  # our own end
            assert processes.at_port(1, port) == UNKNOWN
        one.wait(20)
        assert processes.at_port(client, port) == UNKNOWN


class Door:
    """Hands out nothing, and notes who asked."""

    def __init__(self, processes: SystemProcesses) -> None:
        self.processes = processes
        self.found: list[Program] = []
        self.peers: list[Peer] = []

    async def perform(self, request: Request) -> Json:
        raise NotImplementedError

    def ready_session(self, request: Request, mirror: Mirror) -> Issued | None:
        del mirror
        assert request.peer is not None
        self.peers.append(request.peer)
        peer = request.peer
        self.found.append(self.processes.program(peer.pid, connected_at=peer.connected_at, alive=peer.alive))
        return None

    def process_line(self, issued: Issued) -> bytes:
        raise NotImplementedError

    def left(self, peer: Peer) -> None:
        raise NotImplementedError


@pytest.fixture
def door(tmp_path: Path, processes: SystemProcesses) -> Iterator[Door]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    made = Door(processes)
    server = BrokerServer(made, tmp_path / SOCKET_NAME, EngineFlags("application", os.getpid()))
    server.start(loop)
    yield made
    server.close()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def line(tmp_path: Path) -> ProcessLine:
    launcher = tmp_path / "launcher.py"
    launcher.write_text("import sys\nsys.exit(4)\n")
    made = ProcessLine(tmp_path / STUB_NAME, str(tmp_path / SOCKET_NAME), Path(sys.executable), launcher)
    made.stub.write_text(made.text())
    return made


@pytest.mark.parametrize("shell", [False, True], ids=["as botocore", "in a shell, as Go and Java"])
def test_the_sdk_that_runs_the_line_is_the_one_who_asks(
    door: Door, line: ProcessLine, tmp_path: Path, shell: bool
) -> None:
    command = line.command("prod")
    # the second command keeps the shell from becoming the stub itself
    call = f"run({command + '; exit $?'!r}, shell=True)" if shell else f"run({command.split()!r})"
    sdk = old(tmp_path / "sdk-program", f"import subprocess, sys\nsys.exit(subprocess.{call}.returncode)\n")
    done = subprocess.run([sys.executable, sdk], check=False, timeout=20, cwd=tmp_path)
    assert done.returncode == 4
    [told] = door.found
    assert (told.name, told.script) == ("sdk-program", str(sdk))
    assert told.pid != door.peers[0].pid


def test_who_connects_by_itself_is_named_itself_whatever_it_says(door: Door, tmp_path: Path) -> None:
    script = old(
        tmp_path / "own-way",
        "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
        's.sendall(b\'{"v":1,"verb":"process","by":"program","names":["prod"],"peer":1}\\n\')\ns.recv(100)\n',
    )
    subprocess.run([sys.executable, script, tmp_path / SOCKET_NAME], check=True, timeout=20)
    [told] = door.found
    assert (told.name, told.pid) == ("own-way", door.peers[0].pid)


@pytest.mark.skipif(sys.platform != "linux", reason="pidfd")
def test_a_peer_that_handed_its_connection_on_and_ended_is_unknown(door: Door, tmp_path: Path) -> None:
    """The connection lives on in a child: the id of the one that connected may be anybody's by now."""
    script = tmp_path / "handing-on"
    script.write_text(
        "import os, socket, sys, time\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
        "parent = os.getpid()\nif os.fork(): os._exit(0)\n"
        "while os.getppid() == parent: time.sleep(0.01)\ntime.sleep(0.1)\n"
        's.sendall(b\'{"v":1,"verb":"process","by":"program","names":["prod"]}\\n\')\ns.recv(100)\n'
    )
    subprocess.run([sys.executable, script, tmp_path / SOCKET_NAME], check=True, timeout=20)
    deadline = time.monotonic() + 10
    while not door.found and time.monotonic() < deadline:
        time.sleep(0.02)
    assert door.found == [UNKNOWN]
