"""The tray's menu, kept current in place: texts change on the same actions, and only what came or went is moved.

Nothing is filled when the menu opens: over D-Bus that news comes late or never.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QColor, QIcon
from PySide6.QtWidgets import QMenu

from ui.present.menu import Do, Entry
from ui.style import icons

_HALF = 127  # of the lightness of an ink
Chosen = Callable[[Entry], None]
_AROUND = 0.8  # a ring is as large as the other pictures, and its triangle still whole


class LiveMenu(QObject):
    """Keeps one QMenu like a sequence of entries."""

    def __init__(self, menu: QMenu, chosen: Chosen, ink: Callable[[], str]) -> None:
        """Fill `menu`; `chosen` is called with an entry that a person picked, `ink` names the color of its icons."""
        super().__init__()
        self._menu, self._chosen, self._ink = menu, chosen, ink
        self._actions: dict[str, QAction] = {}
        self._entries: dict[str, Entry] = {}
        self._below: dict[str, LiveMenu] = {}
        self._waiting: Sequence[Entry] | None = None
        self._icons: dict[str, tuple[str, str]] = {}
        menu.aboutToHide.connect(self._hidden)

    def show(self, entries: Sequence[Entry]) -> None:
        """Make the menu show these entries. While it is open only texts change; entries come and go when it closes."""
        order = [entry.key for entry in entries]
        if order != list(self._actions):
            if self._menu.isVisible():
                self._waiting = entries
                entries = [entry for entry in entries if entry.key in self._actions]
            else:
                self._waiting = None
                self._arrange(entries, order)
        for entry in entries:
            self._update(entry)

    def _hidden(self) -> None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._arrange(waiting, [entry.key for entry in waiting])
            for entry in waiting:
                self._update(entry)

    def _arrange(self, entries: Sequence[Entry], order: list[str]) -> None:
        for key in [key for key in self._actions if key not in order]:
            self._remove(key)
        shown = self._menu.actions()
        for place, entry in enumerate(entries):
            action = self._actions.get(entry.key) or self._make(entry)
            before = shown[place] if place < len(shown) else None
            if before is not action:
                self._menu.removeAction(action)
                self._menu.insertAction(before, action) if before else self._menu.addAction(action)
                shown = self._menu.actions()
        self._actions = {key: self._actions[key] for key in order}

    def _make(self, entry: Entry) -> QAction:
        action = QAction(self._menu)
        action.setObjectName(entry.key)
        if not entry.text:
            action.setSeparator(True)
        action.triggered.connect(self._triggered)
        self._actions[entry.key] = action
        return action

    def _remove(self, key: str) -> None:
        action = self._actions.pop(key)
        self._entries.pop(key, None)
        self._icons.pop(key, None)
        below = self._below.pop(key, None)
        self._menu.removeAction(action)
        if below is not None:
            below.menu.deleteLater()
        action.deleteLater()

    def _update(self, entry: Entry) -> None:
        action = self._actions[entry.key]
        if entry.entries:
            self._submenu(entry, action).show(entry.entries)
        if self._entries.get(entry.key) == entry:
            return
        self._entries[entry.key] = entry
        if not entry.text:
            return
        if action.text() != entry.text:
            action.setText(entry.text)
        action.setEnabled(entry.enabled)
        if entry.checked is not None:
            action.setCheckable(True)
            action.setChecked(entry.checked)
        drawn = (entry.icon, self._ink())
        if entry.icon and self._icons.get(entry.key) != drawn:
            self._icons[entry.key] = drawn
            action.setIcon(_picture(*drawn))

    def _submenu(self, entry: Entry, action: QAction) -> "LiveMenu":
        below = self._below.get(entry.key)
        if below is None:
            menu = QMenu(self._menu)
            action.setMenu(menu)
            below = self._below[entry.key] = LiveMenu(menu, self._chosen, self._ink)
        return below

    @property
    def menu(self) -> QMenu:
        """The menu itself."""
        return self._menu

    def _triggered(self) -> None:
        action = self.sender()
        entry = self._entries.get(action.objectName()) if action else None
        if entry is None or entry.do is Do.NOTHING:
            return
        if entry.checked is not None and isinstance(action, QAction):
            action.setChecked(entry.checked)  # the state comes from the engine, not from the click
        self._chosen(entry)


def _picture(name: str, ink: str) -> QIcon:
    """Return a session's ring (see `ring_of`), or a glyph in the panel's ink; the one that warns in its amber."""
    theme = "dark" if QColor(ink).lightness() > _HALF else "light"  # before the first window there is no other
    if name.startswith("ring:"):
        return _ring(name, theme)
    if name != "warning":
        return icons.icon(name, ink)
    from ui.style.tokens import tokens

    return icons.icon(name, tokens(theme).color("warn"))


def _ring(name: str, theme: str) -> QIcon:
    from ui.present.glyphs import Glyph, Shape  # none of this is needed for the first, short menu
    from ui.style.marks import glyph_pixmap

    _, shape, left, amber, warns = name.split(":")
    glyph = Glyph(Shape(shape), int(left), amber=amber == "1", warns=warns == "1")
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(glyph_pixmap(glyph, 16, ratio, theme, around=_AROUND))
    return made
