"""What is required of something new is red once a person was there, or wanted to save; the foot says it before."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.editing import Open, OpenSource, profile_editors, source_editors, type_into
from ui.core import Tools
from ui.editor.draft import Draft
from ui.editor.fields import TextField
from ui.editor.patience import Patience
from ui.editor.places import CHAIN, DELIVERY, SOURCE
from ui.editor.profile_window import ProfileWindow
from ui.editor.source_window import SourceWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
_ARN = "arn:aws:iam::444455556666:role/AdminRole"


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of a profile, or of a new one."""
    with profile_editors(core, tools, bridge) as one:
        yield one


@pytest.fixture
def source(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[OpenSource]:
    """Open an editor of a source, or of a new one."""
    with source_editors(core, tools, bridge) as one:
        yield one


def line_of(window: SourceWindow | ProfileWindow, key: str) -> TextField:
    form = window.form if isinstance(window, SourceWindow) else window.chain.cards[-1].body.form
    field = form.field(key)
    assert isinstance(field, TextField)
    return field


def red(field: TextField) -> bool:
    return field.line.property("state") == "error" and field.note.property("role") == "error"


def test_a_new_source_is_not_red_before_a_field_was_left(source: OpenSource) -> None:
    window = source(kind="oidc")
    name, issuer, client = (line_of(window, key) for key in ("name", "issuer", "client_id"))
    type_into(name, "far")
    window.validate()
    assert not window.can_save()
    assert not any(red(one) for one in (name, issuer, client))
    assert window.summary.text() == "Still missing: Issuer"
    issuer.line.setFocus()
    QTest.keyClick(issuer.line, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is client.line
    assert [red(one) for one in (name, issuer, client)] == [False, True, False]
    assert "is missing" in issuer.editor.accessibleDescription()
    assert window.summary.text() == "2 problems: Issuer"
    type_into(issuer, "https://id.example.com")
    window.validate()
    assert window.summary.text() == "1 problem: Client ID"
    assert [red(one) for one in (name, issuer, client)] == [False, False, True]


def test_what_was_typed_wrong_is_red_as_before(source: OpenSource) -> None:
    window = source(kind="oidc")
    issuer = line_of(window, "issuer")
    type_into(issuer, "no url")
    window.validate()
    assert red(issuer)
    type_into(issuer, "")
    window.validate()
    assert not red(issuer), "it was not left yet"


def test_a_wish_to_save_makes_all_red_and_goes_to_the_first(source: OpenSource) -> None:
    window = source(kind="oidc")
    type_into(line_of(window, "name"), "far")
    QTest.keyClick(window, Qt.Key.Key_S, CONTROL)
    assert red(line_of(window, "issuer"))
    assert red(line_of(window, "client_id"))
    assert QApplication.focusWidget() is line_of(window, "issuer").line


def test_another_program_or_a_list_is_no_way_on(source: OpenSource) -> None:
    window = source(kind="oidc")
    issuer = line_of(window, "issuer")
    issuer.line.setFocus()
    for reason in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
        window.cancel.setFocus(reason)
        assert not red(issuer)
        issuer.line.setFocus()
    window.cancel.setFocus(Qt.FocusReason.MouseFocusReason)
    assert red(issuer)


def test_another_kind_begins_anew(source: OpenSource) -> None:
    window = source(kind="oidc")
    line_of(window, "name").line.setFocus()
    window.cancel.setFocus()
    assert red(line_of(window, "name"))
    window.kind.choose("process")
    window.validate()
    assert not red(line_of(window, "name"))


def test_a_secret_that_is_still_missing_is_said(source: OpenSource) -> None:
    window = source()
    type_into(line_of(window, "name"), "far")
    type_into(line_of(window, "access_key_id"), "AKIAIOSFODNN7EXAMPL2")
    window.validate()
    assert window.summary.text() == "Still missing: Secret access key"
    assert not window.save_button.isEnabled()


def test_what_the_catalog_has_is_said_at_once(source: OpenSource) -> None:
    window = source("far", {"kind": "oidc", "issuer": "https://id.example.com"})
    assert red(line_of(window, "client_id"))


def test_a_new_hop_is_not_red_while_it_is_typed(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    window.chain.add_hop()
    arn = line_of(window, "roles.3.role_arn")
    assert QApplication.focusWidget() is arn.line
    assert not red(arn)
    assert window.chain.cards[-1].wrong.isHidden()
    assert not window.nav.wrong(CHAIN)
    assert window.summary.text() == "Still missing: Hop 3, Role ARN"
    QTest.keyClick(arn.line, Qt.Key.Key_Tab)
    assert red(arn)
    assert window.nav.wrong(CHAIN)
    assert not window.chain.cards[-1].wrong.isHidden()


def test_a_new_profile_says_what_it_needs_and_marks_a_page_once_it_was_seen(edit: Open) -> None:
    window = edit("", {}, new=True)
    type_into(window.general.name, "fresh")
    window.validate()
    assert window.summary.text() == "Still missing: Source"
    assert not any(window.nav.wrong(number) for number in range(5))
    window.nav.setCurrentRow(SOURCE)
    assert window.source.wrong.isHidden()
    window.nav.setCurrentRow(DELIVERY)
    assert [number for number in range(5) if window.nav.wrong(number)] == [SOURCE]
    assert window.summary.text() == "1 problem: Source"
    window.nav.setCurrentRow(SOURCE)
    assert not window.source.wrong.isHidden()


def test_a_role_that_a_sign_in_needs_is_asked_for_where_roles_are(edit: Open) -> None:
    window = edit("fresh", {"source": "fjord"}, new=True)
    assert window.nav.currentRow() == CHAIN, "it begins where something is to do"
    assert window.chain.wrong.isHidden()
    assert window.summary.text() == "Still missing: Role chain"
    window.nav.setCurrentRow(DELIVERY)
    assert window.nav.wrong(CHAIN)


def test_a_test_of_it_counts_as_a_wish(edit: Open) -> None:
    window = edit("fresh", {"source": "mira.lind", "roles": [{}]}, new=True)
    assert not window.nav.wrong(CHAIN)
    window.test()
    assert red(line_of(window, "roles.1.role_arn"))


@pytest.mark.parametrize(
    ("name", "values", "key", "waits"),
    [
        ("", {}, "name", True),
        ("a", {}, "name", False),
        ("a", {}, "source", True),
        ("a", {"base": "b"}, "source", False),
        ("a", {"region": ""}, "region", False),
        ("a", {"roles": [{}]}, "roles.1.role_arn", True),
        ("a", {"roles": [{"role_arn": _ARN}]}, "roles.1.role_arn", False),
    ],
)
def test_what_is_merely_not_there(name: str, values: dict[str, object], key: str, waits: bool) -> None:
    patience = Patience(Draft(name, values, new=True))
    assert patience.passed(key) is waits
    assert patience.passed(key) is False
    assert Patience(Draft("a", values)).passed(key) is False


# the first profile of a sign-in


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_ctrl_enter_adds_a_hop_wherever_the_focus_is_and_on_no_other_page(edit: Open, key: Qt.Key) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    window.nav.setFocus()
    QTest.keyClick(window.nav, key, CONTROL)
    assert len(window.draft.hops) == 3
    assert QApplication.focusWidget() is line_of(window, "roles.3.role_arn").line
    window.nav.setCurrentRow(DELIVERY)
    window.nav.setFocus()
    QTest.keyClick(window.nav, key, CONTROL)
    assert len(window.draft.hops) == 3
