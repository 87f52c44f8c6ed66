"""A section of someone else's on a real desktop: start, prompt, and each of the three answers by keyboard."""

import time
import tomllib

import pytest

from tests.support.at_spi import Reader
from tests.support.desktop import Desktop, end, wait_for
from tests.support.hands import Screen
from tests.support.installed import KEYS, Installed, pick
from tests.support.tray import Tray

TITLE = "\\[hub\\] in the credentials file is someone else.s"
SECRET = "canaryOfAnotherToolsLongLivedKey00000000"
BEFORE = b"# of this machine\r\n[a]\nregion = x\n\n"
THEIRS = f"[hub]\n# from 2019\naws_access_key_id = AKIACANARY0000000001\naws_secret_access_key = {SECRET}\n".encode()
AFTER = b"\n; end\n[z]\r\naws_access_key_id=AKIAEXAMPLE000000009\naws_secret_access_key = other\noutput = json"
FILE = BEFORE + THEIRS + AFTER
CALM = 0.9  # seconds until what writes reacts


def prompt(rolecall: Installed) -> str:
    """Wait for the prompt until it reacts."""
    window = rolecall.window(TITLE)
    time.sleep(CALM)
    return window


def gone(rolecall: Installed) -> None:
    wait_for("the prompt to go", lambda: not rolecall.windows(TITLE))


@pytest.mark.slow
def test_someone_elses_section_is_left_gone_round_or_taken_over(rolecall: Installed, tray: Tray) -> None:
    rolecall.write_credentials(FILE)
    process = rolecall.start()

    pick(tray, "Start hub")
    window = prompt(rolecall)
    rolecall.shot("conflict-prompt")
    rolecall.press(window, "Return")  # on "Leave it", where the focus is
    rolecall.press(window, "Escape")
    gone(rolecall)
    time.sleep(0.5)
    assert rolecall.credentials.read_bytes() == FILE
    assert rolecall.profile("hub")["problem"]["code"] == "section-foreign"

    pick(tray, "hub: conflict")
    rolecall.press(prompt(rolecall), "shift+Tab", "space")  # from "Leave it" back to "Use this section"
    gone(rolecall)
    section = wait_for("the other section", lambda: rolecall.section("hub-rolecall"))
    assert section[KEYS[0]].startswith("ASIA")
    assert FILE.rstrip() in rolecall.credentials.read_bytes(), "every byte of the others is there"
    catalog = tomllib.loads(rolecall.catalog.read_text(encoding="utf-8"))
    assert catalog["profiles"]["hub"]["delivery"] == {"credentials_file": "hub-rolecall"}
    assert wait_for("no problem", lambda: rolecall.profile("hub") if not rolecall.profile("hub")["problem"] else None)

    tray.middle_click()
    rolecall.press(rolecall.window("Rolecall"), "ctrl+z")
    pick(tray, "hub: conflict")
    window = prompt(rolecall)
    wait_for("the file as it was", lambda: rolecall.credentials.read_bytes() == FILE)
    rolecall.press(window, "Tab", "space")
    gone(rolecall)
    section = wait_for("our section", lambda: rolecall.section("hub") if SECRET not in text(rolecall) else None)
    assert section[KEYS[0]].startswith("ASIA")
    content = rolecall.credentials.read_bytes()
    assert content.startswith(BEFORE)
    assert content.endswith(AFTER)
    kept = [one.read_text() for one in (rolecall.desktop.home / ".local/state/rolecall/backups").iterdir()]
    assert any("from 2019" in one for one in kept)
    assert not any(SECRET in one for one in kept), "that is in the keyring"

    done = rolecall.run("stop", "hub")
    assert done.returncode == 0, done.stderr
    assert rolecall.credentials.read_bytes() == FILE
    assert SECRET not in rolecall.log + rolecall.output
    assert end(process) == 0


def text(rolecall: Installed) -> str:
    return rolecall.credentials.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("desktop", [{"told": True}], indirect=True)
def test_write_mine_is_seen_before_it_is_written(rolecall: Installed, tray: Tray, desktop: Desktop) -> None:
    process = rolecall.start()
    done = rolecall.run("start", "hub")  # after a start from the tray the comparison comes by itself
    assert done.returncode == 0, done.stderr
    ours = wait_for("the section", lambda: rolecall.section("hub"))
    changed = rolecall.credentials.read_bytes().replace(ours[KEYS[0]].encode(), b"ASIATHEIRS0000000001")
    rolecall.write_credentials(changed)
    pick(tray, "hub, ", "Refresh now")
    wait_for("the conflict", lambda: (rolecall.profile("hub")["problem"] or {}).get("code") == "section-changed")
    tray.middle_click()
    with Reader(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as reader:
        at = Screen(desktop, reader).find("Rolecall", "Write mine")[1].center
        desktop.xdotool("mousemove", str(at[0]), str(at[1]), "click", "1")
    window = rolecall.window("\\[hub\\] differs from what Rolecall wrote.*")
    rolecall.press(window, "Return", "space")  # too early: the keys of a hand that pressed twice
    time.sleep(CALM)
    rolecall.shot("conflict-write-mine")
    assert rolecall.credentials.read_bytes() == changed
    rolecall.press(window, "space")
    wait_for("ours again", lambda: (rolecall.section("hub") or {}).get(KEYS[0]) not in (None, "ASIATHEIRS0000000001"))
    wait_for("no problem", lambda: not rolecall.profile("hub")["problem"])
    assert end(process) == 0
