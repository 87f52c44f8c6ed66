"""The table of events: a model over lines that are ready, quick with tens of thousands."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.activitywords import HEAD
from app.domain.activity import What
from ui.activity.journal import Line

_Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_SHOWN = {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)}


class EventModel(QAbstractTableModel):
    """Lines, newest first, those that match."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.lines: Sequence[Line] = ()
        self._head = HEAD()

    def use(self, lines: Sequence[Line], words: str, what: What | None, profile: str) -> None:
        """Show those of the lines that have all the words, are of the kind and of the profile."""
        wanted = words.casefold().split()
        self.beginResetModel()
        self.lines = [
            one
            for one in lines
            if (what is None or one.event.what is what)
            and (not profile or one.event.profile == profile)
            and all(word in one.sought for word in wanted)
        ]
        self.endResetModel()

    def rowCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._head)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        return self.lines[index.row()].cells[index.column()] if index.isValid() and role in _SHOWN else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        shown = orientation is Qt.Orientation.Horizontal and role == int(Qt.ItemDataRole.DisplayRole)
        return self._head[section] if shown else None
