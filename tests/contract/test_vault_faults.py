"""gnome-keyring killed, halted, locked and gone: every call ends, says what is wrong, and works again after."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.entries import access_key_entry
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.engine.offload import ThreadOffload
from app.vault.index import VaultIndex
from app.vault.keeper import VaultKeeper
from app.vault.keyring_vault import KeyringVault
from app.vault.secret_service import SecretService, session_bus
from tests.contract.test_vault_contract import DictState
from tests.support.keyring_session import KeyringSession, missing_programs

ENTRY = access_key_entry("AKIAEXAMPLE0000001")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[KeyringSession]:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    with KeyringSession(tmp_path) as opened:
        yield opened


def vault_of(session: KeyringSession, seconds: float = 10) -> KeyringVault:
    backend = SecretService(session.environ)
    return KeyringVault(backend, ThreadOffload(), VaultIndex(DictState()), seconds=seconds, asking_seconds=seconds)


async def problem_of(vault: KeyringVault) -> Problem:
    with pytest.raises(AppError) as caught:
        await vault.read(ENTRY)
    return caught.value.problem


async def test_a_killed_keyring_comes_back_locked_and_is_no_hang(session: KeyringSession) -> None:
    vault = vault_of(session)
    await vault.write(ENTRY, Secret("x"))
    session.kill()
    assert (await problem_of(vault)).code is Code.VAULT_LOCKED
    session.unlock()
    assert await vault.read(ENTRY) == Secret("x")


async def test_a_keyring_that_many_tests_share_is_there_for_the_next(session: KeyringSession) -> None:
    vault = vault_of(session)
    await vault.write(ENTRY, Secret("x"))
    before = session.pid()
    session.keep_unlocked()
    assert session.pid() == before
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert (await problem_of(vault)).code is Code.VAULT_LOCKED
    session.keep_unlocked()
    assert await vault.read(ENTRY) == Secret("x")


async def test_a_keyring_killed_in_the_middle_of_a_call(session: KeyringSession) -> None:
    vault = vault_of(session)
    await vault.write(ENTRY, Secret("x"))
    session.stop()
    waiting = asyncio.ensure_future(problem_of(vault))
    await asyncio.sleep(0.3)
    session.kill()
    assert (await waiting).code is Code.VAULT_LOCKED, "the call went on with the keyring that the bus started"
    session.unlock()
    assert await vault.read(ENTRY) == Secret("x")


async def test_a_halted_bus_ends_at_our_deadline(session: KeyringSession) -> None:
    vault = vault_of(session, seconds=2)
    await vault.check()
    session.stop_bus()
    started = time.monotonic()
    assert (await problem_of(vault)).code is Code.VAULT_HANGS
    assert time.monotonic() - started < 3
    session.go_on_bus()
    await vault.check()


async def test_a_halted_keyring_ends_at_our_deadline_and_recovers(session: KeyringSession) -> None:
    vault = vault_of(session, seconds=1.2)
    await vault.write(ENTRY, Secret("x"))
    before = threading.active_count()
    session.stop()
    started = time.monotonic()
    for _ in range(6):  # more than the pool would abandon: the back end itself gives up in time
        assert (await problem_of(vault)).code is Code.VAULT_HANGS
    assert time.monotonic() - started < 6 * 1.2 + 1
    assert threading.active_count() <= before
    session.go_on()
    assert await vault.read(ENTRY) == Secret("x")


async def test_the_loop_goes_on_while_the_keyring_hangs(session: KeyringSession) -> None:
    vault = vault_of(session, seconds=1.2)
    await vault.check()
    session.stop()
    longest, last = 0.0, time.monotonic()
    waiting = asyncio.ensure_future(problem_of(vault))
    while not waiting.done():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    session.go_on()
    assert (await waiting).code is Code.VAULT_HANGS
    assert longest < 0.25


async def test_locked_without_a_prompter(session: KeyringSession) -> None:
    vault = vault_of(session)
    await vault.write(ENTRY, Secret("x"))
    session.lock()
    with pytest.raises(AppError) as caught:
        await vault.check()
    assert caught.value.problem.code is Code.VAULT_LOCKED
    with pytest.raises(AppError) as caught:
        await vault.write(ENTRY, Secret("y"))
    assert caught.value.problem.code is Code.VAULT_LOCKED
    assert (await problem_of(vault)).code is Code.VAULT_LOCKED
    session.unlock()
    assert await vault.read(ENTRY) == Secret("x"), "the refused write changed nothing"


async def test_the_bus_is_gone(session: KeyringSession) -> None:
    vault = vault_of(session)
    await vault.check()
    session.end_bus()
    problem = await problem_of(vault)
    assert problem.code is Code.VAULT_NONE
    assert problem.arguments["reason"] == "no-session-bus"


def test_a_bus_without_a_keyring(tmp_path: Path) -> None:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    # a bus that knows no service at all
    configuration = tmp_path / "bus.conf"
    configuration.write_text(
        "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
        '<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>'
        '<allow own="*"/></policy></busconfig>'
    )
    bus = subprocess.Popen(
        ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address=1"], stdout=subprocess.PIPE
    )
    try:
        assert bus.stdout is not None
        address = bus.stdout.readline().decode().strip()
        with pytest.raises(AppError) as caught:
            SecretService({"DBUS_SESSION_BUS_ADDRESS": address}).check(5)
        assert caught.value.problem.code is Code.VAULT_NONE
        assert caught.value.problem.arguments["reason"] == "no-secret-service"
    finally:
        bus.kill()
        bus.wait(10)
        if bus.stdout:
            bus.stdout.close()


@pytest.mark.parametrize(
    "address", [None, "", "garbage", "tcp:host=127.0.0.1,port=9", "unix:path=/nowhere/bus", "autolaunch:"]
)
def test_no_address_or_one_that_is_none(address: str | None) -> None:
    environ = {} if address is None else {"DBUS_SESSION_BUS_ADDRESS": address}
    with pytest.raises(AppError) as caught:
        SecretService(environ).get(ENTRY, 5)
    assert caught.value.problem.code is Code.VAULT_NONE
    assert caught.value.problem.arguments["reason"] == "no-session-bus"


def test_a_bus_in_the_runtime_folder_is_found(session: KeyringSession, tmp_path: Path) -> None:
    """As a systemd session has it, where the variable is not set (cron, ssh)."""
    path = session.environ["DBUS_SESSION_BUS_ADDRESS"].split("path=", 1)[1].split(",")[0]
    runtime = tmp_path / "other"
    runtime.mkdir()
    (runtime / "bus").symlink_to(path)
    environ = {"XDG_RUNTIME_DIR": str(runtime)}
    assert session_bus(environ) == f"unix:path={runtime / 'bus'}"
    SecretService(environ).check(5)
    (runtime / "bus").unlink()
    (runtime / "bus").write_text("no socket")
    assert session_bus(environ) is None


def test_the_keeper_ends_too(session: KeyringSession) -> None:
    keeper = VaultKeeper(SecretService(session.environ), VaultIndex(DictState()), seconds=1, asking_seconds=1)
    keeper.keep("prod", Secret("x"))
    session.stop()
    started = time.monotonic()
    with pytest.raises(AppError) as caught:
        keeper.give_back("prod")
    assert caught.value.problem.code is Code.VAULT_HANGS
    assert time.monotonic() - started < 2
    session.go_on()
    assert keeper.give_back("prod") == Secret("x")


HOSTILE = """
import os
open(os.environ["PWNED"], "w").close()
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 99
    def get_password(self, service, username): return "stolen"
    def set_password(self, service, username, password): open(os.environ["PWNED"], "w").write(password)
    def delete_password(self, service, username): pass
