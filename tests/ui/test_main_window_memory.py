"""What the main window shows again after a restart."""

from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.present.arrange import View, ViewKind


def test_view_and_sort_order_come_back(window: MainWindow) -> None:
    window.sidebar.pick(View(ViewKind.FAVORITES))
    window.list.order.setCurrentIndex(1)
    window.remember()
    again = MainWindow(window.core, window.tools, window.verbs, Memory(window.core.state))
    try:
        assert again.model.view == View(ViewKind.FAVORITES)
        assert again.list.order.currentIndex() == 1
    finally:
        again.deleteLater()
