"""Garbage with windows and timers in it is collected on Qt's thread alone."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui.collector import Collector


class Cycle(QObject):
    """An object that only the garbage collector can free."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.startTimer(1)


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    made = Collector(qapp)
    yield made
    made.end()


def make_much() -> None:
    """Make and drop enough containers for Python's own collector to run many times."""
    for _ in range(100):
        kept = [[one] for one in range(2000)]
        del kept


def test_another_thread_never_collects(collector: Collector) -> None:
    gone: list[int] = []
    weakref.finalize(Cycle(), lambda: gone.append(threading.get_ident()))
    worker = threading.Thread(target=make_much)
    worker.start()
    worker.join()
    assert gone == []
    kept = [[one] for one in range(2000)]
    collector.collect()
    assert gone == [threading.get_ident()]
    assert len(kept) == 2000


def test_nothing_is_collected_where_little_was_made(collector: Collector) -> None:
    gc.collect()
    before = gc.get_stats()[1]["collections"]
    collector.collect()
    assert gc.get_stats()[1]["collections"] == before


def test_all_of_the_heap_is_collected_now_and_then(collector: Collector) -> None:
    whole = gc.get_stats()[2]["collections"]
    for _ in range(12):
        kept = [[one] for one in range(2000)]
        collector.collect()
        del kept
    assert gc.get_stats()[2]["collections"] - whole in {1, 2}


def test_at_its_end_python_collects_again(qapp: QApplication) -> None:
    gc.enable()
    try:
        collector = Collector(qapp)
        assert not gc.isenabled()
        collector.end()
        assert gc.isenabled()
    finally:
        gc.disable()
