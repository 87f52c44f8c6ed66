"""First run on a desktop: what the AWS files have is imported by keys, put back, and a session starts from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.at_spi import Node, Reader
from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import ANA, HUB
from tests.support.installed import Installed, files_of, pick
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray
from tests.system.test_desktop_reader import LAUNCHER, nameless
from tests.system.test_desktop_switch import assert_no_complaint

SETUP, MAIN, SOURCE = "Set up Rolecall", "Rolecall", "New source"
_CONFIG = f"""# mine
[profile hub]
role_arn = {HUB}
source_profile = acme
external_id = ext-1

[profile broken]
role_arn = {HUB}
source_profile = nobody

[profile asks]
credential_process = /bin/false
"""
_CREDENTIALS = """# by hand
[acme]
aws_access_key_id = {id}
aws_secret_access_key = {secret}
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def reader(desktop: Desktop) -> Iterator[Reader]:
    with Reader(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as opened:
        yield opened


@pytest.fixture
def installed(desktop: Desktop, sts: StrictSts) -> Installed:
    return Installed(desktop, sts.url)


def write_files(installed: Installed) -> tuple[Path, bytes, bytes]:
    """Put both AWS files into the home; return the config file's path and what stands in both."""
    credentials = _CREDENTIALS.format(id=ANA.access_key_id, secret=ANA.secret_access_key).encode()
    installed.write_credentials(credentials)
    config = installed.credentials.with_name("config")
    config.write_text(_CONFIG)
    config.chmod(0o600)
    return config, _CONFIG.encode(), credentials


@pytest.mark.skipif(not any(one.exists() for one in LAUNCHER), reason="needs at-spi2-core")
def test_first_run_imports_by_keys_and_a_session_starts(installed: Installed, tray: Tray, reader: Reader) -> None:
    config, before, credentials = write_files(installed)
    process = installed.start({"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"})
    window = installed.window(SETUP)
    frame = reader.window(reader.application("rolecall"), SETUP)
    told(reader, frame, "4 profiles found in ~/.aws")
    told(reader, frame, "acme, checked, Move the key into the keyring, delete it from the file")
    told(reader, frame, "broken, Leave alone: source_profile of broken names")
    assert nameless(reader, frame) == []
    installed.shot("import-found")
    installed.press(window, "Return")  # opens the key's row: it leaves the file, as proposed
    told(reader, frame, "Move the key, Rolecall answers for [acme], also for those that stand on it, chosen")
    installed.shot("import-opened")
    installed.press(window, "Tab", "Tab", "space")  # Not now, Import
    wait_for("the catalog", lambda: "[profiles.hub]" in read(installed.catalog))
    wait_for("the key to leave", lambda: ANA.secret_access_key not in read(installed.credentials))
    assert "credential_process" in config.read_text(), "who stands on acme is served"
    assert "[profiles.asks]" not in read(installed.catalog), "a command is taken over only where it is chosen"
    told(reader, frame, "2 imported, 2 left alone")
    told(reader, frame, "hub, Imported")
    installed.shot("import-done")
    installed.press(window, "shift+Tab", "space")  # Undo
    wait_for("every byte to be back", lambda: (config.read_bytes(), read_bytes(installed)) == (before, credentials))
    installed.press(window, "Escape")
    wait_for("the window to go", lambda: not installed.windows(SETUP))
    main = installed.window(MAIN)
    installed.press(main, "ctrl+4", "ctrl+f")
    installed.type(main, "hub")
    installed.press(main, "Return")
    wait_for("a session", lambda: installed.section("hub-session"))
    assert ":assumed-role/hub/" in installed.identity_by_boto3("hub-session")
    assert end(process) == 0
    assert_no_complaint(installed)


def told(reader: Reader, frame: Node, words: str) -> Node:
    """Wait until a reader is told this."""
    return wait_for(f"“{words}” in the tree", lambda: reader.find(frame, words))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def read_bytes(installed: Installed) -> bytes:
    return installed.credentials.read_bytes()


def test_not_now_touches_nothing_and_does_not_come_again(installed: Installed, tray: Tray) -> None:
    write_files(installed)
    process = installed.start()
    window = installed.window(SETUP)
    wait_for("the first pixels", lambda: installed.size(window)[0] > 600)
    before = {name: content for name, content in files_of(installed.desktop.home).items() if ".aws" in name}
    installed.press(window, "Escape")
    installed.window(MAIN)
    assert not installed.windows(SETUP)
    assert {name: one for name, one in files_of(installed.desktop.home).items() if ".aws" in name} == before
    assert not installed.catalog.exists()
    assert end(process) == 0
    again = installed.start()
    installed.window(MAIN)
    assert not installed.windows(SETUP)
    pick(tray, "Set up Rolecall…")
    installed.window(SETUP)
    assert end(again) == 0
    assert_no_complaint(installed)


def test_without_files_a_key_opens_the_first_source(installed: Installed, tray: Tray) -> None:
    process = installed.start()
    window = installed.window(SETUP)
    wait_for("the first pixels", lambda: installed.size(window)[0] > 600)
    installed.shot("import-empty")
    installed.press(window, "1")
    installed.window(SOURCE)
    assert end(process) == 0
    assert_no_complaint(installed)
