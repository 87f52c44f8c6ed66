"""What a person is asked and told on a real desktop: the MFA prompt, and a keyring that is locked or gone."""

import time

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import DEVICE
from tests.support.installed import Installed, Notices, pick
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray

PROMPT = "MFA code"
UNLOCK = "Unlock Login Keyring"


def wrong_code(sts: StrictSts) -> str:
    """Return six digits that no step near now has."""
    near = {sts.code(DEVICE, step) for step in range(-4, 5)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


@pytest.mark.slow
def test_the_mfa_prompt_takes_a_code_and_asks_again_after_a_wrong_one(
    rolecall: Installed, tray: Tray, sts: StrictSts
) -> None:
    process = rolecall.start()
    pick(tray, "Start guarded")
    window = rolecall.window(PROMPT)
    wait_for("the prompt to have the focus", lambda: rolecall.desktop.xdotool("getactivewindow") == window)
    rolecall.shot("mfa-prompt")
    assert rolecall.section("guarded") is None
    assert sts.calls == (), "nothing is asked of AWS before there is a code"

    rolecall.type(window, wrong_code(sts))
    wait_for("the refusal", lambda: sts.calls or None)
    assert sts.calls[-1].code == "AccessDenied"
    wait_for("the prompt again", lambda: rolecall.status() if rolecall.windows(PROMPT) else None)
    time.sleep(1)  # it stays, and nothing is called meanwhile
    rolecall.shot("mfa-prompt-refused")
    calls = len(sts.calls)
    assert calls == 1
    assert rolecall.section("guarded") is None

    rolecall.type(rolecall.window(PROMPT), sts.code(DEVICE))
    wait_for("the section", lambda: rolecall.section("guarded"))
    wait_for("the prompt to go", lambda: not rolecall.windows(PROMPT))
    assert [one.operation for one in sts.calls[calls:]] == ["GetSessionToken", "AssumeRole"]
    assert "assumed-role/guarded/" in rolecall.identity_by_boto3("guarded")
    assert end(process) == 0


@pytest.mark.slow
def test_a_canceled_mfa_prompt_is_a_profile_that_waits(rolecall: Installed, tray: Tray, sts: StrictSts) -> None:
    process = rolecall.start()
    pick(tray, "Start guarded")
    rolecall.press(rolecall.window(PROMPT), "Escape")
    wait_for("the prompt to go", lambda: not rolecall.windows(PROMPT))
    problem = wait_for("the reason", lambda: rolecall.profile("guarded")["problem"])
    assert problem["title"]
    assert problem["remedy"]
    assert sts.calls == ()
    assert end(process) == 0


def lock(desktop: Desktop, installed: Installed) -> None:
    """Lock the login keyring, as a desktop's lock screen can."""
    send = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]
    collection = "array:objpath:/org/freedesktop/secrets/collection/login"
    done = installed.call([*send, "org.freedesktop.Secret.Service.Lock", collection])
    assert done.returncode == 0, done.stderr


def assert_answers(tray: Tray) -> None:
    """The application's menu answers at once."""
    for _ in range(5):
        begun = time.monotonic()
        assert tray.menu().find("Quit")
        assert time.monotonic() - begun < 0.5
        time.sleep(0.1)


@pytest.mark.slow
def test_a_locked_keyring_asks_once_and_is_said_when_it_stays_locked(
    rolecall: Installed, tray: Tray, desktop: Desktop, sts: StrictSts
) -> None:
    process = rolecall.start()
    lock(desktop, rolecall)
    pick(tray, "Start hub")
    window = rolecall.window(UNLOCK)
    assert_answers(tray)
    rolecall.shot("keyring-prompt")
    rolecall.press(window, "Escape")
    problem = wait_for("the problem", lambda: rolecall.profile("hub")["problem"])
    assert problem["code"] == "vault-locked"
    assert problem["remedy"]
    wait_for("the problem in the menu", lambda: tray.menu().find("hub: "))
    assert rolecall.windows(UNLOCK) == ()
    tray.middle_click()
    rolecall.window("Rolecall")
    time.sleep(0.5)
    rolecall.shot("keyring-locked")
    assert sts.calls == ()

    pick(tray, "hub, ", "Refresh now")
    window = rolecall.window(UNLOCK)
    rolecall.type(window, "only-for-the-tests")
    rolecall.press(window, "Return")
    wait_for("the section", lambda: rolecall.section("hub"))
    assert end(process) == 0


@pytest.mark.slow
def test_a_keyring_that_is_gone_is_a_problem_and_nothing_hangs(
    rolecall: Installed, tray: Tray, desktop: Desktop, sts: StrictSts, notices: Notices
) -> None:
    process = rolecall.start()
    desktop.end_keyring()
    pick(tray, "Start hub")
    assert_answers(tray)
    problem = wait_for("the problem", lambda: rolecall.profile("hub")["problem"], 40)
    assert problem["code"].startswith("vault-")
    assert problem["title"]
    assert problem["remedy"]
    assert sts.calls == ()
    assert_answers(tray)
    assert rolecall.section("hub") is None
    assert end(process) == 0
