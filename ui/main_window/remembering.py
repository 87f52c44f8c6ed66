"""How the main window was left, and how it comes back: geometry, splitters, view, sort order, picked profile."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter

from ui.present.arrange import View, ViewKind

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow


def restore(window: "MainWindow") -> None:
    """Bring back what was kept; what was not kept stays as it is."""
    kept = window.memory.text("geometry")
    if kept:
        window.restoreGeometry(QByteArray.fromBase64(kept.encode()))
    for key, splitter in (("side", window.splitter), ("panes", window.panes)):
        state = window.memory.text(key)
        if state:
            splitter.restoreState(QByteArray.fromBase64(state.encode()))
    order = window.list.order
    order.setCurrentIndex(max(order.findData(window.memory.text("order")), 0))
    kind = window.memory.text("view")
    if kind in list(ViewKind):
        window.sidebar.pick(View(ViewKind(kind), window.memory.text("viewed")))
    window.list.view.pick(window.memory.text("picked") or window.list.view.first())


def keep(window: "MainWindow") -> None:
    """Keep geometry, splitters, view, sort order and the picked profile for the next time."""
    memory, view = window.memory, window.model.view
    memory.keep("geometry", _text(window))
    memory.keep("side", _text(window.splitter))
    memory.keep("panes", _text(window.panes))
    memory.keep("picked", window.picked())
    memory.keep("order", str(window.list.order.currentData()))
    memory.keep("view", view.kind.value)
    memory.keep("viewed", view.subject)


def _text(of: QMainWindow | QSplitter) -> str:
    state = of.saveState() if isinstance(of, QSplitter) else of.saveGeometry()
    return bytes(state.toBase64().data()).decode()
