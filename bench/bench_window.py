"""Targets 10 and 11: the main window with 10,000 profiles opens as the one with 10; a keystroke in it is a frame.

Both are measured in processor time: what other programs do meanwhile is not theirs, and neither waits for anything. The
detail follows a keystroke after a pause; it is no part of it.
"""

import os
import statistics
import time
from collections.abc import Callable

from bench.bench_palette import keystrokes
from bench.bench_tray import catalog as catalog_text
from bench.measure import alternate, result

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_MANY, _FEW = 10_000, 10
_FRAME = 16.0  # ms
_OPENED = 0.3  # seconds
_TIMES = 9
_QUIET = 1.0  # seconds


def main() -> None:
    """Measure the window itself, offscreen: built and painted, then a text set in its search and painted."""
    from PySide6.QtWidgets import QApplication

    from tests.ui.fakes.reading import fake_core
    from tools.main_screens import window_of
    from ui.main_window.window import MainWindow
    from ui.style.theme import install

    app = QApplication([])
    install(app).choose("light")

    def opener(count: int) -> Callable[[], MainWindow]:
        core, tools = fake_core(catalog_text(count), running=False)

        def opened() -> MainWindow:
            window = window_of(core, tools)
            window.resize(1180, 760)
            window.show()
            app.processEvents()  # paints
            return window

        return opened

    def timed(opened: Callable[[], MainWindow]) -> Callable[[], float]:
        def once() -> float:
            start = time.process_time()
            window = opened()
            taken = time.process_time() - start
            window.close()
            window.deleteLater()
            app.processEvents()
            return taken

        return once

    many, few = opener(_MANY), opener(_FEW)
    for opened in (many, few):
        timed(opened)()
    ours, yardstick = alternate(timed(many), timed(few), _TIMES)
    result(10, "main window, asked to painted", ours, yardstick, 2.0, "s", f"{_MANY} profiles against {_FEW}")
    result(10, "the same, alone", ours, _OPENED, 1.0, "s")

    window = many()
    window.list.search.setText("warm")
    window.list.search.clear()
    _settle(app.processEvents)
    rounds: list[list[float]] = []
    for _ in range(_TIMES):
        taken: list[float] = []
        for text in keystrokes():
            start = time.process_time()
            window.list.search.setText(text)
            app.processEvents()
            taken.append((time.process_time() - start) * 1000)
        rounds.append(taken)
    times = sorted(statistics.median(one) for one in zip(*rounds, strict=True))
    at_95 = times[int(len(times) * 0.95)]
    result(11, "list, a keystroke in its search, 95 %", at_95, _FRAME, 1.0, "ms", f"slowest {times[-1]:.0f} ms")


def _settle(events: Callable[[], None]) -> None:
    """Let what waits for a quiet moment have it: the rows that are laid out in batches."""
    end = time.monotonic() + _QUIET
    while time.monotonic() < end:
        events()
        time.sleep(0.001)


if __name__ == "__main__":
    main()
