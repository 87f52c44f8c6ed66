"""The vault's rules over back ends made for the tests: time limits, read-back, one prompt, platforms' own ways."""

import asyncio
import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.domain.entries import VaultEntry, access_key_entry
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.engine.offload import ThreadOffload
from app.vault import keyring_backend
from app.vault.backend import store
from app.vault.index import VaultIndex
from app.vault.keeper import VaultKeeper
from app.vault.keyring_backend import MACOS, WINDOWS, KeyringBackend, Kind
from app.vault.keyring_vault import KeyringVault
from app.vault.secret_service import SecretService
from app.vault.system import system_backend
from tests.contract.test_vault_contract import DictState

ENTRY = access_key_entry("AKIAEXAMPLE0000001")
OTHER = access_key_entry("AKIAEXAMPLE0000002")


class FakeBackend:
    """A back end whose faults are chosen by the test."""

    name = "fake"

    def __init__(self, maximum: int | None = None) -> None:
        self.maximum = maximum
        self.secrets: dict[str, Secret] = {}
        self.locked = False
        self.prompts = 0
        self.answer = True
        self.delay = 0.0
        self.given: list[float] = []
        self.change: Callable[[Secret], Secret] = lambda secret: secret

    def may_ask(self, seconds: float) -> bool:
        return self.locked

    def check(self, seconds: float) -> None:
        if self.locked:
            raise AppError.of(Code.VAULT_LOCKED)

    def _open(self, seconds: float) -> None:
        self.given.append(seconds)
        time.sleep(self.delay)
        if self.locked:
            self.prompts += 1
            if not self.answer:
                raise AppError.of(Code.VAULT_LOCKED)
            self.locked = False

    def get(self, entry: VaultEntry, seconds: float) -> Secret | None:
        self._open(seconds)
        return self.secrets.get(entry.service)

    def put(self, entry: VaultEntry, secret: Secret, seconds: float) -> None:
        self._open(seconds)
        self.secrets[entry.service] = self.change(secret)

    def drop(self, entry: VaultEntry, seconds: float) -> bool:
        self._open(seconds)
        return self.secrets.pop(entry.service, None) is not None


def problem_in(caught: pytest.ExceptionInfo[AppError]) -> Problem:
    return caught.value.problem


def vault_over(backend: FakeBackend, **limits: float) -> tuple[KeyringVault, DictState]:
    state = DictState()
    return KeyringVault(backend, ThreadOffload(), VaultIndex(state), **limits), state


async def test_what_reads_back_differently_is_a_mismatch() -> None:
    backend = FakeBackend()
    backend.change = lambda secret: Secret(secret.reveal().strip())
    vault, _ = vault_over(backend)
    with pytest.raises(AppError) as caught:
        await vault.write(ENTRY, Secret("canary "))
    assert problem_in(caught).code is Code.VAULT_MISMATCH
    assert "canary" not in repr(problem_in(caught))


async def test_a_vault_that_discards_is_a_mismatch() -> None:
    backend = FakeBackend()
    vault, _ = vault_over(backend)
    backend.put = lambda entry, secret, seconds: None  # type: ignore[method-assign]
    with pytest.raises(AppError) as caught:
        await vault.write(ENTRY, Secret("x"))
    assert problem_in(caught).code is Code.VAULT_MISMATCH


@pytest.mark.parametrize(("text", "length"), [("x" * 1281, 1281), ("🔑" * 641, 1282)])
async def test_too_long_is_refused_before_anything_is_touched(text: str, length: int) -> None:
    backend = FakeBackend(maximum=1280)
    vault, state = vault_over(backend)
    await vault.write(ENTRY, Secret("old"))
    before = len(backend.given)
    with pytest.raises(AppError) as caught:
        await vault.write(ENTRY, Secret(text))
    assert problem_in(caught).code is Code.VAULT_TOO_LONG
    assert problem_in(caught).arguments == {"entry": "secret-access-key", "length": length, "maximum": 1280}
    assert len(backend.given) == before
    assert await vault.read(ENTRY) == Secret("old")
    await vault.write(ENTRY, Secret("y" * 1280))
    assert state.files["vault-index.json"]["entries"] == [ENTRY.service]


async def test_one_prompt_serves_all_that_wait() -> None:
    backend = FakeBackend()
    backend.locked, backend.delay = True, 0.05
    vault, _ = vault_over(backend)
    await asyncio.gather(*(vault.read(ENTRY) for _ in range(8)))
    assert backend.prompts == 1


async def test_a_dismissed_prompt_counts_for_all_that_wait_and_not_for_later_calls() -> None:
    backend = FakeBackend()
    backend.locked, backend.answer, backend.delay = True, False, 0.05
    vault, _ = vault_over(backend)
    results = await asyncio.gather(*(vault.read(ENTRY) for _ in range(8)), return_exceptions=True)
    assert all(isinstance(one, AppError) and one.problem.code is Code.VAULT_LOCKED for one in results)
    assert backend.prompts == 1
    backend.answer = True
    assert await vault.read(ENTRY) is None
    assert backend.prompts == 2


async def test_a_person_gets_more_time_than_a_machine() -> None:
    backend = FakeBackend()
    vault, _ = vault_over(backend, seconds=15, asking_seconds=120)
    await vault.read(ENTRY)
    backend.locked = True
    await vault.read(ENTRY)
    assert backend.given == [14.5, 119.5]


async def test_a_backend_that_never_comes_back_is_left_at_the_deadline() -> None:
    backend = FakeBackend()
    backend.delay = 3
    vault, _ = vault_over(backend, seconds=0.2, asking_seconds=0.2)
    started = time.monotonic()
    with pytest.raises(AppError) as caught:
        await vault.read(ENTRY)
    assert problem_in(caught).code is Code.VAULT_HANGS
    assert time.monotonic() - started < 1.5
    backend.delay = 0
    assert await vault.read(ENTRY) is None, "its thread was replaced"


def test_the_keeper_leaves_a_backend_that_never_comes_back() -> None:
    backend = FakeBackend()
    backend.delay = 3
    keeper = VaultKeeper(backend, VaultIndex(DictState()), seconds=0.2, asking_seconds=0.2)
    with pytest.raises(AppError) as caught:
        keeper.keep("prod", Secret("x"))
    assert problem_in(caught).code is Code.VAULT_HANGS


def test_check_never_asks() -> None:
    backend = FakeBackend()
    backend.locked = True
    vault, _ = vault_over(backend)
    with pytest.raises(AppError):
        asyncio.run(vault.check())
    assert backend.prompts == 0


def test_index_keeps_the_name_of_a_secret_whose_replacement_failed() -> None:
    backend, state = FakeBackend(), DictState()
    index = VaultIndex(state)
    store(backend, index, ENTRY, Secret("old"), 1)
    backend.locked, backend.answer = True, False
    for entry in (ENTRY, OTHER):
        with pytest.raises(AppError):
            store(backend, index, entry, Secret("new"), 1)
    assert index.names() == (ENTRY.service,)


@pytest.mark.parametrize("broken", [{}, {"entries": None}, {"entries": "x"}, {"entries": [1, None, "a"]}])
def test_a_strange_index_is_read_as_far_as_it_goes(broken: dict[str, object]) -> None:
    state = DictState()
    state.files["vault-index.json"] = broken
    index = VaultIndex(state)
    assert set(index.names()) <= {"a"}
    index.add("b")
    assert "b" in index.names()


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
    assert keyring_backend.__name__ in sys.modules
    heavy = ("keyring", "secretstorage", "jeepney")
    code = f"import sys; import app.vault.system; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.split() == [b"[]"]
