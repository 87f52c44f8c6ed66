"""Bad networks: each kind of fault ends in time as the right problem; simulated ones let nothing expire needlessly."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.domain.problem import AppError, Code
from app.engine.offload import ThreadOffload
from app.sts import BotoSts
from tests.contract.test_sts_trust import tls_server
from tests.support import sts_calls as calls
from tests.support.certificates import certificate
from tests.support.strict_sts import Role, StrictSts, User, World
from tests.support.sts_calls import OffsetClock, keys
from tests.torture.conftest import Row
from tests.torture.weeks import FAULTS, judge, live, opened, play

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
ANA = User("ana", "111122223333")
ROLE = "arn:aws:iam::123456789012:role/first"
LIMIT = 20.0
# what the server does: what becomes of it
WIRE: dict[str, tuple[Code, dict[str, object]]] = {
    "throttle": (Code.THROTTLED, {}),
    "error": (Code.AWS_BROKEN, {}),
    "html-error": (Code.NETWORK_ANSWER, {"status": 503}),
    "portal": (Code.NETWORK_ANSWER, {}),
    "redirect": (Code.NETWORK_ANSWER, {}),
    "truncated": (Code.NETWORK, {}),
    "short": (Code.NETWORK, {}),
    "reset": (Code.NETWORK, {}),
}
SLOW: dict[str, tuple[Code, dict[str, object]]] = {
    "hang": (Code.NETWORK_TIMEOUT, {"seconds": 60}),
    "trickle": (Code.NETWORK_TIMEOUT, {"seconds": 1}),
}


async def timed(sts: BotoSts, url: str, stalls: list[float]) -> tuple[Code | None, float]:
    """Make a call; how it ended, after how long, while the loop is watched."""
    call = asyncio.ensure_future(sts.assume_role(calls.assume(url, ROLE), keys(ANA), None))
    began = last = time.monotonic()
    while not call.done():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        stalls.append(now - last)
        last = now
    seconds = time.monotonic() - began
    try:
        call.result()
    except AppError as error:
        return error.problem.code, seconds
    return None, seconds


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.torture)])
async def test_each_fault_ends_in_time(tmp_path: Path, slow: bool, row: Row) -> None:
    offload = ThreadOffload()
    sts = BotoSts(offload, OffsetClock(), {})
    stalls: list[float] = []
    kinds = {**WIRE, **(SLOW if slow else {})}
    servers = {kind: StrictSts(World([ANA], [Role(ROLE, [ANA.arn])])) for kind in kinds}
    jobs: dict[str, tuple[Code, Callable[[], Awaitable[tuple[Code | None, float]]]]] = {}
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    try:
        await timed(sts, nobody, [])  # boto3 is imported with the first call
        for kind, (code, how) in kinds.items():
            servers[kind].__enter__()
            servers[kind].faults.add(kind, times=9, **how)
            jobs[kind] = code, lambda url=servers[kind].url: timed(sts, url, stalls)
        jobs["refused"] = Code.NETWORK, lambda: timed(sts, nobody, stalls)
        with tls_server(certificate(tmp_path)) as wrong:
            jobs["wrong certificate"] = Code.NETWORK_TLS, lambda: timed(sts, wrong, stalls)
            ended = await asyncio.gather(*(job() for _, job in jobs.values()))
        for kind in kinds:
            servers[kind].faults.clear()
        good = await asyncio.gather(*(timed(sts, servers[kind].url, stalls) for kind in kinds))
    finally:
        for one in servers.values():
            one.__exit__(None, None, None)
        offload.close()
    longest = max(seconds for _, seconds in ended)
    stalls.sort()
    p99 = stalls[len(stalls) * 99 // 100]
    row("network", f"{len(jobs)} faults: longest {longest:.1f} s, loop p99 {p99 * 1000:.0f} ms, then good again")
    assert {kind: code for kind, (code, _) in zip(jobs, ended, strict=True)} == {
        kind: code for kind, (code, _) in jobs.items()
    }
    assert longest < LIMIT + 1.5
    assert [code for code, _ in good] == [None] * len(kinds)


@pytest.mark.parametrize(("days", "sessions"), [(2, 10), pytest.param(30, 50, marks=pytest.mark.torture)])
def test_nothing_expires_that_could_have_lived(days: int, sessions: int, row: Row) -> None:
    async def scenario(w: object) -> None:
        weeks = await opened(w, 3, sessions)  # type: ignore[arg-type]
        await live(w, weeks, 4, days, sleep=False)  # type: ignore[arg-type]
        judge(w, weeks)  # type: ignore[arg-type]
        row(
            "network",
            f"{days} simulated days, {sessions} sessions, {len(weeks.outages)} outages of {len(FAULTS)} kinds: "
            f"{weeks.written} deliveries, {weeks.gaps} expired in an outage, {len(weeks.unexcused)} needlessly; "
            f"{weeks.refused} refused calls",
        )
        assert weeks.unexcused == []
        seconds = sum((end - begin).total_seconds() for begin, end in weeks.outages)
        # full jitter below five minutes, and some quick ones at the beginning of each outage
        assert weeks.refused <= sessions * (seconds / 150 * 1.3 + 12 * len(weeks.outages))

    play(scenario)  # type: ignore[arg-type]
