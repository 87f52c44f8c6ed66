"""A person who cannot see the screen: the tree that a screen reader reads, with start, copy and edit by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.at_spi import Node, Reader
from tests.support.desktop import Desktop, end, wait_for
from tests.support.installed import Installed
from tests.support.tray import Tray
from tests.system.test_desktop_switch import assert_no_complaint

LAUNCHER = [Path("/usr/libexec/at-spi-bus-launcher"), Path("/usr/lib/at-spi2-core/at-spi-bus-launcher")]
pytestmark = pytest.mark.skipif(not any(one.exists() for one in LAUNCHER), reason="needs at-spi2-core")


@pytest.fixture
def reader(desktop: Desktop) -> Iterator[Reader]:
    with Reader(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as opened:
        yield opened


def item(reader: Reader, window: Node, begins: str, role: str = "list item") -> Node:
    """Wait for an entry of a list, or of a tree, whose name begins so."""
    return wait_for(f"“{begins}” as {role}", lambda: reader.find(window, begins, role))


def nameless(reader: Reader, window: Node) -> list[str]:
    """The things that the keyboard can be brought to and that say nothing of themselves."""
    return [f"{one.role} {one.description}" for one in reader.walk(window) if one.reachable and not one.name.strip()]


@pytest.mark.slow
def test_start_copy_and_edit_are_told_and_done_by_keys(rolecall: Installed, tray: Tray, reader: Reader) -> None:
    process = rolecall.start({"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"})
    tray.middle_click()
    application = reader.application("rolecall")
    window, frame = rolecall.window("Rolecall"), reader.window(application, "Rolecall")
    rolecall.press(window, "ctrl+4")
    assert item(reader, frame, "dev, not running, dev in 210987654321, eu-central-1").reachable
    assert item(reader, frame, "Active, 0", "tree item").reachable
    assert nameless(reader, frame) == []

    rolecall.press(window, "ctrl+f")
    wait_for("the search to have the keyboard", lambda: is_focused(reader, frame, "Search profiles"))
    rolecall.type(window, "dev")
    rolecall.press(window, "Return")
    item(reader, frame, "dev, active, ")
    item(reader, frame, "Active, 1", "tree item")
    rolecall.press(window, "ctrl+c")
    wait_for("the exports", lambda: "AWS_ACCESS_KEY_ID" in rolecall.clipboard())
    wait_for("the words of it", lambda: reader.find(frame, "bash / zsh exports of dev copied"))

    stops = tabbed(rolecall, reader, window, frame, 12)
    assert any("Edit" in one for one in stops)
    assert any("Stop" in one for one in stops)
    assert len(set(stops)) > 6, f"the keyboard stays where it is: {stops}"

    rolecall.press(window, "ctrl+e")
    editor = wait_for(
        "the editor", lambda: next((one for one in reader.windows(application) if "dev" in one.name), None)
    )
    assert nameless(reader, editor) == []
    assert reader.find(editor, "Region") is not None
    rolecall.press(rolecall.desktop.xdotool("getactivewindow"), "Escape")
    wait_for("the editor to go", lambda: all(one.name != editor.name for one in reader.windows(application)))
    assert end(process) == 0
    assert_no_complaint(rolecall)


def of_title(windows: list[Node], words: str) -> Node | None:
    return next((one for one in windows if words in one.name), None)


def is_focused(reader: Reader, window: Node, name: str) -> bool:
    found = reader.focused(window)
    return found is not None and found.name.strip() == name


def tabbed(rolecall: Installed, reader: Reader, window: str, frame: Node, count: int) -> list[str]:
    """Press Tab so often; the names of what has the keyboard each time."""
    stops = list[str]()
    for _ in range(count):
        rolecall.press(window, "Tab")
        found = reader.focused(frame)
        stops.append("" if found is None else found.name.strip())
    return stops
