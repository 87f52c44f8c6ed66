"""The source editor's choices: kinds by mouse and keys, sign-in cards, tokens, what is rarely used, small screens."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.sign_in import ProviderView, TokenView
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.editing import OpenSource as Open
from tests.ui.fakes.editing import source_editors
from ui.core import Tools
from ui.editor.choices import RadioField, SegmentField
from ui.editor.fields import TextField
from ui.editor.source_forms import KINDS


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, of a source of the sample, or of a new one."""
    with source_editors(core, tools, bridge) as one:
        yield one


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_chosen(edit: Open, kind: str) -> None:
    window = edit(kind="oidc" if kind != "oidc" else "access-keys")
    window.kind.choose(kind)
    assert window.draft.text("kind") == kind
    assert window.kind.value == kind
    assert sum(one.isVisible() for one in window.kind.families.values()) <= 1


def test_a_kind_by_mouse_and_its_family_by_keys(edit: Open) -> None:
    window = edit()
    click(window.kind.top.buttons["machine"])
    assert window.draft.text("kind") == "instance-metadata"
    QApplication.processEvents()
    family = window.kind.families["machine"]
    assert family.isVisible()
    family.focus()
    QTest.keyClick(family.buttons["instance-metadata"], Qt.Key.Key_Right)
    assert window.draft.text("kind") == "container"
    QApplication.processEvents()
    assert QApplication.focusWidget() is window.kind.families["machine"].buttons["container"]
    window.kind.top.focus()
    QTest.keyClick(window.kind.top.buttons["machine"], Qt.Key.Key_Left)
    assert window.draft.text("kind") == "oidc"


def test_the_kind_of_a_source_that_is_there_stays(edit: Open) -> None:
    window = edit("fjord")
    assert not window.kind.top.buttons["access-keys"].isEnabled()
    assert window.kind.value == "oidc"
    assert QApplication.focusWidget() is window.name.line


