"""The accounts and roles that Identity Center gives a person: searched, ticked for profiles, or one of them chosen."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from app.domain.assignments import AccountRoles, Assigned
from app.domain.names import AccountId
from app.texts import N, T
from ui.style.fonts import font
from ui.widgets.announcing import announce
from ui.widgets.basics import column, label
from ui.widgets.search_field import add_lens

_ROLE = Qt.ItemDataRole.UserRole + 1
_LINES = 8  # of the tree, at least
Names = Callable[[Sequence[Assigned]], Mapping[Assigned, str]]


class RolesList(QWidget):
    """`many`: roles are ticked, and `changed` tells it; else `chosen` carries account and role of the one picked."""

    changed = Signal()
    chosen = Signal(str, str)

    def __init__(self, *, many: bool, names: Names | None = None) -> None:
        """Show nothing yet. `names` gives the name of each profile that would be made."""
        super().__init__()
        self.setProperty("plain", True)
        self._many, self._names = many, names
        self._there: Mapping[Assigned, str] = {}
        self._items: dict[Assigned, QTreeWidgetItem] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(T("Account or role"))
        self.search.setAccessibleName(T("Search accounts and roles"))
        add_lens(self.search)
        self.search.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.count = label(role="second", wrap=True)
        self._make_tree()
        self.setLayout(column(self.search, self.tree, self.count, spacing=6))
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.tree.itemChanged.connect(self._ticked)
        self.tree.itemActivated.connect(self._activated)

    def _make_tree(self) -> None:
        tree = self.tree
        tree.setProperty("card", True)
        tree.setColumnCount(2)
        tree.setHeaderLabels([T("Account and role"), T("Profile")])
        header = tree.header()
        header.setFont(font("small", strong=True))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.setAccessibleName(T("Accounts and roles"))
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setMinimumHeight(tree.fontMetrics().height() * 2 * _LINES)

    # what is shown

    def show_accounts(self, accounts: Sequence[AccountRoles], there: Mapping[Assigned, str]) -> None:
        """Show accounts and roles; those in `there` have a profile already."""
        ticked = set(self.ticked)
        self._there = dict(there)
        self.tree.blockSignals(True)
        self.tree.clear()
        self._items = {}
        for account in accounts:
            self._add(account, ticked)
        self.tree.blockSignals(False)
        if len(accounts) <= 10:
            self.tree.expandAll()
        self._search(self.search.text())
        self._tell()

    def _add(self, account: AccountRoles, ticked: set[Assigned]) -> None:
        top = QTreeWidgetItem([f"{account.name} ({account.id})" if account.name else account.id])
        top.setToolTip(0, account.email)
        self.tree.addTopLevelItem(top)
        open_roles = 0
        for role in account.roles:
            one = Assigned(account.id, role)
            item = QTreeWidgetItem([role, self._there.get(one, "")])
            item.setData(0, _ROLE, one)
            top.addChild(item)
            self._items[one] = item
            if self._many and one not in self._there:
                open_roles += 1
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(0, Qt.CheckState.Checked if one in ticked else Qt.CheckState.Unchecked)
            elif self._many:
                item.setToolTip(0, T("There is a profile of it already."))
        if self._many and open_roles:
            top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)

    @property
    def ticked(self) -> list[Assigned]:
        """The roles that are ticked, in the list's order."""
        return [one for one, item in self._items.items() if item.data(0, Qt.ItemDataRole.CheckStateRole) is not None
                and item.checkState(0) is Qt.CheckState.Checked]  # fmt: skip

    def mark(self, account: str, role: str) -> None:
        """Show which one is in use."""
        item = self._items.get(Assigned(AccountId(account), role))
        if item is not None:
            self.tree.setCurrentItem(item)

    def rename(self) -> None:
        """Show the names of the profiles that would be made."""
        names: Mapping[Assigned, str] = self._names(self.ticked) if self._names is not None else {}
        self.tree.blockSignals(True)
        for one, item in self._items.items():
            item.setText(1, names.get(one) or self._there.get(one, ""))
        self.tree.blockSignals(False)

    def _tell(self) -> None:
        self.rename()
        ticked, shown = len(self.ticked), sum(not item.isHidden() for item in self._items.values())
        roles = N("{n} role", "{n} roles", shown) if shown else T("No role matches")
        made = N("{n} profile will be made", "{n} profiles will be made", ticked)
        self.count.setText(T("{roles}, {made}", roles=roles, made=made) if ticked else roles)

    # what a person does

    def _search(self, text: str) -> None:
        words = text.casefold().split()
        for number in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(number)
            if top is None:
                continue
            above, hits = f"{top.text(0)} {top.toolTip(0)}".casefold(), 0
            for item in _children(top):
                hit = all(word in above or word in item.text(0).casefold() for word in words)
                item.setHidden(not hit)
                hits += hit
            top.setHidden(bool(words) and not hits)
            if words and hits:
                top.setExpanded(True)
        self._tell()

    def _ticked(self, item: QTreeWidgetItem, column_number: int) -> None:
        """A tick at an account counts for what is shown of it alone."""
        if column_number:
            return
        if item.childCount() and item.checkState(0) is Qt.CheckState.Checked:
            self.tree.blockSignals(True)
            for one in _children(item):
                if one.isHidden():
                    one.setCheckState(0, Qt.CheckState.Unchecked)
            self.tree.blockSignals(False)
        self._tell()
        announce(self.tree, self.count.text())
        self.changed.emit()

    def _activated(self, item: QTreeWidgetItem, _column: int) -> None:
        one = item.data(0, _ROLE)
        if not self._many and isinstance(one, Assigned):
            self.chosen.emit(one.account, one.role)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the search to the first row with Down; Esc clears the search first."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                shown = [item for item in self._items.values() if not item.isHidden()]
                if shown:
                    self.tree.setCurrentItem(shown[0])
                    self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)


def _children(top: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [one for place in range(top.childCount()) if (one := top.child(place)) is not None]
