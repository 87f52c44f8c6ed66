"""The port Sts where the network, a proxy or AWS fails: each failure its own problem, in time, without secrets."""

import asyncio
import datetime as dt
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.domain.names import Region
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Credentials, Secret
from app.engine.offload import ThreadOffload
from app.sts import BotoSts, failures, wire
from app.sts import calls as sts_room
from app.texts import describe
from tests.support import sts_calls as calls
from tests.support.strict_sts import Role, StrictSts, User, World
from tests.support.sts_calls import OffsetClock, keys

ANA = User("ana", "111122223333")
FIRST = "arn:aws:iam::123456789012:role/first"


@pytest.fixture
def server() -> Iterator[StrictSts]:
    with StrictSts(World([ANA], [Role(FIRST, [ANA.arn])])) as running:
        yield running


@pytest.fixture
async def sts() -> AsyncIterator[BotoSts]:
    offload = ThreadOffload()
    yield BotoSts(offload, OffsetClock(), {})
    offload.close()


async def refused(sts: BotoSts, url: str | None, **how: str) -> Problem:
    where = calls.endpoint(url, **how)
    with pytest.raises(AppError) as caught:
        await sts.identity(where, keys(ANA))
    problem = caught.value.problem
    words = describe(problem)
    assert "…" not in words.title + words.detail
    assert " object at 0x" not in words.detail
    return problem


@pytest.mark.parametrize(
    ("fault", "how", "code"),
    [
        ("throttle", {}, Code.THROTTLED),
        ("error", {"status": 500}, Code.AWS_BROKEN),
        ("error", {"status": 503, "code": "ServiceUnavailable"}, Code.AWS_BROKEN),
        ("error", {"status": 503, "code": "SlowDown"}, Code.THROTTLED),
        ("error", {"status": 429, "code": "Whatever"}, Code.THROTTLED),
        ("html-error", {"status": 502}, Code.NETWORK_ANSWER),
        ("html-error", {"status": 403}, Code.NETWORK_ANSWER),
        ("portal", {}, Code.NETWORK_ANSWER),
        ("redirect", {}, Code.NETWORK_ANSWER),
        ("truncated", {}, Code.NETWORK),
        ("short", {}, Code.NETWORK),
        ("reset", {}, Code.NETWORK),
    ],
)
async def test_what_passes_by_itself(
    sts: BotoSts, server: StrictSts, fault: str, how: dict[str, object], code: Code
) -> None:
    server.faults.add(fault, **how)
    problem = await refused(sts, server.url)
    assert problem.code is code
    assert problem.transient
    assert server.count() + len(server.faulty) == 1, "the engine alone tries again"
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn


@pytest.mark.parametrize(("fault", "reason"), [("truncated", "answer-cut"), ("short", "answer-cut"), ("reset", "cut")])
async def test_how_the_connection_ended(sts: BotoSts, server: StrictSts, fault: str, reason: str) -> None:
    server.faults.add(fault)
    assert (await refused(sts, server.url)).arguments["reason"] == reason


async def test_a_hanging_server(sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.3)
    server.faults.add("hang")
    began = time.monotonic()
    assert (await refused(sts, server.url)).code is Code.NETWORK_TIMEOUT
    assert time.monotonic() - began < 2


async def test_a_server_that_trickles(sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.5)
    server.faults.add("trickle", seconds=0.02)
    began = time.monotonic()
    assert (await refused(sts, server.url)).code is Code.NETWORK_TIMEOUT
    assert time.monotonic() - began < 2
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn


async def test_a_server_that_never_ends(sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "ANSWER_MAXIMUM", 50)
    assert (await refused(sts, server.url)).code is Code.NETWORK_ANSWER


