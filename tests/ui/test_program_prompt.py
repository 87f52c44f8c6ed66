"""A program asks: the prompt, the tray, the notification."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QCursor
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.domain.names import ProfileName
from app.domain.profile import Notifications
from app.domain.programs import UNKNOWN, Answer, Asking, Decision, Parent, Program, Way
from app.domain.session import Question, QuestionKind
from tests.ui.fakes.core import NOW, FakeCore, active
from ui.present.asking import asking_view, before_words
from ui.present.menu import Do, Icon
from ui.present.news import programs_notice
from ui.present.tray import TrayInput, icon_of, menu_of, tooltip_of
from ui.prompts.asker import Asker
from ui.prompts.program import ProgramPrompt
from ui.prompts.programs import ProgramsPrompt

PROD = ProfileName("prod-admin")
TERRAFORM = Program(
    4121,
    "/usr/local/bin/terraform",
    "",
    "/srv/src",
    "mira",
    "",
    (Parent(3980, "zsh"), Parent(3970, "kitty")),
    "k",
)
EVERY = (Answer.ONCE, Answer.HOUR, Answer.DENY, Answer.DENY_HOUR)


def question(program: Program = TERRAFORM, answers: tuple[Answer, ...] = EVERY, key: str = "q1") -> Question:
    asking = Asking(program, PROD, Way.ENDPOINT, "mira-prod-admin", answers)
    until = NOW + timedelta(seconds=60)
    return Question(key, QuestionKind.PROGRAM, asking.subject, (PROD,), NOW, until, asking=asking)


@pytest.fixture
def asker(core: FakeCore, qtbot: object) -> Iterator[Asker]:
    asker = Asker(core, now=core.engine.clock.now)
    yield asker
    asker.close()


def ask(core: FakeCore, asker: Asker, *questions: Question) -> ProgramPrompt:
    core.engine.store.questions = questions
    asker.look(asked=True)
    prompt = asker.prompts["q1"]
    assert isinstance(prompt, ProgramPrompt)
    return prompt


def calm(prompt: ProgramPrompt) -> None:
    """Wait until the buttons react."""
    deadline = 200
    while not prompt.once.isEnabled() and deadline:
        QTest.qWait(20)
        deadline -= 1


def test_the_title_is_the_whole_question(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question())
    assert prompt.windowTitle() == "terraform, process 4121, asks for prod-admin, production"
    assert not prompt.bar.isHidden()
    assert not prompt.isModal()


def test_deny_has_the_focus_and_nothing_else_reacts_at_first(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question())
    assert prompt.focusWidget() is prompt.deny
    assert prompt.longer is not None
    QTest.mouseClick(prompt.once, Qt.MouseButton.LeftButton)
    QTest.mouseClick(prompt.longer, Qt.MouseButton.LeftButton)
    assert core.engine.verbs == []
    QTest.keyClick(prompt, Qt.Key.Key_A)  # no key of a letter
    QTest.keyClick(prompt, Qt.Key.Key_Escape)
    assert core.engine.verbs == [("answer", "q1", "deny")]


@pytest.mark.parametrize(("which", "value"), [("once", "once"), ("longer", "hour"), ("deny", "deny")])
def test_each_button_gives_its_answer_once(core: FakeCore, asker: Asker, which: str, value: str) -> None:
    prompt = ask(core, asker, question())
    calm(prompt)
    pressed = getattr(prompt, which)
    QTest.mouseClick(pressed, Qt.MouseButton.LeftButton)
    prompt.reject()
    assert core.engine.verbs == [("answer", "q1", value)]


def open_menu(prompt: ProgramPrompt) -> None:
    """Ask for Deny's menu as its key does."""
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(4, 4), QCursor.pos())
    QApplication.sendEvent(prompt.deny, asked)


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_deny_for_an_hour_is_in_denys_menu(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question())
    assert [one.text() for one in prompt.deny.actions()] == ["Deny for 1 h"]
    assert prompt.deny.accessibleDescription() == "In its menu: Deny for 1 h"
    open_menu(prompt)
    assert prompt.quiet.isVisible(), "opened, and not waited for"
    assert core.engine.verbs == []
    QTest.keyClick(prompt.quiet, Qt.Key.Key_Down)
    QTest.keyClick(prompt.quiet, Qt.Key.Key_Return)
    assert core.engine.verbs == [("answer", "q1", "deny-hour")]


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_a_question_that_ends_takes_denys_menu_along(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question())
    open_menu(prompt)
    core.engine.store.questions = ()
    asker.look()
    assert not prompt.quiet.isVisible()
    assert core.engine.verbs == []


def test_tab_goes_from_deny_to_what_allows(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question())
    calm(prompt)
    passed = []
    for _ in range(2):
        QTest.keyClick(prompt.focusWidget(), Qt.Key.Key_Tab)
        passed.append(prompt.focusWidget())
    assert passed == [prompt.longer, prompt.once]
    QTest.keyClick(prompt.once, Qt.Key.Key_Space)
    assert core.engine.verbs == [("answer", "q1", "once")]


def test_only_what_may_be_answered_is_offered(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question(UNKNOWN, (Answer.ONCE, Answer.DENY)))
    assert prompt.longer is None
    assert prompt.deny.actions() == []
    assert "An unknown program" in prompt.windowTitle()


