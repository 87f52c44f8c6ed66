"""The prompts: MFA, approval, confirmation, choices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QDialog

from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem
from app.domain.session import Question, QuestionKind
from app.texts import T
from tests.support.web_tokens import claims_token
from tests.ui.fakes.core import NOW, FakeCore
from ui.present.questions import Act, confirmation
from ui.prompts.asker import Asker
from ui.prompts.mfa import MfaPrompt, clean_code
from ui.prompts.questions import ApprovePrompt, ChoicePrompt, ConfirmPrompt
from ui.prompts.token import TokenPrompt

SERIAL = "arn:aws:iam::111122223333:mfa/mira.lind"
QUESTION = Question("q1", QuestionKind.MFA, SERIAL, (ProfileName("ci-debug"),), NOW, NOW + timedelta(minutes=5))
REUSED = Problem.of(Code.MFA_REUSED, code="118204", serial=SERIAL)


@pytest.fixture
def asker(core: FakeCore, qtbot: object) -> Iterator[Asker]:
    asker = Asker(core)
    yield asker
    asker.close()


def ask(core: FakeCore, asker: Asker, *questions: Question) -> None:
    core.engine.store.questions = questions
    asker.look(asked=True)


def mfa(asker: Asker, key: str = "q1") -> MfaPrompt:
    prompt = asker.prompts[key]
    assert isinstance(prompt, MfaPrompt)
    return prompt


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("123-456", "123456"),
        ("12345", "12345"),
        ("x1y2", "12"),
        ("١٢٣", ""),
    ],
)
def test_codes_are_digits_whatever_stands_between(typed: str, code: str) -> None:
    assert clean_code(typed) == code


@pytest.mark.parametrize(
    ("names", "before", "behind"),
    [
        (("prod-admin", "ci-debug"), "Hop 1 of prod-admin", "asks for it."),
        (("ci-debug", "prod-admin"), "ci-debug asks for it.", ""),
    ],
)
def test_the_mark_stands_behind_the_name_that_it_is_about(
    core: FakeCore, asker: Asker, names: tuple[str, ...], before: str, behind: str
) -> None:
    ask(core, asker, replace(QUESTION, profiles=tuple(ProfileName(name) for name in names)))
    prompt = mfa(asker)
    assert (prompt._names.text(), prompt._asks.text()) == (before, behind)
    assert prompt.mark.isVisibleTo(prompt)
    assert prompt._names.geometry().right() < prompt.mark.x()
    assert prompt.mark.geometry().right() < prompt._asks.x()


def test_goes_on_after_the_sixth_digit(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    prompt = mfa(asker)
    assert not prompt.isModal()
    QTest.keyClicks(prompt.code, "492 11")
    assert core.engine.verbs == []
    QTest.keyClicks(prompt.code, "3")
    assert core.engine.verbs == [("answer", "q1", "492113")]
    assert prompt.code.isReadOnly()
    QTest.keyClicks(prompt.code, "4")
    QTest.keyClick(prompt.code, Qt.Key.Key_Return)
    assert len(core.engine.verbs) == 1


def test_the_focus_is_in_the_field_then_at_the_buttons(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    prompt = mfa(asker)
    assert prompt.focusWidget() is prompt.code
    QTest.keyClicks(prompt.code, "4921")
    QTest.keyClick(prompt.code, Qt.Key.Key_Return)
    assert core.engine.verbs == [], "four digits are no code"
    QTest.keyClick(prompt.code, Qt.Key.Key_Tab)
    while prompt.focusWidget() not in (prompt.cancel, prompt.go):  # the device's name can be selected by key
        QTest.keyClick(prompt.focusWidget(), Qt.Key.Key_Tab)
    assert prompt.focusWidget() is prompt.cancel


def test_the_next_code_is_counted_down_to(core: FakeCore, qtbot: object) -> None:
    now = [1_000_000_020.0 - 17]  # a step of 30 s begins at a multiple of it
    prompt = MfaPrompt(QUESTION, core.catalog, lambda: now[0])
    assert prompt.hint.text() == "next code in 17 s"
    now[0] += 17
    prompt.open_prompt(asked=True)
    assert prompt.hint.text() == "next code in 30 s"
    assert prompt.findChildren(QTimer)[0].isActive()
    prompt.over()
    assert not prompt.findChildren(QTimer)[0].isActive()


def test_a_paste_is_sent_at_once(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    mfa(asker).code.setText(" 492 113 ")
    assert core.engine.verbs == [("answer", "q1", "492113")]


def test_refused_names_the_code_and_empties_the_field(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    prompt = mfa(asker)
    QTest.keyClicks(prompt.code, "118204")
    ask(core, asker, replace(QUESTION, refused=REUSED))
    assert mfa(asker) is prompt
    assert prompt.code.text() == ""
    assert not prompt.code.isReadOnly()
    assert "118 204" in prompt.help.text()
    assert "118 204" in prompt.code.accessibleDescription()
    assert prompt.code.property("state") == "error"
    QTest.keyClicks(prompt.code, "222333")
    assert core.engine.verbs[-1] == ("answer", "q1", "222333")


def test_one_prompt_for_all_that_wait_and_typing_goes_on(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    prompt = mfa(asker)
    QTest.keyClicks(prompt.code, "123")
    ask(
        core,
        asker,
        replace(QUESTION, profiles=(ProfileName("ci-debug"), ProfileName("billing-view"), ProfileName("x"))),
    )
    assert len(asker.prompts) == 1
    assert prompt.code.text() == "123"
    assert "billing-view and x wait for the same code." in prompt._others.text()


def test_cancel_and_escape_answer_none_once(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    QTest.keyClick(mfa(asker), Qt.Key.Key_Escape)
    assert core.engine.verbs == [("answer", "q1", None)]


def test_a_question_that_is_gone_takes_its_prompt_along_without_an_answer(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    prompt = mfa(asker)
    ask(core, asker)
    assert not prompt.isVisible()
    assert asker.prompts == {}
    assert core.engine.verbs == []


def test_closing_the_window_cancels(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    mfa(asker).close()
    assert core.engine.verbs == [("answer", "q1", None)]


def test_production_stands_on_the_prompt(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, replace(QUESTION, profiles=(ProfileName("prod-admin"),)))
    prompt = mfa(asker)
    assert prompt.bar.isVisible()
    assert prompt.mark.accessibleName() == "PROD"


def test_two_devices_two_prompts(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION, replace(QUESTION, id="q2", subject="other"))
    assert set(asker.prompts) == {"q1", "q2"}


def test_an_answer_that_the_engine_refuses_is_said(
    core: FakeCore, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(key: str, value: str | None) -> None:
        raise AppError(REUSED)

    monkeypatch.setattr(core.engine, "answer", refuse)
    failed = QSignalSpy(asker.failed)
    ask(core, asker, QUESTION)
    mfa(asker).code.setText("123456")
    assert failed.at(0)[0] == REUSED


COMMAND = replace(
    QUESTION, kind=QuestionKind.APPROVE_COMMAND, subject="helper", command=("/opt/bin/helper", "--json", "")
)


def test_approval_begins_at_deny_and_allow_waits_a_moment(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, COMMAND)
    prompt = asker.prompts["q1"]
    assert isinstance(prompt, ApprovePrompt)
    QTest.qWaitForWindowActive(prompt)
    assert QApplication.focusWidget() is prompt.deny
    assert not prompt.allow.isEnabled()
    QTest.qWait(700)
    assert prompt.allow.isEnabled()
    prompt.allow.click()
    assert core.engine.verbs == [("answer", "q1", "yes")]


@pytest.mark.parametrize(
    ("names", "words", "every"),
    [
        (("dev",), "dev waits for it.", ""),
        (("dev", "prod-admin"), "dev and prod-admin wait for it.", ""),
        (("a", "b", "c"), "a, b and c wait for it.", ""),
        (("a", "b", "c", "d", "e"), "a, b, c and 2 more wait for it.", "a\nb\nc\nd\ne"),
        ((), "", ""),
    ],
)
@pytest.mark.parametrize("kind", [QuestionKind.APPROVE_COMMAND, QuestionKind.TOKEN_PASTE])
def test_who_waits_is_named(
    core: FakeCore, asker: Asker, kind: QuestionKind, names: tuple[str, ...], words: str, every: str
) -> None:
    before = replace(QUESTION, kind=kind, subject="helper", command=("/opt/bin/helper",), profiles=(ProfileName("x"),))
    ask(core, asker, before)
    prompt = asker.prompts["q1"]
    ask(core, asker, replace(before, profiles=tuple(ProfileName(one) for one in names)))
    assert asker.prompts["q1"] is prompt, "who comes and goes changes the words alone"
    assert isinstance(prompt, ApprovePrompt | TokenPrompt)
    shown = prompt.waits if isinstance(prompt, ApprovePrompt) else prompt._names
    assert (shown.text(), shown.toolTip()) == (words, every)


def test_what_was_denied_is_said(core: FakeCore, asker: Asker) -> None:
    said = QSignalSpy(asker.said)
    ask(core, asker, COMMAND)
    QTest.keyClick(asker.prompts["q1"], Qt.Key.Key_Escape)
    assert [said.at(number)[0] for number in range(said.count())] == ["Denied: helper for source helper"]
    ask(core, asker)
    ask(core, asker, replace(COMMAND, id="q2"))
    asker.prompts["q2"]._allow()  # type: ignore[union-attr]
    ask(core, asker)
    ask(core, asker, replace(QUESTION, id="q3"))
    QTest.keyClick(asker.prompts["q3"], Qt.Key.Key_Escape)
    assert said.count() == 1, "a yes, and a code that was not given, deny nothing"


def test_escape_denies(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, COMMAND)
    QTest.keyClick(asker.prompts["q1"], Qt.Key.Key_Escape)
    assert core.engine.verbs == [("answer", "q1", None)]


TOKEN = replace(QUESTION, kind=QuestionKind.TOKEN_PASTE, subject="ci")
UNFIT = Problem.of(Code.TOKEN_FORMAT, source="ci", reason="token-no-jwt")


def token(asker: Asker) -> TokenPrompt:
    prompt = asker.prompts["q1"]
    assert isinstance(prompt, TokenPrompt)
    return prompt


def test_a_token_is_pasted_unseen_and_asked_for_again(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, TOKEN)
    prompt = token(asker)
    assert not prompt.go.isEnabled()
    prompt.token.setText("nonsense ")
    assert prompt.token.displayText() != prompt.token.text()
    prompt.go.click()
    prompt.go.click()
    assert core.engine.verbs == [("answer", "q1", "nonsense")]
    ask(core, asker, replace(TOKEN, id="q1", refused=UNFIT))
    assert prompt.token.text() == ""
    assert "no signed JWT" in prompt.help.text()
    prompt.token.setText(claims_token({"iss": "https://id.example.com", "aud": "rolecall", "sub": "ana"}))
    assert "https://id.example.com" in prompt.help.text()
    assert "nonsense" not in prompt.help.text()


def test_escape_cancels_a_token(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, TOKEN)
    QTest.keyClick(token(asker), Qt.Key.Key_Escape)
    assert core.engine.verbs == [("answer", "q1", None)]


def test_production_from_the_tray_waits_at_cancel(core: FakeCore, qtbot: object) -> None:
    question = confirmation(core.catalog, core.catalog.profiles["prod-readonly"], Act.START)
    assert question is not None
    prompt = ConfirmPrompt(question)
    confirmed = QSignalSpy(prompt.confirmed)
    prompt.open_prompt(asked=True)
    QTest.qWaitForWindowActive(prompt)
    assert QApplication.focusWidget() is prompt.cancel
    QTest.keyClick(prompt.cancel, Qt.Key.Key_Return)
    assert confirmed.count() == 0
    prompt.open_prompt(asked=True)
    QTest.qWaitForWindowActive(prompt)
    QTest.keyClick(prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert confirmed.count() == 1
    prompt.deleteLater()


def test_no_question_where_nothing_is_asked(core: FakeCore) -> None:
    profiles = core.catalog.profiles
    assert confirmation(core.catalog, profiles["ci-debug"], Act.START) is None
    assert confirmation(core.catalog, profiles["ci-debug"], Act.STOP) is None
    assert confirmation(core.catalog, profiles["prod-admin"], Act.COPY) is None
    stop = confirmation(core.catalog, profiles["prod-admin"], Act.STOP)
    assert stop is not None
    assert stop.production


def test_choices(qtbot: object) -> None:
    prompt = ChoicePrompt(T("Quit?"), "", [("stop", "Stop", ""), ("keep", "Keep", "primary")])
    chosen = QSignalSpy(prompt.chosen)
    prompt.open_prompt(asked=True)
    prompt.buttons["keep"].click()
    assert chosen.at(0) == ["keep"]
    assert prompt.result() == QDialog.DialogCode.Accepted
    prompt.deleteLater()


def test_prompts_hide_while_nobody_can_be_there_and_come_back(core: FakeCore, asker: Asker) -> None:
    ask(core, asker, QUESTION)
    prompt = mfa(asker)
    assert prompt.isVisible()
    asker.set_away(True)
    assert not prompt.isVisible()
    ask(core, asker, QUESTION, replace(QUESTION, id="q2"))
    asker.raise_all()
    assert not mfa(asker, "q2").isVisible(), "what is asked meanwhile waits too"
    assert core.engine.verbs == [], "hidden is not canceled"
    asker.set_away(False)
    assert prompt.isVisible()
    assert mfa(asker, "q2").isVisible()


def test_a_prompt_takes_no_keys_from_another_program_that_got_them_when_a_window_closed(
    core: FakeCore, asker: Asker
) -> None:
    before = QDialog()
    before.show()
    before.activateWindow()
    QTest.qWaitForWindowActive(before)
    before.close()
    assert QApplication.activeWindow() is None
    # where the last active window was closed, Qt goes on calling the application active on X11
    assert QApplication.applicationState() is Qt.ApplicationState.ApplicationActive
    core.engine.store.questions = (QUESTION,)
    asker.look()
    assert mfa(asker).testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    before.deleteLater()
