"""Unlocking the secrets file, and choosing where secrets are kept, in the windows."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.session import Attention, Status
from app.domain.vaults import VaultKind
from tests.ui.fakes.core import NOW, FakeCore
from ui.application import Application
from ui.present.remedies import Do, problem_card
from ui.prompts.passphrase import PassphrasePrompt

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
SEALED = Problem.of(Code.VAULT_SEALED, Verb.UNLOCK_VAULT)
NONE = Problem.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-session-bus", help="help-bare")


async def settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


def waiting(core: FakeCore, name: str = "staging-admin") -> None:
    core.engine.store.put(Status(ProfileName(name), Attention(AttentionKind.VAULT, SEALED, NOW)))


def prompt_of(application: Application) -> PassphrasePrompt:
    assert application.care.prompt is not None
    return application.care.prompt


async def test_the_prompt_comes_by_itself_once(application: Application, core: FakeCore) -> None:
    waiting(core)
    await settle()
    prompt = prompt_of(application)
    assert prompt.isVisible()
    assert prompt.field.echoMode() is QLineEdit.EchoMode.Password
    prompt.reject()
    waiting(core, "ci-debug")
    await settle()
    assert not prompt_of(application).isVisible(), "dismissed once, it comes by a button alone"
    application.care.want(Do.UNLOCK_VAULT)
    assert prompt_of(application).isVisible()


async def test_a_wrong_passphrase_is_told_and_the_right_one_unlocks(application: Application, core: FakeCore) -> None:
    application.care.want(Do.UNLOCK_VAULT)
    prompt = prompt_of(application)
    assert not prompt.go.isEnabled()
    QTest.keyClicks(prompt.field, "wrong")
    QTest.keyClick(prompt.field, Qt.Key.Key_Return)
    assert prompt.field.isReadOnly()
    await settle()
    assert "another one" in prompt.help.text()
    assert prompt.field.text() == ""
    QTest.keyClicks(prompt.field, core.vaults.passphrase)
    prompt.go.click()
    await settle()
    assert not prompt.isVisible()
    assert prompt.field.text() == "", "the passphrase stays in the field"
    assert ("vault unlocked",) in core.engine.verbs


async def test_a_damaged_file_is_a_card_and_no_prompt(application: Application, core: FakeCore) -> None:
    core.vaults.problem = Problem.of(Code.VAULT_DAMAGED, path="/x/secrets.sealed", reason="cut-or-changed")
    application.open_window()
    application.care.want(Do.UNLOCK_VAULT)
    prompt_of(application).field.setText("some passphrase")
    prompt_of(application).go.click()
    await settle()
    assert not prompt_of(application).isVisible()
    assert application.window.whole.failed == core.vaults.problem


def test_without_a_keyring_the_card_says_what_to_start_and_offers_a_choice() -> None:
    card = problem_card(NONE)
    assert "gnome-keyring-daemon" in card.detail
    assert [button.do for button in card.buttons] == [Do.RENEW, Do.KEEP_IN_FILE, Do.KEEP_IN_MEMORY]


async def test_a_file_is_chosen_with_a_passphrase_typed_twice(application: Application, core: FakeCore) -> None:
    core.vaults.file_there = False
    application.window.vault_wanted.emit(Do.KEEP_IN_FILE)
    await settle()
    prompt = prompt_of(application)
    assert prompt.again.isVisibleTo(prompt)
    prompt.field.setText(core.vaults.passphrase)
    assert not prompt.go.isEnabled()
    prompt.again.setText("another passphrase")
    prompt.go.click()
    await settle()
    assert core.vaults.chosen == []
    assert "not the same" in prompt.help.text()
    prompt.again.setText(core.vaults.passphrase)
    prompt.go.click()
    await settle()
    assert core.vaults.chosen == [(VaultKind.FILE, True)]
    assert not prompt.isVisible()


async def test_this_session_only(application: Application, core: FakeCore) -> None:
    application.open_window()
    application.window.fail(NONE)
    application.window.vault_wanted.emit(Do.KEEP_IN_MEMORY)
    await settle()
    assert core.vaults.chosen == [(VaultKind.MEMORY, False)]
    assert application.window.whole.failed is None


async def test_the_keyring_is_unlocked_by_reading_and_who_waits_goes_on(
    application: Application, core: FakeCore
) -> None:
    locked = Problem.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING)
    application.open_window()
    application.window.fail(locked)
    card = application.window.problem.shown
    assert card is not None
    assert [button.do for button in card.buttons] == [Do.UNLOCK_KEYRING]
    for name in ("staging-admin", "ci-debug"):
        core.engine.store.put(Status(ProfileName(name), Attention(AttentionKind.VAULT, locked, NOW)))
    core.engine.verbs.clear()
    core.vault.refused = locked  # the desktop's question is dismissed
    application.care.want(Do.UNLOCK_KEYRING)
    await settle()
    assert (core.engine.verbs, application.window.whole.failed) == ([], locked)
    core.vault.refused = None
    application.switch.open()
    application.switch._unlock()
    await settle()
    assert set(core.engine.verbs) == {("renew", "staging-admin"), ("renew", "ci-debug")}
    assert application.window.whole.failed is None
    assert application.care.prompt is None, "no passphrase of a file is asked for"
