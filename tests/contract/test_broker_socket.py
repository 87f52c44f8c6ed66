"""The control socket with a real server, real clients, and clients that do not keep to the rules."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.broker.client import BrokerClient
from app.broker.clients import Limits
from app.broker.listening import SOCKET_NAME
from app.broker.mirror import EngineFlags, Mirror, Publication
from app.broker.peer import Peer
from app.broker.protocol import Ask, Json, Request, parse_time
from app.broker.server import BrokerServer
from app.broker.wire import parse_session, parse_status
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.domain.session import Active, Lease, Starter, Status
from tests.support.logfail import ExpectedLogs

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NAME = ProfileName("prod-admin")


def active(name: str, key: str = "ASIAEXAMPLE0000001") -> Status:
    lease = Lease(key, NOW, NOW + timedelta(hours=1), NOW + timedelta(minutes=45), "arn:aws:iam::1:role/x", "1")
    return Status(ProfileName(name), Active(lease), started_at=NOW, started_by=Starter.COMMAND_LINE)


def issued() -> Issued:
    expires = NOW + timedelta(hours=1)
    return Issued(Credentials("ASIAEXAMPLE0000001", Secret("s3cret"), Secret("t0ken"), expires), NOW, "arn", "1")


class Verbs:
    """Records what was asked; `start` of "slow" takes its time."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.threads: set[str] = set()

    def left(self, peer: Peer) -> None:
        raise NotImplementedError

    def process_line(self, issued: Issued) -> bytes:
        return f"{issued.credentials.access_key_id}\n".encode()

    async def perform(self, request: Request) -> Json:
        self.asked.append(request)
        self.threads.add(threading.current_thread().name)
        if "slow" in request.names:
            await asyncio.sleep(30)
        if "unknown" in request.names:
            raise AppError.of(Code.PROFILE_UNKNOWN, Verb.NONE, profile="unknown", nearest="prod-admin")
        if "bug" in request.names:
            raise KeyError("s3cret")
        return {"names": list(request.names)}

    def ready_session(self, request: Request, mirror: Mirror) -> Issued | None:
        return mirror.sessions.get(ProfileName(request.names[0]))


