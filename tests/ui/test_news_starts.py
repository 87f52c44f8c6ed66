"""Notifications that are corrected when a session ends, and those of starts by hand that come to nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.names import ProfileName
from app.domain.notice import Closed, Unshown
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.profile import Notifications
from app.domain.session import Attention, Expired, Starter, Starting, Status
from tests.ui.fakes.core import NOW, FakeCore, active
from tests.ui.fakes.news import MFA, NETWORK, World, needs, settle, telling
from ui.core import Tools
from ui.palette.keys import Want
from ui.present.news import ACT, Kind
from ui.tray.item import TrayItem

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.fixture
async def world(qapp: QApplication, tray: TrayItem, core: FakeCore, tools: Tools) -> AsyncIterator[World]:
    async with telling(qapp, tray, core, tools) as made:
        yield made


async def test_a_session_that_ends_while_it_is_told_of_corrects_what_is_told(world: World) -> None:
    world.put(needs("ci-debug"))
    await world.gathered()
    assert world.service.shown[0].body == "It waits for an MFA code. The current session stays valid until 14:52."
    world.core.clock.at += timedelta(minutes=28)
    world.put(needs("ci-debug"))  # still the old lease, as an open prompt leaves it
    world.put(replace(needs("ci-debug"), state=Attention(AttentionKind.MFA, MFA, NOW)))
    shown = world.service.open[Kind.NEEDS_YOU]
    assert (shown.title, shown.body) == ("ci-debug needs you", "It waits for an MFA code. There is no valid session.")
    assert [one.quiet for one in world.service.shown] == [False, True], "once, and without a sound"
    assert shown.buttons == world.service.shown[0].buttons
    await world.gathered(60)
    assert len(world.service.shown) == 2


async def test_the_minute_corrects_what_nobody_publishes(world: World) -> None:
    world.put(needs("ci-debug"))
    await world.gathered()
    world.core.clock.at += timedelta(minutes=28)
    world.application.news.minute()
    world.application.news.minute()
    assert [one.quiet for one in world.service.shown] == [False, True]
    assert world.service.shown[-1].body.endswith("There is no valid session.")


async def test_what_is_no_longer_shown_is_not_corrected(world: World) -> None:
    ended = replace(needs("ci-debug"), state=Attention(AttentionKind.MFA, MFA, NOW))
    world.put(needs("ci-debug"))
    await world.gathered()
    world.service.told(Closed(Kind.NEEDS_YOU, dismissed=False))
    await settle()
    world.put(ended)
    assert len(world.service.shown) == 1


async def test_corrected_before_it_is_told_it_is_told_aloud(world: World) -> None:
    world.put(needs("ci-debug"))
    world.put(replace(needs("ci-debug"), state=Attention(AttentionKind.MFA, MFA, NOW)))
    await world.gathered(20)
    (notice,) = world.service.shown
    assert notice.body.endswith("There is no valid session.")
    assert not notice.quiet


async def test_nothing_is_corrected_on_a_locked_screen_but_after(world: World) -> None:
    world.put(needs("ci-debug"))
    await world.gathered()
    world.application.set_away(True)
    world.put(replace(needs("ci-debug"), state=Attention(AttentionKind.MFA, MFA, NOW)))
    assert len(world.service.shown) == 1
    world.application.set_away(False)
    assert [one.quiet for one in world.service.shown] == [False, True]


def in_vain(name: str, by: Starter = Starter.PALETTE, *, problem: Problem | None = NETWORK) -> Status:
    """A start without a network: between its attempts, or with none as a problem in one."""
    later = None if problem is None else NOW + timedelta(seconds=4)
    return Status(
        ProfileName(name), Starting(NOW, problem=problem, next_attempt_at=later), started_at=NOW, started_by=by
    )


@pytest.mark.parametrize("by", [Starter.PALETTE, Starter.TRAY, Starter.WINDOW])
async def test_a_start_by_hand_without_a_network_is_told_once(world: World, by: Starter) -> None:
    for _ in range(5):
        world.put(in_vain("ci-debug", by))
        await world.gathered(30)
        world.put(in_vain("ci-debug", by, problem=None))
        await world.gathered(30)
    (notice,) = world.service.shown
    assert notice.title == "ci-debug was not started"
    assert notice.body == "No connection to sts.eu-north-1.amazonaws.com. It is tried again by itself."
    assert [one.text for one in notice.buttons] == ["Try again", "Show"]
    assert set(world.service.open) == {Kind.NOT_STARTED}
    world.put(active("ci-debug"))
    assert world.service.open == {}


async def test_who_tries_again_hears_what_became_of_it(world: World) -> None:
    world.put(in_vain("ci-debug"))
    await world.gathered()
    world.service.press(Kind.NOT_STARTED, ACT)
    await settle()
    assert world.core.engine.verbs == [("renew", "ci-debug")]
    world.put(in_vain("ci-debug", problem=None))
    world.put(in_vain("ci-debug"))
    await world.gathered(15)
    assert world.titles == ["ci-debug was not started"] * 2


async def test_another_start_by_hand_is_told_of_again(world: World) -> None:
    world.put(in_vain("ci-debug"))
    await world.gathered()
    world.put(Status(ProfileName("ci-debug")))
    later = {"started_at": NOW + timedelta(minutes=1)}
    world.put(replace(in_vain("ci-debug", problem=None), **later))
    world.put(replace(in_vain("ci-debug"), **later))
    await world.gathered(60)
    assert world.titles == ["ci-debug was not started"] * 2


async def test_a_refused_start_by_hand_is_told_whatever_the_settings_say(world: World) -> None:
    settings = replace(world.core.catalog.settings, notifications=Notifications(ended=False))
    world.core.catalog = replace(world.core.catalog, settings=settings)
    denied = Problem.of(Code.ACCESS_DENIED, Verb.EDIT_HOP, "1", hop=1, role="x", operation="AssumeRole", aws="x")
    state = Attention(AttentionKind.REFUSED, denied, NOW + timedelta(seconds=2))
    world.put(replace(in_vain("ci-debug"), state=state))
    world.put(replace(in_vain("billing-view", Starter.AUTO), state=state))
    await world.gathered(60)
    (notice,) = world.service.shown
    assert notice.title == "ci-debug was not started"
    assert notice.buttons[0].text == "Edit hop 1"


@pytest.mark.parametrize("by", [Starter.AUTO, Starter.PROGRAM, Starter.COMMAND_LINE])
async def test_other_starts_are_not_told_of_between_their_attempts(world: World, by: Starter) -> None:
    world.put(in_vain("ci-debug", by))
    await world.gathered(60)
    assert world.titles == []


async def test_the_quick_switch_that_shows_it_needs_no_notification(world: World) -> None:
    switch = world.application.switch
    switch.open()
    assert switch.palette is not None
    name = switch.palette.picked()
    switch.palette.do(Want.ENTER)
    world.put(in_vain(name))
    assert switch.palette.footer.tells
    await world.gathered(15)
    assert world.titles == []
    switch.close()
    world.put(in_vain("ci-debug"))
    await world.gathered(15)
    assert world.titles == ["ci-debug was not started"]


async def test_a_session_that_ended_is_told_of_once_while_it_is_tried_again(world: World) -> None:
    ended = active("ci-debug", state=Expired(NOW, NETWORK, NOW + timedelta(minutes=5)))
    for _ in range(4):
        world.put(ended)
        await world.gathered(150)
        world.put(replace(ended, state=Starting(NOW, expired_at=NOW)))
        await world.gathered(150)
    assert world.titles == ["ci-debug has no valid session"]
    assert set(world.service.open) == {Kind.ENDED}


async def test_the_tray_says_no_correction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(TrayItem, "say", lambda _self, title, _text: said.append(title))
    monkeypatch.setattr("ui.platform.notifications.QSystemTrayIcon.supportsMessages", lambda: True)
    world.put(needs("ci-debug"))
    await world.gathered()
    for quiet in (False, True):
        world.service.told(Unshown(replace(world.service.shown[0], quiet=quiet)))
    await settle()
    assert said == ["ci-debug needs you"]
