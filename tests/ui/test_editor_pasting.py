"""What is pasted goes where it belongs: keys, seeds, roles, the console's links; by key and by the field's menu."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.editing import Open, fields_of, profile_editors
from ui.core import Tools
from ui.editor.draft import empty_source
from ui.editor.fields import TextField
from ui.editor.pasted import find_role, is_seed_link, profile_name
from ui.editor.source_window import SourceWindow
from ui.platform.clipboard import SecretClipboard

ARN = "arn:aws:iam::444455556666:role/team/Deploy"
SIGN_IN = "https://signin.aws.amazon.com/switchrole"
LINK = "https://signin.aws.amazon.com/switchrole?account=444455556666&roleName=team%2FDeploy&displayName=Acme%20deploy"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EXPORTS = f"export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPL2\nexport AWS_SECRET_ACCESS_KEY={SECRET}\n"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    with profile_editors(core, tools, bridge) as one:
        yield one


@pytest.fixture
def source(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[SourceWindow]:
    """An editor of a new source."""
    window = SourceWindow(core, tools, bridge, empty_source(), SecretClipboard())
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    yield window
    window.draft.saved()
    for field in window.secrets:
        field.line.clear()
    window.close()
    window.deleteLater()


def paste(line: QLineEdit, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def line_of(window: object, key: str) -> QLineEdit:
    field = fields_of(window)[key]  # type: ignore[arg-type]
    assert isinstance(field, TextField)
    return field.line


@pytest.mark.parametrize("text", [ARN, LINK], ids=["arn", "link"])
def test_a_role_pasted_as_name_makes_the_first_hop_of_a_new_profile(edit: Open, text: str) -> None:
    window = edit("", new=True)
    paste(line_of(window, "name"), text)
    assert window.draft.hops == [{"role_arn": ARN}]
    assert window.draft.name == ("Deploy" if text == ARN else "Acme-deploy")
    assert window.stack.currentWidget() is window.chain
    assert window.chain.cards[0].is_open
    assert window.found.isVisible()
    QTest.mouseClick(window.found.undo, Qt.MouseButton.LeftButton)
    assert window.draft.hops == []
    assert window.draft.name == ""
    assert not window.found.isVisible()


def test_a_link_pasted_as_arn_becomes_the_arn_of_that_hop(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(2)
    window.chain.open(2)
    paste(line_of(window, "roles.2.role_arn"), LINK)
    assert window.draft.text("roles.2.role_arn") == ARN
    assert len(window.draft.hops) == 2


def test_an_arn_pasted_as_arn_or_note_is_just_pasted(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(2)
    window.chain.open(2)
    line = line_of(window, "roles.2.role_arn")
    line.selectAll()
    paste(line, ARN)
    assert window.draft.text("roles.2.role_arn") == ARN
    assert not window.found.isVisible()
    assert len(window.draft.hops) == 2


def test_an_export_block_in_a_source_of_another_kind_makes_it_an_iam_user(source: SourceWindow) -> None:
    source.kind.choose("oidc")
    paste(source.name.line, EXPORTS)
    assert source.draft.values == {"kind": "access-keys", "access_key_id": "AKIAIOSFODNN7EXAMPL2"}
    assert source.secret.line.text() == SECRET
    assert QGuiApplication.clipboard().text() == ""
    QTest.mouseClick(source.found.undo, Qt.MouseButton.LeftButton)
    assert source.draft.values == {"kind": "oidc"}
    assert not source.secret.filled


def test_a_seed_link_chooses_codes_made_here(source: SourceWindow) -> None:
    link = f"otpauth://totp/Amazon%20Web%20Services:ana@acme?secret={SEED}&issuer=Amazon%20Web%20Services"
    paste(source.name.line, link)
    assert source.draft.text("mfa") == "totp"
    assert source.totp.line.text() == link
    assert source.totp.body.isVisible()
    assert source.totp.problem() is None
    assert QGuiApplication.clipboard().text() == ""
    assert SEED not in str(source.draft.values)
    QTest.mouseClick(source.found.undo, Qt.MouseButton.LeftButton)
    assert source.draft.get("mfa") is None
    assert not source.totp.filled


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)
def test_the_fields_menu_pastes_the_same_way(source: SourceWindow) -> None:
    QGuiApplication.clipboard().setText(EXPORTS)
    line = source.name.line
    place = QPoint(5, 5)
    QApplication.sendEvent(line, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, line.mapToGlobal(place)))
    menu = line.findChild(QMenu)
    assert menu is not None
    actions = {one.objectName(): one for one in menu.actions()}
    assert not actions["edit-undo"].isVisible()
    actions["edit-paste"].trigger()
    menu.close()
    assert source.draft.text("access_key_id") == "AKIAIOSFODNN7EXAMPL2"
    assert line.text() == ""
    QGuiApplication.clipboard().setText("ana")
    QApplication.sendEvent(line, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, line.mapToGlobal(place)))
    menu = [one for one in line.findChildren(QMenu) if one.isVisible()][-1]
    next(one for one in menu.actions() if one.objectName() == "edit-paste").trigger()
    menu.close()
    assert line.text() == "ana"
    assert source.draft.name == "ana"


@pytest.mark.parametrize(
    ("text", "partition"),
    [
        ("https://signin.amazonaws-us-gov.com/switchrole?roleName=A&account=444455556666", "aws-us-gov"),
        ("https://signin.amazonaws.cn/switchrole?roleName=A&account=4444-5555-6666", "aws-cn"),
        ("https://eu-west-1.signin.aws.amazon.com/switchrole?roleName=A&account=acme", "aws"),
        ("  arn:aws:iam::444455556666:role/A\n", "aws"),
    ],
)
def test_a_role_of_each_partition(text: str, partition: str) -> None:
    found = find_role(text, {"acme": "444455556666"})
    assert found is not None
    assert found.arn == f"arn:{partition}:iam::444455556666:role/A"


@pytest.mark.parametrize(
    "text",
    [
        f"{SIGN_IN}?roleName=A&account=unknown",
        "https://signin.aws.amazon.com.example.com/switchrole?roleName=A&account=111122223333",
        "http://signin.aws.amazon.com/switchrole?roleName=A&account=111122223333",
        f"{SIGN_IN}?account=111122223333",
        "https://[",
        "arn:aws:iam::1:role/x",
        f"{ARN} and more",
        "x" * 5000,
    ],
)
def test_texts_without_a_role(text: str) -> None:
    assert find_role(text, {"acme": "444455556666"}) is None


def test_names_and_seed_links() -> None:
    assert profile_name("  Acme / Prod: admin ") == "Acme-Prod-admin"
    assert is_seed_link(f"otpauth://totp/x?secret={SEED}")
    assert not is_seed_link("https://example.com")
    assert not is_seed_link("otpauth://totp/x\nmore")
