"""The main job on a real desktop: switched from the tray, used by boto3 and the AWS CLI, copied, given back."""

import signal
import stat
import time
from pathlib import Path

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.desktop_world import ANA, DEV, catalog
from tests.support.installed import Installed, ended, pick, stop
from tests.support.moto_server import MotoServer
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray

OTHERS = (
    b"# kept by hand; \xc3\xa4\xc3\xb6\r\n[legacy]\r\naws_access_key_id = AKIALEGACY0000000001\r\n"
    b"aws_secret_access_key=not/a+real=one ; odd\r\n\r\n; a comment\n\n[ last ]\nregion=eu-west-1"  # and no line end
)
CLIPBOARD_SECONDS = 3
READ_TOO_LATE = "Could not find accessible on path"  # what a test's reader asked for had just gone
QT_COMPLAINS = ("QObject", "QTimer", "QThread", "QSocketNotifier", "qt.")


def assert_no_complaint(rolecall: Installed) -> None:
    """Neither Qt nor Python had anything to say, and no secret stands in output or log."""
    assert rolecall.log, "the application writes a log"
    for text in (rolecall.log, rolecall.output):
        assert ANA.secret_access_key not in text
        assert "Traceback" not in text, text[-4000:]
    assert " ERROR " not in rolecall.log, rolecall.log[-4000:]
    said = [line for line in rolecall.output.splitlines() if line.startswith(QT_COMPLAINS)]
    said = [line for line in said if READ_TOO_LATE not in line]
    assert [line for line in said if "portal" not in line] == [], "beside that this desktop has no portal"


def start_from_tray(rolecall: Installed, tray: Tray, name: str) -> None:
    """Start a favorite through the menu and wait for its session."""
    pick(tray, f"Start {name}")
    wait_for(f"the session of {name}", lambda: tray.menu().find(f"{name}, ", "Stop"))
    wait_for(f"the section {name}", lambda: rolecall.section(name))


@pytest.mark.slow
def test_a_profile_is_switched_from_the_tray(rolecall: Installed, tray: Tray, sts: StrictSts) -> None:
    rolecall.write_catalog(catalog(clipboard_seconds=CLIPBOARD_SECONDS))
    rolecall.write_credentials(OTHERS)
    process = rolecall.start()
    rolecall.shot("tray-idle")
    start_from_tray(rolecall, tray, "dev")
    content = rolecall.credentials.read_bytes()
    assert content.startswith(OTHERS), "every byte of the others is as it was"
    assert stat.S_IMODE(rolecall.credentials.stat().st_mode) == 0o600
    arn = f"{DEV.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/"
    assert rolecall.identity_by_boto3("dev").startswith(arn)
    assert rolecall.identity_by_cli("dev").startswith(arn)

    pick(tray, "dev, ", "Make default")
    wait_for("[default]", lambda: rolecall.section("default"))
    assert rolecall.identity_by_cli("default") == rolecall.identity_by_boto3("default")
    assert rolecall.section("default") == rolecall.section("dev")
    wait_for("the menu's default", lambda: tray.menu().find("Default profile: dev"))
    assert sts.count("AssumeRole") == 2, "the session serves both sections"

    copied_exports_leave_the_clipboard(rolecall, tray)

    pick(tray, "Default profile: dev", "None")
    wait_for("[default] given back", lambda: rolecall.section("default") is None)
    stop(tray, "dev")
    assert rolecall.credentials.read_bytes() == OTHERS
    pick(tray, "Quit")
    assert ended(process) == 0
    assert_no_complaint(rolecall)


