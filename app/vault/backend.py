"""What a keyring of an operating system must do, and the steps that every one of them is used by. All of it blocks."""

from typing import Protocol

from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret


class Backend(Protocol):
    """One keyring. Every call ends within `seconds` where the platform allows it, and raises VAULT_* problems alone."""

    @property
    def name(self) -> str:
        """The keyring's name for people."""
        ...

    @property
    def maximum(self) -> int | None:
        """How long a secret may be, in UTF-16 units; None: no limit worth naming."""
        ...

    def may_ask(self, seconds: float) -> bool:
        """Whether using it now can put a question on the screen, so that a person's time is needed."""
        ...

    def check(self, seconds: float) -> None:
        """Raise the problem that stands in the way, if any. Never asks a person."""
        ...

    def get(self, entry: VaultEntry, seconds: float) -> Secret | None:
        """Return the secret, None if there is none."""
        ...

    def put(self, entry: VaultEntry, secret: Secret, seconds: float) -> None:
        """Store or replace the secret."""
        ...

    def drop(self, entry: VaultEntry, seconds: float) -> bool:
        """Delete the secret; False if there was none."""
        ...


class Names(Protocol):
    """The services of the secrets that a vault holds. Usable from several threads."""

    def names(self) -> tuple[str, ...]:
        """Return them, sorted."""
        ...

    def add(self, service: str) -> bool:
        """Note one; True if it was there already."""
        ...

    def remove(self, service: str) -> None:
        """Forget one; nothing happens if it is not there."""
        ...


def units(secret: Secret) -> int:
    """Return a secret's length in UTF-16 units, as Windows counts it."""
    return len(secret.reveal().encode("utf-16-le", "surrogatepass")) // 2


def store(backend: Backend, index: Names, entry: VaultEntry, secret: Secret, seconds: float) -> None:
    """Store, read back and compare. What is too long is refused before anything is touched.

    The name goes into the index first: one too many there does no harm, a secret without a name could not be found.
    """
    check_length(backend, entry, secret)
    known = index.add(entry.service)
    try:
        backend.put(entry, secret, seconds)
    except AppError:
        if not known:
            index.remove(entry.service)
        raise
    if backend.get(entry, seconds) != secret:
        raise AppError.of(Code.VAULT_MISMATCH, Verb.TRY_AGAIN, entry=entry.what)


def check_length(backend: Backend, entry: VaultEntry, secret: Secret) -> None:
    """Raise VAULT_TOO_LONG for what the keyring would not take, VAULT_FAILED for what is no Unicode text."""
    length, maximum = units(secret), backend.maximum
    if maximum is not None and length > maximum:
        raise AppError.of(Code.VAULT_TOO_LONG, entry=entry.what, length=length, maximum=maximum)
    try:
        secret.reveal().encode()
    except UnicodeEncodeError:
        raise AppError.of(Code.VAULT_FAILED, entry=entry.what, reason="not-unicode") from None


def remove(backend: Backend, index: Names, entry: VaultEntry, seconds: float) -> bool:
    """Delete the secret, then its name."""
    found = backend.drop(entry, seconds)
    index.remove(entry.service)
    return found
