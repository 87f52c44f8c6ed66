"""import on a machine: a real keyring, a strict STS, and programs that go on finding their profiles."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import DEV, HUB, Machine
from tests.support.keyring_session import missing_programs

pytestmark = pytest.mark.skipif(bool(missing_programs()), reason=f"missing: {missing_programs()}")


@pytest.fixture
def machine() -> Iterator[Machine]:
    folder = Path(tempfile.mkdtemp(prefix="rc-"))
    with Machine(folder) as one:
        yield one
    shutil.rmtree(folder, ignore_errors=True)


def files(machine: Machine) -> tuple[str, str]:
    user = machine.user
    config = f"[profile dev]\nrole_arn = {DEV}\nsource_profile = acme\n\n[profile acme]\nregion = us-east-1\n"
    config += f"[profile hub]\nrole_arn = {HUB}\nsource_profile = acme\nexternal_id = ext-1\n"
    secret = f"aws_secret_access_key = {user.secret_access_key}\n"
    credentials = f"# mine\n[acme]\naws_access_key_id = {user.access_key_id}\n{secret}"
    machine.write_credentials(credentials.encode())
    path = machine.credentials.with_name("config")
    path.write_text(config)
    path.chmod(0o600)
    return config, credentials


def test_what_was_imported_starts(machine: Machine) -> None:
    files(machine)
    plan = machine.must("import", "--dry-run", "--json").json
    assert set(plan["profiles"]) == {"acme", "dev", "hub"}
    machine.must("import")
    machine.must("start", "dev", "hub")
    assert ":assumed-role/dev/" in machine.identity("dev-session")
    assert ":assumed-role/hub/" in machine.identity("hub-session")
    before = machine.catalog.read_bytes()
    machine.must("import")
    assert machine.catalog.read_bytes() == before


def test_a_key_leaves_and_those_that_stand_on_it_go_on(machine: Machine) -> None:
    config, credentials = files(machine)
    machine.must("import", "--take-over", "acme")
    secret = machine.user.secret_access_key
    assert secret not in machine.credentials.read_text()
    state = machine.folder / ".local" / "state" / "rolecall"
    assert all(secret.encode() not in file.read_bytes() for file in state.rglob("*") if file.is_file())
    # by botocore alone: dev names acme, whose line asks Rolecall
    assert ":assumed-role/dev/" in machine.identity("dev")
    machine.must("undo")
    assert machine.credentials.read_text() == credentials
    assert ":assumed-role/dev/" in machine.identity("dev")
    assert config.splitlines()[0] in machine.credentials.with_name("config").read_text()
