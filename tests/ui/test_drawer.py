"""The sidebar in a window that has no room for it, and where a person does not want it."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.present.arrange import View, ViewKind

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def small(window: MainWindow) -> None:
    window.resize(1180, 760)
    window.splitter.setSizes([251, 929])
    window.resize(760, 480)
    window.activateWindow()
    QTest.qWaitForWindowActive(window)


def again(window: MainWindow, size: QSize) -> MainWindow:
    window.remember()
    made = MainWindow(window.core, window.tools, window.verbs, Memory(window.core.state))
    made.resize(size)
    made.show()
    return made


def test_a_button_opens_it_over_the_list_and_a_choice_closes_it(window: MainWindow) -> None:
    side = window.sidebar
    assert not side.isVisible()
    assert window.list.side.isVisible()
    window.list.side.click()
    assert side.isVisible()
    assert side.list.hasFocus()
    assert side.mapTo(window, QPoint(0, 0)) == QPoint(0, 0)
    assert window.list.width() + window.detail.width() >= 759, "list and detail stay as they are"
    row = next(one for one in side.list.every() if window.sidebar.list.isVisible() and one.text() == "Favorites")
    QTest.mouseClick(side.list.viewport(), LEFT, NONE, side.list.visualRect(row.index()).center())
    assert window.model.view == View(ViewKind.FAVORITES)
    assert not side.isVisible()
    assert window.list.view.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_F9, Qt.Key.Key_Escape, Qt.Key.Key_F6])
def test_keys_open_and_close_it(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.list.view, Qt.Key.Key_F9)
    assert window.drawer.opened
    QTest.keyClick(window.sidebar.list, key)
    assert not window.drawer.opened
    assert not window.sidebar.isVisible()
    assert window.isVisible()


def test_f6_goes_through_it(window: MainWindow) -> None:
    window.detail.stop.setFocus()
    QTest.keyClick(window.detail.stop, Qt.Key.Key_F6)
    assert window.sidebar.list.hasFocus()
    QTest.keyClick(window.sidebar.list, Qt.Key.Key_F6)
    assert window.list.view.hasFocus()
    assert not window.drawer.opened


def test_a_click_beside_it_and_the_focus_elsewhere_close_it(window: MainWindow) -> None:
    window.drawer.open()
    QTest.mouseClick(window.drawer, LEFT, NONE, QPoint(window.drawer.width() - 20, 100))
    assert not window.drawer.opened
    window.drawer.open()
    window.sidebar.settings.setFocus()
    assert window.drawer.opened
    window.list.search.setFocus()
    assert not window.drawer.opened
    assert window.list.search.hasFocus()


def test_with_room_it_is_back_in_its_place_as_wide_as_it_was(window: MainWindow) -> None:
    window.drawer.open()
    window.resize(1180, 760)
    QApplication.processEvents()
    assert window.splitter.widget(0) is window.sidebar
    assert window.sidebar.isVisible()
    assert window.sidebar.width() == 251
    assert not window.list.side.isVisible()


def test_hidden_where_it_has_room_it_stays_so_after_a_restart(window: MainWindow) -> None:
    window.resize(1180, 760)
    QTest.keyClick(window.list.view, Qt.Key.Key_F9)
    assert not window.sidebar.isVisible()
    assert window.list.side.isVisible()
    made = again(window, QSize(1180, 760))
    try:
        assert not made.sidebar.isVisible()
        made.list.side.click()
        assert made.sidebar.isVisible()
        assert made.focusWidget() is made.sidebar.list
        assert made.sidebar.width() == 251
    finally:
        made.close()
        made.deleteLater()


def test_left_open_it_is_not_open_after_a_restart(window: MainWindow) -> None:
    window.drawer.open()
    made = again(window, QSize(760, 480))
    try:
        assert not made.drawer.opened
        assert made.list.side.isVisible()
    finally:
        made.close()
        made.deleteLater()
