"""Target 10, the profile editor: it opens with 10,000 profiles as with 10, and within 0.1 s; so does each page of it.

Processor time, as for the main window. Garbage is collected between the openings, as the program does it (ADR 6).
"""

import gc
import os
import statistics
import time
from collections.abc import Callable

from bench.bench_tray import catalog as catalog_text
from bench.measure import alternate, result

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_MANY, _FEW = 10_000, 10
_AT_ONCE = 0.1  # seconds
_TIMES = 9


def main() -> None:
    """Measure the window itself, offscreen: built and painted; then each of its other pages, turned to and painted."""
    from PySide6.QtWidgets import QApplication

    from tests.ui.fakes.bridge import Now
    from tests.ui.fakes.reading import fake_core
    from ui.editor.draft import Draft
    from ui.editor.profile_window import ProfileWindow
    from ui.style.theme import install

    app = QApplication([])
    install(app).choose("light")
    gc.disable()

    def opener(count: int) -> Callable[[], ProfileWindow]:
        core, tools = fake_core(catalog_text(count), running=False)
        values = core.catalogs.tables["profiles"]["p1"]

        def opened() -> ProfileWindow:
            window = ProfileWindow(core, tools, Now(core.engine.store), Draft("p1", values))
            window.show()
            app.processEvents()  # paints
            return window

        return opened

    def closed(window: ProfileWindow) -> None:
        window.close()
        window.deleteLater()
        app.processEvents()
        gc.collect()

    def timed(opened: Callable[[], ProfileWindow]) -> Callable[[], float]:
        def once() -> float:
            start = time.process_time()
            window = opened()
            taken = time.process_time() - start
            closed(window)
            return taken

        return once

    def turned() -> float:
        """Return the seconds that the slowest of the other pages takes."""
        window = many()
        times: list[float] = []
        for page in range(1, window.nav.count()):
            start = time.process_time()
            window.nav.setCurrentRow(page)
            app.processEvents()
            times.append(time.process_time() - start)
        closed(window)
        return max(times)

    many, few = opener(_MANY), opener(_FEW)
    for opened in (many, few):
        timed(opened)()
    ours, yardstick = alternate(timed(many), timed(few), _TIMES)
    result(10, "profile editor, asked to painted", ours, yardstick, 1.5, "s", f"{_MANY} profiles against {_FEW}")
    result(10, "the same, alone", ours, _AT_ONCE, 1.0, "s")
    slowest = statistics.median(turned() for _ in range(_TIMES))
    result(10, "its slowest other page, asked to painted", slowest, _AT_ONCE, 1.0, "s")


if __name__ == "__main__":
    main()
