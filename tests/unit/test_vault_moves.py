"""Choosing a vault and moving between them: one is in charge, nothing is lost, whatever cuts a move off."""

from pathlib import Path

import pytest

from app.domain.entries import access_key_entry, totp_entry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.domain.vaults import VaultKind, choice_json, parse_choice
from app.vault.desktop import keyring_help
from tests.support.vaults import PASSPHRASE, DictKeyring, Vaults

ENTRIES = [access_key_entry(f"AKIAEXAMPLE{number:07d}") for number in range(4)] + [totp_entry("arn:x:mfa/ana")]
FILE, KEYRING, MEMORY = VaultKind.FILE, VaultKind.KEYRING, VaultKind.MEMORY


async def filled(folder: Path, keyring: DictKeyring) -> Vaults:
    """A keyring with some secrets in charge."""
    vaults = Vaults(folder, keyring=keyring)
    for entry in ENTRIES:
        await vaults.vault.write(entry, Secret(f"secret of {entry.service}"))
    return vaults


async def held(vaults: Vaults) -> dict[str, str]:
    found = {entry.service: await vaults.vault.read(entry) for entry in ENTRIES}
    return {service: secret.reveal() for service, secret in found.items() if secret is not None}


async def test_a_move_there_and_back(tmp_path: Path) -> None:
    keyring = DictKeyring()
    vaults = await filled(tmp_path, keyring)
    everything = await held(vaults)
    moved = await vaults.control.move(FILE, PASSPHRASE)
    assert (moved.source, moved.target, moved.moved, moved.left) == (KEYRING, FILE, 5, ())
    assert keyring.secrets == {}
    assert await held(vaults) == everything
    assert await vaults.vault.names() == tuple(sorted(everything))
    back = await vaults.control.move(KEYRING)
    assert back.moved == 5
    assert await held(vaults) == everything
    assert vaults.place.read() is None, "an empty file with a passphrase that is forgotten stays"
    assert (await vaults.control.report()).kind is KEYRING


@pytest.mark.parametrize("call", range(26))
async def test_a_move_that_fails_anywhere_loses_nothing_and_goes_on(tmp_path: Path, call: int) -> None:
    keyring = DictKeyring()
    vaults = await filled(tmp_path, keyring)
    everything = await held(vaults)
    keyring.fail_at = call
    try:
        await vaults.control.move(FILE, PASSPHRASE)
        ended = True
    except AppError:
        ended = False
    keyring.fail_at = None
    after = Vaults(tmp_path, keyring=keyring)  # the next start
    after.sealed.unlock(PASSPHRASE)
    assert await held(after) == everything, "what is in charge has everything"
    report = await after.control.report()
    assert (report.move is None) == ended
    if not ended:
        assert (await after.control.move(FILE, PASSPHRASE)).left == ()
    assert await held(after) == everything
    assert keyring.secrets == {}
    assert (await after.control.report()).move is None


async def test_what_is_stored_during_a_move_that_was_cut_off_comes_along(tmp_path: Path) -> None:
    keyring = DictKeyring()
    vaults = await filled(tmp_path, keyring)
    keyring.fail_at = 3
    with pytest.raises(AppError):
        await vaults.control.move(FILE, PASSPHRASE)
    keyring.fail_at = None
    late = access_key_entry("AKIALATE00000000001")
    await vaults.vault.write(late, Secret("late"))
    await vaults.vault.write(ENTRIES[0], Secret("replaced"))
    await vaults.control.move(FILE, PASSPHRASE)
    assert await vaults.vault.read(late) == Secret("late")
    assert await vaults.vault.read(ENTRIES[0]) == Secret("replaced")


async def test_a_copy_that_differs_deletes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = DictKeyring()
    vaults = await filled(tmp_path, keyring)
    before = dict(keyring.secrets)
    monkeypatch.setattr(vaults.sealed, "get", lambda entry, seconds: Secret("something else"))
    with pytest.raises(AppError) as caught:
        await vaults.control.move(FILE, PASSPHRASE)
    assert caught.value.problem.code is Code.VAULT_MISMATCH
    assert keyring.secrets == before
    assert vaults.choice.read().kind is KEYRING


