"""Secrets of a day on a desktop: nowhere but in the vault's own traffic, the credentials file and the clipboard."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import ANA
from tests.support.installed import KEYS, Installed, of_home, pick, stop
from tests.support.tray import Tray

SECRETS_BUS = b"org.freedesktop.secrets"


@pytest.fixture
def traffic(desktop: Desktop) -> Iterator[Path]:
    """Everything that goes over the session bus."""
    path = desktop.home / "traffic.pcap"
    with path.open("wb") as target:
        process = subprocess.Popen(
            ["dbus-monitor", "--session"], env=desktop.environ, stdout=target, stderr=subprocess.DEVNULL
        )
    wait_for("dbus-monitor", lambda: path.stat().st_size > 0)
    yield path
    end(process)


def messages(content: bytes) -> list[bytes]:
    """Split what dbus-monitor wrote into messages."""
    found: list[list[bytes]] = []
    for line in content.split(b"\n"):
        if not line.startswith(b" "):
            found.append([])
        found[-1].append(line)
    return [b"\n".join(lines) for lines in found]


def of_the_vault(message: bytes) -> bool:
    """Whether a message is the vault's: its calls, and what answers them (an array of bytes or of secrets)."""
    return b"org.freedesktop.Secret" in message or SECRETS_BUS in message or b"text/plain" in message


@pytest.mark.slow
def test_no_secret_leaves_its_places(rolecall: Installed, desktop: Desktop, tray: Tray, traffic: Path) -> None:
    process = rolecall.start()
    canaries = {ANA.secret_access_key}
    seen_of_processes = list[str]()
    for round_number in range(2):
        pick(tray, "Start dev")
        section = wait_for("the section", lambda: rolecall.section("dev"))
        canaries |= {section[key] for key in KEYS[1:]}
        pick(tray, "dev, ", "Copy exports as", "bash / zsh")
        wait_for("the copy", lambda: "AWS_SECRET_ACCESS_KEY" in rolecall.clipboard())
        pick(tray, "dev, ", "Refresh now")
        wait_for("another session", lambda old=section: (rolecall.section("dev") or old)[KEYS[1]] != old[KEYS[1]])
        canaries |= {(rolecall.section("dev") or section)[key] for key in KEYS[1:]}
        for one in of_home(desktop.home):
            seen_of_processes += [" ".join(one.cmdline()), str(one.environ())]
        stop(tray, "dev")
        assert round_number < 2
    rolecall.run("stop", "--all", "--lock")  # a notification, a prompt's end
    time.sleep(1)
    assert end(process) == 0
    assert len(canaries) > 6
    bus = [one for one in messages(traffic.read_bytes()) if not of_the_vault(one)]
    assert len(bus) > 50, "the menu, the icon and the notifications are there"
    clean = {"the bus": b"\n".join(bus), "processes": "\n".join(seen_of_processes).encode()}
    clean |= {
        str(path.relative_to(desktop.home)): path.read_bytes()
        for path in desktop.home.rglob("*")
        if path.is_file() and path != traffic and path.suffix != ".keyring" and ".cache" not in path.parts
    }
    assert any("activity.jsonl" in name for name in clean)
    for canary in canaries:
        for name, content in clean.items():
            assert canary.encode() not in content, f"a secret stands in {name}"


def test_messages_are_told_apart() -> None:
    assert psutil  # what the processes are read with
    content = b'signal time=1\n   string "x"\nmethod call org.freedesktop.Secret.Service\n   array of bytes\n'
    assert [of_the_vault(one) for one in messages(content)][:2] == [False, True]
