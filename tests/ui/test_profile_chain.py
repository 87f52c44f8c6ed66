"""The role chain by mouse and by keys, undo over the whole draft, the policy editor, answers of a test."""

import json
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.calls import AssumeRoleCall, StsEndpoint
from app.domain.names import Region, parse_role_arn
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore, Step
from tests.ui.fakes.editing import FULL, Open, fields_of, profile_editors, type_into
from ui.core import Tools
from ui.editor.fields import TextField
from ui.editor.policy_field import PolicyField
from ui.editor.profile_window import ProfileWindow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    with profile_editors(core, tools, bridge) as one:
        yield one


def chain_of(edit: Open) -> ProfileWindow:
    window = edit("full", json.loads(json.dumps(FULL)))
    window.nav.setCurrentRow(2)
    QApplication.processEvents()
    return window


def roles(window: ProfileWindow) -> list[str]:
    return [str(hop["role_arn"]).rpartition("/")[2] for hop in window.draft.hops]


def drag(window: ProfileWindow, number: int, below: QWidget) -> None:
    grip = window.chain.cards[number - 1].grip
    start = QPoint(8, 8)
    end = grip.mapFromGlobal(below.mapToGlobal(QPoint(8, below.height() - 2)))
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(grip, end)
    assert window.chain._place.isVisible()
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def test_a_hop_is_dragged_below_another(edit: Open) -> None:
    window = chain_of(edit)
    assert roles(window) == ["OrgAccess", "AdminRole"]
    drag(window, 1, window.chain.cards[1])
    assert roles(window) == ["AdminRole", "OrgAccess"]
    assert not window.chain._place.isVisible()
    window.undo()
    assert roles(window) == ["OrgAccess", "AdminRole"]


def test_a_press_without_a_move_changes_nothing(edit: Open) -> None:
    window = chain_of(edit)
    QTest.mouseClick(window.chain.cards[0].grip, Qt.MouseButton.LeftButton)
    assert not window.dirty


