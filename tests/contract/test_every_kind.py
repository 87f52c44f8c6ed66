"""Every kind of source: a session by command line, and renewals through failures by the engine."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.compose import Core, World, open_core
from app.domain.names import ProfileName
from app.domain.reading.sources import SOURCE_KEYS
from app.domain.session import Active, problem_of
from tests.support.every_kind import KINDS, EveryKind, every_kind
from tests.support.logfail import ExpectedLogs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs with a first line that names an interpreter")
LIFETIME = 10.0
_ARNS = {True: ":assumed-role/dev/", False: ":assumed-role/behind/"}


@pytest.fixture
def kinds(tmp_path: Path) -> Iterator[EveryKind]:
    with every_kind(tmp_path) as one:
        asyncio.run(one.sign_in())
        yield one


def test_no_kind_is_left_out() -> None:
    covered = {table.split('"')[1] for table, _ in KINDS.values()}
    assert covered == set(SOURCE_KEYS)


@pytest.mark.parametrize("name", KINDS)
def test_a_session_by_command_line(kinds: EveryKind, name: str) -> None:
    ran = kinds.office.must("start", name)
    key = kinds.keys()[name]
    assert key.startswith("ASIA")
    if KINDS[name][1]:
        assert _ARNS[KINDS[name][1][0].endswith("/dev")] + name in ran.out
    elif name == "identity-center":
        assert key == kinds.center.given[-1]["accessKeyId"]
    else:
        assert key == kinds.service.given[-1]["AccessKeyId"]
    shown = kinds.office.must("env", name, "--format", "bash").out
    assert key in shown, "the session that was delivered"
    assert kinds.office.user.secret_access_key not in ran.out + ran.err


async def until(told: Callable[[], bool], what: str, seconds: float = 45) -> None:
    """Wait for what comes by itself."""
    for _ in range(int(seconds * 20)):
        if told():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never: {what}")


def test_each_is_renewed_while_network_and_provider_fail_at_times(tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app", "", optional=True)
    expected_logs.add("botocore", "", optional=True)
    with every_kind(tmp_path, LIFETIME) as kinds:
        asyncio.run(_through_failures(kinds))


async def _through_failures(kinds: EveryKind) -> None:
    await kinds.sign_in()
    office = kinds.office
    core = await open_core(
        World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    )
    try:
        await core.engine.open(names=[ProfileName(name) for name in KINDS], auto=False)
        await until(lambda: len(kinds.keys()) == len(KINDS), "a session of each")
        kinds.fail()
        await until(lambda: in_vain(core) == set(KINDS), "each was tried in vain")
        before = kinds.keys()
        kinds.mend()
        await until(lambda: renewed(kinds, before) and not in_vain(core), "each is renewed")
        status = core.engine.store.status
        await until(lambda: all(isinstance(status(ProfileName(one)).state, Active) for one in KINDS), "each is active")
    finally:
        await core.close()


def in_vain(core: Core) -> set[str]:
    """The profiles whose last attempt failed."""
    return {name for name in KINDS if problem_of(core.engine.store.status(ProfileName(name)).state) is not None}


def renewed(kinds: EveryKind, before: dict[str, str]) -> bool:
    """Whether each section has another session than it had."""
    now = kinds.keys()
    return all(name in now and now[name] != before.get(name) for name in KINDS)
