"""The detail's last lines: what happened, and how far a start is."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.activity import ActivityFile
from app.domain.activity import Event, What
from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem
from app.domain.session import Attention, QuestionKind, Starting, Status
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW, Change, FakeCore, active
from ui.activity.journal import Journal, Line, lines_of
from ui.activity.kinds import by_words
from ui.activity.window import ActivityWindow
from ui.application import Application
from ui.core import Tools
from ui.main_window.recent import RecentCare
from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.present.recent import SHOWN, picture_of, recent_lines
from ui.present.steps import Progress, StepClock, steps_of
from ui.resources import resource
from ui.style.theme import theme
from ui.verbs import Verbs

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
MINUTE = timedelta(minutes=1)
NAME = ProfileName("prod-admin")


class Told:
    """A journal's end, counted."""

    def __init__(self, *events: Event) -> None:
        self.events = list(events)
        self.readings = 0

    async def recent(self) -> Sequence[Line]:
        self.readings += 1
        return lines_of(self.events)

    @property
    def journal(self) -> Journal:
        return Journal(self.recent, _written, self.recent)


async def _written(_path: Path, _events: Sequence[Event]) -> None:
    raise AssertionError


def test_lines_are_the_profiles_own_newest_first_and_few() -> None:
    events = [Event(NOW - n * MINUTE, What.RENEWED, "a", "arn") for n in range(9)]
    events.insert(1, Event(NOW, What.STARTED, "b"))
    lines = recent_lines(events, "a", NOW, UTC)
    assert [line.time for line in lines] == ["14:24", "14:23", "14:22", "14:21"]
    assert len(lines) == SHOWN
    refused = recent_lines([Event(NOW - timedelta(days=1), What.PROBLEM, "a", Code.MFA_REUSED)], "a", NOW, UTC)
    assert (refused[0].time, refused[0].tone) == ("yesterday", "error")
    assert recent_lines([], "a", NOW) == ()


@pytest.mark.parametrize(
    ("detail", "said"),
    [("terraform: hour", "Allowed for 1 h: terraform"), ("a: b: deny", "Denied: a: b"), ("tf", "Program answered: tf")],
)
def test_a_decision_about_a_program_is_said_as_what_it_is(detail: str, said: str) -> None:
    assert recent_lines([Event(NOW, What.PROGRAM, "a", detail)], "a", NOW)[0].text == said


def test_a_decision_that_was_taken_back_is_said_so() -> None:
    event = Event(NOW, What.PROGRAM_REVOKED, "a", "terraform: hour")
    assert recent_lines([event], "a", NOW)[0].text == "Decision revoked: terraform: Allowed for 1 h"
    assert {by_words(Event(NOW, what, "a")) for what in (What.PROGRAM_REVOKED, What.ALLOWED, What.REVOKED)} == {"You"}


async def test_a_window_that_is_gone_while_the_journal_is_read_shows_nothing(
    core: FakeCore, tools: Tools, verbs: Verbs, bridge: Now, qtbot: QtBot
) -> None:
    window = MainWindow(core, tools, verbs, Memory(core.state))
    told = Told(Event(NOW - MINUTE, What.COPIED, NAME, "bash / zsh"))
    care = RecentCare(window, told.journal, bridge)
    reading = care._read()
    delete(window)
    await reading


def test_the_picked_profiles_lines_are_shown_and_read_again_after_something_happened(
    window: MainWindow, bridge: Now, core: FakeCore, qtbot: QtBot
) -> None:
    told = Told(Event(NOW - MINUTE, What.COPIED, NAME, "bash / zsh"), Event(NOW, What.CONSOLE, "ci-debug"))
    window.list.pick(NAME)
    care = RecentCare(window, told.journal, bridge)
    care._timer.setInterval(5)
    part = window.detail.recent
    assert [line.text for line in part.lines] == ["Exports copied: bash / zsh"]
    window.list.pick("network-ops")
    assert not part.isVisible()
    assert told.readings == 1, "another profile needs no other reading"
    window.list.pick("ci-debug")
    assert [line.text for line in part.lines] == ["Console opened"]
    told.events.append(Event(NOW, What.STOPPED, "ci-debug"))
    core.engine.store.put(active("ci-debug"))
    qtbot.waitUntil(lambda: len(part.lines) == 2)
    window.hide()
    core.engine.store.put(active("ci-debug"))
    qtbot.wait(30)
    assert told.readings == 2, "nobody sees it"
    window.show()
    qtbot.waitUntil(lambda: told.readings == 3)


async def test_a_window_that_is_made_anew_while_the_journal_is_read(window: MainWindow, bridge: Now) -> None:
    read: asyncio.Future[Sequence[Line]] = asyncio.get_running_loop().create_future()

    async def slow() -> Sequence[Line]:
        return await read

    window.hide()
    care = RecentCare(window, Journal(slow, _written, slow), bridge)
    reading = asyncio.ensure_future(care._read())
    await asyncio.sleep(0)
    delete(care)
    read.set_result(())
    await reading


