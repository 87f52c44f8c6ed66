"""A broker of its own process, so that its memory can be measured: `python -m tests.torture.broker SOCKET`.

Prints "ready", then for each line of standard input its resident memory, descriptors and threads as JSON, until the
input ends. Holds 200 profiles with a session each; "slow" takes 30 s.
"""

import asyncio
import gc
import json
import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.broker.mirror import EngineFlags, Mirror, Publication
from app.broker.peer import Peer
from app.broker.protocol import Json, Request
from app.broker.server import BrokerServer
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.secret import Credentials, Secret
from app.domain.session import Active, Lease, Status

PROFILES = 200
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=1)


class Desk:
    """Hands out what is mirrored, and lets "slow" wait."""

    async def perform(self, request: Request) -> Json:
        if "slow" in request.names:
            await asyncio.sleep(30)
        return {"names": list(request.names)}

    def ready_session(self, request: Request, mirror: Mirror) -> Issued | None:
        return mirror.sessions.get(ProfileName(request.names[0])) if request.names else None

    def process_line(self, issued: Issued) -> bytes:
        return json.dumps({"Version": 1, "AccessKeyId": issued.credentials.access_key_id}).encode() + b"\n"

    def left(self, peer: Peer) -> None:
        raise NotImplementedError


def publication() -> Publication:
    """Return 200 active profiles."""
    statuses: dict[ProfileName, Status] = {}
    sessions: dict[ProfileName, Issued | None] = {}
    for number in range(PROFILES):
        name = ProfileName(f"profile-{number}")
        lease = Lease(f"ASIA{number:016}", NOW, UNTIL, UNTIL, "arn:aws:iam::1:role/x", "1")
        statuses[name] = Status(name, Active(lease))
        sessions[name] = Issued(Credentials(f"ASIA{number:016}", Secret("s"), Secret("t" * 900), UNTIL), NOW)
    return Publication(statuses, sessions)


def measured() -> dict[str, int]:
    """Return resident bytes, open descriptors and threads of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    open_ones = len(list(Path("/proc/self/fd").iterdir()))
    return {"rss": pages * os.sysconf("SC_PAGE_SIZE"), "fds": open_ones, "threads": threading.active_count()}


def main() -> None:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    server = BrokerServer(Desk(), Path(sys.argv[1]), EngineFlags("application", os.getpid()))
    server.start(loop)
    server.publish(publication())
    print("ready", flush=True)
    for _line in sys.stdin:
        print(json.dumps(measured()), flush=True)
    server.close()


if __name__ == "__main__":
    main()
