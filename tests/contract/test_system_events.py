"""Sleep, lock and network as a real bus tells them; what is absent costs nothing."""

import asyncio
import errno
import shutil
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.domain.happening import Happening
from app.events import kernel
from app.events.kernel import follow_addresses
from app.events.system import LinuxEvents
from tests.support.system_bus import LOGIN, SESSION_PATH, PrivateBus, Service

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not installed: dbus-daemon")
NM = "org.freedesktop.NetworkManager"


class Told:
    """What was told, as it comes."""

    def __init__(self) -> None:
        self.all: list[Happening] = []
        self._news = asyncio.Event()

    def __call__(self, what: Happening) -> None:
        self.all.append(what)
        self._news.set()

    async def until(self, *wanted: Happening) -> None:
        async with asyncio.timeout(20):
            while self._bus() != list(wanted):
                self._news.clear()
                await self._news.wait()

    def _bus(self) -> list[Happening]:
        return [one for one in self.all if one is not Happening.CLOCK]


async def eventually(done: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110  there is nothing to be told by
            await asyncio.sleep(0.01)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def bus() -> Iterator[PrivateBus]:
    with PrivateBus() as one:
        yield one


@pytest.fixture
def desktop_bus() -> Iterator[PrivateBus]:
    with PrivateBus() as one:
        yield one


@pytest.fixture(autouse=True)
def quiet_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other programs of this machine change addresses too; the kernel's news has tests of its own."""
    monkeypatch.setattr(kernel, "follow_addresses", lambda _loop, _told: lambda: None)


@asynccontextmanager
async def following(
    bus: PrivateBus | None, desktop: PrivateBus | None = None
) -> AsyncIterator[tuple[LinuxEvents, Told]]:
    nowhere = "unix:path=/nonexistent/bus"
    events, told = (
        LinuxEvents(
            {
                "DBUS_SYSTEM_BUS_ADDRESS": nowhere if bus is None else bus.address,
                "DBUS_SESSION_BUS_ADDRESS": nowhere if desktop is None else desktop.address,
            }
        ),
        Told(),
    )
    events.open(told)
    try:
        yield events, told
    finally:
        events.close()


async def test_the_machine_sleeps_only_when_it_may(bus: PrivateBus) -> None:
    logind = Service(bus.address, LOGIN)
    async with following(bus) as (events, told):
        await eventually(lambda: logind.delays == 1)
        logind.sleep(True)
        await told.until(Happening.SLEEP)
        assert logind.delays == 1, "held until what must be done before is done"
        events.may_sleep()
        await eventually(lambda: logind.delays == 0)
        logind.sleep(False)
        await told.until(Happening.SLEEP, Happening.WAKE)
        await eventually(lambda: logind.delays == 1)
    await eventually(lambda: logind.delays == 0)
    logind.close()


async def test_a_lock_is_told_by_signal_and_by_hint(bus: PrivateBus) -> None:
    logind = Service(bus.address, LOGIN)
    async with following(bus) as (_, told):
        await eventually(lambda: logind.delays == 1)
        logind.lock()
        await told.until(Happening.LOCKED)
        logind.lock("Unlock")
        await told.until(Happening.LOCKED, Happening.UNLOCKED)
        logind.hint(True)
        await told.until(Happening.LOCKED, Happening.UNLOCKED, Happening.LOCKED)
    logind.close()


async def test_the_lock_of_another_person_is_no_news(bus: PrivateBus) -> None:
    logind = Service(bus.address, LOGIN)
    logind.uid += 1
    async with following(bus) as (_, told):
        await eventually(lambda: logind.delays == 1)
        logind.lock()
        await eventually(lambda: "Get" in logind.asked)
        logind.sleep(False)
        await told.until(Happening.WAKE)
    logind.close()


async def test_nobody_but_logind_is_believed(bus: PrivateBus) -> None:
    logind, other = Service(bus.address, LOGIN), Service(bus.address, "org.example.Other")
    async with following(bus) as (_, told):
        await eventually(lambda: logind.delays == 1)
        manager = ("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", "b", (True,))
        other.signal(*manager)
        for number in range(1, 6):
            other.signal_to(f":1.{number}", *manager)
            other.signal_to(f":1.{number}", SESSION_PATH, f"{LOGIN}.Session", "Lock", "", ())
        logind.sleep(False)
        await told.until(Happening.WAKE)
    other.close()
    logind.close()


async def test_a_service_that_comes_later_is_heard(bus: PrivateBus) -> None:
    async with following(bus) as (_, told):
        for _ in range(2):  # the second time it is logind started anew
            logind = Service(bus.address, LOGIN)
            await eventually(lambda one=logind: one.delays == 1)
            logind.close()
        logind = Service(bus.address, LOGIN)
        await eventually(lambda: logind.delays == 1)
        logind.sleep(False)
        await told.until(Happening.WAKE)
        logind.close()


async def test_network_manager_tells_of_a_way_out_alone(bus: PrivateBus) -> None:
    manager = Service(bus.address, NM, LOGIN)
    async with following(bus) as (_, told):
        await eventually(lambda: manager.delays == 1)
        for state in (20, 40, 70):  # disconnected, connecting, connected
            manager.signal("/org/freedesktop/NetworkManager", NM, "StateChanged", "u", (state,))
        await told.until(Happening.NETWORK)
    manager.close()


@pytest.mark.parametrize("name", ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.xfce.ScreenSaver"])
async def test_screen_lockers_of_the_desktop(desktop_bus: PrivateBus, name: str) -> None:
    saver = Service(desktop_bus.address)
    async with following(None, desktop_bus) as (_, told):
        saver.close()
        saver = Service(desktop_bus.address, name)
        async with asyncio.timeout(20):
            while not told.all:  # until our side has heard of the name
                saver.signal("/ScreenSaver", name, "ActiveChanged", "b", (True,))
                await asyncio.sleep(0.05)
        assert set(told.all) == {Happening.LOCKED}
    saver.close()


async def test_without_a_bus_nothing_is_tried_and_nothing_said(caplog: pytest.LogCaptureFixture) -> None:
    async with following(None) as (events, told):
        await eventually(lambda: not [one for one in threading.enumerate() if one.name == "rolecall-bus"])
        events.may_sleep()
        assert told.all == []
    assert caplog.records == []


async def test_garbage_of_a_bus_ends_nothing() -> None:
    with PrivateBus() as bus:
        logind = Service(bus.address, LOGIN)
        async with following(bus) as (_, told):
            await eventually(lambda: logind.delays == 1)
            manager = "/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep"
            logind.signal(*manager)
            logind.signal(*manager, "s", ("yes",))
            logind.signal(
                SESSION_PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged", "s", (f"{LOGIN}.Session",)
            )
            logind.sleep(False)
            await eventually(lambda: Happening.WAKE in told.all)
        logind.close()


# the kernel


def message(kind: int, size: int = 20) -> bytes:
    return struct.pack("=IHHII", size, kind, 0, 0, 0) + bytes(size - 16)


@pytest.mark.parametrize(
    ("data", "news"),
    [
        (message(20), True),
        (message(24), True),
        (message(21), False),
        (message(25) + message(24), True),
        (message(25, 21) + bytes(3) + message(20), True),
        (b"", False),
        (b"\xff" * 7, False),
        (bytes(16), False),
        (struct.pack("=IHHII", 0xFFFFFFFF, 21, 0, 0, 0), False),
    ],
)
def test_what_netlink_says(data: bytes, *, news: bool) -> None:
    assert kernel.something_came(data) is news


async def test_the_clock_timer_waits_and_ends() -> None:
    told: list[Happening] = []
    before = open_files()
    end = kernel.follow_clock(asyncio.get_running_loop(), told.append)
    assert open_files() == before + 1
    await asyncio.sleep(0.05)
    assert told == []
    end()
    assert open_files() == before


def test_a_timer_that_was_canceled_says_that_the_clock_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def canceled(_fd: int, _size: int) -> bytes:
        raise OSError(errno.ECANCELED, "canceled")

    monkeypatch.setattr(kernel.os, "read", canceled)
    assert kernel.was_set(7)
    monkeypatch.setattr(kernel.os, "read", lambda _fd, _size: bytes(8))
    assert not kernel.was_set(7)


async def test_netlink_may_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> socket.socket:
        raise PermissionError

    loop = asyncio.get_running_loop()
    with monkeypatch.context() as patch:
        patch.setattr(kernel.socket, "socket", refused)
        follow_addresses(loop, lambda _: None)()
    before = open_files()
    follow_addresses(loop, lambda _: None)()
    assert open_files() == before
