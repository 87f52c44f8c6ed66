"""The secrets file on a real desktop, and a machine whose keyring is gone: what is asked, and what can be chosen."""

import time

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import ANA
from tests.support.installed import BIN, Installed, pick
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray

PROMPT = "Unlock the secrets file"
PASSPHRASE = "five words make it hold"


def in_file(rolecall: Installed) -> None:
    """Move the desktop's secrets into the file."""
    command = f'printf %s "$GIVEN" | "{BIN / "rolecall"}" vault move file --passphrase-fd 0'
    done = rolecall.call(["sh", "-c", command], environ={"GIVEN": PASSPHRASE}, seconds=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_passphrase_is_asked_for_once_and_opens_everything(rolecall: Installed, tray: Tray, sts: StrictSts) -> None:
    in_file(rolecall)
    process = rolecall.start()
    pick(tray, "Start hub")
    window = rolecall.window(PROMPT)
    time.sleep(0.5)
    rolecall.shot("secrets-file-prompt")
    rolecall.type(window, "not this one at all")
    rolecall.press(window, "Return")
    time.sleep(2)
    rolecall.shot("secrets-file-refused")
    assert rolecall.windows(PROMPT), "a wrong passphrase closes the prompt"
    assert sts.calls == ()
    rolecall.type(window, PASSPHRASE)
    rolecall.press(window, "Return")
    wait_for("the section", lambda: rolecall.section("hub"), 40)
    wait_for("the prompt to go", lambda: not rolecall.windows(PROMPT))
    pick(tray, "Start dev")
    wait_for("the other section", lambda: rolecall.section("dev"), 40)
    assert not rolecall.windows(PROMPT), "asked for twice"
    assert PASSPHRASE not in rolecall.log + rolecall.output
    assert end(process) == 0


@pytest.mark.slow
def test_a_keyring_that_is_gone_leaves_a_choice(
    rolecall: Installed, tray: Tray, desktop: Desktop, sts: StrictSts
) -> None:
    process = rolecall.start()
    done = rolecall.call([str(BIN / "rolecall"), "vault", "use", "memory", "--leave"])
    assert done.returncode == 0, done.stderr
    pick(tray, "Start hub")
    problem = wait_for("the problem", lambda: rolecall.profile("hub")["problem"], 40)
    assert problem["code"] == "vault-no-entry"
    rolecall.keep_secret("acme", ANA.secret_access_key)  # goes to the application's memory, and wakes what waits
    wait_for("the section", lambda: rolecall.section("hub"), 40)
    assert end(process) == 0
    assert sts.calls
