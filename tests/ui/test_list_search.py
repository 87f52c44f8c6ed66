"""The list's search: ranked as the quick switch's, matched letters marked; rows that wait before they move."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.domain.names import ProfileName
from tests.ui.fakes.core import NOW, FakeCore, active
from tests.ui.fakes.reading import fake_core
from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.models.profiles import MARKED, ProfileList
from ui.present.arrange import Order, View, ViewKind
from ui.present.palette import SHOWN, Finder, Marked, Now
from ui.style.faces import Face, places_in
from ui.style.theme import theme
from ui.verbs import Verbs


def shown(model: ProfileList) -> list[str]:
    return [name for row in range(model.rowCount()) if (name := model.name_at(model.index(row)))]


def test_a_match_in_the_name_comes_first_and_sections_are_gone(window: MainWindow) -> None:
    window.list.search.setText("readonly")
    assert shown(window.model) == ["prod-readonly", "billing-view"]
    assert window.model.rowCount() == 2
    found = window.model.data(window.model.place("prod-readonly"), MARKED)
    assert isinstance(found, Marked)
    assert found.name == frozenset(range(5, 13))
    assert window.list.view.picked == "prod-readonly"
    window.list.search.clear()
    assert window.model.rowCount() == 11
    assert window.model.data(window.model.place("prod-readonly"), MARKED) is None


@pytest.mark.parametrize("query", ["prod", "adm", "prad", "eu-central", "acme", "4444", "on-call", "Staging", "o"])
def test_the_order_is_the_quick_switchs(window: MainWindow, core: FakeCore, query: str) -> None:
    window.list.search.setText(query)
    listed = Finder(core.catalog).listed(query, Now(core.engine.store.statuses, window.memory.recents, NOW))
    assert shown(window.model) == list(listed.lines)


def test_a_search_stays_in_the_view(window: MainWindow) -> None:
    window.sidebar.pick(View(ViewKind.GROUP, "Acme/Prod"))
    window.list.search.setText("acme")
    assert set(shown(window.model)) == {"prod-admin", "prod-readonly"}


def test_more_matches_than_are_ranked_are_there_too() -> None:
    toml = '[sources.s]\nkind="environment"\n' + "".join(
        f'[profiles.team-{number:05}]\nsource="s"\n' for number in range(SHOWN * 3)
    )
    core, _ = fake_core(toml, running=False)
    found = Finder(core.catalog).ranked("team", Now({}, (), NOW))
    assert len(found) == len(set(found)) == SHOWN * 3
    assert found[0] == "team-00000"
    only = Finder(core.catalog).ranked("team", Now({}, (), NOW), lambda name: name.endswith("7"))
    assert len(only) == SHOWN * 3 // 10


def test_matched_letters_are_painted_in_the_accent(window: MainWindow, qtbot: QtBot) -> None:
    accent = QColor(theme().tokens.color("accent-text"))

    def reds(image: QImage) -> int:
        near = 40
        points = ((x, y) for x in range(40, 200) for y in range(6, 30))
        colors = (image.pixelColor(x, y) for x, y in points)
        return sum(abs(one.red() - accent.red()) + abs(one.blue() - accent.blue()) < near for one in colors)

    view = window.list.view
    window.list.search.setText("staging")
    QApplication.processEvents()
    assert reds(view.viewport().grab().toImage()) > 20
    window.list.search.clear()
    window.list.pick("dev-poweruser")
    view.scrollTo(window.model.index(1))
    QApplication.processEvents()
    plain = view.viewport().grab(view.visualRect(window.model.place("dev-poweruser"))).toImage()
    assert reds(plain) == 0


def test_places_of_letters_in_a_name_without_its_middle() -> None:
    assert places_in("abc…xyz", "abcdefuvwxyz", frozenset({0, 1, 5, 11})) == {0, 1, 6}
    assert places_in("abc", "abc", frozenset({1})) == {1}


def test_a_text_from_the_right_is_left_whole() -> None:
    face = Face("body")
    assert len(face.pieces("חשבון ייצור", frozenset({0, 1}))) == 1
    assert len(face.pieces("prod-admin", frozenset({0, 1}))) == 2


def test_down_and_enter_act_on_what_was_found(window: MainWindow, core: FakeCore) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    window.list.search.setFocus()
    QTest.keyClicks(window.list.search, "staging")
    QTest.keyClick(window.list.search, Qt.Key.Key_Return)
    assert [verb[:2] for verb in core.engine.verbs] == [("start", "staging-admin")]
    QTest.keyClick(window.list.search, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is window.list.view


def test_rows_move_only_after_pointer_and_selection_rested(window: MainWindow, core: FakeCore, qtbot: QtBot) -> None:
    assert window.list._still.interval() == 2000
    window.list._still.setInterval(50)
    qtbot.waitUntil(lambda: not window.model._held)
    before = shown(window.model)
    QTest.mouseMove(window.list.view.viewport(), QPoint(30, 30))
    window.list.view.stirred.emit()
    core.engine.store.put(active("staging-admin", minutes=1))
    assert shown(window.model) == before, "nothing moves under a pointer"
    row = window.model.row("staging-admin")
    assert row.running, "but what it says is true at once"
    qtbot.waitUntil(lambda: shown(window.model) != before)
    assert shown(window.model).index("staging-admin") < shown(window.model).index("prod-readonly")


def test_a_renewed_session_finds_its_place(core: FakeCore) -> None:
    model = ProfileList(core.clock)
    model.use(core.catalog, core.engine.store.statuses)
    names = shown(model)
    assert names.index("dev-poweruser") < names.index("billing-view")
    core.engine.store.put(active("dev-poweruser", minutes=600, lifetime=700))
    model.update_statuses([ProfileName("dev-poweruser")], core.engine.store.statuses)
    names = shown(model)
    assert names.index("dev-poweruser") > names.index("billing-view")


def test_compact_rows_at_once_and_after_a_restart(window: MainWindow, core: FakeCore) -> None:
    tall = window.list.view.sizeHintForRow(1)
    core.catalogs.tables["settings"]["density"] = "compact"
    core.catalog = core.catalogs._read(core.catalogs.tables)
    window.list.pick("staging-admin")
    window.verbs.catalog_changed.emit()
    QApplication.processEvents()
    low = window.list.view.sizeHintForRow(1)
    assert low < tall
    assert window.list.view.visualRect(window.model.place("staging-admin")).height() == low
    assert window.list.view.picked == "staging-admin"
    again = MainWindow(window.core, window.tools, window.verbs, Memory(window.core.state))
    try:
        assert again.list.view.sizeHintForRow(1) == low
    finally:
        again.deleteLater()


def test_the_sort_order_by_account_is_kept_beside_a_search(window: MainWindow) -> None:
    window.list.order.setCurrentIndex(window.list.order.findData(Order.ACCOUNT))
    window.list.search.setText("admin")
    window.list.search.clear()
    idle = shown(window.model)[-2:]
    assert idle == ["prod-readonly", "staging-admin"]


def test_ten_thousand_are_laid_out_without_a_look_at_each(verbs: Verbs, core: FakeCore) -> None:
    toml = '[sources.s]\nkind="environment"\n' + "".join(
        f'[profiles.team-{number}-admin]\nsource="s"\n' for number in range(10_000)
    )
    many, tools = fake_core(toml, running=False)
    window = MainWindow(many, tools, verbs, Memory(many.state))
    asked: list[int] = []
    row = window.model.row
    window.model.row = lambda name: (asked.append(1), row(name))[1]  # type: ignore[method-assign]
    try:
        window.show()
        QApplication.processEvents()
        window.list.search.setText("team-77")
        QApplication.processEvents()
        assert window.model.count > 100
        assert 0 < len(asked) < 200
    finally:
        window.close()
        window.deleteLater()


def test_the_clock_of_the_rows_goes_on_while_they_are_held(window: MainWindow, core: FakeCore) -> None:
    window.list.view.stirred.emit()
    core.clock.at = NOW + timedelta(seconds=60)
    assert window.model.row("dev-poweruser").right == "50:30"


def test_the_picture_in_the_search_has_a_name_and_no_tooltip(window: MainWindow) -> None:
    (lens,) = (
        one for one in window.list.search.findChildren(QToolButton) if one.defaultAction() is window.list.search._lens
    )
    assert (lens.accessibleName(), lens.toolTip()) == ("Search", "")