"""
PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[1])
from app.domain.entries import access_key_entry
from app.domain.secret import Secret
from app.vault.system import system_backend
backend = system_backend(os.environ)
entry = access_key_entry("AKIAEXAMPLE0000001")
backend.put(entry, Secret(sys.stdin.read()), 10)
found = backend.get(entry, 10)
print(found.reveal() if found else None, "keyring" in sys.modules)
"""


def test_neither_configuration_nor_environment_leads_elsewhere(session: KeyringSession, tmp_path: Path) -> None:
    evil, marker = tmp_path / "evil", tmp_path / "pwned"
    evil.mkdir()
    (evil / "evilring.py").write_text(HOSTILE)
    for folder in (".config/python_keyring", ".local/share/python_keyring"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "keyringrc.cfg").write_text(
            f"[backend]\ndefault-keyring=evilring.Keyring\nkeyring-path={evil}\n"
        )
    environ = session.environ | {
        "PWNED": str(marker),
        "PYTHON_KEYRING_BACKEND": "evilring.Keyring",
        "KEYRING_PROPERTY_SCHEME": "KeePassXC",
        "KEYRING_PROPERTY_APPID": "evil",
        "PYTHONPATH": str(evil),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT)],
        env=environ,
        input=b"canary",
        capture_output=True,
        timeout=60,
        check=False,
        cwd=os.sep,
    )
    assert done.stdout.decode().split() == ["canary", "False"], done.stderr.decode()
    assert not marker.exists()
    assert SecretService(session.environ).get(ENTRY, 5) == Secret("canary")


