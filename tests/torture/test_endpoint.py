"""The endpoint under 10,000 requests, good and bad ones mixed, from eight programs at once."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.endpoint import KEY, SECRET, TOKEN, Served
from tests.torture.conftest import Row

REQUESTS = 10_000
PROGRAMS = 8
BAD: tuple[dict[str, str | None], ...] = (
    {"Authorization": "x" * 43},
    {"Host": "attacker.example"},
    {"Host": "localhost.attacker.example"},
    {"Origin": "https://attacker.example"},
    {"X_Forwarded_For": "10.0.0.1"},
    {"path": "/v1/credentials/other"},
    {"method": "POST"},
)


@pytest.mark.torture
def test_ten_thousand_requests_are_answered_in_time_and_leak_nothing(tmp_path: Path, row: Row) -> None:
    secrets = [one.encode() for one in (KEY, SECRET, TOKEN)]
    with Served(tmp_path) as served:
        chance = random.Random(11)
        kinds = [None if chance.random() < 0.5 else chance.choice(BAD) for _ in range(REQUESTS)]
        wire = [(one is None, served.request(**(one or {}))) for one in kinds]

        def ask(one: tuple[bool, bytes]) -> float:
            begin = time.perf_counter()
            reply = served.send(one[1])
            took = time.perf_counter() - begin
            assert reply.status == (200 if one[0] else 403)
            assert one[0] or not any(secret in reply.raw for secret in secrets)
            return took

        with ThreadPoolExecutor(PROGRAMS) as pool:
            together = sorted(pool.map(ask, wire))
        alone = sorted(map(ask, wire[:2000]))
    for name, times in (("8 at once", together), ("one after another", alone)):
        median, p99, most = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99, 0.9999))
        row("endpoint", f"{len(times)} {name}: median {median:.2f}, p99 {p99:.2f}, most {most:.2f} ms, 0 leaked")
    assert alone[int(len(alone) * 0.99)] < 0.010
