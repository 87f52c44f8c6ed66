"""The file writes: what each did, what an undo would do, the question in place, and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.files import FileDiff, JournalEntry, Touched, taken_back
from app.domain.problem import AppError, Code, Problem, Verb
from tests.ui.fakes.bridge import Now
from ui.activity.journal import Journal, Line
from ui.activity.window import WRITES, ActivityWindow
from ui.activity.writes import Writes, WritesPage
from ui.editor.preview import DiffView

NOW = datetime(2026, 11, 26, 14, 24, tzinfo=UTC)
DIFF = ("--- /a/credentials", "+++ /a/credentials", "@@ -1,1 +1,2 @@", "-region = eu-west-1", "+# rolecall x")


def entry(name: str, what: str, *, undoable: bool = False) -> JournalEntry:
    at = NOW - timedelta(minutes=len(name))
    return JournalEntry(name, at, "/a/credentials", what, (name,), DIFF, undoable, (Touched(name, "changed"),))


class Desk:
    def __init__(self) -> None:
        self.entries = [entry("dev", "start"), entry("prod", "adopt", undoable=True), entry("gone", "stop")]
        self.undone: list[str] = []
        self.refuse: Problem | None = None
        self.unreadable: Problem | None = None
        self.running = ("prod",)

    async def read(self) -> Sequence[JournalEntry]:
        if self.unreadable is not None:
            raise AppError(self.unreadable)
        return tuple(self.entries)

    async def preview(self, one: JournalEntry) -> Sequence[FileDiff]:
        if self.refuse is not None:
            raise AppError(self.refuse)
        return [FileDiff(one.path, taken_back(one.diff), 0, None)]

    async def undo(self, one: JournalEntry) -> None:
        await self.preview(one)
        self.undone.append(one.id)
        self.entries = [replace(old, undoable=False) if old.id == one.id else old for old in self.entries]
        self.entries.insert(0, entry("put", "undo"))

    def way(self, one: JournalEntry) -> str:
        return "put-back" if one.undoable else ("stop" if one.what == "start" else "")

    def writes(self) -> Writes:
        return Writes(self.read, self.way, lambda one: [n for n in one.profiles if n in self.running], self.preview,
            self.undo)  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def window(bridge: Now, desk: Desk, qtbot: object) -> Iterator[ActivityWindow]:
    async def read() -> Sequence[Line]:
        return ()

    async def write(*_: object) -> None:
        raise AssertionError

    made = ActivityWindow(Journal(read, write), bridge, lambda: NOW, writes=desk.writes())
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    QTest.keyClick(made, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def page(window: ActivityWindow) -> WritesPage:
    assert window.writes is not None
    assert window.pages.value == WRITES
    return window.writes


def diff(page: WritesPage) -> str:
    QApplication.processEvents()  # what is new in a layout is shown then
    return "\n".join(one.toPlainText() for one in page.findChildren(DiffView) if not one.isHidden())


def drawn(lines: Sequence[str]) -> str:
    """The lines as a DiffView has them."""
    view = DiffView(lines)
    view.deleteLater()
    return view.toPlainText()


def test_the_key_of_a_page_leads_into_it(window: ActivityWindow, page: WritesPage) -> None:
    assert window.focusWidget() is page.table
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.events.search


def test_a_write_is_shown_with_its_file_sections_and_diff(page: WritesPage) -> None:
    assert [row.cells[1:] for row in page.model.rows] == [
        ("/a/credentials", "Session written", "~dev", "dev", "by a stop"),
        ("/a/credentials", "Taken over", "~prod", "prod", "can be undone"),
        ("/a/credentials", "Given back", "~gone", "gone", "—"),
    ]
    assert diff(page) == drawn(DIFF)
    assert "rolecall x" in diff(page)
    spoken = str(page.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert "prod changed" in spoken


def test_what_replaced_nothing_cannot_be_undone_and_says_why(page: WritesPage) -> None:
    page.table.selectRow(2)
    assert not page.start.isEnabled()
    assert page.start.toolTip()
    assert not page.which.buttons["undo"].isEnabled()
    page.ask()
    assert page.question.isHidden()


def test_an_undo_is_previewed_asked_for_and_done(page: WritesPage, desk: Desk, window: ActivityWindow) -> None:
    page.table.selectRow(1)
    page.start.click()
    assert page.question.isVisible()
    assert "prod is stopped" in page.asked.text()
    assert page.no.hasFocus() or not window.isActiveWindow()
    assert diff(page) == drawn(taken_back(DIFF))
    assert desk.undone == []
    page.yes.click()
    assert desk.undone == ["prod"]
    assert page.question.isHidden()
    assert page.result.property("card") == "ok"
    assert page.said.text().startswith("Undone: Taken over of ")
    shown = page.entry()
    assert shown is not None
    assert shown.id == "prod"
    assert not page.start.isEnabled()
    assert page.model.rows[0].entry.what == "undo"


def test_escape_steps_back_and_undoes_nothing(page: WritesPage, desk: Desk, window: ActivityWindow) -> None:
    page.table.selectRow(1)
    page.ask()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert page.question.isHidden()
    assert window.isVisible()
    assert diff(page) == drawn(DIFF)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert desk.undone == []


def test_a_file_that_was_changed_since_is_said_with_its_remedy(page: WritesPage, desk: Desk) -> None:
    desk.refuse = Problem.of(Code.SECTION_CHANGED, Verb.ADOPT, path="/a/credentials", section="prod", key_id="AKIAX")
    page.table.selectRow(1)
    page.start.click()
    assert page.question.isHidden(), "there is nothing to ask"
    assert page.result.property("card") == "error"
    assert "prod" in page.said.text()
    assert page.remedy.text()
    assert desk.undone == []


def test_a_change_between_the_question_and_the_answer_is_said_too(page: WritesPage, desk: Desk) -> None:
    page.table.selectRow(1)
    page.start.click()
    desk.refuse = Problem.of(Code.SECTION_CHANGED, Verb.ADOPT, path="/a/credentials", section="prod", key_id="AKIAX")
    page.yes.click()
    assert page.result.property("card") == "error"
    assert desk.undone == []
    assert page.start.isEnabled(), "it can be tried again"
    page.table.selectRow(0)
    assert page.result.isHidden()


def test_the_undo_of_a_start_asks_for_a_stop(page: WritesPage, desk: Desk) -> None:
    desk.running = ("dev",)
    page.ask()
    assert page.asked.text() == "Take these lines out of /a/credentials? dev is stopped for it."


def test_a_journal_that_cannot_be_read_is_said(page: WritesPage, desk: Desk) -> None:
    desk.unreadable = Problem.of(Code.FILE_BUSY, path="/a/credentials")
    page.reload()
    assert page.result.property("card") == "error"


def test_nothing_written_says_so(page: WritesPage, desk: Desk) -> None:
    desk.entries = []
    page.reload()
    assert page.empty.isVisible()
    assert not page.below.isVisible()
    page.ask()
    page.undo()
    assert desk.undone == []
