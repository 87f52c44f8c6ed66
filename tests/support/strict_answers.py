"""STS's answers as they look on the wire: XML of the query protocol, and the error document."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.saxutils import escape

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


class RefusalError(Exception):
    """AWS says no: a wire code, an HTTP status and AWS's own words."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status


@dataclass(slots=True)
class Answer:
    """One HTTP answer before Date and RequestId headers."""

    status: int
    body: bytes
    content_type: str = "text/xml"
    headers: dict[str, str] = field(default_factory=dict[str, str])


def timestamp(at: float) -> str:
    """Write a time as STS does: whole seconds, Z."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _xml(name: str, value: object, indent: str) -> str:
    if isinstance(value, dict):
        inner = "".join(_xml(str(key), one, indent + "  ") for key, one in value.items() if one is not None)
        return f"{indent}<{name}>\n{inner}{indent}</{name}>\n"
    return f"{indent}<{name}>{escape(str(value))}</{name}>\n"


def success(operation: str, result: dict[str, object], request_id: str) -> Answer:
    """Return the answer of an operation."""
    body = (
        f'<{operation}Response xmlns="{NAMESPACE}">\n'
        + _xml(f"{operation}Result", result, "  ")
        + _xml("ResponseMetadata", {"RequestId": request_id}, "  ")
        + f"</{operation}Response>\n"
    )
    return Answer(200, body.encode())


def failure(refusal: RefusalError, request_id: str) -> Answer:
    """Return the error document."""
    kind = "Sender" if refusal.status < 500 else "Receiver"
    error = {"Type": kind, "Code": refusal.code, "Message": refusal.message}
    body = (
        f'<ErrorResponse xmlns="{NAMESPACE}">\n'
        + _xml("Error", error, "  ")
        + _xml("RequestId", request_id, "  ")
        + "</ErrorResponse>\n"
    )
    return Answer(refusal.status, body.encode())
