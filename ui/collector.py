"""Collects Python's cyclic garbage on Qt's thread, and nowhere else.

Left to itself, Python collects on whichever thread happens to allocate. A window or timer among the garbage is then
destroyed on that thread; Qt cannot take its timers back there, and the process crashes when the next one fires.
"""

import gc

from PySide6.QtCore import QObject, Qt, QTimer

_LOOK = 30_000  # ms; no timer of the idle application is faster
_YOUNG = 700  # Python's own measure: containers made since, and younger collections since the last whole one
_WHOLE = 10


class Collector(QObject):
    """From its making to `end`, garbage is collected on the thread that made it alone."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Turn Python's own collections off."""
        super().__init__(parent)
        self._before = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect if enough was made to be worth it; seldom all of the heap, mostly what is young."""
        young, _, whole = gc.get_count()
        if young >= _YOUNG:
            gc.collect(2 if whole >= _WHOLE else 1)

    def end(self) -> None:
        """Leave the rest to Python again."""
        self._timer.stop()
        if self._before:
            gc.enable()
