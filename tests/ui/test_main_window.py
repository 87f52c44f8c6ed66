"""The main window's verbs, by mouse and by key."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.names import ProfileName
from app.domain.problem import Code, Problem
from app.domain.session import Starter
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW, FakeCore, active, stopped
from ui.main_window.remedy import carry_out
from ui.main_window.window import MainWindow
from ui.present.arrange import View, ViewKind
from ui.present.chain import links_of
from ui.present.remedies import Button, Do

CTRL = Qt.KeyboardModifier.ControlModifier


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


@pytest.fixture(autouse=True)
def focused(window: MainWindow) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)


def verbs_of(core: FakeCore) -> list[tuple[object, ...]]:
    return core.engine.verbs


def test_start_and_stop_buttons(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("staging-admin")
    assert window.detail.start.isVisible()
    assert not window.detail.stop.isVisible()
    window.detail.start.click()
    assert verbs_of(core) == [("start", "staging-admin", Starter.WINDOW, False)]
    core.engine.store.put(active("staging-admin"))
    assert window.detail.stop.isVisible()
    window.detail.stop.click()
    assert verbs_of(core)[-1] == ("stop", "staging-admin")


def test_enter_starts_an_idle_one_and_copies_an_active_one(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("staging-admin")
    window.list.view.setFocus()
    press(window.list.view, Qt.Key.Key_Return)
    assert verbs_of(core) == [("start", "staging-admin", Starter.WINDOW, False)]
    window.list.pick("dev-poweruser")
    press(window.list.view, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "bash dev-poweruser ASIAEXAMPLE00000001"
    assert "cleared from the clipboard in 45 s" in window.status_bar.message.text()


def test_enter_never_starts_production_alone(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("prod-readonly")
    window.list.view.setFocus()
    press(window.list.view, Qt.Key.Key_Return)
    assert verbs_of(core) == []
    card = window.detail.confirm
    assert card.isVisible()
    assert QApplication.focusWidget() is card.cancel
    press(card.cancel, Qt.Key.Key_Return)
    press(card.cancel, Qt.Key.Key_Space)
    assert verbs_of(core) == []
    assert not card.isVisible()


def test_ctrl_enter_or_the_button_confirm_production(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("prod-readonly")
    window.detail.start.click()
    press(window.detail.confirm.cancel, Qt.Key.Key_Return, CTRL)
    assert verbs_of(core) == [("start", "prod-readonly", Starter.WINDOW, False)]
    window.detail.start.click()
    window.detail.confirm.confirm.click()
    assert len(verbs_of(core)) == 2


def test_stopping_production_asks_too(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("prod-admin")
    press(window.list.view, Qt.Key.Key_Period, CTRL)
    assert verbs_of(core) == []
    assert window.detail.confirm.question is not None
    press(window.detail.confirm.cancel, Qt.Key.Key_Return, CTRL)
    assert verbs_of(core) == [("stop", "prod-admin")]


def test_another_profile_takes_the_question_away(window: MainWindow) -> None:
    window.list.pick("prod-readonly")
    window.detail.start.click()
    window.list.pick("dev-poweruser")
    assert window.detail.confirm.question is None
    assert not window.detail.confirm.isVisible()


def test_copy_of_an_idle_profile_starts_it_first(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("staging-admin")
    window.detail.copy_wanted.emit("fish")
    assert verbs_of(core)[0][:2] == ("start", "staging-admin")
    assert QGuiApplication.clipboard().text().startswith("fish staging-admin")
    assert window.verbs.shell == "fish"


def test_copying_production_that_does_not_run_asks_as_its_start_does(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("prod-readonly")
    window.detail.copy_wanted.emit("")
    assert verbs_of(core) == []
    window.detail.confirm.confirm.click()
    assert QGuiApplication.clipboard().text().startswith("bash prod-readonly")


def test_keys(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("dev-poweruser")
    edited, made, sources = (
        QSignalSpy(window.edit_profile),
        QSignalSpy(window.new_profile),
        QSignalSpy(window.new_source),
    )
    press(window.list.view, Qt.Key.Key_R, CTRL)
    press(window.list.view, Qt.Key.Key_E, CTRL)
    press(window.list.view, Qt.Key.Key_N, CTRL)
    press(window.list.view, Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)
    press(window.list.view, Qt.Key.Key_L, CTRL)
    assert verbs_of(core) == [("renew", "dev-poweruser"), ("lock",)]
    assert (edited.count(), made.count(), sources.count()) == (1, 1, 1)
    press(window.list.view, Qt.Key.Key_F, CTRL)
    assert QApplication.focusWidget() is window.list.search
    press(window.list.search, Qt.Key.Key_2, CTRL)
    assert window.model.view == View(ViewKind.ATTENTION)


def test_typing_searches_and_down_goes_to_the_list(window: MainWindow) -> None:
    window.list.view.setFocus()
    press(window.list.view, Qt.Key.Key_R)
    assert window.list.search.text() == "r"
    window.list.search.setText("readonly")
    assert window.list.view.picked == "prod-readonly", "a match in the name counts more than one in the role"
    press(window.list.search, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is window.list.view
    press(window.list.view, Qt.Key.Key_Escape)
    assert window.list.search.text() == ""


def test_no_match_offers_the_nearest_and_a_new_profile(window: MainWindow) -> None:
    made = QSignalSpy(window.new_profile)
    window.list.search.setText("prodx")
    assert window.list.empty.isVisible()
    window.list.empty.make.click()
    assert made.at(0) == ["prodx"]
    window.list.empty.use.click()
    assert window.list.search.text() == "prod"
    assert window.model.count == 2


def test_remedies(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("prod-admin")
    edited = QSignalSpy(window.edit_profile)
    button = window.detail.problem.first_button()
    assert button is not None
    assert button.text() == "Edit hop 2"
    button.click()
    assert edited.at(0) == ["prod-admin", "hop 2"]


def test_the_network_is_mended_where_it_is_set(window: MainWindow, core: FakeCore) -> None:
    wanted, sources = QSignalSpy(window.setting_wanted), QSignalSpy(window.edit_source)
    window.list.pick("prod-admin")
    carry_out(window, Button("", Do.SETTING, "proxy"))
    assert (wanted.count(), wanted.at(0), sources.count()) == (1, ["proxy"], 0)
    name = links_of(core.catalog, core.catalog.profiles[ProfileName("prod-admin")])[0].source
    assert name is not None
    own = replace(core.catalog.sources[name], proxy="http://127.0.0.1:3128")
    core.catalog = replace(core.catalog, sources={**core.catalog.sources, name: own})
    carry_out(window, Button("", Do.SETTING, "proxy"))
    assert (wanted.count(), sources.at(0)) == (1, [str(name)]), "the source has a proxy of its own"
    carry_out(window, Button("", Do.SETTING, "ca_bundle"))
    assert wanted.at(1) == ["ca_bundle"]


def test_what_the_engine_publishes_is_shown(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("staging-admin")
    core.engine.store.put(active("staging-admin", minutes=12))
    assert window.detail.shown is not None
    assert window.detail.shown.ring_text == "12:00"
    assert window.sidebar.model.item(0).text() == "Active"
    core.clock.at = NOW + timedelta(seconds=61)
    window._tick()
    assert window.detail.shown.ring_text == "10:59"
    core.engine.store.put(stopped("staging-admin"))
    assert window.detail.start.isVisible()


def test_pause_is_shown_and_resumed(window: MainWindow, core: FakeCore) -> None:
    core.engine.store.paused = True
    core.engine.store.paused_until = NOW + timedelta(minutes=30)
    core.engine.store.tell(engine=True)
    assert "paused until" in window.status_bar.next.text()
    window.status_bar.pause.click()
    assert verbs_of(core) == [("resume",)]


def test_a_second_timer_runs_only_while_the_window_can_be_seen(window: MainWindow) -> None:
    assert window._ticker.isActive()
    window.hide()
    assert not window._ticker.isActive()


def test_make_default_saves_the_setting(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("staging-admin")
    window.make_default()
    assert verbs_of(core) == [("default", "staging-admin")]
    assert core.catalog.settings.default == "staging-admin"
    assert core.catalogs.tables["settings"]["region"] == "us-east-1"


def test_favorite(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("dev-poweruser")
    press(window.list.view, Qt.Key.Key_B, CTRL)
    assert core.catalog.profiles["dev-poweruser"].favorite
    press(window.list.view, Qt.Key.Key_B, CTRL)
    assert not core.catalog.profiles["dev-poweruser"].favorite
    assert "favorite" not in core.catalogs.tables["profiles"]["dev-poweruser"]


def test_deleting_production_wants_its_name_typed(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("prod-readonly")
    press(window.list.view, Qt.Key.Key_Delete)
    card = window.detail.confirm
    assert not card.confirm.isEnabled()
    press(card.typed, Qt.Key.Key_Return, CTRL)
    assert "prod-readonly" in core.catalog.profiles
    card.typed.setText("prod-readonly")
    assert card.confirm.isEnabled()
    card.confirm.click()
    assert "prod-readonly" not in core.catalog.profiles


def test_a_catalog_that_can_be_read_again_takes_its_card_along(window: MainWindow) -> None:
    window.fail(Problem.of(Code.CATALOG_UNREADABLE, path="profiles.toml", line=3, reason="Expected '='."))
    assert window.problem.isVisible()
    window.reload()
    assert not window.problem.isVisible()
    window.fail(Problem.of(Code.VAULT_LOCKED))
    window.reload()
    assert window.problem.isVisible(), "another problem stays"


def test_a_problem_of_no_session_stands_above_and_can_be_closed(window: MainWindow) -> None:
    assert not window.problem_place.isVisible()
    window.fail(Problem.of(Code.VAULT_LOCKED))
    assert window.problem_place.isVisible()
    window.problem.dismiss()
    assert not window.problem_place.isVisible()


def test_selection_and_geometry_are_kept(window: MainWindow, core: FakeCore) -> None:
    window.list.pick("network-ops")
    window.close()
    assert core.state.files["ui.json"]["picked"] == "network-ops"
    assert core.state.files["ui.json"]["geometry"]


def test_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    window.list.pick("prod-admin")
    nameless = [
        one
        for one in window.findChildren(QWidget)
        if one.isVisible()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (one.accessibleName() or getattr(one, "text", str)())
        and not one.objectName().startswith("qt_")
        and one.objectName() not in {"ScrollLeftButton", "ScrollRightButton"}
    ]
    assert [type(one).__name__ for one in nameless] == []


def test_narrow_windows_drop_the_sidebar(window: MainWindow) -> None:
    window.resize(880, 600)
    assert not window.sidebar.isVisible()
    window.resize(1000, 600)
    assert window.sidebar.isVisible()


def test_a_name_of_two_hundred_characters_fits(core: FakeCore, window: MainWindow) -> None:
    name = ProfileName("n" * 200)
    core.catalogs.tables["profiles"][name] = dict(core.catalogs.tables["profiles"]["prod-admin"])
    core.catalogs.tables["profiles"][name].pop("delivery")
    core.catalog = core.catalogs._read(core.catalogs.tables)
    width = window.width()
    window.reload()
    window.list.pick(name)
    QApplication.processEvents()
    assert window.width() == width
    assert window.detail.shown is not None
    assert window.detail.shown.name == name


def test_what_is_wrong_in_the_catalog_is_said_with_a_way_to_mend_it(core: FakeCore, window: MainWindow) -> None:
    core.catalogs.tables["profiles"]["broken"] = {"source": "mira.lind", "region": "no region"}
    core.catalogs.tables["profiles"]["worse"] = {}
    core.catalog = core.catalogs._read(core.catalogs.tables)
    assert "broken" not in core.catalog.profiles
    edited = QSignalSpy(window.edit_profile)
    window.reload()
    assert window.problem_place.isVisible()
    button = window.problem.first_button()
    assert button is not None
    assert button.text() == "Edit broken"
    button.click()
    assert edited.at(0) == ["broken", ""]
    del core.catalogs.tables["profiles"]["broken"]
    del core.catalogs.tables["profiles"]["worse"]
    core.catalog = core.catalogs._read(core.catalogs.tables)
    window.reload()
    assert not window.problem_place.isVisible()


def test_locked_is_said_and_unlocked_from_there(core: FakeCore, window: MainWindow) -> None:
    core.engine.store.locked = True
    core.engine.store.tell(engine=True)
    button = window.problem.first_button()
    assert button is not None
    assert window.problem_place.isVisible()
    button.click()
    assert verbs_of(core) == [("unlock",)]
    core.engine.store.locked = False
    core.engine.store.tell(engine=True)
    assert not window.problem_place.isVisible()


def test_deleting_a_source_lists_who_uses_it(core: FakeCore, window: MainWindow, bridge: Now) -> None:
    core.catalogs.tables["profiles"]["child"] = {"base": "fjord-sandbox"}
    core.catalog = core.catalogs._read(core.catalogs.tables)
    window.delete_source("fjord")
    asked = window._question
    assert asked.windowTitle() == "Source fjord is used by 2 profiles"
    assert any("child" in one.text() for one in asked.findChildren(QLabel))
    assert asked.buttons["delete"].text() == "Delete it and 2 profiles"
    asked.reject()
    assert "fjord" in core.catalog.sources
    window.delete_source("fjord")
    window._question.buttons["delete"].click()
    assert "fjord" not in core.catalog.sources
    assert not {"child", "fjord-sandbox"} & set(core.catalog.profiles)
    window.delete_source("ec2")
    window._question.buttons["delete"].click()
    assert "ec2" not in core.catalog.sources


def test_a_source_that_others_use_too_stays(core: FakeCore, window: MainWindow, bridge: Now) -> None:
    problems: list[Problem] = []
    bridge.failed.connect(problems.append)
    window.verbs.edits.delete_source("fjord", ())
    assert [one.code for one in problems] == [Code.SOURCE_IN_USE]
    assert "fjord" in core.catalog.sources


def test_nothing_yet_says_how_to_begin(core: FakeCore, window: MainWindow) -> None:
    core.catalogs.tables["profiles"].clear()
    core.catalog = core.catalogs._read(core.catalogs.tables)
    made = QSignalSpy(window.new_source)
    window.reload()
    assert window.list.empty.isVisible()
    window.list.empty.source.click()
    assert made.count() == 1


def test_nothing_is_cut_off_at_the_smallest_size(window: MainWindow, qtbot: QtBot) -> None:
    window.list.pick("prod-admin")
    window.resize(window.minimumSize())
    pane = window.detail.pane
    qtbot.waitUntil(lambda: window.detail.body.width() == pane.viewport().width())
    assert window.detail.body.minimumSizeHint().width() <= pane.viewport().width()
    window.resize(1180, 760)

    def nodes() -> list[int]:
        return [window.detail.chain.layout().itemAt(place).widget().y() for place in (0, 2)]  # type: ignore[union-attr]

    qtbot.waitUntil(lambda: nodes()[0] == nodes()[1])


def test_copy_in_the_search_is_the_lines_own_only_where_something_is_selected(
    window: MainWindow, core: FakeCore
) -> None:
    window.list.search.setFocus()
    QTest.keyClicks(window.list.search, "dev")
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_C, CTRL)
    QApplication.sendEvent(window.list.search, asked)
    assert not asked.isAccepted(), "the window's own Ctrl+C copies the exports"
    window.list.search.selectAll()
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_C, CTRL)
    QApplication.sendEvent(window.list.search, asked)
    assert asked.isAccepted()