def test_all_activity_opens_with_the_profiles_events(window: MainWindow) -> None:
    wanted = QSignalSpy(window.activity_wanted)
    window.list.pick(NAME)
    window.detail.recent.every.click()
    assert wanted.at(0) == [NAME]


async def test_the_activity_window_shows_that_profile_alone(application: Application) -> None:
    application.tools = replace(application.tools, journal=lambda: Told(Event(NOW, What.STARTED, NAME)).journal)
    application.activity.open_for(NAME)
    opened = application.activity.window
    assert isinstance(opened, ActivityWindow)
    assert opened.events.search.text() == NAME
    opened.close()


def test_the_end_of_a_journal_is_read_without_the_rest(tmp_path: Path) -> None:
    file = ActivityFile(tmp_path / "activity.jsonl")
    assert file.read(most=500) == ()
    file.append([Event(NOW + n * MINUTE, What.RENEWED, f"p{n}") for n in range(100)])
    last = file.read(most=500)
    assert last[-1].profile == "p99"
    assert 1 < len(last) < 10, "the line that was cut is left out"
    assert len(file.read()) == 100


def starting(step: int, steps: int = 3, since: timedelta = timedelta()) -> Status:
    return Status(NAME, Starting(NOW + since, step, steps))


def test_steps_with_the_time_they_took(core: FakeCore) -> None:
    catalog, clock = core.catalog, StepClock()
    profile = catalog.profiles[NAME]
    clock.see(starting(0), NOW)
    clock.see(starting(1), NOW + timedelta(milliseconds=12))
    clock.see(starting(2), NOW + timedelta(seconds=4.25))
    made = steps_of(catalog, profile, [profile], starting(2), clock.times(NAME))
    assert [(one.title, one.progress, one.note) for one in made] == [
        ("IAM user, mira.lind", Progress.DONE, "12 ms"),
        ("Hop 1, OrgAccess", Progress.DONE, "4.2 s"),
        ("Hop 2, AdminRole", Progress.NOW, ""),
    ]
    asked = steps_of(catalog, profile, [profile], replace(starting(1), asked=QuestionKind.MFA), clock.times(NAME))
    assert [one.note for one in asked] == ["12 ms", "Waiting for MFA code", ""]
    later = steps_of(catalog, profile, [profile], starting(0, 4), ())
    assert [one.title for one in later] == [
        *("IAM user, mira.lind", "Session with MFA", "Hop 1, OrgAccess", "Hop 2, AdminRole")
    ]
    assert later[1].note == "MFA"
    assert steps_of(catalog, profile, [profile], Status(NAME), ()) == ()


def test_a_step_that_was_not_seen_has_no_time_and_another_start_begins_anew(core: FakeCore) -> None:
    clock = StepClock()
    clock.see(starting(2), NOW + MINUTE)
    assert clock.times(NAME) == (NOW,), "two were done at once: which took how long is not known"
    clock.see(starting(0, since=MINUTE), NOW + MINUTE)
    assert clock.times(NAME) == (NOW + MINUTE,)
    clock.see(active(NAME), NOW + MINUTE)
    assert clock.times(NAME) == ()


def test_a_start_is_followed_in_the_window(window: MainWindow, core: FakeCore) -> None:
    window.list.pick(NAME)
    for step, ms in ((0, 0), (1, 15)):
        core.clock.at = NOW + timedelta(milliseconds=ms)
        core.engine.store.put(starting(step))
        window.take(Change(frozenset({NAME})))
    assert window.detail.steps.isVisible()
    assert not window.detail.facts_part.isVisible()
    assert window.detail.steps.shown[0].note == "15 ms"
    rows = window.detail.steps._rows
    assert [title._font.bold() for _, title, _ in rows] == [False, True, False], "what is under way stands out"
    inks = [note.palette().color(note.foregroundRole()).name() for _, _, note in rows[:2]]
    assert inks == [theme().tokens.color(name).lower() for name in ("text-2", "accent-text")]
    asks = Attention(AttentionKind.MFA, Problem.of(Code.MFA_NEEDED), NOW)
    core.engine.store.put(Status(NAME, asks))
    assert not window.detail.steps.isVisible()


@pytest.mark.parametrize("what", list(What))
def test_an_event_has_the_same_picture_wherever_it_is_shown(what: What) -> None:
    line = recent_lines([Event(NOW, what, NAME)], NAME, NOW)[0]
    name, tone = picture_of(what)
    assert (line.icon, line.tone) == (name, tone)
    assert resource("icons", "phosphor", f"{name}.svg").exists()
    assert theme().tokens.color(tone)
