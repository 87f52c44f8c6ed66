"""Long-lived keys that leave the credentials file, kept in the keyring as their own undo record. Blocking."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from app.domain.entries import undo_entry
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.vault.backend import Backend, Names, remove, store
from app.vault.keyring_vault import ASKING_SECONDS, MARGIN, SECONDS

T = TypeVar("T")


class VaultKeeper:
    """The port LongLivedKeeper. The caller waits at most as long as the vault itself would; past it VAULT_HANGS.

    Works on a thread of its own per call, so that it can be used while the vault's thread is busy with another call.
    """

    def __init__(
        self,
        backend: Backend,
        index: Names,
        *,
        seconds: float = SECONDS,
        asking_seconds: float = ASKING_SECONDS,
    ) -> None:
        """Touch nothing yet."""
        self._backend = backend
        self._index = index
        self._seconds = seconds
        self._asking_seconds = asking_seconds

    def keep(self, name: str, secret: Secret) -> None:
        """Store under the name; returns only when it was read back and is equal."""
        entry = undo_entry(name)
        self._use(lambda seconds: store(self._backend, self._index, entry, secret, seconds))

    def give_back(self, name: str) -> Secret | None:
        """Return what was kept."""
        entry = undo_entry(name)
        return self._use(lambda seconds: self._backend.get(entry, seconds))

    def forget(self, name: str) -> None:
        """Drop what was kept; nothing happens if there is none."""
        entry = undo_entry(name)
        self._use(lambda seconds: remove(self._backend, self._index, entry, seconds))

    def _use(self, work: Callable[[float], T]) -> T:
        asks = within(lambda: self._backend.may_ask(self._seconds - MARGIN), self._seconds)
        seconds = self._asking_seconds if asks else self._seconds
        return within(lambda: work(seconds - MARGIN), seconds)


def within(work: Callable[[], T], seconds: float) -> T:
    """Run blocking work on a daemon thread and return its result; VAULT_HANGS when it takes longer."""
    job = _Job(work)
    thread = threading.Thread(target=job.run, name="rolecall-keeper", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise AppError.of(Code.VAULT_HANGS, Verb.TRY_AGAIN, seconds=seconds)
    return job.result()


class _Job(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._results: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001  the caller gets whatever it was
            self._error = error

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