class StrangeService(threading.Thread):
    """A Secret Service that answers every call with one error, but opens unencrypted sessions if told to."""

    def __init__(self, address: str, error: str, *, plain: bool) -> None:
        super().__init__(daemon=True)
        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import Proxy, open_dbus_connection

        self._error = error
        self._plain = plain
        self._connection = open_dbus_connection(address)
        Proxy(message_bus, self._connection).RequestName("org.freedesktop.secrets")
        self._end = time.monotonic() + 30

    def close(self) -> None:
        self._end = 0
        self.join(10)
        self._connection.close()

    def run(self) -> None:
        from jeepney import HeaderFields, MessageType, new_error, new_method_return

        while time.monotonic() < self._end:
            try:
                call = self._connection.receive(timeout=0.2)
            except TimeoutError:
                continue
            except OSError:
                return
            if call.header.message_type is not MessageType.method_call:
                continue
            opens = call.header.fields.get(HeaderFields.member) == "OpenSession"
            if opens and self._plain and call.body[0] == "plain":
                answer = new_method_return(call, "vo", (("s", ""), "/org/freedesktop/secrets/session/1"))
            elif opens and self._plain:
                answer = new_error(call, "org.freedesktop.DBus.Error.NotSupported")
            else:
                answer = new_error(call, self._error, "s", ("canary text",))
            self._connection.send(answer)


@pytest.mark.parametrize(
    ("error", "plain", "code", "reason"),
    [
        ("org.example.Broken", True, Code.VAULT_INSECURE, None),
        ("org.example.Broken", False, Code.VAULT_FAILED, "org.example.Broken"),
        ("org.freedesktop.Secret.Error.IsLocked", False, Code.VAULT_LOCKED, None),
    ],
)
def test_a_strange_secret_service(tmp_path: Path, error: str, plain: bool, code: Code, reason: str | None) -> None:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    with KeyringSession(tmp_path, keyring=False) as bus:
        service = StrangeService(bus.environ["DBUS_SESSION_BUS_ADDRESS"], error, plain=plain)
        service.start()
        with pytest.raises(AppError) as caught:
            SecretService(bus.environ).put(ENTRY, Secret("canary"), 5)
        service.close()
    problem = caught.value.problem
    assert problem.code is code
    assert problem.arguments.get("reason") == reason
    assert "canary" not in repr(problem)
