"""One suite for every vault: in memory, in a sealed file, over a real gnome-keyring on a D-Bus session of its own.

The kinds that a person chooses are tried as they are used: behind the choice of the state folder.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from app.domain.entries import VaultEntry, access_key_entry, oidc_entry, totp_entry, undo_entry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.domain.vaults import VaultKind
from app.engine.offload import ThreadOffload
from app.ports import LongLivedKeeper, Vault
from app.vault.backend import store
from app.vault.index import VaultIndex
from app.vault.keeper import VaultKeeper
from app.vault.keyring_vault import KeyringVault
from app.vault.memory import MemoryKeeper, MemoryVault
from app.vault.secret_service import SecretService
from app.vault.system import open_keyring
from tests.support.keyring_session import KeyringSession, missing_programs
from tests.support.vaults import Vaults

ENTRIES = (
    access_key_entry("AKIAEXAMPLE0000001"),
    totp_entry("arn:aws:iam::111122223333:mfa/ana"),
    oidc_entry("https://id.example.com", "rolecall", "refresh-token"),
    undo_entry("prod admin/ü"),
)
SECRETS = {
    "plain": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "unicode": "пароль 密码 🔑 é\u0301",
    "spaces": "  kept as it is \t",
    "lines": "one\ntwo\r\nthree",
    "one": "x",
    "sixteen": "0123456789abcdef",
    "long": "0123456789" * 10_000,
}


class DictState:
    """State files in memory."""

    def __init__(self) -> None:
        self.files: dict[str, Mapping[str, object]] = {}

    def read(self, name: str) -> Mapping[str, object]:
        return self.files.get(name, {})

    def write(self, name: str, value: Mapping[str, object]) -> None:
        self.files[name] = value


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringSession]:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    with KeyringSession(tmp_path_factory.mktemp("k")) as opened:
        yield opened


@pytest.fixture(params=["memory", "chosen memory", "sealed file", "gnome-keyring"])
async def vault(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Vault]:
    if request.param == "memory":
        yield MemoryVault()
        return
    if request.param in ("chosen memory", "sealed file"):
        kind = VaultKind.FILE if request.param == "sealed file" else VaultKind.MEMORY
        vaults = await Vaults(tmp_path, lasts=True).choose(kind)
        yield vaults.vault
        vaults.close()
        return
    session: KeyringSession = request.getfixturevalue("session")
    offload = ThreadOffload()
    opened, _ = open_keyring(session.environ, offload, DictState())
    yield opened
    for service in await opened.names():
        await opened.delete(VaultEntry(service, ""))
    offload.close()


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS.keys())
async def test_what_is_written_is_read(vault: Vault, text: str) -> None:
    await vault.write(ENTRIES[0], Secret(text))
    found = await vault.read(ENTRIES[0])
    assert found is not None
    assert found.reveal() == text


async def test_nothing_there_is_none(vault: Vault) -> None:
    assert await vault.read(access_key_entry("AKIANOTTHERE00001")) is None


async def test_entries_do_not_touch_each_other(vault: Vault) -> None:
    for number, entry in enumerate(ENTRIES):
        await vault.write(entry, Secret(f"secret {number}"))
    assert await vault.delete(ENTRIES[1])
    found = [await vault.read(entry) for entry in ENTRIES]
    assert [one and one.reveal() for one in found] == ["secret 0", None, "secret 2", "secret 3"]


async def test_a_secret_is_replaced_whole(vault: Vault) -> None:
    for text in ("first and longer", "2", "third"):
        await vault.write(ENTRIES[0], Secret(text))
        found = await vault.read(ENTRIES[0])
        assert found is not None
        assert found.reveal() == text
    assert await vault.delete(ENTRIES[0])
    assert await vault.read(ENTRIES[0]) is None, "an older one came to light"


async def test_delete_says_whether_there_was_one(vault: Vault) -> None:
    await vault.write(ENTRIES[0], Secret("x"))
    assert await vault.delete(ENTRIES[0])
    assert not await vault.delete(ENTRIES[0])


async def test_names_are_those_stored(vault: Vault) -> None:
    assert await vault.names() == ()
    for entry in (ENTRIES[2], ENTRIES[0], ENTRIES[0]):
        await vault.write(entry, Secret("x"))
    assert await vault.names() == tuple(sorted((ENTRIES[0].service, ENTRIES[2].service)))
    await vault.delete(ENTRIES[0])
    assert await vault.names() == (ENTRIES[2].service,)


async def test_check_names_the_vault(vault: Vault) -> None:
    assert await vault.check()


async def test_many_at_once(vault: Vault) -> None:
    entries = [access_key_entry(f"AKIAMANY{number:09d}") for number in range(12)]
    await asyncio.gather(*(vault.write(entry, Secret(entry.service)) for entry in entries))
    found = await asyncio.gather(*(vault.read(entry) for entry in entries))
    assert [one and one.reveal() for one in found] == [entry.service for entry in entries]
    assert len(await vault.names()) == 12


@pytest.fixture(params=["memory", "sealed file", "gnome-keyring"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> LongLivedKeeper:
    if request.param == "memory":
        return MemoryKeeper()
    if request.param == "sealed file":
        return asyncio.run(Vaults(tmp_path).choose(VaultKind.FILE)).keeper
    session: KeyringSession = request.getfixturevalue("session")
    return VaultKeeper(SecretService(session.environ), VaultIndex(DictState()))


def test_a_keeper_keeps_gives_back_and_forgets(keeper: LongLivedKeeper) -> None:
    assert keeper.give_back("prod") is None
    keeper.keep("prod", Secret("one"))
    keeper.keep("prod", Secret("two"))
    kept = keeper.give_back("prod")
    assert kept is not None
    assert kept.reveal() == "two"
    again = keeper.give_back("prod")
    assert again == kept, "giving back does not forget"
    keeper.forget("prod")
    keeper.forget("prod")
    assert keeper.give_back("prod") is None


async def test_vault_and_keeper_share_names(session: KeyringSession) -> None:
    offload = ThreadOffload()
    vault, keeper = open_keyring(session.environ, offload, DictState())
    keeper.keep("prod", Secret("one"))
    await vault.write(ENTRIES[0], Secret("two"))
    assert await vault.names() == tuple(sorted((ENTRIES[0].service, undo_entry("prod").service)))
    kept = await vault.read(undo_entry("prod"))
    assert kept == Secret("one")
    await vault.delete(ENTRIES[0])
    keeper.forget("prod")
    offload.close()


async def test_secrets_survive_in_the_keyring(session: KeyringSession) -> None:
    """What is stored is really in the daemon: another vault, without our index, reads it."""
    offload = ThreadOffload()
    first = KeyringVault(SecretService(session.environ), offload, VaultIndex(DictState()))
    await first.write(ENTRIES[0], Secret("kept"))
    second = KeyringVault(SecretService(session.environ), offload, VaultIndex(DictState()))
    assert await second.read(ENTRIES[0]) == Secret("kept")
    await second.delete(ENTRIES[0])
    offload.close()


def test_text_that_is_no_unicode_is_refused(session: KeyringSession) -> None:
    with pytest.raises(AppError) as caught:
        store(SecretService(session.environ), VaultIndex(DictState()), ENTRIES[0], Secret("\ud800"), 5)
    assert caught.value.problem.code is Code.VAULT_FAILED
