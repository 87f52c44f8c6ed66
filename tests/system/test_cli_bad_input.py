"""Bad input: each gives the problem with cause, remedy and exit code, and changes nothing."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import CATALOG, OTHERS, Machine, Ran, SharedKeyring
from tests.support.keyring_session import missing_programs

pytestmark = [
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
    pytest.mark.skipif(sys.platform != "linux", reason="gnome-keyring of Linux"),
]


@pytest.fixture(scope="module")
def keyring() -> Iterator[SharedKeyring]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, SharedKeyring(Path(name)) as one:
        yield one


@pytest.fixture
def machine(keyring: SharedKeyring) -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name), shared=keyring) as one:
        one.set_up()
        yield one


@pytest.fixture
def alone() -> Iterator[Machine]:
    """A machine with a keyring of its own, that a test may break."""
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name)) as one:
        yield one


def said(ran: Ran, code: int, *words: str) -> None:
    """The exit code, and one line of cause and one of remedy."""
    assert ran.code == code, ran
    lines = ran.err.rstrip("\n").split("\n")
    assert len(lines) == 2, ran
    assert not lines[0].startswith(" ")
    assert lines[1].startswith("  ")
    for word in words:
        assert word in ran.err, ran
    assert "Traceback" not in ran.err


def unchanged(machine: Machine) -> None:
    assert machine.credentials.read_bytes() == OTHERS


@pytest.mark.parametrize("command", [("status",), ("start", "dev"), ("refresh", "--once")])
def test_a_broken_catalog(machine: Machine, command: tuple[str, ...]) -> None:
    broken = CATALOG + "\n[profiles.oops\n"
    machine.catalog.write_text(broken)
    said(machine.run(*command), 9, "profiles.toml", "ine ")
    assert machine.catalog.read_text() == broken
    unchanged(machine)


def test_saving_into_a_broken_catalog_is_refused(machine: Machine) -> None:
    machine.catalog.write_text("broken = [")
    said(machine.run("profile", "add", "x", "--source", "acme"), 9)
    assert machine.catalog.read_text() == "broken = ["


def test_a_catalog_of_a_newer_version_is_read_and_never_written(machine: Machine) -> None:
    machine.catalog.write_text(machine.catalog.read_text().replace("schema = 1", "schema = 2"))
    before = machine.catalog.read_bytes()
    assert machine.run("start", "dev").code == 0
    ran = machine.run("profile", "edit", "dev", "--group", "x")
    assert ran.code == 9, ran
    assert machine.catalog.read_bytes() == before


def test_one_broken_profile_leaves_the_others_at_work(machine: Machine) -> None:
    machine.catalog.write_text(
        machine.catalog.read_text() + '\n[profiles.odd]\nsource = "acme"\nregion = "no region"\n'
    )
    ran = machine.run("refresh", "--once")
    assert ran.code == 9, ran
    assert "profiles.odd" in ran.err
    assert machine.identity("dev")
    assert machine.run("start", "odd").code == 9


def test_a_broken_credentials_file(machine: Machine) -> None:
    broken = OTHERS + b"\n[mine]\naws_access_key_id = AKIATWICE00000000001\n"
    machine.write_credentials(broken)
    ran = machine.run("start", "dev")
    assert ran.code in (9, 10), ran
    assert "credentials" in ran.err
    assert machine.credentials.read_bytes() == broken


def test_a_section_of_someone_elses_is_a_conflict_until_adopted(machine: Machine) -> None:
    foreign = b"[dev]\naws_access_key_id = AKIASOMEONE000000001\naws_secret_access_key = theirs\n"
    machine.write_credentials(foreign)
    ran = machine.run("start", "dev")
    said(ran, 8, "[dev]", "--adopt")
    assert machine.credentials.read_bytes() == foreign
    assert machine.run("start", "dev", "--adopt").code == 0
    assert b"AKIASOMEONE000000001" not in machine.credentials.read_bytes()
    assert machine.run("stop", "dev").code == 0
    assert machine.credentials.read_bytes() == foreign


def test_a_section_that_the_config_file_shadows(machine: Machine) -> None:
    (machine.folder / ".aws" / "config").write_text(
        "[profile dev]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = y\n"
    )
    said(machine.run("start", "dev"), 8, "role_arn")
    unchanged(machine)


def test_a_refused_role(machine: Machine) -> None:
    said(machine.run("start", "closed"), 5, "closed")
    unchanged(machine)


def test_a_wrong_secret(machine: Machine) -> None:
    machine.user.secret_access_key, right = "wrong" * 8, machine.user.secret_access_key
    try:
        said(machine.run("start", "dev"), 5)
    finally:
        machine.user.secret_access_key = right
    unchanged(machine)


def test_no_network(machine: Machine) -> None:
    ran = machine.run("start", "dev", environ={"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9"})
    said(ran, 6, "127.0.0.1")
    unchanged(machine)


def test_mfa_without_anybody_to_ask(machine: Machine) -> None:
    machine.catalog.write_text(machine.catalog.read_text().replace('mfa = "totp"\n', ""))
    said(machine.run("start", "guarded"), 4, "arn:aws:iam::111122223333:mfa/ana")
    said(machine.run("credentials", "guarded"), 4)
    said(machine.run("refresh", "--once", "guarded"), 4)
    unchanged(machine)


def test_a_line_end_after_the_secret_is_not_part_of_it(alone: Machine) -> None:
    alone.write_catalog()
    alone.must("keys", "set", "acme", stdin=alone.user.secret_access_key + "\r\n")
    alone.must("start", "dev")


def test_no_secret_stored(alone: Machine) -> None:
    alone.write_catalog()
    alone.write_credentials()
    said(alone.run("start", "dev"), 7, "rolecall keys set acme")
    unchanged(alone)


def test_a_locked_keyring(alone: Machine) -> None:
    alone.set_up()
    assert alone.session is not None
    alone.session.lock()
    ran = alone.run("start", "dev")
    said(ran, 7)
    unchanged(alone)


def test_no_keyring_at_all() -> None:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name), keyring=False) as machine:
        machine.write_catalog()
        machine.write_credentials()
        said(machine.run("keys", "set", "acme", stdin="secretsecretsecret"), 7)
        said(machine.run("start", "dev"), 7)
        unchanged(machine)
        assert not list(machine.folder.rglob("*keyring*"))


def test_a_credentials_file_that_its_owner_made_read_only(machine: Machine) -> None:
    machine.credentials.chmod(0o400)
    said(machine.run("start", "dev"), 10)
    unchanged(machine)


def test_a_state_folder_that_is_a_file(machine: Machine) -> None:
    ran = machine.run("start", "dev", environ={"ROLECALL_STATE_DIR": str(machine.credentials)})
    said(ran, 10)
    unchanged(machine)


def test_a_socket_path_too_long(machine: Machine) -> None:
    deep = machine.folder / ("x" * 60) / ("y" * 60)
    ran = machine.run("refresh", "dev", environ={"ROLECALL_RUNTIME_DIR": str(deep)})
    said(ran, 9)
    unchanged(machine)


def test_a_full_disk(machine: Machine) -> None:
    """A file system of its own, too small for the section."""
    mount = machine.folder / "small"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", str(mount)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("may not mount here")
    try:
        small = mount / "credentials"
        small.write_bytes(b"# " + b"x" * 12_000 + b"\n")
        small.chmod(0o600)
        before = small.read_bytes()
        ran = machine.run("start", "dev", environ={"AWS_SHARED_CREDENTIALS_FILE": str(small)})
        said(ran, 10)
        assert small.read_bytes() == before
        assert [one.name for one in mount.iterdir()] == ["credentials"]
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def test_a_command_that_was_not_approved(machine: Machine) -> None:
    text = '\n[sources.ci]\nkind = "process"\ncommand = ["/bin/echo", "hi"]\n[profiles.ci]\nsource = "ci"\n'
    machine.catalog.write_text(machine.catalog.read_text() + text)
    said(machine.run("start", "ci"), 4, "rolecall approve ci")
    machine.must("approve", "ci")
    said(machine.run("start", "ci"), 5)
