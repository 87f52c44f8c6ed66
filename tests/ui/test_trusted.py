"""What a person allowed, in the settings: commands and programs, each with Revoke, by mouse and by keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.domain.approvals import Allowed, Approval
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.programs import Answer, Decision
from app.domain.session import Starter
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW, FakeApprovals, FakeCore
from tests.ui.test_application import settle
from ui.application import Application
from ui.core import Tools
from ui.editor.draft import Draft
from ui.present.allowing import allowed_row
from ui.settings.about import About
from ui.settings.trusted import AllowedCommands, Trusted
from ui.settings.window import SettingsWindow
from ui.tray.item import TrayItem

FIRST, SECOND = ("/opt/bin/helper", "--json"), ("/usr/bin/ykman", "oath")
PROD = ProfileName("prod-admin")


class Lists:
    """What the settings show of a core's approvals."""

    def __init__(self, core: FakeCore) -> None:
        self.core = core
        self.refused = False
        core.approvals.approve(FIRST, at=NOW - timedelta(days=1))
        core.approvals.approve(SECOND, at=NOW - timedelta(days=3))
        core.approvals.done.clear()
        one = Decision("1", PROD, "k", "/usr/bin/terraform", "", Answer.HOUR, NOW, NOW + timedelta(hours=1))
        core.engine.programs.made = [one]

    async def look(self) -> tuple[Allowed, ...]:
        if self.refused:
            raise AppError.of(Code.FILE_UNREADABLE, path="/s/approvals.json", reason="Permission denied")
        found = self.core.approvals.all()
        return tuple(Allowed(one, " ".join(one.command), ("helper",), ("ci-debug",)) for one in found)


@pytest.fixture
def lists(core: FakeCore) -> Lists:
    return Lists(core)


@pytest.fixture
def settings(core: FakeCore, bridge: Now, lists: Lists, qtbot: object) -> Iterator[SettingsWindow]:
    async def report(_path: object) -> None:
        """Write nothing."""

    about = About("0.1.0", (), lambda: False, lambda _: None, report)
    trusted = Trusted(lists.look, core.clock.now, UTC)
    made = SettingsWindow(core, bridge, Draft("", {}), about, (), (), trusted=trusted)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    made.nav.setCurrentRow(6)
    yield made
    made.close()
    made.deleteLater()


def commands(settings: SettingsWindow) -> AllowedCommands:
    assert settings.trusted is not None
    return settings.trusted.commands


def texts(of: QWidget) -> list[str]:
    return [one.text() for one in of.findChildren(QLabel) if one.text() and one.isVisible()]


def test_each_says_what_for_whom_and_since_when(settings: SettingsWindow) -> None:
    made = commands(settings)
    assert [one.command.text() for one in made.rows.values()] == ["/opt/bin/helper --json", "/usr/bin/ykman oath"]
    first = next(iter(made.rows.values()))
    assert first.about.text() == "For source helper, used by ci-debug. Allowed since yesterday"
    assert first.toolTip().endswith("(2026-11-24 14:24)")
    assert (first.act.text(), first.act.accessibleName()) == ("Revoke", "Revoke: /opt/bin/helper --json")
    assert first.act.accessibleDescription() == first.about.text()


def test_a_revoked_command_stays_with_the_way_back(settings: SettingsWindow, core: FakeCore) -> None:
    made = commands(settings)
    one = made.rows[FIRST]
    one.act.setFocus()
    QTest.keyClick(one.act, Qt.Key.Key_Space)
    assert core.approvals.allowed == {SECOND}
    assert core.approvals.done == [("revoke", FIRST[0], "helper", Starter.WINDOW)]
    assert (one.act.text(), one.about.text()) == ("Undo", "Revoked: Rolecall asks before it runs again.")
    assert one.act.accessibleName() == "Allow again: /opt/bin/helper --json"
    settings.trusted.look()  # type: ignore[union-attr]
    one = made.rows[FIRST]
    assert one.revoked, "it does not go while the window is open"
    QTest.mouseClick(one.act, Qt.MouseButton.LeftButton)
    assert core.approvals.since == {SECOND: NOW - timedelta(days=3), FIRST: NOW - timedelta(days=1)}, "as it was"
    assert one.act.text() == "Revoke"


def test_the_focus_stays_where_it_is(settings: SettingsWindow, core: FakeCore) -> None:
    made = commands(settings)
    made.rows[SECOND].act.setFocus()
    core.approvals.approve(("/bin/new",))
    settings.trusted.look()  # type: ignore[union-attr]
    assert len(made.rows) == 3
    assert made.rows[SECOND].act.hasFocus()


