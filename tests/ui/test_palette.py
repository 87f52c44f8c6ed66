"""The quick switch: keys, questions before production, states, and what it asks of others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.session import Attention, Starting
from tests.ui.fakes.core import NOW, FakeCore, active
from ui.core import Tools
from ui.palette.keys import Want
from ui.palette.window import Palette
from ui.present.palette import Heading
from ui.present.questions import Act
from ui.present.remedies import Button, Do

RECENTS = ("staging-admin", "audit-viewer", "prod-readonly", "network-ops")
KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


class Wanted:
    """What the palette asked for."""

    def __init__(self, palette: Palette) -> None:
        self.acts: list[tuple[Act, str, str]] = []
        self.others: list[tuple[Want, str]] = []
        self.new: list[str] = []
        palette.act_wanted.connect(lambda *of: self.acts.append(of))
        palette.want_wanted.connect(lambda *of: self.others.append(of))
        palette.new_wanted.connect(self.new.append)


@pytest.fixture
def palette(core: FakeCore, tools: Tools, qtbot: Any) -> Iterator[Palette]:
    made = Palette(tools.clock)
    qtbot.addWidget(made)
    made.use(core.catalog)
    made.open_palette(core.engine.store.statuses, RECENTS, "bash")
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


@pytest.fixture
def wanted(palette: Palette) -> Wanted:
    return Wanted(palette)


def key(palette: Palette, which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = palette.focusWidget() or palette
    QTest.keyClick(target, which, held)


def pick(palette: Palette, name: str) -> None:
    palette.select(palette.model.lines.index(name))


def hints(palette: Palette) -> list[str]:
    return [hint.text for hint in palette.footer._hints]


def test_it_opens_empty_with_the_first_that_is_not_running(palette: Palette) -> None:
    assert palette.field.hasFocus()
    assert palette.picked() == "staging-admin"
    assert palette.count.text() == "9 profiles"
    assert palette.model.lines[0] == Heading("active")
    assert hints(palette) == ["Start", "Start and copy exports", "Console", "Make default", "More"]


def test_typing_ranks_and_the_keys_follow_the_row(palette: Palette) -> None:
    QTest.keyClicks(palette.field, "prad")
    assert palette.picked() == "prod-admin"
    assert palette.count.text() == "3 of 9"
    assert hints(palette) == ["Use", "Copy exports", "Console", "Make default", "More"]
    key(palette, KEY.Key_Down)
    assert palette.picked() == "prod-readonly"
    assert hints(palette)[0] == "Start"
    key(palette, KEY.Key_Up)
    key(palette, KEY.Key_Up)
    assert palette.picked() == "billing-view", "from the first to the last"


def test_enter_starts_and_stays_until_it_is_done(palette: Palette, wanted: Wanted, core: FakeCore) -> None:
    key(palette, KEY.Key_Return)
    assert wanted.acts == [(Act.START, "staging-admin", "")]
    assert palette.isVisible()
    name = ProfileName("staging-admin")
    statuses = dict(core.engine.store.statuses)
    palette.take(frozenset({name}), {**statuses, name: active("staging-admin")})
    assert not palette.isVisible()


def test_a_start_that_takes_long_does_not_keep_it_open(palette: Palette, wanted: Wanted) -> None:
    key(palette, KEY.Key_Return)
    assert palette._patience.isActive()
    palette._patience.timeout.emit()
    assert not palette.isVisible()
    assert wanted.acts


def test_a_start_that_fails_stays_and_says_so(palette: Palette, wanted: Wanted) -> None:
    key(palette, KEY.Key_Return)
    palette.show_problem(Problem.of(Code.LOCKED))
    assert palette.isVisible()
    assert palette.footer.line.text() == "Rolecall is locked"
    assert not palette._patience.isActive()
    assert wanted.acts


NETWORK = Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host="sts.eu-north-1.amazonaws.com", reason="name")


def put(palette: Palette, core: FakeCore, name: str, state: Any) -> None:
    """The engine publishes a state of a profile."""
    core.engine.store.statuses[ProfileName(name)] = replace(active(name), state=state)
    palette.take(frozenset({ProfileName(name)}), core.engine.store.statuses)


def test_a_start_without_a_network_says_so_until_it_is_done(palette: Palette, wanted: Wanted, core: FakeCore) -> None:
    remedies: list[tuple[Button, str]] = []
    palette.remedy_wanted.connect(lambda *of: remedies.append(of))
    key(palette, KEY.Key_Return)
    put(palette, core, "staging-admin", Starting(NOW, problem=NETWORK, next_attempt_at=NOW + timedelta(seconds=4)))
    assert palette.footer.tells
    assert palette.footer.line.text() == "No connection to sts.eu-north-1.amazonaws.com"
    assert not palette._patience.isActive(), "it stays until it was read"
    put(palette, core, "staging-admin", Starting(NOW))
    assert palette.footer.tells, "the next attempt says nothing new"
    palette.footer.remedy.click()
    assert remedies == [(Button("Try again", Do.RENEW), "staging-admin")]
    assert not palette.footer.tells
    put(palette, core, "staging-admin", active("staging-admin").state)
    assert not palette.isVisible(), "done after all"


def test_a_refused_start_leads_to_its_remedy(palette: Palette, core: FakeCore) -> None:
    remedies: list[tuple[Button, str]] = []
    palette.remedy_wanted.connect(lambda *of: remedies.append(of))
    denied = Problem.of(Code.ACCESS_DENIED, Verb.EDIT_HOP, "1", hop=1, role="x", operation="AssumeRole", aws="x")
    key(palette, KEY.Key_Return)
    put(palette, core, "staging-admin", Attention(AttentionKind.REFUSED, denied, NOW))
    assert palette.footer.remedy.text() == "Edit hop 1"
    palette.footer.remedy.click()
    assert not palette.isVisible()
    assert [(one.do, name) for one, name in remedies] == [(Do.EDIT_HOP, "staging-admin")]


def test_another_row_shows_its_keys_again(palette: Palette, core: FakeCore) -> None:
    key(palette, KEY.Key_Return)
    put(palette, core, "staging-admin", Starting(NOW, problem=NETWORK, next_attempt_at=NOW + timedelta(seconds=4)))
    key(palette, KEY.Key_Down)
    assert not palette.footer.tells


def test_enter_uses_an_active_one_and_closes(palette: Palette, wanted: Wanted) -> None:
    pick(palette, "dev-poweruser")
    key(palette, KEY.Key_Return)
    assert wanted.acts == [(Act.COPY, "dev-poweruser", "")]
    assert not palette.isVisible()


def test_enter_switches_where_the_settings_say_so(palette: Palette, wanted: Wanted, core: FakeCore) -> None:
    settings = replace(core.catalog.settings, switch="default")
    palette.use(replace(core.catalog, settings=settings))
    pick(palette, "staging-admin")
    assert hints(palette) == ["Make default", "Start and copy exports", "Console", "More"], "and said once"
    key(palette, KEY.Key_Return)
    palette.open_palette(core.engine.store.statuses, RECENTS, "bash")
    pick(palette, "dev-poweruser")  # it is active
    key(palette, KEY.Key_Return)
    assert wanted.acts == [(Act.DEFAULT, "staging-admin", ""), (Act.DEFAULT, "dev-poweruser", "")]
    palette.open_palette(core.engine.store.statuses, RECENTS, "bash")
    pick(palette, "prod-readonly")
    key(palette, KEY.Key_Return)
    assert palette.footer.question is not None, "production is asked about first"
    assert len(wanted.acts) == 2


@pytest.mark.parametrize(
    ("which", "name", "act"),
    [
        (KEY.Key_C, "dev-poweruser", Act.COPY),
        (KEY.Key_C, "staging-admin", Act.COPY),
        (KEY.Key_O, "dev-poweruser", Act.CONSOLE),
        (KEY.Key_O, "staging-admin", Act.CONSOLE),
        (KEY.Key_D, "staging-admin", Act.DEFAULT),
        (KEY.Key_Period, "dev-poweruser", Act.STOP),
    ],
)
def test_keys_of_a_row(palette: Palette, wanted: Wanted, which: Qt.Key, name: str, act: Act) -> None:
    pick(palette, name)
    key(palette, which, CONTROL)
    assert wanted.acts == [(act, name, "")]


def test_what_does_not_run_is_not_stopped(palette: Palette, wanted: Wanted) -> None:
    key(palette, KEY.Key_Period, CONTROL)
    assert wanted.acts == []


def test_edit_closes_and_asks_for_the_editor(palette: Palette, wanted: Wanted) -> None:
    key(palette, KEY.Key_E, CONTROL)
    assert wanted.others == [(Want.EDIT, "staging-admin")]
    assert not palette.isVisible()


def test_a_number_picks_a_row_and_does_what_enter_does(palette: Palette, wanted: Wanted) -> None:
    rows = [line for line in palette.model.lines if isinstance(line, str)]
    number = rows.index("dev-poweruser") + 1
    key(palette, Qt.Key(KEY.Key_0 + number), CONTROL)
    assert wanted.acts == [(Act.COPY, "dev-poweruser", "")]


def test_selected_text_is_copied_rather_than_exports(palette: Palette, wanted: Wanted) -> None:
    QTest.keyClicks(palette.field, "stag")
    palette.field.selectAll()
    key(palette, KEY.Key_C, CONTROL)
    assert wanted.acts == []
    assert QGuiApplication.clipboard().text() == "stag"


def test_escape_clears_then_closes(palette: Palette) -> None:
    QTest.keyClicks(palette.field, "prod")
    key(palette, KEY.Key_Escape)
    assert palette.field.text() == ""
    assert palette.isVisible()
    key(palette, KEY.Key_Escape)
    assert not palette.isVisible()


def test_production_asks_with_the_focus_on_cancel(palette: Palette, wanted: Wanted) -> None:
    pick(palette, "prod-readonly")
    key(palette, KEY.Key_Return)
    assert palette.footer.question is not None
    assert palette.footer.cancel.hasFocus()
    assert palette.footer.asked.text() == "Start prod-readonly? Ctrl+Enter does it."
    assert palette.footer.less.isVisible()
    room = palette.footer.asked
    assert room.fontMetrics().horizontalAdvance(room.text()) <= room.width(), "all of it is seen"
    tall = palette.footer.height()
    key(palette, KEY.Key_Return)
    assert wanted.acts == [], "Enter again never starts production"
    assert palette.footer.question is None
    assert palette.footer.height() < tall
    assert palette.field.hasFocus()
    key(palette, KEY.Key_Return)
    key(palette, KEY.Key_Return, CONTROL)
    assert wanted.acts == [(Act.START, "prod-readonly", "")]


def test_a_copy_that_must_start_production_asks_for_the_start(palette: Palette, wanted: Wanted) -> None:
    pick(palette, "prod-readonly")
    key(palette, KEY.Key_C, CONTROL)
    assert palette.footer.question is not None
    assert palette.footer.question.act is Act.START
    key(palette, KEY.Key_Return, CONTROL)
    assert wanted.acts == [(Act.COPY, "prod-readonly", "")]


def test_escape_takes_a_question_back(palette: Palette, wanted: Wanted) -> None:
    pick(palette, "prod-admin")
    key(palette, KEY.Key_Period, CONTROL)
    assert palette.footer.question is not None
    key(palette, KEY.Key_Escape)
    assert palette.footer.question is None
    assert palette.isVisible()
    assert wanted.acts == []


def test_nothing_matches_and_enter_makes_a_new_profile(palette: Palette, wanted: Wanted) -> None:
    QTest.keyClicks(palette.field, "prodigy")
    assert palette.empty.isVisible()
    assert palette.empty.text() == "No profile matches “prodigy”. Enter makes a new one."
    key(palette, KEY.Key_C, CONTROL)
    assert palette.isVisible(), "there is no row to copy"
    key(palette, KEY.Key_Return)
    assert wanted.new == ["prodigy"]
    assert not palette.isVisible()


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_tab_opens_all_actions_of_the_row(palette: Palette, wanted: Wanted) -> None:
    pick(palette, "dev-poweruser")
    key(palette, KEY.Key_Tab)
    menu = palette.findChild(QMenu)
    assert isinstance(menu, QMenu)
    texts = [action.text().split("\t")[0].replace("&", "") for action in menu.actions()]
    copies = ["Copy exports", "Copy exports as", "Copy read-only exports"]
    assert texts == [*copies, "Open console", "Make default", "Refresh now", "Stop", "Edit", "Show details"]
    menu.actions()[0].trigger()
    menu.close()
    assert wanted.acts == [(Act.COPY, "dev-poweruser", "")]


def test_it_closes_when_it_loses_the_focus_but_not_while_it_asks(
    palette: Palette, core: FakeCore, tools: Tools
) -> None:
    pick(palette, "prod-readonly")
    key(palette, KEY.Key_Return)
    palette.isActiveWindow = lambda: False  # type: ignore[method-assign]
    palette._left()
    assert palette.isVisible()
    palette.footer.close_question()
    palette._left()
    assert not palette.isVisible()


def test_rows_change_in_place_while_it_is_open(palette: Palette, core: FakeCore) -> None:
    before = palette.model.lines
    name = ProfileName("audit-viewer")
    palette.take(frozenset({name}), {**core.engine.store.statuses, name: active("audit-viewer")})
    assert palette.model.lines == before
    row = palette.model.row("audit-viewer")
    assert row is not None
    assert row.glyph.percent


def test_lines_and_ground_of_the_foot_reach_the_frame(palette: Palette) -> None:
    frame = palette.footer.parentWidget()
    assert frame is not None
    assert palette.footer.geometry().left() == frame.contentsRect().left() == 1
    assert palette.footer.geometry().bottomRight() == frame.contentsRect().bottomRight()


def test_accessible_names(palette: Palette) -> None:
    assert palette.field.accessibleName() == "Switch to a profile"
    QTest.keyClicks(palette.field, "prad")
    said = palette.field.accessibleDescription()
    assert said.startswith("3 results, prod-admin, production, active, 27 minutes left")
    key(palette, KEY.Key_Down)
    assert palette.field.accessibleDescription().startswith("prod-readonly, production, not running")


def test_a_profile_that_goes_while_it_is_open(palette: Palette, core: FakeCore, wanted: Wanted) -> None:
    from app.domain.profile import Catalog

    palette.use(Catalog())
    assert palette.picked() == ""
    assert palette.empty.text() == "There is no profile yet. Enter makes the first one."


def test_the_locked_keyring_has_a_banner(palette: Palette) -> None:
    palette.show_banner("The keyring is locked")
    assert palette.banner.isVisible()
    palette.show_banner("")
    assert not palette.banner.isVisible()


def test_a_start_shows_the_busy_glyph(palette: Palette, core: FakeCore) -> None:
    from app.domain.session import Status

    name = ProfileName("staging-admin")
    status = Status(name, Starting(NOW))
    palette.take(frozenset({name}), {**core.engine.store.statuses, name: status})
    row = palette.model.row("staging-admin")
    assert row is not None
    assert row.right == "Starting"
    palette._tick()


def test_a_click_on_the_banner_asks_to_unlock(palette: Palette) -> None:
    asked: list[bool] = []
    palette.unlock_wanted.connect(lambda: asked.append(True))
    palette.show_banner("The keyring is locked")
    QTest.mouseClick(palette.banner, Qt.MouseButton.LeftButton)
    assert asked == [True]
