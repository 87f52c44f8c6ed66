"""What was written to the AWS files: the entries of the journal as a table, newest first."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.domain.files import JournalEntry
from app.domain.values import dataclass
from app.texts import T
from ui.present.words import short_path

_Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_SHOWN = {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)}


@dataclass(frozen=True, slots=True)
class Row:
    """An entry and its cells."""

    entry: JournalEntry
    cells: tuple[str, ...]


def head() -> tuple[str, ...]:
    """Return the heads of the columns."""
    return T("Time"), T("File"), T("Write"), T("Sections"), T("For"), T("Undo")


def write_words(what: str) -> str:
    """Return the name of a kind of write."""
    return _kinds().get(what, what)


def widest_words() -> tuple[str, ...]:
    """Return what may stand in the column of the kinds, its head too."""
    return T("Write"), *_kinds().values()


def _kinds() -> dict[str, str]:
    return {
        "start": T("Session written"), "renew": T("Session refreshed"), "stop": T("Given back"),
        "adopt": T("Taken over"), "config-line": T("Line written"), "import": T("Import"), "undo": T("Put back"),
        "repair": T("Repaired"),
    }  # fmt: skip


def sections_words(entry: JournalEntry) -> str:
    """Return which sections a write added, changed and removed: "+dev, ~prod-admin, −old"."""
    signs = {"added": "+", "removed": "\u2212"}
    return ", ".join(f"{signs.get(one.how, '~')}{one.section}" for one in entry.sections)


def sections_aloud(entry: JournalEntry) -> str:
    """Return the same in words."""
    words = {"added": T("added"), "removed": T("removed"), "changed": T("changed")}
    return ", ".join(f"{one.section} {words.get(one.how, one.how)}" for one in entry.sections)


def rows_of(entries: Sequence[JournalEntry], ways: Sequence[str]) -> tuple[Row, ...]:
    """Return the rows of entries; `ways` says of each how it is undone: "put-back", "stop" or nothing."""
    undo = {"put-back": T("can be undone"), "stop": T("by a stop"), "": "\u2014"}
    return tuple(
        Row(
            entry,
            (
                entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
                short_path(entry.path),
                write_words(entry.what),
                sections_words(entry),
                ", ".join(entry.profiles),
                undo[way],
            ),
        )
        for entry, way in zip(entries, ways, strict=True)
    )


class WriteModel(QAbstractTableModel):
    """Rows as they are."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.rows: Sequence[Row] = ()
        self._head = head()

    def use(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._head)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role in _SHOWN:
            return row.cells[index.column()]
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            whole = [*row.cells[:3], sections_aloud(row.entry), *row.cells[4:]]
            return row.cells[index.column()] if index.column() else ", ".join(cell for cell in whole if cell)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        shown = orientation is Qt.Orientation.Horizontal and role == int(Qt.ItemDataRole.DisplayRole)
        return self._head[section] if shown else None
