"""The list view of profiles: what is picked, what is dragged, what keys and pointer do."""

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView

from app.texts import T
from ui.main_window.rows_view import RowsView
from ui.models.profiles import ProfileList


class ProfileView(RowsView):
    """`stirred`: the pointer, the selection or the place was moved; `several` carries how many are selected."""

    current_changed = Signal(str)
    activated_name = Signal(str)
    menu_wanted = Signal(str, QPoint)
    typed = Signal(str)
    stirred = Signal()
    several = Signal(int)
    _kept: list[str] | None = None  # what was selected, while rows change their places

    def __init__(self, model: ProfileList) -> None:
        """Show the model."""
        super().__init__(model)
        self._list = model
        self.picked = ""
        model.rearranging.connect(self._keep)
        model.rearranged.connect(self._take_up)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAccessibleName(T("Profiles"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.selectionModel().currentChanged.connect(self._current)
        self.verticalScrollBar().valueChanged.connect(self.stirred)
        self.doubleClicked.connect(self._double)
        self.customContextMenuRequested.connect(self._menu)

    def use_density(self, density: str) -> None:
        """Show rows of two lines, or of one where `density` is compact."""
        compact = density == "compact"
        if compact != self.profiles.compact:
            self.profiles.compact = compact
            self.measure()

    def measure(self) -> None:
        """Measure all rows again, after a change of font or density; what is picked stays in sight."""
        self.profiles.forget()
        self.scheduleDelayedItemsLayout()
        self.scrollTo(self._list.place(self.picked))

    def selected(self) -> list[str]:
        """Return the names of the selected profiles, from top to bottom."""
        found = sorted(self.selectionModel().selectedIndexes(), key=QModelIndex.row)
        return [name for name in map(self._list.name_at, found) if name]

    def select(self, names: Iterable[str]) -> None:
        """Select these too, as far as they are shown; the picked one stays."""
        for name in names:
            where = self._list.place(name)
            if where.isValid():
                self.selectionModel().select(where, QItemSelectionModel.SelectionFlag.Select)

    def first(self) -> str:
        """Return the name at the top."""
        return next((name for row in range(2) if (name := self._list.name_at(self._list.index(row)))), "")

    def pick(self, name: str) -> None:
        """Select one profile and tell so; an empty name selects nothing."""
        where = self._list.place(name)
        if where.isValid():
            self.selectionModel().setCurrentIndex(where, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(where)
        elif self.picked:
            self.picked = ""
            self.current_changed.emit("")

    def _keep(self) -> None:
        self._kept = self.selected()

    def _take_up(self) -> None:
        """Have what was picked and selected stay so in its new place; only what is gone gives way to its neighbor."""
        kept, self._kept = self._kept or [], None
        where = self._list.place(self.picked)
        if not where.isValid():
            self._current(self.currentIndex())
            return
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(where, flags.ClearAndSelect if self.picked in kept else flags.Clear)
        self.select(kept)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if self._kept is not None:
            return
        self.stirred.emit()
        self.several.emit(len(self.selectionModel().selectedIndexes()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.stirred.emit()
        super().mouseMoveEvent(event)

    def _current(self, index: QModelIndex) -> None:
        name = self._list.name_at(index)
        if name and name != self.picked and self._kept is None:
            self.picked = name
            self.current_changed.emit(name)

    def _double(self, index: QModelIndex) -> None:
        name = self._list.name_at(index)
        if name:
            self.activated_name.emit(name)

    def _menu(self, at: QPoint) -> None:
        name = self._list.name_at(self.indexAt(at))
        if name:
            self.menu_wanted.emit(name, self.viewport().mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() and self.picked:
            self.activated_name.emit(self.picked)
            return
        if typed := typed_text(event):
            self.typed.emit(typed)
            return
        super().keyPressEvent(event)


def typed_text(event: QKeyEvent) -> str:
    """Return the text that a key types, empty for one that does something else."""
    text = event.text()
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
    return text if text.isprintable() and text.strip() and not modifiers else ""
