"""What keeps the idle application small, beside what it does not import (test_idle)."""

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest

from ui.running import off_thread

_HEAPS = """
import ctypes, sys, threading
from ui.thrift import one_heap

print(one_heap() if sys.argv[1] == "one" else "")
sys.stdout.flush()
kept, gate = [], threading.Barrier(4)

def work():
    gate.wait()
    kept.append([bytes(5000) for _ in range(50)])
    gate.wait()

for thread in [threading.Thread(target=work) for _ in range(4)]:
    thread.start()
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join()
ctypes.CDLL(None).malloc_stats()
"""


def heaps(wanted: str) -> tuple[str, int]:
    """What `one_heap` said, and how many heaps four threads have made of it."""
    done = subprocess.run(
        [sys.executable, "-c", _HEAPS, wanted], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip(), done.stderr.count("Arena ")


@pytest.mark.skipif(sys.platform != "linux", reason="of GNU's C library")
def test_threads_share_one_heap() -> None:
    assert heaps("each")[1] > 1
    assert heaps("one") == ("True", 1)


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def uncollected() -> Iterator[None]:
    before = gc.isenabled()
    gc.disable()
    yield
    if before:
        gc.enable()


@pytest.mark.usefixtures("uncollected")
async def test_what_imports_leave_is_gone_before_other_things_come() -> None:
    gone = weakref.ref(Cycle())
    assert gone() is not None
    await off_thread("colorsys")
    assert gone() is None
