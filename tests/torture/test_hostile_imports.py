"""Hostile AWS files and catalogs: nothing runs unapproved, nothing is written elsewhere, everything ends in time."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.command_line import PROGRAM, Machine, Ran
from tests.torture.conftest import BOTH, Row

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform != "linux", reason="watches system calls"),
]
STRACE = shutil.which("strace")
ROLE = "arn:aws:iam::123456789012:role/x"
GIB = 1024**3


@pytest.fixture
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name), keyring=False) as one:
        (one.folder / ".aws").mkdir(mode=0o700)
        yield one


def config(machine: Machine, text: str) -> None:
    path = machine.folder / ".aws" / "config"
    path.write_text(text)
    path.chmod(0o600)


def traced(machine: Machine, *arguments: str) -> tuple[Ran, list[str]]:
    """Run a command; which programs it and its children started, the interpreter itself left out."""
    log = machine.folder / "execve"
    begin = [STRACE or "strace", "-f", "-e", "trace=execve", "-s", "300", "-o", str(log)]
    done = subprocess.run(
        [*begin, *PROGRAM, *arguments], env=machine.environ, cwd=machine.folder, input=b"",
        capture_output=True, timeout=240, check=False, start_new_session=True,
    )  # fmt: skip
    started = [line for line in log.read_text().splitlines() if "execve(" in line and " = 0" in line]
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode()), started[1:]


def commands(marker: Path) -> list[str]:
    """Ways to have a command run."""
    touch = shutil.which("touch") or "/usr/bin/touch"
    return [f"{touch} {marker}", f"sh -c '{touch} {marker}'", f"{touch} {marker}; true", f"$({touch} {marker})"]


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize("sections", [20, pytest.param(2000, marks=pytest.mark.torture)])
def test_commands_in_aws_files_do_not_run(machine: Machine, sections: int, row: Row) -> None:
    marker = machine.folder / "ran"
    ways = commands(marker)
    config(
        machine,
        "".join(f"[profile p{n}]\ncredential_process = {ways[n % len(ways)]}\n" for n in range(sections))
        + f"[profile t]\nweb_identity_token_file = /etc/shadow\nrole_arn = {ROLE}\n"
        + f"[profile pager]\ncli_pager = {ways[0]}\n[plugins]\nevil = {machine.folder}\n"
        + "[profile ../../../etc/x]\nregion = x\n[profile a\\nb]\nregion = x\n",
    )
    runs = [("import", "--all"), ("start", "p0")]
    if sections > 1000:
        runs += [("import", "--dry-run"), ("refresh", "--once", "p1"), ("doctor", "--offline")]
    started: list[str] = []
    for arguments in runs:
        ran, programs = traced(machine, *arguments)
        assert "Traceback" not in ran.err, ran
        started += programs
    assert not marker.exists()
    row("imports", f"{sections} sections with commands, {len(runs)} commands of ours: {len(started)} programs started")
    assert started == []


@BOTH
@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
def test_commands_in_a_catalog_do_not_run(machine: Machine, row: Row, run: str) -> None:
    marker = machine.folder / "ran"
    touch = shutil.which("touch") or "/usr/bin/touch"
    argv = f'["{touch}", "{marker}"]'
    machine.write_catalog(
        f'schema = 1\n[sources.a]\nkind = "process"\ncommand = {argv}\n'
        f'[sources.b]\nkind = "access-keys"\naccess_key_id = "AKIAEXAMPLE0000001"\n'
        f'mfa_serial = "arn:aws:iam::111122223333:mfa/ana"\nmfa = "command"\n'
        f"mfa_command = {argv}\nmfa_unattended = true\n"
        f'[sources.c]\nkind = "web-identity-token"\ntoken_command = {argv}\n'
        '[profiles.pa]\nsource = "a"\nstart = "auto"\n[profiles.pa.delivery]\ncredentials_file = "pa"\n'
        f'[profiles.pb]\nsource = "b"\nstart = "auto"\n[[profiles.pb.roles]]\nrole_arn = "{ROLE}"\nmfa = true\n'
        '[profiles.pb.delivery]\ncredentials_file = "pb"\n'
        f'[profiles.pc]\nsource = "c"\nstart = "auto"\n[[profiles.pc.roles]]\nrole_arn = "{ROLE}"\n'
        '[profiles.pc.delivery]\ncredentials_file = "pc"\n'
        '[profiles."../../up"]\nsource = "a"\n[profiles."new\\nline"]\nsource = "a"\n'
        '[profiles."x]\\n[default"]\nsource = "a"\n'
    )
    started: list[str] = []
    runs = [("refresh", "--once"), ("start", "pa", "pb", "pc")]
    runs += [("list",), ("doctor", "--offline"), ("env", "pa")] if run == "torture" else []
    for arguments in runs:
        ran, programs = traced(machine, *arguments)
        assert "Traceback" not in ran.err, ran
        started += programs
    assert not marker.exists()
    assert not list(machine.folder.parent.glob("up*"))
    row(
        "imports",
        f"a catalog with commands in each place, {len(runs)} commands of ours: {len(started)} programs started",
    )
    assert started == []


def grow(path: Path, size: int) -> None:
    """A file of such a size that takes no space."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(size)
    path.chmod(0o600)


def chain(depth: int, section: Callable[[int], str]) -> str:
    return "".join(section(n) for n in range(depth))


@pytest.mark.parametrize("depth", [300, pytest.param(10_000, marks=pytest.mark.torture)])
def test_what_is_huge_or_deep_ends_in_time(machine: Machine, depth: int, row: Row) -> None:
    times: dict[str, float] = {}

    def timed(what: str, *arguments: str) -> None:
        since = time.monotonic()
        ran = machine.run(*arguments, seconds=200)
        times[what] = time.monotonic() - since
        assert "Traceback" not in ran.err, ran
        assert ran.code in (0, 1, 5, 9, 10), ran

    hop = "[profile p{0}]\nsource_profile = p{1}\nrole_arn = arn:aws:iam::123456789012:role/r{0}\n"
    config(machine, chain(depth, lambda n: hop.format(n, n + 1)) + f"[profile p{depth}]\nregion = eu-west-1\n")
    timed("deep config", "import", "--dry-run", "--json")
    config(machine, chain(depth, lambda n: hop.format(n, (n + 1) % depth)))
    timed("ring", "import", "--dry-run", "--json")
    grow(machine.folder / ".aws" / "config", GIB)
    timed("1 GB config", "import", "--dry-run")
    base = '[profiles.p{0}]\nbase = "p{1}"\n[[profiles.p{0}.roles]]\nrole_arn = "arn:aws:iam::123456789012:role/r{0}"\n'
    machine.write_catalog(
        "schema = 1\n" + chain(depth, lambda n: base.format(n, n + 1))
        + f'[sources.a]\nkind = "environment"\n[profiles.p{depth}]\nsource = "a"\n'
    )  # fmt: skip
    timed("deep catalog", "list", "--json")
    machine.write_catalog("schema = 1\n" + chain(depth, lambda n: base.format(n, (n + 1) % depth)))
    timed("ring of a catalog", "list", "--json")
    machine.write_catalog("schema = 1\nx = " + "[" * depth + "]" * depth + "\n")
    timed("nested catalog", "list")
    grow(machine.catalog, GIB)
    timed("1 GB catalog", "list")
    slowest = max(times, key=lambda what: times[what])
    row("imports", f"{depth} deep, and 1 GB: all ended, the longest after {times[slowest]:.1f} s ({slowest})")
    assert times[slowest] < 60, times
