"""Notifications: each news once, many as one, closed when it is over, and what their buttons do."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.notice import DEFAULT, Closed, Picked, Unshown
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.programs import Answer
from app.domain.session import Attention, Expired, lease_of
from tests.ui.fakes.core import NOW, FakeCore, active
from tests.ui.fakes.news import MFA, NAMES, NETWORK, World, late, needs, settle, telling
from tests.ui.fakes.parts import conflict_of
from tests.ui.test_conflict_prompt import stuck
from tests.ui.test_program_prompt import question
from ui.core import Tools
from ui.present.arrange import ViewKind
from ui.present.news import ACT, AWAY, DENY, SHOW, Kind, item_of, notice_of
from ui.tray.item import TrayItem

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.fixture
async def world(qapp: QApplication, tray: TrayItem, core: FakeCore, tools: Tools) -> AsyncIterator[World]:
    async with telling(qapp, tray, core, tools) as made:
        yield made


async def test_many_at_once_are_one_notification(world: World) -> None:
    world.put(*(needs(name) for name in NAMES))
    await world.gathered()
    (notice,) = world.service.shown
    assert notice.title == "7 profiles need you"
    assert notice.body.endswith("and 4 more")
    assert notice.body.count(",") == 2
    assert [one.text for one in notice.buttons] == ["Enter code", "Show"], "one code serves all"
    assert "arn:" not in repr(notice)


async def test_each_news_once_until_it_is_well_again(world: World) -> None:
    for _ in range(3):
        world.put(needs("ci-debug"))
        await world.gathered(120)
    assert world.titles == ["ci-debug needs you"]
    world.put(active("ci-debug"))
    assert world.service.open == {}, "its cause is gone"
    world.put(needs("ci-debug"))
    await world.gathered(120)
    assert world.titles == ["ci-debug needs you"] * 2


async def test_later_ones_join_the_one_that_is_shown(world: World) -> None:
    for seconds, name in enumerate(NAMES):
        world.put(late(name))
        await world.gathered(seconds)
    await world.gathered(20)
    assert len(world.titles) <= 4, "never a storm"
    assert world.titles[-1] == "7 profiles were not refreshed"
    assert set(world.service.open) == {Kind.NOT_REFRESHED}
    for name in NAMES[:-1]:
        world.put(active(name))
    assert set(world.service.open) == {Kind.NOT_REFRESHED}
    world.put(active(NAMES[-1]))
    assert world.service.open == {}


async def test_what_passes_before_it_is_told_is_not_told(world: World) -> None:
    world.put(*(late(name) for name in NAMES))
    world.put(*(active(name) for name in NAMES))
    await world.gathered(20)
    assert world.titles == []


async def test_who_dismissed_it_hears_of_later_ones_alone(world: World) -> None:
    world.put(needs("ci-debug"), needs("billing-view"))
    await world.gathered()
    world.service.open.clear()
    world.service.told(Closed(Kind.NEEDS_YOU, dismissed=True))
    await settle()
    world.put(needs("audit-viewer"))
    await world.gathered(15)
    assert world.titles == ["2 profiles need you", "audit-viewer needs you"]


async def test_nothing_is_told_while_the_screen_is_locked_and_all_of_it_after(world: World) -> None:
    world.application.set_away(True)
    world.put(*(needs(name) for name in NAMES[:3]))
    world.put(active("audit-viewer", state=Expired(NOW)), late("staging-admin"))
    world.put(late("network-ops"))
    world.put(active("network-ops"))
    await world.gathered(3600)
    assert world.titles == []
    world.application.set_away(False)
    await world.gathered(1)
    (notice,) = world.service.shown
    assert notice.title == "While you were away"
    assert notice.body == "3 profiles need you, 1 profile was not refreshed, 1 profile has no valid session"
    world.service.press(AWAY, SHOW)
    await settle()
    assert world.application.window.model.view.kind is ViewKind.ATTENTION


async def test_one_button_asks_for_one_code_for_all(world: World) -> None:
    world.put(*(needs(name) for name in NAMES))
    await world.gathered()
    world.service.press(Kind.NEEDS_YOU, ACT)
    await settle()
    assert sorted(world.core.engine.verbs) == sorted(("renew", name) for name in NAMES)
    assert world.application.wishes.just_chosen(), "its prompt may take the focus"


async def test_two_devices_have_no_button_of_their_own(world: World) -> None:
    other = replace(MFA, arguments={**MFA.arguments, "serial": "arn:aws:iam::999999999999:mfa/other"})
    world.put(needs("ci-debug"), needs("billing-view", other))
    await world.gathered()
    assert [one.text for one in world.service.shown[0].buttons] == ["Show"]


@pytest.mark.parametrize("choice", [DEFAULT, SHOW])
async def test_a_click_opens_the_profile(world: World, choice: str) -> None:
    world.put(needs("ci-debug"))
    await world.gathered()
    world.service.press(Kind.NEEDS_YOU, choice)
    await settle()
    assert world.application.window.isVisible()
    assert world.application.window.picked() == "ci-debug"
    assert world.core.engine.verbs == []


async def test_a_conflict_leads_to_its_prompt(world: World) -> None:
    world.core.standing = [conflict_of()]
    world.put(stuck())
    await world.gathered()
    (notice,) = world.service.shown
    assert (notice.title, notice.buttons[0].text) == ("prod-admin (prod) needs you", "Compare…")
    world.service.press(Kind.NEEDS_YOU, ACT)
    await settle()
    assert world.application.conflicts.prompt is not None


async def test_a_refusals_button_is_that_of_its_card(world: World) -> None:
    denied = Problem.of(
        Code.ACCESS_DENIED_EXTERNAL_ID, Verb.EDIT_HOP, "2", hop=2, role="AdminRole", operation="AssumeRole", aws="x"
    )
    world.put(needs("prod-admin", denied, AttentionKind.REFUSED))
    await world.gathered()
    (notice,) = world.service.shown
    assert notice.title == "prod-admin (prod) was not refreshed"
    assert [one.text for one in notice.buttons] == ["Edit hop 2", "Show"]
    world.service.press(Kind.NOT_REFRESHED, ACT)
    await settle()
    assert ("profiles", "prod-admin") in world.application._editors


async def test_programs_are_denied_or_shown_and_never_allowed(world: World) -> None:
    core = world.core
    core.engine.store.questions = (question(),)
    core.engine.store.tell(questions=True)
    assert world.service.open[Kind.PROGRAM].urgent
    assert ACT not in {one.key for one in world.service.open[Kind.PROGRAM].buttons}
    world.service.press(Kind.PROGRAM, ACT)
    await settle()
    assert core.engine.verbs == []
    core.engine.store.questions = (question(), question(key="q2"))
    core.engine.store.tell(questions=True)
    assert world.titles[-1] == "2 programs ask for sessions"
    world.service.told(Picked(Kind.PROGRAM, DENY))  # pressed in the moment in which the second came
    await settle()
    assert core.engine.verbs == [], "which one was meant cannot be told"
    core.engine.store.questions = (question(),)
    core.engine.store.tell(questions=True)
    world.service.told(Picked(Kind.PROGRAM, DENY))
    await settle()
    assert core.engine.verbs == [("answer", "q1", Answer.DENY)]
    core.engine.store.questions = ()
    core.engine.store.tell(questions=True)
    assert Kind.PROGRAM not in world.service.open


async def test_a_persons_own_no_is_no_news(world: World) -> None:
    for code in (Code.CANCELED, Code.DENIED, Code.SIGN_IN_CANCELED):
        world.put(needs("ci-debug", Problem.of(code), AttentionKind.MFA))
    await world.gathered(20)
    assert world.titles == []


async def test_without_a_service_the_tray_says_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(TrayItem, "say", lambda _self, title, text: said.append((title, text)))
    monkeypatch.setattr("ui.platform.notifications.QSystemTrayIcon.supportsMessages", lambda: True)
    world.put(needs("ci-debug"))
    await world.gathered()
    world.service.told(Unshown(world.service.shown[0]))
    await settle()
    assert [title for title, _ in said] == ["ci-debug needs you"]
    world.application.tray.message_clicked.emit()
    assert world.application.window.picked() == "ci-debug"


async def test_at_the_end_nothing_is_told_any_more(world: World) -> None:
    world.put(needs("ci-debug"))
    await world.gathered()
    await world.application.close()
    assert world.service.ended
    world.service.told(Picked(Kind.NEEDS_YOU, SHOW))
    await settle()


def test_no_word_of_a_notification_is_an_arn_a_key_or_a_path(core: FakeCore) -> None:
    nasty: dict[str, Any] = dict.fromkeys(
        (
            *("path", "section", "serial", "key_id", "key", "role", "host", "source", "profile", "reason", "account"),
            *("hop", "operation", "aws", "code", "line", "command", "entry", "address", "program", "browser", "place"),
        ),
        "/home/mira arn:aws:iam::111122223333:role/x AKIAIOSFODNN7EXAMPLE",
    )
    told = 0
    for problem in (Problem.of(code, **nasty) for code in Code):
        for state in (
            Attention(problem.attention, problem, NOW, lease_of(active("p").state)),
            Attention(problem.attention, problem, NOW),
            Expired(NOW, problem),
        ):
            item = item_of(core.catalog, "ci-debug", active("ci-debug", state=state), NOW)
            if item is not None:
                told += 1
                notice = notice_of(item.kind, (item,))
                for bad in ("arn:", "AKIA", "/home", "111122223333"):
                    assert bad not in f"{notice.title} {notice.body} {notice.buttons}", problem.code
    assert told > 2 * len(Code)


async def test_a_network_that_comes_and_goes_is_told_of_once_in_a_while(world: World) -> None:
    for _ in range(20):
        world.put(late("ci-debug"))
        await world.gathered(15)
        world.put(active("ci-debug"))
        await world.gathered(15)
    assert len(world.titles) == 1
    world.put(late("ci-debug"))
    await world.gathered()
    world.put(active("ci-debug", state=Expired(NOW, NETWORK)))
    await world.gathered(15)
    assert world.titles[-1] == "ci-debug has no valid session", "what is worse is told all the same"


async def test_the_window_that_is_looked_at_needs_no_notification(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.application.news, "watched", lambda name: name == "ci-debug")
    world.put(needs("ci-debug"), needs("billing-view"))
    await world.gathered()
    assert world.titles == ["billing-view needs you"]


async def test_a_token_goes_to_qt_on_wayland_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[tuple[str, str]] = []
    monkeypatch.setattr("ui.answers.os.putenv", lambda name, value: put.append((name, value)))
    for platform in ("xcb", "wayland"):
        monkeypatch.setattr("ui.answers.QGuiApplication.platformName", lambda name=platform: name)
        world.put(needs("ci-debug"))
        await world.gathered(120)
        world.service.told(Picked(Kind.NEEDS_YOU, SHOW, f"token-{platform}"))
        await settle()
        world.put(active("ci-debug"))
    assert put == [("XDG_ACTIVATION_TOKEN", "token-wayland")]


async def test_what_no_window_shows_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TrayItem, "host", True)
    application = world.application
    key = Problem.of(Code.KEY_UNKNOWN, Verb.REPLACE_KEY, "x", key="AKIAIOSFODNN7EXAMPLE", source="x", key_id="AKIAX")
    application.fail(Problem.of(Code.VAULT_LOCKED))
    application.fail(key)
    application._said("bash / zsh exports of dev copied", 45)
    assert len(world.titles) == 3
    assert "AKIA" not in repr(world.service.shown)
    assert set(world.service.open) == {"problem", "said"}
    world.service.press("problem", DEFAULT)
    await settle()
    assert application.window.isVisible()


async def test_what_cannot_be_delivered_needs_a_person_too(world: World) -> None:
    problem = Problem.of(Code.SECTION_SHADOWED, Verb.RENAME_SECTION, "x", path="c", section="x", key="role_arn")
    lease = lease_of(active("ci-debug").state)
    state = Attention(AttentionKind.CONFLICT, problem, NOW, lease, renews=True)
    world.put(active("ci-debug", state=state))
    await world.gathered()
    (notice,) = world.service.shown
    assert notice.title == "ci-debug needs you"
    assert notice.buttons[0].text == "Use another section"
