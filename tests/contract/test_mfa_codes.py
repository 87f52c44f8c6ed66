"""MFA codes that need no person: fresh, right, and never the same twice, in this process or in any other."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from app.domain.entries import totp_entry
from app.domain.names import AccessKeyId, MfaSerial, SourceName
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.domain.source import AccessKeys, Environment, Mfa, MfaMode, Oidc, Source
from app.engine.offload import ThreadOffload
from app.exclusive import exclusive
from app.sources.approvals import FileApprovals
from app.sources.command import Runner
from app.sources.mfa_codes import FILE, DeviceCodes
from app.state import JsonStateFiles
from app.texts import describe
from app.vault.memory import MemoryVault
from app.world import SystemClock
from tests.support import strict_rules

ROOT = Path(__file__).resolve().parents[2]
SERIAL = "arn:aws:iam::111122223333:mfa/ana"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
START = datetime(2026, 11, 23, 9, 0, 7, tzinfo=UTC)


@dataclass
class Hands:
    """A clock that moves when somebody waits for it."""

    at: datetime = START
    waits: list[float] = field(default_factory=list[float])

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)

    @property
    def step(self) -> int:
        return int(self.at.timestamp()) // 30


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


Make = Callable[[], DeviceCodes]


@pytest.fixture
async def make(clock: Hands, vault: MemoryVault, tmp_path: Path) -> AsyncIterator[Make]:
    offload, state = ThreadOffload(), JsonStateFiles(tmp_path)
    runner = Runner(FileApprovals(state, SystemClock()), os.environ)
    lock = partial(exclusive, tmp_path / "mfa.lock")
    await vault.write(totp_entry(SERIAL), Secret(SEED))
    yield lambda: DeviceCodes(vault, runner, state, offload, clock, lock, clock.pause)
    offload.close()


def source(mode: MfaMode, *command: str) -> Source:
    mfa = Mfa(MfaSerial(SERIAL), mode, command)
    return AccessKeys(name=SourceName("acme"), access_key_id=AccessKeyId("AKIAEXAMPLE000000001"), mfa=mfa)


TOTP = source(MfaMode.TOTP)


async def test_a_code_of_the_seed(make: Make, clock: Hands) -> None:
    assert await make().code(TOTP, SERIAL) == strict_rules.code_at(SEED, clock.step)
    assert clock.waits == []


@pytest.mark.parametrize("one", [source(MfaMode.PROMPT), Environment(name=SourceName("env"))])
async def test_a_person_has_to_be_asked(make: Make, one: Source) -> None:
    assert await make().code(one, SERIAL) is None
    assert await make().code(Oidc(name=SourceName("o"), issuer="https://x", client_id="x"), SERIAL) is None


async def test_no_seed(make: Make) -> None:
    with pytest.raises(AppError) as caught:
        await make().code(TOTP, "arn:aws:iam::111122223333:mfa/bob")
    assert caught.value.problem.code is Code.VAULT_NO_ENTRY
    assert describe(caught.value.problem).remedy == "Run: rolecall keys set acme"


@pytest.mark.parametrize("seed", ["not base32!", "0189"])
async def test_a_seed_that_is_none(make: Make, vault: MemoryVault, seed: str) -> None:
    await vault.write(totp_entry(SERIAL), Secret(seed))
    with pytest.raises(AppError) as caught:
        await make().code(TOTP, SERIAL)
    assert caught.value.problem.code is Code.SECRET_INVALID
    assert seed not in repr(caught.value.problem) + repr(caught.value.__cause__)


async def test_the_next_code_is_waited_for(make: Make, clock: Hands) -> None:
    codes = make()
    seen = [await codes.code(TOTP, SERIAL) for _ in range(5)]
    first = int(START.timestamp()) // 30
    assert seen == [strict_rules.code_at(SEED, first + number) for number in range(5)]
    assert 4 * 30 - 8 <= sum(clock.waits) <= 4 * 30
    assert max(clock.waits) <= 1.0, "the clock is looked at again every second"


async def test_another_process_has_used_it(make: Make, clock: Hands) -> None:
    first = await make().code(TOTP, SERIAL)
    second = await make().code(TOTP, SERIAL)
    assert first != second
    assert clock.waits


async def test_a_typed_code_counts_once(make: Make, clock: Hands) -> None:
    assert await make().claim(SERIAL, "123456")
    assert not await make().claim(SERIAL, "123456")
    assert await make().claim("another-device", "123456")
    clock.at += timedelta(minutes=5)
    assert await make().claim(SERIAL, "123456"), "by chance the same digits, minutes later"


async def test_a_code_that_a_person_typed_is_not_made_again(make: Make, clock: Hands) -> None:
    assert await make().claim(SERIAL, strict_rules.code_at(SEED, clock.step))
    assert await make().code(TOTP, SERIAL) == strict_rules.code_at(SEED, int(START.timestamp()) // 30 + 1)


async def test_a_code_that_was_made_is_not_taken_from_a_person(make: Make) -> None:
    code = await make().code(TOTP, SERIAL)
    assert code
    assert not await make().claim(SERIAL, code)


async def test_a_clock_that_ran_ahead_does_not_hold_up_for_ever(make: Make, clock: Hands) -> None:
    clock.at += timedelta(days=3)
    await make().code(TOTP, SERIAL)
    clock.at = START
    assert await make().code(TOTP, SERIAL) == strict_rules.code_at(SEED, clock.step)
    assert sum(clock.waits) < 60


async def test_what_is_remembered_is_small_and_holds_no_code(make: Make, clock: Hands, tmp_path: Path) -> None:
    for _ in range(20):
        await make().code(TOTP, SERIAL)
    await make().claim(SERIAL, "123456")
    text = (tmp_path / FILE).read_text()
    assert len(json.loads(text)[SERIAL]["codes"]) <= 8
    assert "123456" not in text
    assert SEED not in text


async def test_a_command_gives_the_code(make: Make, clock: Hands, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    script = (
        "import sys, pathlib; p = pathlib.Path(sys.argv[1]); n = int(p.read_text() or 0) if p.exists() else 0;"
        "p.write_text(str(n + 1)); print(' 123', f'{456 + n // 2:03d}', sep=' ')"
    )
    one = source(MfaMode.COMMAND, sys.executable, "-c", script, str(counter))
    with pytest.raises(AppError) as caught:
        await make().code(one, SERIAL)
    assert caught.value.problem.code is Code.APPROVAL_NEEDED
    FileApprovals(JsonStateFiles(tmp_path), SystemClock()).approve((sys.executable, "-c", script, str(counter)))
    assert await make().code(one, SERIAL) == "123456"
    assert await make().code(one, SERIAL) == "123457", "the same digits again are no fresh code"
    assert counter.read_text() == "3"
    assert clock.waits


@pytest.mark.parametrize(
    ("script", "reason"),
    [("print('12345')", "no-code"), ("print('no code')", "no-code"), ("raise SystemExit(4)", "command-failed")],
)
async def test_a_command_that_gives_none(make: Make, tmp_path: Path, script: str, reason: str) -> None:
    command = (sys.executable, "-c", script)
    FileApprovals(JsonStateFiles(tmp_path), SystemClock()).approve(command)
    with pytest.raises(AppError) as caught:
        await make().code(source(MfaMode.COMMAND, *command), SERIAL)
    problem = caught.value.problem
    assert (problem.code, problem.arguments) == (Code.MFA_COMMAND_FAILED, {"source": "acme", "reason": reason})


_CLAIMS = """
import asyncio, sys
from datetime import datetime, UTC
from functools import partial
from pathlib import Path
from app.compose import SystemClock
from app.engine.offload import ThreadOffload
from app.exclusive import exclusive
from app.sources.mfa_codes import DeviceCodes
from app.state import JsonStateFiles

folder = Path(sys.argv[1])
lock = partial(exclusive, folder / "mfa.lock")
codes = DeviceCodes(None, None, JsonStateFiles(folder), ThreadOffload(), SystemClock(), lock)

async def main():
    for number in range(20):
        print(int(await codes.claim("serial", f"{number:06d}")))

asyncio.run(main())
"""


def test_of_several_processes_one_gets_each_code(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _CLAIMS, str(tmp_path)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    won = [[int(line) for line in one.communicate(timeout=60)[0].split()] for one in running]
    assert [sum(column) for column in zip(*won, strict=True)] == [1] * 20
