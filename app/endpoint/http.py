"""As much of HTTP/1.1 as the container-credentials contract needs, and not a byte more: one GET, no body, then the end.

What could be read in two ways is refused: that is where smuggling lives. Pure.
"""

import re
from collections.abc import Mapping

from app.domain.values import dataclass

HEAD_MAXIMUM = 8 * 1024  # bytes of request line and headers; SDKs send some 500
HEADERS_MAXIMUM = 64
_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) (/[\x21-\x7e]{0,2047}) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}):[ \t]*([\x20-\x7e\t]*?)[ \t]*")
_BODY = ("transfer-encoding", "expect", "upgrade", "trailer")
REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class MalformedError(Exception):
    """The bytes are no request that is answered here."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request: no body follows it. Header names are in lower case, and each stands there once."""

    method: str
    target: str
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        """Leave the headers out: one of them is the token."""
        return f"Head({self.method}, {len(self.headers)} headers)"


def parse_head(data: bytes) -> Head:
    """Return the request of these bytes, which end with the empty line; MalformedError for anything else."""
    if len(data) > HEAD_MAXIMUM or not data.endswith(b"\r\n\r\n"):
        raise MalformedError
    first, *lines = data[:-4].split(b"\r\n")
    request = _REQUEST_LINE.fullmatch(first)
    if request is None or len(lines) > HEADERS_MAXIMUM:
        raise MalformedError
    headers: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)  # a bare CR or LF, a folded line, a space before the colon: no match
        if header is None:
            raise MalformedError
        name = header[1].decode().lower()
        if name in headers:
            raise MalformedError
        headers[name] = header[2].decode()
    if headers.get("content-length", "0") != "0" or any(one in headers for one in _BODY):
        raise MalformedError
    return Head(request[1].decode(), request[2].decode(), headers)


def admitted(head: Head, port: int) -> bool:
    """Whether the request comes from a program of this machine that means this address.

    A web page cannot leave Host and Origin out, and a name that was rebound to 127.0.0.1 is no name of ours; what came
    through a proxy comes from somewhere else.
    """
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
    strange = ("origin", "forwarded", "x-forwarded-for", "x-forwarded-host", "via", "sec-fetch-site")
    return (
        head.method == "GET"
        and head.headers.get("host", "").lower() in hosts
        and not any(one in head.headers for one in strange)
    )


def response(status: int, body: bytes) -> bytes:
    """Return a whole answer; the connection ends with it."""
    head = (
        f"HTTP/1.1 {status} {REASONS[status]}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n"
        "\r\n"
    )
    return head.encode() + body
