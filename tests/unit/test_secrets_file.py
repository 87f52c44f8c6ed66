"""The secrets file: what is told apart, what is refused, what an intruder on the disk gets."""

import json
import os
import threading
from pathlib import Path

import pytest

from app.domain.entries import access_key_entry, totp_entry, undo_entry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.domain.vaults import VaultKind
from app.vault.sealed_file import SealedFile
from app.vault.sealing import N_MOST, Kdf
from tests.support.vaults import PASSPHRASE, Clock, DictKeyring, Vaults

ENTRY = access_key_entry("AKIAEXAMPLE0000001")
OTHER = totp_entry("arn:aws:iam::111122223333:mfa/ana")
CANARY = "canary/wJalrXUtnFEMI"
WRONG = Secret("another passphrase")


@pytest.fixture
def vaults(tmp_path: Path) -> Vaults:
    made = Vaults(tmp_path)
    made.sealed.create(PASSPHRASE)
    return made


def again(tmp_path: Path, *, unlock: bool = True, clock: Clock | None = None) -> SealedFile:
    """The file as the next start finds it."""
    made = Vaults(tmp_path, clock=clock).sealed
    if unlock:
        made.unlock(PASSPHRASE)
    return made


def refused(sealed: SealedFile, passphrase: Secret = PASSPHRASE) -> Code:
    with pytest.raises(AppError) as caught:
        sealed.unlock(passphrase)
    return caught.value.problem.code


def test_what_is_kept_is_there_after_the_next_start(tmp_path: Path, vaults: Vaults) -> None:
    vaults.sealed.put(ENTRY, Secret(CANARY), 5)
    sealed = again(tmp_path, unlock=False)
    with pytest.raises(AppError) as caught:
        sealed.get(ENTRY, 5)
    assert caught.value.problem.code is Code.VAULT_SEALED
    sealed.unlock(PASSPHRASE)
    assert sealed.get(ENTRY, 5) == Secret(CANARY)


def test_neither_secrets_nor_names_stand_in_the_file(tmp_path: Path, vaults: Vaults) -> None:
    vaults.sealed.put(ENTRY, Secret(CANARY), 5)
    sizes = {len(vaults.place.read() or b"")}
    vaults.sealed.put(OTHER, Secret("x"), 5)
    data = vaults.place.read() or b""
    for word in (CANARY, "AKIAEXAMPLE", "ana", PASSPHRASE.reveal()):
        assert word.encode() not in data
    assert vaults.place.path.stat().st_mode & 0o777 == 0o600
    assert sizes == {len(data)}, "its size tells how much is in it"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "secrets.lock", "secrets.sealed", "vault-seen.json"
    ]  # fmt: skip


def test_a_wrong_passphrase_is_told_from_a_damaged_file(tmp_path: Path, vaults: Vaults) -> None:
    vaults.sealed.put(ENTRY, Secret(CANARY), 5)
    good = vaults.place.read() or b""
    assert refused(again(tmp_path, unlock=False), WRONG) is Code.VAULT_PASSPHRASE
    for at in range(0, len(good), 67):
        changed = bytearray(good)
        changed[at] ^= 1
        vaults.place.path.write_bytes(changed)
        try:
            sealed = again(tmp_path)
            assert sealed.get(ENTRY, 5) == Secret(CANARY), "changed between the values: a space is one"
        except AppError as error:
            assert error.problem.code is Code.VAULT_DAMAGED, at  # noqa: PT017
    assert vaults.place.path.read_bytes() != good


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_file_is_noticed(tmp_path: Path, vaults: Vaults, part: float) -> None:
    data = vaults.place.read() or b""
    vaults.place.path.write_bytes(data[: int(len(data) * part)])
    assert refused(again(tmp_path, unlock=False)) is Code.VAULT_DAMAGED
    with pytest.raises(AppError) as caught:
        vaults.sealed.put(ENTRY, Secret("x"), 5)
    assert caught.value.problem.code is Code.VAULT_DAMAGED
    assert vaults.place.path.read_bytes() == data[: int(len(data) * part)], "a damaged file was overwritten"


