"""A strict STS on loopback: signatures, tokens, trust, external ids, MFA codes, durations and chaining really count.

    with StrictSts(World([User("ana", "111122223333")], [Role(ARN, [...])])) as sts:
        client = boto3.client("sts", endpoint_url=sts.url, ...)
        sts.faults.add("throttle", times=2)
        assert [one.operation for one in sts.calls] == [...]

As a process, with a world in JSON (fields of strict_world.World), ending with its standard input:

    python -m tests.support.strict_sts --port 0 --json CONFIG

which prints its URL. Without `--json` it makes up a user and two roles and prints the world as a second line. Over
HTTP: GET /-/calls returns the log, GET /-/code/SERIAL a code of the device for now, POST /-/faults adds a fault,
POST /-/world changes fields of the world.
"""

import argparse
import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from tests.support import strict_rules
from tests.support.strict_answers import Answer, timestamp
from tests.support.strict_aws import Called, StrictAws
from tests.support.strict_faults import Fault, Faults, Wire, instead, on_the_wire
from tests.support.strict_signing import Request
from tests.support.strict_world import Device, Role, User, World

_LONGEST_BODY = 1 << 20


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    sts: "StrictSts"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients go away; that is their business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer a test's own questions, or a request with its fields in the query."""
        self._serve(b"")

    def do_POST(self) -> None:
        """Answer STS requests."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > _LONGEST_BODY:
            self.close_connection = True
            return
        self._serve(self.rfile.read(length))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _serve(self, body: bytes) -> None:
        sts, parts = self.server.sts, urlsplit(self.path)
        if parts.path.startswith("/-/"):
            self._send(sts.about(parts.path[3:], body), date=True)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._answer(sts, Request(self.command, parts.path, parts.query, headers, body))

    def _answer(self, sts: "StrictSts", request: Request) -> None:
        if sts.world.delay:
            sts.stopping.wait(sts.world.delay)
        form = strict_rules.form_of(request.body)
        fault = sts.faults.take(form.get("Action", ""), form.get("RoleArn", ""))
        other = instead(fault) if fault else None
        if other is not None:
            sts.faulty.append(form.get("Action", ""))
            self._send(other, date=True)
            return
        answer = sts.aws.answer(request)
        if fault and fault.kind == "expired":
            answer.body = _already_ended(answer.body, sts.now())
        wire = Wire(self.connection, lambda one: self._send(one, date=True), self._write, sts.stopping)
        if fault and on_the_wire(fault, answer, wire):
            self.close_connection = True
            return
        self._send(answer, date=not (fault and fault.kind == "no-date"))

    def _write(self, part: bytes) -> None:
        self.wfile.write(part)
        self.wfile.flush()

    def _send(self, answer: Answer, *, date: bool) -> None:
        sts = self.server.sts
        lines = [f"HTTP/1.1 {answer.status} {self.responses[answer.status][0]}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
        if date:
            lines.append(f"Date: {formatdate(sts.now() + sts.date_offset, usegmt=True)}")
        self._write("\r\n".join([*lines, "", ""]).encode() + answer.body)


def _already_ended(body: bytes, now: float) -> bytes:
    before, _, rest = body.partition(b"<Expiration>")
    return before + b"<Expiration>" + timestamp(now - 60).encode() + rest[rest.index(b"<") :]


class StrictSts:
    """The server as a context.

    `skew`: seconds that AWS's clock is ahead of ours; `date_offset`: seconds that its Date header alone is.
    """

    def __init__(self, world: World, clock: Callable[[], float] = time.time, port: int = 0) -> None:
        """Listen on 127.0.0.1; requests are answered once the context is entered."""
        self.world = world
        self.skew = 0.0
        self.date_offset = 0.0
        self.faults = Faults()
        self.faulty: list[str] = []  # operations that a fault answered in AWS's place
        self.stopping = threading.Event()
        self._clock = clock
        self.aws = StrictAws(world, self.now)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.sts = self
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def calls(self) -> Sequence[Called]:
        """The log: calls that AWS itself answered or refused, in order."""
        return tuple(self.aws.log)

    def count(self, operation: str = "", role: str = "") -> int:
        """Return how many calls there were."""
        return sum(operation in ("", one.operation) and role in ("", one.role) for one in self.calls)

    def now(self) -> float:
        """AWS's time, in seconds since 1970."""
        return self._clock() + self.skew

    def code(self, serial: str, steps: int = 0) -> str:
        """Return a device's code for now, or some time steps away."""
        devices = [device for user in self.world.users for device in user.devices]
        seed = next(one.seed for one in devices if one.serial == serial)
        return strict_rules.code_at(seed, int(self.now() // strict_rules.STEP) + steps)

    def about(self, path: str, body: bytes) -> Answer:
        """Answer what tests ask over HTTP when the server is another process."""
        value: object = None
        if path == "calls":
            value = [asdict(one) for one in self.calls]
        elif path.startswith("code/"):
            value = self.code(unquote(path[5:]))
        elif path == "faults":
            self.faults.add(**json.loads(body))
        elif path == "world":
            self._change(json.loads(body))
        return Answer(200, json.dumps(value).encode(), "application/json")

    def _change(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if name in ("skew", "date_offset"):
                setattr(self, name, float(value))
            elif hasattr(self.world, name):
                setattr(self.world, name, getattr(World.of({name: value}), name))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def sample_world() -> World:
    """Return a user with an MFA device, a role that asks for an external id and MFA, and one behind it."""
    first, second = "arn:aws:iam::123456789012:role/first", "arn:aws:iam::210987654321:role/second"
    ana = User(
        "ana", "111122223333", devices=[Device("arn:aws:iam::111122223333:mfa/ana", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    )
    role = Role(first, [ana.arn], external_id="ext-1", mfa=True, max_session=43200)
    return World([ana], [role, Role(second, [first])])


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until standard input ends, an hour at most."""
    parser = argparse.ArgumentParser(prog="strict_sts")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--json", type=Path, help="the world; '-' reads one line of standard input")
    parser.add_argument("--lifetime", type=float, help="seconds that sessions really last")
    parser.add_argument("--seconds", type=float, default=3600.0, help="ends by itself after so long")
    chosen = parser.parse_args(arguments)
    world = sample_world()
    if chosen.json is not None:
        text = sys.stdin.readline() if str(chosen.json) == "-" else chosen.json.read_text(encoding="utf-8")
        world = World.of(json.loads(text))
    if chosen.lifetime is not None:
        world.lifetime = chosen.lifetime
    with StrictSts(world, port=chosen.port) as sts, contextlib.suppress(KeyboardInterrupt):
        print(sts.url, flush=True)
        if chosen.json is None:
            print(json.dumps(asdict(world)), flush=True)
        ended = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
        ended.wait(chosen.seconds)
    return 0


__all__ = ["Called", "Device", "Fault", "Role", "StrictSts", "User", "World", "sample_world"]

if __name__ == "__main__":
    sys.exit(main())
