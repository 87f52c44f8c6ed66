"""The editors by keyboard alone: pages, test, save, close, the order of the focus; and what is read aloud."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.domain.problem import AppError, Code, Problem, Verb
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore, Step
from tests.ui.fakes.editing import FULL, Open, fields_of, profile_editors, type_into
from ui.core import Tools
from ui.editor.draft import Draft, empty_source
from ui.editor.source_window import SourceWindow
from ui.platform.clipboard import SecretClipboard
from ui.present.remedies import Do

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    with profile_editors(core, tools, bridge) as one:
        yield one


@pytest.fixture
def source(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[SourceWindow]:
    """The editor of the sample's IAM user."""
    draft = Draft("mira.lind", core.catalogs.tables["sources"]["mira.lind"])
    window = SourceWindow(core, tools, bridge, draft, SecretClipboard())
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    yield window
    window.draft.saved()
    for field in window.secrets:
        field.line.clear()
    window.close()
    window.deleteLater()


@pytest.mark.parametrize("page", range(5))
def test_a_number_goes_to_its_page(edit: Open, page: int) -> None:
    window = edit()
    window.nav.setCurrentRow((page + 1) % 5)
    QTest.keyClick(window, Qt.Key(Qt.Key.Key_1.value + page), CONTROL)
    assert window.nav.currentRow() == page
    assert window.stack.currentIndex() == page


def test_test_and_escape(edit: Open, core: FakeCore) -> None:
    window = edit()
    QTest.keyClick(window, Qt.Key.Key_T, CONTROL)
    assert core.engine.verbs[-1][0] == "test"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_the_focus_begins_at_the_name_or_at_the_first_problem(edit: Open) -> None:
    window = edit()
    assert QApplication.focusWidget() is window.general.name.line
    assert window.nav.currentRow() == 0
    broken = {**FULL, "roles": [{"role_arn": "arn:aws:iam::12:role/x"}]}
    window = edit("broken", broken)
    assert window.nav.currentRow() == 2
    assert QApplication.focusWidget() is fields_of(window)["roles.1.role_arn"].editor


def test_tab_goes_from_the_page_to_test_summary_cancel_and_save(edit: Open) -> None:
    window = edit()
    type_into(fields_of(window)["note"], "Ask first")
    window.validate()
    window.nav.setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        found = QApplication.focusWidget()
        if found is window.nav:
            break
        seen.append(found)
    wanted = [window.general.name.line, window.strip.test, window.summary, window.cancel, window.save_button]
    assert [seen.index(one) for one in wanted] == sorted(seen.index(one) for one in wanted)


def test_every_control_has_a_name(edit: Open) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit

    window = edit("full", dict(FULL))
    for page in range(5):
        window.nav.setCurrentRow(page)
        for kind in (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit):
            for one in window.page(page).findChildren(kind):
                if one.focusPolicy() is Qt.FocusPolicy.NoFocus or one.parent() is None:
                    continue
                said = one.accessibleName() or (one.text() if isinstance(one, QAbstractButton) else "")
                assert said or isinstance(one.parent(), QComboBox), one


def test_a_field_reads_its_error(edit: Open) -> None:
    window = edit()
    field = fields_of(window)["region"]
    type_into(field, "nowhere at all")
    window.validate()
    assert field.sign.isVisibleTo(window)
    assert field.editor.accessibleDescription() == field.note.text() != ""
    type_into(field, "eu-west-1")
    window.validate()
    assert not field.sign.isVisibleTo(window)


# the source's editor


