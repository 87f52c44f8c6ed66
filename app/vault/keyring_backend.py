"""macOS Keychain and Windows Credential Manager through the classes of the `keyring` package.

The class is named here and made directly. keyring's own detection, its configuration file and its environment
variables, which can point at someone else's code or at nothing, are never asked.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, Protocol, cast

from app.domain.entries import VAULT_USER, VaultEntry
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.values import dataclass

WINDOWS_MAXIMUM = 1280  # UTF-16 units: CRED_MAX_CREDENTIAL_BLOB_SIZE is 2,560 bytes
PROBE = VaultEntry("rolecall/probe", "probe")
_STATUS_REASONS = {
    -25308: "keychain-interaction",
    -25293: "keychain-denied",
    -67030: "keychain-denied",
    8: "store-full",  # ERROR_NOT_ENOUGH_MEMORY
    1312: "no-logon-session",  # ERROR_NO_SUCH_LOGON_SESSION, as over SSH
}


class KeyringClass(Protocol):
    """The part of keyring's back ends that is used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the secret or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store the secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Delete the secret, raise if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One allowed class of keyring. `asks`: it may put a question on the screen at any call."""

    name: str
    module: str
    class_name: str
    asks: bool
    maximum: int | None = None


MACOS = Kind("macOS Keychain", "keyring.backends.macOS", "Keyring", asks=True)
WINDOWS = Kind(
    "Windows Credential Manager", "keyring.backends.Windows", "WinVaultKeyring", asks=False, maximum=WINDOWS_MAXIMUM
)
ALLOWED = (MACOS, WINDOWS)


def make(kind: Kind) -> KeyringClass:
    """Make the back end of a kind, deaf to the environment. Raises VAULT_NONE where it does not work here."""
    try:
        base: type[Any] = getattr(import_module(kind.module), kind.class_name)
        return cast(KeyringClass, type(base.__name__, (base,), _overrides(kind))())
    except Exception:  # noqa: BLE001  a platform's libraries fail to load in many ways; each means: not here
        raise AppError.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-backend") from None


def _overrides(kind: Kind) -> dict[str, object]:
    changed: dict[str, object] = {"set_properties_from_env": _nothing, "__module__": kind.module}
    if kind is MACOS:
        changed["keychain"] = None  # else KEYCHAIN_PATH
    if kind is WINDOWS:
        changed["persist"] = 2  # CRED_PERSIST_LOCAL_MACHINE: never roams to other machines
        changed["set_password"] = _write_windows
    return changed


def _nothing(self: object) -> None:
    """Take nothing from KEYRING_PROPERTY_*."""


def _write_windows(self: Any, service: str, username: str, password: str) -> None:  # noqa: ANN401  keyring's class
    # keyring's own way copies the old secret to a second entry first, where it would stay
    self._set_password(service, username, password)


class KeyringBackend:
    """One of the allowed classes as a back end. It is made with the first call, on the calling thread."""

    def __init__(self, kind: Kind, factory: Callable[[Kind], KeyringClass] = make) -> None:
        """Make nothing yet; a kind that is not on the list raises VAULT_INSECURE."""
        if kind not in ALLOWED:
            raise AppError.of(Code.VAULT_INSECURE, Verb.GET_KEYRING, backend=kind.name)
        self._kind = kind
        self._factory = factory
        self._lock = threading.Lock()
        self._made: KeyringClass | None = None

    @property
    def name(self) -> str:
        """The keyring's name for people."""
        return self._kind.name

    @property
    def maximum(self) -> int | None:
        """How long a secret may be, in UTF-16 units."""
        return self._kind.maximum

    def may_ask(self, seconds: float) -> bool:  # noqa: ARG002  the port's
        """Whether this kind may ask; it cannot be known for the next call."""
        return self._kind.asks

    def check(self, seconds: float) -> None:
        """Look for an entry that is never stored: that asks no one, and fails where the keyring is out of reach."""
        self.get(PROBE, seconds)

    def get(self, entry: VaultEntry, seconds: float) -> Secret | None:  # noqa: ARG002  the caller's thread is abandoned
        """Return the secret, None if there is none."""
        with _translated(entry):
            found = self._keyring().get_password(entry.service, VAULT_USER)
        return None if found is None else Secret(found)

    def put(self, entry: VaultEntry, secret: Secret, seconds: float) -> None:
        """Store or replace the secret. macOS deletes before it adds: if adding fails, the old one is put back."""
        before = self.get(entry, seconds) if self._kind is MACOS else None
        try:
            with _translated(entry):
                self._keyring().set_password(entry.service, VAULT_USER, secret.reveal())
        except AppError:
            if before is not None:
                with suppress(Exception):
                    if self.get(entry, seconds) is None:
                        self._keyring().set_password(entry.service, VAULT_USER, before.reveal())
            raise

    def drop(self, entry: VaultEntry, seconds: float) -> bool:
        """Delete the secret; False if there was none."""
        if self.get(entry, seconds) is None:
            return False
        with _translated(entry):
            self._keyring().delete_password(entry.service, VAULT_USER)
        return True

    def _keyring(self) -> KeyringClass:
        with self._lock:
            if self._made is None:
                self._made = self._factory(self._kind)
            return self._made


@contextmanager
def _translated(entry: VaultEntry) -> Iterator[None]:
    """Turn what keyring and the platform raise into VAULT_* problems, without their texts."""
    from keyring.errors import KeyringLocked, NoKeyringError

    try:
        yield
    except AppError:
        raise
    except KeyringLocked:
        raise AppError.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING) from None
    except NoKeyringError:
        raise AppError.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-backend") from None
    except Exception as error:  # noqa: BLE001  as above
        reason = _STATUS_REASONS.get(_status(error), type(error).__name__)
        raise AppError.of(Code.VAULT_FAILED, Verb.TRY_AGAIN, entry=entry.what, reason=reason) from None


def _status(error: BaseException) -> int:
    """Return the platform's number: of the exception, or of the one that it came from."""
    for one in (error, error.__cause__):
        number = getattr(one, "winerror", None)
        if isinstance(number, int):
            return number
        if one is not None and one.args and isinstance(one.args[0], int):
            return one.args[0]
    return 0
