"""The table of events: a model over lines that are ready, quick with tens of thousands."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.activitywords import HEAD
from ui.activity.journal import Line

_Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
LINE = int(Qt.ItemDataRole.UserRole)
_SHOWN = {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)}
_ALOUD = {int(Qt.ItemDataRole.AccessibleTextRole)}


class EventModel(QAbstractTableModel):
    """Lines, newest first, those that match."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.lines: Sequence[Line] = ()
        self._head = HEAD()

    def use(self, lines: Sequence[Line], words: str, wanted: Callable[[Line], bool]) -> None:
        """Show those of the lines that have all the words and are wanted."""
        sought = words.casefold().split()
        self.beginResetModel()
        self.lines = [one for one in lines if wanted(one) and all(word in one.sought for word in sought)]
        self.endResetModel()

    def rowCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._head)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role in _SHOWN:
            return line.cells[index.column()]
        if role in _ALOUD:  # a screen reader stops at each cell: the first one says the whole line
            return line.cells[index.column()] if index.column() else ", ".join(cell for cell in line.cells if cell)
        return line if role == LINE else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        shown = orientation is Qt.Orientation.Horizontal and role == int(Qt.ItemDataRole.DisplayRole)
        return self._head[section] if shown else None