def test_an_older_file_is_noticed_and_taken_only_when_told(tmp_path: Path, vaults: Vaults) -> None:
    vaults.sealed.put(ENTRY, Secret("first"), 5)
    old = vaults.place.read() or b""
    vaults.sealed.put(ENTRY, Secret("second"), 5)
    vaults.place.path.write_bytes(old)
    with pytest.raises(AppError) as caught:
        vaults.sealed.get(ENTRY, 5)
    assert caught.value.problem.code is Code.VAULT_OLDER
    sealed = again(tmp_path, unlock=False)
    assert refused(sealed) is Code.VAULT_OLDER
    assert sealed.locked
    sealed.unlock(PASSPHRASE, older=True)
    assert sealed.get(ENTRY, 5) == Secret("first")
    assert again(tmp_path).get(ENTRY, 5) == Secret("first")


def test_two_halves_of_two_files_do_not_make_one(tmp_path: Path, vaults: Vaults) -> None:
    vaults.sealed.put(ENTRY, Secret("first"), 5)
    one = json.loads(vaults.place.read() or b"")
    vaults.place.path.unlink()
    vaults.sealed.seal()
    vaults.sealed.create(PASSPHRASE)
    two = json.loads(vaults.place.read() or b"")
    vaults.place.path.write_text(json.dumps({**two, "body": one["body"]}))
    assert refused(again(tmp_path, unlock=False)) is Code.VAULT_DAMAGED


