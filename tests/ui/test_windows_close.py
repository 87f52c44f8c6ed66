"""Editors are opened and closed again and again in a process of its own: one that is destroyed wrongly ends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORK = """
import gc, os, sys
from PySide6.QtCore import QEventLoop, QTimer
from tools.screens import SCREENS
from ui.compose import make_qt_application
from ui.style.theme import install

app = make_qt_application()
install(app).choose("light")
gc.disable()  # as the application has it: it collects between, on Qt's thread
for turn in range(3):
    for name in [one for one in SCREENS if one.startswith(sys.argv[1])]:
        window = SCREENS[name]()
        window.show()
        app.processEvents()
        window.close()
        window.deleteLater()
        turns = QEventLoop()
        QTimer.singleShot(20, turns.quit)
        turns.exec()
        install(app).choose("dark" if turn % 2 else "light")
print("closed", flush=True)
os._exit(0)
"""


@pytest.mark.parametrize("windows", ["04-editor-s", "05-source"])
def test_an_editor_closes_cleanly(windows: str) -> None:
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    work = [sys.executable, "-c", WORK, windows]
    done = subprocess.run(work, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "closed\n")