def test_what_is_answered_elsewhere_is_shown_at_once(settings: SettingsWindow, core: FakeCore) -> None:
    core.approvals.revoke(FIRST)
    core.engine.store.tell("prod-admin")
    assert len(commands(settings).rows) == 2, "nothing was answered"
    core.engine.store.tell(questions=True)
    assert list(commands(settings).rows) == [SECOND]


def test_nothing_is_read_for_another_page(settings: SettingsWindow, core: FakeCore) -> None:
    settings.nav.setCurrentRow(0)
    core.approvals.revoke(FIRST)
    core.engine.store.tell(questions=True)
    assert len(commands(settings).rows) == 2
    settings.nav.setCurrentRow(6)
    assert len(commands(settings).rows) == 1


def test_without_any_it_says_so(settings: SettingsWindow, core: FakeCore) -> None:
    core.approvals.since.clear()
    core.engine.programs.made = []
    settings.trusted.look()  # type: ignore[union-attr]
    assert "No command is allowed on this machine." in texts(commands(settings))
    assert "No decision counts at the moment." in texts(settings.trusted.programs)  # type: ignore[union-attr]


def test_a_file_that_cannot_be_read_is_said(settings: SettingsWindow, lists: Lists) -> None:
    lists.refused = True
    commands(settings).look()
    assert any("approvals.json" in one for one in texts(commands(settings)))
    lists.refused = False
    commands(settings).look()
    assert "/opt/bin/helper --json" in texts(commands(settings))


def test_a_revocation_that_fails_is_said_in_its_row(settings: SettingsWindow, core: FakeCore) -> None:
    class Refuses(FakeApprovals):
        def revoke(self, command: object, *, source: str = "", by: str = "") -> None:
            raise AppError.of(Code.FILE_UNWRITABLE, path="/s/approvals.json", reason="no room")

    core.approvals.__class__ = Refuses
    one = commands(settings).rows[FIRST]
    one.act.click()
    assert "approvals.json" in one.about.text()
    assert (one.revoked, one.act.text()) == (False, "Revoke")


def test_a_decision_about_a_program_is_taken_back(settings: SettingsWindow, core: FakeCore) -> None:
    (revoke,) = settings.trusted.programs.revokes  # type: ignore[union-attr]
    assert revoke.accessibleName() == "Revoke: terraform for prod-admin"
    assert revoke.accessibleDescription() == "Allowed for 1 h, 1 h 0 min left"
    revoke.setFocus()
    QTest.keyClick(revoke, Qt.Key.Key_Space)
    assert core.engine.programs.made == []


def test_tab_goes_through_the_lists_to_the_foot(settings: SettingsWindow) -> None:
    made, programs = commands(settings), settings.trusted.programs  # type: ignore[union-attr]
    settings.nav.setFocus()
    order: list[QWidget | None] = []
    for _ in range(30):
        order.append(QApplication.focusWidget())
        QTest.keyClick(order[-1], Qt.Key.Key_Tab)
        if order[-1] is settings.shut:
            break
    acts = [one.act for one in made.rows.values()] + programs.revokes
    assert order[-1 - len(acts) :] == [*acts, settings.shut]


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
async def test_the_application_s_settings_have_the_lists(
    qapp: QApplication, tray: TrayItem, core: FakeCore, tools: Tools, lists: Lists
) -> None:
    async def report(_path: object) -> None:
        """Write nothing."""

    about = About("1", (), lambda: False, lambda _: None, report)
    made = Application(qapp, tray, core, replace(tools, about=lambda: about, allowed=lists.look))  # type: ignore[arg-type]
    made.settings.open("stop_on_lock")
    await settle()
    window = made.settings.window
    assert window is not None
    await settle()
    assert list(commands(window).rows) == [FIRST, SECOND]
    await made.close()


def test_who_wants_a_command_in_words() -> None:
    approval = Approval(FIRST, NOW - timedelta(days=400))
    row = allowed_row(Allowed(approval, "x", ("a", "b", "c", "d", "e"), ()), NOW, UTC)
    assert row.about == "For source a, b, c and 2 more. Allowed since 2025-10-21"
    assert row.whole.startswith("x\nFor source a, b, c, d and e. Allowed since 2025-10-21")
    row = allowed_row(Allowed(Approval(FIRST), "x"), NOW, UTC)
    assert row.about == "No source names it now. Allowed, since when is not known"
