"""A secret that is looked for everywhere: logs, tracebacks, arguments, environments, files, the bus. It is nowhere."""

import base64
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import SEED, Machine, wait_for
from tests.support.keyring_session import missing_programs
from tests.torture.conftest import BOTH, Row

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
PASSPHRASE = "canary passphrase 9f3c1e"
HELPER = "canaryhelpersecret0123456789abcdefABCDEF"
CATALOG_MORE = """
[sources.helper]
kind = "process"
command = ["{helper}"]

[profiles.broken]
source = "helper"

[[profiles.broken.roles]]
role_arn = "arn:aws:iam::123456789012:role/none"

[profiles.broken.delivery]
credentials_file = "broken"
"""


def forms(secret: str) -> set[bytes]:
    """A secret as it would look in places."""
    raw = secret.encode()
    whole = {
        raw,
        raw.hex().encode(),
        raw.hex().upper().encode(),
        secret.encode("utf-16-le"),
        repr(secret)[1:-1].encode(),
    }
    whole |= {urllib.parse.quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode()}
    for shift in range(3):  # wherever it stands in what was encoded
        encoded = base64.b64encode(b"x" * shift + raw)
        whole.add(encoded[4 if shift else 0 : len(encoded) - 4])
    return whole


def seen(ways: set[bytes], data: bytes) -> bool:
    """Whether a secret is there in any form."""
    return any(one in data for one in ways)


class Watch:
    """Looks at the arguments and environments of all processes of ours, again and again."""

    def __init__(self, canaries: dict[str, set[bytes]], machine: Machine) -> None:
        self._canaries = canaries
        self._mark = str(machine.folder).encode()
        self.found: set[str] = set()
        self.looks = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(0.003):
            self.looks += 1
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):
                    environ = (process / "environ").read_bytes()
                    if self._mark not in environ:
                        continue
                    data = environ + (process / "cmdline").read_bytes()
                    self.found |= {f"{name} in a process" for name, ways in self._canaries.items() if seen(ways, data)}

    def end(self) -> None:
        self._ended.set()
        self._thread.join(10)


@contextmanager
def bus_traffic(machine: Machine, target: Path) -> Iterator[None]:
    """All that goes over the session bus meanwhile, written down."""
    with target.open("wb") as file:
        monitor = subprocess.Popen(
            ["dbus-monitor", "--session", "--binary"], env=machine.environ, stdout=file, stderr=subprocess.DEVNULL
        )
        time.sleep(0.5)
        try:
            yield
        finally:
            time.sleep(0.3)
            monitor.terminate()
            monitor.wait(10)


def use_everything(machine: Machine, folder: Path) -> list[bytes]:
    """Every command that has to do with a secret, well and badly, as loud as it can be; returns what they said."""
    helper = folder / "helper"
    helper.write_text(f'#!/bin/sh\necho \'{{"Version": 1, "SecretAccessKey": "{HELPER}"}}\'\n')
    helper.chmod(0o700)
    machine.catalog.write_text(machine.catalog.read_text() + CATALOG_MORE.replace("{helper}", str(helper)))
    key = machine.user.secret_access_key
    said: list[bytes] = []

    def run(*arguments: str, stdin: str = "") -> None:
        ran = machine.run("--debug", *arguments, stdin=stdin)
        assert "Traceback" not in ran.err, ran
        said.append(ran.out.encode() + ran.err.encode())

    run("keys", "set", "acme", stdin=key)
    run("keys", "set", "acme", stdin=key + "\nand a line more")
    run("keys", "set", "acme", "--totp", stdin=SEED)
    run("keys", "set", "acme", "--totp", stdin="not base32 " + SEED)
    run("keys", "show", "acme", "--json")
    run("approve", "helper")
    child = machine.begin("--debug", "refresh", "dev", "guarded", "broken", "closed")
    wait_for(lambda: b"[guarded]" in machine.credentials.read_bytes(), "the sessions", 60)
    for arguments in (("status", "--json"), ("doctor",), ("start", "broken"), ("start", "closed"), ("undo", "--list")):
        run(*arguments)
    limits = Path(f"/proc/{child.pid}/limits").read_text()
    assert "Max core file size        0 " in limits
    os.kill(child.pid, 15)
    out, err = child.communicate(timeout=30)
    said.append(out + err)
    machine.children.remove(child)
    run("vault", "move", "file", "--passphrase-fd", "0", stdin=PASSPHRASE)
    run("refresh", "--once", "dev", "--passphrase-fd", "0", stdin=PASSPHRASE)
    run("unlock", "--passphrase-fd", "0", stdin=PASSPHRASE + "wrong")
    run("vault", "move", "keyring", "--passphrase-fd", "0", stdin=PASSPHRASE)
    run("import", "--dry-run", "--json")
    run("stop", "--all")
    return said


@BOTH
def test_canaries_are_nowhere(row: Row, run: str) -> None:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name)) as machine:
        machine.write_catalog()
        machine.write_credentials()
        canaries = {
            "secret access key": forms(machine.user.secret_access_key),
            "MFA seed": forms(SEED),
            "passphrase": forms(PASSPHRASE),
            "helper's secret": forms(HELPER),
        }
        traffic = machine.folder / "bus.pcap"
        before = set(Path(tempfile.gettempdir()).iterdir())
        watch = Watch(canaries, machine)
        try:
            with bus_traffic(machine, traffic), tempfile.TemporaryDirectory(prefix="rh-") as helper:
                said = use_everything(machine, Path(helper))
        finally:
            watch.end()
        places: dict[str, bytes] = {f"output {number}": data for number, data in enumerate(said)}
        new = [path for path in Path(tempfile.gettempdir()).iterdir() if path not in before]
        for top in (machine.folder, *new):
            for path in [top, *top.rglob("*")] if top.is_dir() else [top]:
                with contextlib.suppress(OSError):
                    if path.is_file():
                        places[str(path)] = path.read_bytes()
        found = {
            f"{canary} in {place}"
            for place, data in places.items()
            for canary, ways in canaries.items()
            if seen(ways, data)
        } | watch.found
        kinds = sum(len(ways) for ways in canaries.values())
        size = sum(map(len, places.values())) // 1024
        bus = traffic.stat().st_size // 1024
        row(
            "secrets",
            f"{len(canaries)} canaries in {kinds} forms: {len(found)} found in {len(places)} files and outputs "
            f"({size} KiB, {bus} KiB of the bus), {watch.looks} looks at arguments and environments",
        )
        assert sum(map(len, said)) > 2000
        assert bus > 0
        assert watch.looks > 50
        assert found == set()


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A check that cannot fail proves nothing."""
    for secret in ("wJalrXUtnFEMI/K7MDENG+bPxRfiCY", PASSPHRASE):
        raw = secret.encode()
        for data in (
            b"x" + raw, raw.hex().encode(), base64.b64encode(b"ab" + raw + b"tail"), base64.b64encode(raw),
            base64.b64encode(b"k" + raw), json.dumps({"a": secret}).encode(), secret.encode("utf-16-le"),
            urllib.parse.urlencode({"k": secret}, quote_via=urllib.parse.quote).encode(),
        ):  # fmt: skip
            assert seen(forms(secret), data), data
