"""The console and read-only exports, from the window, the tray and the quick switch."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.domain.names import ProfileName
from app.domain.narrowing import READ_ONLY
from app.domain.problem import Code, Problem, Verb
from app.domain.profile import Catalog, Confirm, Profile
from app.domain.session import Starter
from tests.ui.fakes.core import FakeCore
from ui.application import Application
from ui.main_window.window import MainWindow
from ui.present.menu import Do, Entry
from ui.present.questions import Act, question_before

CTRL = Qt.KeyboardModifier.ControlModifier
NARROW = "ASIANARROW000000001"
KEY = "ASIAEXAMPLE00000001"


def profile_with(core: FakeCore, name: str, confirm: Confirm) -> tuple[Catalog, Profile]:
    made = core.catalog.profiles[ProfileName(name)]
    return core.catalog, replace(made, safety=replace(made.safety, confirm=confirm))


@pytest.mark.parametrize(
    ("confirm", "valid", "asks"),
    [
        (Confirm.NEVER, True, False),
        (Confirm.NEVER, False, False),
        (Confirm.START, True, False),
        (Confirm.START, False, True),
        (Confirm.START_AND_COPY, True, True),
        (Confirm.START_AND_COPY, False, True),
    ],
)
@pytest.mark.parametrize("act", [Act.CONSOLE, Act.COPY_READ_ONLY])
def test_when_it_is_asked_before(core: FakeCore, act: Act, confirm: Confirm, valid: bool, asks: bool) -> None:
    catalog, profile = profile_with(core, "prod-admin", confirm)
    question = question_before(catalog, profile, act, valid=valid)
    assert (question is not None) is asks
    if question is not None:
        assert (question.act, question.production) == (act, True)
        assert "production" in question.question


# The window


@pytest.fixture
def active_window(window: MainWindow) -> MainWindow:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    return window


def test_the_button_and_the_key_open_the_console(active_window: MainWindow, core: FakeCore) -> None:
    window = active_window
    window.list.pick("dev-poweruser")
    window.detail.console.click()
    QTest.keyClick(window.list.view, Qt.Key.Key_O, CTRL)
    once = [("session", "dev-poweruser", Starter.WINDOW, False), ("console", "dev-poweruser", KEY)]
    assert core.engine.verbs == once * 2
    assert window.status_bar.message.text() == "The console of dev-poweruser is open in the browser"


def test_the_console_of_a_profile_that_does_not_run_starts_nothing(active_window: MainWindow, core: FakeCore) -> None:
    active_window.list.pick("staging-admin")
    assert active_window.detail.console.isVisible()
    active_window.detail.console.click()
    assert [verb[0] for verb in core.engine.verbs] == ["session", "console"]


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
async def test_what_failed_is_what_is_tried_again(application: Application, core: FakeCore) -> None:
    down = Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host="signin.aws.amazon.com", reason="no-such-name")
    application.open_window()
    window = application.window
    window.list.pick("staging-admin")
    core.engine.refused = down
    application.verbs.console("dev-poweruser", Starter.WINDOW, read_only=True)
    await asyncio.sleep(0.01)
    shown = window.problem.first_button()
    assert shown is not None
    assert (window.whole.failed, shown.text()) == (down, "Try again")
    core.engine.verbs.clear()
    core.engine.refused = None
    shown.click()
    await asyncio.sleep(0.01)
    assert [verb[0] for verb in core.engine.verbs] == ["narrowed", "console"], "and nothing is done to what is picked"
    assert window.problem.shown is None
    window.fail(down)  # of something that nobody can try again here
    assert window.problem.shown is not None
    assert [one.do for one in window.problem.shown.buttons] == []


def test_the_console_of_production_asks_with_the_focus_on_cancel(active_window: MainWindow, core: FakeCore) -> None:
    active_window.list.pick("prod-readonly")
    active_window.detail.console.click()
    card = active_window.detail.confirm
    assert core.engine.verbs == []
    assert QApplication.focusWidget() is card.cancel
    assert card.confirm.text() == "Open prod-readonly"
    card.confirm.click()
    assert core.engine.verbs[-1] == ("console", "prod-readonly", KEY)


def test_read_only_exports_are_copied_and_nothing_is_started(active_window: MainWindow, core: FakeCore) -> None:
    window = active_window
    window.list.pick("staging-admin")
    (action,) = [one for one in window.detail.formats.actions() if one.text() == "Read-only exports"]
    action.trigger()
    assert core.engine.verbs == [("narrowed", "staging-admin", READ_ONLY, Starter.WINDOW)]
    assert QGuiApplication.clipboard().text() == f"bash staging-admin {NARROW}"
    said = window.status_bar.message.text()
    assert said == "Read-only bash / zsh exports of staging-admin copied, cleared from the clipboard in 45 s"
    assert window.verbs.shell == "bash"


def test_the_plain_formats_still_copy_the_profiles_own(active_window: MainWindow) -> None:
    active_window.list.pick("dev-poweruser")
    fish = next(one for one in active_window.detail.formats.actions() if one.text() == "fish")
    fish.trigger()
    assert QGuiApplication.clipboard().text() == f"fish dev-poweruser {KEY}"


def test_where_there_is_no_narrower_session_the_clipboard_stays(active_window: MainWindow, core: FakeCore) -> None:
    QGuiApplication.clipboard().setText("mine")
    core.engine.refused = Problem.of(Code.NARROWING_IMPOSSIBLE, Verb.EDIT_PROFILE, profile="dev-poweruser", mfa=True)
    said: list[Problem] = []
    active_window.verbs._bridge.failed.connect(said.append)
    active_window.list.pick("dev-poweruser")
    active_window.ask(Act.COPY_READ_ONLY)
    assert said == [core.engine.refused]
    assert QGuiApplication.clipboard().text() == "mine"


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_menu_of_a_row_has_both(active_window: MainWindow, core: FakeCore) -> None:
    active_window.list.pick("dev-poweruser")
    active_window.detail.more.click()
    menu = active_window.detail.findChildren(QMenu)[-1]
    actions: dict[str, QAction] = {one.text().split("\t")[0]: one for one in menu.actions()}
    assert actions["Open console"].text() == "Open console\tCtrl+O"
    actions["Open console"].trigger()
    actions["Copy read-only exports"].trigger()
    assert [verb[0] for verb in core.engine.verbs] == ["session", "console", "narrowed"]
    menu.close()


def test_self_renewing_exports_start_the_profile_and_hold_no_secret(active_window: MainWindow, core: FakeCore) -> None:
    window = active_window
    window.list.pick("staging-admin")
    assert not window.detail.renewing.isEnabled()  # it is delivered into the file alone
    window.list.pick("network-ops")
    assert window.detail.renewing.isEnabled()
    window.detail.renewing.trigger()
    assert [verb[0] for verb in core.engine.verbs] == ["start"]
    assert QGuiApplication.clipboard().text() == "bash where to ask for network-ops"
    assert window.status_bar.message.text() == "Self-renewing bash / zsh exports of network-ops copied"
    assert not window.status_bar.clear.isVisible()


def test_self_renewing_exports_of_production_ask_as_its_start_does(active_window: MainWindow, core: FakeCore) -> None:
    active_window.list.pick("prod-readonly")
    active_window.ask(Act.COPY_RENEWING)
    assert core.engine.verbs == []
    active_window.detail.confirm.confirm.click()
    assert [verb[0] for verb in core.engine.verbs] == ["start"]


def test_the_status_bar_says_where_the_local_endpoint_is(active_window: MainWindow, core: FakeCore) -> None:
    bar = active_window.status_bar
    assert not bar.endpoint.isVisible()
    core.serving.port = 53811
    active_window._tick()
    assert bar.endpoint.isVisible()
    assert bar.endpoint.text().strip() == "127.0.0.1:53811"
    core.serving.port = 0
    core.serving.problem = Problem.of(Code.ENDPOINT_PORT_TAKEN, Verb.CHANGE_PORT, address="127.0.0.1:53811")
    active_window._tick()
    assert bar.endpoint.text().strip() == "Local endpoint: not served"
    bar.endpoint.click()
    assert active_window.problem.isVisible()
    assert "127.0.0.1:53811 is used" in bar.endpoint.toolTip()


# The tray and the quick switch


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
async def test_from_the_tray(application: Application, core: FakeCore) -> None:
    for do in (Do.CONSOLE, Do.COPY_READ_ONLY):
        application.tray.chosen.emit(Entry("x", "x", do, "dev-poweruser"))
    await settle()
    assert {verb[0] for verb in core.engine.verbs} == {"session", "console", "narrowed"}
    assert {verb[-1] for verb in core.engine.verbs if verb[0] == "narrowed"} == {Starter.TRAY}
    assert QGuiApplication.clipboard().text() == f"bash dev-poweruser {NARROW}"


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
async def test_production_from_the_tray_is_asked_in_a_prompt(application: Application, core: FakeCore) -> None:
    application.tray.chosen.emit(Entry("x", "x", Do.CONSOLE, "prod-readonly"))
    prompt: Any = application._prompts["console-prod-readonly"]
    await settle()
    assert core.engine.verbs == []
    prompt.confirm.click()
    await settle()
    assert [verb[0] for verb in core.engine.verbs] == ["session", "console"]


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
@pytest.mark.parametrize("act", [Act.CONSOLE, Act.COPY_READ_ONLY])
async def test_from_the_quick_switch(application: Application, core: FakeCore, act: Act) -> None:
    application.switch.open()
    palette = application.switch.palette
    assert palette is not None
    palette.act_wanted.emit(act, "staging-admin", "")
    await settle()
    assert core.engine.verbs[0][0] == ("session" if act is Act.CONSOLE else "narrowed")
    assert Starter.PALETTE in core.engine.verbs[0]
    palette.close()
