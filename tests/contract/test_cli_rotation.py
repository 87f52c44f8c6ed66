"""`keys rotate` against moto's IAM: at each step one key works and is stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.entries import VaultEntry, access_key_entry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.vault.memory import MemoryVault
from tests.support.in_process import Office
from tests.support.moto_server import MotoServer


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoServer]:
    with MotoServer(tmp_path_factory.mktemp("moto") / "log") as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, moto: MotoServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with Office(tmp_path) as one:
        key, secret = moto.add_user(f"user-{tmp_path.name}"[:60])
        one.user.access_key_id, one.user.secret_access_key = key, secret
        monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", moto.url)  # botocore reads this process's own environment
        one.environ |= {"AWS_ENDPOINT_URL_STS": moto.url, "AWS_ENDPOINT_URL_IAM": moto.url}
        one.set_up()
        one.edit('mfa_serial = "arn:aws:iam::111122223333:mfa/ana"\nmfa = "totp"\n', "")
        yield one


def keys_of(moto: MotoServer, user: str) -> list[str]:
    found = moto.client("iam", "123456789012").list_access_keys(UserName=user)["AccessKeyMetadata"]
    return [one["AccessKeyId"] for one in found]


def states_of(moto: MotoServer, user: str) -> dict[str, str]:
    found = moto.client("iam", "123456789012").list_access_keys(UserName=user)["AccessKeyMetadata"]
    return {one["AccessKeyId"]: one["Status"] for one in found}


def user_of(office: Office) -> str:
    return f"user-{office.folder.name}"[:60]


def stored(office: Office) -> list[str]:
    services = office.vault._secrets
    return sorted(
        one.removeprefix("rolecall/access-key/") for one in services if one.startswith("rolecall/access-key/")
    )


def test_a_new_key_takes_the_old_ones_place(office: Office, moto: MotoServer) -> None:
    old = office.user.access_key_id
    before = office.catalog.read_text()
    assert "Would make" in office.must("keys", "rotate", "acme", "--dry-run").out
    assert keys_of(moto, user_of(office)) == [old]
    ran = office.must("keys", "rotate", "acme")
    (new,) = keys_of(moto, user_of(office))
    assert new != old
    assert stored(office) == [new]
    assert office.catalog.read_text() == before.replace(old, new)
    assert office.vault._secrets[access_key_entry(new).service].reveal() not in ran.out + ran.err


def test_two_keys_already_is_said_and_nothing_done(office: Office, moto: MotoServer) -> None:
    spare = moto.client("iam", "123456789012").create_access_key(UserName=user_of(office))["AccessKey"]["AccessKeyId"]
    before = office.catalog.read_text()
    ran = office.run("keys", "rotate", "acme")
    assert ran.code == 5, ran
    assert spare in ran.err
    assert sorted(keys_of(moto, user_of(office))) == sorted([spare, office.user.access_key_id])
    assert office.catalog.read_text() == before


def test_an_old_key_that_was_kept_is_used_again(office: Office, moto: MotoServer) -> None:
    old, before = office.user.access_key_id, office.catalog.read_text()
    assert "switch" in office.must("keys", "rotate", "acme", "--keep-old", "--dry-run").out
    assert "Switched off" in office.must("keys", "rotate", "acme", "--keep-old").out
    (new,) = set(keys_of(moto, user_of(office))) - {old}
    assert states_of(moto, user_of(office)) == {old: "Inactive", new: "Active"}
    assert stored(office) == sorted([old, new])
    assert "again" in office.must("keys", "rotate", "acme", "--back").out
    assert states_of(moto, user_of(office)) == {old: "Active"}
    assert stored(office) == [old]
    assert office.catalog.read_text() == before
    ran = office.run("keys", "rotate", "acme", "--back")
    assert ran.code == 3, ran
    assert states_of(moto, user_of(office)) == {old: "Active"}


def test_an_old_key_that_was_kept_is_deleted(office: Office, moto: MotoServer) -> None:
    old = office.user.access_key_id
    office.must("keys", "rotate", "acme", "--keep-old")
    (new,) = set(keys_of(moto, user_of(office))) - {old}
    office.must("keys", "rotate", "acme", "--finish")
    assert states_of(moto, user_of(office)) == {new: "Active"}
    assert stored(office) == [new]
    assert office.run("keys", "rotate", "acme", "--finish").code == 3
    assert office.run("keys", "rotate", "acme", "--finish", "--back").code == 2


def test_a_key_whose_secret_is_gone_cannot_come_back(office: Office, moto: MotoServer) -> None:
    old = office.user.access_key_id
    office.must("keys", "rotate", "acme", "--keep-old")
    del office.vault._secrets[access_key_entry(old).service]
    before = office.catalog.read_text(), states_of(moto, user_of(office))
    assert office.run("keys", "rotate", "acme", "--back").code == 7
    assert (office.catalog.read_text(), states_of(moto, user_of(office))) == before


class FullVault(MemoryVault):
    """Takes no new access key."""

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        if entry.service in self._secrets or not entry.service.startswith("rolecall/access-key/"):
            return await super().write(entry, secret)
        raise AppError.of(Code.VAULT_FAILED, entry=entry.service, reason="full")


def test_a_vault_that_cannot_store_leaves_the_old_key_alone(office: Office, moto: MotoServer) -> None:
    full = FullVault()
    full._secrets = dict(office.vault._secrets)
    office.vault = full
    before = office.catalog.read_text()
    ran = office.run("keys", "rotate", "acme")
    assert ran.code == 7, ran
    assert keys_of(moto, user_of(office)) == [office.user.access_key_id]
    assert stored(office) == [office.user.access_key_id]
    assert office.catalog.read_text() == before
    assert "stays in use" in ran.err


def test_a_source_of_another_kind_has_no_key(office: Office) -> None:
    office.must("source", "add", "shell", "--kind", "environment")
    assert office.run("keys", "rotate", "shell").code == 9
