"""What an account has, to pick from: managed policies (several), instances (one)."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLineEdit, QListView, QWidget

from app.roleflow import Offered
from app.texts import N, T
from ui.style.fonts import grown
from ui.widgets.basics import button, column, label, plain, row, rule
from ui.widgets.choices import DETAIL, ChoiceDelegate
from ui.widgets.screen import fit
from ui.widgets.search_field import add_lens

_SIZE = (620, 480)
_VALUE = Qt.ItemDataRole.UserRole
_WORDS = _VALUE + 1  # what the filter looks through


class ChooseDialog(QDialog):
    """Opened with `open()`; `chosen` carries the values, in the order in which they are shown."""

    chosen = Signal(tuple)

    def __init__(self, parent: QWidget | None, offered: Offered, taken: Iterable[str]) -> None:
        """Show what was found; `taken` is picked already."""
        super().__init__(parent)
        self._several = offered.key == "policies"
        title = T("Policies of the account") if self._several else T("Instances of the region")
        self.setWindowTitle(title)
        fit(self, *map(grown, _SIZE))
        self.search = QLineEdit()
        self.search.setPlaceholderText(T("Search"))
        self.search.setAccessibleName(T("Search"))
        add_lens(self.search)
        self.search.setClearButtonEnabled(True)
        self.model = _model(offered, frozenset(taken), checks=self._several)
        self.shown = QSortFilterProxyModel(self)
        self.shown.setSourceModel(self.model)
        self.shown.setFilterRole(_WORDS)
        self.shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView()
        self.list.setModel(self.shown)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(title)
        self.count = label(role="second")
        self.nothing = label(T("The account has none."), "second")
        self.nothing.setVisible(not offered.offers)
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.take = button(T("Take these") if self._several else T("Take it"), "primary", pressed=self._take)
        footer = plain(row(self.count, None, self.cancel, self.take, margins=(20, 12, 20, 12)))
        body = plain(column(self.search, self.nothing, self.list, margins=(20, 16, 20, 12), spacing=8))
        self.setLayout(column(body, rule(), footer, spacing=0))
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take_nearest)
        self.list.setItemDelegate(ChoiceDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setProperty("card", True)
        if self._several:
            self.list.clicked.connect(self._turn)
        else:
            self.list.doubleClicked.connect(self._take)
        self.list.selectionModel().currentChanged.connect(self._count)
        self.model.itemChanged.connect(self._count)
        self._filter("")
        self.search.setFocus()

    @property
    def picked(self) -> tuple[str, ...]:
        """What would be taken now."""
        if not self._several:
            current = self.list.currentIndex()
            return (str(current.data(_VALUE)),) if current.isValid() else ()
        items = (self.model.item(number) for number in range(self.model.rowCount()))
        return tuple(str(one.data(_VALUE)) for one in items if one.checkState() is Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search into the list."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self.shown.index(0, 0))
            return
        if event.key() == Qt.Key.Key_Space and self.list.hasFocus() and self._several:
            self._turn(self.list.currentIndex())
            return
        super().keyPressEvent(event)

    def _filter(self, text: str) -> None:
        self.shown.setFilterFixedString(text.strip())
        if not self._several and (text or not self.list.currentIndex().isValid()):
            self.list.setCurrentIndex(self.shown.index(0, 0))
        self._count()

    def _count(self, *_: object) -> None:
        several = N("{n} picked", "{n} picked", len(self.picked))
        self.count.setText(several if self._several else N("{n} instance", "{n} instances", self.shown.rowCount()))
        self.take.setEnabled(self._several or bool(self.picked))

    def _turn(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        item = self.model.itemFromIndex(self.shown.mapToSource(index))
        on = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)

    def _take_nearest(self) -> None:
        """Enter in the search: picks the first that is found, or takes it where there is one to take."""
        if not self._several:
            self._take()
        elif self.search.text() and self.shown.rowCount():
            self._turn(self.shown.index(0, 0))
            self.search.selectAll()

    def _take(self, *_: object) -> None:
        if self.take.isEnabled():
            self.chosen.emit(self.picked)
            self.accept()


def _model(offered: Offered, taken: frozenset[str], *, checks: bool) -> QStandardItemModel:
    model = QStandardItemModel()
    for one in offered.offers:
        item = QStandardItem(one.title)
        item.setData(one.detail, DETAIL)
        item.setData(one.value, _VALUE)
        item.setData(f"{one.title} {one.detail}", _WORDS)
        item.setAccessibleDescription(one.detail)
        if checks:  # a click anywhere on the line turns it
            on = one.value in taken or one.detail in taken
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        model.appendRow(item)
    return model
