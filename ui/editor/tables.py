"""Fields of name and value pairs: session tags with their transitive marks, variables."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.style.fonts import font
from ui.widgets.basics import button, card, icon_button, label, row
from ui.widgets.taborder import tab_before

Pair = tuple[QLineEdit, QLineEdit, QCheckBox | None, QPushButton]


class PairsField(Field):
    """Rows of name and value. With `marks`, a key of a list of the names whose box is checked."""

    def __init__(
        self,
        key: str,
        title: str,
        add: str,
        help_text: str = "",
        *,
        marks: str = "",
        mark_text: str = "",
        most: int = 200,
    ) -> None:
        """Make the field with no rows; `most` that can be."""
        self._holder = QWidget()
        self._holder.setProperty("plain", True)
        box = QVBoxLayout(self._holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        self._card = card()
        self._grid = QGridLayout(self._card)
        self._grid.setContentsMargins(3, 2, 5, 2)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 2)
        box.addWidget(self._card)
        self.add = button(add, "link", pressed=self._add)
        self.count = label(role="second")
        box.addLayout(row(self.add, self.count, None, spacing=12))
        self._most = most
        super().__init__(key, title, self._holder, help_text)
        self._marks, self._mark_text = marks, mark_text
        self.rows: list[Pair] = []
        self._counted()

    def _counted(self) -> None:
        count = len(self.rows)
        self._card.setVisible(bool(count))
        self.count.setText(T("{count} of {limit}", count=count, limit=self._most) if count else "")
        self.add.setEnabled(count < self._most)

    def target(self) -> QWidget:
        """The card shows the state."""
        return self._card

    def focus(self) -> None:
        """Go to the first name, or to the button that adds one."""
        (self.rows[0][0] if self.rows else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def claims(self, key: str) -> bool:
        """Whether a finding's key belongs to this field: the marks' do too."""
        return super().claims(key) or (bool(self._marks) and (key == self._marks or key.startswith(f"{self._marks}.")))

    def _load(self, draft: Draft) -> None:
        while self.rows:
            self._drop(self.rows[0])
        marked = set(draft.texts(self._marks)) if self._marks else set[str]()
        for name, value in draft.table(self.key).items():
            self.add_pair(name, value, marked=name in marked)

    def store(self, draft: Draft) -> None:
        """Write the table and the marks; rows without a name count for nothing."""
        pairs = [(name.text(), value.text(), mark) for name, value, mark, _ in self.rows if name.text()]
        draft.set(self.key, {name: value for name, value, _ in pairs} or None)
        if self._marks:
            draft.set(self._marks, [name for name, _, mark in pairs if mark is not None and mark.isChecked()] or None)

    def add_pair(self, name: str = "", value: str = "", *, marked: bool = False) -> Pair:
        """Add a row and return its widgets."""
        left, right = QLineEdit(name), QLineEdit(value)
        number = len(self.rows) + 1
        for one, what in ((left, T("name {number}", number=number)), (right, T("value {number}", number=number))):
            one.setFont(font("code"))
            one.setProperty("bare", True)
            one.setCursorPosition(0)
            one.setAccessibleName(f"{self.title}, {what}")
            one.textEdited.connect(self._edited)
            one.installEventFilter(self)
        left.setPlaceholderText(T("Name"))
        right.setPlaceholderText(T("Value"))
        mark = QCheckBox(self._mark_text) if self._marks else None
        if mark is not None:
            mark.setChecked(marked)
            mark.toggled.connect(self._edited)
        remove = icon_button("x", T("Remove {what}", what=f"{self.title} {number}"))
        pair: Pair = (left, right, mark, remove)
        remove.clicked.connect(partial(self._remove, pair))
        self.rows.append(pair)
        line = self._grid.rowCount()
        for column, one in enumerate(pair):
            if one is not None:
                self._grid.addWidget(one, line, column)
        tab_before(self.add, *(one for one in pair if one is not None))
        self._counted()
        return pair

    def _add(self) -> None:
        self.add_pair()[0].setFocus()

    def _drop(self, pair: Pair) -> None:
        self.rows.remove(pair)
        for one in pair:
            if one is not None:
                self._grid.removeWidget(one)
                one.hide()
                one.deleteLater()
        self._counted()

    def _remove(self, pair: Pair, _checked: object = None) -> None:
        self._drop(pair)
        self._edited()
        self.add.setFocus()