class Windows(QObject):
    """Notes every window that is shown, if only for a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


def test_no_part_is_a_window_for_a_moment(edit: Open) -> None:
    window, seen = edit(), Windows()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(seen)
    try:
        for kind in KINDS:
            window.kind.choose(kind)
            QApplication.processEvents()
        edit("fjord").validate()
    finally:
        application.removeEventFilter(seen)
    assert [one for one in seen.seen if "SourceWindow" not in one] == []


def test_sign_in_by_mouse_and_by_keys(edit: Open) -> None:
    window = edit("fjord")
    flow = window.form.field("flow")
    assert isinstance(flow, RadioField)
    click(flow.radios["device"])
    assert window.draft.text("flow") == "device"
    flow.focus()
    QTest.keyClick(flow.radios["device"], Qt.Key.Key_Up)
    assert window.draft.get("flow") is None
    assert not window.dirty


def test_a_click_anywhere_in_the_line_of_a_choice_is_one_on_it(edit: Open) -> None:
    window = edit("fjord")
    flow = window.form.field("flow")
    assert isinstance(flow, RadioField)
    line = flow.radios["device"].parentWidget()
    end = QPoint(line.width() - 20, line.height() - 4)
    QTest.mouseClick(line, Qt.MouseButton.RightButton, pos=end)
    assert window.draft.get("flow") is None
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=end)
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=QPoint(end.x(), end.y() + 200))
    assert window.draft.get("flow") is None, "let go elsewhere"
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=end)
    assert window.draft.text("flow") == "device"
    flow.allow("browser", "not here", allowed=False)
    other = flow.radios["browser"].parentWidget()
    QTest.mouseClick(other, Qt.MouseButton.LeftButton, pos=QPoint(other.width() - 20, 6))
    assert window.draft.text("flow") == "device"


def test_the_provider_id_comes_with_the_access_token(edit: Open) -> None:
    window = edit("fjord")
    provider, token = window.form.field("provider_id"), window.form.field("token")
    assert isinstance(provider, TextField)
    assert isinstance(token, SegmentField)
    assert not provider.body.isVisible()
    click(token.segments.buttons["access"])
    assert window.draft.text("token") == "access"
    assert provider.body.isVisible()
    click(token.segments.buttons["id"])
    assert not provider.body.isVisible()


def test_an_unknown_word_stays_as_it_is(edit: Open, core: FakeCore) -> None:
    core.catalogs.tables["sources"]["fjord"]["flow"] = "later"
    window = edit("fjord")
    field = window.form.field("flow")
    assert isinstance(field, RadioField)
    assert field.value == ""
    field.store(window.draft)
    assert window.draft.text("flow") == "later"


def test_rarely_used_fields_are_behind_a_line_that_says_what_is_set(edit: Open) -> None:
    window = edit("fjord")
    port = window.form.field("redirect_port")
    assert isinstance(port, TextField)
    assert not window.advanced.is_open
    assert not port.body.isVisible()
    assert window.advanced.line.text() == "Title"
    window.advanced.head.setFocus()
    QTest.keyClick(window.advanced.head, Qt.Key.Key_Space)
    assert port.body.isVisible()
    QTest.keyClicks(port.line, "8400")
    assert "Redirect port" in window.advanced.line.text()
    click(window.advanced.head)
    assert not port.body.isVisible()


def test_a_problem_behind_the_line_opens_it(edit: Open) -> None:
    window = edit("fjord")
    window.draft.set("redirect_port", "no number")
    window.form.load()
    window.save()
    assert window.advanced.is_open
    assert window.isVisible()


def test_check_marks_of_issuer_and_token(edit: Open, core: FakeCore) -> None:
    end = core.clock.now() + timedelta(minutes=58)
    core.signs.token = TokenView("https://login.fjord.example/realms/eng", "another", "f:mira", end, kept=True)
    window = edit("fjord")
    issuer = window.form.field("issuer")
    assert isinstance(issuer, TextField)
    assert issuer.trailing.ticked
    assert issuer.note.property("role") == "ok"
    assert window.provider is not None
    assert window.provider.token.agrees == {"iss": True, "aud": False}
    assert window.provider.token.kept.text() == "A refresh token is in the keyring."
    assert window.provider.token.kept.height() < 2 * window.provider.token.kept.fontMetrics().height()


def test_a_provider_without_any_way_has_no_check_mark(edit: Open, core: FakeCore) -> None:
    core.signs.view = ProviderView("login.fjord.example", browser=False, device=False, pkce=False)
    window = edit("fjord")
    issuer = window.form.field("issuer")
    assert isinstance(issuer, TextField)
    assert not issuer.trailing.ticked
    assert issuer.note.property("role") == "warn"


def test_undo_and_redo_take_every_field_and_the_kind(edit: Open) -> None:
    window = edit()
    window.name.focus()
    QTest.keyClicks(window.name.line, "ana")
    window.validate()
    window.kind.choose("oidc")
    assert window.draft.values == {"kind": "oidc"}
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, Qt.Key.Key_Z, control)
    assert window.draft.values == {"kind": "access-keys"}
    assert window.kind.value == "access-keys"
    assert window.draft.name == "ana"
    QTest.keyClick(window, Qt.Key.Key_Z, control)
    assert window.draft.name == ""
    assert window.name.line.text() == ""
    QTest.keyClick(window, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(window, Qt.Key.Key_Y, control)
    assert window.draft.values == {"kind": "oidc"}
    assert window.draft.name == "ana"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fits_a_small_screen(edit: Open, kind: str) -> None:
    window = edit(kind=kind)
    window.advanced.set_open(opened=True)
    window.resize(1024, 600 - 40)
    QApplication.processEvents()
    assert window.height() <= 560
    assert window.save_button.geometry().bottom() < window.save_button.parentWidget().height()
    inner = window.page.widget()
    assert inner.width() <= window.page.viewport().width()
