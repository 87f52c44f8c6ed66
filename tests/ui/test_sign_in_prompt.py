"""The prompts that wait with a person who signs in: by the browser here, or by a code in any other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QTextDocument, QTextFragment
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.domain.names import ProfileName
from app.domain.session import Question, QuestionKind
from app.domain.sign_in import AGAIN, SignIn
from app.domain.source import SignInFlow
from tests.ui.fakes.core import NOW, FakeCore
from ui.prompts import asker as asking
from ui.prompts.asker import Asker
from ui.prompts.sign_in import SignInPrompt

LINK = "https://id.example.com/auth?state=canary"
BROWSER = SignIn(SignInFlow.BROWSER, "id.example.com", LINK, returns_to="http://127.0.0.1:49160/callback", other=True)
DEVICE = SignIn(
    SignInFlow.DEVICE,
    "id.example.com",
    "https://id.example.com/device?code=KQRT-VMXP",
    code="KQRT-VMXP",
    page="https://id.example.com/device",
    interval=5,
    other=True,
)
CI = ProfileName("ci-debug")


def question(sign_in: SignIn, *profiles: ProfileName) -> Question:
    until = NOW + timedelta(minutes=4, seconds=10)
    return Question("q1", QuestionKind.SIGN_IN, "okta", profiles or (CI,), NOW, until, sign_in=sign_in)


@pytest.fixture
def asker(core: FakeCore, qtbot: object) -> Iterator[Asker]:
    asker = Asker(core, now=core.engine.clock.now)
    yield asker
    asker.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    monkeypatch.setattr(asking.QDesktopServices, "openUrl", lambda url: pages.append(url.toString()))
    return pages


def ask(core: FakeCore, asker: Asker, *questions: Question) -> SignInPrompt:
    core.engine.store.questions = questions
    asker.look(asked=True)
    prompt = asker.prompts["q1"]
    assert isinstance(prompt, SignInPrompt)
    return prompt


def shown(prompt: SignInPrompt) -> str:
    return "\n".join(one.text() for one in prompt.findChildren(QLabel) if one.isVisibleTo(prompt))


def test_what_is_waited_for_is_said(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question(BROWSER, CI, ProfileName("billing-view"), ProfileName("x")))
    words = shown(prompt)
    assert "id.example.com" in words
    assert "ci-debug and 2 more profiles" in words
    assert "http://127.0.0.1:49160" in words
    assert prompt.left.text() == "4:10"
    assert not prompt.isModal()
    assert "canary" not in words, "the link has the sign-in's secrets"


def test_where_to_sign_in_is_bold_and_is_no_markup(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question(replace(BROWSER, host="<i>a&b</i>"), CI))
    told = next(one for one in prompt.findChildren(QLabel) if "Finish signing in" in one.text())
    page = QTextDocument()
    page.setHtml(told.text())
    assert (
        page.toPlainText() == told.accessibleName() == "Finish signing in to <i>a&b</i>. This window closes by itself."
    )
    bold = [one for one in _fragments(page) if one.charFormat().fontWeight() > QFont.Weight.Medium]
    assert [one.text() for one in bold] == ["<i>a&b</i>"]


def _fragments(page: QTextDocument) -> Iterator[QTextFragment]:
    at = page.firstBlock().begin()
    while not at.atEnd():
        yield at.fragment()
        at += 1


def test_both_ways_to_sign_in_are_equally_wide(core: FakeCore, asker: Asker) -> None:
    widths = [ask(core, asker, question(one, CI)).width() for one in (BROWSER, DEVICE)]
    assert widths[0] == widths[1]


def test_the_page_is_opened_again_and_its_link_copied_for_another_browser(
    core: FakeCore, asker: Asker, opened: list[str]
) -> None:
    prompt = ask(core, asker, question(BROWSER))
    QTest.qWaitForWindowActive(prompt)
    assert QApplication.focusWidget() is prompt.go
    QTest.keyClick(prompt.go, Qt.Key.Key_Space)
    assert opened == [LINK]
    prompt.copy.click()
    assert QGuiApplication.clipboard().text() == LINK
    assert "Copied" in prompt.copy.text()
    assert core.engine.verbs == [], "nothing is answered by that"


def test_the_code_is_shown_copied_and_spelled_out(core: FakeCore, asker: Asker, opened: list[str]) -> None:
    prompt = ask(core, asker, question(DEVICE))
    assert prompt.focusWidget() is prompt.copy
    assert prompt.code.text() == "KQRT-VMXP"
    assert prompt.code.accessibleName() == "Code K Q R T - V M X P"
    assert "https://id.example.com/device" in shown(prompt)
    assert "every 5 s" in shown(prompt)
    prompt.copy.click()
    assert QGuiApplication.clipboard().text() == "KQRT-VMXP"
    prompt.go.click()
    assert opened == [DEVICE.link]


@pytest.mark.parametrize(("sign_in", "other"), [(BROWSER, "device"), (DEVICE, "browser")])
def test_the_other_flow_is_asked_for_once(core: FakeCore, asker: Asker, sign_in: SignIn, other: str) -> None:
    prompt = ask(core, asker, question(sign_in))
    prompt.other.click()
    prompt.other.click()
    assert core.engine.verbs == [("answer", "q1", other)]


def test_where_the_provider_has_one_flow_there_is_no_other(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question(replace(BROWSER, other=False)))
    assert not prompt.other.isVisibleTo(prompt)


def test_a_code_that_has_ended_is_asked_for_anew(core: FakeCore, asker: Asker, opened: list[str]) -> None:
    prompt = ask(core, asker, question(replace(DEVICE, expired=True)))
    assert prompt.left.text() == "0:00"
    assert not prompt.copy.isEnabled()
    assert not prompt.code.isEnabled()
    assert not prompt.other.isVisibleTo(prompt)
    prompt.go.click()
    assert core.engine.verbs == [("answer", "q1", AGAIN)]
    assert opened == []


def test_the_time_left_runs(core: FakeCore, qtbot: object) -> None:
    now = [NOW]
    prompt = SignInPrompt(question(BROWSER), BROWSER, lambda: now[0])
    assert prompt.left.text() == "4:10"
    now[0] += timedelta(seconds=11)
    prompt._tick()
    assert prompt.left.text() == "3:59"
    assert prompt.left.accessibleName() != ""
    prompt.over()
    prompt.deleteLater()


def test_escape_cancels_once_and_the_end_elsewhere_takes_it_away(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question(BROWSER))
    QTest.keyClick(prompt, Qt.Key.Key_Escape)
    prompt.close()
    assert core.engine.verbs == [("answer", "q1", None)]
    core.engine.verbs.clear()
    core.engine.store.questions = ()
    asker.look()
    ask(core, asker, question(DEVICE))
    core.engine.store.questions = ()
    asker.look()
    assert asker.prompts == {}
    assert core.engine.verbs == [], "signed in: nothing to cancel"


def test_another_profile_joins_without_a_second_prompt(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question(DEVICE))
    finished = QSignalSpy(prompt.finished)
    ask(core, asker, question(DEVICE, CI, ProfileName("billing-view")))
    assert len(asker.prompts) == 1
    assert "ci-debug and 1 more profile" in shown(prompt)
    assert finished.count() == 0
