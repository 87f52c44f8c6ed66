"""MFA codes from a stored seed or a command, and the memory of codes already used, across processes.

AWS takes each code once. What was used is remembered per device in mfa.json: the last time step for codes made here,
digests of the codes typed by a person for as long as AWS could still take them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from typing import cast

from app.domain.digests import sha256
from app.domain.entries import totp_entry
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.source import LongLivedBase, MfaMode, Source
from app.domain.totp import DIGITS, STEP_SECONDS, code_of, step_at
from app.ports import Clock, Offload, Pool, StateFiles, Vault
from app.sources.command import Runner

FILE = "mfa.json"
_REMEMBERED_STEPS = 4
_ABANDON_SECONDS = 90.0
_REASONS = {
    Code.COMMAND_FAILED: "command-failed",
    Code.COMMAND_TIMEOUT: "command-timeout",
    Code.COMMAND_OUTPUT: "too-much-output",
}


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
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
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
        while True:
            step = step_at(self._clock.now().timestamp())
            code = _code(seed, step, source)
            claimed = await self._offload.call(Pool.DISK, lambda: self._claim_step(serial, step, code))  # noqa: B023  awaited at once
            if claimed:
                return code
            await self._next_step(step)

    async def _commanded(self, source: str, serial: str, command: tuple[str, ...]) -> str:
        while True:
            step = step_at(self._clock.now().timestamp())
            code = await self._printed(source, command)
            if await self.claim(serial, code):
                return code
            await self._next_step(step)

    async def _printed(self, source: str, command: tuple[str, ...]) -> str:
        try:
            output = await self._offload.call(
                Pool.AWS, lambda: self._runner.run(source, command), deadline=_ABANDON_SECONDS
            )
        except TimeoutError:
            raise _failed(source, "no-code") from None
        except AppError as error:
            if error.problem.code is Code.APPROVAL_NEEDED:
                raise
            raise _failed(source, _REASONS.get(error.problem.code, "no-code")) from None
        code = "".join(output.decode("ascii", "replace").split())
        if len(code) != DIGITS or not code.isdigit():
            raise _failed(source, "no-code")
        return code

    async def _next_step(self, step: int) -> None:
        """Wait for the wall clock to reach the next time step; it is looked at again every second."""
        while step_at(self._clock.now().timestamp()) == step:
            left = (step + 1) * STEP_SECONDS - self._clock.now().timestamp()
            await self._pause(min(max(left, 0.01), 1.0))

    def _claim_step(self, serial: str, step: int, code: str) -> bool:
        with self._exclusive():
            device, used = self._device(serial), self._used(serial, step)
            last = _whole(device.get("step"))
            if step <= last <= step + _REMEMBERED_STEPS or _digest(serial, code) in used:
                return False  # a step further ahead than that was noted by a clock that ran wrong
            self._remember(serial, device | {"step": step, "codes": used | {_digest(serial, code): step}})
            return True

    def _claim_code(self, serial: str, code: str) -> bool:
        with self._exclusive():
            now = step_at(self._clock.now().timestamp())
            used, digest = self._used(serial, now), _digest(serial, code)
            if digest in used:
                return False
            self._remember(serial, self._device(serial) | {"codes": used | {digest: now}})
            return True

    def _used(self, serial: str, now: int) -> dict[str, int]:
        """Return the digests of codes that AWS could still take; whatever is older or from the future is dropped."""
        found = _digests(self._device(serial))
        return {digest: step for digest, step in found.items() if abs(now - step) < _REMEMBERED_STEPS}

    def _device(self, serial: str) -> dict[str, object]:
        found = self._state.read(FILE).get(serial)
        return dict(cast(Mapping[str, object], found)) if isinstance(found, dict) else {}

    def _remember(self, serial: str, device: Mapping[str, object]) -> None:
        self._state.write(FILE, {**self._state.read(FILE), serial: dict(device)})


def _code(seed: Secret, step: int, source: str) -> str:
    try:
        return code_of(seed.reveal(), step)
    except ValueError:
        raise AppError.of(Code.SECRET_INVALID, Verb.SET_SECRET, source, what="totp-seed", rule="base32") from None


def _failed(source: str, reason: str) -> AppError:
    return AppError.of(Code.MFA_COMMAND_FAILED, Verb.EDIT_SOURCE, source, source=source, reason=reason)


def _digest(serial: str, code: str) -> str:
    return sha256(f"{serial}\n{code}".encode()).hexdigest()[:16]


def _digests(device: Mapping[str, object]) -> dict[str, int]:
    found = device.get("codes")
    if not isinstance(found, dict):
        return {}
    return {str(digest): _whole(step) for digest, step in cast(Mapping[object, object], found).items()}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
