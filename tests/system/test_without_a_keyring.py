"""A machine without a keyring, as a person meets it: told what helps, a choice, a passphrase, moves."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import PROGRAM, Machine, Ran, read_until, wait_for
from tests.support.keyring_session import missing_programs
from tests.system.test_cli_terminal import TerminalRun

pytestmark = [
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
    pytest.mark.skipif(sys.platform != "linux", reason="terminals and signals of Linux"),
]
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def bare() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name), keyring=False) as one:
        one.write_catalog()
        one.write_credentials()
        yield one


def sealed(bare: Machine) -> None:
    """The secrets file in charge, with the user's key in it."""
    bare.must("vault", "use", "file", "--passphrase-fd", "0", stdin=PASSPHRASE + "\n")
    ran = with_descriptor(bare, "keys", "set", "acme", "--passphrase-fd", "{fd}", stdin=bare.user.secret_access_key)
    assert ran.code == 0, ran


def with_descriptor(bare: Machine, *arguments: str, stdin: str = "") -> Ran:
    """Run a command with the passphrase in a pipe of its own."""
    import subprocess

    read, write = os.pipe()
    os.write(write, PASSPHRASE.encode())
    os.close(write)
    done = subprocess.run(
        [*PROGRAM, *(one.replace("{fd}", str(read)) for one in arguments)],
        input=stdin.encode(),
        env=bare.environ,
        cwd=bare.folder,
        capture_output=True,
        timeout=60,
        check=False,
        start_new_session=True,
        pass_fds=[read],
    )
    os.close(read)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_no_keyring_is_told_with_what_helps(bare: Machine) -> None:
    ran = bare.run("keys", "set", "acme", stdin=bare.user.secret_access_key)
    assert ran.code == 7, ran
    assert "rolecall vault use file" in ran.err
    assert "rolecall vault use memory" in ran.err
    status = bare.run("vault", "status", "--json")
    assert status.json["vault"] == "keyring"
    assert status.json["problem"]["arguments"]["help"].startswith("help-")
    assert "rolecall vault use file" in bare.run("doctor", "--offline").out
    assert not list(bare.folder.rglob("secrets.sealed")), "chosen silently"


def test_a_server_with_a_secrets_file(bare: Machine) -> None:
    sealed(bare)
    assert bare.run("start", "dev").code == 7, "nobody is there to give the passphrase"
    secret = bare.user.secret_access_key.encode()
    assert not [path for path in bare.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    child = bare.begin("refresh", "dev")
    wait_for(lambda: "vault-sealed" in bare.run("status", "--json").out, "the wait for a passphrase")
    wrong = bare.run("unlock", "--passphrase-fd", "0", stdin="something else entirely")
    assert wrong.code == 7, wrong
    assert "another one" in wrong.err
    bare.must("unlock", "--passphrase-fd", "0", stdin=PASSPHRASE)
    wait_for(lambda: b"[dev]" in bare.credentials.read_bytes(), "the session after unlock")
    assert ":assumed-role/dev/" in bare.identity("dev")
    bare.must("keys", "set", "acme", stdin=bare.user.secret_access_key)  # by way of the one that has it open
    assert bare.run("vault", "status", "--json").json["secrets"] == 1
    found = bare.run("doctor", "--offline", "--json").json["findings"]
    assert [one["code"] for one in found if one["subject"] == "keyring"] == [], "it is open where it is needed"
    assert any(one["code"] == "vault-no-entry" for one in found), "the MFA seed is not there"
    assert not [path for path in bare.folder.rglob("*") if path.is_file() and PASSPHRASE.encode() in path.read_bytes()]
    for name in ("cmdline", "environ"):
        assert PASSPHRASE.encode() not in Path(f"/proc/{child.pid}/{name}").read_bytes()
    bare.must("lock")
    bare.must("unlock", "--passphrase-fd", "0", stdin=PASSPHRASE)


def test_refresh_takes_the_passphrase_from_standard_input(bare: Machine) -> None:
    sealed(bare)
    ran = bare.run("refresh", "--once", "dev", "--passphrase-fd", "0", stdin=PASSPHRASE + "\n")
    assert ran.code == 0, ran
    assert b"[dev]" in bare.credentials.read_bytes()


def test_a_person_at_a_terminal_is_asked_once(bare: Machine) -> None:
    sealed(bare)
    run = TerminalRun(bare, "start", "dev")
    run.until("Passphrase of the secrets file")
    os.write(run.master, b"not this one at all\n")
    run.until("another one")
    run.until("unlock\r\nPassphrase of the secrets file")  # what is typed before is thrown away
    os.write(run.master, PASSPHRASE.encode() + b"\n")
    assert run.child.wait(60) == 0, run.shown
    assert PASSPHRASE not in run.shown
    assert b"[dev]" in bare.credentials.read_bytes()


def test_memory_lives_in_the_running_rolecall(bare: Machine) -> None:
    bare.must("vault", "use", "memory")
    ran = bare.run("keys", "set", "acme", stdin=bare.user.secret_access_key)
    assert ran.code == 7, "it would be lost with the command"
    assert "would be lost" in ran.err
    child = bare.begin("refresh", "dev")
    wait_for(lambda: bare.run("status", "--json").out.count("vault-no-entry") > 0, "the wait for the secret")
    bare.must("keys", "set", "acme", stdin=bare.user.secret_access_key)
    wait_for(lambda: b"[dev]" in bare.credentials.read_bytes(), "the session")
    secret = bare.user.secret_access_key.encode()
    assert not [path for path in bare.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    bare.must("vault", "move", "file", "--passphrase-fd", "0", stdin=PASSPHRASE)
    assert bare.run("vault", "status", "--json").json["vault"] == "file"
    child.terminate()
    read_until(child, "") if child.poll() is None else None
    assert child.wait(20) == 0
    ran = bare.run("refresh", "--once", "dev", "--passphrase-fd", "0", stdin=PASSPHRASE)
    assert ran.code == 0, ran


def test_from_the_keyring_to_a_file_and_back(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name)) as one:
        one.set_up()
        assert "2" in one.must("vault", "move", "file", "--passphrase-fd", "0", stdin=PASSPHRASE).out
        assert one.run("refresh", "--once", "dev", "--passphrase-fd", "0", stdin=PASSPHRASE).code == 0
        one.must("vault", "move", "keyring", "--passphrase-fd", "0", stdin=PASSPHRASE)
        assert not list(one.folder.rglob("secrets.sealed"))
        assert one.must("keys", "show", "acme").out.count("not stored") == 0
        one.must("start", "dev")


def test_another_passphrase(bare: Machine) -> None:
    sealed(bare)
    run = TerminalRun(bare, "vault", "passphrase")
    for asked, typed in (("Passphrase of", PASSPHRASE), ("New passphrase", "another one, and long"), ("again", "")):
        run.until(asked)
        os.write(run.master, (typed or "another one, and long").encode() + b"\n")
    assert run.child.wait(60) == 0, run.shown
    assert "another one" not in run.shown
    assert bare.run("refresh", "--once", "dev", "--passphrase-fd", "0", stdin=PASSPHRASE).code == 7
    assert bare.run("refresh", "--once", "dev", "--passphrase-fd", "0", stdin="another one, and long").code == 0
