"""How the main window was left: geometry, splitters, view, order, the picked profile."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray

from ui.memory import Memory
from ui.present.arrange import View, ViewKind

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow


def restore(window: "MainWindow", memory: Memory) -> None:
    """Bring a window back as it was left; what is gone meanwhile is not looked for."""
    kept = memory.text("geometry")
    if kept:
        window.restoreGeometry(QByteArray.fromBase64(kept.encode()))
    hidden = memory.table("sidebar").get("hidden") is True
    window.drawer.restore(QByteArray.fromBase64(memory.text("side").encode()), hidden=hidden)
    if state := memory.text("panes"):
        window.panes.restoreState(QByteArray.fromBase64(state.encode()))
    order = window.list.order
    order.setCurrentIndex(max(order.findData(memory.text("order")), 0))
    closed = memory.table("sidebar").get("closed")
    names = frozenset(map(str, cast("list[object]", closed))) if isinstance(closed, list) else frozenset[str]()
    window.sidebar.close_groups(names, sources=memory.table("sidebar").get("sources") is True)
    kind = memory.text("view")
    if kind in list(ViewKind):
        window.sidebar.pick(View(ViewKind(kind), memory.text("viewed")))
    window.list.view.pick(memory.text("picked") or window.list.view.first())


def remember(window: "MainWindow", memory: Memory) -> None:
    """Keep how a window is for the next time."""
    memory.keep("geometry", bytes(window.saveGeometry().toBase64().data()).decode())
    memory.keep("side", bytes(window.drawer.state.toBase64().data()).decode())
    memory.keep("panes", bytes(window.panes.saveState().toBase64().data()).decode())
    memory.keep("picked", window.picked())
    memory.keep("order", str(window.list.order.currentData()))
    closed_groups = window.sidebar.closed_groups()
    sources, hidden = window.sidebar.sources.isChecked(), window.drawer.hidden
    memory.keep("sidebar", {"closed": closed_groups, "sources": sources, "hidden": hidden})
    memory.keep("view", window.model.view.kind.value)
    memory.keep("viewed", window.model.view.subject)
