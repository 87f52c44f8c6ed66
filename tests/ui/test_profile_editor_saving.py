"""The profile editor as a whole: validation as typed, save, guard, test, preview, edits from outside."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox
from shiboken6 import delete

from app.domain.calls import Identity
from app.domain.problem import AppError, Code
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore, Step, active
from tests.ui.fakes.editing import Open, fields_of, profile_editors, type_into
from tests.ui.fakes.sample import DENIED
from ui.core import Tools
from ui.editor.draft import Draft
from ui.editor.fields import CheckField
from ui.editor.profile_window import ProfileWindow


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    with profile_editors(core, tools, bridge) as one:
        yield one


def test_validation_waits_for_still_keys_and_comes_at_once_when_the_field_is_left(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(2)
    window.chain.open(2)
    field = window.chain.cards[1].body.form.fields[0]
    type_into(field, "arn:aws:iam::12:role/x")
    assert field.note.text() == ""
    field.left.emit()
    assert "Role ARN is not valid" in field.note.text()
    assert "arn:aws:iam::123456789012:role/NAME" in field.editor.accessibleDescription()
    assert window.summary.text() == "1 problem: Hop 2, Role ARN"
    assert window.chain.cards[1].wrong.isVisible()
    type_into(field, "arn:aws:iam::444455556666:role/Fine")
    QTest.qWait(800)
    assert window.errors == []
    assert window.summary.text() == "Save writes +6 \u22121 lines in 2 files"


def test_save_goes_to_the_first_problem_instead(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["roles.1.external_id"], "x")
    window.nav.setCurrentRow(0)
    window.save()
    assert core.catalogs.tables["profiles"]["prod-admin"]["roles"][0].get("external_id") is None
    assert window.nav.currentRow() == 2
    assert window.chain.cards[0].is_open
    assert QApplication.focusWidget() is fields_of(window)["roles.1.external_id"].editor


def test_save_writes_and_closes(edit: Open, core: FakeCore) -> None:
    window = edit()
    saved = QSignalSpy(window.saved)
    type_into(fields_of(window)["title"], "Words")
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert core.catalog.profiles["prod-admin"].title == "Words"
    assert saved.at(0) == ["prod-admin"]
    assert not window.isVisible()


def test_rename_takes_references_along(edit: Open, core: FakeCore) -> None:
    core.catalogs.tables["profiles"]["child"] = {
        "base": "prod-admin",
        "roles": [{"role_arn": "arn:aws:iam::444455556666:role/C"}],
    }
    window = edit()
    type_into(fields_of(window)["name"], "prod-root")
    window.save()
    assert "prod-admin" not in core.catalog.profiles
    assert core.catalog.profiles["child"].base == "prod-root"


def test_a_name_that_is_taken_blocks(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["name"], "ci-debug")
    window.save()
    assert window.isVisible()
    assert fields_of(window)["name"].editor.property("state") == "error"
    assert "prod-admin" in core.catalog.profiles


def test_a_new_profile_from_nothing(edit: Open, core: FakeCore) -> None:
    window = edit("", new=True)
    assert window.summary.text() == "It needs a name first", "Save can be pressed: it is not that nothing was changed"
    assert window.save_button.isEnabled()
    assert not window.strip.test.isEnabled()
    type_into(fields_of(window)["name"], "fresh")
    assert window.summary.text().startswith("Save writes")
    window.source.group.button(0).click()
    assert window.draft.get("source") == "mira.lind"
    assert window.strip.test.isEnabled()
    window.chain.add_hop()
    type_into(window.chain.cards[0].body.form.fields[0], "arn:aws:iam::222233334444:role/PowerUser")
    type_into(fields_of(window)["delivery.credentials_file"], "fresh")
    window.save()
    assert core.catalogs.tables["profiles"]["fresh"] == {
        "source": "mira.lind",
        "roles": [{"role_arn": "arn:aws:iam::222233334444:role/PowerUser"}],
        "delivery": {"credentials_file": "fresh"},
    }


def test_going_on_from_another_profile(edit: Open) -> None:
    window = edit("ci-debug")
    window.source.group.buttons()[-1].click()
    box = window.source.base.editor
    assert isinstance(box, QComboBox)
    QTest.keyClicks(box.lineEdit(), "dev-poweruser")
    assert (window.draft.get("source"), window.draft.get("base")) == (None, "dev-poweruser")
    window.source.group.button(0).click()
    assert (window.draft.get("source"), window.draft.get("base")) == ("mira.lind", None)


def test_closing_asks_only_when_something_would_be_lost(edit: Open, core: FakeCore) -> None:
    window = edit()
    window.reject()
    assert not window.isVisible()
    window = edit()
    type_into(fields_of(window)["title"], "Words")
    window.close()
    assert window.isVisible()
    guard = window._guard
    assert guard is not None
    assert guard.isVisible()
    QTest.qWaitForWindowActive(guard)
    assert QApplication.focusWidget() is guard.cancel
    guard.buttons["discard"].click()
    assert not window.isVisible()
    assert core.catalog.profiles["prod-admin"].title == ""


def test_the_guard_saves(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["title"], "Words")
    window.reject()
    guard = window._guard
    assert guard is not None
    guard.buttons["save"].click()
    assert core.catalog.profiles["prod-admin"].title == "Words"
    assert not window.isVisible()


def test_the_test_strip(edit: Open, core: FakeCore) -> None:
    arn = "arn:aws:sts::444455556666:assumed-role/AdminRole/x"
    core.engine.steps = [
        Step(1, 1, None, done=False),
        Step(1, 1, None, done=True, seconds=0.142, identity=Identity("1", arn, "u")),
    ]
    window = edit()
    window.strip.test.click()
    assert core.engine.verbs[-1][0] == "test"
    assert window.strip.steps.text() == "GetCallerIdentity 142 ms"
    assert window.strip.result.text() == arn
    type_into(fields_of(window)["title"], "Words")
    assert "Not tested since the last change" in window.strip.steps.text()
    core.engine.steps = [Step(1, 2, None, done=True, seconds=0.1, problem=DENIED)]
    window.test()
    assert "AccessDenied at hop 2" in window.strip.result.text()
    assert window.strip.test.isEnabled()


def test_the_preview_shows_what_is_written(edit: Open, core: FakeCore) -> None:
    window = edit()
    window.nav.setCurrentRow(3)
    assert "examples" not in core.files.previewed[-1][0].section  # type: ignore[union-attr]
    assert window.delivery.preview.counts() == (5, 0, 1)
    type_into(fields_of(window)["delivery.credentials_file"], "")
    window.validate()
    assert window.delivery.preview.counts() == (0, 1, 1)  # of the catalog alone


def test_a_running_profile_is_said_to_be_refreshed(edit: Open, core: FakeCore) -> None:
    core.engine.store.put(active("ci-debug"))
    window = edit("ci-debug")
    type_into(fields_of(window)["title"], "Words")
    assert window.summary.toolTip() == "The running session is refreshed."


def test_an_edit_outside_is_taken_over_or_said(edit: Open, core: FakeCore) -> None:
    window = edit()
    core.catalogs.tables["profiles"]["prod-admin"]["title"] = "Theirs"
    window.catalog_changed()
    assert window.draft.get("title") == "Theirs"
    assert not window.dirty
    type_into(fields_of(window)["title"], "Mine")
    core.catalogs.tables["profiles"]["prod-admin"]["title"] = "Theirs again"
    window.catalog_changed()
    assert window.draft.get("title") == "Mine"
    assert window.conflict.isVisible()
    window.conflict.take.click()
    assert window.draft.get("title") == "Theirs again"
    assert not window.dirty
    assert not window.conflict.isVisible()


def test_deleted_elsewhere_becomes_a_new_one(edit: Open, core: FakeCore) -> None:
    window = edit()
    del core.catalogs.tables["profiles"]["prod-admin"]
    core.catalog = core.catalogs._read(core.catalogs.tables)
    window.catalog_changed()
    assert window.save_button.text() == "Save as new"
    window.save()
    assert "prod-admin" in core.catalog.profiles


def test_what_was_deleted_and_comes_back_is_edited_as_before(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["title"], "Mine")
    kept = core.catalogs.tables["profiles"].pop("prod-admin")
    core.catalog = core.catalogs._read(core.catalogs.tables)
    window.catalog_changed()
    window.catalog_changed()
    assert window.save_button.text() == "Save as new"
    core.catalogs.tables["profiles"]["prod-admin"] = {**kept, "note": "Their note"}
    core.catalog = core.catalogs._read(core.catalogs.tables)
    window.catalog_changed()
    assert window.save_button.text() == "Save"
    assert not window.problem.isVisible()
    assert set(window.conflict.choices) == {"title", "note"}, "what changed meanwhile is compared"
    window.conflict.keep.click()
    window.save()
    assert core.catalogs.tables["profiles"]["prod-admin"]["title"] == "Mine"


def test_a_catalog_that_cannot_be_read_is_not_a_profile_that_was_deleted(
    edit: Open, core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = edit()
    type_into(fields_of(window)["title"], "Mine")
    broken = AppError.of(Code.CATALOG_UNREADABLE, path="profiles.toml", line=3, reason="Expected '='.")

    async def refuse(table: str, name: str) -> dict[str, object]:
        raise broken

    with monkeypatch.context() as patch:
        patch.setattr(core.catalogs, "raw", refuse)
        window.catalog_changed()
    assert "cannot be read" in window.problem.accessibleName()
    assert (window.save_button.text(), window.draft.new) == ("Save", False)
    window.catalog_changed()
    assert not window.problem.isVisible()
    assert window.draft.text("title") == "Mine"


def test_the_session_name_is_shown_as_aws_will_see_it(edit: Open) -> None:
    window = edit()
    assert window.chain.cards[1].body.name.line.toolTip() == "CloudTrail shows mira.lind-prod-admin"
    assert window.chain.cards[0].body.name.line.toolTip() == "CloudTrail shows mira.lind-mira.lind"
    window.resize(900, 720)
    window.open_place("hop 2")
    QApplication.processEvents()
    field = window.chain.cards[1].body.name
    assert field.trailing.word.isVisible()
    assert field.trailing.word.text() == "mira.lind-prod-admin"
    assert field.note.text() == "CloudTrail shows it for every call. 2 to 64 characters.", "it is said once"
    field.line.setText("x" * 120)
    assert not field.trailing.word.isVisible()
    assert field.note.text() == "CloudTrail shows mira.lind-prod-admin"


def test_places(edit: Open) -> None:
    window = edit()
    window.open_place("hop 2")
    assert window.nav.currentRow() == 2
    assert window.chain.cards[1].is_open
    window.open_place("delivery")
    assert window.nav.currentRow() == 3


def test_credential_process_beside_its_own_section_is_refused(edit: Open) -> None:
    window = edit()
    field = fields_of(window)["delivery.credential_process"]
    assert isinstance(field, CheckField)
    assert not field.check.isEnabled()
    assert "would never ask" in field.note.text()
    window.draft.set("delivery.credential_process", True)
    window.validate()
    assert window.errors


def test_a_preview_that_comes_after_the_window_is_gone_does_nothing(core: FakeCore, tools: Tools, bridge: Now) -> None:
    window = ProfileWindow(core, tools, bridge, Draft("prod-admin", core.catalogs.tables["profiles"]["prod-admin"]))
    late = window._count(window._asked)
    delete(window)
    with pytest.raises(StopIteration):
        late.send(None)