@pytest.mark.parametrize("change", [{"n": N_MOST * 2}, {"n": 1024}, {"n": 2**14 + 1}, {"r": 900}, {"p": 0}, {"n": "a"}])
def test_parameters_beyond_measure_are_not_tried(tmp_path: Path, vaults: Vaults, change: dict[str, object]) -> None:
    import hashlib

    whole = json.loads(vaults.place.read() or b"")
    whole["head"]["kdf"] |= change
    whole["sum"] = hashlib.sha256(json.dumps(whole["head"], sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    vaults.place.path.write_text(json.dumps(whole))
    assert refused(again(tmp_path, unlock=False)) is Code.VAULT_DAMAGED


def test_a_newer_format_is_left_alone(tmp_path: Path, vaults: Vaults) -> None:
    whole = json.loads(vaults.place.read() or b"") | {"version": 2}
    vaults.place.path.write_text(json.dumps(whole))
    with pytest.raises(AppError) as caught:
        again(tmp_path)
    assert caught.value.problem.arguments["reason"] == "newer-version"


@pytest.mark.skipif(os.name != "posix", reason="pipes with a name")
@pytest.mark.parametrize("what", ["pipe", "folder"])
def test_something_else_in_its_place_is_not_waited_for(tmp_path: Path, what: str) -> None:
    made = Vaults(tmp_path)
    os.mkfifo(made.place.path) if what == "pipe" else made.place.path.mkdir()
    assert refused(made.sealed) in (Code.FILE_UNSAFE, Code.FILE_UNREADABLE)


def test_tries_become_slow(tmp_path: Path, vaults: Vaults) -> None:
    clock = Clock()
    sealed = again(tmp_path, unlock=False, clock=clock)
    for _ in range(3):
        assert refused(sealed, WRONG) is Code.VAULT_PASSPHRASE
    assert refused(sealed) is Code.VAULT_TRIES, "the right one is not taken either"
    clock.at += 1.5
    assert refused(sealed, WRONG) is Code.VAULT_PASSPHRASE
    clock.at += 1.5
    assert refused(sealed) is Code.VAULT_TRIES, "the wait grows"
    clock.at += 60
    sealed.unlock(PASSPHRASE)
    assert refused(sealed, WRONG) is Code.VAULT_PASSPHRASE, "a good one begins anew"


def test_the_same_passphrase_typed_elsewhere(tmp_path: Path) -> None:
    made = Vaults(tmp_path)
    made.sealed.create(Secret("Grüße an alle hier"))
    Vaults(tmp_path).sealed.unlock(Secret("Gru\u0308ße an alle hier"))


@pytest.mark.parametrize("text", ["", "short", "aaaaaaaaaaaaaaaa", "one\ntwo three four"])
def test_a_poor_passphrase_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(AppError) as caught:
        Vaults(tmp_path).sealed.create(Secret(text))
    assert caught.value.problem.code is Code.SECRET_INVALID
    assert not (tmp_path / "state" / "secrets.sealed").exists()


def test_another_passphrase_locks_out_the_old_one_and_old_keys(tmp_path: Path, vaults: Vaults) -> None:
    vaults.sealed.put(ENTRY, Secret("kept"), 5)
    elsewhere = again(tmp_path)
    vaults.sealed.change_passphrase(WRONG)
    assert vaults.sealed.get(ENTRY, 5) == Secret("kept")
    with pytest.raises(AppError) as caught:
        elsewhere.get(ENTRY, 5)
    assert caught.value.problem.code is Code.VAULT_SEALED, "another process is told to ask again"
    assert refused(elsewhere) is Code.VAULT_PASSPHRASE
    elsewhere.unlock(WRONG)
    assert elsewhere.get(ENTRY, 5) == Secret("kept")


def test_processes_do_not_lose_each_others_secrets(tmp_path: Path, vaults: Vaults) -> None:
    others = [again(tmp_path) for _ in range(3)]

    def write(number: int) -> None:
        for count in range(10):
            others[number].put(access_key_entry(f"AKIA{number}{count:014d}"), Secret(f"{number} {count}"), 5)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(vaults.sealed.names()) == 30


def test_a_full_disk_leaves_the_old_file(vaults: Vaults, monkeypatch: pytest.MonkeyPatch) -> None:
    vaults.sealed.put(ENTRY, Secret("old"), 5)
    before = vaults.place.read()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.catalog.replace.os.fsync", full)
    with pytest.raises(AppError) as caught:
        vaults.sealed.put(ENTRY, Secret("new"), 5)
    assert caught.value.problem.code is Code.FILE_FULL
    monkeypatch.undo()
    assert vaults.place.read() == before
    assert vaults.sealed.get(ENTRY, 5) == Secret("old")


def test_sealing_waits_for_nobody(tmp_path: Path, vaults: Vaults) -> None:
    """Rolecall is locked while a prompt is up: the key is gone at once, and what the prompt brings opens nothing."""
    asked, go = threading.Event(), threading.Event()

    def ask(_refused: object) -> Secret:
        asked.set()
        go.wait(20)
        return PASSPHRASE

    sealed = Vaults(tmp_path, ask=ask).sealed
    thread = threading.Thread(target=lambda: sealed.get(ENTRY, 5))
    thread.start()
    assert asked.wait(20)
    sealed.seal()
    go.set()
    thread.join(20)
    assert not thread.is_alive()
    vaults.sealed.seal()
    assert vaults.sealed.locked


def test_a_person_is_asked_thrice_and_told_why(tmp_path: Path, vaults: Vaults) -> None:
    answers, told = [WRONG, PASSPHRASE], list[object]()

    def ask(problem: object) -> Secret:
        told.append(problem)
        return answers.pop(0)

    sealed = Vaults(tmp_path, ask=ask).sealed
    assert sealed.may_ask(5)
    assert sealed.get(ENTRY, 5) is None
    assert told[0] is None
    assert getattr(told[1], "code", None) is Code.VAULT_PASSPHRASE
    assert not sealed.may_ask(5)


def test_nothing_shows_a_secret(vaults: Vaults) -> None:
    vaults.sealed.put(ENTRY, Secret(CANARY), 5)
    shown = repr(vaults.sealed) + repr(vaults.sealed._opened) + repr(vaults.sealed._read()) + repr(Kdf())
    assert CANARY not in shown
    assert (vaults.sealed._opened or vaults).__class__.__name__ == "Opened"
    assert repr(vaults.sealed._opened and vaults.sealed._opened.key) not in shown


async def test_memory_does_not_keep_what_nobody_can_get_again(tmp_path: Path) -> None:
    vaults = await Vaults(tmp_path, keyring=DictKeyring(), lasts=True).choose(VaultKind.MEMORY)
    with pytest.raises(AppError) as caught:
        vaults.keeper.keep("prod", Secret("x"))
    assert caught.value.problem.code is Code.VAULT_FORGETS
    brief = await Vaults(tmp_path / "..", lasts=False).choose(VaultKind.MEMORY)
    with pytest.raises(AppError) as caught:
        await brief.vault.write(ENTRY, Secret("x"))
    assert caught.value.problem.code is Code.VAULT_FORGETS
    assert undo_entry("prod").service not in await vaults.vault.names()
