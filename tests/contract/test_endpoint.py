"""The loopback endpoint over real sockets: what it gives, and everything that it gives nothing to."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.broker.mirror import EngineFlags, Publication
from app.domain.names import ProfileName
from app.domain.problem import Code, Problem, Verb
from app.domain.profile import ApprovePrograms, Profile
from app.domain.session import Attention, Starting, Stopped, Waiting
from app.domain.states import AttentionKind, Lease, SessionState
from app.endpoint.holders import Program, asker, holder
from app.endpoint.http import HEAD_MAXIMUM
from app.endpoint.server import Limits
from app.endpoint.tokens import Tokens
from tests.support.desktop import wait_for
from tests.support.endpoint import KEY, NAME, SECRET, TOKEN, Reply, Served, issued

LIMITS = Limits(connections=8, request_seconds=0.4)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path, LIMITS) as one:
        yield one


def nothing_in(reply: Reply, served: Served) -> bool:
    secrets = [KEY, SECRET, TOKEN, "prod-admin", served.token if served.tokens.issued(NAME) else KEY]
    return not any(one.encode() in reply.raw for one in secrets)


def test_the_bearer_of_the_token_gets_the_session_as_sdks_read_it(served: Served) -> None:
    reply = served.ask()
    assert reply.status == 200
    answer = reply.json
    assert datetime.strptime(answer.pop("Expiration"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) > datetime.now(UTC)
    assert answer == {"AccessKeyId": KEY, "SecretAccessKey": SECRET, "Token": TOKEN, "AccountId": "123456789012"}
    assert b"Cache-Control: no-store" in reply.raw
    assert b"Access-Control" not in reply.raw
    assert b"Server" not in reply.raw
    assert [(name, at is not None) for name, at in served.told][:1] == [(NAME, True)]


def test_who_asked_is_told_and_of_a_crowd_one(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asking: list[int] = []

    def found(port: int, our_port: int) -> Program:
        asking.append(our_port)
        return Program(port, "terraform")

    monkeypatch.setattr("app.counter.asker", found)
    monkeypatch.setattr("app.counter.NAMED_EACH", timedelta(hours=1))
    for _ in range(5):
        assert served.ask().status == 200
    wait_for("who asked", lambda: served.programs or None)
    assert [one.name for one in served.programs] == ["terraform"]
    assert asking == [served.port], "processes are not looked through for each of a crowd"


def test_a_name_that_is_found_after_the_answer_is_told_when_it_comes(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def slow(port: int, our_port: int) -> Program:
        assert answered.wait(5)
        return Program(port, f"to {our_port}")

    monkeypatch.setattr("app.counter.asker", slow)
    assert served.ask().status == 200
    assert served.programs == []
    answered.set()
    wait_for("the name", lambda: served.programs or None)
    assert served.programs[0].name == f"to {served.port}"


def test_localhost_is_as_good_a_name(served: Served) -> None:
    assert served.ask(Host=f"LocalHost:{served.port}").status == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"Authorization": "x" * 43},
        {"Authorization": ""},
        {"Authorization": None},
        {"Authorization": "Bearer {token}"},
        {"Authorization": "{token}x"},
        {"path": "/v1/credentials/other"},
        {"path": "/"},
        {"path": "/v1/credentials/prod-admin/"},
        {"path": "/v1/credentials/prod-admin?x=1"},
        {"path": "/v1/credentials/%70rod-admin"},
        {"path": "/v1/credentials/x/../prod-admin"},
        {"path": "//v1/credentials/prod-admin"},
        {"Host": "attacker.example"},
        {"Host": "127.0.0.1.attacker.example:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:80"},
        {"Host": "[::1]:{port}"},
        {"Host": "0.0.0.0:{port}"},
        {"Host": "2130706433:{port}"},
        {"Host": "127.0.0.1:{port}.attacker.example"},
        {"Host": "user@127.0.0.1:{port}"},
        {"Host": None},
        {"Origin": "https://console.aws.amazon.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:{port}"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Sec_Fetch_Site": "same-origin"},
        {"method": "POST"},
        {"method": "HEAD"},
        {"method": "PUT"},
        {"method": "DELETE"},
        {"method": "OPTIONS", "Origin": "http://x", "Access_Control_Request_Method": "GET"},
        {"method": "TRACE"},
        {"method": "CONNECT"},
    ],
    ids=str,
)
def test_whoever_has_no_business_here_gets_403_and_learns_nothing(served: Served, changed: dict[str, str]) -> None:
    filled = {key: one and one.replace("{token}", served.token) for key, one in changed.items()}
    reply = served.ask(**{key: one and one.replace("{port}", str(served.port)) for key, one in filled.items()})
    assert reply.status == 403
    assert nothing_in(reply, served)
    assert served.told == []


def test_all_that_are_refused_get_the_same_bytes(served: Served) -> None:
    replies = {
        served.ask(**one).raw for one in ({"Host": "a"}, {"Authorization": "x"}, {"path": "/x"}, {"Origin": "x"})
    }
    assert len(replies) == 1


HEAD = b"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n"


@pytest.mark.parametrize(
    "wrong",
    [
        b"GET {path} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n",
        HEAD + b"Authorization: {token}\r\n\r\n",
        HEAD + b"Content-Length: 5\r\n\r\nhello",
        HEAD + b"Content-Length: +0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding : chunked\r\n\r\n",
        HEAD + b"Content-Length: 0\r\ncontent-length: 9\r\n\r\n",
        HEAD + b"Expect: 100-continue\r\n\r\n",
        HEAD + b"Upgrade: h2c\r\n\r\n",
        b"GET {path} HTTP/1.1\r\nHost: {host}\r\n Authorization: {token}\r\n\r\n",
        b"GET {path} HTTP/1.1\r\nHost: {host}\nAuthorization: {token}\r\n\r\n",
        b"GET {path} HTTP/1.1\r\nHost: {host}\r\nX: a\rAuthorization: {token}\r\n\r\n",
        b"GET {path} HTTP/1.1\r\nHost: {host}\r\nX: \x00\r\nAuthorization: {token}\r\n\r\n",
        b"GET {path} HTTP/1.1\r\nHost: {host}\r\nX: \xff\r\nAuthorization: {token}\r\n\r\n",
        b"GET {path} HTTP/2.0\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n",
        b"GET  {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n",
        b"get {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n",
        b"GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n",
        b"GET {path}\r\n\r\n",
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read_at_all(served: Served, wrong: bytes) -> None:
    reply = served.send(_filled(wrong, served))
    assert reply.status == 400
    assert nothing_in(reply, served)


def test_a_second_request_behind_the_first_is_never_answered(served: Served) -> None:
    reply = served.send(served.request() * 3)
    assert reply.raw.count(b"HTTP/1.1 ") == 1


def test_headers_without_end_are_cut_off_early(served: Served) -> None:
    reply = served.send(b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 10_000_000)
    assert reply.status in (0, 431)  # 0: the end came while it was still sending
    reply = served.send(b"GET / HTTP/1.1\r\nX: " + b"a" * (HEAD_MAXIMUM + 10) + b"\r\n\r\n")
    assert reply.status in (0, 400, 431)
    assert served.send(b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 65 + b"\r\n").status == 400
    assert served.ask().status == 200


def test_who_sends_a_byte_at_a_time_is_cut_off_in_time(served: Served) -> None:
    begin = time.monotonic()
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as slow:
        slow.sendall(b"GET")
        assert slow.recv(1) == b""
    assert 0.2 < time.monotonic() - begin < 4


def test_those_who_hold_connections_keep_nobody_out(served: Served) -> None:
    held = [socket.create_connection(("127.0.0.1", served.port), timeout=5) for _ in range(LIMITS.connections * 3)]
    try:
        assert served.ask().status == 200
    finally:
        for one in held:
            one.close()


def test_it_listens_on_loopback_alone(served: Served) -> None:
    for address in (("127.0.0.2", served.port), ("::1", served.port)):
        with pytest.raises(OSError, match=r"refused|Cannot assign"):
            socket.create_connection(address, timeout=2)


# states


def lease() -> Lease:
    now = datetime.now(UTC)
    return Lease(KEY, now, now + timedelta(hours=1), now)


LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "status", "code", "words"),
    [
        (Stopped(), 403, "NotActive", "Run: rolecall start prod-admin"),
        (Starting(LATER), 503, "SessionComing", "Ask again"),
        (Starting(LATER, problem=Problem.of(Code.NETWORK, host="h", reason="r")), 503, "Network", ""),
        (
            Attention(AttentionKind.MFA, Problem.of(Code.MFA_NEEDED, Verb.GIVE_MFA, "prod-admin"), LATER),
            403,
            "MfaNeeded",
            "rolecall start",
        ),
    ],
)
def test_a_profile_without_a_session_says_what_to_do(
    served: Served, state: SessionState, status: int, code: str, words: str
) -> None:
    served.put(None, state)
    reply = served.ask()
    assert (reply.status, reply.json["code"]) == (status, code)
    assert words in reply.json["message"]
    assert served.told == [(NAME, None)]  # the engine is told that somebody waits


def test_a_session_is_served_while_its_renewal_fails_and_up_to_its_last_minute(served: Served) -> None:
    served.put(issued(90), Waiting(lease(), Problem.of(Code.NETWORK, host="h", reason="r"), LATER))
    assert served.ask().status == 200
    served.put(issued(50), Waiting(lease(), Problem.of(Code.NETWORK, host="h", reason="r"), LATER))
    assert served.ask().status == 503
    served.put(issued(5, lifetime=10))
    assert served.ask().status == 200  # a session of seconds is served by its own measure


def test_a_locked_engine_gives_nothing(served: Served) -> None:
    served.publish(Publication(flags=EngineFlags("application", 1, locked=True)))
    reply = served.ask()
    assert (reply.status, reply.json["code"]) == (403, "Locked")
    assert "rolecall unlock" in reply.json["message"]


def test_a_pause_keeps_nobody_from_what_is_in_memory(served: Served) -> None:
    served.publish(Publication(flags=EngineFlags("application", 1, paused=True)))
    assert served.ask().status == 200
    served.put(None, Starting(LATER))
    assert served.ask().json["code"] == "Paused"


def test_the_token_of_before_a_stop_gets_the_remedy_and_never_a_session(served: Served) -> None:
    old = served.token
    served.tokens.retire([NAME])
    assert not served.tokens.file(NAME).exists()
    assert served.ask(Authorization=old).json["code"] == "NotActive"
    served.tokens.issue(NAME)
    assert served.token != old
    assert served.ask(Authorization=old).status == 403
    assert served.ask().status == 200


def test_a_profile_that_asks_about_programs_lets_none_pass_by_itself(served: Served) -> None:
    served.approve(ApprovePrograms.UNTIL_LOCK)
    reply = served.ask()
    assert (reply.status, reply.json["code"]) == (403, "ProgramAsks")
    assert f"may not use {NAME}" in reply.json["message"]
    assert KEY.encode() not in reply.raw


def test_the_gate_is_told_which_program_asks_and_decides(tmp_path: Path) -> None:
    asked: list[Program | None] = []

    async def gate(profile: Profile, program: Program | None) -> Problem | None:
        asked.append(program)
        return Problem.of(Code.DENIED) if len(asked) == 1 else None

    with Served(tmp_path, LIMITS, gate) as served:
        served.approve(ApprovePrograms.UNTIL_LOCK)
        assert served.ask().json["code"] == "Denied"
        assert served.ask().status == 200
    assert [one and one.pid for one in asked] == [os.getpid()] * 2


# tokens and programs


def test_a_token_is_in_its_file_alone_without_a_line_end(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "endpoint")
    tokens.issue(NAME)
    file = tokens.file(NAME)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    token = file.read_bytes()
    assert len(token) >= 40
    assert token.strip() == token
    assert token.decode() not in repr(vars(tokens))
    tokens.issue(ProfileName("other"))
    assert tokens.file(ProfileName("other")).read_bytes() != token


def test_files_of_a_crash_are_swept_and_living_ones_stay(tmp_path: Path) -> None:
    before = Tokens(tmp_path)
    before.issue(NAME)
    before.issue(ProfileName("gone"))
    now = Tokens(tmp_path)
    now.issue(NAME)
    now.sweep()
    assert now.file(NAME).exists()
    assert not now.file(ProfileName("gone")).exists()


def test_the_programs_behind_ports_are_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            here, there = holder(port), asker(client.getsockname()[1], port)
            assert here is not None
            assert there is not None
            assert (here.pid, there.pid) == (os.getpid(), os.getpid())
            assert here.name
    assert holder(port) is None
    assert asker(1, port) is None


def _filled(data: bytes, served: Served) -> bytes:
    for name, value in (
        (b"{path}", b"/v1/credentials/prod-admin"),
        (b"{host}", f"127.0.0.1:{served.port}".encode()),
        (b"{token}", served.token.encode()),
    ):
        data = data.replace(name, value)
    return data
