"""The sidebar: a tree that is remembered, drops, sources that are shown when they are wanted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QStandardItem
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from app.domain.keys import OLD_AFTER
from app.domain.source import AccessKeys
from tests.ui.fakes.core import NOW, FakeCore
from ui.main_window.sidebar_tree import ITEM
from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.models.profiles import PROFILES, dragged
from ui.present.arrange import View, ViewKind

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def focused(window: MainWindow) -> None:
    window.resize(1180, 760)
    window.activateWindow()
    QTest.qWaitForWindowActive(window)


def place(window: MainWindow, view: View) -> QPointF:
    tree = window.sidebar.list
    row = next(one for one in tree.every() if one.data(ITEM).view == view)
    tree.scrollTo(row.index())
    return QPointF(tree.visualRect(row.index()).center())


def carried(window: MainWindow, *names: str) -> QMimeData:
    return window.model.mimeData([window.model.place(name) for name in names])


def drop(window: MainWindow, view: View, *names: str) -> bool:
    """Drag profiles to a view and let them go; returns whether they were taken."""
    tree, at, data = window.sidebar.list, place(window, view), carried(window, *names)
    copy = Qt.DropAction.CopyAction
    entered = QDragEnterEvent(at.toPoint(), copy, data, LEFT, NONE)
    QApplication.sendEvent(tree.viewport(), entered)
    assert entered.isAccepted()
    moved = QDragMoveEvent(at.toPoint(), copy, data, LEFT, NONE)
    QApplication.sendEvent(tree.viewport(), moved)
    assert (tree.target == view) is moved.isAccepted()
    let_go = QDropEvent(at, copy, data, LEFT, NONE)
    QApplication.sendEvent(tree.viewport(), let_go)
    assert tree.target is None
    return moved.isAccepted()


def test_several_are_dropped_on_a_group_in_one_save_and_taken_back(window: MainWindow, core: FakeCore) -> None:
    assert drop(window, View(ViewKind.GROUP, "Acme/Dev"), "prod-admin", "network-ops", "dev-poweruser")
    assert core.catalog.profiles["network-ops"].group == "Acme/Dev"
    assert core.catalog.profiles["prod-admin"].group == "Acme/Dev"
    assert core.catalogs.saves == 1
    assert "2 profiles are in Acme/Dev" in window.status_bar.message.text(), "one was in it"
    QTest.keyClick(window.list.view, Qt.Key.Key_Z, CTRL)
    assert core.catalog.profiles["prod-admin"].group == "Acme/Prod"
    assert core.catalog.profiles["network-ops"].group == ""


def test_a_tag_and_the_favorites_take_profiles(window: MainWindow, core: FakeCore) -> None:
    assert drop(window, View(ViewKind.TAG, "pci"), "prod-admin")
    assert core.catalog.profiles["prod-admin"].tags == ("on-call", "terraform", "pci")
    assert drop(window, View(ViewKind.FAVORITES), "network-ops", "prod-admin")
    assert core.catalog.profiles["network-ops"].favorite
    assert core.catalogs.saves == 2


@pytest.mark.parametrize(
    ("view", "name"),
    [
        (View(ViewKind.GROUP, "Acme/Prod"), "prod-admin"),  # it is in it
        (View(ViewKind.TAG, "on-call"), "prod-admin"),
        (View(ViewKind.FAVORITES), "prod-admin"),
        (View(ViewKind.ALL), "network-ops"),  # nothing to be put in
        (View(ViewKind.ACTIVE), "network-ops"),
    ],
)
def test_what_would_change_nothing_is_refused(window: MainWindow, core: FakeCore, view: View, name: str) -> None:
    assert not drop(window, view, name)
    assert core.catalogs.saves == 0


def test_something_else_is_refused(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("prod-admin")
    assert dragged(data) == []
    entered = QDragEnterEvent(
        place(window, View(ViewKind.FAVORITES)).toPoint(), Qt.DropAction.CopyAction, data, LEFT, NONE
    )
    QApplication.sendEvent(window.sidebar.list.viewport(), entered)
    assert not entered.isAccepted()


def test_names_go_along_as_text(window: MainWindow) -> None:
    data = carried(window, "network-ops", "prod-admin")
    assert data.text() == "network-ops\nprod-admin"
    assert data.hasFormat(PROFILES)


def test_closed_groups_are_remembered_and_stay_closed_when_the_catalog_changes(
    window: MainWindow, core: FakeCore
) -> None:
    tree = window.sidebar.list
    at = place(window, View(ViewKind.GROUP, "Acme"))
    assert window.sidebar.closed_groups() == []
    QTest.mouseClick(tree.viewport(), LEFT, NONE, QPointF(20, at.y()).toPoint())
    assert window.sidebar.closed_groups() == ["Acme"]
    assert window.model.view == View(), "the arrow picks nothing"
    window.verbs.edits.add_tag(["prod-admin"], "pci")
    assert window.sidebar.closed_groups() == ["Acme"]
    window.sidebar.sources.click()
    window.remember()
    again = MainWindow(window.core, window.tools, window.verbs, Memory(window.core.state))
    try:
        assert again.sidebar.closed_groups() == ["Acme"]
        assert again.sidebar.sources.isChecked()
    finally:
        again.deleteLater()


def test_keys_open_and_close_a_group(window: MainWindow) -> None:
    window.sidebar.pick(View(ViewKind.GROUP, "Acme"))
    window.sidebar.list.setFocus()
    QTest.keyClick(window.sidebar.list, Qt.Key.Key_Left)
    assert window.sidebar.closed_groups() == ["Acme"]
    QTest.keyClick(window.sidebar.list, Qt.Key.Key_Right)
    QTest.keyClick(window.sidebar.list, Qt.Key.Key_Down)
    assert window.model.view == View(ViewKind.GROUP, "Acme/Dev")


def test_sources_are_shown_when_they_are_wanted(window: MainWindow) -> None:
    tree = window.sidebar.list
    row = next(one for one in tree.every() if one.data(ITEM).view == View(ViewKind.SOURCE, "fjord"))
    assert tree.visualRect(row.index()).isEmpty()
    assert window.sidebar.sources.accessibleName() == "Sources, 4"
    window.sidebar.sources.click()
    assert not tree.visualRect(row.index()).isEmpty()
    opened = QSignalSpy(window.edit_source)
    tree.activated.emit(row.index())
    assert opened.at(0) == ["fjord"]
    window.sidebar.sources.click()
    assert window.sidebar.pick(View(ViewKind.SOURCE, "fjord")), "a view that is picked is shown"
    assert window.sidebar.sources.isChecked()


def test_an_empty_group_can_be_filled(window: MainWindow, core: FakeCore) -> None:
    core.catalogs.tables["groups"]["Acme/Archive"] = {"color": "slate"}
    core.catalog = core.catalogs._read(core.catalogs.tables)
    window.reload()
    view = View(ViewKind.GROUP, "Acme/Archive")
    assert window.sidebar.pick(view)
    assert window.list.empty.isVisible()
    assert window.list.empty.title.text() == "Nothing in Acme / Archive"
    made = QSignalSpy(window.new_profile)
    window.list.empty.new.click()
    assert made.count() == 1
    window.sidebar.pick(View())
    assert drop(window, view, "prod-admin")
    assert core.catalog.profiles["prod-admin"].group == "Acme/Archive"


def test_typing_goes_on_to_the_search_from_everywhere(window: MainWindow) -> None:
    window.list.pick("dev-poweruser")
    for start in (window.sidebar.list, window.detail.copy, window.detail.edit, window.sidebar.settings):
        window.list.search.clear()
        start.setFocus()
        QTest.keyClick(start, Qt.Key.Key_D)
        assert window.list.search.text() == "d", start
        assert QApplication.focusWidget() is window.list.search


def test_f6_goes_round_and_tab_follows_the_window(window: MainWindow) -> None:
    window.list.pick("prod-admin")
    QApplication.processEvents()  # what is new in the detail is shown with the next turn
    window.sidebar.list.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert seen == [window.list.view, window.detail.stop, window.sidebar.list]
    window.list.search.setFocus()
    stops = [window.list.search]
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is window.list.search:
            break
        stops.append(now)
    detail, first = window.detail, window.detail.problem.first_button()
    wanted = [
        *(window.list.search, window.list.add, window.list.order, window.list.view),
        *(detail.stop, detail.copy, detail.console, detail.edit, detail.more, first),
        *(window.status_bar.pause, window.sidebar.list, window.sidebar.sources, window.sidebar.settings),
    ]
    assert [one.accessibleName() or one.text() for one in wanted if one not in stops] == []
    places = [stops.index(one) for one in wanted]
    assert places == sorted(places)


def source_row(window: MainWindow, name: str) -> QStandardItem:
    return next(one for one in window.sidebar.list.every() if one.data(ITEM).view == View(ViewKind.SOURCE, name))


def test_a_source_shows_how_old_its_key_is(window: MainWindow, core: FakeCore) -> None:
    source = core.catalog.sources["mira.lind"]
    assert isinstance(source, AccessKeys)
    window.sidebar.sources.setChecked(True)
    window.reload()
    tree, spoken = window.sidebar.list, Qt.ItemDataRole.AccessibleTextRole
    assert source_row(window, "mira.lind").data(ITEM).detail == "", "nothing is known, and nothing is asked"
    low = tree.visualRect(source_row(window, "mira.lind").index()).height()

    core.catalog = replace(core.catalog, key_times={source.access_key_id: NOW - OLD_AFTER})
    window.sidebar.refresh(core.catalog, core.engine.store.statuses, NOW)  # a test found out
    row = source_row(window, "mira.lind")
    assert (row.data(ITEM).detail, row.data(ITEM).old) == ("key 90 days old", False)
    assert row.data(spoken) == f"mira.lind, {row.data(ITEM).count}, key 90 days old"

    core.catalog = replace(core.catalog, key_times={source.access_key_id: NOW - OLD_AFTER - timedelta(days=1)})
    window.reload()
    row = source_row(window, "mira.lind")
    assert (row.data(ITEM).detail, row.data(ITEM).old) == ("key 91 days old", True)
    assert row.data(spoken).endswith("key 91 days old, Older than 90 days: a new one is due.")
    assert row.toolTip() == "key 91 days old\nOlder than 90 days: a new one is due."
    assert tree.visualRect(row.index()).height() > low, "the line has room of its own"
    assert source_row(window, "fjord").data(ITEM).detail == "", "no access key"
