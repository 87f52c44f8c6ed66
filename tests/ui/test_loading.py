"""The outline while a large catalog is read: only for who asked for the window, and only if that takes long."""

from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import running
from ui.main_window.loading import LoadingWindow
from ui.present.menu import Do, Entry
from ui.running import Run
from ui.tray.item import TrayItem

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.fixture
def run(qapp: QApplication, tray: TrayItem, monkeypatch: pytest.MonkeyPatch) -> Run:
    assert running._PATIENCE == 200
    monkeypatch.setattr(running, "_PATIENCE", 10)
    return Run(qapp, tray, None)


def outlines(qapp: QApplication) -> list[LoadingWindow]:
    return [one for one in qapp.topLevelWidgets() if isinstance(one, LoadingWindow) and one.isVisible()]


def test_it_is_shown_after_a_moment_and_goes_with_the_window(run: Run, qapp: QApplication, qtbot: QtBot) -> None:
    qtbot.wait(20)
    assert outlines(qapp) == [], "nobody asked for a window"
    run._chosen_early(Entry("open", "Open", Do.OPEN))
    run._open_early()
    qtbot.waitUntil(lambda: len(outlines(qapp)) == 1)
    outlines(qapp)[0].grab()
    run._hide_loading()
    assert outlines(qapp) == []
    run._hide_loading()


def test_a_window_that_comes_at_once_needs_none(run: Run, qapp: QApplication, qtbot: QtBot) -> None:
    run._open_early()
    run._application = cast("Any", object())
    qtbot.wait(30)
    assert outlines(qapp) == []
