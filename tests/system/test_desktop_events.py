"""The installed application hears sleep and screen lock on a system bus, and does what is wanted of it."""

from collections.abc import Iterator

import pytest

from tests.support.desktop import end, wait_for
from tests.support.desktop_world import catalog
from tests.support.installed import Installed, pick
from tests.support.system_bus import LOGIN, PrivateBus, Service
from tests.support.tray import Tray


@pytest.fixture
def bus() -> Iterator[PrivateBus]:
    with PrivateBus() as one:
        yield one


@pytest.mark.slow
def test_lock_and_sleep_hide_prompts_and_stop_sessions(rolecall: Installed, tray: Tray, bus: PrivateBus) -> None:
    rolecall.write_catalog(catalog().replace("[settings]", '[settings]\nstop_on_lock = "lock"'))
    logind = Service(bus.address, LOGIN)
    process = rolecall.start({"DBUS_SYSTEM_BUS_ADDRESS": bus.address})
    wait_for("the delay", lambda: logind.delays == 1)
    pick(tray, "Start dev")
    wait_for("the section", lambda: rolecall.section("dev"))
    pick(tray, "Start guarded")
    rolecall.window("MFA code")

    logind.lock()
    wait_for("the section to be given back", lambda: rolecall.section("dev") is None)
    wait_for("the prompt to go", lambda: not rolecall.windows("MFA code"))
    wait_for("the menu to say so", lambda: tray.menu().find("Rolecall is locked"))
    assert logind.delays == 1
    logind.lock("Unlock")

    pick(tray, "Rolecall is locked")
    pick(tray, "Start dev")
    wait_for("the section again", lambda: rolecall.section("dev"))
    logind.sleep(True)
    wait_for("the delay given back", lambda: logind.delays == 0)
    assert rolecall.section("dev") is None, "stopped before the machine sleeps"
    logind.sleep(False)
    wait_for("the next delay", lambda: logind.delays == 1)
    assert end(process) == 0
    logind.close()
    assert "Traceback" not in rolecall.log + rolecall.output
    assert " ERROR " not in rolecall.log
