"""MFA codes from a stored seed or a command, and the memory of codes already used, across processes.

AWS takes each code once. What was used is remembered per device in mfa.json: the last time step for codes made here,
digests of the codes typed by a person for as long as AWS could still take them.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import cast

from app.domain.entries import totp_entry
from app.domain.problem import AppError, Code, Verb
from app.domain.source import LongLivedBase, MfaMode, Source
from app.ports import Clock, Offload, Pool, StateFiles, Vault
from app.sources.command import Runner

FILE = "mfa.json"
STEP_SECONDS = 30
_REMEMBERED_STEPS = 4
_DIGITS = 6


class DeviceCodes:
    """The port MfaCodes. `exclusive` holds other processes off mfa.json; `pause` waits so many seconds."""

    def __init__(
        self,
        vault: Vault,
        runner: Runner,
        state: StateFiles,
        offload: Offload,
        clock: Clock,
        exclusive: Callable[[], AbstractContextManager[object]],
        pause: Callable[[float], "asyncio.Future[None] | object"] = asyncio.sleep,
    ) -> None:
        """Read nothing yet."""
        self._vault = vault
        self._runner = runner
        self._state = state
        self._offload = offload
        self._clock = clock
        self._exclusive = exclusive
        self._pause = pause

    async def code(self, source: Source, serial: str) -> str | None:
        """Return a code that was never used, waiting for the next time step if it must; None: ask a person."""
        mfa = source.mfa if isinstance(source, LongLivedBase) else None
        if mfa is None or mfa.mode is MfaMode.PROMPT:
            return None
        if mfa.mode is MfaMode.TOTP:
            return await self._generated(source.name, serial)
        return await self._commanded(source.name, serial, mfa.command)

    async def claim(self, serial: str, code: str) -> bool:
        """Mark a code as used; False if it was used already, by any process."""
        return await self._offload.call(Pool.DISK, lambda: self._claim_code(serial, code))

    async def _generated(self, source: str, serial: str) -> str:
        seed = await self._vault.read(totp_entry(serial))
        if seed is None:
            raise AppError.of(
                Code.VAULT_NO_ENTRY,
                Verb.SET_SECRET,
                source,
                entry=totp_entry(serial).service,
                source=source,
                what="totp-seed",
            )
        from pyotp.totp import TOTP

        generator = TOTP(seed.reveal())
        while True:
            step = int(self._clock.now().timestamp()) // STEP_SECONDS
            code = generator.at(step * STEP_SECONDS)
            claimed = await self._offload.call(Pool.DISK, lambda: self._claim_step(serial, step, code))  # noqa: B023  awaited at once
            if claimed:
                return code
            await self._next_step(step)

    async def _commanded(self, source: str, serial: str, command: tuple[str, ...]) -> str:
        while True:
            step = int(self._clock.now().timestamp()) // STEP_SECONDS
            output = await self._offload.call(Pool.AWS, lambda: self._runner.run(source, command), deadline=90.0)
            code = "".join(output.decode("ascii", "replace").split())
            if len(code) != _DIGITS or not code.isdigit():
                raise AppError.of(
                    Code.MFA_COMMAND_FAILED, Verb.EDIT_SOURCE, source, source=source, reason="It printed no six digits."
                )
            if await self.claim(serial, code):
                return code
            await self._next_step(step)

    async def _next_step(self, step: int) -> None:
        """Wait for the wall clock to reach the next time step; it is looked at again every second."""
        while int(self._clock.now().timestamp()) // STEP_SECONDS == step:
            left = (step + 1) * STEP_SECONDS - self._clock.now().timestamp()
            waited = self._pause(min(max(left, 0.01), 1.0))
            if asyncio.iscoroutine(waited) or asyncio.isfuture(waited):
                await waited

    def _claim_step(self, serial: str, step: int, code: str) -> bool:
        with self._exclusive():
            device = self._device(serial)
            if step <= _whole(device.get("step")) or _digest(serial, code) in _digests(device):
                return False
            self._remember(serial, device | {"step": step, "codes": _digests(device) | {_digest(serial, code): step}})
            return True

    def _claim_code(self, serial: str, code: str) -> bool:
        with self._exclusive():
            device = self._device(serial)
            now = int(self._clock.now().timestamp()) // STEP_SECONDS
            used = {digest: step for digest, step in _digests(device).items() if now - step < _REMEMBERED_STEPS}
            digest = _digest(serial, code)
            if digest in used:
                return False
            self._remember(serial, device | {"codes": used | {digest: now}})
            return True

    def _device(self, serial: str) -> dict[str, object]:
        found = self._state.read(FILE).get(serial)
        return dict(cast(Mapping[str, object], found)) if isinstance(found, dict) else {}

    def _remember(self, serial: str, device: Mapping[str, object]) -> None:
        self._state.write(FILE, {**self._state.read(FILE), serial: dict(device)})


def _digest(serial: str, code: str) -> str:
    return hashlib.sha256(f"{serial}\n{code}".encode()).hexdigest()[:16]


def _digests(device: Mapping[str, object]) -> dict[str, int]:
    found = device.get("codes")
    if not isinstance(found, dict):
        return {}
    return {str(digest): _whole(step) for digest, step in cast(Mapping[object, object], found).items()}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