async def test_another_process_follows_the_choice(tmp_path: Path) -> None:
    keyring = DictKeyring()
    one, two = await filled(tmp_path, keyring), Vaults(tmp_path, keyring=keyring)
    await one.control.move(FILE, PASSPHRASE)
    with pytest.raises(AppError) as caught:
        await two.vault.read(ENTRIES[0])
    assert caught.value.problem.code is Code.VAULT_SEALED
    await two.control.unlock(PASSPHRASE)
    assert len(await held(two)) == 5


async def test_secrets_are_not_left_behind_unless_told(tmp_path: Path) -> None:
    vaults = await filled(tmp_path, DictKeyring())
    with pytest.raises(AppError) as caught:
        await vaults.control.choose(FILE, PASSPHRASE)
    assert caught.value.problem.code is Code.VAULT_HOLDS
    await vaults.control.choose(FILE, PASSPHRASE, leave=True)
    assert await held(vaults) == {}
    await vaults.control.choose(KEYRING)
    assert len(await held(vaults)) == 5


async def test_memory_is_moved_to_a_place_that_lasts_and_never_the_other_way(tmp_path: Path) -> None:
    vaults = Vaults(tmp_path, lasts=True)
    await vaults.control.choose(MEMORY)
    await vaults.vault.write(ENTRIES[0], Secret("typed"))
    with pytest.raises(AppError) as caught:
        await vaults.control.choose(KEYRING)
    assert caught.value.problem.code is Code.VAULT_HOLDS
    assert (await vaults.control.move(KEYRING)).moved == 1
    assert await vaults.vault.read(ENTRIES[0]) == Secret("typed")
    with pytest.raises(AppError) as caught:
        await vaults.control.move(MEMORY)
    assert caught.value.problem.code is Code.VAULT_FORGETS


async def test_without_a_keyring_the_advice_fits_the_machine(tmp_path: Path) -> None:
    keyring = DictKeyring()
    keyring.gone = True
    vaults = Vaults(tmp_path, keyring=keyring)
    with pytest.raises(AppError) as caught:
        await vaults.vault.check()
    assert caught.value.problem.arguments["help"] == "help-server"
    assert (await vaults.control.report()).problem == caught.value.problem


def test_a_choice_that_cannot_be_read_is_not_taken_for_the_keyring(tmp_path: Path) -> None:
    for value in ({"version": 1, "vault": "plain"}, {"version": 9, "vault": "file"}, {"version": 1}):
        with pytest.raises(AppError) as caught:
            parse_choice(value)
        assert caught.value.problem.code is Code.VALUE_CHOICE
    assert parse_choice({}).kind is KEYRING
    for value in ({"version": 1, "vault": "file"},):
        assert choice_json(parse_choice(value)) == value


@pytest.mark.parametrize(
    ("environ", "programs", "files", "key"),
    [
        ({"DISPLAY": ":0", "XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}, "gnome-keyring-daemon", "", "help-gnome"),
        ({"WAYLAND_DISPLAY": "w", "XDG_CURRENT_DESKTOP": "XFCE"}, "", "", "help-gnome-install"),
        ({"DISPLAY": ":0", "XDG_CURRENT_DESKTOP": "KDE"}, "ksecretd", "", "help-kde"),
        ({"DISPLAY": ":0", "XDG_CURRENT_DESKTOP": "KDE"}, "gnome-keyring-daemon", "", "help-kde-install"),
        ({"DISPLAY": ":0", "XDG_CURRENT_DESKTOP": "i3"}, "gnome-keyring-daemon", "", "help-bare"),
        ({"WAYLAND_DISPLAY": "w", "XDG_CURRENT_DESKTOP": "sway"}, "keepassxc", "", "help-keepassxc"),
        ({"DISPLAY": ":0"}, "", "", "help-bare-install"),
        ({"SSH_CONNECTION": "1 2 3 4"}, "gnome-keyring-daemon", "", "help-ssh"),
        ({}, "", "", "help-server"),
        ({"DISPLAY": ":0"}, "", "run/.containerenv", "help-container"),
        ({"container": "oci"}, "", "", "help-container"),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "x"}, "", "proc/sys/kernel/osrelease", "help-wsl"),
    ],
)
def test_what_would_help_here(tmp_path: Path, environ: dict[str, str], programs: str, files: str, key: str) -> None:
    if files:
        path = tmp_path / files
        path.parent.mkdir(parents=True)
        path.write_text("6.6.87.2-microsoft-standard-WSL2\n")
    assert keyring_help(environ, "linux", tmp_path, lambda name: name if name == programs else None) == key
