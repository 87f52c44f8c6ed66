"""The main job from the command line: keyring, chain over HTTP, credentials file, renewal; real parts all through."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.command_line import CATALOG, HUB, OTHERS, Machine, SharedKeyring, read_until, wait_for
from tests.support.keyring_session import missing_programs

pytestmark = [
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
    pytest.mark.skipif(sys.platform != "linux", reason="gnome-keyring and signals of Linux"),
]

EXPIRES = re.compile(rb"# rolecall (\S+) ([0-9a-f]{8}) expires (\S+)\n")


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
def short_lived(keyring: SharedKeyring) -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name), 6.0, shared=keyring) as one:
        one.set_up()
        yield one


def section(machine: Machine, name: str) -> dict[str, str]:
    """A section as the AWS CLI's own reader has it."""
    from botocore.configloader import raw_config_parse

    return raw_config_parse(str(machine.credentials))[name]


def test_once_delivers_every_auto_profile_and_leaves_every_other_byte(machine: Machine) -> None:
    ran = machine.must("refresh", "--once", "--json")
    rows = {one["name"]: one for one in ran.json["profiles"]}
    assert set(rows) == {"prod", "dev"}
    assert all(one["state"] == "active" and one["valid"] and one["problem"] is None for one in rows.values())
    assert rows["prod"]["arn"] == "arn:aws:sts::123456789012:assumed-role/prod/ana-prod"
    assert rows["prod"]["started_by"] == "auto"
    content = machine.credentials.read_bytes()
    assert content.startswith(OTHERS)
    assert machine.credentials.stat().st_mode & 0o777 == 0o600
    assert machine.identity("prod") == rows["prod"]["arn"]
    assert machine.identity("dev") == rows["dev"]["arn"]
    assert section(machine, "mine")["aws_secret_access_key"] == "abc/def+ghi"
    assert machine.user.secret_access_key.encode() not in content
    markers = {found[1].decode(): found[3].decode() for found in EXPIRES.finditer(content)}
    assert markers == {name: rows[name]["expires_at"] for name in rows}


