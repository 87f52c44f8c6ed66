"""Events of Windows and macOS as far as they can be tried elsewhere: what a message means, the wait before a sleep."""

import asyncio
import threading
import time

import pytest

from app.domain.happening import Happening
from app.events import macos, windows
from app.events.macos import MacEvents
from app.events.system import LinuxEvents, NoEvents, system_events
from app.events.windows import WindowsEvents


@pytest.mark.parametrize(
    ("message", "parameter", "what"),
    [
        (0x0218, 4, Happening.SLEEP),
        (0x0218, 7, Happening.WAKE),
        (0x0218, 0x12, Happening.WAKE),
        (0x0218, 0x0A, None),  # the battery
        (0x02B1, 7, Happening.LOCKED),
        (0x02B1, 8, Happening.UNLOCKED),
        (0x02B1, 1, None),
        (0x001E, 0, Happening.CLOCK),
        (0x000F, 4, None),
    ],
)
def test_messages_of_windows(message: int, parameter: int, what: Happening | None) -> None:
    assert windows.happening_of(message, parameter) is what


@pytest.mark.parametrize(
    ("message", "what", "answered"),
    [
        (0xE0000280, Happening.SLEEP, True),
        (0xE0000280 - 2**32, Happening.SLEEP, True),  # as a signed number
        (0xE0000270, None, True),
        (0xE0000300, Happening.WAKE, False),
        (0xE0000320, None, False),
    ],
)
def test_messages_of_macos(message: int, what: Happening | None, answered: bool) -> None:
    assert macos.happening_of(message) is what
    assert macos.wants_answer(message) is answered


@pytest.mark.parametrize("kind", [WindowsEvents, MacEvents])
def test_a_sleep_waits_for_what_must_be_done(kind: type[WindowsEvents | MacEvents]) -> None:
    one = kind()
    told, allowed = list[Happening](), list[float]()
    one._told = told.append
    begun = time.monotonic()
    threading.Timer(0.2, one.may_sleep).start()
    if isinstance(one, WindowsEvents):
        one.heard(0x0218, 4)
    else:
        one.heard(0xE0000280, lambda: allowed.append(time.monotonic()))
        assert allowed[0] - begun > 0.15
    assert told == [Happening.SLEEP]
    assert time.monotonic() - begun > 0.15


def test_nothing_is_held_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_HELD", 0.05)
    monkeypatch.setattr(macos, "_HELD", 0.05)
    allowed = list[int]()
    WindowsEvents().heard(0x0218, 4)
    MacEvents().heard(0xE0000280, lambda: allowed.append(1))
    MacEvents().heard(0xE0000270, lambda: allowed.append(2))
    assert allowed == [1, 2]


def test_each_platform_has_its_own() -> None:
    kinds = {"linux": LinuxEvents, "win32": WindowsEvents, "darwin": MacEvents, "freebsd14": NoEvents}
    for platform, kind in kinds.items():
        assert type(system_events({}, "Rolecall", platform)) is kind


@pytest.mark.parametrize("kind", [WindowsEvents, MacEvents])
async def test_where_the_system_is_another_nothing_is_heard_and_nothing_breaks(
    kind: type[WindowsEvents | MacEvents],
) -> None:
    one = kind()
    told = list[Happening]()
    one.open(told.append)
    await asyncio.sleep(0.1)
    one.may_sleep()
    one.close()
    one.close()
    assert told == []
