"""The main window's list on a real desktop: searched by typing, dragged to a group, deleted and brought back."""

import tomllib
from typing import Any

import pytest

from tests.support.desktop import Desktop, wait_for
from tests.support.desktop_world import catalog
from tests.support.installed import Installed, ended, pick
from tests.support.tray import Tray
from tests.system.test_desktop_switch import assert_no_complaint

MORE = """
[groups."Team/Ops"]
color = "teal"

# kept by hand
[profiles.ops]  # the last
source = "acme"
group = "Team/Ops"
"""
FIRST_ROW, OPS = (400, 106), (90, 198)  # in the window: the list's first profile, the group's row in the sidebar


def profiles(rolecall: Installed) -> dict[str, Any]:
    found = tomllib.loads(rolecall.catalog.read_text())["profiles"]
    assert isinstance(found, dict)
    return found


def drag(desktop: Desktop, window: str, begin: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag with the pointer as a hand does: pressed, some steps, let go."""
    move = ("mousemove", "--window", window)
    desktop.xdotool(*move, str(begin[0]), str(begin[1]), "sleep", "0.2", "mousedown", "1", "sleep", "0.2")
    steps = 12
    for step in range(1, steps + 1):
        x, y = (begin[i] + (end[i] - begin[i]) * step // steps for i in (0, 1))
        desktop.xdotool(*move, str(x), str(y), "sleep", "0.05")
    desktop.xdotool(*move, str(end[0] + 1), str(end[1]), "sleep", "0.3")


@pytest.mark.slow
def test_a_profile_is_dragged_to_a_group_deleted_and_brought_back(
    rolecall: Installed, desktop: Desktop, tray: Tray
) -> None:
    rolecall.write_catalog(catalog(more=MORE))
    before = rolecall.catalog.read_bytes()
    process = rolecall.start()
    wait_for("the tray", lambda: tray.menu().find("Open Rolecall"))
    pick(tray, "Open Rolecall")
    window = rolecall.window("Rolecall")
    wait_for("its size", lambda: rolecall.size(window)[0] >= 1000)
    rolecall.press(window, "ctrl+4")
    rolecall.shot("list")

    drag(desktop, window, FIRST_ROW, OPS)
    rolecall.shot("list-dragged")
    desktop.xdotool("mouseup", "1")
    wait_for("the group of dev", lambda: profiles(rolecall)["dev"].get("group") == "Team/Ops")
    rolecall.press(window, "ctrl+z")
    wait_for("the catalog as it was", lambda: rolecall.catalog.read_bytes() == before)

    rolecall.type(window, "ops")
    rolecall.shot("list-search")
    rolecall.press(window, "Down", "Delete")
    rolecall.shot("list-delete")
    rolecall.press(window, "ctrl+Return")
    wait_for("ops to be gone", lambda: "ops" not in profiles(rolecall))
    assert b"kept by hand" in before
    rolecall.press(window, "ctrl+z")
    wait_for("every byte as it was", lambda: rolecall.catalog.read_bytes() == before)
    rolecall.press(window, "Escape", "ctrl+q")
    assert ended(process) == 0
    assert_no_complaint(rolecall)
