"""What system tests share: a desktop, a strict AWS, and Rolecall installed on it. All is ended with the test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.day import TOKEN_SECONDS, WEB, Day
from tests.support.desktop import Desktop, missing_programs
from tests.support.desktop_world import ANA, catalog, world
from tests.support.installed import Installed, Notices, of_home
from tests.support.node_provider import PUBLIC, NodeProvider
from tests.support.node_provider import missing as provider_missing
from tests.support.strict_sts import Role, StrictSts
from tests.support.tray import Tray


@pytest.fixture
def sts() -> Iterator[StrictSts]:
    with StrictSts(world()) as serving:
        yield serving


@pytest.fixture
def desktop(request: pytest.FixtureRequest) -> Iterator[Desktop]:
    """A desktop; `@pytest.mark.parametrize("desktop", [{"tray": False}], indirect=True)` gives another one."""
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    home = Path(os.environ["HOME"])  # short, for the sockets in it
    with Desktop(home, **getattr(request, "param", {})) as opened:
        yield opened
    left = [" ".join(one.cmdline()) for one in of_home(home)]
    assert not left, f"still running: {left}"


@pytest.fixture
def rolecall(desktop: Desktop, sts: StrictSts) -> Installed:
    """Rolecall with a catalog and the secret of its source in the desktop's keyring."""
    installed = Installed(desktop, sts.url)
    installed.write_catalog(catalog())
    installed.keep_secret("acme", ANA.secret_access_key)
    return installed


@pytest.fixture
def tray(desktop: Desktop) -> Iterator[Tray]:
    with Tray(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as opened:
        yield opened


@pytest.fixture
def notices(desktop: Desktop) -> Iterator[Notices]:
    listening = Notices(desktop)
    yield listening
    listening.close()


@pytest.fixture
def day(desktop: Desktop, sts: StrictSts, tmp_path: Path) -> Iterator[Day]:
    """The day of a person who also signs in at an identity provider, in a home without a catalog."""
    if (missing := provider_missing()) and not os.environ.get("CI"):
        pytest.skip(f"needs {missing}")
    with NodeProvider({"idTokenSeconds": TOKEN_SECONDS}) as provider:
        sts.world.providers.append(provider.known(PUBLIC))
        sts.world.roles.append(Role(WEB, [provider.issuer]))
        yield Day(Installed(desktop, sts.url), sts, provider, tmp_path)
