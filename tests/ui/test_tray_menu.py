"""The real menu is kept current on the same actions."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.domain.names import ProfileName
from tests.ui.fakes.core import NOW, FakeCore, active
from ui.present.menu import Do, Entry, Icon
from ui.present.tray import TrayInput, menu_of
from ui.style.icons import tray_icon
from ui.tray.item import TrayItem
from ui.tray.menu import LiveMenu


class Recorder:
    def __init__(self) -> None:
        self.chosen: list[Entry] = []

    def __call__(self, entry: Entry) -> None:
        self.chosen.append(entry)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def live(recorder: Recorder, qapp: object) -> Iterator[LiveMenu]:
    menu = QMenu()
    yield LiveMenu(menu, recorder, lambda: "#000000")
    menu.deleteLater()


def texts(menu: QMenu) -> list[str]:
    return [action.text() or "-" for action in menu.actions()]


def action(menu: QMenu, key: str) -> QAction:
    return next(one for one in menu.actions() if one.objectName() == key)


def of(core: FakeCore, **more: object) -> TrayInput:
    return replace(TrayInput(core.catalog, dict(core.engine.store.statuses), NOW), **more)  # type: ignore[arg-type]


def test_texts_change_on_the_same_actions(live: LiveMenu, core: FakeCore) -> None:
    live.show(menu_of(of(core)))
    before = live.menu.actions()
    session = action(live.menu, "session-dev-poweruser")
    below = session.menu()
    core.engine.store.statuses[ProfileName("dev-poweruser")] = active("dev-poweruser", minutes=50.1)
    live.show(menu_of(of(core)))
    assert live.menu.actions() == before
    assert session.text() == "dev-poweruser, 50 min left"
    assert session.menu() is below


def test_what_stays_is_kept_when_others_come_and_go(live: LiveMenu, core: FakeCore) -> None:
    live.show(menu_of(of(core)))
    kept = action(live.menu, "session-billing-view")
    del core.engine.store.statuses[ProfileName("prod-admin")]
    core.engine.store.statuses[ProfileName("staging-admin")] = active("staging-admin", minutes=2)
    entries = menu_of(of(core))
    live.show(entries)
    assert [one.objectName() for one in live.menu.actions()] == [entry.key for entry in entries]
    assert texts(live.menu) == [entry.text or "-" for entry in entries]
    assert action(live.menu, "session-billing-view") is kept


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # the offscreen platform cannot
def test_while_open_only_texts_change(live: LiveMenu, core: FakeCore, qtbot: object) -> None:
    live.show(menu_of(of(core)))
    live.menu.popup(live.menu.pos())
    keys = [one.objectName() for one in live.menu.actions()]
    del core.engine.store.statuses[ProfileName("prod-admin")]
    live.show(menu_of(of(core)))
    assert [one.objectName() for one in live.menu.actions()] == keys
    live.menu.hide()
    assert "session-prod-admin" not in [one.objectName() for one in live.menu.actions()]


def test_a_pick_says_what_was_meant(live: LiveMenu, core: FakeCore, recorder: Recorder) -> None:
    live.show(menu_of(of(core)))
    below = action(live.menu, "session-prod-admin").menu()
    assert isinstance(below, QMenu)
    action(below, "stop").trigger()
    copies = action(below, "copy").menu()
    assert isinstance(copies, QMenu)
    action(copies, "copy-fish").trigger()
    picked = [(one.do, one.subject, one.argument) for one in recorder.chosen]
    assert picked == [(Do.STOP, "prod-admin", ""), (Do.COPY, "prod-admin", "fish")]


def test_a_check_mark_follows_the_engine_not_the_click(live: LiveMenu, core: FakeCore, recorder: Recorder) -> None:
    live.show(menu_of(of(core)))
    below = action(live.menu, "default").menu()
    assert isinstance(below, QMenu)
    one = action(below, "default-billing-view")
    one.trigger()
    assert recorder.chosen[-1].subject == "billing-view"
    assert not one.isChecked()
    assert action(below, "default-dev-poweruser").isChecked()


def test_pause_becomes_resume_and_back(live: LiveMenu, core: FakeCore) -> None:
    live.show(menu_of(of(core)))
    assert isinstance(action(live.menu, "pause").menu(), QMenu)
    live.show(menu_of(of(core, paused=True)))
    assert action(live.menu, "resume").menu() is None
    live.show(menu_of(of(core)))
    assert action(live.menu, "pause").menu() is not None


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # Qt asks for it where there is no X11
def test_the_icon_follows_the_state(qapp: object, core: FakeCore) -> None:
    item = TrayItem()
    item.fill()
    try:
        assert texts(item.menu) == ["&Open Rolecall", "&Quit"]
        item.show(of(core))
        assert item.state is Icon.ERROR
        assert item.icon.toolTip().startswith("Rolecall: 4 sessions active")
        first = item.icon.icon().cacheKey()
        item.show(of(core, statuses={}))
        assert item.state is Icon.IDLE
        assert item.icon.icon().cacheKey() != first
    finally:
        item.hide()


def test_a_session_has_its_ring_which_changes_only_in_steps(live: LiveMenu, core: FakeCore) -> None:
    live.show(menu_of(of(core)))
    session = action(live.menu, "session-dev-poweruser")
    before = session.icon().cacheKey()
    assert not session.icon().isNull()
    core.engine.store.statuses[ProfileName("dev-poweruser")] = active("dev-poweruser", minutes=51.1)
    live.show(menu_of(of(core)))
    assert session.icon().cacheKey() == before
    core.engine.store.statuses[ProfileName("dev-poweruser")] = active("dev-poweruser", minutes=20)
    live.show(menu_of(of(core)))
    assert session.icon().cacheKey() != before


@pytest.mark.parametrize("state", list(Icon))
def test_the_icon_has_every_size_a_panel_asks_for(qapp: object, state: Icon) -> None:
    wanted = {16, 20, 22, 24, 32, 44, 48, 64}
    pictures = {ink: tray_icon(state.value, ink) for ink in ("#191C22", "#FFFFFF")}
    template = tray_icon(state.value, "#000000", template=True)
    for made in (*pictures.values(), template):
        assert {size.width() for size in made.availableSizes()} >= wanted
    assert template.isMask()
    image = template.pixmap(32, 32).toImage()
    colors = {
        image.pixelColor(x, y).name() for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 200
    }
    assert colors <= {"#000000"}  # a template is one color: the shape carries the state


def test_a_ring_is_drawn_before_there_is_a_window(
    live: LiveMenu, core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.style.theme._current", [])  # as in an application that has shown nothing but its tray
    live.show(menu_of(TrayInput(core.catalog, {ProfileName("dev-poweruser"): active("dev-poweruser")}, NOW)))
    assert any(not action.icon().isNull() and "dev-poweruser" in action.text() for action in live.menu.actions())


@pytest.mark.parametrize(("ink", "amber"), [("#191C22", "#b87400"), ("#E8EAEE", "#d99b28")])
def test_the_line_of_a_problem_warns_in_the_panels_amber(core: FakeCore, qapp: object, ink: str, amber: str) -> None:
    made = LiveMenu(QMenu(), lambda _: None, lambda: ink)
    made.show(menu_of(of(core)))
    assert strongest(action(made.menu, "problem")) == amber
    assert strongest(action(made.menu, "stop-all")) != amber


def test_a_ring_is_as_large_as_the_other_pictures_of_the_menu(live: LiveMenu, core: FakeCore) -> None:
    live.show(menu_of(of(core)))
    seen = action(live.menu, "session-billing-view").icon().pixmap(16, 16).toImage()
    side = seen.width()
    across = [x for x in range(side) if any(seen.pixelColor(x, y).alpha() > 60 for y in range(side))]
    assert len(across) >= side * 14 / 16


def strongest(of: QAction) -> str:
    seen = of.icon().pixmap(16, 16).toImage()
    places = [(x, y) for x in range(seen.width()) for y in range(seen.height())]
    return max((seen.pixelColor(*place) for place in places), key=lambda one: one.alpha()).name()
