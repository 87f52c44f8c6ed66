"""The page of keys tells of every key of the main window, and of none that is not there."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QSignalSpy, QTest

from ui.main_window.window import MainWindow
from ui.palette.keys import _CONTROL  # pyright: ignore[reportPrivateUsage]
from ui.present.arrange import View, ViewKind
from ui.present.keylist import key_sections


def told(number: int) -> set[str]:
    """The keys of a section; "Ctrl+1 … 4" are four."""
    found: set[str] = set()
    for key, _ in key_sections()[number][1]:
        first, _, last = key.partition(" … ")
        stem = first.rstrip("0123456789")
        found |= {f"{stem}{one}" for one in range(1, int(last) + 1)} if last else {key}
    return {QKeySequence(one).toString() for one in found}


def test_all_keys_of_the_main_window_are_told_and_no_others(window: MainWindow) -> None:
    there = {one.key().toString() for one in window.findChildren(QShortcut) if one.parent() is window}
    assert told(0) - {"Enter"} == there


def test_all_keys_of_the_quick_switch_are_told_and_no_others() -> None:
    there = {QKeySequence(int(key) | Qt.KeyboardModifier.ControlModifier.value).toString() for key in _CONTROL}
    assert told(1) - {f"Ctrl+{one}" for one in range(1, 10)} == there | {"Enter", "Tab", "Esc"}


def test_a_source_is_edited_and_deleted_by_key_where_its_row_has_the_focus(window: MainWindow) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    assert window.sidebar.pick(View(ViewKind.SOURCE, "mira.lind"))
    edited, profile = QSignalSpy(window.edit_source), QSignalSpy(window.edit_profile)
    window.sidebar.list.setFocus()
    QTest.keyClick(window.sidebar.list, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert [edited.at(0), profile.count()] == [["mira.lind"], 0]
    QTest.keyClick(window.sidebar.list, Qt.Key.Key_Delete)
    question = window._question
    assert "mira.lind" in question.windowTitle()
    question.close()
    window.list.view.setFocus()
    QTest.keyClick(window.list.view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert profile.count() == 1
