"""One application for all windows' tests, with the light theme."""

from collections.abc import AsyncIterator, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.reading import fake_core
from ui.application import Application
from ui.core import Tools
from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.platform.clipboard import SecretClipboard
from ui.style.theme import install
from ui.tray.item import TrayItem
from ui.verbs import Verbs


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Destroy now what a test let go of with `deleteLater`: between tests no loop runs that would.

    A window that is left is laid out and styled anew with every change of theme, font or language that comes after it.
    """
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> None:
    """The theme as the application has it."""
    install(qapp).choose("light")


@pytest.fixture(scope="session", autouse=True)
def emptied(qapp: QApplication) -> Iterator[None]:
    """An empty clipboard at the end: Qt would let go of what Python put there after Python itself."""
    yield
    qapp.clipboard().clear()


@pytest.fixture
def made() -> tuple[FakeCore, Tools]:
    """A core with the sample catalog and sessions in every state, and its tools."""
    return fake_core()


@pytest.fixture
def core(made: tuple[FakeCore, Tools]) -> FakeCore:
    """The core."""
    return made[0]


@pytest.fixture
def tools(made: tuple[FakeCore, Tools]) -> Tools:
    """The tools."""
    return made[1]


@pytest.fixture
def bridge(core: FakeCore) -> Iterator[Now]:
    """A bridge that runs coroutines at once."""
    bridge = Now(core.engine.store)
    yield bridge
    bridge.leave()


@pytest.fixture
def verbs(core: FakeCore, tools: Tools, bridge: Now) -> Verbs:
    """The verbs."""
    return Verbs(core, tools, bridge, SecretClipboard(), Memory(core.state))


@pytest.fixture
def window(core: FakeCore, tools: Tools, verbs: Verbs, bridge: Now, qtbot: object) -> Iterator[MainWindow]:
    """A main window, shown."""
    made = MainWindow(core, tools, verbs, Memory(core.state))
    bridge.changed.connect(made.take)
    made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def tray(qapp: QApplication) -> Iterator[TrayItem]:
    """An item in the tray."""
    made = TrayItem()
    yield made
    made.hide()


@pytest.fixture
async def application(qapp: QApplication, tray: TrayItem, core: FakeCore, tools: Tools) -> AsyncIterator[Application]:
    """The application over the core, closed at the end."""
    made = Application(qapp, tray, core, tools)  # type: ignore[arg-type]
    yield made
    await made.close()
    for top in qapp.topLevelWidgets():
        top.deleteLater()
