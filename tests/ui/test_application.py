"""The application around a fake core: tray, windows, prompts, notifications, and the way down."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from app.domain.names import ProfileName
from app.domain.problem import AppError, AttentionKind, Code, Problem
from app.domain.profile import Notifications
from app.domain.session import Attention, Expired, Question, QuestionKind, Starter, Waiting, lease_of
from tests.support.logfail import ExpectedLogs
from tests.ui.fakes.core import NOW, FakeCore, active
from tests.ui.fakes.sample import DENIED
from ui.application import Application
from ui.bridge import Bridge
from ui.present.menu import Do, Entry, Icon
from ui.present.news import item_of
from ui.present.questions import Act
from ui.prompts.programs import ProgramsPrompt

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def choose(application: Application, do: Do, subject: str = "", argument: str = "") -> None:
    application.tray.chosen.emit(Entry("x", "x", do, subject, argument))


async def test_the_tray_is_current_and_no_window_is_built(application: Application) -> None:
    assert application.tray.state is Icon.ERROR
    assert application._window is None
    assert application.tray.menu.actions()[0].text().startswith("4 sessions")


async def test_verbs_from_the_tray(application: Application, core: FakeCore) -> None:
    choose(application, Do.START, "staging-admin")
    choose(application, Do.RENEW, "dev-poweruser")
    choose(application, Do.STOP, "dev-poweruser")
    choose(application, Do.PAUSE, argument="30")
    choose(application, Do.RESUME)
    await settle()
    assert core.engine.verbs[:2] == [("start", "staging-admin", Starter.TRAY, False), ("renew", "dev-poweruser")]
    assert {verb[0] for verb in core.engine.verbs} == {"start", "renew", "stop", "pause", "resume"}
    assert application.memory.recents == ("staging-admin",)


async def test_copy_from_the_tray(application: Application) -> None:
    choose(application, Do.COPY, "dev-poweruser", "fish")
    await settle()
    assert QGuiApplication.clipboard().text().startswith("fish dev-poweruser")


async def test_production_from_the_tray_is_asked_in_a_prompt(application: Application, core: FakeCore) -> None:
    choose(application, Do.START, "prod-readonly")
    prompt = application._prompts["start-prod-readonly"]
    assert prompt.isVisible()
    assert core.engine.verbs == []
    prompt.confirm.click()  # type: ignore[attr-defined]
    assert core.engine.verbs == [("start", "prod-readonly", Starter.TRAY, False)]


async def test_stop_all_asks_once(application: Application, core: FakeCore) -> None:
    choose(application, Do.STOP_ALL)
    choose(application, Do.STOP_ALL)
    prompt = application._prompts["stop-all"]
    prompt.buttons["stop"].click()  # type: ignore[attr-defined]
    await settle()
    assert core.engine.verbs == [("stop-all",)]


async def test_quit_asks_where_sessions_are_active(application: Application, core: FakeCore) -> None:
    choose(application, Do.QUIT)
    assert not application.ended.is_set()
    application._prompts["quit"].buttons["keep"].click()  # type: ignore[attr-defined]
    assert application.ended.is_set()
    assert core.engine.verbs == []


async def test_quit_can_stop_all_first(application: Application, core: FakeCore) -> None:
    choose(application, Do.QUIT)
    application._prompts["quit"].buttons["stop"].click()  # type: ignore[attr-defined]
    await asyncio.wait_for(application.ended.wait(), 2)
    assert core.engine.verbs == [("stop-all",)]


async def test_quit_without_sessions_asks_nothing(application: Application, core: FakeCore) -> None:
    core.engine.store.statuses.clear()
    choose(application, Do.QUIT)
    assert application.ended.is_set()


async def test_a_question_opens_a_prompt(application: Application, core: FakeCore) -> None:
    question = Question("q", QuestionKind.MFA, "arn:aws:iam::1:mfa/a", (ProfileName("ci-debug"),), NOW, NOW)
    core.engine.store.questions = (question,)
    core.engine.store.tell(questions=True)
    assert set(application.asking().prompts) == {"q"}
    core.engine.store.questions = ()
    core.engine.store.tell(questions=True)
    assert application.asking().prompts == {}


async def test_the_window_opens_shows_a_profile_and_the_keyring(application: Application) -> None:
    application.show_profile("network-ops")
    await settle()
    assert application.window.isVisible()
    assert application.window.picked() == "network-ops"
    assert "GNOME Keyring" in application.window.status_bar.keyring.text()


async def test_one_editor_for_each(application: Application) -> None:
    application.edit_profile("prod-admin", "hop 2")
    await settle()
    application.edit_profile("prod-admin", "delivery")
    await settle()
    application.new_source()
    await settle()
    application.new_profile("fresh")
    await settle()
    editors = application._editors
    assert set(editors) == {("profiles", "prod-admin"), ("sources", ""), ("profiles", "")}
    window = editors["profiles", "prod-admin"]
    assert window.nav.currentRow() == 3  # type: ignore[attr-defined]
    window.reject()  # type: ignore[attr-defined]
    assert ("profiles", "prod-admin") not in editors


async def test_an_unknown_profile_is_a_problem_not_a_crash(application: Application) -> None:
    application.open_window()
    application.edit_profile("gone")
    await settle()
    assert application.window.problem.isVisible()


async def test_what_was_looked_at_is_no_error_any_more(application: Application, core: FakeCore) -> None:
    lease = lease_of(active("prod-admin").state)
    assert lease is not None
    core.engine.store.statuses.clear()
    core.engine.store.put(active("prod-admin", state=Expired(NOW, DENIED)))
    assert application.tray.state is Icon.ERROR
    application.looked("prod-admin")
    assert application.tray.state is Icon.IDLE
    core.engine.store.put(active("prod-admin"))
    core.engine.store.put(active("prod-admin", state=Expired(NOW, DENIED)))
    assert application.tray.state is Icon.ERROR


async def test_the_minute_timer_runs_only_with_sessions(application: Application, core: FakeCore) -> None:
    timer = application._minute
    assert timer.isActive()
    assert timer.interval() >= 30_000
    core.engine.store.statuses.clear()
    core.engine.store.tell("prod-admin")
    assert not timer.isActive()


async def test_the_clipboard_is_cleared_at_the_end(application: Application) -> None:
    choose(application, Do.COPY, "dev-poweruser", "bash")
    await settle()
    assert QGuiApplication.clipboard().text()
    await application.close()
    assert QGuiApplication.clipboard().text() == ""


LEASE = lease_of(active("p").state)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (active("p"), None),
        (active("p", state=Waiting(LEASE, DENIED, NOW)), "not-refreshed"),  # type: ignore[arg-type]
        (active("p", state=Attention(AttentionKind.REFUSED, DENIED, NOW, LEASE)), "not-refreshed"),
        (active("p", state=Attention(AttentionKind.MFA, DENIED, NOW)), "needs-you"),
        (active("p", state=Attention(AttentionKind.REFUSED, DENIED, NOW)), "ended"),
        (active("p", state=Expired(NOW)), "ended"),
    ],
)
def test_news(core: FakeCore, status: Any, kind: str | None) -> None:
    found = item_of(core.catalog, "p", status, NOW)
    assert (found.kind if found else None) == kind
    assert found is None or "arn:" not in f"{found.title}{found.body}"
    silent = Notifications(needs_you=False, not_refreshed=False, ended=False, program_asks=False)
    settings = replace(core.catalog.settings, notifications=silent)
    assert item_of(replace(core.catalog, settings=settings), "p", status, NOW) is None


async def test_tasks_are_held_and_reported(expected_logs: ExpectedLogs) -> None:
    bridge = Bridge()
    problems: list[Problem] = []
    bridge.failed.connect(problems.append)

    async def fail() -> None:
        await asyncio.sleep(0)
        raise AppError.of(Code.VAULT_LOCKED)

    async def forever() -> None:
        await asyncio.sleep(3600)

    bridge.spawn(fail(), "fail")
    bridge.spawn(forever(), "forever")
    await asyncio.sleep(0.01)
    assert [one.code for one in problems] == [Code.VAULT_LOCKED]
    await asyncio.wait_for(bridge.close(), 1)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "forever"]


async def test_a_bug_in_a_task_is_logged_and_said(expected_logs: ExpectedLogs) -> None:
    expected_logs.add("rolecall.ui", "task broken failed: ZeroDivisionError")
    bridge = Bridge()
    problems: list[Problem] = []
    bridge.failed.connect(problems.append)

    async def broken() -> float:
        return 1 / 0

    work: Coroutine[Any, Any, float] = broken()
    bridge.spawn(work, "broken")
    await asyncio.sleep(0.01)
    assert [one.code for one in problems] == [Code.UNEXPECTED]


async def test_all_is_stopped_and_locked_from_the_tray_without_a_question(
    application: Application, core: FakeCore
) -> None:
    choose(application, Do.LOCK)
    await settle()
    assert core.engine.verbs == [("lock",)]
    assert application._prompts == {}


async def test_a_locked_screen_takes_questions_back(application: Application, core: FakeCore) -> None:
    choose(application, Do.START, "prod-admin")
    (prompt,) = application._prompts.values()
    assert prompt.isVisible()
    application.set_away(True)
    assert not prompt.isVisible()
    application.set_away(False)
    await settle()
    assert not prompt.isVisible(), "who comes back is not asked what another may have clicked"
    assert core.engine.verbs == []


async def test_a_question_that_comes_while_the_screen_is_locked_is_shown_after(
    application: Application, core: FakeCore
) -> None:
    application.set_away(True)
    core.engine.store.questions = (
        Question("q1", QuestionKind.APPROVE_COMMAND, "acme", (ProfileName("ci-debug"),), NOW, NOW, ("/bin/x",)),
    )
    core.engine.store.tell(questions=True)
    asker = application._asker
    assert asker is not None
    assert not asker.prompts["q1"].isVisible()
    application.set_away(False)
    assert asker.prompts["q1"].isVisible()
    core.engine.store.questions = ()
    core.engine.store.tell(questions=True)


async def test_the_quick_switch_comes_from_the_tray_and_the_window(application: Application, core: FakeCore) -> None:
    choose(application, Do.PALETTE)
    palette = application.switch.palette
    assert palette is not None
    assert palette.isVisible()
    palette.close()
    application.window.palette_wanted.emit()
    assert application.switch.palette is palette, "kept"
    palette.act_wanted.emit(Act.START, "staging-admin", "")
    await settle()
    assert ("start", "staging-admin", Starter.PALETTE) in [verb[:3] for verb in core.engine.verbs]
    application.memory.used("fjord-sandbox")
    palette.close()
    application.switch.open()
    assert "fjord-sandbox" in palette.model.lines
    application.set_away(True)
    assert not palette.isVisible()


async def test_a_click_on_the_tray_is_the_quick_switch_and_a_middle_or_double_click_the_window(
    application: Application, core: FakeCore
) -> None:
    application.tray.clicked.emit()
    palette = application.switch.palette
    assert palette is not None
    assert palette.isVisible()
    application.tray.double_clicked.emit()
    assert application.window.isVisible()
    application.window.close()
    application.tray.middle_clicked.emit()
    assert application.window.isVisible()
    palette.close()
    application.window.close()
    core.catalog = replace(core.catalog, profiles={})
    application.tray.clicked.emit()
    assert application.window.isVisible(), "there is nothing to switch to yet"
    assert not palette.isVisible()


async def test_what_fails_is_said_in_the_quick_switch(application: Application, core: FakeCore) -> None:
    application.switch.open()
    palette = application.switch.palette
    assert palette is not None
    application.verbs.failed.emit(Problem.of(Code.LOCKED))
    assert palette.footer.line.text() == "Rolecall is locked"
    core.engine.store.locked = True
    palette.close()
    application.switch.open()
    assert palette.banner.text() == "Rolecall is locked"
    core.engine.store.locked = False


async def test_what_was_denied_is_repeated_in_the_window_and_nowhere_else(
    application: Application, core: FakeCore
) -> None:
    asked = Question("q1", QuestionKind.APPROVE_COMMAND, "helper", (), NOW, NOW + timedelta(minutes=5), ("/bin/x", "y"))
    for shown in (False, True):
        if shown:
            application.open_window()
        core.engine.store.questions = (asked,)
        core.engine.store.tell(questions=True)
        application.asking().prompts["q1"].reject()
        core.engine.store.questions = ()
        core.engine.store.tell(questions=True)
    assert application.window.status_bar.message.text() == "Denied: x for source helper"


async def test_programs_are_listed_by_a_key_and_from_the_status_bar(application: Application) -> None:
    application.open_window()
    window = application.window
    window.programs_wanted.emit()
    prompt = application._prompts["programs"]
    assert isinstance(prompt, ProgramsPrompt)
    assert prompt.isVisible()
    window.status_bar.show_endpoint(49160, None)
    window.status_bar.endpoint.click()
    assert application._prompts["programs"] is prompt, "the open one comes to the front"
    prompt.shut.click()


async def test_another_form_of_copies_in_the_settings_wins_over_the_last_chosen(
    application: Application, core: FakeCore
) -> None:
    application.memory.keep("shell", "fish")
    assert application.verbs.shell == "fish"
    await core.put("settings", "", {"clipboard_seconds": 30})
    application.catalog_changed()
    assert application.verbs.shell == "fish", "another setting has nothing to do with it"
    await core.put("settings", "", {"shell": "powershell"})
    application.catalog_changed()
    assert application.verbs.shell == "powershell"
