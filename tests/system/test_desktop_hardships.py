"""Desktops that are less than they should be: a tray that goes and comes, no notifications, a small screen."""

from collections.abc import Iterator

import pytest

from tests.support.at_spi import Box, Reader
from tests.support.day import MFA
from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import DEVICE
from tests.support.hands import Screen
from tests.support.installed import Installed, ended, pick
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray
from tests.system.test_desktop_switch import assert_no_complaint

SMALL = (1024, 600)
TITLE_BAR = 20


@pytest.fixture
def screen(desktop: Desktop) -> Iterator[Screen]:
    with Reader(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as reader:
        yield Screen(desktop, reader)


@pytest.mark.slow
def test_a_tray_that_vanishes_and_comes_back_has_the_icon_again(rolecall: Installed, desktop: Desktop) -> None:
    process = rolecall.start()
    address = desktop.environ["DBUS_SESSION_BUS_ADDRESS"]
    with Tray(address) as tray:
        pick(tray, "Start dev")
        wait_for("the section", lambda: rolecall.section("dev"))
    desktop.end_panel()
    assert rolecall.run("palette").returncode == 0, "what the tray can do, a window and a command can"
    rolecall.window("Quick switch")
    rolecall.press(rolecall.window("Quick switch"), "Escape")
    desktop.open_panel()
    with Tray(address) as tray:
        assert tray.item(10).interface == "org.kde.StatusNotifierItem"
        entry = wait_for("the session in the menu", lambda: tray.menu().find("dev, ", "Stop"))
        tray.click(entry)
        wait_for("the section given back", lambda: rolecall.section("dev") is None)
        tray.activate()
        rolecall.window("Quick switch")
        pick(tray, "Quit")
    assert ended(process) == 0
    assert_no_complaint(rolecall)


@pytest.mark.slow
@pytest.mark.parametrize("desktop", [{"dunst": False}], indirect=True)
def test_without_a_notification_service_nothing_waits_and_nothing_is_lost(
    rolecall: Installed, tray: Tray, sts: StrictSts
) -> None:
    process = rolecall.start()
    pick(tray, "Start dev")
    old = wait_for("the section", lambda: rolecall.section("dev"))
    sts.faults.add("error", times=100, status=403, code="AccessDenied", message="not authorized")
    pick(tray, "dev, ", "Refresh now")
    wait_for("the problem in the menu", lambda: tray.menu().find("dev: "))
    assert rolecall.section("dev") == old, "what is valid stays"
    assert tray.property("Status") in {"Active", "NeedsAttention"}
    pick(tray, "Start guarded")
    rolecall.window(MFA)
    assert end(process) == 0
    assert_no_complaint(rolecall)


@pytest.mark.slow
@pytest.mark.parametrize("desktop", [{"size": f"{SMALL[0]}x{SMALL[1]}", "told": True}], indirect=True)
def test_on_a_small_screen_every_window_is_there_as_a_whole(
    rolecall: Installed, tray: Tray, screen: Screen, sts: StrictSts
) -> None:
    process = rolecall.start()
    tray.middle_click()
    screen.wait_for_keyboard("Rolecall")
    rolecall.press(rolecall.window("Rolecall"), "ctrl+4")
    rolecall.press(rolecall.window("Rolecall"), "ctrl+f")
    rolecall.type(rolecall.window("Rolecall"), "guarded")
    rolecall.press(rolecall.window("Rolecall"), "Down")
    outside = [f"Rolecall {where}" for where in _outside(screen, "Rolecall")]
    opened = {
        "ctrl+e": "guarded · Edit profile",
        "ctrl+n": "New profile",
        "ctrl+shift+n": "New source",
        "ctrl+comma": "Settings",
        "ctrl+shift+a": "Activity",
        "ctrl+shift+p": "Programs",
        "F1": "Keys",
        "ctrl+k": "Quick switch",
    }
    for key, title in opened.items():
        screen.wait_for_keyboard("Rolecall")
        rolecall.desktop.xdotool("key", key)
        screen.wait_for_keyboard(title)
        rolecall.shot(f"small-{title.partition(' ')[0].lower()}")
        outside += [f"{title} {where}" for where in _outside(screen, title)]
        rolecall.desktop.xdotool("key", "Escape")
        screen.wait_until_gone(title)
    assert outside == []
    rolecall.desktop.xdotool("key", "Return")
    screen.wait_for_keyboard(MFA)
    assert not _outside(screen, MFA)
    rolecall.desktop.xdotool("type", sts.code(DEVICE))
    wait_for("the section", lambda: rolecall.section("guarded"))
    assert end(process) == 0
    assert_no_complaint(rolecall)


def _outside(screen: Screen, title: str) -> list[Box]:
    """Return where a window is, if not all of it can be seen: its place is its frame's, without the title bar."""
    box = screen.reader.box(screen.wait_for_window(title))
    bar = 0 if title == "Quick switch" else TITLE_BAR
    fits = box.x >= 0 and box.x + box.width <= SMALL[0] and box.y + box.height <= SMALL[1] and box.y >= bar
    return [] if fits else [box]
