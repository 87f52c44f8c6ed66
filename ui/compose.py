"""The tray application's entrance: the icon first, everything else after the first paint."""

import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ui.thrift import asyncio_without_tls, import_plainly

if TYPE_CHECKING:
    from app.compose import Core


import_plainly()

from ui.tray.item import TrayItem  # noqa: E402  imported plainly


def main(argv: Sequence[str] = (), *, core_factory: "Callable[[], Awaitable[Core]] | None" = None) -> int:
    """Run the tray application and return its exit code; `core_factory` makes another core than the person's own.

    A second start raises the window of the first and returns 0.
    """
    if core_factory is None and raise_other():
        return 0
    app = make_qt_application(argv)
    tray = TrayItem()
    app.processEvents()  # the first paint; no task runs yet that this could get in the way of
    from ui.language import use_language  # it brings all words: the icon does not wait for them

    use_language(app, environ=os.environ)  # the settings' own comes with the catalog
    tray.fill()
    with asyncio_without_tls():
        from ui.loop import run
    from ui.running import Run

    return run(app, Run(app, tray, core_factory).run)


def make_qt_application(argv: Sequence[str] = ()) -> QApplication:
    """Return the QApplication, set up so that only our own quit ends it."""
    QGuiApplication.setDesktopFileName("rolecall")
    app = QApplication(["rolecall", *argv])
    app.setApplicationName("rolecall")
    app.setApplicationDisplayName("Rolecall")
    app.setQuitOnLastWindowClosed(False)
    app.setQuitLockEnabled(False)
    return app


def raise_other() -> bool:
    """Ask an application that runs already to show its window; False if there is none."""
    from app.folders import find_folders

    socket = find_folders(os.environ, Path.home()).socket
    if sys.platform != "win32" and not socket.exists():
        return False
    from app.broker.client import BrokerClient
    from app.broker.protocol import Ask, Request
    from app.domain.problem import AppError

    try:
        with BrokerClient(socket) as client:
            client.ask(Request(Ask.RAISE))
    except AppError:
        return False  # nobody there, or a `refresh` without windows, which is taken over
    return True
