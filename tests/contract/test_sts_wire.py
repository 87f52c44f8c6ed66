"""The port Sts where the network, a proxy or AWS fails: each failure its own problem, in time, without secrets."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.domain.calls import Identity
from app.domain.names import Region
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Credentials, Secret
from app.engine.offload import ThreadOffload
from app.sts import BotoSts, failures, wire
from app.sts import calls as sts_room
from app.texts import describe
from tests.support import sts_calls as calls
from tests.support.strict_sts import Role, StrictSts, User, World
from tests.support.sts_calls import OffsetClock, keys

ANA = User("ana", "111122223333")
FIRST = "arn:aws:iam::123456789012:role/first"


@pytest.fixture
def server() -> Iterator[StrictSts]:
    with StrictSts(World([ANA], [Role(FIRST, [ANA.arn])])) as running:
        yield running


@pytest.fixture
async def sts() -> AsyncIterator[BotoSts]:
    offload = ThreadOffload()
    yield BotoSts(offload, OffsetClock(), {})
    offload.close()


async def refused(sts: BotoSts, url: str | None, **how: str) -> Problem:
    where = calls.endpoint(url, **how)
    with pytest.raises(AppError) as caught:
        await sts.identity(where, keys(ANA))
    problem = caught.value.problem
    words = describe(problem)
    assert "…" not in words.title + words.detail
    assert " object at 0x" not in words.detail
    return problem


@pytest.mark.parametrize(
    ("fault", "how", "code"),
    [
        ("throttle", {}, Code.THROTTLED),
        ("error", {"status": 500}, Code.AWS_BROKEN),
        ("error", {"status": 503, "code": "ServiceUnavailable"}, Code.AWS_BROKEN),
        ("error", {"status": 503, "code": "SlowDown"}, Code.THROTTLED),
        ("error", {"status": 429, "code": "Whatever"}, Code.THROTTLED),
        ("html-error", {"status": 502}, Code.NETWORK_ANSWER),
        ("html-error", {"status": 403}, Code.NETWORK_ANSWER),
        ("portal", {}, Code.NETWORK_ANSWER),
        ("redirect", {}, Code.NETWORK_ANSWER),
        ("truncated", {}, Code.NETWORK),
        ("short", {}, Code.NETWORK),
        ("reset", {}, Code.NETWORK),
    ],
)
async def test_what_passes_by_itself(
    sts: BotoSts, server: StrictSts, fault: str, how: dict[str, object], code: Code
) -> None:
    server.faults.add(fault, **how)
    problem = await refused(sts, server.url)
    assert problem.code is code
    assert problem.transient
    assert server.count() + len(server.faulty) == 1, "the engine alone tries again"
    assert (await answered(sts, server.url)).arn == ANA.arn


async def answered(sts: BotoSts, url: str) -> Identity:
    """Ask as the engine does: a connection that the server is just closing may be taken once more."""
    try:
        return await sts.identity(calls.endpoint(url), keys(ANA))
    except AppError:
        return await sts.identity(calls.endpoint(url), keys(ANA))


@pytest.mark.parametrize(("fault", "reason"), [("truncated", "answer-cut"), ("short", "answer-cut"), ("reset", "cut")])
async def test_how_the_connection_ended(sts: BotoSts, server: StrictSts, fault: str, reason: str) -> None:
    server.faults.add(fault)
    assert (await refused(sts, server.url)).arguments["reason"] == reason


async def test_a_hanging_server(sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.3)
    server.faults.add("hang")
    began = time.monotonic()
    assert (await refused(sts, server.url)).code is Code.NETWORK_TIMEOUT
    assert time.monotonic() - began < 2


async def test_a_server_that_trickles(sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.5)
    server.faults.add("trickle", seconds=0.02)
    began = time.monotonic()
    assert (await refused(sts, server.url)).code is Code.NETWORK_TIMEOUT
    assert time.monotonic() - began < 2
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn


async def test_a_server_that_never_ends(sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "ANSWER_MAXIMUM", 50)
    assert (await refused(sts, server.url)).code is Code.NETWORK_ANSWER


async def test_a_call_is_abandoned_in_the_end(sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headers that trickle are below every time limit but our own."""
    monkeypatch.setattr(sts_room, "CALL_SECONDS", 0.3)
    server.faults.add("hang", seconds=3)
    problem = await refused(sts, server.url)
    assert problem.code is Code.NETWORK_TIMEOUT


