"""A person signs in with a real browser: from the link that the terminal shows to credentials that AWS takes."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Machine, wait_for
from tests.support.keyring_session import missing_programs
from tests.support.node_provider import PUBLIC, NodeProvider, needs_provider
from tests.support.strict_sts import Role
from tests.support.webdriver import Chromium
from tests.system.test_cli_terminal import TerminalRun

BROWSER = [one for one in ("chromium", "chromedriver") if shutil.which(one) is None]
pytestmark = [
    needs_provider,
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
    pytest.mark.skipif(bool(BROWSER) and not os.environ.get("CI"), reason=f"needs {', '.join(BROWSER)}"),
    pytest.mark.skipif(sys.platform != "linux", reason="terminals of Linux"),
]
WEB = "arn:aws:iam::123456789012:role/web"


@pytest.fixture
def provider() -> Iterator[NodeProvider]:
    with NodeProvider() as one:
        yield one


@pytest.fixture
def machine(provider: NodeProvider) -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="rc-") as name, Machine(Path(name)) as one:
        one.write_credentials()
        scopes = ("--scope", "openid", "--scope", "offline_access")
        one.must("source", "add", "okta", "--issuer", provider.issuer, "--client-id", PUBLIC, *scopes)
        one.must("profile", "add", "web", "--source", "okta", "--role", WEB, "--section", "web")
        one.sts.world.providers.append(provider.known(PUBLIC))
        one.sts.world.roles.append(Role(WEB, [provider.issuer]))
        yield one


@pytest.mark.slow
def test_by_the_link_that_is_opened_and_then_without_a_person(machine: Machine) -> None:
    opened = machine.folder / "opened"
    opener = machine.folder / "browser"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    opener.chmod(0o755)
    machine.environ["BROWSER"] = str(opener)
    run = TerminalRun(machine, "start", "web")
    wait_for(opened.exists, "the browser to be opened")
    link = opened.read_text()
    run.until("Sign in for source okta")
    with Chromium() as browser:
        browser.open(link)
        browser.type("input[name=login]", "ana")
        browser.type("input[name=password]", "x")
        browser.click("button[type=submit]")
        browser.until("Authorize")
        browser.click("button[type=submit]")
        browser.until("You can close this window.")
    assert run.ended() == 0, run.shown
    assert link in run.shown.replace("\r\n", "").replace("\n", "") or "state=" in run.shown
    assert ":assumed-role/web/" in machine.identity("web")
    log = machine.log.read_text() if machine.log.exists() else ""
    assert "state=" not in log
    assert "eyJ" not in log + run.shown

    machine.must("stop", "web")
    machine.must("start", "web")  # nobody is there: the refresh token of the keyring
    assert ":assumed-role/web/" in machine.identity("web")
    assert opened.read_text() == link
