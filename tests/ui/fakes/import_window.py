"""The window of an import over files of a test, and what is done with it."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.profile import Catalog
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeClock
from tests.ui.fakes.importing import FakeFlow, sample, write
from ui.models.importing import WHAT
from ui.onboarding.window import ImportWindow


class Home:
    catalog = Catalog()


class Made:
    """A window over files, shown."""

    def __init__(self, home: Path, qtbot: QtBot) -> None:
        self.home, self._qtbot = home, qtbot
        self.flow = FakeFlow(home / ".aws")

    def open(self, config: str = "", credentials: str = "") -> ImportWindow:
        write(self.home / ".aws", config, credentials)
        window = ImportWindow(self.flow, Home(), Now(), FakeClock(), self.home)
        self._qtbot.addWidget(window)
        window.look()
        window.show()
        QApplication.processEvents()
        return window

    def sample(self) -> ImportWindow:
        return self.open(*sample())

    @property
    def imported(self) -> list[Any]:
        return [one for one in self.flow.verbs if one[0] == "import"]


def press(window: ImportWindow, *pressed: Qt.Key) -> None:
    for one in pressed:
        QTest.keyClick(window.page.table, one)


def shown(window: ImportWindow) -> list[str]:
    return [one.origin for one in window.page.model.shown]


def text(window: ImportWindow, origin: str, column: int = WHAT) -> str:
    model = window.page.model
    return str(model.index(model.row_of(origin), column).data())
