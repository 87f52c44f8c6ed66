"""The machine's own role endpoints on loopback: EC2's metadata service and the container endpoint, both with tokens.

They refuse what AWS's refuse: version 2 without a token made by PUT, forwarded requests, a wrong Authorization.
"""

import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

ROLES = "/latest/meta-data/iam/security-credentials/"
TASK = "/v2/credentials/task-1"
TOKEN_PATH = "/latest/api/token"


@dataclass
class MetadataServer:
    """As a context. Fields may be changed at any time; `asked` holds each request as "METHOD path status"."""

    role: str = "instance-role"
    lifetime: timedelta = timedelta(hours=6)
    v1_only: bool = False
    v2_required: bool = True
    authorization: str | None = None  # what the container endpoint insists on
    status: int | None = None  # answer everything so
    body: bytes | None = None  # answer credentials so
    delay: float = 0.0
    credentials: dict[str, Any] | None = None  # instead of new ones each time
    asked: list[str] = field(default_factory=list[str])
    tokens: set[str] = field(default_factory=set[str])
    given: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def __enter__(self) -> Self:
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{self.host}"

    @property
    def host(self) -> str:
        """Its address and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def count(self, path: str) -> int:
        """How often a path was asked for, with any outcome."""
        return sum(one.split()[1] == path for one in self.asked)

    def answer(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        """Return status and body."""
        if self.delay:
            self.stopping.wait(self.delay)
        if self.status is not None:
            return self.status, b"no"
        if path == TASK:
            if self.authorization is not None and headers.get("authorization") != self.authorization:
                return 403, b"no"
            return 200, self._credentials(container=True)
        if "x-forwarded-for" in headers:
            return 403, b"no"
        if path == TOKEN_PATH:
            return self._new_token(method, headers)
        refused = self._refused(headers)
        return (refused, b"no") if refused else self._role(path)

    def _new_token(self, method: str, headers: dict[str, str]) -> tuple[int, bytes]:
        seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if self.v1_only:
            return 404, b"no"
        if method != "PUT":
            return 405, b"no"
        if not seconds.isdigit() or not 1 <= int(seconds) <= 21600:
            return 400, b"no"
        token = secrets.token_urlsafe(40)
        self.tokens.add(token)
        return 200, token.encode()

    def _refused(self, headers: dict[str, str]) -> int:
        token = headers.get("x-aws-ec2-metadata-token")
        if token is None:
            return 401 if self.v2_required and not self.v1_only else 0
        return 0 if token in self.tokens else 401

    def _role(self, path: str) -> tuple[int, bytes]:
        if not path.startswith(ROLES) or not self.role:
            return 404, b"no"
        if path == ROLES:
            return 200, self.role.encode()
        return (200, self._credentials(container=False)) if path == ROLES + self.role else (404, b"no")

    def _credentials(self, *, container: bool) -> bytes:
        if self.body is not None:
            return self.body
        expires = datetime.fromtimestamp(time.time(), UTC) + self.lifetime
        made = self.credentials or {
            "AccessKeyId": "ASIA" + secrets.token_hex(8).upper(),
            "SecretAccessKey": "secret" + secrets.token_hex(17),
            "Token": "token" + secrets.token_hex(200),
            "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        made = {**made, "AccountId": "123456789012"} if container else {"Code": "Success", "Type": "AWS-HMAC", **made}
        self.given.append(made)
        return json.dumps(made).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: MetadataServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients go away; that is their business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _serve(self) -> None:
        owner = self.server.owner
        status, body = owner.answer(self.command, self.path, {one.lower(): text for one, text in self.headers.items()})
        owner.asked.append(f"{self.command} {self.path} {status}")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
