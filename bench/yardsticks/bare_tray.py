"""The yardstick of targets 1, 2 and 3: a bare PySide6 program with a tray icon and one menu entry.

Prints the seconds from the start of the process to the icon shown, then waits for a line on standard input.
With `--sts` it makes one boto3 STS client too.
"""

import os
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon


def process_age() -> float:
    """Return the seconds since the kernel started this process."""
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Show the icon and wait."""
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    pixmap = QPixmap(22, 22)
    pixmap.fill()
    menu = QMenu()
    menu.addAction("Quit").triggered.connect(app.quit)
    tray = QSystemTrayIcon(QIcon(pixmap))
    tray.setContextMenu(menu)
    tray.show()
    clients = []
    if "--sts" in sys.argv:
        import boto3

        clients.append(boto3.session.Session().client("sts", region_name="us-east-1"))
    QTimer.singleShot(0, lambda: print(process_age(), flush=True))
    threading.Thread(target=lambda: (sys.stdin.readline(), app.quit()), daemon=True).start()
    app.exec()


if __name__ == "__main__":
    main()
