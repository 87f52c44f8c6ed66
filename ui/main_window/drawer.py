"""The sidebar where it is not in its place: hidden, and opened over the list in a window that has no room for it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.style.fonts import grown
from ui.style.mirror import placed
from ui.style.theme import theme
from ui.widgets.settling import settle

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow

_COLLAPSE = 900  # px of the window below which the sidebar has no place of its own
_LEAST, _MOST, _BESIDE = 224, 320, 48  # px: the open sidebar, and what stays to be clicked beside it
_LETTERS = 30
_SHADE = 170  # of 255, of what lies below


class Drawer(QWidget):
    """Lies over list and detail while the sidebar is open there; a click beside it, Esc and a choice close it.

    `hidden`: a person wants the sidebar hidden also where it has room.
    """

    def __init__(self, window: "MainWindow") -> None:
        """Begin with the sidebar in its place."""
        super().__init__(window.centralWidget())
        self._window = window
        self.hidden = False
        self._state = window.splitter.saveState()
        self.hide()
        side, tree = window.sidebar, window.sidebar.list
        window.list.side.clicked.connect(self.toggle)
        side.hide_wanted.connect(self.toggle)
        for chosen in (tree.clicked, tree.activated, side.activity.clicked, side.settings.clicked):
            chosen.connect(self._chosen)

    @property
    def narrow(self) -> bool:
        """Whether the window has no room for the sidebar."""
        return self._window.width() < grown(_COLLAPSE)

    @property
    def opened(self) -> bool:
        """Whether the sidebar lies over the list."""
        return self._window.sidebar.parentWidget() is self

    @property
    def state(self) -> QByteArray:
        """How the splitter is when the sidebar is in its place."""
        in_place = not self.opened and not self._window.sidebar.isHidden()
        return self._window.splitter.saveState() if in_place else self._state

    def restore(self, state: QByteArray, *, hidden: bool) -> None:
        """Have the splitter be so, and the sidebar hidden or not."""
        if not state.isEmpty():
            self._window.splitter.restoreState(state)
            self._state = self._window.splitter.saveState()
        self.hidden = hidden
        self.fit()

    def fit(self) -> None:
        """Fit the window's size: the sidebar in its place, or the button that shows it."""
        if self.opened and not self.narrow:
            self.shut()
        if self.opened:
            self._place()
            return
        in_place, side = not self.narrow and not self.hidden, self._window.sidebar
        self._window.list.side.setVisible(not in_place)
        if in_place is side.isHidden():
            if not in_place:
                self._state = self._window.splitter.saveState()
            side.setVisible(in_place)
            if in_place:
                self._window.splitter.restoreState(self._state)
            settle(self._window.splitter)

    def toggle(self) -> None:
        """Show the sidebar, or hide it; where it has room that is remembered."""
        window = self._window
        if self.opened:
            self.shut()
            window.list.view.setFocus()
        elif self.narrow:
            self.open()
        else:
            self.hidden = not self.hidden
            self.fit()
            (window.list.view if self.hidden else window.sidebar.list).setFocus()

    def open(self) -> None:
        """Open the sidebar over the list, with the focus in it."""
        if self.opened:
            return
        side = self._window.sidebar
        side.setParent(self)
        self._place()
        side.show()
        self.show()
        self.raise_()
        side.list.setFocus(Qt.FocusReason.TabFocusReason)
        side.list.by_key = True
        _application().focusChanged.connect(self._moved)

    def shut(self) -> None:
        """Put the sidebar back into its place, which may be hidden."""
        if not self.opened:
            return
        _application().focusChanged.disconnect(self._moved)
        window = self._window
        self.hide()
        window.splitter.insertWidget(0, window.sidebar)
        window.splitter.restoreState(self._state)
        self.fit()

    def _place(self) -> None:
        room = self._window.splitter.geometry()
        self.setGeometry(room)
        self._window.sidebar.setGeometry(placed(self.rect(), QRect(0, 0, self._width(), room.height())))

    def _width(self) -> int:
        wanted = max(_LEAST, self.fontMetrics().averageCharWidth() * _LETTERS)
        return min(wanted, _MOST, self._window.width() - _BESIDE)

    def _chosen(self) -> None:
        if self.opened:
            self.shut()
            self._window.list.view.setFocus()

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        """Close once the focus is elsewhere in the window."""
        del before
        if now is not None and now.window() is self.window() and not self.isAncestorOf(now):
            self.shut()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._chosen()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, of = QPainter(self), theme().tokens
        shade = QColor(of.color("window"))
        shade.setAlpha(_SHADE)
        painter.fillRect(self.rect(), shade)
        edge = placed(self.rect(), QRect(self._width(), 0, 1, self.height()))
        painter.fillRect(edge, QColor(of.color("border-strong")))


def _application() -> QApplication:
    made = QApplication.instance()
    if not isinstance(made, QApplication):
        raise TypeError("there is no QApplication")
    return made
