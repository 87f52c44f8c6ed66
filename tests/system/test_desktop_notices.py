"""Fifty sessions need a person at once: one notification, and its button leads to one prompt for all of them."""

import time

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import DEVICE, GUARDED, HUB, catalog
from tests.support.installed import Installed, Notices
from tests.support.notification_service import NotificationService, Shown
from tests.support.strict_sts import StrictSts

COUNT = 50
_PROFILE = """
[profiles.p{number:02}]
source = "acme"
start = "auto"
[[profiles.p{number:02}.roles]]
role_arn = "{role}"
mfa = true
[profiles.p{number:02}.delivery]
credentials_file = "p{number:02}"
"""
WRONG = f"""
[profiles.wrong]
source = "acme"
[[profiles.wrong.roles]]
role_arn = "{HUB}"
external_id = "another"
"""
MANY = catalog(more="".join(_PROFILE.format(number=number, role=GUARDED) for number in range(COUNT)))


def waiting(rolecall: Installed) -> int:
    return sum(one["state"] == "attention" for one in rolecall.status()["profiles"])


@pytest.mark.slow
@pytest.mark.parametrize("desktop", [{"dunst": False}], indirect=True)
def test_one_notification_and_one_code_for_all(rolecall: Installed, desktop: Desktop, sts: StrictSts) -> None:
    rolecall.write_catalog(MANY)
    with NotificationService(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as service:
        process = rolecall.start()
        wait_for("all to wait", lambda: waiting(rolecall) == COUNT)
        wait_for("the notification", lambda: service.shown or None)
        time.sleep(2)
        assert len({one.number for one in service.shown}) == 1, [one.title for one in service.shown]
        shown = service.shown[-1]
        assert shown.title == f"{COUNT} profiles need you"
        assert shown.buttons == {"act": "Enter code", "show": "Show"}
        assert "arn:" not in repr(service.shown)
        assert rolecall.windows("MFA code") == (), "nobody asked for a prompt yet"
        assert sts.calls == ()

        service.press(shown, "act")
        window = rolecall.window("MFA code")
        wait_for("the prompt to have the focus", lambda: desktop.xdotool("getactivewindow") == window)
        rolecall.shot("mfa-prompt-for-many")
        rolecall.type(window, sts.code(DEVICE))
        wait_for("every section", lambda: waiting(rolecall) == 0 and rolecall.section(f"p{COUNT - 1:02}"))
        assert sts.count("GetSessionToken") == 1
        left = [one for one in service.open if isinstance(one, Shown)]
        assert left == [], "nobody is needed any more"
        assert end(process) == 0


@pytest.mark.slow
def test_a_real_service_shows_it_and_it_goes_with_its_cause(
    rolecall: Installed, desktop: Desktop, notices: Notices
) -> None:
    rolecall.write_catalog(MANY)
    process = rolecall.start()
    notices.wait(f"{COUNT} profiles need you")
    time.sleep(1)
    rolecall.shot("notification")
    assert notices.text.count("profiles need you") == 1
    assert rolecall.call(["dunstctl", "count", "displayed"]).stdout.strip() == "1"
    rolecall.call(["dunstctl", "action", "0"])  # a click: the window with those that wait
    rolecall.window("Rolecall")
    rolecall.shot("notification-clicked")
    assert end(process) == 0


@pytest.mark.slow
@pytest.mark.parametrize("desktop", [{"dunst": False}], indirect=True)
def test_a_service_that_dies_and_returns_is_used_again(rolecall: Installed, desktop: Desktop) -> None:
    rolecall.write_catalog(catalog(more=WRONG + _PROFILE.format(number=0, role=GUARDED)))
    address = desktop.environ["DBUS_SESSION_BUS_ADDRESS"]
    with NotificationService(address) as service:
        process = rolecall.start()
        wait_for("the notification", lambda: service.shown or None)
    assert rolecall.status()["engine"] == "application"
    with NotificationService(address, first=100) as service:
        assert rolecall.run("start", "wrong").returncode == 5
        wait_for("the notification of the new service", lambda: service.shown or None, 30)
        assert service.shown[0].title == "wrong has no valid session"
        assert service.shown[0].number == 100
    assert end(process) == 0
