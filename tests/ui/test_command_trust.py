"""A command in the source editor: what saving allows, what it does not, and what the page says about both."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.domain.approvals import Approval
from app.domain.problem import AppError, Code
from app.domain.session import Starter
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW, FakeCore
from tests.ui.fakes.editing import source_editors
from ui.core import Tools
from ui.editor.command_field import CommandField
from ui.editor.source_window import SourceWindow
from ui.present.allowing import Act, Standing, trust_line

HELPER = ("/opt/bin/helper",)
SAVES = "Saving allows exactly this to run on this machine."
PASTED = "Pasted, so saving does not allow it: Rolecall asks before it runs."
NOT_YET = "Not allowed yet: Rolecall asks before it runs."
REVOKED = "Revoked: Rolecall asks before it runs again."
ALLOWED = "Allowed since yesterday"

Open = Callable[..., SourceWindow]


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of a source that the catalog has, or of a new one of a kind."""
    with source_editors(core, tools, bridge) as open_source:

        def open_one(values: dict[str, object] | None = None, *, new: str = "") -> SourceWindow:
            if values is not None:
                core.catalogs.tables["sources"]["helper"] = {"kind": "process", **values}
                core.catalog = core.catalogs._read(core.catalogs.tables)
            return open_source(kind=new) if new else open_source("helper")

        yield open_one


def field(window: SourceWindow, key: str = "command") -> CommandField:
    found = window.form.field(key)
    assert isinstance(found, CommandField)
    return found


