"""A whole day by the mouse alone: moved and clicked through X on what is seen; codes and names are pasted."""

from collections.abc import Iterator

import pytest

from tests.support.at_spi import Reader
from tests.support.day import MFA, Day
from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import DEVICE, catalog
from tests.support.hands import MIDDLE, Mouse, Screen
from tests.support.installed import Installed
from tests.support.menus import Menus
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray
from tests.system.test_desktop_switch import assert_no_complaint

SETUP, MAIN, PALETTE = "Set up Rolecall", "Rolecall", "Quick switch"
EDITOR, ACTIVITY, QUIT = "dev · Edit profile", "Activity", "Quit Rolecall?"
pytestmark = pytest.mark.parametrize("desktop", [{"told": True}], indirect=True)


class ByMouse:
    """A person without a keyboard."""

    def __init__(self, mouse: Mouse) -> None:
        self._mouse, self._screen = mouse, mouse.screen

    def imports_all(self) -> None:
        self._mouse.click(SETUP, "Import 4 profiles", "push button")
        self._mouse.click(SETUP, "Done", "push button")

    def sees_the_window(self) -> None:
        self._screen.wait_for_window(MAIN)
        self._mouse.tray_click(MIDDLE)
        self._screen.wait_until_gone(MAIN)
        self._mouse.tray("Open Rolecall")
        self._mouse.click(MAIN, "All profiles", "tree item")

    def starts(self, name: str) -> None:
        self._picks(name)
        self._mouse.click(MAIN, "Start", "push button")

    def enters_code(self, code: str) -> None:
        self._mouse.paste(MFA, "MFA code, 6 digits", code)
        self._screen.wait_until_gone(MFA)

    def starts_by_tray(self, name: str) -> None:
        self._mouse.tray(f"Start {name}")

    def makes_default_by_tray(self, name: str) -> None:
        self._mouse.tray(f"{name}, ", "Make default")

    def starts_by_palette(self, name: str) -> None:
        self._mouse.tray_click()
        self._mouse.click(PALETTE, name, "list item")
        self._screen.wait_until_gone(PALETTE)

    def makes_default_by_palette(self, name: str) -> None:
        self._mouse.tray("Quick switch")
        self._mouse.menu_of(PALETTE, name, "list item", "Make default")
        self._screen.wait_until_gone(PALETTE)

    def makes_favorite(self, name: str) -> None:
        self._mouse.menu_of(MAIN, f"{name}, ", "list item", "Add to favorites")

    def stops(self, name: str) -> None:
        self._picks(name)
        self._mouse.click(MAIN, "Stop", "push button")

    def takes_over(self, section: str) -> None:
        title = f"[{section}] in the credentials file is someone else's"
        self._mouse.click(title, "Take over", "push button")
        self._screen.wait_until_gone(title)

    def copies(self, name: str) -> None:
        self._picks(name)
        self._mouse.click(MAIN, "Copy exports", "button menu")

    def edits_region(self, name: str, region: str) -> None:
        self._picks(name)
        self._mouse.click(MAIN, "Edit", "push button")
        self._mouse.click_right_end(EDITOR, "eu-central-1", "combo box")
        self._mouse.click(EDITOR, region, "list item")

    def tests_edit(self) -> None:
        self._mouse.click(EDITOR, "Test", "push button")
        self._screen.says(EDITOR, ":assumed-role/dev/")

    def saves_edit(self) -> None:
        self._mouse.click(EDITOR, "Save", "push button")
        self._screen.wait_until_gone(EDITOR)

    def refreshes(self, name: str) -> None:
        self._picks(name)
        self._mouse.choose(lambda: self._mouse.click(MAIN, "More actions"), "Refresh now")

    def undoes(self) -> None:
        self._mouse.click(MAIN, "Undo", "push button")

    def undoes_newest_write(self) -> None:
        self._mouse.click(MAIN, "Activity")
        for button in ("Show: File writes", "Undo…", "Undo this write"):
            self._mouse.click(ACTIVITY, button)
        self._screen.says(ACTIVITY, "Undone: ")

    def stops_all_and_quits(self) -> None:
        self._mouse.tray("Quit")
        self._mouse.click(QUIT, "Stop all and quit", "push button")

    def _picks(self, name: str) -> None:
        self._mouse.click(MAIN, f"{name}, ", "list item")
        self._screen.find(MAIN, name, "filler")  # the heading of the detail


@pytest.fixture
def mouse(desktop: Desktop, tray: Tray) -> Iterator[Mouse]:
    with Reader(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as reader, Menus(reader) as menus:
        yield Mouse(Screen(desktop, reader), tray, menus)


@pytest.mark.slow
def test_a_whole_day_goes_by_the_mouse_alone(day: Day, mouse: Mouse) -> None:
    day.walk(ByMouse(mouse))
    assert_no_complaint(day.rolecall)


@pytest.mark.slow
def test_a_click_on_a_notification_leads_to_the_code_that_is_wanted(
    rolecall: Installed, mouse: Mouse, sts: StrictSts
) -> None:
    rolecall.write_catalog(catalog().replace("[profiles.guarded]", '[profiles.guarded]\nstart = "auto"'))
    process = rolecall.start()
    mouse.notification()
    mouse.screen.wait_for_keyboard(MAIN)
    mouse.click(MAIN, "Enter MFA code", "push button")
    ByMouse(mouse).enters_code(sts.code(DEVICE))
    wait_for("the section", lambda: rolecall.section("guarded"))
    assert ":assumed-role/guarded/" in rolecall.identity_by_cli("guarded")
    assert end(process) == 0
    assert_no_complaint(rolecall)
