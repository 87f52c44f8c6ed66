"""A provider of the tests' own that keeps to nothing: every answer can be put in the test's place of it."""

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "rolecall"
Reply = tuple[int, Any]  # status; JSON, or text as it is


def signing_key(kid: str) -> RSAKey:
    """Return a new key."""
    return RSAKey.import_key(rsa.generate_private_key(65537, 2048), {"kid": kid, "use": "sig"})


_KEYS = [signing_key("one"), signing_key("two")]  # making them takes a while


@dataclass
class FaultyProvider:
    """The provider as a context. `replies`: by path, what is answered instead; `claims`: what the ID token says."""

    replies: dict[str, Callable[[dict[str, str]], Reply | None]] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    key: RSAKey = field(default_factory=lambda: _KEYS[0])
    published: list[RSAKey] = field(default_factory=lambda: [_KEYS[0]])
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    nonce: str = ""
    trickle: bool = False
    location: str = "/elsewhere"  # of a redirect
    certificate: Path | None = None  # key and certificate: TLS is spoken
    more: dict[str, Any] = field(default_factory=dict)  # of the discovery document; None takes out

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        scheme = "http"
        if self.certificate is not None:
            scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.issuer = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def discovery(self) -> dict[str, Any]:
        """The discovery document."""
        names = {
            "issuer": "",
            "authorization_endpoint": "/auth",
            "token_endpoint": "/token",
            "jwks_uri": "/jwks",
            "device_authorization_endpoint": "/device",
            "revocation_endpoint": "/revoke",
        }
        table: dict[str, Any] = {name: self.issuer + path for name, path in names.items()}
        table |= {"code_challenge_methods_supported": ["S256"], **self.more}
        return {name: value for name, value in table.items() if value is not None}

    def id_token(self) -> str:
        """An ID token with what `claims` changes; None takes a claim out."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "ana", "iat": now, "exp": now + 600, "nonce": self.nonce}
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        if self.header.get("alg") == "none":
            return ".".join((_part(self.header), _part(claims), ""))
        return jwt.encode(self.header, claims, self.key, algorithms=[str(self.header["alg"])])

    def reply(self, path: str, form: dict[str, str]) -> Reply:
        """What a path is answered with."""
        self.asked.append((path, form))
        given = self.replies.get(path)
        found = given(form) if given is not None else None
        if found is not None:
            return found
        match path:
            case "/.well-known/openid-configuration":
                return 200, self.discovery()
            case "/jwks":
                return 200, {"keys": [one.as_dict(private=False) for one in self.published]}
            case "/token":
                tokens = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 600}
                return 200, {**tokens, "id_token": self.id_token(), "refresh_token": f"refresh-{len(self.asked)}"}
            case "/device":
                page = f"{self.issuer}/code"
                return 200, {"device_code": "d", "user_code": "KQRT-VMXP", "verification_uri": page, "expires_in": 600}
            case "/revoke":
                return 200, {}
        return 404, "nothing here"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class _Server(ThreadingHTTPServer):
    owner: FaultyProvider
    daemon_threads = True
    block_on_close = False


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer({**form, "Authorization": self.headers.get("Authorization", "")})

    def _answer(self, form: dict[str, str]) -> None:
        status, value = self.server.owner.reply(urlsplit(self.path).path, form)
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(value, str) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        if 300 <= status < 400:
            self.send_header("Location", self.server.owner.location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
