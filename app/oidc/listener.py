"""The loopback address that a browser returns to: open before the browser is, the same until the end.

It answers on a thread of its own. Whatever does not carry this sign-in's state gets 404, and the wait goes on; the
first that does counts, and later ones are told that it is over.
"""

import hmac
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.domain.problem import AppError, Code, Verb
from app.texts import T

HOST = "127.0.0.1"
_REQUEST_SECONDS = 10.0
_STYLE = (
    "body{font:16px system-ui,sans-serif;color:#1c1c22;background:#f4f5f7;margin:0;display:grid;place-items:center;"
    "min-height:100vh}main{background:#fff;border:1px solid #d0d3da;border-radius:8px;padding:32px 40px;max-width:28em}"
    "h1{font-size:1.25em;margin:0 0 .5em}p{margin:0;line-height:1.5;color:#55585f}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#17181c}main{background:#202228;"
    "border-color:#3a3d45}p{color:#aaadb5}}"
)

Arrived = Callable[[Mapping[str, str]], None]


class Listener:
    """Waits for one redirect. `arrived` is called once, on the listener's thread, with the redirect's parameters."""

    def __init__(self, source: str, port: int, path: str, state: str, arrived: Arrived) -> None:
        """Open the port (0: any free one); SIGN_IN_PORT where it is taken."""
        self._path = path
        try:
            self._server = _Server((HOST, port), path, state, arrived)
        except OSError:
            raise AppError.of(Code.SIGN_IN_PORT, Verb.EDIT_SOURCE, source, source=source, port=port) from None
        self.port = int(self._server.server_address[1])
        self._server.authority = f"{HOST}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="rolecall-redirect", daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """The redirect URI."""
        return f"http://{HOST}:{self.port}{self._path}"

    def close(self) -> None:
        """Listen no more. Returns at once; an answer under way is finished."""
        threading.Thread(target=self._end, name="rolecall-redirect-end", daemon=True).start()

    def _end(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False  # on Windows it would let another program share the port

    def __init__(self, address: tuple[str, int], path: str, state: str, arrived: Arrived) -> None:
        self.path = path
        self.state = state
        self.arrived = arrived
        self.authority = ""
        self._lock = threading.Lock()
        self._over = False
        super().__init__(address, _Handler)

    def first(self) -> bool:
        """Whether this is the first redirect of the sign-in."""
        with self._lock:
            first, self._over = not self._over, True
        return first

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's own signature
        """Say nothing: a browser that goes away in the middle is no event, and its request holds the code."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]  it is always this one
    server_version = "rolecall"
    sys_version = ""
    timeout = _REQUEST_SECONDS

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        given = parse_qs(parts.query, keep_blank_values=True, max_num_fields=50) if len(self.path) < 16_384 else {}
        values = {name: texts[0] for name, texts in given.items() if len(texts) == 1}
        expected = parts.path == self.server.path and self.headers.get("Host") == self.server.authority
        ours = hmac.compare_digest(values.get("state", "").encode(), self.server.state.encode())
        if not expected or not ours or not ("code" in values or "error" in values):
            self._page(404, T("Not found"), T("This is not the page that Rolecall waits for."))
        elif not self.server.first():
            self._page(410, T("This sign-in is over"), T("You can close this window."))
        elif "error" in values:
            self._page(200, T("The sign-in was not finished"), T("Rolecall says why. You can close this window."))
            self.server.arrived(values)
        else:
            self._page(200, T("Back to Rolecall"), T("The sign-in goes on there. You can close this window."))
            self.server.arrived(values)

    def _page(self, status: int, title: str, words: str) -> None:
        text = (
            '<!doctype html><html><head><meta charset="utf-8"><title>Rolecall</title>'
            f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1><p>{escape(words)}</p></main></body></html>"
        ).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(text))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        with suppress(OSError):  # the browser has gone away: what it brought counts all the same
            self.end_headers()
            self.wfile.write(text)
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's own signature
        """Log nothing: the request holds the code."""