def keys(of: CommandField, text: str) -> None:
    """Type at the end."""
    of.area.setFocus()
    QTest.keyClick(of.area, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    for line, part in enumerate(text.split("\n")):
        if line:
            QTest.keyClick(of.area, Qt.Key.Key_Return)
        QTest.keyClicks(of.area, part)


def pasted(of: CommandField, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    of.area.setFocus()
    QTest.keyClick(of.area, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(of.area, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def dropped(of: CommandField, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    of.area.insertFromMimeData(data)


def test_a_command_that_is_typed_says_that_saving_allows_it_and_saving_does(edit: Open, core: FakeCore) -> None:
    window = edit(new="process")
    one = field(window)
    assert not one.trust.isVisible(), "there is no command yet"
    window.name.line.setText("helper")
    window.name.line.textEdited.emit("helper")
    keys(one, "/opt/bin/helper\n--json")
    assert one.trust.isVisible()
    assert (one.words.text(), one.act.isVisible()) == (SAVES, False)
    assert SAVES in one.editor.accessibleDescription()
    window.validate()
    assert SAVES in one.editor.accessibleDescription(), "after a look at the draft too"
    assert "The command may run from then on." in window.more_words()
    assert core.approvals.allowed == set()
    window.save()
    assert core.approvals.allowed == {("/opt/bin/helper", "--json")}
    assert core.approvals.done == [("allow", "/opt/bin/helper", "helper", Starter.WINDOW)]


def test_what_is_typed_on_from_an_allowed_command_is_allowed(edit: Open, core: FakeCore) -> None:
    core.approvals.approve(HELPER, at=NOW - timedelta(days=1))
    window = edit({"command": list(HELPER)})
    one = field(window)
    assert one.words.text() == ALLOWED
    keys(one, "\n--json")
    assert one.words.text() == SAVES
    window.save()
    assert core.approvals.approved(("/opt/bin/helper", "--json"))


def test_a_command_of_an_import_is_not_allowed_by_saving_something_else(edit: Open, core: FakeCore) -> None:
    window = edit({"command": list(HELPER)})
    assert (field(window).words.text(), field(window).act.text()) == (NOT_YET, "Allow")
    title = window.form.field("title")
    assert title is not None
    title.line.setText("Ana's helper")  # type: ignore[attr-defined]
    title.line.textEdited.emit("Ana's helper")  # type: ignore[attr-defined]
    assert window.more_words() == ""
    window.save()
    assert core.catalogs.tables["sources"]["helper"]["title"] == "Ana's helper"
    assert core.approvals.allowed == set()


def test_what_is_typed_on_from_a_command_of_an_import_is_asked_about(edit: Open, core: FakeCore) -> None:
    window = edit({"command": list(HELPER)})
    keys(field(window), "\n--json")
    assert field(window).words.text() == NOT_YET
    window.save()
    assert core.catalogs.tables["sources"]["helper"]["command"] == ["/opt/bin/helper", "--json"]
    assert core.approvals.allowed == set()


@pytest.mark.parametrize("bring", [pasted, dropped])
@pytest.mark.parametrize("more", ["", "\n--json"])
def test_what_is_pasted_is_asked_about(
    edit: Open, core: FakeCore, bring: Callable[[CommandField, str], None], more: str
) -> None:
    window = edit({})
    one = field(window)
    bring(one, "/opt/bin/helper")
    keys(one, more)
    assert (one.words.text(), one.act.text()) == (PASTED, "Allow")
    window.save()
    assert core.catalogs.tables["sources"]["helper"]["command"] == ["/opt/bin/helper", *more.split()]
    assert core.approvals.allowed == set()


def test_an_emptied_field_begins_anew(edit: Open, core: FakeCore) -> None:
    window = edit({"command": list(HELPER)})
    one = field(window)
    pasted(one, "\n--from-elsewhere")
    one.area.selectAll()
    QTest.keyClick(one.area, Qt.Key.Key_Delete)
    assert not one.trust.isVisible()
    keys(one, "/opt/bin/other")
    assert one.words.text() == SAVES
    window.save()
    assert core.approvals.allowed == {("/opt/bin/other",)}


def test_undo_and_redo_know_what_was_typed(edit: Open, core: FakeCore) -> None:
    window = edit({})
    one = field(window)
    keys(one, "/opt/bin/helper")
    window.validate()
    pasted(one, "\n--more")
    window.validate()
    assert one.words.text() == PASTED
    window.undo()
    assert (one.command, one.words.text()) == (HELPER, SAVES)
    window.redo()
    assert (one.command, one.words.text()) == (("/opt/bin/helper", "--more"), NOT_YET)
    window.save()
    assert core.approvals.allowed == set()


def test_an_edit_of_the_file_while_the_editor_is_open_is_not_typed(edit: Open, core: FakeCore, bridge: Now) -> None:
    window = edit({"command": list(HELPER)})
    core.catalogs.tables["sources"]["helper"]["command"] = ["/tmp/evil"]
    window.catalog_changed()
    assert (field(window).command, field(window).words.text()) == (("/tmp/evil",), NOT_YET)
    title = window.form.field("title")
    title.line.setText("x")  # type: ignore[union-attr]
    title.line.textEdited.emit("x")  # type: ignore[union-attr]
    window.save()
    assert core.approvals.allowed == set()


def test_a_person_can_allow_what_stands_there(edit: Open, core: FakeCore) -> None:
    """Of the catalog's own at once, of a pasted one with the save that writes it."""
    window = edit({"command": list(HELPER)})
    one = field(window)
    assert one.act.accessibleName() == "Allow: Command"
    one.act.setFocus()
    QTest.keyClick(one.act, Qt.Key.Key_Space)
    assert core.approvals.allowed == {HELPER}
    assert one.words.text() == "Allowed since 14:24"
    pasted(one, "\n--json")
    assert one.words.text() == PASTED
    one.act.click()
    assert one.words.text() == SAVES
    assert core.approvals.allowed == {HELPER}, "not before the save"
    assert window.more_words() == "The command may run from then on."
    window.save()
    assert core.approvals.allowed == {HELPER, ("/opt/bin/helper", "--json")}


def test_revoked_at_once_and_back_as_it_was(edit: Open, core: FakeCore) -> None:
    core.approvals.approve(HELPER, at=NOW - timedelta(days=1))
    core.approvals.done.clear()
    window = edit({"command": list(HELPER)})
    one = field(window)
    assert (one.words.text(), one.act.text(), one.act.accessibleName()) == (ALLOWED, "Revoke", "Revoke: Command")
    assert not window.dirty
    one.act.click()
    assert core.approvals.allowed == set()
    assert core.approvals.done == [("revoke", HELPER[0], "helper", Starter.WINDOW)]
    assert (one.words.text(), one.act.text()) == (REVOKED, "Undo")
    assert not window.dirty, "nothing of the catalog changed"
    QTest.mouseClick(one.act, Qt.MouseButton.LeftButton)
    assert core.approvals.since == {HELPER: NOW - timedelta(days=1)}
    assert one.words.text() == ALLOWED


def test_what_is_revoked_is_not_allowed_again_by_a_save(edit: Open, core: FakeCore) -> None:
    core.approvals.approve(HELPER)
    window = edit({"command": list(HELPER)})
    field(window).act.click()
    title = window.form.field("title")
    title.line.setText("x")  # type: ignore[union-attr]
    title.line.textEdited.emit("x")  # type: ignore[union-attr]
    window.save()
    assert core.approvals.allowed == set()


def test_an_answer_elsewhere_is_shown(edit: Open, core: FakeCore) -> None:
    window = edit({"command": list(HELPER)})
    core.approvals.approve(HELPER, at=NOW - timedelta(days=1))
    core.engine.store.tell(questions=True)
    assert field(window).words.text() == ALLOWED


def test_fields_that_are_made_anew_know_what_was_typed(edit: Open, core: FakeCore) -> None:
    window = edit(new="access-keys")
    window.form.field("mfa").choose("command")  # type: ignore[union-attr]
    keys(field(window, "mfa_command"), "/usr/bin/ykman")
    window.validate()
    window.kind.choose("oidc")
    assert window.form.field("mfa_command") is None
    window.validate()
    window.undo()
    again = field(window, "mfa_command")
    assert (again.command, again.words.text()) == (("/usr/bin/ykman",), SAVES)
    assert window.allowed_by_save() == [("/usr/bin/ykman",)]


def test_a_revocation_that_fails_is_said(edit: Open, core: FakeCore) -> None:
    core.approvals.approve(HELPER, at=NOW - timedelta(days=1))
    window = edit({"command": list(HELPER)})

    def refuses(command: object, *, source: str = "", by: str = "") -> None:
        raise AppError.of(Code.FILE_UNWRITABLE, path="/s/approvals.json", reason="no room")

    core.approvals.revoke = refuses  # type: ignore[method-assign]
    field(window).act.click()
    assert "approvals.json" in field(window).words.text()
    assert field(window).act.text() == "Revoke"


@pytest.mark.parametrize(
    ("of", "words", "act", "allows"),
    [
        (Standing(Approval(HELPER, NOW), saved=True, typed=True), "Allowed since 14:24", Act.REVOKE, False),
        (Standing(Approval(HELPER), saved=False, typed=False), "Allowed, since when is not known", Act.REVOKE, False),
        (Standing(None, saved=False, typed=True), SAVES, None, True),
        (Standing(None, saved=False, typed=True, pasted=True), SAVES, None, True),
        (Standing(None, saved=True, typed=True), NOT_YET, Act.ALLOW, False),
        (Standing(None, saved=True, typed=False, revoked=True), REVOKED, Act.UNDO, False),
        (Standing(None, saved=False, typed=False, pasted=True), PASTED, Act.ALLOW, False),
        (Standing(None, saved=False, typed=False), NOT_YET, Act.ALLOW, False),
    ],
)
def test_the_line_and_the_save_agree(of: Standing, words: str, act: Act | None, allows: bool) -> None:
    line = trust_line(of, NOW, NOW.tzinfo)
    assert (line.words, line.act, of.allows) == (words, act, allows)
