"""Faults that the strict STS is told to have: what networks, proxies and AWS itself do to an answer."""

import socket
import struct
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.strict_answers import Answer, RefusalError, failure

PORTAL = (
    b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Sign in to the Wi-Fi</h1><br></body></html>"
)


@dataclass(slots=True)
class Fault:
    """One fault, for the next `times` requests that fit (operation and role; empty: any).

    Kinds: "throttle", "error" (code, status, message), "html-error" (status), "portal", "truncated" (XML cut, length
    right), "short" (connection ends early), "reset" (RST), "hang" and "trickle" (seconds), "expired" (an answer whose
    session has ended), "no-date", "redirect".
    """

    kind: str
    operation: str = ""
    role: str = ""
    times: int = 1
    seconds: float = 30.0
    status: int = 500
    code: str = "InternalFailure"
    message: str = "An internal error occurred."

    def fits(self, operation: str, role: str) -> bool:
        """Whether a request gets this fault."""
        return self.times > 0 and self.operation in ("", operation) and self.role in ("", role)


@dataclass(slots=True)
class Wire:
    """What a fault may do to a connection. `send` writes a whole answer; `short` promises more than it sends."""

    socket: socket.socket
    send: Callable[[Answer], None]
    write: Callable[[bytes], None]
    stopping: threading.Event


class Faults:
    """The faults still to come, in order."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, kind: str, **how: object) -> Fault:
        """Have a fault from now on."""
        fault = Fault(kind, **how)  # pyright: ignore[reportArgumentType]
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Have none."""
        with self._lock:
            self._waiting.clear()

    def take(self, operation: str, role: str) -> Fault | None:
        """Return the fault that a request gets, used once."""
        with self._lock:
            fault = next((one for one in self._waiting if one.fits(operation, role)), None)
            if fault is not None:
                fault.times -= 1
            return fault


def instead(fault: Fault) -> Answer | None:
    """Return the answer that comes instead of AWS's; None: the fault is one of the wire or of AWS's own answer."""
    number = str(uuid.uuid4())
    match fault.kind:
        case "throttle":
            return failure(RefusalError("Throttling", "Rate exceeded", 400), number)
        case "error":
            return failure(RefusalError(fault.code, fault.message, fault.status), number)
        case "html-error":
            page = b"<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>"
            return Answer(fault.status, page, "text/html")
        case "portal":
            return Answer(200, PORTAL, "text/html; charset=utf-8")
        case "redirect":
            return Answer(302, b"", "text/html", {"Location": "http://portal.invalid/login"})
        case _:
            return None


def on_the_wire(fault: Fault, answer: Answer, wire: Wire) -> bool:
    """Do what the fault does with the answer; False: it is to be sent as it is."""
    match fault.kind:
        case "hang":
            wire.stopping.wait(fault.seconds)
        case "reset":
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        case "truncated":
            wire.send(Answer(answer.status, answer.body[: len(answer.body) // 2], answer.content_type, answer.headers))
        case "short":
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(answer.body)}\r\n\r\n"
            wire.write(head.encode() + answer.body[: len(answer.body) // 2])
        case "trickle":
            _trickle(fault, answer, wire)
        case _:
            return False
    return True


def _trickle(fault: Fault, answer: Answer, wire: Wire) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(answer.body)}\r\n\r\n"
    wire.write(head.encode())
    for at in range(len(answer.body)):
        if wire.stopping.wait(fault.seconds):
            return
        wire.write(answer.body[at : at + 1])
