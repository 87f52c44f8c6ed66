"""The tray application as its launcher starts it, that also prints the seconds from the process's start to the tray.

Argument: the root of the tree, whose launcher is run.
"""

import builtins
import os
import runpy
import sys
import time
from pathlib import Path

root = sys.argv[1]
sys.argv = [str(Path(root) / "rolecall.py")]
sys.path[0] = root


def process_age() -> float:
    """Return the seconds since the kernel started this process."""
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def watch_for_tray() -> None:
    """Print the age when the icon was shown and the loop has turned once."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QSystemTrayIcon

    show, said = QSystemTrayIcon.show, []

    def shown(self: QSystemTrayIcon) -> None:
        show(self)
        if not said:
            said.append(True)
            QTimer.singleShot(0, lambda: print(process_age(), flush=True))

    QSystemTrayIcon.show = shown  # type: ignore[method-assign]
    # offscreen has no tray host, and without one the window would open: not what is measured here
    QSystemTrayIcon.isSystemTrayAvailable = staticmethod(lambda: True)  # type: ignore[method-assign]
    # the launcher imports Qt after its own first modules, then takes PySide's import away: here Qt came first
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


watch_for_tray()
runpy.run_path(sys.argv[0], run_name="__main__")
