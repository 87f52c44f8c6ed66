"""The lines of the palette for a view. While it is open they change in place: nothing moves under a person's hand."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.domain.session import Status, Stopped
from app.ports import Clock
from ui.present.palette import Heading, Line, Marked, heading_words, marked
from ui.present.rows import Row, row_of

Where = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole + 1  # a Row
MARKED = Qt.ItemDataRole.UserRole + 2  # a Marked
HEADING = Qt.ItemDataRole.UserRole + 3  # a Heading


class PaletteList(QAbstractListModel):
    """Rows are made when they are painted."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._clock = clock
        self.catalog = Catalog()
        self.statuses: Mapping[ProfileName, Status] = {}
        self.lines: tuple[Line, ...] = ()
        self._query = ""

    def show(self, catalog: Catalog, lines: tuple[Line, ...], query: str) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.catalog, self.lines, self._query = catalog, lines, query
        self.endResetModel()

    def refresh(self, changed: Iterable[str] | None = None) -> None:
        """Have rows painted anew: the changed ones, or all."""
        wanted = None if changed is None else set(changed)
        for number, line in enumerate(self.lines):
            if isinstance(line, str) and (wanted is None or line in wanted):
                place = self.index(number)
                self.dataChanged.emit(place, place)

    def name(self, number: int) -> str:
        """Return the profile of a line, or an empty text."""
        line = self.lines[number] if 0 <= number < len(self.lines) else ""
        return line if isinstance(line, str) else ""

    def status(self, name: str) -> Status:
        """Return a profile's status."""
        known = ProfileName(name)
        return self.statuses.get(known) or Status(known, Stopped())

    def row(self, name: str) -> Row | None:
        """Return what a profile's row shows, None where it is gone from the catalog."""
        profile = self.catalog.profiles.get(name)
        return row_of(self.catalog, profile, self.status(name), self._clock.now()) if profile else None

    def rowCount(self, parent: Where | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def flags(self, index: Where) -> Qt.ItemFlag:
        if isinstance(self.lines[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Where, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if isinstance(line, Heading):
            if role == HEADING:
                return line
            spoken = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return heading_words(line) if spoken else None
        if role == Qt.ItemDataRole.DisplayRole:
            return line
        if role == MARKED:
            return marked(self.catalog, line, self._query) if line in self.catalog.profiles else _NOTHING
        if role not in (ROW, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.row(line)
        return row.spoken if row is not None and role != ROW else row


_NOTHING = Marked(frozenset(), "", frozenset())
