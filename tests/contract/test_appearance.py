"""High contrast and less motion over a real bus: a portal that is there, changes its mind, goes and comes back."""

# jeepney has no type information
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jeepney import HeaderFields, Message, new_method_return

from app.domain.appearance import Appearance
from app.events.appearance import PATH, SERVICE, SETTINGS, PortalAppearance, wanted
from tests.support.system_bus import PrivateBus, Service

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not installed: dbus-daemon")
COMMON, GNOME = "org.freedesktop.appearance", "org.gnome.desktop.interface"


class Portal(Service):
    """A portal of settings."""

    def __init__(self, address: str, settings: dict[str, dict[str, Any]]) -> None:
        self.settings = settings
        super().__init__(address, SERVICE)

    def _answer(self, message: Message) -> Message:
        if message.header.fields[HeaderFields.member] == "ReadAll":
            spaces = message.body[0]
            told = {space: found for space, found in self.settings.items() if space in spaces}
            return new_method_return(message, "a{sa{sv}}", (told,))
        return super()._answer(message)

    def change(self, space: str, key: str, value: tuple[str, Any]) -> None:
        self.signal(PATH, SETTINGS, "SettingChanged", "ssv", (space, key, value))


def eventually(done: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def bus() -> Iterator[PrivateBus]:
    with PrivateBus() as one:
        yield one


@pytest.fixture
def told(bus: PrivateBus) -> Iterator[list[Appearance]]:
    others = set(threading.enumerate())
    heard: list[Appearance] = []
    ours = PortalAppearance(bus.address, heard.append)
    ours.start()
    yield heard
    ours.close()
    eventually(lambda: not [one for one in set(threading.enumerate()) - others if one.name == "rolecall-bus"])


def test_what_is_so_is_told_and_each_change_once(bus: PrivateBus, told: list[Appearance]) -> None:
    portal = Portal(bus.address, {COMMON: {"contrast": ("u", 1)}, GNOME: {"enable-animations": ("b", True)}})
    eventually(lambda: told == [Appearance(contrast=True)])
    portal.change(GNOME, "enable-animations", ("b", False))
    portal.change(GNOME, "font-name", ("s", "Sans 11"))
    portal.change("org.example", "contrast", ("u", 0))
    portal.change(COMMON, "contrast", ("u", 0))
    portal.change(COMMON, "color-scheme", ("u", 1))
    eventually(lambda: len(told) == 4)
    still = Appearance(still=True)
    assert told[1:] == [Appearance(contrast=True, still=True), still, Appearance(still=True, dark=True)]
    portal.close()


def test_a_portal_that_comes_later_and_one_that_comes_back(bus: PrivateBus, told: list[Appearance]) -> None:
    assert told == []
    first = Portal(bus.address, {COMMON: {"contrast": ("u", 1)}})
    eventually(lambda: told == [Appearance(contrast=True)])
    first.close()
    second = Portal(bus.address, {COMMON: {"contrast": ("v", ("u", 0)), "reduced-motion": ("u", 1)}})
    eventually(lambda: told[-1] == Appearance(still=True))
    second.close()


def test_nobody_but_the_portal_is_believed(bus: PrivateBus, told: list[Appearance]) -> None:
    portal = Portal(bus.address, {COMMON: {}})
    eventually(lambda: told == [Appearance()])
    other = Service(bus.address, "org.example.Other")
    other.signal(PATH, SETTINGS, "SettingChanged", "ssv", (COMMON, "contrast", ("u", 1)))
    other.close()
    portal.change(COMMON, "reduced-motion", ("u", 1))
    eventually(lambda: len(told) == 2)
    assert told[-1] == Appearance(still=True)
    portal.close()


@pytest.mark.parametrize(
    ("space", "key", "value", "means"),
    [
        (COMMON, "contrast", 1, Appearance(contrast=True)),
        (COMMON, "contrast", "1", Appearance()),
        ("org.gnome.desktop.a11y.interface", "high-contrast", True, Appearance(contrast=True)),
        (COMMON, "reduced-motion", 1, Appearance(still=True)),
        (GNOME, "enable-animations", False, Appearance(still=True)),
        (GNOME, "enable-animations", 0.5, Appearance()),
        ("org.kde.kdeglobals.KDE", "AnimationDurationFactor", "0", Appearance(still=True)),
        ("org.kde.kdeglobals.KDE", "AnimationDurationFactor", "0.5", Appearance()),
        ("org.kde.kdeglobals.KDE", "AnimationDurationFactor", "none", Appearance()),
        ("org.kde.kdeglobals.KDE", "AnimationDurationFactor", False, Appearance()),
        (COMMON, "color-scheme", 1, Appearance(dark=True)),
        (COMMON, "color-scheme", 2, Appearance(dark=False)),
        (COMMON, "color-scheme", 0, Appearance()),
        (COMMON, "color-scheme", True, Appearance()),
        (COMMON, "color-scheme", [1], Appearance()),
        (GNOME, "color-scheme", "prefer-dark", Appearance(dark=True)),
        (GNOME, "color-scheme", "prefer-light", Appearance(dark=False)),
        (GNOME, "color-scheme", "default", Appearance()),
        (GNOME, "color-scheme", 1, Appearance()),
    ],
)
def test_each_desktop_has_its_own_key(space: str, key: str, value: object, means: Appearance) -> None:
    assert wanted({(space, key): value}) == means