class EngineThread:
    """Stands for the main thread with the engine's loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="engine-loop", daemon=True)
        self.thread.start()

    def close(self) -> None:
        async def settled() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(settled(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


class Served:
    def __init__(self, folder: Path, limits: Limits) -> None:
        self.verbs = Verbs()
        self.path = folder / SOCKET_NAME
        self.engine = EngineThread()
        self.server = BrokerServer(self.verbs, self.path, EngineFlags("application", os.getpid()), limits)
        self.server.start(self.engine.loop)

    def raw(self) -> socket.socket:
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(5)
        one.connect(str(self.path))
        return one


LIMITS = Limits(clients=8, turn_seconds=0.3, idle_seconds=1.0, write_seconds=0.5)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    tmp_path.chmod(0o700)
    one = Served(tmp_path, LIMITS)
    yield one
    one.server.close()
    one.engine.close()


def test_hello_names_the_engine(served: Served) -> None:
    with BrokerClient(served.path) as client:
        engine = client.ask(Request(Ask.HELLO))["engine"]
    assert isinstance(engine, dict)
    assert (engine["kind"], engine["pid"]) == ("application", os.getpid())


def test_the_socket_is_for_its_owner_alone(served: Served) -> None:
    assert served.path.stat().st_mode & 0o777 == 0o600


def test_status_and_session_come_from_the_mirror(served: Served) -> None:
    served.server.publish(Publication({NAME: active(NAME)}, {NAME: issued()}))
    with BrokerClient(served.path) as client:
        answer = client.ask(Request(Ask.STATUS, names=(NAME, "other")))
        session = client.ask(Request(Ask.SESSION, names=(NAME,)))
    profiles = answer["profiles"]
    assert isinstance(profiles, list)
    assert parse_status(profiles[0]) == active(NAME)
    assert parse_status(profiles[1]) == Status(ProfileName("other"))
    assert parse_session(session["session"]).credentials == issued().credentials
    assert served.verbs.asked == []


def test_a_locked_engine_forgets_the_mirrored_sessions(served: Served) -> None:
    served.server.publish(Publication({NAME: active(NAME)}, {NAME: issued()}))
    served.server.publish(Publication(flags=EngineFlags("application", 1, locked=True)))
    with BrokerClient(served.path) as client:
        assert client.ask(Request(Ask.SESSION, names=(NAME,)))["names"] == [NAME]  # handed to the engine's side


def test_every_field_of_a_request_arrives_on_the_engine_loop(served: Served) -> None:
    request = Request(
        Ask.ANSWER,
        names=("a", "b"),
        all=True,
        adopt=True,
        wait=2.5,
        by=Starter.PROGRAM,
        ask=True,
        until=NOW,
        question="q1",
        value="123456",
    )
    with BrokerClient(served.path) as client:
        assert client.ask(request)["names"] == ["a", "b"]
    assert served.verbs.asked == [request]
    assert served.verbs.threads == {"engine-loop"}
    assert "123456" not in repr(request)


def test_problems_travel_with_arguments_and_remedy(served: Served) -> None:
    with BrokerClient(served.path) as client, pytest.raises(AppError) as caught:
        client.ask(Request(Ask.START, names=("unknown",)))
    problem = caught.value.problem
    assert (problem.code, problem.arguments["nearest"]) == (Code.PROFILE_UNKNOWN, "prod-admin")


def test_a_fault_of_our_own_ends_one_request_and_tells_no_secret(
    served: Served, caplog: pytest.LogCaptureFixture, expected_logs: ExpectedLogs
) -> None:
    expected_logs.add("app.broker", "request start failed: KeyError")
    with BrokerClient(served.path) as client:
        with pytest.raises(AppError) as caught:
            client.ask(Request(Ask.START, names=("bug",)))
        assert client.ask(Request(Ask.HELLO))
    assert caught.value.problem.arguments["kind"] == "KeyError"
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"{}\n",
        b"[]\n",
        b'{"v":2,"verb":"hello"}\n',
        b'{"v":1,"verb":"explode"}\n',
        b'{"v":1,"verb":"start","names":"a"}\n',
        b'{"v":1,"verb":"start","names":[1]}\n',
        b'{"v":1,"verb":"start","wait":1e9}\n',
        b'{"v":1,"verb":"pause","until":"tomorrow"}\n',
        b'{"v":1,"verb":"pause","until":"2026-01-01T00:00:00"}\n',
        b"[" * 60000 + b"\n",
        b"\xff\xfe\x00\n",
    ],
)
def test_garbage_is_answered_with_one_problem_and_cut(served: Served, line: bytes) -> None:
    with served.raw() as one:
        one.sendall(line)
        answer = one.makefile("rb").read()
    assert answer.count(b"\n") == 1
    assert b"engine-unreachable" in answer
    assert served.verbs.asked == []


def test_ten_megabytes_without_an_end_are_cut(served: Served) -> None:
    with served.raw() as one:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(10 * 16):
                one.sendall(b"x" * 65536)
        with contextlib.suppress(ConnectionResetError):
            while one.recv(65536):
                pass
    with BrokerClient(served.path) as client:
        assert client.ask(Request(Ask.HELLO))


def test_a_silent_client_is_cut_after_its_time(served: Served) -> None:
    with served.raw() as one:
        begin = time.monotonic()
        assert one.recv(1) == b""
        assert 0.5 < time.monotonic() - begin < 4


def test_a_client_that_never_reads_is_cut_and_holds_up_nobody(served: Served) -> None:
    many = {ProfileName(f"profile-{index}"): active(f"profile-{index}") for index in range(4000)}
    served.server.publish(Publication(many))
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(served.raw()) for _ in range(6)]
        one = silent[0]
        for each in silent:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            each.sendall(b'{"v":1,"verb":"follow"}\n')
        begin = time.monotonic()
        with BrokerClient(served.path) as client:
            assert client.ask(Request(Ask.HELLO))
        assert time.monotonic() - begin < 1.5, "one after another they would hold it up for 3 s"
        time.sleep(1.2)
        read = b""
        with contextlib.suppress(ConnectionResetError):
            while more := one.recv(1 << 20):
                read += more
    assert len(read) < 1_000_000  # cut long before all of it was sent


def test_a_slow_request_holds_up_nobody_and_ends_with_its_client(served: Served) -> None:
    with served.raw() as one:
        one.sendall(b'{"v":1,"verb":"start","names":["slow"]}\n')
        with BrokerClient(served.path) as client:
            assert client.ask(Request(Ask.START, names=("quick",)))["names"] == ["quick"]
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        running = [task for task in asyncio.all_tasks(served.engine.loop) if not task.done()]
        if not running:
            return
        time.sleep(0.02)
    pytest.fail("the request of a client that went away still runs")


def test_more_clients_than_allowed_are_turned_away(served: Served) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(LIMITS.clients):
            stack.enter_context(contextlib.closing(served.raw())).sendall(b'{"v":1,"verb":"follow"}\n')
        time.sleep(0.1)
        extra = stack.enter_context(contextlib.closing(served.raw()))
        with contextlib.suppress(ConnectionResetError):
            assert extra.recv(1) == b""


def test_followers_get_all_and_then_each_change(served: Served) -> None:
    served.server.publish(Publication({NAME: active(NAME)}))
    with BrokerClient(served.path) as client:
        events = client.follow()
        first = next(events)
        assert first["event"] == "all"
        served.server.publish(Publication({NAME: Status(NAME)}, flags=EngineFlags("application", 1, paused=True)))
        second = next(events)
        assert isinstance(second["profiles"], list)
        assert parse_status(second["profiles"][0]) == Status(NAME)
        engine = second["engine"]
        assert isinstance(engine, dict)
        assert engine["paused"] is True
        served.server.close()
        assert list(events) == []


def test_many_changes_are_joined_for_a_slow_follower(served: Served) -> None:
    with BrokerClient(served.path) as client:
        events = client.follow()
        next(events)
        for index in range(2000):
            served.server.publish(Publication({NAME: active(NAME, f"ASIA{index:016}")}))
        last, count = "", 0
        while last != "ASIA0000000000001999":
            event = next(events)
            assert isinstance(event["profiles"], list)
            state = parse_status(event["profiles"][0]).state
            assert isinstance(state, Active)
            last, count = state.lease.access_key_id, count + 1
    assert count < 2000


def test_nobody_listening_is_an_absent_engine(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        BrokerClient(tmp_path / SOCKET_NAME)
    assert caught.value.problem.code is Code.ENGINE_ABSENT


def test_a_socket_left_by_a_crash_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(tmp_path / SOCKET_NAME))
    one = Served(tmp_path, LIMITS)
    with BrokerClient(one.path) as client:
        assert client.ask(Request(Ask.HELLO))
    one.server.close()
    one.engine.close()
    assert not one.path.exists()


def test_a_path_too_long_for_a_socket_is_said(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    server = BrokerServer(Verbs(), folder / SOCKET_NAME, EngineFlags("refresh", 1))
    loop = asyncio.new_event_loop()
    with pytest.raises(AppError) as caught:
        server.start(loop)
    loop.close()
    assert caught.value.problem.code is Code.SOCKET_PATH_LONG


@pytest.mark.skipif(not hasattr(os, "setuid") or os.getuid() != 0, reason="needs root to become another user")
def test_another_user_is_cut_even_where_the_folder_lets_him_in() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = Served(folder, LIMITS)
        folder.chmod(0o777)
        one.path.chmod(0o666)
        program = (
            "import os, socket, sys; os.setuid(65534); s = socket.socket(socket.AF_UNIX); s.settimeout(5);"
            's.connect(sys.argv[1]); s.sendall(b\'{"v":1,"verb":"hello"}\\n\'); sys.exit(len(s.recv(10)))'
        )
        child = subprocess.run(
            [sys.executable, "-I", "-c", program, str(one.path)], check=False, capture_output=True, timeout=20
        )
        one.server.close()
        one.engine.close()
    # turned away: the end of the stream, or a broken pipe; never an answer
    assert child.returncode == 0 or b"ConnectionResetError" in child.stderr or b"BrokenPipeError" in child.stderr


def test_a_stalled_engine_does_not_stop_what_memory_answers(served: Served) -> None:
    served.server.publish(Publication({NAME: active(NAME)}, {NAME: issued()}))
    stalled = threading.Event()
    served.engine.loop.call_soon_threadsafe(lambda: (stalled.set(), time.sleep(1)))
    assert stalled.wait(2)
    begin = time.monotonic()
    with BrokerClient(served.path) as client:
        assert client.ask(Request(Ask.SESSION, names=(NAME,)))["session"]
    assert time.monotonic() - begin < 0.5


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^$"):
        parse_time("2026-01-01T00:00:00")
