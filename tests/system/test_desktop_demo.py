"""`rolecall demo`: the tray application in a sandbox of its own, or a table where there is no screen."""

import time

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.installed import BIN, Installed, files_of, of_home, without_screen
from tests.support.tray import Tray


@pytest.fixture
def bare(desktop: Desktop) -> Installed:
    """Rolecall in a home where it was never used, with a credentials file of the person's own."""
    installed = Installed(desktop, "http://127.0.0.1:9")  # nobody there: the demo has its own AWS
    installed.write_credentials(b"[mine]\naws_access_key_id = AKIAMINE000000000001\n")
    return installed


@pytest.mark.slow
def test_the_demo_opens_the_application_in_its_sandbox(bare: Installed, tray: Tray) -> None:
    wait_for("a quiet home", lambda: files_of(bare.desktop.home) == (time.sleep(0.5) or files_of(bare.desktop.home)))
    before = files_of(bare.desktop.home)
    process = bare.desktop.spawn([str(BIN / "rolecall"), "demo"], environ=bare.environ)
    wait_for("the demo's menu", lambda: tray.menu().find("Default profile"), 40)
    wait_for("what starts by itself", lambda: tray.menu().find("dev-poweruser, ", "Stop"))
    tray.middle_click()
    bare.window("Rolecall")
    time.sleep(1)
    bare.shot("demo")
    assert end(process) == 0
    wait_for("its server to end", lambda: not of_home(bare.desktop.home))
    assert files_of(bare.desktop.home) == before


@pytest.mark.slow
def test_without_a_screen_the_demo_shows_its_table_and_proves_each_section(bare: Installed) -> None:
    before = files_of(bare.desktop.home)
    environ = {**without_screen(bare.desktop), **bare.environ}
    begun = time.monotonic()
    variables = [f"{name}={value}" for name, value in environ.items()]
    done = bare.call(["env", "-i", *variables, str(BIN / "rolecall"), "demo"], seconds=75)
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - begun < 60
    assert "assumed-role" in done.stdout
    assert files_of(bare.desktop.home) == before
