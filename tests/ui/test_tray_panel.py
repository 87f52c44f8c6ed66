"""What the tray icon is drawn in: the setting, Windows' own word of its taskbar, else what the system says."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from tests.ui.fakes.core import FakeCore
from tests.ui.test_tray_menu import of
from ui.style.theme import install
from ui.tray.item import TrayItem
from ui.tray.panel import Panel, taskbar_is_light

DARK_INK, LIGHT_INK = "#191C22", "#E8EAEE"


def test_the_setting_counts_before_the_system(qapp: QApplication) -> None:
    panel = Panel()
    assert panel.ink == LIGHT_INK, "nothing is known: most panels are dark"
    panel.use("light")
    assert panel.ink == DARK_INK
    panel.use("dark")
    assert panel.ink == LIGHT_INK


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # Qt asks for it where there is no X11
def test_the_icon_is_drawn_anew_on_another_panel_and_only_then(qapp: QApplication, core: FakeCore) -> None:
    item = TrayItem()
    try:
        item.show(of(core))
        before = item.icon.icon().cacheKey()
        item.show(of(core), "automatic")
        assert item.icon.icon().cacheKey() == before
        item.show(of(core), "light")
        assert item.icon.icon().cacheKey() != before
    finally:
        item.hide()


def test_the_desktops_word_counts_while_windows_have_a_theme_of_their_own(qapp: QApplication) -> None:
    theme = install(qapp)
    panel = Panel()
    try:
        theme.choose("dark")
        panel.look()
        assert panel.ink == LIGHT_INK, "nothing was said yet"
        panel.told(False)
        assert (panel.ink, panel.menu_ink) == (DARK_INK, DARK_INK), "a light desktop below dark windows"
        theme.choose("light")
        panel.told(True)
        assert (panel.ink, panel.menu_ink) == (LIGHT_INK, LIGHT_INK)
        panel.told(None)
        assert panel.ink == DARK_INK, "no longer dark"
    finally:
        theme.choose("system")
    panel.told(True)
    assert qapp.styleHints().colorScheme() is Qt.ColorScheme.Unknown
    assert panel.ink == LIGHT_INK, "windows follow the system: what Qt says is the system's"


def test_a_desktop_that_says_nothing_leaves_what_is_known(qapp: QApplication) -> None:
    theme, panel = install(qapp), Panel()
    panel._scheme = Qt.ColorScheme.Light
    try:
        theme.choose("dark")
        panel.told(None)
        assert panel.ink == DARK_INK
    finally:
        theme.choose("system")


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
def test_the_icon_follows_the_desktop_at_once(qapp: QApplication, core: FakeCore) -> None:
    theme, item = install(qapp), TrayItem()
    try:
        theme.choose("dark")
        item.show(of(core))
        keys = [item.icon.icon().cacheKey()]
        for dark in (False, True):
            item.system_says(dark)
            keys.append(item.icon.icon().cacheKey())
        assert keys[1] != keys[0]
        assert keys[2] == keys[0]
    finally:
        item.hide()
        theme.choose("system")


@pytest.mark.parametrize(
    ("text", "light"), [("", False), ("SystemUsesLightTheme=0", False), ("SystemUsesLightTheme=1", True)]
)
def test_windows_taskbar_has_a_choice_of_its_own(tmp_path: Path, text: str, light: bool) -> None:
    file = tmp_path / "personalize.ini"
    file.write_text(f"[General]\nAppsUseLightTheme={int(not light)}\n{text}\n")
    assert taskbar_is_light(QSettings(str(file), QSettings.Format.IniFormat)) is light
