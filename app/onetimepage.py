"""A page on this machine that gives a browser one secret link, once.

The browser is started with the page's address, which is worth nothing after the first visit: so the link itself stands
in no argument, no history of a shell and no log.
"""

import hmac
import secrets
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from app.domain.secret import Secret

HOST = "127.0.0.1"
_REQUEST_SECONDS = 10.0


class OneTimePage:
    """Listens from the beginning until `close`, or the one visit. Other paths, hosts and methods get 404."""

    def __init__(self, link: Secret) -> None:
        """Open a free port; OSError."""
        self._server = _Server((HOST, 0), link)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="rolecall-page", daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """What the browser is started with."""
        return f"http://{self._server.authority}{self._server.path}"

    def visited(self, seconds: float) -> bool:
        """Wait for the visit; whether it came."""
        return self._server.done.wait(seconds)

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(HTTPServer):
    def __init__(self, address: tuple[str, int], link: Secret) -> None:
        super().__init__(address, _Handler)
        self.link: Secret | None = link
        self.path = f"/{secrets.token_urlsafe(24)}"
        self.authority = f"{HOST}:{self.server_address[1]}"
        self.done = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's own signature
        """Say nothing: a browser that goes away is no event."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]  it is always this one
    server_version = "rolecall"
    sys_version = ""
    timeout = _REQUEST_SECONDS

    def do_GET(self) -> None:
        ours = hmac.compare_digest(self.path.encode(), self.server.path.encode())
        link, here = self.server.link, self.headers.get("Host") == self.server.authority
        if not (ours and here) or link is None:
            self._answer(404, None)
            return
        self.server.link = None
        self._answer(302, link)
        self.server.done.set()

    def _answer(self, status: int, link: Secret | None) -> None:
        self.send_response(status)
        if link is not None:
            self.send_header("Location", link.reveal())
        for name, value in (
            ("Content-Length", "0"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's signature
        """Log nothing."""
