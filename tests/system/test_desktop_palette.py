"""The quick switch on a real desktop: by the desktop's key and by the command, with the keyboard alone."""

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.installed import Installed, ended, pick
from tests.support.tray import Tray
from tests.system.test_desktop_switch import assert_no_complaint

WINDOW = "Quick switch"


def gone(rolecall: Installed) -> bool:
    return not rolecall.windows(WINDOW)


@pytest.mark.slow
def test_a_profile_is_started_and_stopped_by_keys_alone(rolecall: Installed, desktop: Desktop, tray: Tray) -> None:
    process = rolecall.start()
    wait_for("the tray", lambda: tray.menu().find("Quick switch…"))
    desktop.xdotool("key", "ctrl+alt+r")
    window = rolecall.window(WINDOW)
    rolecall.type(window, "dev")
    rolecall.shot("palette")
    rolecall.press(window, "Return")
    wait_for("the section dev", lambda: rolecall.section("dev"))
    wait_for("the palette to close", lambda: gone(rolecall))

    assert rolecall.run("palette").returncode == 0
    window = rolecall.window(WINDOW)
    rolecall.type(window, "dev")
    rolecall.press(window, "ctrl+period")
    wait_for("the section given back", lambda: rolecall.section("dev") is None)
    rolecall.press(window, "Escape")
    rolecall.press(window, "Escape")
    wait_for("the palette to close", lambda: gone(rolecall))

    for opened in (lambda: pick(tray, "Quick switch…"), tray.activate):
        opened()
        window = rolecall.window(WINDOW)
        rolecall.press(window, "Escape")
        wait_for("the palette to close", lambda: gone(rolecall))
    pick(tray, "Quit")
    assert ended(process) == 0
    assert_no_complaint(rolecall)


@pytest.mark.slow
def test_a_key_that_is_held_down_opens_it_once(rolecall: Installed, desktop: Desktop) -> None:
    process = rolecall.start()
    desktop.xdotool("keydown", "ctrl", "keydown", "alt", "keydown", "r")
    try:
        rolecall.window(WINDOW)
        with pytest.raises(AssertionError):
            wait_for("it to close", lambda: gone(rolecall), 2)
    finally:
        desktop.xdotool("keyup", "r", "keyup", "alt", "keyup", "ctrl")
    desktop.xdotool("key", "ctrl+alt+r")
    wait_for("the next press to close it", lambda: gone(rolecall))
    assert end(process) == 0