async def test_nobody_listens(sts: BotoSts) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    problem = await refused(sts, f"http://127.0.0.1:{port}")
    assert (problem.code, problem.arguments) == (Code.NETWORK, {"host": f"127.0.0.1:{port}", "reason": "refused"})


async def test_a_name_that_does_not_exist(sts: BotoSts) -> None:
    problem = await refused(sts, "https://sts.nowhere.invalid")
    assert problem.code is Code.NETWORK
    assert problem.arguments == {"host": "sts.nowhere.invalid", "reason": "no-such-name"}


async def test_a_region_that_botocore_takes_for_none(sts: BotoSts) -> None:
    problem = await refused(sts, None, region=Region("not a region"))
    assert (problem.code, problem.arguments) == (Code.UNEXPECTED, {"kind": "InvalidRegionError"})


# --- isolation, secrets, threads ------------------------------------------------------------------------------------


async def test_nothing_of_the_person_signs(
    sts: BotoSts, server: StrictSts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    aws = Path(os.environ["HOME"]) / ".aws"
    aws.mkdir()
    (aws / "credentials").write_text("[default]\naws_access_key_id = AKIAPERSON0000000001\naws_secret_access_key = x\n")
    (aws / "config").write_text("[default]\nregion = ap-south-1\nendpoint_url = http://127.0.0.1:1\n")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAAMBIENT000000001",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_SESSION_TOKEN": "x",
        "AWS_PROFILE": "nobody",
        "AWS_REGION": "ap-south-1",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn
    assert (server.calls[-1].access_key_id, server.calls[-1].region) == (ANA.access_key_id, "eu-west-1")


async def test_a_file_that_botocore_cannot_read_does_not_matter(sts: BotoSts, server: StrictSts) -> None:
    aws = Path(os.environ["HOME"]) / ".aws"
    aws.mkdir()
    (aws / "config").write_text("stray line\n[default]\n[default]\n")
    assert (await sts.identity(calls.endpoint(server.url), keys(ANA))).arn == ANA.arn


async def test_no_secret_in_what_is_raised_or_logged(
    sts: BotoSts, server: StrictSts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    signer = Credentials(ANA.access_key_id, Secret("wrong-secret-of-forty-characters-000000"), Secret("token-abc"))
    for fault in ("", "throttle", "reset", "portal", "truncated"):
        if fault:
            server.faults.add(fault)
        with pytest.raises(AppError) as caught:
            await sts.identity(calls.endpoint(server.url), signer)
        said = repr(caught.value) + repr(caught.value.problem) + repr(caught.value.__cause__) + caplog.text
        assert "wrong-secret" not in said
        assert "token-abc" not in said


async def test_many_threads_never_mix_credentials_up(sts: BotoSts) -> None:
    """Small here; 2,000 calls on 16 threads are a matter of `make torture`."""
    await _many(sts, users=8, rounds=40)


@pytest.mark.torture
async def test_two_thousand_calls_never_mix_credentials_up(sts: BotoSts) -> None:
    await _many(sts, users=16, rounds=125)


async def _many(sts: BotoSts, users: int, rounds: int) -> None:
    people = [User(f"user-{number:02d}", f"{number:012d}") for number in range(users)]
    with StrictSts(World(list(people))) as server:

        async def ask(user: User) -> None:
            identity = await sts.identity(calls.endpoint(server.url), keys(user))
            assert identity.arn == user.arn

        await asyncio.gather(*(ask(user) for _ in range(rounds) for user in people))
        assert server.count("GetCallerIdentity") == users * rounds


async def test_one_client_for_all(sts: BotoSts, server: StrictSts) -> None:
    where = calls.endpoint(server.url)
    await asyncio.gather(*(sts.identity(where, keys(ANA)) for _ in range(20)))
    assert len(sts._clients._clients) == 1
    await sts.identity(calls.endpoint(server.url, region=Region("us-east-1")), keys(ANA))
    assert len(sts._clients._clients) == 2


def test_reasons_have_words() -> None:
    from app.words.terms import REASONS

    assert set(failures._REASONS.values()) <= set(REASONS)
