"""The list's geometry: reckoned, with keys, pointer and selection as a list of Qt's has them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot

from tests.ui.fakes.core import FakeCore
from ui.main_window.profile_view import ProfileView
from ui.models.profiles import ProfileList

SHIFT = Qt.KeyboardModifier.ShiftModifier
Hint = QAbstractItemView.ScrollHint


@pytest.fixture
def view(core: FakeCore, qtbot: QtBot) -> Iterator[ProfileView]:
    model = ProfileList(core.clock)
    model.use(core.catalog, core.engine.store.statuses)
    made = ProfileView(model)
    qtbot.addWidget(made)
    made.resize(388, 200)
    made.show()
    made.setFocus()
    QTest.qWaitForWindowActive(made)
    yield made
    made.close()


def test_every_row_stands_where_it_is_found(view: ProfileView) -> None:
    tall, low = view.profiles.heights()
    y = 0
    for row in range(view.rows.rowCount()):
        index = view.rows.index(row)
        height = low if row in view.rows.sections else tall
        view.scrollTo(index)
        box = view.visualRect(index)
        assert (box.top() + view.verticalOffset(), box.height()) == (y, height)
        assert view.indexAt(box.topLeft()).row() == view.indexAt(box.bottomRight()).row() == row
        y += height
    assert view.verticalScrollBar().maximum() == y - view.viewport().height()
    assert not view.indexAt(QPoint(5, y)).isValid()
    assert not view.indexAt(QPoint(5, -5000)).isValid()
    assert view.visualRect(QModelIndex()) == QRect()


def test_keys_step_over_headings_and_stop_at_the_ends(view: ProfileView) -> None:
    view.pick(view.first())
    seen = [view.picked]
    for _ in range(12):
        QTest.keyClick(view, Qt.Key.Key_Down)
        if view.picked != seen[-1]:
            seen.append(view.picked)
    every = [name for row in range(view.rows.rowCount()) if (name := view.rows.name_at(view.rows.index(row)))]
    assert seen == every
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.picked == every[0]
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.picked == every[0]
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert view.picked not in {every[0], every[-1]}
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.picked == every[-1]
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.picked != every[-1]


def test_shift_selects_a_range_by_key_and_by_pointer(view: ProfileView) -> None:
    view.pick(view.first())
    QTest.keyClick(view, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert len(view.selected()) == 3
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(view.selected()) == 9, "headings are no profiles"
    view.pick(view.first())
    last = view.rows.index(view.rows.rowCount() - 1)
    view.scrollTo(last)
    at = view.visualRect(last).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, SHIFT, at)
    assert len(view.selected()) == 9


def test_scrolling_brings_a_row_where_it_is_wanted(view: ProfileView) -> None:
    middle = view.rows.index(5)
    view.scrollTo(middle, Hint.PositionAtTop)
    assert view.visualRect(middle).top() == 0
    view.scrollTo(middle, Hint.PositionAtBottom)
    assert view.visualRect(middle).bottom() + 1 == view.viewport().height()
    view.scrollTo(middle, Hint.PositionAtCenter)
    assert abs(view.visualRect(middle).center().y() - view.viewport().height() // 2) <= 1
    before = view.verticalOffset()
    view.scrollTo(middle)
    assert view.verticalOffset() == before, "it was in sight"


def test_an_empty_list_has_no_rows_and_takes_keys(view: ProfileView) -> None:
    view.rows.show(query="no such profile anywhere")
    QApplication.processEvents()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert not view.indexAt(QPoint(5, 5)).isValid()
    assert view.verticalScrollBar().maximum() == 0
    assert view.selected() == []
    view.grab()


def test_the_ring_of_the_focus_is_there_when_it_came_by_a_key(view: ProfileView) -> None:
    view.pick(view.first())
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.by_key
    view.clearFocus()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not view.by_key


def test_what_is_painted_is_what_is_in_sight(view: ProfileView) -> None:
    made: list[str] = []
    row = view.rows.row
    view.rows.row = lambda name: (made.append(name), row(name))[1]  # type: ignore[method-assign]
    view.scrollTo(view.rows.index(view.rows.rowCount() - 1))
    made.clear()
    view.viewport().grab()
    assert made[-1] == "staging-admin"
    assert 0 < len(made) < 9


def test_a_rings_drawing_is_20_px_as_wide_as_high(view: ProfileView) -> None:
    index = view.rows.place("dev-poweruser")
    view.resize(388, 700)
    view.scrollTo(index)
    box = view.visualRect(index)
    seen = view.viewport().grab(QRect(box.left(), box.top(), 40, box.height())).toImage()
    ground = seen.pixelColor(5, 5)
    there = [(x, y) for x in range(40) for y in range(seen.height()) if seen.pixelColor(x, y) != ground]
    assert (min(there)[0], max(there)[0]) == (14, 33)
    assert max(y for _, y in there) - min(y for _, y in there) == 19
