"""The keyring killed, locked, halted for 30 s, restarted, its bus gone, under a core with sessions: they live on."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.compose import World as Surroundings
from app.compose import open_core
from app.domain.entries import access_key_entry
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.session import Active, Starter
from tests.support.command_line import Machine
from tests.support.keyring_session import KeyringSession, missing_programs
from tests.torture.conftest import Row

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
]
DEV = ProfileName("dev")
# what is done to it, and what a call may meanwhile be told (None: that it worked after all)
Fault = Callable[[KeyringSession], None]
FAULTS: dict[str, tuple[Fault, Fault, set[Code | None]]] = {
    "killed": (lambda s: s.kill(), lambda s: s.unlock(), {Code.VAULT_LOCKED}),
    "locked": (lambda s: s.lock(), lambda s: s.unlock(), {Code.VAULT_LOCKED}),
    "halted": (lambda s: s.stop(), lambda s: s.go_on(), {Code.VAULT_HANGS}),
    "restarted": (lambda s: s.unlock(), lambda s: None, {None}),
    "bus halted": (lambda s: s.stop_bus(), lambda s: s.go_on_bus(), {Code.VAULT_HANGS}),
}


class Loop:
    """How long the loop stood still at most; as a window would."""

    def __init__(self) -> None:
        self.stalls: list[float] = []
        self._task = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            self.stalls.append(time.monotonic() - before - 0.01)

    def end(self) -> tuple[float, float]:
        self._task.cancel()
        found = sorted(self.stalls)
        return found[len(found) * 99 // 100], found[-1]


@pytest.mark.parametrize("halted", [0.0, pytest.param(30.0, marks=pytest.mark.torture)])
async def test_sessions_live_on_and_the_loop_goes_on(halted: float, row: Row) -> None:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name)) as machine:
        machine.set_up()
        assert machine.session is not None
        around = replace(Surroundings.real(), environ=machine.environ, home=machine.folder, user="ana", host="h")
        core = await open_core(around)
        try:
            await core.engine.open(names=(), auto=False)
            core.engine.start(DEV, by=Starter.WINDOW)
            status = await core.engine.started(DEV, timeout=60)
            assert isinstance(status.state, Active), status
            told, slowest, loop = await _faults(core, machine, halted)
            p99, most = loop.end()
            row(
                "vault",
                f"{len(told)} faults, halted up to {halted:.0f} s: the session lived on, back in {slowest:.1f} s; "
                f"loop p99 {p99 * 1000:.0f} ms, longest {most * 1000:.0f} ms",
            )
            for kind, code in told.items():
                assert code in FAULTS[kind][2], f"{kind}: {code}"
            assert slowest < 5
            assert p99 < 0.05
        finally:
            await core.close()


async def _faults(core, machine: Machine, halted: float) -> tuple[dict[str, Code | None], float, Loop]:  # noqa: ANN001
    entry = access_key_entry(machine.user.access_key_id)
    assert await core.vault.read(entry) is not None
    loop, told, slowest = Loop(), {}, 0.0

    async def tried() -> Code | None:
        try:
            await core.vault.read(entry)
        except AppError as error:
            return error.problem.code
        return None

    for kind, (begin, end, _) in FAULTS.items():
        if not halted and FAULTS[kind][2] == {Code.VAULT_HANGS}:
            continue  # takes our own deadline of 15 s
        await asyncio.to_thread(begin, machine.session)
        since = time.monotonic()
        told[kind] = await tried()
        assert time.monotonic() - since < 16.5
        if FAULTS[kind][2] == {Code.VAULT_HANGS}:
            await asyncio.sleep(max(0.0, halted - (time.monotonic() - since)))
        assert core.engine.credentials(DEV) is not None
        assert b"[dev]" in machine.credentials.read_bytes()
        await asyncio.to_thread(end, machine.session)
        since = time.monotonic()
        while await tried() is not None:
            assert time.monotonic() - since < 20, f"{kind}: it does not come back"
        slowest = max(slowest, time.monotonic() - since)
    return told, slowest, loop
