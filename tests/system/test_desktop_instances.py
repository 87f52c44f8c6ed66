"""One application per desktop: the second start, the end by a signal, the next start, and a desktop without a tray."""

import signal
import time

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.installed import KEYS, Installed, ended, of_home, pick, stop
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray

SCREEN, PANEL, TITLE_BAR = (1280, 800), 28, 20


@pytest.mark.slow
def test_a_second_start_raises_the_window_of_the_first(rolecall: Installed) -> None:
    first = rolecall.start()
    assert rolecall.windows("Rolecall") == (), "the first start shows the tray alone"
    begun = time.monotonic()
    second = rolecall.run()
    assert second.returncode == 0, second.stderr
    assert time.monotonic() - begun < 5
    window = rolecall.window("Rolecall")
    rolecall.shot("main-window")
    width, height = rolecall.size(window)
    assert width <= SCREEN[0]
    assert height <= SCREEN[1] - PANEL - TITLE_BAR, "all of the window is on the screen"
    assert len(of_home(rolecall.desktop.home)) == 1
    rolecall.press(window, "ctrl+w")
    wait_for("the window to close", lambda: not rolecall.windows("Rolecall"))
    assert rolecall.run().returncode == 0
    rolecall.window("Rolecall")
    assert end(first) == 0


@pytest.mark.slow
def test_sigterm_ends_it_in_two_seconds_and_the_next_start_goes_on_without_a_call(
    rolecall: Installed, tray: Tray, sts: StrictSts
) -> None:
    process = rolecall.start()
    pick(tray, "Start dev")
    wait_for("the session", lambda: tray.menu().find("dev, ", "Stop"))
    wait_for("the section", lambda: rolecall.section("dev"))
    content, calls = rolecall.credentials.read_bytes(), len(sts.calls)
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert ended(process) == 0
    assert time.monotonic() - begun < 2
    assert rolecall.credentials.read_bytes() == content, "the session is kept"

    process = rolecall.start()
    wait_for("the session of before", lambda: tray.menu().find("dev, ", "Stop"))
    assert rolecall.profile("dev")["state"] == "active"
    assert len(sts.calls) == calls, "no call is made for what is still valid"
    assert rolecall.credentials.read_bytes() == content
    stop(tray, "dev")
    assert rolecall.section("dev") is None
    assert end(process) == 0


@pytest.mark.slow
def test_kill_9_leaves_nothing_that_hinders_the_next_start(rolecall: Installed, tray: Tray) -> None:
    process = rolecall.start()
    pick(tray, "Start hub")
    before = wait_for("the section", lambda: rolecall.section("hub"))
    process.kill()
    ended(process)
    process = rolecall.start()
    wait_for("the session of before", lambda: tray.menu().find("hub, ", "Stop"))
    after = rolecall.section("hub") or {}
    assert [after[key] for key in KEYS] == [before[key] for key in KEYS]
    assert end(process) == 0
    assert [one.name for one in rolecall.credentials.parent.iterdir()] == ["credentials"]


@pytest.mark.slow
@pytest.mark.parametrize("desktop", [{"tray": False}], indirect=True)
def test_without_a_tray_there_is_the_window_and_a_tray_that_comes_later_gets_the_icon(
    rolecall: Installed, desktop: Desktop
) -> None:
    process = rolecall.start()
    window = rolecall.window("Rolecall")
    rolecall.shot("no-tray-window")
    desktop.open_panel()
    with Tray(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as tray:
        assert tray.item(40).interface == "org.kde.StatusNotifierItem"
        pick(tray, "Start hub")
        wait_for("the section", lambda: rolecall.section("hub"))
        rolecall.shot("late-tray")
        stop(tray, "hub")
        assert rolecall.section("hub") is None
        rolecall.press(window, "ctrl+w")
        wait_for("the window to close", lambda: not rolecall.windows("Rolecall"))
        tray.middle_click()
        rolecall.window("Rolecall")
        pick(tray, "Quit")
    assert ended(process) == 0
