"""The back end of "this session only": a dictionary of the process that keeps sessions fresh, gone with it."""

import threading

from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret


class MemoryBackend:
    """The port Backend. `lasts`: this process stays; in a command's own, which ends at once, nothing is kept."""

    name = "Memory, until Rolecall ends"
    maximum = None

    def __init__(self, *, lasts: bool) -> None:
        """Begin empty."""
        self._lasts = lasts
        self._lock = threading.Lock()
        self._secrets: dict[str, Secret] = {}

    def may_ask(self, seconds: float) -> bool:  # noqa: ARG002  the port's
        """Memory asks nobody."""
        return False

    def check(self, seconds: float) -> None:
        """Memory is always there."""

    def get(self, entry: VaultEntry, seconds: float) -> Secret | None:  # noqa: ARG002  the port's
        """Return the secret, None if there is none."""
        with self._lock:
            return self._secrets.get(entry.service)

    def put(self, entry: VaultEntry, secret: Secret, seconds: float) -> None:  # noqa: ARG002  the port's
        """Store or replace the secret; VAULT_FORGETS in a process that ends at once."""
        if not self._lasts:
            raise AppError.of(Code.VAULT_FORGETS, Verb.CHOOSE_VAULT, entry=entry.what)
        with self._lock:
            self._secrets[entry.service] = secret

    def drop(self, entry: VaultEntry, seconds: float) -> bool:  # noqa: ARG002  the port's
        """Delete the secret; False if there was none."""
        with self._lock:
            return self._secrets.pop(entry.service, None) is not None

    def names(self) -> tuple[str, ...]:
        """Return the services, sorted."""
        with self._lock:
            return tuple(sorted(self._secrets))

    def add(self, service: str) -> bool:  # noqa: ARG002  a name comes with its secret
        """There is nothing to do; True: nothing is to be taken back."""
        return True

    def remove(self, service: str) -> None:
        """There is nothing to do."""
