"""What holds for every test: a home of its own, loopback only, no unexpected log line.

The test's process sees an environment made from a short list (tests/support/environment.py): no AWS_*, no proxy, no
certificate settings, no D-Bus session, no display. A test that needs more sets it for itself with `monkeypatch`.
"""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest

from tests.support import environment
from tests.support.logfail import ExpectedLogs, WarningCollector
from tests.support.network import GUARD

_HOMES = pytest.StashKey[Path]()
_NUMBERS = count()
_MADE, _WHOLE = 700, 10  # Python's own measure for a collection, and for one of everything


def pytest_configure(config: pytest.Config) -> None:
    """Before anything is collected: no ambient settings, no network. Holds for fixtures of every scope."""
    homes = Path(tempfile.mkdtemp(prefix="rc-"))  # short, for the sockets in it
    config.stash[_HOMES] = homes
    environment.replace(os.environ, environment.make(homes / "session"))
    GUARD.install()
    gc.disable()  # see `pytest_runtest_teardown`
    # no time limit for an example: how long it takes says how busy the machine is
    hypothesis.settings.register_profile("rolecall", deadline=None, print_blob=True)
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "rolecall"))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Collect garbage between tests, on this thread: a window destroyed on another crashes (see ui/collector.py)."""
    young, _, whole = gc.get_count()
    if young >= _MADE:
        gc.collect(2 if whole >= _WHOLE else 1)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the homes."""
    if homes := config.stash.get(_HOMES, None):
        shutil.rmtree(homes, ignore_errors=True)


@pytest.fixture
def expected_logs() -> ExpectedLogs:
    """Where a test announces log lines of WARNING or above."""
    return ExpectedLogs()


@pytest.fixture(autouse=True)
def _no_unexpected_logs(expected_logs: ExpectedLogs) -> Iterator[None]:
    collector = WarningCollector()
    root = logging.getLogger()
    root.addHandler(collector)
    try:
        yield
    finally:
        root.removeHandler(collector)
    faults = [f"not announced: {line}" for line in collector.unexpected(expected_logs)]
    faults += [f"announced, never logged: {line}" for line in expected_logs.missing()]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    GUARD.take()
    yield
    refused = GUARD.take()
    if refused and request.node.get_closest_marker("network_refused") is None:
        pytest.fail(f"tests stay on loopback: {', '.join(refused)}", pytrace=False)


@pytest.fixture(autouse=True)
def _own_environment(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each test a fresh home and runtime folder, and undo what it did to the environment."""
    home = request.config.stash[_HOMES] / str(next(_NUMBERS))
    before = dict(os.environ)
    environment.replace(os.environ, environment.make(home))
    yield
    environment.replace(os.environ, before)
    shutil.rmtree(home, ignore_errors=True)
