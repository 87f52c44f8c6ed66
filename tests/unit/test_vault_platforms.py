"""The back ends of macOS and Windows over stand-ins for the systems' own interfaces."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.domain.entries import access_key_entry
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.vault.backend import store
from app.vault.index import VaultIndex
from app.vault.keyring_backend import MACOS, WINDOWS, KeyringBackend, Kind
from app.vault.secret_service import SecretService
from app.vault.system import system_backend
from tests.contract.test_vault_contract import DictState

ENTRY = access_key_entry("AKIAEXAMPLE0000001")


def problem_in(caught: pytest.ExceptionInfo[AppError]) -> Problem:
    return caught.value.problem


def test_each_system_has_its_own() -> None:
    assert isinstance(system_backend({}, "linux"), SecretService)
    assert system_backend({}, "darwin").name == "macOS Keychain"
    assert system_backend({}, "win32").name == "Windows Credential Manager"
    assert system_backend({}, "win32").maximum == 1280


def test_only_the_allowed_classes() -> None:
    with pytest.raises(AppError) as caught:
        KeyringBackend(Kind("plaintext", "keyrings.alt.file", "PlaintextKeyring", asks=False))
    assert problem_in(caught).code is Code.VAULT_INSECURE


def test_a_class_that_does_not_load_is_no_keyring() -> None:
    with pytest.raises(AppError) as caught:
        KeyringBackend(WINDOWS).get(ENTRY, 1)
    assert problem_in(caught).code in {Code.VAULT_NONE, Code.VAULT_FAILED}


class FakeWindows:
    """win32cred over a dictionary, as far as keyring uses it."""

    CRED_TYPE_GENERIC = 1
    CRED_PERSIST_LOCAL_MACHINE = 2
    CRED_PERSIST_ENTERPRISE = 3

    def __init__(self) -> None:
        self.store: dict[str, dict[str, Any]] = {}
        self.error: Exception | None = None
        self.writes: list[str] = []

    class error(Exception):  # noqa: N801, N818  pywintypes' name
        def __init__(self, winerror: int, funcname: str) -> None:
            super().__init__(winerror, funcname, "text")
            self.winerror, self.funcname = winerror, funcname

    def CredRead(self, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803
        if self.error:
            raise self.error
        if TargetName not in self.store:
            raise FakeWindows.error(1168, "CredRead")
        return self.store[TargetName]

    def CredWrite(self, credential: dict[str, Any], flags: int) -> None:  # noqa: N802
        if self.error:
            raise self.error
        blob = credential["CredentialBlob"].encode("utf-16-le")
        if len(blob) > 2560:
            raise FakeWindows.error(1783, "CredWrite")
        self.writes.append(credential["TargetName"])
        self.store[credential["TargetName"]] = {**credential, "CredentialBlob": blob}

    def CredDelete(self, Type: int, TargetName: str) -> None:  # noqa: N802, N803
        del self.store[TargetName]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWindows]:
    fake = FakeWindows()
    package = ModuleType("win32ctypes.pywin32")
    setattr(package, "win32cred", fake)  # noqa: B010
    setattr(package, "pywintypes", SimpleNamespace(error=FakeWindows.error))  # noqa: B010
    monkeypatch.setitem(sys.modules, "win32ctypes", ModuleType("win32ctypes"))
    monkeypatch.setitem(sys.modules, "win32ctypes.pywin32", package)
    monkeypatch.setattr(fake, "__name__", "win32cred", raising=False)
    monkeypatch.delitem(sys.modules, "keyring.backends.Windows", raising=False)
    monkeypatch.setenv("KEYRING_PROPERTY_PERSIST", "enterprise")
    yield fake
    sys.modules.pop("keyring.backends.Windows", None)


def test_windows_stores_on_this_machine_only_and_leaves_no_old_secret(windows: FakeWindows) -> None:
    backend = KeyringBackend(WINDOWS)
    assert backend.get(ENTRY, 1) is None
    for text in ("first", "second 🔑"):
        backend.put(ENTRY, Secret(text), 1)
        assert backend.get(ENTRY, 1) == Secret(text)
    assert list(windows.store) == [ENTRY.service], "keyring's own way would keep the first one beside it"
    assert windows.store[ENTRY.service]["Persist"] == 2
    assert windows.store[ENTRY.service]["UserName"] == "rolecall"
    assert backend.drop(ENTRY, 1)
    assert not backend.drop(ENTRY, 1)
    assert windows.store == {}


def test_windows_limit_counts_utf_16(windows: FakeWindows) -> None:
    backend, index = KeyringBackend(WINDOWS), VaultIndex(DictState())
    store(backend, index, ENTRY, Secret("🔑" * 640), 1)
    with pytest.raises(AppError) as caught:
        store(backend, index, ENTRY, Secret("🔑" * 640 + "x"), 1)
    assert problem_in(caught).code is Code.VAULT_TOO_LONG
    assert backend.get(ENTRY, 1) == Secret("🔑" * 640)


@pytest.mark.parametrize(("number", "reason"), [(8, "store-full"), (1312, "no-logon-session"), (5, "error")])
def test_windows_errors_are_problems(windows: FakeWindows, number: int, reason: str) -> None:
    windows.error = FakeWindows.error(number, "CredWrite")
    with pytest.raises(AppError) as caught:
        KeyringBackend(WINDOWS).put(ENTRY, Secret("canary"), 1)
    assert problem_in(caught).code is Code.VAULT_FAILED
    assert problem_in(caught).arguments["reason"] == reason


class FakeKeychain:
    """keyring's macOS api over a dictionary, deleting before it adds as that does."""

    class Error(Exception):
        pass

    class NotFound(Error):  # noqa: N818  keyring's name
        pass

    class KeychainDenied(Error):  # noqa: N818  as above
        pass

    def __init__(self) -> None:
        self.store: dict[tuple[str, str], str] = {}
        self.fail_add: list[Exception] = []
        self.fail_find: Exception | None = None
        self.keychains: set[object] = set()

    def find_generic_password(self, keychain: object, service: str, username: str) -> str:
        self.keychains.add(keychain)
        if self.fail_find:
            raise self.fail_find
        try:
            return self.store[service, username]
        except KeyError:
            raise self.NotFound(-25300, "Item not found") from None

    def set_generic_password(self, keychain: object, service: str, username: str, password: str) -> None:
        self.keychains.add(keychain)
        self.store.pop((service, username), None)
        if self.fail_add:
            raise self.fail_add.pop()
        self.store[service, username] = password

    def delete_generic_password(self, keychain: object, service: str, username: str) -> None:
        if (service, username) not in self.store:
            raise self.NotFound(-25300, "Item not found")
        del self.store[service, username]


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> FakeKeychain:
    fake = FakeKeychain()
    monkeypatch.setenv("KEYCHAIN_PATH", "/elsewhere.keychain")
    monkeypatch.setenv("KEYRING_PROPERTY_KEYCHAIN", "/elsewhere.keychain")
    monkeypatch.delitem(sys.modules, "keyring.backends.macOS", raising=False)
    module = importlib.import_module("keyring.backends.macOS")
    monkeypatch.setattr(module, "api", fake, raising=False)
    return fake


