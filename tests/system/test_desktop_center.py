"""Identity Center on a desktop: from nothing to sessions of two roles, by keys alone, and back."""

import json
from collections.abc import Iterator

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.identity_center import START_URL, IdentityCenter
from tests.support.installed import Installed
from tests.system.test_desktop_switch import assert_no_complaint

SETUP, MAIN, SOURCE = "Set up Rolecall", "Rolecall", "New source"


@pytest.fixture
def center() -> Iterator[IdentityCenter]:
    with IdentityCenter(person="at once", interval=1) as one:
        yield one


@pytest.mark.slow
def test_from_the_first_start_to_sessions_of_roles(desktop: Desktop, center: IdentityCenter) -> None:
    installed = Installed(desktop, "http://127.0.0.1:9")
    installed.environ |= center.environ
    process = installed.start()
    setup = installed.window(SETUP)
    wait_for("the first pixels", lambda: installed.size(setup)[0] > 600)
    installed.press(setup, "1")
    window = installed.window(SOURCE)
    installed.type(window, "corp")
    installed.press(window, "Tab")
    installed.type(window, START_URL)
    installed.press(window, "Tab")
    installed.type(window, "eu-west-1")
    installed.press(window, "Tab", "Down")  # device code
    installed.press(window, "ctrl+t")
    wait_for("the roles", lambda: center.count("/assignment/roles") >= len(center.accounts))
    wait_for("the sign-in to be over", lambda: "/federation/credentials" not in center.asked)
    installed.shot("center-roles")
    installed.type(window, "prod")  # the search has the focus
    installed.press(window, "Down", "space", "Down", "space")
    installed.shot("center-ticked")
    installed.press(window, "ctrl+s")
    wait_for("the profiles", lambda: "acme-prod-BillingReadOnly" in text_of(installed))
    text = text_of(installed)
    assert 'flow = "device"' in text
    assert 'name = "acme prod"' in text
    wait_for("the window to go", lambda: not installed.windows(SOURCE))
    assert not installed.run("start", "acme-prod-Admin", "acme-prod-BillingReadOnly").returncode
    assert (installed.section("acme-prod-Admin") or {}).get("aws_access_key_id", "").startswith("ASIA")
    listed = json.loads(
        installed.run("source", "roles", "corp", "--search", "prod", "--json").stdout
    )  # of the application
    assert [one["profile"] for account in listed["accounts"] for one in account["roles"]] == [
        "acme-prod-Admin", "acme-prod-BillingReadOnly",
    ]  # fmt: skip
    assert center.count("/device_authorization") == 1, "one sign-in serves all"
    main = installed.window(MAIN)
    installed.press(main, "ctrl+z")
    wait_for("the way back", lambda: "acme-prod-Admin" not in text_of(installed))
    assert "[sources.corp]" in text_of(installed)
    assert not [one for one in (*center.tokens, *center.refresh_tokens) if one in installed.log + text]
    assert end(process) == 0
    assert_no_complaint(installed)


def text_of(installed: Installed) -> str:
    return installed.catalog.read_text() if installed.catalog.exists() else ""
