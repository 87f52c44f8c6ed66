"""The settings on a desktop, by keyboard alone: each counts at once, and is in the catalog."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QImage

from tests.contract.test_appearance import COMMON, Portal
from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import catalog
from tests.support.installed import SCREENSHOTS, Installed, pick
from tests.support.tray import Tray


class Settings:
    """The open window."""

    def __init__(self, rolecall: Installed) -> None:
        self.rolecall = rolecall
        main = rolecall.window("Rolecall")
        rolecall.press(main, "ctrl+comma")
        self.window = rolecall.window("Settings")

    def go(self, page: int, field: int) -> None:
        """Go to a field: its number on its page, by the order of Tab; from the end where it is negative."""
        self.rolecall.press(self.window, f"ctrl+{page}")
        self.rolecall.desktop.xdotool("key", "--clearmodifiers", *["Tab" if field > 0 else "shift+Tab"] * abs(field))

    def saved(self, key: str) -> Any:
        return tomllib.loads(self.rolecall.catalog.read_text(encoding="utf-8")).get("settings", {}).get(key)

    def wait(self, key: str, value: object) -> None:
        wait_for(f"{key} in the catalog", lambda: self.saved(key) == value)

    def close(self) -> None:
        self.rolecall.press(self.window, "Escape")
        wait_for("the settings to go", lambda: self.rolecall.windows("Settings") == ())


@pytest.fixture
def running(rolecall: Installed, tray: Tray) -> Iterator[Installed]:
    rolecall.write_catalog(catalog().replace("[settings]\n", '[settings]\ntheme = "dark"\n'))
    process = rolecall.start()
    pick(tray, "Start dev")
    wait_for("the section", lambda: rolecall.section("dev"))
    tray.middle_click()
    yield rolecall
    assert end(process) == 0
    assert " ERROR " not in rolecall.log, rolecall.log[-3000:]


@pytest.mark.slow
def test_each_counts_at_once(running: Installed, desktop: Desktop) -> None:
    settings = Settings(running)
    running.shot("settings")
    other = desktop.home / "elsewhere" / "credentials"
    other.parent.mkdir(mode=0o700)

    settings.go(2, 1)
    desktop.xdotool("key", "ctrl+shift+F9")
    settings.wait("shortcut", "Ctrl+Shift+F9")
    running.shot("settings-key")
    settings.close()
    desktop.xdotool("key", "ctrl+shift+F9")
    switch = running.window("Quick switch")
    running.press(switch, "Escape")

    settings = Settings(running)
    settings.go(5, 1)
    desktop.xdotool("type", "--delay", "15", str(other))
    settings.wait("credentials_file", str(other))
    wait_for("the section there", lambda: other.exists() and "[dev]" in other.read_text())
    assert running.section("dev") is None, "given back in the old file"

    settings.go(6, 1)
    desktop.xdotool("type", "--delay", "15", "http://127.0.0.1:1")
    settings.wait("proxy", "http://127.0.0.1:1")
    assert running.run("start", "hub").returncode == 6, "the proxy is asked, and is not there"
    running.shot("settings-proxy")
    desktop.xdotool("key", "ctrl+a", "BackSpace", "Tab")
    wait_for("the proxy to go", lambda: settings.saved("proxy") is None)
    assert running.run("start", "hub").returncode == 0

    settings.go(1, -2)  # past the button of the foot
    desktop.xdotool("key", "space")
    entry = desktop.home / ".config/autostart/rolecall.desktop"
    wait_for("the entry of the desktop", entry.exists)
    desktop.xdotool("key", "space")
    wait_for("the entry to go", lambda: not entry.exists() or "Hidden=true" in entry.read_text())

    settings.go(1, -4)
    desktop.xdotool("key", "Down")
    settings.wait("language", "de")
    running.window("Einstellungen")
    running.shot("settings-german")
    running.press(running.window("Einstellungen"), "Escape")


@pytest.mark.slow
def test_high_contrast_comes_and_goes_with_the_desktops_setting(running: Installed, desktop: Desktop) -> None:
    settings = Settings(running)

    def ground(name: str) -> str:
        """The color below the last line of a page."""
        running.shot(name)
        lines = desktop.xdotool("getwindowgeometry", "--shell", settings.window).splitlines()
        at = {key: int(value) for key, _, value in (line.partition("=") for line in lines)}
        picture = QImage(str(SCREENSHOTS / f"{name}.png"))
        return picture.pixelColor(at["X"] + at["WIDTH"] - 60, at["Y"] + at["HEIGHT"] - 120).name()

    assert wait_for("the dark page", lambda: ground("contrast-before") == "#1b1e23")
    portal = Portal(desktop.environ["DBUS_SESSION_BUS_ADDRESS"], {COMMON: {"contrast": ("u", 1)}})
    wait_for("black", lambda: ground("contrast-on") == "#000000")
    portal.change(COMMON, "contrast", ("u", 0))
    wait_for("the dark page again", lambda: ground("contrast-off") == "#1b1e23")
    portal.close()
    settings.close()


@pytest.mark.slow
def test_the_tray_icon_follows_the_panel_and_not_the_theme_of_the_windows(running: Installed, tray: Tray) -> None:
    def lightness() -> float:
        """The mean lightness, 0 to 1, of what is painted of the icon."""
        width, height, argb = max(tray.property("IconPixmap"))
        points = [argb[at : at + 4] for at in range(0, width * height * 4, 4)]  # in the order of the network
        seen = [(max(color) + min(color)) / 510 for alpha, *color in points if alpha > 200]
        return sum(seen) / len(seen)

    text = running.catalog.read_text(encoding="utf-8")
    assert 'theme = "dark"' in text
    wait_for("dark ink for the light desktop", lambda: lightness() < 0.4)
    for wanted, light in (("dark", True), ("light", False)):
        running.write_catalog(text.replace("[settings]\n", f'[settings]\ntray_panel = "{wanted}"\n'))
        wait_for(f"ink for a {wanted} panel", lambda light=light: (lightness() > 0.6) is light)
