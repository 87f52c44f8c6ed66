"""The rows of an import for a table: profiles, and under an opened one its choices and remarks; quick with 10,000."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.domain.values import dataclass
from app.importing.executor import Step
from app.texts import T
from ui.present.importing import Kind, Line, Variant, matching

Where = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
ENTRY = Qt.ItemDataRole.UserRole + 1  # an Entry
CHECKED = Qt.ItemDataRole.UserRole + 2  # whether the entry's line is chosen
STATE = Qt.ItemDataRole.UserRole + 3  # a State, once the import has begun
CHECK, PROFILE, FOUND, WHAT = range(4)
_OPENED = 20  # conflicts that are open by themselves; of more nobody reads all


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table: a line, or under it one of its variants or remarks.

    `last` ends an opened line; `apart`: what stands above it is about something else.
    """

    line: Line
    variant: Variant | None = None
    note: str = ""
    last: bool = False
    apart: bool = False

    @property
    def is_head(self) -> bool:
        """Whether it is the line itself."""
        return self.variant is None and not self.note


@dataclass(frozen=True, slots=True)
class State:
    """How far a line is; `text` says it, `whole` with all that is known of a failure."""

    step: Step | None
    text: str
    whole: str = ""


class ImportModel(QAbstractTableModel):
    """`chosen_changed` after checks changed, `picked` with a line and the variant that a person chose."""

    chosen_changed = Signal()
    picked = Signal(object, object)

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.lines: Sequence[Line] = ()
        self.checked: set[str] = set()
        self.opened: set[str] = set()
        self.states: dict[str, State] = {}
        self.frozen = False
        self.kind: Kind | None = None
        self.words = ""
        self.entries: list[Entry] = []
        self._rows: dict[str, int] = {}
        self._head = ("", T("Profile"), T("Found as"), T("What will happen"))

    # what is shown

    def use(self, lines: Sequence[Line], checked: Collection[str], *, anew: bool) -> None:
        """Show lines; `anew`: they were read anew, so that conflicts open."""
        self.lines = lines
        self.checked = {one.origin for one in lines if one.can and one.origin in checked}
        if anew:
            conflicts = [one.origin for one in lines if one.kind is Kind.CONFLICT]
            self.opened = set(conflicts) if len(conflicts) <= _OPENED else set()
            self.states, self.frozen = {}, False
        self._fill()
        self.chosen_changed.emit()

    def show(self, kind: Kind | None, words: str) -> None:
        """Show the lines of a kind that have the words."""
        if (kind, words) != (self.kind, self.words):
            self.kind, self.words = kind, words
            self._fill()
            self.chosen_changed.emit()

    def _fill(self) -> None:
        self.beginResetModel()
        self.entries, self._rows = [], {}
        for line in matching(self.lines, self.kind, self.words):
            self._rows[line.origin] = len(self.entries)
            self.entries.append(Entry(line))
            if line.origin in self.opened:
                self.entries += _under(line)
        self.endResetModel()

    @property
    def under(self) -> list[int]:
        """The rows below opened lines."""
        heads = sorted(self._rows[one] for one in self.opened if one in self._rows)
        return [row for head in heads for row in range(head + 1, head + 1 + len(_under(self.entries[head].line)))]

    @property
    def shown(self) -> list[Line]:
        """The lines that are shown."""
        return [one.line for one in self.entries if one.is_head]

    def row_of(self, origin: str, variant: Variant | None = None) -> int:
        """Return the row of a line, or of the variant under it that has the same place; -1 where it is not shown."""
        row = self._rows.get(origin, -1)
        if row < 0 or variant is None:
            return row
        under = [at for at, one in enumerate(self.entries[row : row + 40], row) if one.line.origin == origin]
        same = [at for at in under if (own := self.entries[at].variant) and (own.pick, own.subject) == _key(variant)]
        return same[0] if same else row

    # checks

    def set_checked(self, origins: Collection[str], *, on: bool) -> None:
        """Choose lines, or no more."""
        if self.frozen:
            return
        before = len(self.checked)
        self.checked = self.checked | set(origins) if on else self.checked - set(origins)
        if len(self.checked) != before:
            self._all_changed()
            self.chosen_changed.emit()

    def _all_changed(self) -> None:
        if self.entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.entries) - 1, WHAT))

    def toggle(self, row: int) -> None:
        """Choose the line of a row or no more; of a variant, choose that."""
        entry = self.entries[row]
        if self.frozen:
            return
        if entry.variant is not None:
            if not entry.variant.chosen:
                self.picked.emit(entry.line, entry.variant)
        elif entry.is_head and entry.line.can:
            self.set_checked({entry.line.origin}, on=entry.line.origin not in self.checked)

    def toggle_shown(self) -> None:
        """Choose all that is shown; where all is chosen, nothing of it."""
        own = [one.origin for one in self.shown if one.can]
        self.set_checked(own, on=not all(one in self.checked for one in own))

    @property
    def check_state(self) -> Qt.CheckState:
        """Whether all, some or none of what is shown is chosen."""
        found: set[bool] = set()
        for entry in self.entries:
            if entry.line.can and entry.is_head:
                found.add(entry.line.origin in self.checked)
                if len(found) > 1:
                    return Qt.CheckState.PartiallyChecked
        return Qt.CheckState.Checked if found == {True} else Qt.CheckState.Unchecked

    # opening

    def open_or_close(self, row: int) -> None:
        """Show or hide what is under a line."""
        line = self.entries[row].line
        if not line.opens:
            return
        head, under = self._rows[line.origin], _under(line)
        if line.origin in self.opened:
            self.opened.discard(line.origin)
            self.beginRemoveRows(QModelIndex(), head + 1, head + len(under))
            del self.entries[head + 1 : head + 1 + len(under)]
            self._count()
            self.endRemoveRows()
        else:
            self.opened.add(line.origin)
            self.beginInsertRows(QModelIndex(), head + 1, head + len(under))
            self.entries[head + 1 : head + 1] = under
            self._count()
            self.endInsertRows()

    def _count(self) -> None:
        self._rows = {one.line.origin: row for row, one in enumerate(self.entries) if one.is_head}

    # while it is carried out

    def begin(self) -> None:
        """Change nothing more: it is being carried out."""
        self.frozen = True
        self.states = dict.fromkeys(self.checked, State(None, T("Waiting")))
        if self.opened:
            self.opened = set()
            self._fill()
        else:
            self._all_changed()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, WHAT, WHAT)
        self.chosen_changed.emit()

    def tell(self, states: Mapping[str, State]) -> None:
        """Show how far lines are."""
        self.states.update(states)
        rows = sorted(self._rows[origin] for origin in states if origin in self._rows)
        if rows:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], WHAT))

    def failed_first(self) -> None:
        """Show what failed before the rest: it needs a look, and would be lost among many."""
        self.beginResetModel()
        failed = {origin for origin, one in self.states.items() if one.step is Step.FAILED}
        self.entries.sort(key=lambda one: one.line.origin not in failed)
        self._count()
        self.endResetModel()

    # Qt's own

    def rowCount(self, parent: Where = _NONE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Where = _NONE) -> int:
        return 0 if parent.isValid() else len(self._head)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != int(Qt.ItemDataRole.DisplayRole):
            return None
        return T("What happened") if section == WHAT and self.states else self._head[section]

    def flags(self, index: Where) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        entry = self.entries[index.row()]
        checks = (
            index.column() == CHECK
            and not self.frozen
            and ((entry.is_head and entry.line.can) or entry.variant is not None)
        )
        return base | Qt.ItemFlag.ItemIsUserCheckable if checks else base

    def data(self, index: Where, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(entry, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                state = self.states.get(entry.line.origin) if index.column() == WHAT else None
                return (state.whole if state is not None else "") or self._text(entry, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._cell_spoken(entry, index.column())
            case Qt.ItemDataRole.CheckStateRole if self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
                on = entry.variant.chosen if entry.variant is not None else entry.line.origin in self.checked
                return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
            case _:
                return {int(ENTRY): entry, int(CHECKED): entry.line.origin in self.checked}.get(int(role)) or (
                    self.states.get(entry.line.origin) if role == STATE else None
                )

    def setData(self, index: Where, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Follow a check that a screen reader sets."""
        del value
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or self.frozen:
            return False
        self.toggle(index.row())
        return True

    def _text(self, entry: Entry, column: int) -> str:
        line = entry.line
        if entry.variant is not None:
            return f"{entry.variant.text}  {entry.variant.detail}" if column == PROFILE else ""
        if entry.note:
            return entry.note if column == PROFILE else ""
        state = self.states.get(line.origin)
        what = state.text if state is not None else line.says(chosen=line.origin in self.checked)
        return ("", line.origin, line.found, what)[column]

    def _cell_spoken(self, entry: Entry, column: int) -> str:
        """Return a cell in words: that of the name, where the keys lead, says the row; the others what is theirs."""
        if column == PROFILE:
            return self._spoken(entry)
        if column == CHECK:
            return entry.variant.text if entry.variant is not None else "" if entry.note else entry.line.origin
        state = self.states.get(entry.line.origin) if column == WHAT and entry.is_head else None
        return (state.whole if state is not None else "") or self._text(entry, column)

    def _spoken(self, entry: Entry) -> str:
        if entry.variant is not None:
            chosen = T("chosen") if entry.variant.chosen else T("not chosen")
            return ", ".join(part for part in (entry.variant.text, entry.variant.detail, chosen) if part)
        if entry.note:
            return entry.note
        state = self.states.get(entry.line.origin)
        if state is not None:
            return f"{entry.line.origin}, {state.whole or state.text}"
        return entry.line.spoken(chosen=entry.line.origin in self.checked)


def _under(line: Line) -> list[Entry]:
    about = [one.subject if one.code else "" for one in line.variants]
    made = [
        Entry(line, variant=one, apart=number > 0 and about[number] != about[number - 1])
        for number, one in enumerate(line.variants)
    ]
    made += [Entry(line, note=one, apart=number == 0 and bool(made)) for number, one in enumerate(line.notes)]
    return [*made[:-1], replace(made[-1], last=True)] if made else []


def _key(variant: Variant) -> tuple[object, str]:
    return variant.pick, variant.subject
