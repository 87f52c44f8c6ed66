"""Notifications of Windows and macOS, against a library that answers as desktop-notifier does on each."""

import asyncio
import enum
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.notice import DEFAULT, Choice, Closed, Notice, NoticeEvent, Picked, Unshown
from app.events.toasts import ToastNotices

BUTTONS = (Choice("act", "Enter code"), Choice("show", "Show"))
MFA = Notice("needs-you", "dev needs you", "It waits for an MFA code.", BUTTONS)


class Capability(enum.Enum):
    MESSAGE = 1
    BUTTONS = 2


class Urgency(enum.Enum):
    Normal = 1
    Critical = 2


@dataclass(frozen=True)
class Icon:
    path: Path


@dataclass(frozen=True)
class Button:
    title: str
    identifier: str


@dataclass(frozen=True)
class Told:
    title: str
    message: str
    urgency: Urgency
    buttons: tuple[Button, ...]
    sound: str | None
    identifier: str


@dataclass
class Library:
    """As desktop_notifier: a send that fails is logged there, and nothing is dispatched."""

    able: frozenset[Capability] = frozenset(Capability)
    allowed: bool = True
    failing: bool = False
    broken: bool = False
    sent: list[Told] = field(default_factory=list[Told])
    cleared: list[str] = field(default_factory=list[str])
    made: list[Any] = field(default_factory=list[Any])
    Capability = Capability
    Urgency = Urgency
    Icon = Icon
    Button = Button
    Notification = Told
    DEFAULT_SOUND = "default"

    def DesktopNotifier(self, *, app_name: str, app_icon: Icon) -> "Notifier":  # noqa: N802
        assert (app_name, app_icon.path.name) == ("Rolecall", "icon.png")
        if self.broken:
            raise RuntimeError("Could not get ToastNotifier")
        self.made.append(Notifier(self))
        return self.made[-1]


class Notifier:
    def __init__(self, library: Library) -> None:
        self._library = library
        self.on_dispatched: Callable[[str], object] | None = None
        self.on_clicked: Callable[[str], object] | None = None
        self.on_button_pressed: Callable[[str, str], object] | None = None
        self.on_dismissed: Callable[[str], object] | None = None

    async def get_capabilities(self) -> frozenset[Capability]:
        return self._library.able

    async def request_authorisation(self) -> bool:
        await asyncio.sleep(0)
        return self._library.allowed

    async def send_notification(self, told: Told) -> str:
        await asyncio.sleep(0)
        if not self._library.failing:
            self._library.sent.append(told)
            assert self.on_dispatched is not None
            self.on_dispatched(told.identifier)
        return told.identifier

    async def clear(self, identifier: str) -> None:
        self._library.cleared.append(identifier)

    async def clear_all(self) -> None:
        self._library.cleared.append("all")


def eventually(done: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


class Ours:
    def __init__(self, library: Library) -> None:
        self.library, self.told = library, list[NoticeEvent]()
        self.notices = ToastNotices(Path("/nowhere/icon.png"), self.told.append, library)
        self.notices.start()


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def ours(library: Library) -> Iterator[Ours]:
    made = Ours(library)
    yield made
    made.notices.end()
    assert not [one for one in threading.enumerate() if one.name == "rolecall-notices"]


def test_a_notice_goes_out_with_its_buttons_and_takes_the_place_of_the_one_before(ours: Ours, library: Library) -> None:
    ours.notices.show(MFA)
    ours.notices.show(replace(MFA, title="2 profiles need you", urgent=True))
    eventually(lambda: len(library.sent) == 2)
    first, second = library.sent
    assert (first.title, first.message, first.sound) == (MFA.title, MFA.body, "default")
    assert [(one.identifier, one.title) for one in first.buttons] == [("act", "Enter code"), ("show", "Show")]
    assert (second.identifier, second.urgency) == (first.identifier, Urgency.Critical)
    assert ours.told == []


def test_what_a_person_does_is_told(ours: Ours, library: Library) -> None:
    ours.notices.show(MFA)
    eventually(lambda: library.sent)
    (made,) = library.made
    for act in (lambda: made.on_button_pressed("needs-you", "act"), lambda: made.on_clicked("needs-you")):
        act()  # as macOS does, from another thread than the loop's
    made.on_dismissed("needs-you")
    assert ours.told == [Picked("needs-you", "act"), Picked("needs-you", DEFAULT), Closed("needs-you", dismissed=True)]


def test_it_goes_with_its_cause_and_a_quiet_one_only_corrects(ours: Ours, library: Library) -> None:
    quiet = replace(MFA, body="There is no valid session.", quiet=True)
    ours.notices.show(quiet)
    ours.notices.close("needs-you")
    ours.notices.show(MFA)
    eventually(lambda: library.sent)
    ours.notices.show(quiet)
    eventually(lambda: len(library.sent) == 2)
    assert (library.sent[1].message, library.sent[1].sound) == ("There is no valid session.", None)
    ours.notices.close("needs-you")
    eventually(lambda: library.cleared == ["needs-you"])
    ours.notices.show(quiet)
    ours.notices.close("needs-you")
    time.sleep(0.05)
    assert (len(library.sent), library.cleared, ours.told) == (2, ["needs-you"], [])


@pytest.mark.parametrize("why", ["unsigned", "refused", "broken", "failing"])
def test_where_the_system_shows_none_the_notice_comes_back(why: str) -> None:
    library = Library(
        able=frozenset() if why == "unsigned" else frozenset(Capability),
        allowed=why != "refused",
        broken=why == "broken",
        failing=why == "failing",
    )
    ours = Ours(library)
    try:
        ours.notices.show(MFA)
        ours.notices.show(replace(MFA, key="ended"))
        eventually(lambda: len(ours.told) == 2)
        assert ours.told == [Unshown(MFA), Unshown(replace(MFA, key="ended"))]
        assert library.sent == []
    finally:
        ours.notices.end()


def test_without_the_library_the_notice_comes_back() -> None:
    told: list[NoticeEvent] = []
    notices = ToastNotices(Path("/nowhere/icon.png"), told.append)
    notices.start()
    try:
        notices.show(MFA)
        eventually(lambda: told == [Unshown(MFA)])
    finally:
        notices.end()
