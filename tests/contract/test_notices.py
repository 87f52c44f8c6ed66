"""Notifications over a real bus: what goes out, what comes back, and a service that is absent, poor, hung or gone."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.domain.notice import Choice, Closed, Notice, NoticeEvent, Picked, Unshown
from app.events.notices import DesktopNotices
from tests.support.notification_service import NotificationService
from tests.support.system_bus import PrivateBus, Service

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not installed: dbus-daemon")
BUTTONS = (Choice("do", "Enter code"), Choice("show", "Show"))
MFA = Notice("needs-you", "dev needs you", "a < b & <b>c</b>", BUTTONS, "x-rolecall.needs-you")


def eventually(done: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def bus() -> Iterator[PrivateBus]:
    with PrivateBus() as one:
        yield one


class Ours:
    """What the application has: the notices, and what was told of them."""

    def __init__(self, address: str) -> None:
        self.told: list[NoticeEvent] = []
        self.notices = DesktopNotices(address, "rolecall", self.told.append)
        self.notices.start()

    def of(self, kind: type) -> list[NoticeEvent]:
        return [one for one in self.told if isinstance(one, kind)]


@pytest.fixture
def ours(bus: PrivateBus) -> Iterator[Ours]:
    others = set(threading.enumerate())
    made = Ours(bus.address)
    yield made
    made.notices.end()
    eventually(lambda: not [one for one in set(threading.enumerate()) - others if one.name.startswith("rolecall-")])


def test_a_notice_goes_out_whole_and_escaped(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        ours.notices.show(MFA)
        eventually(lambda: service.shown)
        (shown,) = service.shown
        assert (shown.title, shown.body) == ("dev needs you", "a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;")
        assert shown.actions == ("default", "", "do", "Enter code", "show", "Show")
        assert shown.hints["desktop-entry"] == ("s", "rolecall")
        assert shown.hints["urgency"] == ("y", 1)
        assert shown.hints["category"] == ("s", "x-rolecall.needs-you")
        ours.notices.show(Notice("asks", "x", "", urgent=True))
        eventually(lambda: len(service.shown) == 2)
        assert service.shown[1].hints["urgency"] == ("y", 2)


def test_one_of_the_same_key_takes_the_place_of_the_one_before(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        for number in range(20):  # faster than the service answers
            ours.notices.show(Notice("k", f"number {number}", ""))
        eventually(lambda: service.shown and service.shown[-1].title == "number 19")
        assert {one.number for one in service.shown} == {1}
        assert [one.replaces for one in service.shown][1:] == [1] * (len(service.shown) - 1)
        ours.notices.close("k")
        ours.notices.close("k")
        eventually(lambda: service.closed)
        ours.notices.show(Notice("other", "", ""))
        eventually(lambda: len(service.open) == 1)
        assert service.closed == [1]


def test_a_correction_is_silent_and_shown_only_over_what_is_there(bus: PrivateBus, ours: Ours) -> None:
    later = replace(MFA, body="later", quiet=True)
    with NotificationService(bus.address) as service:
        ours.notices.show(later)
        ours.notices.show(MFA)
        eventually(lambda: service.shown)
        assert service.shown[0].body.startswith("a &lt; b"), "there was nothing to correct"
        assert "suppress-sound" not in service.shown[0].hints
        ours.notices.show(later)
        eventually(lambda: len(service.shown) == 2)
        assert service.shown[1].replaces == service.shown[0].number
        assert (service.shown[1].body, service.shown[1].hints["suppress-sound"]) == ("later", ("b", True))
        eventually(lambda: not ours.notices._calling)
        service.dismiss(service.shown[0])
        eventually(lambda: ours.of(Closed))
        ours.notices.show(later)
        ours.notices.show(Notice("other", "last", ""))
        eventually(lambda: service.shown[-1].title == "last")
        assert len(service.shown) == 3


def test_a_correction_of_what_waits_for_the_service_is_the_news_itself(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        service.silent = True
        ours.notices.show(MFA)
        ours.notices.show(replace(MFA, body="later", quiet=True))
        eventually(lambda: [one.body for one in ours.notices._waiting.values()] == ["later"])
    eventually(lambda: ours.of(Unshown))
    assert ours.told == [Unshown(replace(MFA, body="later"))]


def test_what_is_closed_at_once_does_not_stay(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        for _ in range(20):
            ours.notices.show(Notice("k", "", ""))
            ours.notices.close("k")
        ours.notices.show(Notice("last", "", ""))
        eventually(lambda: any(one.number for one in service.open) and len(service.open) == 1)


def test_what_is_pressed_comes_back_with_its_token(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        ours.notices.show(MFA)
        eventually(lambda: service.shown)
        eventually(lambda: not ours.notices._calling)
        service.press(service.shown[0], "do", "token-1")
        eventually(lambda: len(ours.told) == 2)
        assert ours.told == [Picked("needs-you", "do", "token-1"), Closed("needs-you", dismissed=True)]
        ours.notices.show(MFA)
        eventually(lambda: len(service.shown) == 2)
        assert service.shown[1].replaces == 0
        eventually(lambda: not ours.notices._calling)
        service.dismiss(service.shown[1], reason=1)
        eventually(lambda: len(ours.told) == 3)
        assert ours.told[2] == Closed("needs-you", dismissed=False)


def test_nobody_but_the_service_presses(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        ours.notices.show(MFA)
        eventually(lambda: service.shown)
        eventually(lambda: not ours.notices._calling)
        other = Service(bus.address, "org.example.Other")
        pressed = ("/org/freedesktop/Notifications", "org.freedesktop.Notifications", "ActionInvoked", "us", (1, "do"))
        other.signal(*pressed)
        for number in range(1, 8):
            other.signal_to(f":1.{number}", *pressed)
        other.close()
        service.signal("ActionInvoked", "us", (99, "do"))  # another program's notification
        service.press(service.shown[0], "show")
        eventually(lambda: ours.told)
        assert ours.told[0] == Picked("needs-you", "show")


@pytest.mark.parametrize("able", [(), ("body",), ("actions",)])
def test_a_service_gets_only_what_it_can_show(bus: PrivateBus, ours: Ours, able: tuple[str, ...]) -> None:
    with NotificationService(bus.address, able=able) as service:
        ours.notices.show(MFA)
        eventually(lambda: service.shown)
        (shown,) = service.shown
        assert shown.body == (MFA.body if "body" in able else "")
        assert bool(shown.actions) == ("actions" in able)


def test_without_a_service_it_is_told_at_once(ours: Ours) -> None:
    ours.notices.show(MFA)
    eventually(lambda: ours.told)
    assert ours.told == [Unshown(MFA)]


def test_without_a_bus_it_is_told_and_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    ours = Ours("unix:path=/nonexistent/bus")
    ours.notices.show(MFA)
    eventually(lambda: ours.told == [Unshown(MFA)])
    ours.notices.end()
    assert caplog.records == []


def test_a_service_that_refuses(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address, refuse=True):
        ours.notices.show(MFA)
        eventually(lambda: ours.told)
        assert ours.told == [Unshown(MFA)]


def test_a_service_that_ends_and_returns(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        ours.notices.show(MFA)
        eventually(lambda: service.shown)
    ours.notices.show(MFA)
    eventually(lambda: ours.of(Unshown))
    with NotificationService(bus.address, able=("body",), first=40) as service:
        eventually(lambda: ours.notices._abilities is None)
        ours.notices.show(MFA)
        eventually(lambda: service.shown)
        assert (service.shown[0].number, service.shown[0].replaces) == (40, 0)
        assert service.shown[0].actions == (), "it can do less than the one before"


def test_a_service_that_hangs_holds_up_nobody(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        service.silent = True
        begun = time.monotonic()
        for number in range(200):
            ours.notices.show(Notice(f"k{number % 3}", "", ""))
        assert time.monotonic() - begun < 1
        assert service.shown == []
    eventually(lambda: len(ours.of(Unshown)) == 3)  # it ended: the newest of each is shown in another way


def test_garbage_of_a_service_ends_nothing(bus: PrivateBus, ours: Ours) -> None:
    with NotificationService(bus.address) as service:
        ours.notices.show(MFA)
        eventually(lambda: service.shown)
        eventually(lambda: not ours.notices._calling)
        for member, signature, body in (
            ("ActionInvoked", "s", ("x",)),
            ("NotificationClosed", "u", (1,)),
            ("ActivationToken", "u", (1,)),
            ("ActionInvoked", "", ()),
        ):
            service.signal(member, signature, body)
        ours.notices.show(Notice("after", "", ""))
        eventually(lambda: len(service.shown) == 2)
