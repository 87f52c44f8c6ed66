"""Replaces an IAM user's access key, so that at each step one key works and is stored."""

import asyncio
from collections.abc import Awaitable, Callable

from app.cli.output import note, say, say_problem
from app.cli.terminal import Terminal
from app.compose import Core
from app.domain.calls import MfaUse, SessionTokenCall
from app.domain.entries import access_key_entry
from app.domain.problem import AppError, Code, Exit, Problem, Verb
from app.domain.secret import Credentials
from app.domain.source import AccessKeys, MfaMode
from app.iam import KEYS_MAXIMUM, BotoIam
from app.texts import T

# IAM takes some seconds until STS everywhere knows a new key
TRY_SECONDS = 45.0
TRY_PAUSE = 2.0


class Rotation:
    """One replacement. `run` returns the exit code; a failure before the swap leaves everything as it was."""

    def __init__(
        self,
        core: Core,
        terminal: Terminal,
        source: AccessKeys,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is called yet."""
        self._core = core
        self._terminal = terminal
        self._source = source
        self._iam = BotoIam(core.offload, core.world.environ)
        self._endpoint = core.endpoint(source)
        self._pause = pause

    async def run(self) -> int:
        """Make, try, swap, delete."""
        old = (await self._core.sources.credentials(self._source)).credentials
        signer = await self._signer(old)
        known = await self._iam.keys(self._endpoint, signer)
        if len(known) >= KEYS_MAXIMUM:
            raise AppError(self._full(known))
        new = await self._iam.create(self._endpoint, signer)
        say(T("Made a new access key: {key}", key=new.access_key_id))
        try:
            await self._core.vault.write(access_key_entry(new.access_key_id), new.secret_access_key)
            await self._tried(new)
            say(T("It works and is stored."))
            await self._swap(new.access_key_id)
        except BaseException:
            await self._take_back(signer, new)
            raise
        return await self._delete_old(signer, new)

    def _full(self, known: tuple[str, ...]) -> Problem:
        others = ", ".join(one for one in known if one != self._source.access_key_id)
        text = T("The user has two access keys already. Delete the one that is not used: {others}", others=others)
        return Problem.of(
            Code.AWS_REFUSED, Verb.NONE, operation="CreateAccessKey", hop=0, aws_code="LimitExceeded", aws=text
        )

    async def _signer(self, old: Credentials) -> Credentials:
        """IAM policies often ask for MFA: with a device, sign with an MFA session, else with the key itself."""
        serial = self._source.mfa.serial
        if serial is None:
            return old
        code = await self._core.mfa.code(self._source, serial)
        if code is None and self._source.mfa.mode is MfaMode.PROMPT and self._terminal.present():
            code = self._terminal.code(serial, None)
            if code is not None and not await self._core.mfa.claim(serial, code):
                raise AppError.of(Code.MFA_REUSED, Verb.GIVE_MFA, serial, code=code, serial=serial)
        if code is None:
            raise AppError.of(Code.MFA_NEEDED, Verb.GIVE_MFA, profile=self._source.name, serial=serial)
        call = SessionTokenCall("rotate", "", self._endpoint, None, MfaUse(serial, self._source.name))
        return (await self._core.sts.session_token(call, old, code)).credentials

    async def _tried(self, new: Credentials) -> None:
        """GetCallerIdentity with the new key, until it is known everywhere."""
        clock = self._core.world.clock
        deadline = clock.monotonic() + TRY_SECONDS
        while True:
            try:
                await self._core.sts.identity(self._endpoint, new)
            except AppError as error:
                passing = error.problem.transient or error.problem.code in (Code.KEY_UNKNOWN, Code.SIGNATURE)
                if not passing or clock.monotonic() > deadline:
                    raise
                await self._pause(TRY_PAUSE)
            else:
                return

    async def _swap(self, key_id: str) -> None:
        raw = dict(await self._core.catalogs.raw("sources", self._source.name))
        await self._core.catalogs.put("sources", self._source.name, {**raw, "access_key_id": key_id})

    async def _take_back(self, signer: Credentials, new: Credentials) -> None:
        """The new key does not work, or could not be stored or swapped in: the old one stays."""
        for work in (
            self._iam.delete(self._endpoint, signer, new.access_key_id),
            self._core.vault.delete(access_key_entry(new.access_key_id)),
        ):
            try:
                await work
            except AppError as error:
                say_problem(error.problem, new.access_key_id)
        note(T("The old access key {key} stays in use.", key=self._source.access_key_id))

    async def _delete_old(self, signer: Credentials, new: Credentials) -> int:
        """The new key is in use from here on: what fails now is said, and nothing is taken back."""
        old_id = self._source.access_key_id
        try:
            await self._iam.delete(self._endpoint, signer if signer.session_token else new, old_id)
        except AppError as error:
            say_problem(error.problem, old_id)
            note(T("{new} is in use now. Delete {old} in IAM yourself.", new=new.access_key_id, old=old_id))
            return int(error.problem.exit)
        await self._core.vault.delete(access_key_entry(old_id))
        say(
            T(
                "Deleted the old access key {old}. {source} uses {new}.",
                old=old_id,
                source=self._source.name,
                new=new.access_key_id,
            )
        )
        return int(Exit.DONE)
