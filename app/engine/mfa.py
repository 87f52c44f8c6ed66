"""Calls that send an MFA code: one device serves one call at a time, and no code is used twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.domain.calls import AssumeRoleCall, CallKey, Issued, MfaUse, SessionTokenCall
from app.domain.durations import CHAINED_MAXIMUM
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials
from app.domain.session import ONCE, QuestionKind
from app.domain.source import LongLivedBase, MfaMode, Source
from app.engine.questions import Approver, Party, Questions
from app.ports import MfaCodes, Sts

# What several calls that wait for one device are served with is used at once; the shortest session is enough.
_SHARED = timedelta(minutes=15)
_DIGITS = 6


@dataclass(eq=False, slots=True)
class _Waiter:
    """A call in the queue of a device. `verdict`: the person canceled, or did not answer, for all that waited."""

    party: Party
    verdict: Problem | None = None


@dataclass(eq=False, slots=True)
class _Device:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    queue: list[_Waiter] = field(default_factory=list)
    shared: dict[str, Credentials] = field(default_factory=dict)  # by the signer's access key id
    once: bool = False  # the session of the last code is not to be kept

    def profiles(self) -> tuple[ProfileName, ...]:
        return tuple(dict.fromkeys(name for one in self.queue for name in one.party.profiles()))

    def asks(self) -> bool:
        return any(one.party.asks() for one in self.queue)


class Devices:
    """The MFA devices that calls wait for."""

    def __init__(
        self,
        sts: Sts,
        codes: MfaCodes,
        questions: Questions,
        approver: Approver,
        sources: Callable[[], Mapping[str, Source]],
    ) -> None:
        """`sources` returns the catalog's sources as they are now."""
        self._sts = sts
        self._codes = codes
        self._questions = questions
        self._approver = approver
        self._sources = sources
        self._devices: dict[str, _Device] = {}
        self._once: set[CallKey] = set()

    async def session_token(
        self, call: SessionTokenCall, mfa: MfaUse, signer: Credentials, party: Party, *, shared: bool
    ) -> Issued:
        """GetSessionToken with a code of the device. `shared`: it serves hops, so that a person may say for how long.

        What is not to be kept is `passing`.
        """
        keep = call.duration if shared else None
        async with self._turn(mfa, party) as device:
            device.once = False
            issued = await self._with_code(
                device, mfa, lambda code: self._sts.session_token(call, signer, code), keep=keep
            )
            if device.once:
                self._once.add(call.key)
            return issued

    def passing(self, key: CallKey) -> bool:
        """Whether a person wanted the session that this call just gave to be forgotten; told once."""
        found = key in self._once
        self._once.discard(key)
        return found

    async def assume_role(self, call: AssumeRoleCall, mfa: MfaUse, signer: Credentials, party: Party) -> Issued:
        """AssumeRole with a code of its own; several that wait for the device share one GetSessionToken instead."""
        async with self._turn(mfa, party) as device:
            served = device.shared.get(signer.access_key_id)
            if served is not None and _may_share(call, signer):
                return await self._sts.assume_role(replace(call, mfa=None), served, None)

            async def use(code: str) -> Issued:
                if len(device.queue) < 2 or not _may_share(call, signer):
                    return await self._sts.assume_role(call, signer, code)
                one_for_all = SessionTokenCall("", call.parent, call.endpoint, _SHARED, mfa)
                issued = await self._sts.session_token(one_for_all, signer, code)
                device.shared[signer.access_key_id] = issued.credentials
                return await self._sts.assume_role(replace(call, mfa=None), issued.credentials, None)

            return await self._with_code(device, mfa, use)

    @asynccontextmanager
    async def _turn(self, mfa: MfaUse, party: Party) -> AsyncIterator[_Device]:
        """Wait in the device's queue. What was shared ends with the queue."""
        device = self._devices.setdefault(mfa.serial, _Device())
        waiter = _Waiter(party)
        device.queue.append(waiter)
        self._questions.refresh()
        try:
            async with device.lock:
                if waiter.verdict is not None:
                    raise AppError(waiter.verdict)
                yield device
        finally:
            device.queue.remove(waiter)
            if not device.queue:
                device.shared.clear()
                self._devices.pop(mfa.serial, None)

    async def _with_code(
        self,
        device: _Device,
        mfa: MfaUse,
        use: Callable[[str], Awaitable[Issued]],
        *,
        keep: timedelta | None = None,
    ) -> Issued:
        """Get a code and use it; one that a person typed and AWS refused is asked for again."""
        code = await self._own_code(device, mfa)
        if code is not None:
            return await use(code)
        refused: Problem | None = None
        while True:
            code = await self._ask(device, mfa, refused, keep)
            try:
                return await use(code)
            except AppError as error:
                if error.problem.code not in (Code.MFA_REFUSED, Code.MFA_REUSED):
                    raise
                refused = error.problem

    async def _own_code(self, device: _Device, mfa: MfaUse) -> str | None:
        """Return a code that needs no person; None: ask. A command that needs one counts as a prompt."""
        source = self._sources().get(mfa.source)
        if source is None:
            return None
        needs_person = (
            isinstance(source, LongLivedBase) and source.mfa.mode is MfaMode.COMMAND and not source.mfa.unattended
        )
        if needs_person and not device.asks():
            raise AppError(self._needed(device, mfa))
        return await self._approver.run(device, lambda: self._codes.code(source, mfa.serial))

    async def _ask(self, device: _Device, mfa: MfaUse, refused: Problem | None, keep: timedelta | None) -> str:
        while True:
            if not device.asks():
                raise AppError(self._needed(device, mfa))
            typed = await self._question(device, mfa, refused, keep)
            device.once = keep is not None and typed.endswith(ONCE)
            code = "".join(typed.removesuffix(ONCE).split())
            if len(code) != _DIGITS or not code.isascii() or not code.isdigit():
                refused = Problem.of(Code.MFA_CODE_FORMAT, Verb.GIVE_MFA)
            elif not await self._codes.claim(mfa.serial, code):
                refused = Problem.of(Code.MFA_REUSED, Verb.GIVE_MFA, code=code, serial=mfa.serial)
            else:
                return code

    async def _question(self, device: _Device, mfa: MfaUse, refused: Problem | None, keep: timedelta | None) -> str:
        try:
            typed = await self._questions.ask(QuestionKind.MFA, mfa.serial, device.profiles, refused=refused, keep=keep)
        except TimeoutError:
            problem = self._needed(device, mfa)
        else:
            if typed is not None:
                return typed
            problem = Problem.of(Code.CANCELED, Verb.GIVE_MFA)
        for one in device.queue:
            one.verdict = problem
        raise AppError(problem)

    @staticmethod
    def _needed(device: _Device, mfa: MfaUse) -> Problem:
        names = device.profiles()
        name = names[0] if names else ""
        return Problem.of(Code.MFA_NEEDED, Verb.GIVE_MFA, name, profile=name, serial=mfa.serial)


def _may_share(call: AssumeRoleCall, signer: Credentials) -> bool:
    """Whether a GetSessionToken session may sign instead: it needs long-lived keys, and caps the role at an hour."""
    return signer.long_lived and (call.duration is None or call.duration <= CHAINED_MAXIMUM)
