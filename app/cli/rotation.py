"""Replaces an IAM user's access key on a terminal: what is done is said as it is done."""

import asyncio
from collections.abc import Awaitable, Callable

from app.cli.output import note, say, say_problem
from app.cli.terminal import Terminal
from app.compose import Core
from app.domain.calls import MfaUse, SessionTokenCall
from app.domain.keys import KeyStep
from app.domain.problem import AppError, Code, Exit, Verb
from app.domain.secret import Credentials
from app.domain.source import AccessKeys, MfaMode
from app.rotation import Rotation
from app.texts import T


class TerminalRotation:
    """One replacement, or the end of one. Each verb returns the exit code."""

    def __init__(
        self,
        core: Core,
        terminal: Terminal,
        source: AccessKeys,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is called yet."""
        self._core, self._terminal, self._source = core, terminal, source
        self._endpoint = core.endpoint(source)
        self._rotation = Rotation(core, source, self._signer, self._swap, self._told, pause=pause)

    async def run(self, *, keep: bool = False) -> int:
        """Create, store, try, swap, then delete the old key; `keep`: switch it off instead."""
        old = self._source.access_key_id
        try:
            new = await self._rotation.replace(switch_off=keep)
        except AppError as error:
            if self._rotation.source.access_key_id != old:
                return self._left(error, old)
            for key, problem in self._rotation.left:
                say_problem(problem, key)
            if self._rotation.taken_back:
                note(T("The old access key {key} stays in use.", key=old))
            raise
        if keep:
            say(T("Switched off the old access key {old}. {source} uses {new}.", old=old, **self._names(new)))
            return int(Exit.DONE)
        try:
            await self._rotation.delete(old)
        except AppError as error:
            return self._left(error, old)
        say(T("Deleted the old access key {old}. {source} uses {new}.", old=old, **self._names(new)))
        return int(Exit.DONE)

    async def finish(self) -> int:
        """Delete the key that was kept."""
        old = await self._rotation.old_key()
        await self._rotation.delete(old)
        say(T("Deleted the old access key {old}. {source} uses {new}.", old=old, **self._names()))
        return int(Exit.DONE)

    async def back(self) -> int:
        """Use the key again that was kept."""
        old = await self._rotation.old_key()
        await self._rotation.go_back(old)
        say(T("{source} uses {new} again.", **self._names()))
        return int(Exit.DONE)

    def _names(self, new: str = "") -> dict[str, str]:
        return {"source": self._source.name, "new": new or self._rotation.source.access_key_id}

    def _left(self, error: AppError, old: str) -> int:
        """The new key is in use from here on: what fails now is said, and nothing is taken back."""
        say_problem(error.problem, old)
        new = self._rotation.source.access_key_id
        note(T("{new} is in use now. Delete {old} in IAM yourself.", new=new, old=old))
        return int(error.problem.exit)

    def _told(self, step: KeyStep, key_id: str, done: bool) -> None:  # noqa: FBT001  as the rotation tells it
        if not done:
            return
        if step is KeyStep.CREATE:
            say(T("Made a new access key: {key}", key=key_id))
        elif step is KeyStep.TRY:
            say(T("It works and is stored."))

    async def _signer(self) -> Credentials:
        """IAM policies often ask for MFA: with a device, sign with an MFA session, else with the key itself."""
        source = self._source
        old = (await self._core.sources.credentials(source)).credentials
        serial = source.mfa.serial
        if serial is None:
            return old
        code = await self._core.mfa.code(source, serial)
        if code is None and source.mfa.mode is MfaMode.PROMPT and self._terminal.present():
            code = self._terminal.code(serial, None)
            if code is not None and not await self._core.mfa.claim(serial, code):
                raise AppError.of(Code.MFA_REUSED, Verb.GIVE_MFA, serial, code=code, serial=serial)
        if code is None:
            raise AppError.of(Code.MFA_NEEDED, Verb.GIVE_MFA, profile=source.name, serial=serial)
        call = SessionTokenCall("rotate", "", self._endpoint, None, MfaUse(serial, source.name))
        return (await self._core.sts.session_token(call, old, code)).credentials

    async def _swap(self, key_id: str) -> None:
        raw = dict(await self._core.catalogs.raw("sources", self._source.name))
        await self._core.catalogs.put("sources", self._source.name, {**raw, "access_key_id": key_id})