def test_a_new_source_waits_for_what_it_needs(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> None:
    window = SourceWindow(core, tools, bridge, empty_source(), SecretClipboard())
    window.show()
    assert not window.save_button.isEnabled()
    type_into(window.name, "ana")
    assert not window.save_button.isEnabled()
    key = window.form.field("access_key_id")
    assert key is not None
    type_into(key, "AKIAIOSFODNN7EXAMPL2")
    assert not window.save_button.isEnabled()
    QTest.keyClicks(window.secret.line, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    assert window.save_button.isEnabled()
    window.draft.saved()
    window.secret.line.clear()
    window.close()
    window.deleteLater()


def test_a_kept_secret_is_replaced_in_so_many_words(source: SourceWindow) -> None:
    source.secret.set_kept(kept=True)
    line = source.secret.line
    assert line.isReadOnly()
    assert line.placeholderText() == "in the keyring"
    assert source.secret.change.accessibleName() == "Replace Secret access key"
    source.secret.change.click()
    assert not line.isReadOnly()
    QTest.keyClicks(line, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    assert source.dirty
    source.secret.change.click()  # Keep it
    assert line.isReadOnly()
    assert line.text() == ""
    assert not source.dirty


def test_a_key_that_aws_does_not_know_leads_to_its_field(source: SourceWindow, core: FakeCore) -> None:
    source.secret.set_kept(kept=True)
    unknown = Problem.of(Code.KEY_UNKNOWN, Verb.REPLACE_KEY, "mira.lind", key_id="AKIAIOSFODNN7EXAMPLE")
    core.engine.steps = [Step(1, 1, None, done=True, seconds=0.1, problem=unknown)]
    source.test()
    assert "AWS does not know key" in source.strip.result.text()
    assert source.strip.fix.text() == "Replace key"
    source.strip.fix.click()
    assert QApplication.focusWidget() is source.secret.line
    assert not source.secret.line.isReadOnly()


def test_a_typed_seed_shows_its_code_and_says_it_on_request(source: SourceWindow) -> None:
    source.draft.set("mfa", "totp")
    source.reload()
    assert source.totp.shown.isHidden()
    source.totp.put("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert len(source.totp.code.text()) == 7
    assert source.totp.code.accessibleName().startswith("The code of now: ")
    assert source.totp.code.focusPolicy() & Qt.FocusPolicy.TabFocus
    source.totp.put("no seed")
    assert source.totp.shown.isHidden()
    assert source.totp.code.text() == ""


def test_a_locked_keyring_is_a_card_that_unlocks(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> None:
    async def sealed() -> str:
        raise AppError.of(Code.VAULT_SEALED, Verb.UNLOCK_VAULT)

    core.vault.check = sealed  # type: ignore[method-assign]
    window = SourceWindow(core, tools, bridge, empty_source(), SecretClipboard())
    window.show()
    wanted: list[Do] = []
    window.vault_wanted.connect(wanted.append)
    assert window.problem.isVisible()
    button = window.problem.first_button()
    assert button is not None
    button.click()
    assert wanted == [Do.UNLOCK_VAULT]
    type_into(window.name, "ana")  # the page can be filled meanwhile
    window.validate()
    assert window.problem.isVisible()

    async def opened() -> str:
        return "Secrets file"

    core.vault.check = opened  # type: ignore[method-assign]
    window.look_for_kept()
    assert not window.problem.isVisible()
    window.draft.saved()
    window.close()
    window.deleteLater()


def said(window: SourceWindow) -> list[str]:
    return [one.text() for one in window.problem.findChildren(QLabel) if one.isVisible()]


def test_a_secret_that_the_keyring_did_not_take_is_still_in_its_field(source: SourceWindow, core: FakeCore) -> None:
    async def locked(*_: object) -> None:
        raise AppError.of(Code.VAULT_LOCKED, Verb.UNLOCK_VAULT)

    write, core.vault.write = core.vault.write, locked  # type: ignore[method-assign]
    source.secret.set_kept(kept=True)
    source.secret.replace()
    QTest.keyClicks(source.secret.line, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    assert source.words() == "Save stores the secret in the keyring"
    source.save()
    assert source.problem.isVisible()
    assert "Running sessions stay valid." in said(source)
    core.engine.store.statuses.clear()
    source.save()
    assert "Running sessions stay valid." not in said(source), "none runs"
    assert "Until it is open no secret can be read or stored." in said(source)
    assert source.secret.filled, "what was typed is lost"
    source.secret.set_kept(kept=True)  # the person comes back from the keyring's own prompt
    assert not source.secret.line.isReadOnly()
    core.vault.write = write  # type: ignore[method-assign]
    source.save()
    assert not source.isVisible()
    assert not source.secret.filled
