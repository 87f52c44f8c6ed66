"""The key of the whole desktop: how it is written, and what is said where there is none."""

import pytest

from tests.ui.fakes.core import FakeCore
from ui.application import Application
from ui.core import Tools
from ui.platform.x11 import parsed
from ui.switch import QuickSwitch
from ui.tray.item import TrayItem

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.mark.parametrize(
    ("shortcut", "found"),
    [
        ("Ctrl+Alt+R", (12, "r")),
        ("ctrl+shift+space", (5, "space")),
        ("Meta+F9", (64, "F9")),
        ("Ctrl+.", (4, "period")),
        ("Ctrl+1", (4, "1")),
        ("R", None),
        ("Hyper+R", None),
        ("Ctrl+", None),
    ],
)
def test_shortcuts(shortcut: str, found: tuple[int, str] | None) -> None:
    assert parsed(shortcut) == found


async def test_where_no_key_can_be_held_the_command_to_bind_is_said(qapp: object, core: FakeCore, tools: Tools) -> None:
    tray = TrayItem()
    application = Application(qapp, tray, core, tools)  # type: ignore[arg-type]
    switch = application.switch
    assert isinstance(switch, QuickSwitch)
    switch.listen()
    assert switch.key_line()[0] == "rolecall palette"
    switch.held = "Ctrl+Alt+R"
    assert switch.key_line()[0] == "Ctrl+Alt+R"
    await application.close()
