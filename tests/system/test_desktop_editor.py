"""The profile editor on a desktop, by keyboard alone: a real test of the chain, guards, what is written, save."""

import tomllib
from collections.abc import Iterator

import pytest

from tests.support.at_spi import Node, Reader
from tests.support.desktop import Desktop, end, wait_for
from tests.support.installed import Installed
from tests.support.tray import Tray
from tests.system.test_desktop_reader import LAUNCHER, item, nameless, of_title

CHOSEN, BROKEN = "Use what is chosen", "profiles.toml cannot be read"
pytestmark = pytest.mark.skipif(not any(one.exists() for one in LAUNCHER), reason="needs at-spi2-core")


@pytest.fixture
def reader(desktop: Desktop) -> Iterator[Reader]:
    with Reader(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as opened:
        yield opened


def says(reader: Reader, window: Node, words: str) -> Node:
    """Wait for a text that holds some words."""
    return wait_for(f"“{words}”", lambda: next((one for one in reader.walk(window) if words in one.name), None))


def edit_dev(rolecall: Installed, reader: Reader, application: Node) -> tuple[Node, str]:
    """Open the editor of a profile from the main window, by keys."""
    main, frame = rolecall.window("Rolecall"), reader.window(application, "Rolecall")
    rolecall.press(main, "ctrl+4")
    item(reader, frame, "dev, not running")
    rolecall.press(main, "ctrl+f")
    rolecall.type(main, "dev")
    rolecall.press(main, "Down", "ctrl+e")
    editor = wait_for("the editor", lambda: of_title(reader.windows(application), "Edit profile"))
    return editor, rolecall.window(".*Edit profile.*")


@pytest.mark.slow
def test_a_profile_is_tested_guarded_previewed_and_saved(rolecall: Installed, tray: Tray, reader: Reader) -> None:
    process = rolecall.start({"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"})
    tray.middle_click()
    application = reader.application("rolecall")
    editor, window = edit_dev(rolecall, reader, application)
    rolecall.press(window, "ctrl+t")
    says(reader, editor, "GetCallerIdentity")
    says(reader, editor, "assumed-role/dev/")
    for page in range(5):
        rolecall.press(window, f"ctrl+{page + 1}")
        assert nameless(reader, editor) == []
        rolecall.shot(f"editor-{page}")
    rolecall.press(window, "space")  # production is the first that the keyboard comes to
    says(reader, editor, "dev, production")
    rolecall.press(window, "ctrl+4")
    says(reader, editor, "Save and start write")
    rolecall.shot("editor-preview")
    rolecall.press(window, "ctrl+s")
    wait_for("the editor to go", lambda: of_title(reader.windows(application), "Edit profile") is None)
    saved = tomllib.loads(rolecall.catalog.read_text(encoding="utf-8"))
    assert saved["profiles"]["dev"]["safety"] == {"production": True}
    assert end(process) == 0
    assert " ERROR " not in rolecall.log  # what the reader asks of parts that are gone by then is said elsewhere


def focused(reader: Reader, window: Node) -> str:
    """Return the name of what has the keyboard."""
    found = reader.focused(window)
    return found.name.strip() if found is not None else ""


@pytest.mark.slow
def test_a_catalog_edited_outside_meanwhile_is_compared_and_neither_side_is_lost(
    rolecall: Installed, tray: Tray, reader: Reader
) -> None:
    process = rolecall.start({"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"})
    tray.middle_click()
    application = reader.application("rolecall")
    frame = reader.window(application, "Rolecall")
    editor, window = edit_dev(rolecall, reader, application)
    rolecall.press(window, "ctrl+5", "space")  # mine: production
    says(reader, editor, "dev, production")

    before = rolecall.catalog.read_text(encoding="utf-8")
    theirs = before.replace('region = "eu-central-1"', 'region = "eu-west-3"  # moved\nnote = "theirs"')
    rolecall.write_catalog(theirs + "broken")
    says(reader, editor, BROKEN)
    says(reader, frame, BROKEN)
    rolecall.shot("editor-catalog-broken")
    rolecall.write_catalog(theirs)
    says(reader, editor, "This was changed outside")
    says(reader, editor, "3 values differ.")
    wait_for("the main window's card to go", lambda: not any(BROKEN in one.name for one in reader.on_screen(frame)))
    rolecall.press(window, "ctrl+s")  # opens the comparison in place of writing over what was not seen
    wait_for("the comparison", lambda: next((one for one in reader.on_screen(editor) if one.name == CHOSEN), None))
    rolecall.shot("editor-compared")
    assert rolecall.catalog.read_text(encoding="utf-8") == theirs
    for _ in range(12):
        if focused(reader, editor) == CHOSEN:
            break
        rolecall.press(window, "Tab")
    rolecall.press(window, "space", "ctrl+s")
    wait_for("the editor to go", lambda: of_title(reader.windows(application), "Edit profile") is None)
    text = rolecall.catalog.read_text(encoding="utf-8")
    saved = tomllib.loads(text)["profiles"]["dev"]
    assert (saved["region"], saved["note"], saved["safety"]) == ("eu-west-3", "theirs", {"production": True})
    assert "# moved" in text
    assert end(process) == 0
    assert " ERROR " not in rolecall.log
