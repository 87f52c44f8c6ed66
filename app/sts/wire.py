"""The HTTP below the clients: connections kept, TLS trust, proxies, an end to answers that trickle or are not AWS's.

botocore's own sender has a time limit for each read and none for the whole, and takes an answer that was cut off for a
whole one. This one is hooked in at `before-send` and raises problems.
"""

import json
import os
import re
import sys
import threading
from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from app.domain.problem import AppError, Code, Verb
from app.sts.failures import CONNECT_SECONDS, READ_SECONDS, network_problem
from app.sts.trust import tls_context
from app.sts.turns import Turns, paused_connections

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from urllib3 import BaseHTTPResponse, PoolManager

CONNECTIONS = 16
ANSWER_SECONDS = 15.0  # for the whole answer, within the 20 s that a call has
ANSWER_MAXIMUM = 1 << 20
_PROXY_REFUSED = 407
_JSON_SERVICES = frozenset({"sso", "sso-oidc", "accessanalyzer"})
_AWS_DOCUMENT = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<([A-Za-z]*(?:Response|Exception))[\s>/]")


class _Body:
    """What AWSResponse reads from; the body is here already."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self._content]


class Wire:
    """Sends requests of one endpoint, from several threads at once."""

    def __init__(
        self, host: str, proxy: str | None, ca_bundle: str | None, turns: Turns, *, service: str = "sts"
    ) -> None:
        """`proxy` None: the environment's, if any. Raises CA_BUNDLE for a CA bundle that cannot be read."""
        self._host = host
        self._judge_body = self._judge_json if service in _JSON_SERVICES else self._judge_document
        self._proxy = proxy
        self._tls = tls_context(ca_bundle)
        self._turns = turns
        self._lock = threading.Lock()
        self._pools: dict[str | None, PoolManager] = {}

    def send(self, request: "AWSPreparedRequest", **_: object) -> "AWSResponse":
        """Send a signed request and return the whole answer, or raise the problem that came of it."""
        from botocore.awsrequest import AWSResponse
        from urllib3.exceptions import HTTPError

        proxy = self._proxy or environment_proxy(request.url)
        try:
            answer = self._pool(proxy).urlopen(
                request.method,
                request.url,
                body=request.body,
                headers={name: _text(value) for name, value in request.headers.items()},
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            with self._turns.pause():
                content = self._read(answer)
        except (HTTPError, OSError, ValueError) as error:
            raise AppError(network_problem(error, self._host)) from None
        self._judge(answer.status, answer.headers, content, behind_proxy=proxy is not None)
        headers: Any = answer.headers
        return AWSResponse(request.url, answer.status, headers, _Body(content))

    def _read(self, answer: "BaseHTTPResponse") -> bytes:
        """Return the body; gives up on one that trickles or does not end."""
        until, parts, size = monotonic() + ANSWER_SECONDS, list[bytes](), 0
        done = False
        try:
            while part := answer.read1(65536):
                parts.append(part)
                size += len(part)
                if monotonic() > until:
                    seconds = int(ANSWER_SECONDS)
                    raise AppError.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=self._host, seconds=seconds)
                if size > ANSWER_MAXIMUM:
                    raise AppError.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host=self._host)
            done = True
        finally:
            if done:
                answer.release_conn()
            else:
                answer.close()
        return b"".join(parts)

    def _judge(self, status: int, headers: Mapping[str, str], content: bytes, *, behind_proxy: bool) -> None:
        """Refuse what did not come from AWS: a sign-in page of a network, a proxy's own words, a redirect."""
        if status == _PROXY_REFUSED and behind_proxy:
            raise AppError.of(Code.NETWORK_PROXY, Verb.CHECK_PROXY, host=self._host, reason="proxy-sign-in")
        named = "x-amzn-requestid" in {name.lower() for name in headers}
        self._judge_body(status, content, named=named)

    def _judge_json(self, status: int, content: bytes, *, named: bool) -> None:
        """A network's page is no JSON object, and not every one of these services names its requests."""
        if not content.strip() and (named or status < 300):
            return  # nothing to say, as after a sign-out
        try:
            whole = isinstance(json.loads(content), dict)
        except (ValueError, RecursionError):
            whole = False
        if not whole and not (named and status >= 500):
            raise AppError.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host=self._host)

    def _judge_document(self, status: int, content: bytes, *, named: bool) -> None:
        document = _AWS_DOCUMENT.match(content)
        if document is None and not (named and status >= 500):
            raise AppError.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host=self._host)
        if document is not None and not content.rstrip().endswith((b"</%b>" % document[1], b"/>")):
            raise AppError.of(Code.NETWORK, Verb.CHECK_NETWORK, host=self._host, reason="answer-cut")

    def _pool(self, proxy: str | None) -> "PoolManager":
        with self._lock:
            if proxy not in self._pools:
                pool = self._pools[proxy] = self._new_pool(proxy)
                paused_connections(pool, self._turns)
            return self._pools[proxy]

    def _new_pool(self, proxy: str | None) -> "PoolManager":
        from urllib3 import PoolManager, ProxyManager, Timeout
        from urllib3.util import make_headers

        options: dict[str, Any] = {
            "maxsize": CONNECTIONS,
            "timeout": Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            "ssl_context": self._tls,
        }
        if proxy is None:
            return PoolManager(**options)
        parts = urlsplit(proxy)
        if parts.username is not None:
            user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            options["proxy_headers"] = make_headers(proxy_basic_auth=user)
        plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return ProxyManager(plain, proxy_ssl_context=self._tls, **options)


def environment_proxy(url: str) -> str | None:
    """Return the proxy that the environment (or the operating system's settings) names for an address."""
    if sys.platform not in ("darwin", "win32") and not any(name.lower().endswith("_proxy") for name in os.environ):
        return None  # a tenth of what a call takes
    from botocore.utils import get_environ_proxies

    proxies: Mapping[str, str] = get_environ_proxies(url)
    parts = urlsplit(url)
    found = proxies.get(parts.scheme) or proxies.get("all")
    return f"http://{found}" if found and "://" not in found else found


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