def test_keychain_uses_the_default_one_whatever_the_environment_says(keychain: FakeKeychain) -> None:
    backend = KeyringBackend(MACOS)
    backend.put(ENTRY, Secret("one"), 1)
    backend.put(ENTRY, Secret("two"), 1)
    assert backend.get(ENTRY, 1) == Secret("two")
    assert keychain.keychains == {None}
    assert backend.drop(ENTRY, 1)
    assert not backend.drop(ENTRY, 1)


def test_keychain_gets_the_old_secret_back_when_adding_fails(keychain: FakeKeychain) -> None:
    backend = KeyringBackend(MACOS)
    backend.put(ENTRY, Secret("old"), 1)
    keychain.fail_add = [FakeKeychain.Error(-25293, "text")]
    with pytest.raises(AppError) as caught:
        backend.put(ENTRY, Secret("new"), 1)
    assert problem_in(caught).arguments["reason"] == "keychain-denied"
    assert backend.get(ENTRY, 1) == Secret("old")


def test_keychain_denied_is_locked_and_no_interaction_says_so(keychain: FakeKeychain) -> None:
    backend = KeyringBackend(MACOS)
    keychain.fail_find = FakeKeychain.KeychainDenied(-128, "text")
    with pytest.raises(AppError) as caught:
        backend.get(ENTRY, 1)
    assert problem_in(caught).code is Code.VAULT_LOCKED
    keychain.fail_find = FakeKeychain.Error(-25308, "text")
    with pytest.raises(AppError) as caught:
        backend.check(1)
    assert problem_in(caught).arguments["reason"] == "keychain-interaction"


def test_exceptions_of_a_keyring_do_not_carry_its_text() -> None:
    class Loose:
        def get_password(self, service: str, username: str) -> str | None:
            raise RuntimeError("canary-secret")

        def set_password(self, service: str, username: str, password: str) -> None:
            raise RuntimeError(password)

        def delete_password(self, service: str, username: str) -> None:
            raise RuntimeError("canary-secret")

    backend = KeyringBackend(WINDOWS, lambda kind: Loose())
    for work in (lambda: backend.get(ENTRY, 1), lambda: backend.put(ENTRY, Secret("canary-secret"), 1)):
        with pytest.raises(AppError) as caught:
            work()
        assert "canary" not in repr(caught.value.problem)
        assert caught.value.__suppress_context__


def test_keyring_itself_is_imported_late() -> None:
    heavy = ("keyring", "secretstorage", "jeepney")
    code = f"import sys; import app.vault.system; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.split() == [b"[]"]
