"""The keys of the main window."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from app.texts import without_isolates
from ui.present.arrange import View, ViewKind
from ui.present.questions import Act

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow

_VIEWS = (ViewKind.ACTIVE, ViewKind.ATTENTION, ViewKind.FAVORITES, ViewKind.ALL)


class Keys:
    """Carries out keys that need more than one verb."""

    def __init__(self, window: "MainWindow") -> None:
        """Hold the window, which owns this."""
        self._window = window

    def copy(self) -> None:
        """Copy the selected text where there is one, else the exports."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and focus.hasSelectedText():
            focus.copy()
        elif isinstance(focus, QLabel) and focus.hasSelectedText():
            QApplication.clipboard().setText(without_isolates(focus.selectedText()))
        else:
            self._window.copy()

    def stop(self) -> None:
        """Stop the picked profile, or all selected ones."""
        window = self._window
        if len(window.list.view.selected()) > 1:
            window.selection.stop()
        else:
            window.ask(Act.STOP)

    def edit(self) -> None:
        """Edit the source whose row in the sidebar has the focus, else the picked profile."""
        if source := self._window.sidebar.source():
            self._window.edit_source.emit(source)
        else:
            self._window.edit()

    def delete(self) -> None:
        """Delete the source whose row in the sidebar has the focus, else what is selected; each after a question."""
        if source := self._window.sidebar.source():
            self._window.delete_source(source)
        else:
            self._window.delete()

    def menu(self) -> None:
        """Open the menu of the row that has the focus, as the menu key does."""
        side, view = self._window.sidebar.list, self._window.list.view
        tree = side if side.hasFocus() else view
        tree.customContextMenuRequested.emit(tree.visualRect(tree.currentIndex()).center())

    def escape(self) -> None:
        """Close what is open, the nearest first: question, search, card, window."""
        window = self._window
        if window.drawer.opened:
            window.drawer.toggle()
        elif window.detail.confirm.question is not None:
            window.detail.confirm.close_question()
        elif window.list.search.text():
            window.list.search.clear()
            window.list.view.setFocus()
        elif window.detail.problem.isVisible():
            window.detail.problem.dismiss()
        else:
            window.close()

    def search(self) -> None:
        """Go to the search."""
        self._window.list.search.setFocus()
        self._window.list.search.selectAll()

    def cycle(self) -> None:
        """Go on from sidebar to list to detail."""
        window = self._window
        detail = window.detail.start if window.detail.start.isVisible() else window.detail.stop
        stops: list[QWidget] = [window.sidebar.list, window.list.view, detail]
        stops = [one for one in stops if one.isVisible() or (one is stops[0] and window.drawer.narrow)]
        focus = QApplication.focusWidget()
        here = next((number for number, one in enumerate(stops) if one is focus), -1)
        if here < 0 and focus is not None and window.detail.isAncestorOf(focus):
            here = len(stops) - 1
        following = stops[(here + 1) % len(stops)]
        if following is window.sidebar.list and window.drawer.narrow:
            window.drawer.open()
        else:
            following.setFocus(Qt.FocusReason.TabFocusReason)

    def view(self, kind: ViewKind) -> None:
        """Pick one of the fixed views."""
        if not self._window.sidebar.pick(View(kind)):
            self._window.list.show_view(View(kind))


def add_keys(window: "MainWindow") -> None:
    """Give the window its keys."""
    keys = Keys(window)
    table: dict[str, Callable[[], object]] = {
        "Ctrl+F": keys.search,
        "Ctrl+C": keys.copy,
        "Ctrl+Shift+C": window.detail.open_formats,
        "Ctrl+.": keys.stop,
        "Ctrl+O": lambda: window.ask(Act.CONSOLE),
        "Ctrl+D": window.make_default,
        "Ctrl+R": window.renew,
        "Ctrl+Shift+R": window.status_bar.open_pause,
        "Ctrl+E": keys.edit,
        "Ctrl+N": lambda: window.new_profile.emit(""),
        "Ctrl+Shift+N": window.new_source.emit,
        "Ctrl+B": window.toggle_favorite,
        "Delete": keys.delete,
        "Ctrl+Z": window.verbs.edits.undo,
        "Ctrl+G": window.selection.group,
        "Ctrl+T": window.selection.tag,
        "Ctrl+L": window.verbs.lock,
        "Ctrl+Shift+P": window.programs_wanted.emit,
        "Ctrl+K": window.palette_wanted.emit,
        "F1": window.keys_wanted.emit,
        "Ctrl+,": window.settings_wanted.emit,
        "Ctrl+Shift+A": window.sidebar.activity_wanted.emit,
        "Shift+F10": keys.menu,
        "F6": keys.cycle,
        "F9": window.drawer.toggle,
        "Esc": keys.escape,
        "Ctrl+W": window.close,
        "Ctrl+Q": window.quit_wanted.emit,
    }
    for number, kind in enumerate(_VIEWS, start=1):
        table[f"Ctrl+{number}"] = lambda kind=kind: keys.view(kind)
    for key, act in table.items():
        shortcut = QShortcut(QKeySequence(key), window)
        shortcut.activated.connect(act)
        shortcut.activatedAmbiguously.connect(act)