def test_hops_by_keys_alone(edit: Open) -> None:
    window = chain_of(edit)
    window.chain.cards[0].head.setFocus()
    QTest.keyClick(window.chain.cards[0].head, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert roles(window) == ["AdminRole", "OrgAccess"]
    QTest.keyClick(window.chain.cards[1].head, Qt.Key.Key_Delete)
    assert roles(window) == ["AdminRole"]
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert roles(window) == ["AdminRole", "OrgAccess"]
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert roles(window) == ["OrgAccess", "AdminRole"]
    assert not window.dirty
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert roles(window) == ["AdminRole", "OrgAccess"]


def test_undo_from_within_a_field_takes_the_last_change_of_any_page(edit: Open) -> None:
    window = chain_of(edit)
    fields = fields_of(window)
    window.nav.setCurrentRow(0)
    type_into(fields["title"], "Other")
    window.validate()
    type_into(fields["group"], "Elsewhere")
    window.validate()
    name = cast("TextField", fields["name"])
    name.focus()
    QTest.keyClick(name.line, Qt.Key.Key_Z, CONTROL)
    assert window.draft.text("group") == "Acme/Prod"
    assert window.draft.text("title") == "Other"
    QTest.mouseClick(window.undo_button, Qt.MouseButton.LeftButton)
    assert window.draft.text("title") == "Break glass"
    assert cast("TextField", fields["title"]).line.text() == "Break glass"
    assert not window.undo_button.isEnabled()
    assert not window.dirty
    QTest.mouseClick(window.redo_button, Qt.MouseButton.LeftButton)
    assert window.draft.text("title") == "Other"


def test_typing_after_undo_forgets_what_was_taken_back(edit: Open) -> None:
    window = chain_of(edit)
    type_into(fields_of(window)["title"], "One")
    window.undo()
    type_into(fields_of(window)["title"], "Two")
    window.validate()
    assert not window.redo_button.isEnabled()
    window.redo()
    assert window.draft.text("title") == "Two"


def test_the_source_stands_above_and_leads_to_its_page(edit: Open) -> None:
    window = chain_of(edit)
    assert window.chain.source_name.text() == "mira.lind"
    QTest.mouseClick(window.chain.change, Qt.MouseButton.LeftButton)
    assert window.stack.currentWidget() is window.source


def policy_of(window: ProfileWindow) -> PolicyField:
    window.chain.open(1)
    window.chain.cards[0].body.advanced.set_open(opened=True)
    QApplication.processEvents()
    return cast("PolicyField", fields_of(window)["roles.1.policy"])


def test_a_policy_that_is_wrong_says_line_and_column_and_leads_there(edit: Open) -> None:
    window = chain_of(edit)
    field = policy_of(window)
    field.area.setPlainText('{\n  "Version": "2012-10-17"\n  "Statement": []\n}')
    window.validate()
    assert field.note.text().startswith("Line 3, column 3:")
    assert field.area.property("state") == "error"
    assert not field.format.isEnabled()
    assert len(field.area.extraSelections()) == 1
    window.save()
    assert window.isVisible()
    cursor = field.area.textCursor()
    assert (cursor.blockNumber(), cursor.columnNumber()) == (2, 2)


def test_a_policy_is_formatted_and_made_compact_by_mouse(edit: Open) -> None:
    window = chain_of(edit)
    field = policy_of(window)
    text = '{"Version":"2012-10-17","Statement":[]}'
    QTest.mouseClick(field.format, Qt.MouseButton.LeftButton)
    assert field.area.toPlainText().split("\n")[1] == '  "Version": "2012-10-17",'
    assert "of 2,048 characters" in field.note.text()
    QTest.mouseClick(field.compact, Qt.MouseButton.LeftButton)
    assert window.draft.text("roles.1.policy") == text
    window.undo()
    assert window.draft.text("roles.1.policy").count("\n") > 1


def test_the_packed_size_is_what_the_last_test_said(edit: Open) -> None:
    window = chain_of(edit)
    window.chain.cards[0].body.advanced.build()
    part = window.chain.cards[0].body.packed
    assert "2 of 10 managed policies" in part.given.text()
    assert "AWS alone knows" in part.words.text()
    arn = parse_role_arn("arn:aws:iam::111122223333:role/OrgAccess")
    call = AssumeRoleCall("", "", StsEndpoint(Region("us-east-1")), 1, arn, "", None)
    window.core.engine.steps = [Step(1, 3, call, done=True, seconds=0.1, packed=23)]  # type: ignore[attr-defined]
    window.test()
    assert part.bar.value() == 23
    assert "23 %" in part.words.text()
    assert window.chain.cards[0].answered.text() == "100 ms"
    type_into(fields_of(window)["title"], "Changed")
    assert "AWS alone knows" in part.words.text()
    assert window.chain.cards[0].answered.text() != "100 ms" or not window.chain.cards[0].answered.isVisible()


def test_the_session_name_that_aws_will_see_is_shown_as_it_is_typed(edit: Open) -> None:
    window = chain_of(edit)
    window.chain.open(2)
    field = cast("TextField", fields_of(window)["roles.2.session_name"])
    type_into(field, "{user}-x")
    assert field.trailing.word.text() == "mira.lind-x"


def test_what_the_chain_comes_to_is_shown_as_it_is_typed(edit: Open) -> None:
    window = chain_of(edit)
    shown = window.chain.outcome
    assert shown.arn.text() == "arn:aws:sts::444455556666:assumed-role/AdminRole/mira.lind-full"
    assert "for 30 min" in shown.words.text()
    assert "narrowed to reading" in shown.words.text()
    type_into(fields_of(window)["roles.2.role_arn"], "arn:aws-cn:iam::111122223333:role/team/Other")
    assert shown.arn.text() == "arn:aws-cn:sts::111122223333:assumed-role/Other/mira.lind-full"
    type_into(fields_of(window)["roles.2.role_arn"], "arn:aws:iam::1:role")
    assert not shown.isVisible()
    window.undo()
    window.undo()
    assert shown.isVisible()


def test_a_test_that_takes_long_is_canceled_by_mouse_and_when_the_window_goes(
    edit: Open, bridge: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = chain_of(edit)
    ended: list[str] = []

    def held(work: Coroutine[Any, Any, Any], what: str) -> Callable[[], object]:
        work.close()
        return lambda: ended.append(what)

    monkeypatch.setattr(bridge, "begin", held)
    QTest.mouseClick(window.strip.test, Qt.MouseButton.LeftButton)
    assert window.strip.running
    assert window.strip.test.text().strip() == "Cancel the test"
    QTest.mouseClick(window.strip.test, Qt.MouseButton.LeftButton)
    assert ended == ["test"]
    assert not window.strip.running
    assert "Canceled" in window.strip.steps.text()
    QTest.keyClick(window, Qt.Key.Key_T, CONTROL)
    assert window.strip.running
    window.reject()
    assert ended == ["test", "test"]


@pytest.mark.parametrize("page", range(5))
def test_every_page_fits_a_small_screen(edit: Open, page: int) -> None:
    window = chain_of(edit)
    window.chain.open(1)
    window.chain.cards[0].body.advanced.set_open(opened=True)
    window.nav.setCurrentRow(page)
    window.resize(1024, 560)  # 600 less a title bar and a panel
    QApplication.processEvents()
    assert window.height() <= 560
    shown = window.page(page)
    assert shown.widget().width() <= shown.viewport().width()
    assert shown.viewport().height() > 200
    for one in (window.save_button, window.cancel, window.strip.test, window.undo_button):
        assert window.rect().contains(one.geometry().translated(one.parentWidget().mapTo(window, QPoint(0, 0))))


def test_a_comparison_leaves_room_for_the_page_on_a_small_screen(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["title"], "Mine")
    theirs = core.catalogs.tables["profiles"]["prod-admin"]
    theirs.update(title="Theirs", note="x", group="A", region="eu-west-1", tags=["a"], aliases=["b"])
    window.catalog_changed()
    window.conflict.set_open(opened=True)
    window.resize(1024, 560)
    QApplication.processEvents()
    assert window.height() <= 560
    assert window.conflict.sides.verticalScrollBar().maximum() > 0
    assert window.general.viewport().height() > 80
