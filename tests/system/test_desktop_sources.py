"""Every way to a session in the windows: started by keys, asked for a token, signed in by browser and by code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desktop import Desktop, end, wait_for
from tests.support.every_kind import KINDS, EveryKind, every_kind
from tests.support.installed import Installed
from tests.support.node_provider import PUBLIC, NodeProvider, needs_provider
from tests.support.signing_in import Browser
from tests.support.strict_sts import Role, StrictSts
from tests.support.tray import Tray
from tests.system.test_desktop_switch import assert_no_complaint

WEB = "arn:aws:iam::123456789012:role/web"
MAIN, SIGN_IN, TOKEN = "Rolecall", "Sign in", "Identity token"
_SIGNED_IN = """schema = 1

[sources.okta]
kind = "oidc"
issuer = "{issuer}"
client_id = "{client}"
flow = "{flow}"

[profiles.web]
source = "okta"
roles = [{{ role_arn = "{role}" }}]
delivery = {{ credentials_file = "web" }}
"""


@pytest.fixture
def kinds(desktop: Desktop) -> Iterator[EveryKind]:
    folder = desktop.home / "elsewhere"
    folder.mkdir()
    with every_kind(folder) as one:
        yield one


@pytest.fixture
def installed(desktop: Desktop, kinds: EveryKind) -> Installed:
    """Rolecall with a source of every kind, its files where they always are."""
    office = kinds.office
    one = Installed(desktop, office.sts.url)
    one.environ |= {name: value for name, value in office.environ.items() if name.startswith("AWS_")}
    # nobody is at the provider's pages: a code needs none
    text, kinds.center.person, kinds.center.interval = office.catalog.read_text(), "at once", 1
    for kind in ("oidc", "identity-center"):
        text = text.replace(f'kind = "{kind}"', f'kind = "{kind}"\nflow = "device"')
    one.write_catalog(text)
    one.write_credentials(office.credentials.read_bytes())
    state = desktop.home / ".local/state/rolecall"
    state.parent.mkdir(parents=True, exist_ok=True)
    (office.folder / "state").rename(state)
    one.keep_secret("access-keys", office.user.secret_access_key)
    return one


def open_window(installed: Installed, tray: Tray) -> str:
    """Open the main window at the list of all profiles."""
    tray.middle_click()
    window = installed.window(MAIN)
    installed.press(window, "ctrl+4")
    return window


def start_by_keys(installed: Installed, window: str, name: str) -> None:
    """Find a profile by the list's search and start it."""
    installed.press(window, "ctrl+f")
    installed.type(window, name)
    installed.press(window, "Return")


@pytest.mark.slow
def test_each_kind_is_started_in_the_window(installed: Installed, kinds: EveryKind, tray: Tray) -> None:
    process = installed.start()
    window = open_window(installed, tray)
    for name in KINDS:
        start_by_keys(installed, window, name)
        wait_for(f"a session of {name}", lambda name=name: installed.section(name))
        installed.press(window, "Escape")
    installed.shot("every-kind")
    assert {one["name"]: one["state"] for one in installed.status()["profiles"]} == dict.fromkeys(KINDS, "active")
    assert set(kinds.keys()) == set(), "nothing went elsewhere"
    assert end(process) == 0
    assert_no_complaint(installed)


@pytest.mark.slow
def test_a_token_is_pasted(installed: Installed, kinds: EveryKind, tray: Tray) -> None:
    del installed.environ["AWS_WEB_IDENTITY_TOKEN_FILE"]
    process = installed.start()
    window = open_window(installed, tray)
    start_by_keys(installed, window, "web-by-environment")
    prompt = installed.window(TOKEN)
    put_on_clipboard(installed, "no token at all")
    installed.press(prompt, "ctrl+v", "Return")
    wait_for("the refusal", lambda: "web-by-environment" in str(installed.profile("web-by-environment")))
    installed.shot("token-refused")
    put_on_clipboard(installed, kinds.token.read_text())
    installed.press(installed.window(TOKEN), "ctrl+v", "Return")
    wait_for("a session", lambda: installed.section("web-by-environment"))
    wait_for("the prompt to go", lambda: not installed.windows(TOKEN))
    assert kinds.token.read_text().strip() not in installed.log
    assert end(process) == 0
    assert_no_complaint(installed)


def put_on_clipboard(installed: Installed, text: str) -> None:
    installed.desktop.spawn(["xclip", "-selection", "clipboard", "-i", "-quiet"], stdin=text.encode())
    wait_for("the clipboard", lambda: installed.clipboard() == text)


@pytest.fixture
def provider() -> Iterator[NodeProvider]:
    with NodeProvider() as one:
        yield one


@needs_provider
@pytest.mark.slow
@pytest.mark.parametrize("flow", ["browser", "device"])
def test_a_person_signs_in_from_the_window(
    desktop: Desktop, sts: StrictSts, provider: NodeProvider, tray: Tray, flow: str
) -> None:
    sts.world.providers.append(provider.known(PUBLIC))
    sts.world.roles.append(Role(WEB, [provider.issuer]))
    installed = Installed(desktop, sts.url)
    installed.write_catalog(_SIGNED_IN.format(issuer=provider.issuer, client=PUBLIC, flow=flow, role=WEB))
    opened = desktop.home / "opened"
    installed.environ["BROWSER"] = str(browser(desktop.home, opened))
    process = installed.start()
    window = open_window(installed, tray)
    start_by_keys(installed, window, "web")
    prompt = installed.window(SIGN_IN)
    if flow == "device":
        installed.press(prompt, "Return")  # copies the code, which has the focus
        code = wait_for("the code on the clipboard", installed.clipboard)
        page = Browser().confirm(f"{provider.issuer}/device", code)
        assert (page.status, "Success" in page.text) == (200, True), page.text  # a wrong code is answered with 200 too
    else:
        link = wait_for("the browser to be opened", lambda: opened.read_text() if opened.exists() else None)
        assert "You can close this window." in Browser().sign_in(link).text
    installed.shot(f"sign-in-{flow}")
    wait_for("a session", lambda: installed.section("web"), 60)  # a provider may ask for longer pauses
    wait_for("the prompt to go", lambda: not installed.windows(SIGN_IN))
    assert "state=" not in installed.log
    assert end(process) == 0
    assert_no_complaint(installed)


def browser(folder: Path, opened: Path) -> Path:
    """Make a browser that only writes down what it was to open."""
    path = folder / "browser"
    path.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    path.chmod(0o755)
    return path
