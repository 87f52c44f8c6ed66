"""How the window of what happened is opened, and what a person's acts leave in the journal."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from app.domain.activity import Event, What
from app.domain.session import Starter
from tests.ui.fakes.core import FakeCore
from tests.ui.test_application import settle
from ui.activity.journal import Journal, Line
from ui.application import Application
from ui.core import Tools
from ui.main_window.window import MainWindow
from ui.tray.item import TrayItem

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


class Kept:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, *events: Event) -> None:
        self.events += events


async def read() -> Sequence[Line]:
    return ()


async def write(_path: Path, _events: Sequence[Event]) -> None:
    raise AssertionError


@pytest.fixture
async def application(qapp: QApplication, core: FakeCore, tools: Tools) -> AsyncIterator[Application]:
    tray = TrayItem()
    made = Application(qapp, tray, core, replace(tools, journal=lambda: Journal(read, write)))  # type: ignore[arg-type]
    yield made
    await made.close()
    for top in qapp.topLevelWidgets():
        top.deleteLater()
    tray.hide()


async def test_the_button_opens_one_window_and_a_closed_one_opens_anew(application: Application) -> None:
    window = application.window
    window.show()
    QTest.mouseClick(window.sidebar.activity, Qt.MouseButton.LeftButton)
    first = application.activity.window
    assert first is not None
    window.sidebar.activity.click()
    assert application.activity.window is first
    await settle()
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert application.activity.window is None
    window.sidebar.activity.click()
    assert application.activity.window is not None
    application.activity.window.close()


def test_the_key_asks_for_it(window: MainWindow) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    wanted = QSignalSpy(window.sidebar.activity_wanted)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_A, keys)
    assert wanted.count() == 1


async def test_copies_and_consoles_are_recorded(application: Application, core: FakeCore) -> None:
    core.recorder = kept = Kept()  # type: ignore[attr-defined]
    application.verbs.copy("dev-poweruser", Starter.WINDOW, "fish")
    application.verbs.console("dev-poweruser", Starter.TRAY)
    await settle()
    assert sorted((one.what, one.profile, one.by) for one in kept.events) == [
        (What.CONSOLE, "dev-poweruser", Starter.TRAY),
        (What.COPIED, "dev-poweruser", Starter.WINDOW),
    ]
