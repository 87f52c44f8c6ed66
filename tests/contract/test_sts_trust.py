"""The port Sts over TLS and through proxies: whose word counts, and what is said when it does not hold."""

import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.domain.problem import AppError, Code, Problem
from app.engine.offload import ThreadOffload
from app.sts import BotoSts
from app.texts import describe
from tests.support import sts_calls as calls
from tests.support.certificates import certificate
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
        assert (problem.code, problem.arguments["path"]) == (Code.CA_BUNDLE, str(path))


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
