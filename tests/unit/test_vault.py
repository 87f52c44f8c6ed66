"""The vault's rules over back ends made for the tests: time limits, read-back, one prompt, platforms' own ways."""

import asyncio
import time
from collections.abc import Callable

import pytest

from app.domain.entries import VaultEntry, access_key_entry
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.engine.offload import ThreadOffload
from app.vault.backend import store
from app.vault.index import VaultIndex
from app.vault.keeper import VaultKeeper
from app.vault.keyring_vault import KeyringVault
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
