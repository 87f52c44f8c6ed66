"""The list of profiles for views: sections and names, rows made only when they are painted."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.domain.session import Status
from app.ports import Clock
from app.texts import N, T
from ui.present.arrange import Entry, Index, Order, Section, View, arrange, in_view
from ui.present.glyphs import failed, is_active, runs
from ui.present.rows import Row, row_of

Where = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole + 1  # a Row
SECTION = Qt.ItemDataRole.UserRole + 2  # a Section
NAME = Qt.ItemDataRole.UserRole + 3  # the profile's name
_TIME_ROLES = [ROW, Qt.ItemDataRole.AccessibleTextRole]


class ProfileList(QAbstractListModel):
    """Profiles of a catalog in one view. A changed status repaints its row; only starts and stops move rows."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._clock = clock
        self._index = Index(Catalog())
        self._statuses: dict[ProfileName, Status] = {}
        self._entries: list[Entry] = []
        self._places: dict[str, int] = {}
        self._view, self._query, self._order = View(), "", Order.STATUS

    @property
    def catalog(self) -> Catalog:
        """The catalog that is shown."""
        return self._index.catalog

    @property
    def view(self) -> View:
        """The view that is shown."""
        return self._view

    @property
    def query(self) -> str:
        """What is searched for."""
        return self._query

    @property
    def count(self) -> int:
        """How many profiles are shown."""
        return len(self._places)

    def nearest(self, query: str) -> str:
        """Return the name nearest to a query without a match, or an empty text."""
        return self._index.nearest(query)

    def use(self, catalog: Catalog, statuses: Mapping[ProfileName, Status]) -> None:
        """Show another catalog and all its statuses."""
        self._index = Index(catalog)
        self._statuses = {name: one for name, one in statuses.items() if name in catalog.profiles}
        self.beginResetModel()
        self._set(self._arranged())
        self.endResetModel()

    def show(self, view: View | None = None, query: str | None = None, order: Order | None = None) -> None:
        """Change the view, the search or the order; what is not given stays."""
        self._view = self._view if view is None else view
        self._query = self._query if query is None else query
        self._order = self._order if order is None else order
        self.beginResetModel()
        self._set(self._arranged())
        self.endResetModel()

    def update_statuses(self, changed: Iterable[ProfileName], statuses: Mapping[ProfileName, Status]) -> None:
        """Take over changed statuses."""
        moves = False
        for name in changed:
            before, after = self._statuses.get(name), statuses.get(name)
            if name not in self.catalog.profiles:
                continue
            if after is None:
                self._statuses.pop(name, None)
            else:
                self._statuses[name] = after
            moves = moves or self._moves(name, before, after)
            self._touch(name)
        if moves:
            self._rearrange()

    def _moves(self, name: str, before: Status | None, after: Status | None) -> bool:
        if (before is not None and is_active(before)) != (after is not None and is_active(after)):
            return True
        if (before is not None and failed(before)) != (after is not None and failed(after)):
            return True
        profile = self.catalog.profiles[name]
        return in_view(self._view, profile, before) != in_view(self._view, profile, after)

    def tick(self) -> None:
        """Repaint the rows whose time goes by."""
        for name, status in self._statuses.items():
            if runs(status):
                self._touch(name)

    def _touch(self, name: str) -> None:
        row = self._places.get(name)
        if row is not None:
            where = self.index(row)
            self.dataChanged.emit(where, where, _TIME_ROLES)

    def _arranged(self) -> list[Entry]:
        return arrange(self._index, self._statuses, self._view, self._query, self._order, self._now())

    def _now(self) -> datetime:
        return self._clock.now()

    def _set(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._places = {entry: row for row, entry in enumerate(entries) if isinstance(entry, str)}

    def _rearrange(self) -> None:
        """Replace the part between the first and the last row that differ, so that views keep what stays."""
        old, new = self._entries, self._arranged()
        if old == new:
            return
        limit = min(len(old), len(new))
        head = next((row for row in range(limit) if old[row] != new[row]), limit)
        tail = next((row for row in range(limit - head) if old[-1 - row] != new[-1 - row]), limit - head)
        if len(old) - tail > head:
            self.beginRemoveRows(QModelIndex(), head, len(old) - tail - 1)
            self._set(old[:head] + old[len(old) - tail :])
            self.endRemoveRows()
        if len(new) - tail > head:
            self.beginInsertRows(QModelIndex(), head, len(new) - tail - 1)
            self._set(new)
            self.endInsertRows()

    def place(self, name: str) -> QModelIndex:
        """Return where a profile stands, an invalid index if it is not shown."""
        row = self._places.get(name)
        return self.index(row) if row is not None else QModelIndex()

    def name_at(self, where: Where) -> str:
        """Return the profile's name at an index, empty for a section."""
        entry = self._entries[where.row()] if 0 <= where.row() < len(self._entries) else ""
        return entry if isinstance(entry, str) else ""

    def row(self, name: str) -> Row:
        """Return what is painted for a profile."""
        profile = self.catalog.profiles[name]
        status = self._statuses.get(profile.name) or Status(profile.name)
        return row_of(self.catalog, profile, status, self._now())

    def rowCount(self, parent: Where = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Where) -> Qt.ItemFlag:
        if self.name_at(index):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Where, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._entries):
            return None
        entry = self._entries[index.row()]
        if isinstance(entry, Section):
            return self._section(entry, role)
        if role in {Qt.ItemDataRole.DisplayRole, NAME}:
            return entry
        if role == ROW:
            return self.row(entry)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.row(entry).spoken
        return None

    def _section(self, section: Section, role: int) -> object:
        if role == SECTION:
            return section
        title = T("Active") if section.key == "active" else T("Not running")
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title}, " + N("{n} profile", "{n} profiles", section.count)
        return None
