"""The list of profiles for views: sections and names, rows made only when they are painted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.domain.names import ProfileName
from app.domain.profile import Catalog, Profile
from app.domain.session import Status, lease_of, problem_of
from app.ports import Clock
from app.texts import N
from ui.present.arrange import Entry, Index, Order, Section, View, ViewKind, arrange, in_view, section_title
from ui.present.glyphs import failed, is_active, runs
from ui.present.palette import Finder, Marked, Now, marked
from ui.present.rows import Row, row_of, spoken_of

Where = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole + 1  # a Row
SECTION = Qt.ItemDataRole.UserRole + 2  # a Section
NAME = Qt.ItemDataRole.UserRole + 3  # the profile's name
MARKED = Qt.ItemDataRole.UserRole + 4  # a Marked while something is searched
PROFILES = "application/x-rolecall-profiles"  # names, one a line
_PROFILE = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)
_TOP = 200  # rows
_TIME_ROLES = [ROW, Qt.ItemDataRole.AccessibleTextRole]


class ProfileList(QAbstractListModel):
    """Profiles of a catalog in one view, or what a search finds in it, the best first.

    A changed status repaints its row. Rows move when a session begins or ends or another is urgent, and not while the
    order is held: `rearranging` before, `rearranged` after, and in between a row may be taken out that comes again.
    """

    rearranging = Signal()
    rearranged = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._clock = clock
        self._index = Index(Catalog())
        self._made: Finder | None = None
        self.recents: Sequence[str] = ()
        self._held = self._due = False
        self._statuses: dict[ProfileName, Status] = {}
        self._entries: list[Entry] = []
        self._places: dict[str, int] | None = None
        self.sections: tuple[int, ...] = ()  # the rows that are headings
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
        return len(self._entries) - len(self.sections)

    @property
    def searches(self) -> bool:
        """Whether what is shown is what a search found: then no sections are among the rows."""
        return bool(self._query.strip())

    @property
    def _finder(self) -> Finder:
        if self._made is None:
            self._made = Finder(self.catalog)
        return self._made

    def prepare(self) -> None:
        """Make what a search needs, so that the first letter does not wait for it."""
        self._finder.prepare()

    def hold(self, *, on: bool) -> None:
        """Leave the rows in their order while `on`; what is due then comes after."""
        self._held = on
        if not on and self._due:
            self._rearrange()

    def nearest(self, query: str) -> str:
        """Return the name nearest to a query without a match, or an empty text."""
        return self._index.nearest(query)

    def use(self, catalog: Catalog, statuses: Mapping[ProfileName, Status]) -> None:
        """Show a catalog and all its statuses."""
        if catalog is not self.catalog:
            self._index, self._made = Index(catalog), None
        self._statuses = {name: one for name, one in statuses.items() if name in catalog.profiles}
        self.beginResetModel()
        self._set(self._arranged())
        self.endResetModel()

    def show(self, view: View | None = None, query: str | None = None, order: Order | None = None) -> None:
        """Change the view, the search or the order; what is not given stays."""
        self._view = self._view if view is None else view
        self._query = self._query if query is None else query
        self._order = self._order if order is None else order
        self._due = False
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
        if before is not None and after is not None and is_active(after) and _urgent(before) != _urgent(after):
            return True
        profile = self.catalog.profiles[name]
        return in_view(self._view, profile, before) != in_view(self._view, profile, after)

    def tick(self) -> None:
        """Repaint the rows whose time goes by."""
        for name, status in self._statuses.items():
            if runs(status):
                self._touch(name)

    def _touch(self, name: str) -> None:
        row = self._row_of(name)
        if row is not None:
            where = self.index(row)
            self.dataChanged.emit(where, where, _TIME_ROLES)

    def _arranged(self) -> list[Entry]:
        if not self.searches:
            return arrange(self._index, self._statuses, self._view, self._order, self._now())
        profiles, view, statuses = self.catalog.profiles, self._view, self._statuses
        now = Now(statuses, self.recents, self._now())
        if view.kind is ViewKind.ALL:
            return [*self._finder.ranked(self._query, now)]
        return [
            *self._finder.ranked(
                self._query, now, lambda name: in_view(view, profiles[name], statuses.get(ProfileName(name)))
            )
        ]

    def _now(self) -> datetime:
        return self._clock.now()

    def _set(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._places = None
        heads = () if self.searches else (row for row, entry in enumerate(entries) if isinstance(entry, Section))
        self.sections = tuple(heads)

    def _row_of(self, name: str) -> int | None:
        """Return a profile's row. While a person types only the top is asked for: no table is made for that."""
        if self._places is None:
            if name in (top := self._entries[:_TOP]):
                return top.index(name)
            self._places = {entry: row for row, entry in enumerate(self._entries) if isinstance(entry, str)}
        return self._places.get(name)

    def _rearrange(self) -> None:
        """Replace the part between the first and the last row that differ, so that views keep what stays."""
        self._due = self._held
        if self._held:
            return
        old, new = self._entries, self._arranged()
        if old == new:
            return
        self.rearranging.emit()
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
        self.rearranged.emit()

    def place(self, name: str) -> QModelIndex:
        """Return where a profile stands, an invalid index if it is not shown."""
        row = self._row_of(name)
        return self.index(row) if row is not None else QModelIndex()

    def name_at(self, where: Where) -> str:
        """Return the profile's name at an index, empty for a section."""
        entry = self._entries[where.row()] if 0 <= where.row() < len(self._entries) else ""
        return entry if isinstance(entry, str) else ""

    def row(self, name: str) -> Row:
        """Return what is painted for a profile."""
        profile = self.catalog.profiles[name]
        return row_of(self.catalog, profile, self._status(profile), self._now(), spoken=False)

    def _status(self, profile: Profile) -> Status:
        return self._statuses.get(profile.name) or Status(profile.name)

    def rowCount(self, parent: Where = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Where) -> Qt.ItemFlag:
        if self.name_at(index):
            return _PROFILE
        return Qt.ItemFlag.NoItemFlags

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the names of profiles: for the sidebar, and as text for other programs."""
        names = [name for name in map(self.name_at, indexes) if name]
        data = QMimeData()
        data.setData(PROFILES, "\n".join(names).encode())
        data.setText("\n".join(names))
        return data

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
        if role == MARKED:
            return self.marked(entry)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            profile = self.catalog.profiles[entry]
            return spoken_of(self.catalog, profile, self._status(profile), self._now())
        return None

    def entry(self, row: int) -> Entry:
        """Return what stands in a row."""
        return self._entries[row]

    def marked(self, name: str) -> Marked | None:
        """Return a profile's texts with the letters that were searched for; None while nothing is."""
        return marked(self.catalog, name, self._query) if self.searches else None

    def _section(self, section: Section, role: int) -> object:
        if role == SECTION:
            return section
        title = section_title(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title}, " + N("{n} profile", "{n} profiles", section.count)
        return None


def _urgent(status: Status) -> tuple[bool, datetime | None]:
    """Return what a running profile's place among the others depends on."""
    lease = lease_of(status.state)
    return problem_of(status.state) is None, lease.expires_at if lease is not None else None


def dragged(data: QMimeData) -> list[str]:
    """Return the names of the profiles that are dragged, none for anything else."""
    return bytes(data.data(PROFILES).data()).decode(errors="replace").split("\n") if data.hasFormat(PROFILES) else []