async def test_a_call_is_abandoned_in_the_end(sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headers that trickle are below every time limit but our own."""
    monkeypatch.setattr(sts_room, "CALL_SECONDS", 0.3)
    server.faults.add("hang", seconds=3)
    problem = await refused(sts, server.url)
    assert problem.code is Code.NETWORK_TIMEOUT


async def test_nobody_listens(sts: BotoSts) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    problem = await refused(sts, f"http://127.0.0.1:{port}")
    assert (problem.code, problem.arguments) == (Code.NETWORK, {"host": f"127.0.0.1:{port}", "reason": "refused"})


async def test_a_name_that_does_not_exist(sts: BotoSts) -> None:
    problem = await refused(sts, "https://sts.nowhere.invalid")
    assert problem.code is Code.NETWORK
    assert problem.arguments == {"host": "sts.nowhere.invalid", "reason": "no-such-name"}


async def test_a_region_that_botocore_takes_for_none(sts: BotoSts) -> None:
    problem = await refused(sts, None, region=Region("not a region"))
    assert (problem.code, problem.arguments) == (Code.UNEXPECTED, {"kind": "InvalidRegionError"})


# --- certificates ---------------------------------------------------------------------------------------------------


class _Pages(BaseHTTPRequestHandler):
    body = (
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        b"<Arn>arn:aws:iam::111122223333:user/tls</Arn><UserId>U</UserId><Account>111122223333</Account>"
        b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: object) -> None:
        pass


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def tls_server(certificate: Path) -> Iterator[str]:
    with _Quiet(("127.0.0.1", 0), _Pages) as running:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        running.socket = context.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "rolecall test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / f"{address}.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


async def test_a_certificate_that_nobody_vouches_for(sts: BotoSts, tmp_path: Path) -> None:
    with tls_server(certificate(tmp_path)) as url:
        problem = await refused(sts, url)
    assert problem.code is Code.NETWORK_TLS
    assert "self-signed certificate" in str(problem.arguments["reason"]).lower()


async def test_a_bundle_of_the_source_vouches(sts: BotoSts, tmp_path: Path) -> None:
    own = certificate(tmp_path)
    with tls_server(own) as url:
        assert (await sts.identity(calls.endpoint(url, ca_bundle=str(own)), keys(ANA))).arn.endswith("user/tls")


async def test_a_bundle_of_the_environment_vouches_and_the_source_wins(tmp_path: Path) -> None:
    own, other = certificate(tmp_path), certificate(tmp_path, "127.0.0.2")
    offload = ThreadOffload()
    sts = BotoSts(offload, OffsetClock(), {"AWS_CA_BUNDLE": str(own)})
    with tls_server(own) as url:
        assert (await sts.identity(calls.endpoint(url), keys(ANA))).arn.endswith("user/tls")
        assert (await refused(sts, url, ca_bundle=str(other))).code is Code.NETWORK_TLS
    offload.close()


async def test_a_certificate_for_another_host(sts: BotoSts, tmp_path: Path) -> None:
    own = certificate(tmp_path, "127.0.0.9")
    with tls_server(own) as url:
        assert (await refused(sts, url, ca_bundle=str(own))).code is Code.NETWORK_TLS


async def test_bundles_that_are_none(sts: BotoSts, tmp_path: Path) -> None:
    missing, empty = tmp_path / "missing.pem", tmp_path / "empty.pem"
    empty.write_text("no certificate")
    for path in (missing, empty):
        problem = await refused(sts, "https://127.0.0.1:9", ca_bundle=str(path))
        assert (problem.code, problem.arguments["path"]) == (Code.FILE_UNREADABLE, str(path))


async def test_plain_http_where_tls_is_spoken(sts: BotoSts, server: StrictSts) -> None:
    problem = await refused(sts, server.url.replace("http:", "https:"))
    assert (problem.code, problem.arguments["reason"]) == (Code.NETWORK, "tls")


# --- proxies --------------------------------------------------------------------------------------------------------


class _Proxy(BaseHTTPRequestHandler):
    """Passes plain requests on; refuses whoever has no password, and every tunnel."""

    server: "_ProxyServer"

    def do_CONNECT(self) -> None:
        self.server.seen.append(self.headers.get("Proxy-Authorization", ""))
        self.send_error(407 if self.server.password else 403)

    def do_POST(self) -> None:
        given = self.headers.get("Proxy-Authorization", "")
        self.server.seen.append(given)
        if self.server.password and given != self.server.password:
            self.send_error(407)
            return
        import http.client
        from urllib.parse import urlsplit

        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = urlsplit(self.path)
        onward = http.client.HTTPConnection(target.netloc, timeout=5)
        headers = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy")}
        onward.request("POST", target.path or "/", body, headers)
        answer = onward.getresponse()
        content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        onward.close()

    def log_message(self, *args: object) -> None:
        pass


class _ProxyServer(_Quiet):
    password = ""
    seen: list[str]


@pytest.fixture
def proxy() -> Iterator[_ProxyServer]:
    with _ProxyServer(("127.0.0.1", 0), _Proxy) as running:
        running.seen = []
        thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield running
        running.shutdown()


async def test_a_proxy_with_a_password(sts: BotoSts, server: StrictSts, proxy: _ProxyServer) -> None:
    proxy.password = "Basic YW5hOnAgd0A="
    address = f"127.0.0.1:{proxy.server_address[1]}"
    where = calls.endpoint(server.url, proxy=f"http://ana:p%20w%40@{address}")
    assert (await sts.identity(where, keys(ANA))).arn == ANA.arn
    problem = await refused(sts, server.url, proxy=f"http://ana:other@{address}")
    assert (problem.code, problem.arguments["reason"]) == (Code.NETWORK_PROXY, "proxy-sign-in")
    problem = await refused(sts, "https://sts.eu-west-1.amazonaws.com", proxy=f"http://ana:pw@{address}")
    assert (problem.code, problem.arguments["reason"]) == (Code.NETWORK_PROXY, "proxy-sign-in")
    assert "pw" not in str(problem) + describe(problem).detail


async def test_a_proxy_of_the_environment(
    sts: BotoSts, server: StrictSts, proxy: _ProxyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.server_address[1]}")
    monkeypatch.setenv("NO_PROXY", "")
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn
    assert len(proxy.seen) == 1
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn
    assert len(proxy.seen) == 1


async def test_a_proxy_that_is_not_there(sts: BotoSts, server: StrictSts) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    problem = await refused(sts, server.url, proxy=f"http://127.0.0.1:{port}")
    assert problem.code is Code.NETWORK_PROXY


# --- isolation, secrets, threads ------------------------------------------------------------------------------------


async def test_nothing_of_the_person_signs(
    sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    aws = Path(os.environ["HOME"]) / ".aws"
    aws.mkdir()
    (aws / "credentials").write_text("[default]\naws_access_key_id = AKIAPERSON0000000001\naws_secret_access_key = x\n")
    (aws / "config").write_text("[default]\nregion = ap-south-1\nendpoint_url = http://127.0.0.1:1\n")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAAMBIENT000000001",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_SESSION_TOKEN": "x",
        "AWS_PROFILE": "nobody",
        "AWS_REGION": "ap-south-1",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn
    assert (server.calls[-1].access_key_id, server.calls[-1].region) == (ANA.access_key_id, "eu-west-1")


async def test_a_file_that_botocore_cannot_read_does_not_matter(sts: BotoSts, server: StrictSts) -> None:
    aws = Path(os.environ["HOME"]) / ".aws"
    aws.mkdir()
    (aws / "config").write_text("stray line\n[default]\n[default]\n")
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn


async def test_no_secret_in_what_is_raised_or_logged(
    sts: BotoSts, server: StrictSts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    signer = Credentials(ANA.access_key_id, Secret("wrong-secret-of-forty-characters-000000"), Secret("token-abc"))
    for fault in ("", "throttle", "reset", "portal", "truncated"):
        if fault:
            server.faults.add(fault)
        with pytest.raises(AppError) as caught:
            await sts.identity(calls.endpoint(server.url), signer)
        said = repr(caught.value) + repr(caught.value.problem) + repr(caught.value.__cause__) + caplog.text
        assert "wrong-secret" not in said
        assert "token-abc" not in said


async def test_many_threads_never_mix_credentials_up(sts: BotoSts) -> None:
    """Small here; 2,000 calls on 16 threads are a matter of `make torture`."""
    await _many(sts, users=8, rounds=40)


@pytest.mark.torture
async def test_two_thousand_calls_never_mix_credentials_up(sts: BotoSts) -> None:
    await _many(sts, users=16, rounds=125)


async def _many(sts: BotoSts, users: int, rounds: int) -> None:
    people = [User(f"user-{number:02d}", f"{number:012d}") for number in range(users)]
    with StrictSts(World(list(people))) as server:

        async def ask(user: User) -> None:
            identity = await sts.identity(calls.endpoint(server.url), keys(user))
            assert identity.arn == user.arn

        await asyncio.gather(*(ask(user) for _ in range(rounds) for user in people))
        assert server.count("GetCallerIdentity") == users * rounds


async def test_one_client_for_all(sts: BotoSts, server: StrictSts) -> None:
    where = calls.endpoint(server.url)
    await asyncio.gather(*(sts.identity(where, keys(ANA)) for _ in range(20)))
    assert len(sts._clients._clients) == 1
    await sts.identity(calls.endpoint(server.url, region=Region("us-east-1")), keys(ANA))
    assert len(sts._clients._clients) == 2


def test_reasons_have_words() -> None:
    from app.words.terms import REASONS

    assert set(failures._REASONS.values()) <= set(REASONS)