def copied_exports_leave_the_clipboard(rolecall: Installed, tray: Tray) -> None:
    """Copied exports work in a shell, are marked as secret, and are gone after their seconds."""
    pick(tray, "dev, ", "Copy exports as", "bash")
    section = rolecall.section("dev") or {}
    text = wait_for("the exports", lambda: rolecall.clipboard() or None)
    assert "x-kde-passwordManagerHint" in rolecall.clipboard("TARGETS").split()
    assert rolecall.clipboard("x-kde-passwordManagerHint") == "secret"
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION")
    shown = rolecall.call(["bash", "-c", 'eval "$EXPORTS"; printf "%s\n" ' + " ".join(f'"${n}"' for n in names)],
                          environ={"EXPORTS": text, "AWS_PROFILE": "legacy"})  # fmt: skip
    expected = [section[key] for key in ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")]
    assert shown.stdout.splitlines() == [*expected, "eu-central-1"], shown.stderr
    wait_for("a clean clipboard", lambda: rolecall.clipboard() == "", CLIPBOARD_SECONDS + 4)


@pytest.mark.slow
def test_what_another_program_copied_meanwhile_stays_on_the_clipboard(rolecall: Installed, tray: Tray) -> None:
    rolecall.write_catalog(catalog(clipboard_seconds=2))
    process = rolecall.start()
    start_from_tray(rolecall, tray, "hub")
    pick(tray, "hub, ", "Copy exports as", "JSON")
    wait_for("the exports", lambda: rolecall.clipboard() or None)
    copying = rolecall.desktop.spawn(["xclip", "-selection", "clipboard", "-quiet"], stdin=b"something else")
    wait_for("the other text", lambda: rolecall.clipboard() == "something else")
    with pytest.raises(AssertionError):
        wait_for("an emptied clipboard", lambda: rolecall.clipboard() != "something else", 4)
    end(copying)
    assert end(process) == 0


@pytest.mark.slow
def test_a_program_that_has_the_clipboard_and_hangs_holds_nothing_up(rolecall: Installed, tray: Tray) -> None:
    rolecall.write_catalog(catalog(clipboard_seconds=2))
    process = rolecall.start()
    start_from_tray(rolecall, tray, "hub")
    pick(tray, "hub, ", "Copy exports as", "JSON")
    wait_for("the exports", lambda: rolecall.clipboard() or None)
    copying = rolecall.desktop.spawn(["xclip", "-selection", "clipboard", "-quiet"], stdin=b"something else")
    wait_for("the other text", lambda: rolecall.clipboard() == "something else")
    time.sleep(0.5)  # it hangs later than it copies
    copying.send_signal(signal.SIGSTOP)
    slowest = 0.0
    for _ in range(20):  # over the two seconds after which the copy would be cleared
        begun = time.monotonic()
        assert tray.menu().find("Quit")
        slowest = max(slowest, time.monotonic() - begun)
        time.sleep(0.2)
    assert slowest < 2, "reading that clipboard takes five seconds"
    copying.send_signal(signal.SIGCONT)
    assert rolecall.clipboard() == "something else"
    end(copying)
    assert end(process) == 0


@pytest.mark.slow
def test_quitting_with_sessions_asks_and_keeps_them(rolecall: Installed, tray: Tray) -> None:
    process = rolecall.start()
    start_from_tray(rolecall, tray, "hub")
    content = rolecall.credentials.read_bytes()
    pick(tray, "Quit")
    window = rolecall.window("Quit Rolecall.*")
    rolecall.shot("quit-question")
    rolecall.press(window, "Escape")
    wait_for("the question to go", lambda: not rolecall.windows("Quit Rolecall.*"))
    assert process.poll() is None
    pick(tray, "Quit")
    rolecall.press(rolecall.window("Quit Rolecall.*"), "Tab", "Tab", "Return")  # the focus is on Cancel
    assert ended(process) == 0
    assert rolecall.credentials.read_bytes() == content
    assert_no_complaint(rolecall)


@pytest.mark.slow
def test_a_profile_is_switched_against_moto(desktop: Desktop, tray: Tray, tmp_path: Path) -> None:
    with MotoServer(tmp_path / "moto.log") as moto:
        key_id, secret = moto.add_user("ana")
        moto.add_roles("hub", account="123456789012")
        moto.add_roles("dev", account="210987654321")
        rolecall = Installed(desktop, moto.url)
        rolecall.write_catalog(catalog(key=key_id))
        rolecall.keep_secret("acme", secret)
        process = rolecall.start()
        start_from_tray(rolecall, tray, "dev")
        assert ":assumed-role/dev/" in rolecall.identity_by_cli("dev")
        assert rolecall.identity_by_boto3("dev") == rolecall.identity_by_cli("dev")
        stop(tray, "dev")
        assert rolecall.section("dev") is None
        pick(tray, "Quit")
        assert ended(process) == 0
    assert_no_complaint(rolecall)
