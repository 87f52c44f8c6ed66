"""A whole day by keys alone: no window is given the keyboard from outside, and no pointer is moved but by keys."""

from collections.abc import Iterator

import pytest

from tests.support.at_spi import Reader
from tests.support.day import MFA, Day
from tests.support.desktop import Desktop
from tests.support.hands import Keys, Screen
from tests.support.tray import Tray
from tests.system.test_desktop_switch import assert_no_complaint

SETUP, MAIN, PALETTE = "Set up Rolecall", "Rolecall", "Quick switch"
EDITOR, ACTIVITY, QUIT = "dev · Edit profile", "Activity", "Quit Rolecall?"
pytestmark = pytest.mark.parametrize("desktop", [{"told": True}], indirect=True)


class ByKeyboard:
    """A person without a mouse."""

    def __init__(self, keys: Keys) -> None:
        self._keys, self._screen = keys, keys.screen

    def imports_all(self) -> None:
        self._keys.tab_to(SETUP, "Import 4 profiles")
        self._keys.press(SETUP, "space")
        self._keys.tab_to(SETUP, "Done")
        self._keys.press(SETUP, "space")

    def sees_the_window(self) -> None:
        self._screen.wait_for_keyboard(MAIN)
        self._keys.press(MAIN, "ctrl+w")
        self._screen.wait_until_gone(MAIN)
        self._keys.tray("Open Rolecall")
        self._screen.wait_for_keyboard(MAIN)

    def makes_favorite(self, name: str) -> None:
        self._picks(name)
        self._keys.press(MAIN, "ctrl+b")

    def starts(self, name: str) -> None:
        self._picks(name)
        self._keys.press(MAIN, "Return")

    def enters_code(self, code: str) -> None:
        self._keys.type(MFA, code)
        self._screen.wait_until_gone(MFA)

    def starts_by_tray(self, name: str) -> None:
        self._keys.tray(f"Start {name}")

    def makes_default_by_tray(self, name: str) -> None:
        self._keys.tray(f"{name}, ", "Make default")

    def starts_by_palette(self, name: str) -> None:
        self._in_palette(name, "Return")

    def makes_default_by_palette(self, name: str) -> None:
        self._in_palette(name, "ctrl+d")
        self._screen.wait_until_gone(PALETTE)

    def stops(self, name: str) -> None:
        self._picks(name)
        self._keys.press(MAIN, "ctrl+period")

    def takes_over(self, section: str) -> None:
        title = f"[{section}] in the credentials file is someone else's"
        self._keys.tab_to(title, "Take over")
        self._keys.press(title, "space")
        self._screen.wait_until_gone(title)

    def copies(self, name: str) -> None:
        self._picks(name)
        self._keys.press(MAIN, "ctrl+c")

    def edits_region(self, name: str, region: str) -> None:
        self._picks(name)
        self._keys.press(MAIN, "ctrl+e")
        self._keys.tab_to(EDITOR, "eu-central-1")  # on X a list is called as its value; its label is a relation
        self._keys.type(EDITOR, region)

    def tests_edit(self) -> None:
        self._keys.press(EDITOR, "ctrl+t")
        self._screen.says(EDITOR, ":assumed-role/dev/")

    def saves_edit(self) -> None:
        self._keys.press(EDITOR, "ctrl+s")
        self._screen.wait_until_gone(EDITOR)
        self._screen.wait_for_keyboard(MAIN)

    def refreshes(self, name: str) -> None:
        self._picks(name)
        self._keys.press(MAIN, "ctrl+r")

    def undoes(self) -> None:
        self._keys.press(MAIN, "ctrl+z")

    def undoes_newest_write(self) -> None:
        self._keys.press(MAIN, "ctrl+shift+a")
        self._keys.press(ACTIVITY, "ctrl+2")
        for button in ("Undo…", "Undo this write"):
            self._keys.tab_to(ACTIVITY, button)
            self._keys.press(ACTIVITY, "space")
        self._screen.says(ACTIVITY, "Undone: ")
        self._keys.press(ACTIVITY, "ctrl+w")
        self._screen.wait_for_keyboard(MAIN)

    def stops_all_and_quits(self) -> None:
        self._keys.press(MAIN, "ctrl+q")
        self._keys.tab_to(QUIT, "Stop all and quit")
        self._keys.press(QUIT, "Return")

    def _picks(self, name: str) -> None:
        """Find a profile by the search of the list, and go back to the list."""
        self._keys.press(MAIN, "ctrl+4", "ctrl+f")
        self._keys.type(MAIN, name)
        self._keys.press(MAIN, "Down", "Escape")
        self._screen.find(MAIN, f"{name}, ", "list item")

    def _in_palette(self, name: str, key: str) -> None:
        self._keys.anywhere("ctrl+alt+r")
        self._keys.type(PALETTE, name)
        self._keys.press(PALETTE, key)


@pytest.fixture
def keys(desktop: Desktop, tray: Tray) -> Iterator[Keys]:
    with Reader(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as reader:
        yield Keys(Screen(desktop, reader), tray)


@pytest.mark.slow
def test_a_whole_day_goes_by_keys_alone(day: Day, keys: Keys) -> None:
    day.walk(ByKeyboard(keys))
    assert_no_complaint(day.rolecall)
