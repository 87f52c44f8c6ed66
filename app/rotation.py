"""Replaces an IAM user's access key, so that at each step one key works and is stored. For any front end."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from app.core import Core
from app.domain.entries import access_key_entry
from app.domain.keys import KeyStep, UserKey
from app.domain.names import AccessKeyId
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials
from app.domain.source import AccessKeys
from app.iam import KEYS_MAXIMUM, BotoIam

# IAM takes some seconds until STS everywhere knows a new key
TRY_SECONDS = 45.0
TRY_PAUSE = 2.0

Signer = Callable[[], Awaitable[Credentials]]
Swap = Callable[[str], Awaitable[None]]  # has the source use another key
Told = Callable[[KeyStep, str, bool], None]  # a step, the key that it is about, and whether it is done


class Rotation:
    """The keys of one source's user. `signer` gives what signs calls to IAM: the key, or a session with MFA.

    Every verb raises AppError; `taken_back` says then whether everything is as it was.
    """

    def __init__(
        self,
        core: Core,
        source: AccessKeys,
        signer: Signer,
        swap: Swap,
        told: Told,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is called yet."""
        self._core = core
        self.source = source
        self._signer, self._swap, self._told, self._pause = signer, swap, told, pause
        self._signed: Credentials | None = None
        self._iam = BotoIam(core.offload, core.world.environ)
        self._endpoint = core.endpoint(source)
        self.taken_back = False
        self.left: tuple[tuple[str, Problem], ...] = ()  # keys that could not be taken back, and why

    async def look(self) -> tuple[UserKey, ...]:
        """Return the user's keys, the source's own first, with their last use where IAM tells it."""
        signer = await self._sign()
        names = await self._core.vault.names()
        found: list[UserKey] = []
        for one in await self._iam.keys(self._endpoint, signer):
            used = None
            with suppress(AppError):  # it may be forbidden, and is not needed
                used = await self._iam.used_at(self._endpoint, signer, one.key_id)
            kept = access_key_entry(one.key_id).service in names
            found.append(replace(one, used_at=used, kept=kept))
        return tuple(sorted(found, key=lambda one: one.key_id != self.source.access_key_id))

    async def replace(self, *, switch_off: bool) -> str:
        """Create a key, store it, try it, have the source use it; return its id.

        `switch_off`: the old key is made inactive then. Up to the swap a failure leaves everything as it was; after it
        the new key is in use, and nothing is taken back.
        """
        self.taken_back, self.left = False, ()
        signer, old = await self._sign(), self.source.access_key_id
        known = await self._iam.keys(self._endpoint, signer)
        if len(known) >= KEYS_MAXIMUM:
            raise AppError(self._full(known))
        self._told(KeyStep.CREATE, "", False)
        new = await self._iam.create(self._endpoint, signer)
        self._told(KeyStep.CREATE, new.access_key_id, True)
        try:
            async with _Step(self._told, KeyStep.STORE, new.access_key_id):
                await self._core.vault.write(access_key_entry(new.access_key_id), new.secret_access_key)
            async with _Step(self._told, KeyStep.TRY, new.access_key_id):
                await self._tried(new)
            async with _Step(self._told, KeyStep.SWAP, new.access_key_id):
                await self._use(new.access_key_id)
        except BaseException:
            await self._take_back(signer, new)
            raise
        self._signed = signer if signer.session_token else new
        if switch_off:
            async with _Step(self._told, KeyStep.SWITCH_OFF, old):
                await self._iam.switch(self._endpoint, self._signed, old, active=False)
        return new.access_key_id

    async def delete(self, key_id: str) -> None:
        """Delete a key that the source does not use, at IAM and in the vault."""
        if key_id == self.source.access_key_id:
            raise AppError(self._no_old())
        async with _Step(self._told, KeyStep.DELETE, key_id):
            await self._iam.delete(self._endpoint, await self._sign(), key_id)
            await self._core.vault.delete(access_key_entry(key_id))

    async def switch(self, key_id: str, *, active: bool) -> None:
        """Switch a key on or off; never the source's own off."""
        if key_id == self.source.access_key_id and not active:
            raise AppError(self._no_old())
        async with _Step(self._told, KeyStep.SWITCH_ON if active else KeyStep.SWITCH_OFF, key_id):
            await self._iam.switch(self._endpoint, await self._sign(), key_id, active=active)

    async def go_back(self, key_id: str) -> None:
        """Have the source use a key again that it used before, and delete the one that it uses now.

        The secret of the old key must be in the vault still: VAULT_NO_ENTRY.
        """
        new, entry = self.source.access_key_id, access_key_entry(key_id)
        secret = await self._core.vault.read(entry)
        if secret is None:
            raise AppError.of(
                Code.VAULT_NO_ENTRY, Verb.NONE, self.source.name,
                entry=entry.service, source=self.source.name, what=entry.what,
            )  # fmt: skip
        signer, old = await self._sign(), Credentials(key_id, secret)
        async with _Step(self._told, KeyStep.SWITCH_ON, key_id):
            await self._iam.switch(self._endpoint, signer, key_id, active=True)
        async with _Step(self._told, KeyStep.TRY, key_id):
            await self._tried(old)
        async with _Step(self._told, KeyStep.SWAP, key_id):
            await self._use(key_id)
        self._signed = signer if signer.session_token else old
        await self.delete(new)

    async def old_key(self) -> str:
        """Return the user's other key; KEY_OLD_ABSENT where there is none."""
        for one in await self._iam.keys(self._endpoint, await self._sign()):
            if one.key_id != self.source.access_key_id:
                return one.key_id
        raise AppError(self._no_old())

    async def _sign(self) -> Credentials:
        if self._signed is None:
            self._signed = await self._signer()
        return self._signed

    async def _use(self, key_id: str) -> None:
        await self._swap(key_id)
        self.source = replace(self.source, access_key_id=AccessKeyId(key_id))

    async def _tried(self, key: Credentials) -> None:
        """GetCallerIdentity with a key, until it is known everywhere."""
        clock = self._core.world.clock
        deadline = clock.monotonic() + TRY_SECONDS
        while True:
            try:
                await self._core.sts.identity(self._endpoint, key)
            except AppError as error:
                passing = error.problem.transient or error.problem.code in (Code.KEY_UNKNOWN, Code.SIGNATURE)
                if not passing or clock.monotonic() > deadline:
                    raise
                await self._pause(TRY_PAUSE)
            else:
                return

    async def _take_back(self, signer: Credentials, new: Credentials) -> None:
        """The new key does not work, or could not be stored or swapped in: the old one stays."""
        left: list[tuple[str, Problem]] = []
        for work in (
            self._iam.delete(self._endpoint, signer, new.access_key_id),
            self._core.vault.delete(access_key_entry(new.access_key_id)),
        ):
            try:
                await work
            except AppError as error:
                left.append((new.access_key_id, error.problem))
        self.left = tuple(left)
        self.taken_back = True

    def _full(self, known: tuple[UserKey, ...]) -> Problem:
        others = ", ".join(one.key_id for one in known if one.key_id != self.source.access_key_id)
        return Problem.of(Code.KEYS_FULL, Verb.NONE, self.source.name, source=self.source.name, other=others)

    def _no_old(self) -> Problem:
        return Problem.of(Code.KEY_OLD_ABSENT, Verb.NONE, self.source.name, source=self.source.name)


class _Step:
    """Tells that a step begins, and that it is done where nothing went wrong."""

    def __init__(self, told: Told, step: KeyStep, key_id: str) -> None:
        self._told, self._step, self._key_id = told, step, key_id

    async def __aenter__(self) -> None:
        self._told(self._step, self._key_id, False)

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self._told(self._step, self._key_id, True)