def test_the_time_left_is_said(core: FakeCore, asker: Asker) -> None:
    core.engine.clock.at = NOW + timedelta(seconds=13)
    assert ask(core, asker, question()).left.text() == "Denied in 0:47"


def test_a_question_that_is_gone_closes_its_prompt_without_an_answer(core: FakeCore, asker: Asker) -> None:
    prompt = ask(core, asker, question())
    core.engine.store.questions = ()
    asker.look()
    assert not prompt.isVisible()
    assert core.engine.verbs == []


def test_the_lines_say_who_asks(core: FakeCore) -> None:
    asking = question().asking
    assert asking is not None
    view = asking_view(asking, core.catalog, active(PROD, NOW), NOW, UTC)
    assert {one.name: one.text for one in view.lines} == {
        "Program": "/usr/local/bin/terraform",
        "Started by": "zsh (pid 3980) in kitty, user mira",
        "Folder": "/srv/src",
        "Through": "Local endpoint, 127.0.0.1",
        "CloudTrail": "mira-prod-admin",
        "Before": "Not asked before",
    }


def test_what_was_decided_before_is_said_with_its_day() -> None:
    made = Decision("1", PROD, "k", "", "", Answer.HOUR, NOW - timedelta(hours=22))
    assert before_words(made, NOW, UTC) == "Allowed for 1 h yesterday at 16:24, same program"
    today = replace(made, answer=Answer.DENY, at=NOW - timedelta(minutes=4))
    assert before_words(today, NOW, UTC) == "Denied today at 14:20, same program"


def test_a_notification_names_program_and_profile_alone() -> None:
    notice = programs_notice([question()], Notifications())
    assert notice is not None
    assert (notice.title, notice.body) == (
        "terraform asks for prod-admin",
        "Answer in Rolecall within a minute. No answer is no.",
    )
    assert [one.text for one in notice.buttons] == ["Deny", "Show…"], "a yes is given where who asks can be read"
    several = programs_notice([question(), question(key="q2")], Notifications())
    assert several is not None
    assert [one.text for one in several.buttons] == ["Show…"]
    assert programs_notice([question()], Notifications(program_asks=False)) is None


def test_the_tray_shows_it_and_leads_to_the_prompt(core: FakeCore) -> None:
    of = TrayInput(core.catalog, {}, NOW, questions=(question(),))
    assert icon_of(of) is Icon.ATTENTION
    assert "terraform asks for prod-admin" in tooltip_of(of)
    assert [one.do for one in menu_of(of) if "terraform" in one.text] == [Do.PROMPTS]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer.DENY, "Denied: terraform for prod-admin"),
        (Answer.DENY_HOUR, "Denied: terraform for prod-admin"),
        (Answer.ONCE, ""),
        (Answer.HOUR, ""),
    ],
)
def test_a_program_that_was_denied_is_named(core: FakeCore, asker: Asker, answer: Answer, words: str) -> None:
    said = QSignalSpy(asker.said)
    prompt = ask(core, asker, question())
    prompt._answer(answer)
    assert [said.at(number)[0] for number in range(said.count())] == ([words] if words else [])


def test_decisions_are_listed_and_revoked(core: FakeCore, qtbot: object) -> None:
    made = [
        Decision(
            str(number), PROD, str(number), f"/usr/bin/tool{number}", "", Answer.HOUR, NOW, NOW + timedelta(hours=1)
        )
        for number in range(3)
    ]
    core.engine.programs.made = list(made)
    prompt = ProgramsPrompt(core.engine.programs, core.engine.clock.now)
    prompt.open_prompt(asked=True)

    def revokes() -> list[QPushButton]:
        """The newest rows: the ones before go with the next turn of the loop."""
        QTest.qWait(10)
        return [one for one in prompt.findChildren(QPushButton) if one.text() == "Revoke"]

    assert [one.accessibleName() for one in revokes()] == [f"Revoke: tool{one} for prod-admin" for one in range(3)]
    QTest.mouseClick(revokes()[1], Qt.MouseButton.LeftButton)
    assert core.engine.programs.made == [made[0], made[2]]
    assert len(revokes()) == 2
    QTest.mouseClick(prompt.all, Qt.MouseButton.LeftButton)
    assert core.engine.programs.made == []
    assert not prompt.all.isEnabled()
    prompt.close()


def test_who_asks_for_less_is_shown_so(core: FakeCore, asker: Asker) -> None:
    asked = question()
    assert asked.asking is not None
    asked = replace(asked, asking=replace(asked.asking, narrowing="read-only 15m"))
    prompt = ask(core, asker, asked)
    assert prompt.accessibleName() == "terraform, process 4121, asks for prod-admin (read-only, 15 min), production"
    of = TrayInput(core.catalog, core.engine.store.statuses, NOW, questions=(asked,))
    assert tooltip_of(of).endswith("terraform asks for prod-admin (read-only, 15 min)")
    core.engine.programs.made = [
        Decision("1", PROD, "k", "/usr/bin/terraform", "", Answer.HOUR, NOW, NOW, narrowing="policy-0123456789ab")
    ]
    shown = ProgramsPrompt(core.engine.programs, lambda: NOW, UTC)
    texts = [one.text() for one in shown.findChildren(QLabel)]
    assert "terraform for prod-admin (by a session policy)" in texts
