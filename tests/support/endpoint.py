"""The loopback endpoint on a thread of its own, with a test's sessions, and a client that says anything."""

import asyncio
import contextlib
import json
import os
import socket
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.broker.mirror import EngineFlags, Mirror, Publication
from app.core import Current
from app.counter import EngineCounter, Gate, closed
from app.domain.calls import Issued
from app.domain.endpoint import path_of
from app.domain.names import ProfileName
from app.domain.profile import ApprovePrograms, Catalog, Delivery, Profile, Safety
from app.domain.secret import Credentials, Secret
from app.domain.session import Active, Lease, Status
from app.domain.states import SessionState
from app.endpoint.holders import Program
from app.endpoint.server import EndpointServer, Limits
from app.endpoint.tokens import Tokens
from app.engine.offload import ThreadOffload
from app.world import SystemClock

KEY, SECRET, TOKEN = "ASIAEXAMPLE0000001", "s3cretcanary", "t0kencanary"
NAME = ProfileName("prod-admin")


def issued(seconds: float = 3600, lifetime: float = 3600) -> Issued:
    """A session with so many seconds left of its lifetime."""
    now = datetime.now(UTC)
    end = now + timedelta(seconds=seconds)
    credentials = Credentials(KEY, Secret(SECRET), Secret(TOKEN), end)
    return Issued(credentials, end - timedelta(seconds=lifetime), "arn:aws:sts::1:assumed-role/x/y", "123456789012")


def active(name: ProfileName, session: Issued) -> Status:
    """The status of a profile that runs with the session."""
    end = session.expires_at
    return Status(name, Active(Lease(KEY, session.received_at, end, end or session.received_at)))


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole."""

    status: int
    body: bytes
    raw: bytes

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Served:
    """A context: the endpoint with the profile NAME, whose token is `token`."""

    def __init__(self, folder: Path, limits: Limits | None = None, gate: Gate = closed) -> None:
        self.offload = ThreadOffload()
        self.tokens = Tokens(folder / "endpoint")
        self.mirror = Mirror(EngineFlags("application", os.getpid()))
        self.current = Current(Catalog(profiles={NAME: Profile(NAME, delivery=Delivery(endpoint=True))}))
        self.told: list[tuple[ProfileName, datetime | None]] = []
        self.programs: list[Program] = []
        counter = EngineCounter(self.tokens, self.mirror, self.current, SystemClock(), self.offload, self._tell, gate)
        self.server = EndpointServer(counter, limits)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def _tell(self, name: ProfileName, at: datetime | None, program: Program | None) -> None:
        self.told.append((name, at))
        if program is not None:
            self.programs.append(program)

    def __enter__(self) -> Self:
        self.thread.start()
        self.port = self.on_loop(self.server.open(0))
        self.tokens.issue(NAME)
        self.put(issued())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.on_loop(self.server.close())
        self.on_loop(self._settled())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    async def _settled(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        await self.loop.shutdown_default_executor()

    def on_loop(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def publish(self, publication: Publication) -> None:
        async def take() -> None:
            self.mirror.take(publication)

        self.on_loop(take())

    def put(self, session: Issued | None, state: SessionState | None = None) -> None:
        """Let the profile be in a state, with or without a session."""
        status = active(NAME, session) if session is not None else Status(NAME)
        status = status if state is None else replace(status, state=state)
        self.publish(Publication({NAME: status}, {NAME: session}))

    def approve(self, how: ApprovePrograms) -> None:
        """Let the profile ask before a program gets its session."""
        profile = replace(self.current.catalog.profiles[NAME], safety=Safety(approve_programs=how))
        self.current.catalog = Catalog(profiles={NAME: profile})

    @property
    def token(self) -> str:
        return self.tokens.file(NAME).read_text()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}{path_of(NAME)}"

    def request(self, **changed: str | None) -> bytes:
        """A good request, with headers changed, added or (None) left out; `method`, `path`, `version` too."""
        line = {"method": "GET", "path": path_of(NAME), "version": "HTTP/1.1"}
        headers: dict[str, str | None] = {
            "Host": f"127.0.0.1:{self.port}",
            "Authorization": self.token if self.tokens.issued(NAME) else "",
            "Accept": "application/json",
        }
        for name, value in changed.items():
            if name in line:
                line[name] = str(value)
            else:
                headers[name.replace("_", "-")] = value
        lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
        return "\r\n".join([" ".join(line.values()), *lines, "", ""]).encode()

    def ask(self, **changed: str | None) -> Reply:
        """Send a request and read the answer."""
        return self.send(self.request(**changed))

    def send(self, data: bytes, seconds: float = 10) -> Reply:
        """Send bytes and read until the other side ends; status 0: it said nothing."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            with contextlib.suppress(OSError):  # it has heard enough
                connection.sendall(data)
            raw = b""
            with contextlib.suppress(ConnectionResetError):
                while part := connection.recv(65536):
                    raw += part
        head, _, body = raw.partition(b"\r\n\r\n")
        return Reply(int(head.split()[1]) if head else 0, body, raw)
