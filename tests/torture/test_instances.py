"""Fifty starts at once: one application is left, never none; what a killed one or a stranger left is no hindrance."""

import signal
import socket
import subprocess
import time
from collections import Counter

import pytest

from tests.support.desktop import end, wait_for
from tests.support.installed import BIN, Installed, ended, of_home
from tests.support.strict_sts import StrictSts
from tests.system.conftest import desktop, rolecall, sts  # noqa: F401  fixtures
from tests.torture.conftest import Row

pytestmark = [pytest.mark.slow, pytest.mark.torture, pytest.mark.timeout(900)]
STARTS = 50


def launched(rolecall: Installed, count: int) -> tuple[list[subprocess.Popen[bytes]], str]:  # noqa: F811
    """Start so many at once; returns those that stay, and how the others ended: each with 0.

    On a machine that is far too small for so many, one can run into the time limit of reading the catalog, and says so.
    """
    begun = time.monotonic()
    all_of_them = [rolecall.desktop.spawn([str(BIN / "rolecall")], environ=rolecall.environ) for _ in range(count)]
    wait_for("all but one to end", lambda: sum(one.poll() is None for one in all_of_them) <= 1, 400)
    took = time.monotonic() - begun
    left = [one for one in all_of_them if one.poll() is None]
    codes = Counter(one.returncode for one in all_of_them if one not in left)
    late = codes.pop(1, 0)
    assert set(codes) <= {0}, codes
    assert late == rolecall.log.count("TimeoutError") or not late, rolecall.log[-6000:]
    return left, f"{took:.0f} s" + (f", {late} for want of time" if late else "")


def test_fifty_starts_at_once(rolecall: Installed, sts: StrictSts, row: Row) -> None:  # noqa: F811
    left, took = launched(rolecall, STARTS)
    assert len(left) == 1
    assert "profiles" in rolecall.status()
    assert len(of_home(rolecall.desktop.home)) == 1
    for _ in range(3):
        assert left[0].poll() is None, "the first one is to stay"
        time.sleep(0.2)

    left[0].kill()
    ended(left[0])
    left, again = launched(rolecall, 10)
    assert len(left) == 1
    rolecall.window("Rolecall")
    left[0].send_signal(signal.SIGTERM)
    ended(left[0])

    place = rolecall.desktop.home / "run" / "rolecall" / "control.sock"
    place.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as stranger:  # another program of the person's at our place
        stranger.bind(str(place))
        stranger.listen(1)
        left, squatted = launched(rolecall, 3)
        assert len(left) == 1
        assert "profiles" in rolecall.status()
    assert end(left[0]) == 0
    row(
        "one instance",
        f"{STARTS} starts at once: 1 stayed, the others ended within {took}; 10 after a kill -9 ({again}), "
        f"3 with a stranger's socket in the place ({squatted}): 1 each",
    )
