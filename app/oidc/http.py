"""HTTP to a provider: bounded in time and size, no redirects, the trust and the proxy that are given.

Authlib speaks OAuth over it. What fails below becomes a problem; nothing of a request or an answer is ever logged.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlencode, urlsplit

from app.domain.problem import AppError, Argument, Code, Problem, Verb
from app.domain.values import dataclass

if TYPE_CHECKING:
    from ssl import SSLContext

    from urllib3 import PoolManager

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
ANSWER_SECONDS = 15.0
ANSWER_MAXIMUM = 1 << 20
_ADDRESS_MAXIMUM = 2048


@dataclass(frozen=True, slots=True)
class Reach:
    """How a provider is reached: None stands for the environment's proxy, and for the system's certificates."""

    proxy: str | None = None
    ca_bundle: str | None = None


@dataclass(frozen=True, slots=True)
class Below:
    """What is below HTTP, as the way to AWS has it too: trust, the environment's proxy, and what failures mean."""

    tls: "Callable[[str | None], SSLContext]"
    proxy: Callable[[str], str | None]
    failed: Callable[[BaseException, str], Problem]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read whole; as much of requests' Response as Authlib uses."""

    source: str
    host: str
    status_code: int
    content: bytes = field(repr=False)
    location: str = ""  # of a redirect, which is not followed

    def json(self) -> object:
        """Return the body's JSON; ValueError."""
        try:
            return json.loads(self.content)
        except RecursionError:
            raise ValueError("nested too deep") from None

    def raise_for_status(self) -> None:
        """Raise PROVIDER_BROKEN for what may pass by itself, PROVIDER_ANSWER for what will not."""
        if self.status_code >= 500 or self.status_code == 429:
            status, host = self.status_code, self.host
            raise AppError.of(Code.PROVIDER_BROKEN, Verb.NONE, source=self.source, host=host, status=status)
        if self.status_code >= 300:
            raise self.other_status()

    def table(self) -> Mapping[str, object]:
        """Return the JSON object of a good answer; PROVIDER_ANSWER, PROVIDER_BROKEN."""
        self.raise_for_status()
        try:
            value = self.json()
        except ValueError:
            raise self.unfit("no-json-object") from None
        if not isinstance(value, dict):
            raise self.unfit("no-json-object")
        return cast("Mapping[str, object]", value)

    def other_status(self, **more: Argument) -> AppError:
        """Return PROVIDER_ANSWER for a status that is none of success."""
        about: dict[str, Argument] = {"source": self.source, "host": self.host, "status": self.status_code}
        return AppError.of(Code.PROVIDER_ANSWER, Verb.NONE, **about, reason="", **more)

    def unfit(self, reason: str) -> AppError:
        """Return PROVIDER_ANSWER."""
        return AppError.of(Code.PROVIDER_ANSWER, Verb.NONE, source=self.source, host=self.host, reason=reason)


class Http:
    """Requests on behalf of one source, for worker threads; as much of requests' Session as Authlib uses."""

    def __init__(self, source: str, reach: Reach, below: Below) -> None:
        """Connect to nothing yet. Raises CA_BUNDLE for a CA bundle that cannot be read, with the first call."""
        self._source = source
        self._reach = reach
        self._below = below
        self._tls: SSLContext | None = None

    def get(self, url: str) -> Answer:
        """GET an address."""
        return self._send("GET", url, {"Accept": "application/json"}, None)

    def post(
        self,
        url: str,
        data: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        auth: Any = None,  # noqa: ANN401  Authlib's ClientAuth
        **_: object,
    ) -> Answer:
        """POST a form, with the client's authentication."""
        body = urlencode(data)
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {}), "Accept": "application/json"}
        if auth is not None:
            url, sent, body = auth.prepare("POST", url, sent, body)
        return self._send("POST", url, sent, body)

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> Answer:
        from urllib3.exceptions import HTTPError

        host = host_of(url)
        proxy = self._reach.proxy or self._below.proxy(url)
        pool = self._pool(proxy)
        try:
            answer = pool.urlopen(
                method,
                url,
                body=body,
                headers={"User-Agent": "rolecall", **headers},
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=True,
            )
            content = self._read(answer, host)
        except (HTTPError, OSError, ValueError) as error:
            raise AppError(self._below.failed(error, host)) from None
        finally:
            pool.clear()
        if answer.status == 407 and proxy is not None:
            raise AppError.of(Code.NETWORK_PROXY, Verb.CHECK_PROXY, host=host, reason="proxy-sign-in")
        return Answer(self._source, host, answer.status, content, answer.headers.get("Location", "")[:_ADDRESS_MAXIMUM])

    def _read(self, answer: Any, host: str) -> bytes:  # noqa: ANN401  urllib3's BaseHTTPResponse
        """Return the body; gives up on one that trickles or does not end."""
        until, parts, size = monotonic() + ANSWER_SECONDS, list[bytes](), 0
        try:
            while part := answer.read1(65536):
                parts.append(part)
                size += len(part)
                if monotonic() > until:
                    seconds = int(ANSWER_SECONDS)
                    raise AppError.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=host, seconds=seconds)
                if size > ANSWER_MAXIMUM:
                    source = self._source
                    raise AppError.of(Code.PROVIDER_ANSWER, Verb.NONE, source=source, host=host, reason="too-long")
        finally:
            answer.close()
        return b"".join(parts)

    def _pool(self, proxy: str | None) -> "PoolManager":
        from urllib3 import PoolManager, ProxyManager, Timeout
        from urllib3.util import make_headers

        if self._tls is None:
            self._tls = self._below.tls(self._reach.ca_bundle)
        timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        options: dict[str, Any] = {"timeout": timeout, "ssl_context": self._tls}
        if proxy is None:
            return PoolManager(**options)
        parts = urlsplit(proxy)
        if parts.username is not None:
            user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            options["proxy_headers"] = make_headers(proxy_basic_auth=user)
        plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return ProxyManager(plain, proxy_ssl_context=self._tls, **options)


def host_of(url: str) -> str:
    """Return host and port of an address, for people."""
    return urlsplit(url).netloc.rpartition("@")[2] or url
