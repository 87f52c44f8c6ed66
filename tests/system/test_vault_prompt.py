"""A locked keyring on a real desktop: its own prompt comes up once, a person answers it, the call goes on."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.entries import access_key_entry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.engine.offload import ThreadOffload
from app.vault.index import VaultIndex
from app.vault.keyring_vault import KeyringVault
from app.vault.secret_service import SecretService
from tests.contract.test_vault_contract import DictState
from tests.support.desktop import Desktop, missing_programs, wait_for

ENTRY = access_key_entry("AKIAEXAMPLE0000001")
PASSWORD = "only-for-the-tests"  # that of the desktop's keyring


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    with Desktop(tmp_path, tray=False) as opened:
        yield opened


def xdotool(desktop: Desktop, *arguments: str) -> str:
    done = subprocess.run(
        ["xdotool", *arguments], env=desktop.environ, capture_output=True, text=True, timeout=20, check=False
    )
    return done.stdout


def lock(desktop: Desktop) -> None:
    send = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]
    subprocess.run(
        [*send, "org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"],
        env=desktop.environ,
        capture_output=True,
        timeout=20,
        check=True,
    )


def prompts(desktop: Desktop) -> list[str]:
    return xdotool(desktop, "search", "--onlyvisible", "--name", "Unlock Login Keyring").split()


async def vault_with_a_locked_secret(desktop: Desktop) -> KeyringVault:
    backend = SecretService(desktop.environ)
    # a machine's time is far too short for a person: a prompt must get the longer one
    vault = KeyringVault(backend, ThreadOffload(), VaultIndex(DictState()), seconds=3, asking_seconds=60)
    await vault.write(ENTRY, Secret("x"))
    lock(desktop)
    with pytest.raises(AppError) as caught:
        await vault.check()
    assert caught.value.problem.code is Code.VAULT_LOCKED
    assert prompts(desktop) == [], "looking asks no one"
    return vault


async def test_the_right_password_lets_every_waiting_call_go_on(desktop: Desktop) -> None:
    vault = await vault_with_a_locked_secret(desktop)
    waiting = [asyncio.ensure_future(vault.read(ENTRY)) for _ in range(4)]
    window = (await asyncio.to_thread(wait_for, "the prompt", lambda: prompts(desktop) or None))[0]
    await asyncio.sleep(3.5)  # longer than a machine would get
    assert len(prompts(desktop)) == 1
    assert not any(one.done() for one in waiting)
    xdotool(desktop, "windowfocus", "--sync", window, "type", "--delay", "20", PASSWORD)
    xdotool(desktop, "key", "Return")
    assert await asyncio.wait_for(asyncio.gather(*waiting), 20) == [Secret("x")] * 4
    assert prompts(desktop) == []


async def test_a_dismissed_prompt_is_a_locked_keyring_and_comes_once(desktop: Desktop) -> None:
    vault = await vault_with_a_locked_secret(desktop)
    waiting = [asyncio.ensure_future(vault.read(ENTRY)) for _ in range(4)]
    window = (await asyncio.to_thread(wait_for, "the prompt", lambda: prompts(desktop) or None))[0]
    xdotool(desktop, "windowfocus", "--sync", window, "key", "Escape")
    results = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 20)
    assert [one.problem.code for one in results if isinstance(one, AppError)] == [Code.VAULT_LOCKED] * 4
    end = time.monotonic() + 1
    while time.monotonic() < end:
        assert prompts(desktop) == [], "a second prompt"
        await asyncio.sleep(0.1)
