"""Read-only exports on a real desktop: copied from the tray and from the window, by the real program."""

import pytest

from tests.support.desktop import wait_for
from tests.support.desktop_world import DEV
from tests.support.installed import Installed, ended, pick, stop
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray
from tests.system.test_desktop_switch import assert_no_complaint, start_from_tray

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
SHOW = 'eval "$EXPORTS"; printf %s "$AWS_ACCESS_KEY_ID"'


def key_in(rolecall: Installed, text: str) -> str:
    """The access key id that a shell gets from exports."""
    return rolecall.call(["bash", "-c", SHOW], environ={"EXPORTS": text}).stdout


@pytest.mark.slow
def test_read_only_exports_are_a_second_session(rolecall: Installed, tray: Tray, sts: StrictSts) -> None:
    process = rolecall.start()
    start_from_tray(rolecall, tray, "dev")
    section = dict(rolecall.section("dev") or {})
    file = rolecall.credentials.read_bytes()
    pick(tray, "dev, ", "Copy read-only exports")
    copied = key_in(rolecall, wait_for("the exports", lambda: rolecall.clipboard() or None))
    assert copied.startswith("ASIA")
    assert copied != section["aws_access_key_id"]
    asked = [one.policy_arns for one in sts.calls if one.role == DEV]
    assert asked == [(), (READ_ONLY,)]
    assert rolecall.credentials.read_bytes() == file

    again = rolecall.run("credentials", "dev", "--read-only")
    assert again.returncode == 0, again.stderr
    assert f'"{copied}"' in again.stdout, "the running application has it in memory"
    whole = rolecall.run("credentials", "dev")
    assert section["aws_access_key_id"] in whole.stdout
    stop(tray, "dev")
    pick(tray, "Quit")
    assert ended(process) == 0
    assert_no_complaint(rolecall)


@pytest.mark.slow
def test_read_only_exports_of_what_does_not_run_start_nothing(rolecall: Installed, tray: Tray, sts: StrictSts) -> None:
    process = rolecall.start()
    wait_for("the tray", lambda: tray.menu().find("Open Rolecall"))
    pick(tray, "Quick switch…")
    window = rolecall.window("Quick switch")
    rolecall.type(window, "dev")
    rolecall.press(window, "Tab")
    rolecall.press(window, "o")  # the mnemonic of Copy read-only exports
    copied = key_in(rolecall, wait_for("the exports", lambda: rolecall.clipboard() or None))
    assert copied.startswith("ASIA")
    assert [one.policy_arns for one in sts.calls if one.role == DEV] == [(READ_ONLY,)]
    assert rolecall.profile("dev").get("state", "stopped") == "stopped"
    assert rolecall.section("dev") is None
    pick(tray, "Quit")
    assert ended(process) == 0
    assert_no_complaint(rolecall)
