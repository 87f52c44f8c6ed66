"""Linux: the Secret Service of the session bus (GNOME Keyring, KWallet, KeePassXC), spoken to directly.

A connection of its own per call: a daemon that was killed or came back is no concern of the next call. Every wait has
an end, so no thread is left behind by a daemon that does not answer.
"""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from math import ceil
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from app.domain.entries import VAULT_USER, VaultEntry
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret

if TYPE_CHECKING:
    from secretstorage import Collection, Item
    from secretstorage.dhcrypto import Session

    from app.vault.bus import BoundedConnection

T = TypeVar("T")

DEFAULT = "/org/freedesktop/secrets/aliases/default"
IS_LOCKED = "org.freedesktop.Secret.Error.IsLocked"


def session_bus(environ: Mapping[str, str]) -> str | None:
    """Return the session bus's address: of the environment, else the one that a systemd session always has."""
    address = environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    runtime = environ.get("XDG_RUNTIME_DIR")
    if not runtime:
        return None
    path = Path(runtime) / "bus"
    try:
        found = path.stat()
    except OSError:
        return None
    return f"unix:path={path}" if stat.S_ISSOCK(found.st_mode) and found.st_uid == os.getuid() else None


class SecretService:
    """The back end of Linux. Secrets are in the default collection and travel over the bus encrypted."""

    name = "Secret Service"
    maximum = None

    def __init__(self, environ: Mapping[str, str], clock: Callable[[], float] = monotonic) -> None:
        """Connect to nothing yet."""
        self._address = session_bus(environ)
        self._clock = clock

    def may_ask(self, seconds: float) -> bool:
        """Whether the default collection is locked or missing."""

        def look(connection: "BoundedConnection") -> bool:
            collection = _default(connection)
            return collection is None or collection.is_locked()

        return self._with(look, seconds)

    def check(self, seconds: float) -> None:
        """Raise VAULT_NONE without a Secret Service, VAULT_LOCKED where a person would be asked."""
        if self.may_ask(seconds):
            raise _locked()

    def get(self, entry: VaultEntry, seconds: float) -> Secret | None:
        """Return the secret, None if there is none."""

        def read(connection: "BoundedConnection") -> Secret | None:
            collection = self._opened(connection)
            item = None if collection is None else _find(collection, entry)
            return None if item is None else Secret(item.get_secret().decode())

        return self._with(read, seconds, entry)

    def put(self, entry: VaultEntry, secret: Secret, seconds: float) -> None:
        """Store or replace the secret, in one call of the service."""

        def write(connection: "BoundedConnection") -> None:
            from secretstorage import create_collection

            collection = self._opened(connection) or create_collection(connection, "Default", "default")
            attributes = {"application": "rolecall", "service": entry.service, "username": VAULT_USER}
            item = _find(collection, entry)
            if item is None:
                collection.create_item(f"Rolecall: {entry.service}", attributes, secret.reveal().encode(), replace=True)
            else:
                item.set_secret(secret.reveal().encode())

        self._with(write, seconds, entry)

    def drop(self, entry: VaultEntry, seconds: float) -> bool:
        """Delete the secret; False if there was none."""

        def delete(connection: "BoundedConnection") -> bool:
            collection = self._opened(connection)
            item = None if collection is None else _find(collection, entry)
            if item is None:
                return False
            item.delete()
            return True

        return self._with(delete, seconds, entry)

    def _opened(self, connection: "BoundedConnection") -> "Collection | None":
        from secretstorage.util import open_session

        session = open_session(connection)
        if not session.encrypted:
            raise AppError.of(Code.VAULT_INSECURE, Verb.GET_KEYRING, backend="A Secret Service without encryption")
        collection = _default(connection, session)
        if collection is not None and collection.is_locked() and collection.unlock():
            raise _locked()
        return collection

    def _with(self, work: "Callable[[BoundedConnection], T]", seconds: float, entry: VaultEntry | None = None) -> T:
        if self._address is None:
            raise AppError.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-session-bus")
        until = self._clock() + seconds
        with _translated(seconds, entry):
            try:
                return self._once(work, until)
            except _gone():
                # the daemon ended in the middle: the bus starts it again. Each step may be done twice
                return self._once(work, until)

    def _once(self, work: "Callable[[BoundedConnection], T]", until: float) -> T:
        from app.vault.bus import connect

        assert self._address is not None  # noqa: S101  _with has looked
        with closing(connect(self._address, until, self._clock)) as connection:
            return work(connection)


def _default(connection: "BoundedConnection", session: "Session | None" = None) -> "Collection | None":
    from secretstorage import Collection, ItemNotFoundException

    try:
        return Collection(connection, DEFAULT, session)
    except ItemNotFoundException:
        return None


def _find(collection: "Collection", entry: VaultEntry) -> "Item | None":
    wanted = {"service": entry.service, "username": VAULT_USER}
    item = next(iter(collection.search_items(wanted)), None)
    if item is not None and item.is_locked() and item.unlock():  # KeePassXC asks for single items
        raise _locked()
    return item


def _locked() -> AppError:
    return AppError.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING)


def _gone() -> tuple[type[Exception], ...]:
    from secretstorage import SecretServiceNotAvailableException

    return (SecretServiceNotAvailableException, ConnectionResetError, BrokenPipeError)


@contextmanager
def _translated(seconds: float, entry: VaultEntry | None) -> Iterator[None]:
    """Turn whatever the bus and the service raise into VAULT_* problems. Their messages are not told: only names."""
    from secretstorage import LockedException, PromptDismissedException, SecretServiceNotAvailableException

    from app.vault.bus import DBusErrorResponse, name_of

    what = entry.what if entry else ""
    try:
        yield
    except AppError:
        raise
    except TimeoutError:
        raise AppError.of(Code.VAULT_HANGS, Verb.TRY_AGAIN, seconds=ceil(seconds)) from None
    except (LockedException, PromptDismissedException):
        raise _locked() from None
    except SecretServiceNotAvailableException:
        raise AppError.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-secret-service") from None
    except OSError:
        raise AppError.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-session-bus") from None
    except DBusErrorResponse as error:
        if name_of(error) == IS_LOCKED:
            raise _locked() from None
        raise AppError.of(Code.VAULT_FAILED, Verb.TRY_AGAIN, entry=what, reason=name_of(error)) from None
    except Exception as error:  # noqa: BLE001  whatever it is, a person gets a problem and not its text
        raise AppError.of(Code.VAULT_FAILED, Verb.TRY_AGAIN, entry=what, reason=type(error).__name__) from None
