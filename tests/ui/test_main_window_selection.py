"""Several profiles selected in the main window: one act for all, one question, one save, one undo."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest

from app.domain.problem import Problem
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore, active, stopped
from ui.main_window.selection import NamePrompt
from ui.main_window.window import MainWindow
from ui.present.arrange import View, ViewKind
from ui.prompts.questions import ChoicePrompt

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # the offscreen platform cannot
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def focused(window: MainWindow) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)


def select(window: MainWindow, *names: str) -> None:
    """Click the first, the others with Ctrl."""
    view = window.list.view
    for number, name in enumerate(names):
        where = window.model.place(name)
        view.scrollTo(where)
        held = CTRL if number else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, view.visualRect(where).center())
    assert set(view.selected()) == set(names)


def key(window: MainWindow, pressed: Qt.Key) -> None:
    QTest.keyClick(window.list.view, pressed, CTRL)


def name_it(window: MainWindow, text: str) -> None:
    prompt = window.selection.prompt
    assert isinstance(prompt, NamePrompt)
    assert not prompt.add.isEnabled()
    line = prompt.name.lineEdit()
    assert line is not None
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert not prompt.isVisible()


def choose(window: MainWindow, text: str) -> None:
    """Open the menu at a selected profile and take an action by the beginning of its text."""
    view = window.list.view
    where = view.visualRect(window.model.place(view.selected()[0])).center()
    view.customContextMenuRequested.emit(where)
    menu = window.selection.menu
    next(one for one in menu.actions() if one.text().startswith(text)).trigger()
    menu.close()


def test_the_menu_starts_all_that_do_not_run(window: MainWindow, core: FakeCore) -> None:
    select(window, "staging-admin", "network-ops", "dev-poweruser")
    choose(window, "Start")
    assert window.selection.prompt is None, "nothing to ask"
    started = [verb[1] for verb in core.engine.verbs if verb[0] == "start"]
    assert "staging-admin" in started
    assert "dev-poweruser" not in started, "it runs"
    assert len(window.list.view.selected()) == 3


def test_tags_are_typed_with_commas_and_taken_back_in_one_step(window: MainWindow, core: FakeCore) -> None:
    select(window, "network-ops", "audit-viewer")
    before = {name: core.catalog.profiles[name].tags for name in ("network-ops", "audit-viewer")}
    for text, wanted in ((" new,  eu , pci,", ("pci", "new", "eu")), (" , ", ("pci",))):
        choose(window, "Add tag…")
        prompt = window.selection.prompt
        assert isinstance(prompt, NamePrompt)
        prompt.name.setEditText(text)
        prompt.add.click()
        assert core.catalog.profiles["network-ops"].tags == wanted
        window.verbs.edits.undo()
        assert {name: core.catalog.profiles[name].tags for name in before} == before


def test_production_among_them_is_asked_for_once(window: MainWindow, core: FakeCore) -> None:
    select(window, "staging-admin", "prod-readonly")
    choose(window, "Start")
    prompt = window.selection.prompt
    assert isinstance(prompt, ChoicePrompt)
    assert core.engine.verbs == []
    prompt.reject()
    assert core.engine.verbs == []
    choose(window, "Start")
    prompt = window.selection.prompt
    assert isinstance(prompt, ChoicePrompt)
    prompt.buttons["start"].click()
    assert {verb[1] for verb in core.engine.verbs} == {"staging-admin", "prod-readonly"}


def test_the_key_stops_all_after_one_question(window: MainWindow, core: FakeCore) -> None:
    select(window, "dev-poweruser", "prod-admin")
    key(window, Qt.Key.Key_Period)
    prompt = window.selection.prompt
    assert isinstance(prompt, ChoicePrompt)
    assert core.engine.verbs == []
    prompt.buttons["stop"].click()
    assert [set(verb) for verb in core.engine.verbs] == [{"stop", "dev-poweruser", "prod-admin"}]


def test_a_group_for_all_and_back(window: MainWindow, core: FakeCore) -> None:
    names = ("dev-poweruser", "network-ops")
    before = {name: dict(core.catalogs.tables["profiles"][name]) for name in names}
    select(window, *names)
    key(window, Qt.Key.Key_G)
    name_it(window, "acme")
    assert {core.catalog.profiles[name].group for name in names} == {"acme"}, "no known group was made of it"
    key(window, Qt.Key.Key_Z)
    key(window, Qt.Key.Key_G)
    name_it(window, "Acme/Tools")
    assert {core.catalog.profiles[name].group for name in names} == {"Acme/Tools"}
    assert "2 profiles are in Acme/Tools" in window.status_bar.message.text()
    assert set(window.list.view.selected()) == set(names)
    core.catalogs.tables["profiles"]["network-ops"]["note"] = "written since"
    key(window, Qt.Key.Key_Z)
    after = {name: dict(core.catalogs.tables["profiles"][name]) for name in names}
    assert after["network-ops"].pop("note") == "written since"
    before["network-ops"].pop("note", None)
    assert after == before
    key(window, Qt.Key.Key_Z)
    assert window.status_bar.message.text() == "Undone"


def test_a_tag_for_all_is_added_once_and_taken_back(window: MainWindow, core: FakeCore) -> None:
    select(window, "prod-admin", "dev-poweruser")
    before = {name: core.catalog.profiles[name].tags for name in ("prod-admin", "dev-poweruser")}
    choose(window, "Add tag")
    name_it(window, "on-call")
    assert core.catalog.profiles["prod-admin"].tags == before["prod-admin"], "it had the tag"
    assert core.catalog.profiles["dev-poweruser"].tags == (
        *(one for one in before["dev-poweruser"] if one != "on-call"),
        "on-call",
    )
    key(window, Qt.Key.Key_Z)
    assert {name: core.catalog.profiles[name].tags for name in before} == before


def test_a_group_that_is_no_name_changes_nothing(window: MainWindow, core: FakeCore, bridge: Now) -> None:
    problems: list[Problem] = []
    bridge.failed.connect(problems.append)
    select(window, "dev-poweruser", "network-ops")
    before = core.catalog
    key(window, Qt.Key.Key_G)
    name_it(window, "a//b")
    assert len(problems) == 1
    assert core.catalog is before


def test_the_menu_of_one_is_its_own(window: MainWindow) -> None:
    select(window, "dev-poweruser", "network-ops")
    window.list.menu_wanted.emit("staging-admin", QPoint(0, 0))
    assert window.list.view.selected() == ["staging-admin"]


def test_what_is_picked_stays_so_where_its_row_goes(window: MainWindow, core: FakeCore) -> None:
    window.list.show_view(View())
    window.list.pick("staging-admin")
    seen = QSignalSpy(window.list.current)
    core.engine.store.put(active("staging-admin"))
    window.model.hold(on=False)
    assert window.list.view.picked == window.picked() == "staging-admin"
    assert window.list.view.selected() == ["staging-admin"]
    assert window.model.name_at(window.list.view.currentIndex()) == "staging-admin"
    core.engine.store.put(stopped("staging-admin"))
    window.model.hold(on=False)
    assert window.picked() == "staging-admin"
    assert seen.count() == 0, "the detail never showed another one"


def test_what_leaves_the_view_gives_way_to_its_neighbor(window: MainWindow, core: FakeCore) -> None:
    window.list.show_view(View(ViewKind.ACTIVE))
    first, second = window.model.name_at(window.model.index(1)), window.model.name_at(window.model.index(2))
    window.list.pick(first)
    core.engine.store.put(stopped(first))
    window.model.hold(on=False)
    assert window.list.view.picked == second


def test_the_status_bar_takes_back_what_it_tells_of(window: MainWindow) -> None:
    bar = window.status_bar
    wanted = QSignalSpy(bar.undo_wanted)
    bar.say("dev is a favorite", 10)
    assert not bar.undo.isVisible()
    bar.offer_undo()
    assert bar.undo.isVisible()
    QTest.mouseClick(bar.undo, Qt.MouseButton.LeftButton)
    assert wanted.count() == 1
    bar.say("Undone", 5)
    assert not bar.undo.isVisible()
