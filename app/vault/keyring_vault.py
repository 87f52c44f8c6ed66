"""The port Vault over the operating system's keyring."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.ports import Offload, Pool
from app.vault.backend import Backend, Names, remove, store

T = TypeVar("T")

SECONDS = 15.0
ASKING_SECONDS = 120.0
MARGIN = 0.5  # the back end gives up first, so that its thread comes back


class KeyringVault:
    """Every call runs on the one vault thread: `SECONDS` at most, `ASKING_SECONDS` while the keyring may ask."""

    def __init__(
        self,
        backend: Backend,
        offload: Offload,
        index: Names,
        *,
        seconds: float = SECONDS,
        asking_seconds: float = ASKING_SECONDS,
    ) -> None:
        """Touch nothing yet."""
        self._backend = backend
        self._offload = offload
        self._index = index
        self._seconds = seconds
        self._asking_seconds = asking_seconds
        self._dismissals = 0
        self._dismissed: Problem | None = None

    async def read(self, entry: VaultEntry) -> Secret | None:
        """Return the secret, None if there is none."""
        return await self._use(lambda seconds: self._backend.get(entry, seconds))

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        """Store the secret; returns only when it was read back and is equal."""
        await self._use(lambda seconds: store(self._backend, self._index, entry, secret, seconds))

    async def delete(self, entry: VaultEntry) -> bool:
        """Delete the secret; False if there was none."""
        return await self._use(lambda seconds: remove(self._backend, self._index, entry, seconds))

    async def names(self) -> tuple[str, ...]:
        """Return the services of the secrets that Rolecall stored, from its own index."""
        return await self._run(self._index.names, self._seconds)

    async def check(self) -> str:
        """Return the keyring's name if it is usable now without a question, else raise the VAULT_* problem."""
        await self._run(partial(self._backend.check, self._seconds - MARGIN), self._seconds)
        return self._backend.name

    async def _use(self, work: Callable[[float], T]) -> T:
        # a question that was dismissed counts for every call that waited behind it: one prompt, not one per call
        dismissals = self._dismissals
        asks = await self._run(partial(self._backend.may_ask, self._seconds - MARGIN), self._seconds)
        seconds = self._asking_seconds if asks else self._seconds

        def once() -> T:
            if asks and self._dismissals != dismissals:
                raise AppError(self._dismissed or Problem.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING))
            try:
                return work(seconds - MARGIN)
            except AppError as error:
                if error.problem.code in (Code.VAULT_LOCKED, Code.VAULT_SEALED):
                    self._dismissals += 1
                    self._dismissed = error.problem
                raise

        return await self._run(once, seconds)

    async def _run(self, work: Callable[[], T], seconds: float) -> T:
        try:
            return await self._offload.call(Pool.VAULT, work, deadline=seconds)
        except TimeoutError:
            raise AppError.of(Code.VAULT_HANGS, Verb.TRY_AGAIN, seconds=seconds) from None
