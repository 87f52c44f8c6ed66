"""A catalog that was changed outside while an editor is open: nothing is overwritten unseen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.editing import Open, fields_of, profile_editors, type_into
from ui.core import Tools
from ui.editor.draft import Draft
from ui.editor.merge import differences, merged
from ui.editor.profile_window import ProfileWindow
from ui.editor.source_window import SourceWindow
from ui.platform.clipboard import SecretClipboard


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    with profile_editors(core, tools, bridge) as one:
        yield one


def disputed(edit: Open, core: FakeCore) -> ProfileWindow:
    """Return an editor in which the title is changed here and there, the region here, and the note there."""
    window = edit()
    type_into(fields_of(window)["title"], "Mine")
    type_into(fields_of(window)["region"], "eu-west-3")
    theirs = core.catalogs.tables["profiles"]["prod-admin"]
    theirs["title"], theirs["note"] = "Theirs", "Their note"
    window.catalog_changed()
    QApplication.processEvents()
    return window


def test_saving_does_not_overwrite_but_compares(edit: Open, core: FakeCore) -> None:
    window = disputed(edit, core)
    assert window.conflict.isVisible()
    assert "3 values differ. 1 was changed in both places." in window.conflict.words.text()
    window.save()
    assert window.isVisible()
    assert core.catalogs.tables["profiles"]["prod-admin"]["title"] == "Theirs"
    assert window.conflict.table.isVisible()
    assert {key: one.value for key, one in window.conflict.choices.items()} == {
        "title": "mine",
        "region": "mine",
        "note": "theirs",
    }


def test_what_both_changed_stands_first(edit: Open, core: FakeCore) -> None:
    window = disputed(edit, core)
    window.conflict.set_open(opened=True)
    QApplication.processEvents()
    assert next(iter(window.conflict.choices)) == "title"
    tops = [one.mapTo(window, QPoint(0, 0)).y() for one in window.conflict.choices.values()]
    assert tops == sorted(tops)
    last, sides = list(window.conflict.choices.values())[-1], window.conflict.sides
    below = sides.mapTo(window, QPoint(0, sides.height())).y() - tops[-1] - last.height()
    assert below < last.height(), "no empty room below the rows"


def test_keep_mine_by_mouse(edit: Open, core: FakeCore) -> None:
    window = disputed(edit, core)
    QTest.mouseClick(window.conflict.keep, Qt.MouseButton.LeftButton)
    assert not window.conflict.isVisible()
    assert window.dirty
    window.save()
    saved = core.catalogs.tables["profiles"]["prod-admin"]
    assert (saved["title"], saved["region"]) == ("Mine", "eu-west-3")
    assert saved["note"] == "Break-glass role. Open a ticket in OPS before use."


def test_take_theirs_can_be_undone(edit: Open, core: FakeCore) -> None:
    window = disputed(edit, core)
    QTest.mouseClick(window.conflict.take, Qt.MouseButton.LeftButton)
    assert window.draft.text("title") == "Theirs"
    assert not window.dirty
    window.undo()
    assert window.draft.text("title") == "Mine"
    assert window.dirty


def test_value_by_value_with_keys(edit: Open, core: FakeCore) -> None:
    window = disputed(edit, core)
    window.conflict.compare.setFocus()
    QTest.keyClick(window.conflict.compare, Qt.Key.Key_Space)
    title = window.conflict.choices["title"]
    title.focus()
    QTest.keyClick(title.buttons["mine"], Qt.Key.Key_Right)
    assert title.value == "theirs"
    window.conflict.use.setFocus()
    QTest.keyClick(window.conflict.use, Qt.Key.Key_Space)
    assert not window.conflict.isVisible()
    assert window.draft.text("title") == "Theirs"
    assert window.draft.text("region") == "eu-west-3"
    assert window.draft.text("note") == "Their note"
    window.save()
    saved = core.catalogs.tables["profiles"]["prod-admin"]
    assert (saved["title"], saved["region"], saved["note"]) == ("Theirs", "eu-west-3", "Their note")


def test_another_change_outside_is_shown_too(edit: Open, core: FakeCore) -> None:
    window = disputed(edit, core)
    core.catalogs.tables["profiles"]["prod-admin"]["group"] = "Elsewhere"
    window.catalog_changed()
    assert set(window.conflict.choices) == {"title", "region", "note", "group"}


def test_the_same_change_in_both_places_is_no_conflict(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["title"], "Same")
    core.catalogs.tables["profiles"]["prod-admin"]["title"] = "Same"
    window.catalog_changed()
    assert not window.conflict.isVisible()
    assert not window.dirty


def test_a_token_of_the_catalog_is_not_shown_in_the_comparison(core: FakeCore, tools: Tools, bridge: Now) -> None:
    core.catalogs.tables["sources"]["task"] = {"kind": "container", "token": "first-token"}
    draft = Draft("task", core.catalogs.tables["sources"]["task"])
    window = SourceWindow(core, tools, bridge, draft, SecretClipboard())
    window.draft.set("title", "x")
    core.catalogs.tables["sources"]["task"] = {"kind": "container", "token": "second-token"}
    window.catalog_changed()
    texts = [one.text() for one in window.conflict.findChildren(type(window.conflict.words))]
    assert not any("-token" in text for text in texts)
    assert any("••••" in text for text in texts)
    window.draft.saved()
    window.close()
    window.deleteLater()


def test_hops_are_told_apart_while_there_are_as_many() -> None:
    base = {"roles": [{"role_arn": "a"}, {"role_arn": "b"}], "safety": {"label": "X"}}
    mine = {"roles": [{"role_arn": "a", "mfa": True}, {"role_arn": "b"}], "safety": {"label": "X"}}
    theirs = {"roles": [{"role_arn": "a"}, {"role_arn": "c"}]}
    found = differences(base, mine, theirs)
    assert [(one.key, one.here, one.there) for one in found] == [
        ("roles.1.mfa", True, False),
        ("roles.2.role_arn", False, True),
        ("safety.label", False, True),
    ]
    assert merged(mine, [one for one in found if one.there]) == {
        "roles": [{"role_arn": "a", "mfa": True}, {"role_arn": "c"}]
    }
    fewer = {"roles": [{"role_arn": "b"}], "safety": {"label": "X"}}
    assert [one.key for one in differences(base, mine, fewer)] == ["roles"]
    assert merged(mine, differences(base, mine, fewer)) == fewer
    assert merged(mine, differences(base, mine, {"safety": {"label": "X"}})) == {"safety": {"label": "X"}}