def test_the_aws_cli_uses_a_section(machine: Machine) -> None:
    machine.must("refresh", "--once", "dev")
    aws = Path(sys.executable).with_name("aws")
    done = subprocess.run(
        [aws, "sts", "get-caller-identity", "--profile", "dev", "--region", "us-east-1"],
        env=machine.environ,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Arn"].endswith("assumed-role/dev/ana-dev")


def test_stop_gives_back_every_byte(machine: Machine) -> None:
    machine.must("refresh", "--once")
    machine.must("stop", "prod", "dev")
    assert machine.credentials.read_bytes() == OTHERS
    ran = machine.must("status", "--json")
    assert ran.json == {"version": 1, "engine": None, "pid": None, "profiles": []}


def test_start_alone_says_that_nothing_renews(machine: Machine) -> None:
    ran = machine.must("start", "main")
    assert ran.out.startswith("prod: active, ")
    assert "Nothing will renew" in ran.err
    status = machine.must("status", "--json", "prod").json
    assert status["engine"] is None
    (row,) = status["profiles"]
    assert (row["name"], row["state"], row["started_by"]) == ("prod", "active", "program")
    assert row["deliveries"] == [
        {"kind": "credentials-file", "target": "prod", "written_at": row["deliveries"][0]["written_at"]}
    ]


def test_a_second_start_calls_nobody(machine: Machine) -> None:
    machine.must("start", "prod")
    calls = len(machine.sts.calls)
    machine.must("start", "prod")
    assert len(machine.sts.calls) == calls


def test_a_start_of_one_leaves_the_other_as_it_is(machine: Machine) -> None:
    machine.must("start", "prod")
    key = section(machine, "prod")["aws_access_key_id"]
    machine.must("start", "dev")
    assert section(machine, "prod")["aws_access_key_id"] == key
    rows = machine.must("status", "--json").json["profiles"]
    assert sorted(one["name"] for one in rows) == ["dev", "prod"]


def test_a_totp_code_is_made_and_never_used_twice(machine: Machine) -> None:
    machine.must("start", "guarded")
    assert machine.identity("guarded").endswith("assumed-role/guarded/ana-guarded")
    codes = [one for one in machine.sts.calls if one.operation == "GetSessionToken"]
    assert len(codes) == 1


def test_refresh_keeps_short_sessions_alive_and_calls_no_more_than_the_schedule(short_lived: Machine) -> None:
    machine = short_lived
    child = machine.begin("refresh")
    read_until(child, "prod active")
    wait_for(lambda: b"[dev]" in machine.credentials.read_bytes(), "dev in the file")
    begin = time.time()
    checks = 0
    while time.time() - begin < 12:
        content = machine.credentials.read_bytes()
        assert content.startswith(OTHERS)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for found in EXPIRES.finditer(content):
            assert found[3].decode() > now, f"{found[1]!r} expired at {found[3]!r}, it is {now}"
            checks += 1
        time.sleep(0.05)
    assert checks > 250
    assert machine.identity("prod").endswith("assumed-role/prod/ana-prod")
    # renewed at half the lifetime: every 3 s
    seconds = time.time() - begin + 2
    for role in ("arn:aws:iam::123456789012:role/prod", "arn:aws:iam::210987654321:role/dev"):
        assert 3 <= machine.sts.count("AssumeRole", role) <= seconds / 3 + 2
    begin = time.monotonic()
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
    assert time.monotonic() - begin < 2
    assert b"[prod]" in machine.credentials.read_bytes()
    assert "Traceback" not in (child.stderr.read().decode() if child.stderr else "")
    assert "ERROR" not in machine.log.read_text()


def test_an_interrupt_ends_it_with_130(machine: Machine) -> None:
    child = machine.begin("refresh", "dev")
    read_until(child, "dev active")
    child.send_signal(signal.SIGINT)
    assert child.wait(10) == 130


def test_sigterm_ends_it_within_two_seconds_while_sts_hangs(machine: Machine) -> None:
    machine.sts.world.delay = 30
    child = machine.begin("refresh", "dev")
    wait_for((machine.folder / "run" / "rolecall" / "control.sock").exists, "the control socket")
    time.sleep(1)
    begin = time.monotonic()
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
    assert time.monotonic() - begin < 2


def test_the_next_refresh_goes_on_without_a_call(machine: Machine) -> None:
    child = machine.begin("refresh")
    read_until(child, "prod active")
    wait_for(lambda: b"[dev]" in machine.credentials.read_bytes(), "dev in the file")
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
    calls = len(machine.sts.calls)
    child = machine.begin("refresh")
    read_until(child, "prod active")
    time.sleep(0.5)
    assert len(machine.sts.calls) == calls
    child.send_signal(signal.SIGTERM)
    child.wait(10)


def test_kill_minus_nine_leaves_a_machine_that_works(machine: Machine) -> None:
    child = machine.begin("refresh")
    read_until(child, "prod active")
    child.kill()
    child.wait(10)
    machine.must("start", "dev")
    machine.must("stop", "--all")
    machine.must("stop", "prod", "dev")
    assert machine.credentials.read_bytes() == OTHERS


def test_commands_go_through_the_running_refresh(machine: Machine) -> None:
    child = machine.begin("refresh", "dev")
    read_until(child, "dev active")
    status = machine.must("status", "--json").json
    assert (status["engine"], status["pid"]) == ("refresh", child.pid)
    ran = machine.must("start", "prod")
    assert "Nothing will renew" not in ran.err
    read_until(child, "prod active")
    machine.must("pause", "--for", "1h")
    assert all(one["paused"] for one in machine.must("status", "--json").json["profiles"])
    machine.must("resume")
    machine.must("lock")
    assert machine.run("start", "dev").code == 4
    assert b"[dev]" not in machine.credentials.read_bytes()
    machine.must("unlock")
    machine.must("start", "dev")
    machine.must("stop", "--all")
    assert machine.credentials.read_bytes() == OTHERS
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0


def test_a_second_refresh_hands_its_names_over_and_takes_over_when_the_first_ends(machine: Machine) -> None:
    first = machine.begin("refresh", "dev")
    read_until(first, "dev active")
    second = machine.begin("refresh", "prod")
    read_until(second, "prod active")
    assert machine.must("status", "--json").json["pid"] == first.pid
    first.send_signal(signal.SIGTERM)
    assert first.wait(10) == 0
    wait_for(lambda: machine.run("status", "--json").json["pid"] == second.pid, "the second to be the engine")
    assert machine.identity("prod")
    second.send_signal(signal.SIGTERM)
    assert second.wait(10) == 0


def test_an_edit_of_the_catalog_is_taken_while_it_runs(machine: Machine) -> None:
    child = machine.begin("refresh", "dev")
    read_until(child, "dev active")
    machine.catalog.write_text(machine.catalog.read_text().replace('"dev"', '"renamed"'))
    wait_for(lambda: b"[renamed]" in machine.credentials.read_bytes(), "the new section", 10)
    wait_for(lambda: b"[dev]" not in machine.credentials.read_bytes(), "the old section to go", 10)
    machine.catalog.write_text("broken = [")
    time.sleep(1.5)
    assert b"[renamed]" in machine.credentials.read_bytes()
    assert machine.run("status").code == 9
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0


def test_default_writes_renews_and_gives_back(machine: Machine) -> None:
    machine.must("default", "dev")
    assert section(machine, "default")["aws_access_key_id"] == section(machine, "dev")["aws_access_key_id"]
    assert 'default = "dev"' in machine.catalog.read_text()
    assert machine.must("default").out == "dev\n"
    assert "# Ana's profiles: this comment stays." in machine.catalog.read_text()
    machine.must("default", "--none")
    assert b"[default]" not in machine.credentials.read_bytes()
    assert "default =" not in machine.catalog.read_text()
    machine.must("stop", "dev")
    assert machine.credentials.read_bytes() == OTHERS


def test_the_secret_is_nowhere_but_in_the_keyring(machine: Machine) -> None:
    child = machine.begin("--debug", "refresh")
    read_until(child, "prod active")
    secret = machine.user.secret_access_key.encode()
    for pid in (child.pid,):
        assert secret not in Path(f"/proc/{pid}/cmdline").read_bytes()
        assert secret not in Path(f"/proc/{pid}/environ").read_bytes()
    child.send_signal(signal.SIGTERM)
    child.wait(10)
    tokens = [section(machine, name)["aws_session_token"].encode() for name in ("prod", "dev")]
    for file in machine.folder.rglob("*"):
        if not file.is_file() or "keyrings" in file.parts:
            continue
        content = file.read_bytes()
        assert secret not in content, file
        if file != machine.credentials:
            assert not any(token in content for token in tokens), file


def test_refresh_runs_without_qt_installed(machine: Machine) -> None:
    program = (
        "import sys\n"
        "for name in ('PySide6', 'shiboken6', 'qasync', 'ui'): sys.modules[name] = None\n"
        "import runpy; sys.argv = ['rolecall', 'refresh', '--once', 'dev']\n"
        f"runpy.run_path({str(Path(__file__).parents[2] / 'rolecall.py')!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=machine.environ, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"[dev]" in machine.credentials.read_bytes()


def test_ambient_credentials_and_profile_never_leak_into_our_calls(machine: Machine) -> None:
    ambient = {
        "AWS_ACCESS_KEY_ID": "AKIAAMBIENT000000001",
        "AWS_SECRET_ACCESS_KEY": "ambient",
        "AWS_SESSION_TOKEN": "ambient",
        "AWS_PROFILE": "mine",
        "AWS_DEFAULT_PROFILE": "no-such",
    }
    ran = machine.run("start", "dev", environ=ambient)
    assert ran.code == 0, ran
    assert {one.key_id for one in machine.sts.calls if hasattr(one, "key_id")} <= {machine.user.access_key_id}


def test_the_environment_names_the_credentials_file(machine: Machine) -> None:
    other = machine.folder / "elsewhere" / "credentials"
    ran = machine.run("start", "dev", environ={"AWS_SHARED_CREDENTIALS_FILE": str(other)})
    assert ran.code == 0, ran
    assert b"[dev]" in other.read_bytes()
    assert machine.credentials.read_bytes() == OTHERS


def test_names_that_follow_each_other_are_all_tried(machine: Machine) -> None:
    ran = machine.run("start", "closed", "no-such", "dev", "--json")
    assert ran.code == 5, ran
    rows = {one["name"]: one for one in ran.json["profiles"]}
    assert rows["dev"]["valid"]
    assert rows["no-such"]["problem"]["code"] == "profile-unknown"
    assert rows["closed"]["problem"]["code"].startswith("access-denied")
    assert machine.run("start", "no-such", "closed").code == 3


def test_hub_is_assumed_once_for_all_behind_it(machine: Machine) -> None:
    text = CATALOG + (
        '\n[profiles.again]\nsource = "acme"\n[[profiles.again.roles]]\nrole_arn = "'
        + HUB
        + '"\nexternal_id = "ext-1"\n'
        '[[profiles.again.roles]]\nrole_arn = "arn:aws:iam::123456789012:role/prod"\nsession_name = "other"\n'
        '[profiles.again.delivery]\ncredentials_file = "again"\n'
    )
    machine.write_catalog(text)
    machine.must("start", "prod", "again")
    assert machine.sts.count("AssumeRole", HUB) == 1
