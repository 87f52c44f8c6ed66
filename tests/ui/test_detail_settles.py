"""The detail is laid out in one step: what follows later would be painted in between, and seen as a jerk."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.layout_facts import let_go, shown
from tools.screens import SCREENS
from ui.main_window.window import MainWindow
from ui.style.theme import install

NAMES = ("dev-poweruser", "prod-readonly", "network-ops", "prod-admin", "ci-debug", "audit-viewer", "fjord-sandbox")
SIZES = ((980, 700), (1180, 760), (800, 600), (1300, 900), (900, 500), (760, 480), (1180, 760))


class Moves(QObject):
    """What is moved or sized below a widget, and shown or hidden."""

    KINDS = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.ShowToParent, QEvent.Type.HideToParent)

    def __init__(self, root: QWidget) -> None:
        super().__init__()
        self.root = root
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's
        if event.type() in self.KINDS and isinstance(watched, QWidget) and self.root.isAncestorOf(watched):
            self.seen.append(f"{type(watched).__name__} {watched.geometry().getRect()} {event.type().name}")
        return False


@pytest.fixture
def window(qapp: QApplication) -> Iterator[MainWindow]:
    install(qapp).choose("light")
    made = shown(SCREENS["01-main"]())
    assert isinstance(made, MainWindow)
    yield made
    let_go([made])


@pytest.fixture
def moves(qapp: QApplication, window: MainWindow) -> Iterator[Moves]:
    made = Moves(window.detail)
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def later(moves: Moves) -> list[str]:
    """Return what is moved once the loop turns."""
    moves.seen.clear()
    for _ in range(6):
        QApplication.processEvents()
    return list(moves.seen)


def test_another_selection_is_one_step(window: MainWindow, moves: Moves) -> None:
    for name in (*NAMES, *reversed(NAMES)):
        window.list.pick(name)
        assert later(moves) == [], name
    assert moves.root.isVisible()


def test_another_size_is_one_step(window: MainWindow, moves: Moves) -> None:
    for name in ("prod-admin", "fjord-sandbox"):
        window.list.pick(name)
        for size in SIZES:
            window.resize(*size)
            assert later(moves) == [], (name, size)
