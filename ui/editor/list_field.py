"""A list of texts as lines in a card: each can be changed and removed, one more can be added up to AWS's limit."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.style.fonts import font
from ui.widgets.basics import button, card, icon_button, label, plain, row
from ui.widgets.taborder import tab_before

Line = tuple[QWidget, QLineEdit, QPushButton]


class ListField(Field):
    """`lines` are what can be changed; what is fixed stands below them and is not written."""

    def __init__(self, key: str, title: str, add: str, *, most: int, placeholder: str = "") -> None:
        """Make the field with no lines."""
        holder = plain()
        self._box = QVBoxLayout(holder)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self._card = card()
        self._rows = QVBoxLayout(self._card)
        self._rows.setContentsMargins(1, 1, 1, 1)
        self._rows.setSpacing(0)
        self._box.addWidget(self._card)
        self.add = button(add, "link", pressed=self._add)
        self.count = label(role="second")
        self._box.addLayout(row(self.add, self.count, None, spacing=12))
        super().__init__(key, title, holder)
        self._most, self._placeholder = most, placeholder
        self.lines: list[Line] = []
        self._fixed: list[QWidget] = []
        self._fixed_texts: tuple[str, ...] = ()
        self._counted()

    def target(self) -> QWidget:
        """The card shows the state."""
        return self._card

    def focus(self) -> None:
        """Go to the first line, or to the button that adds one."""
        (self.lines[0][1] if self.lines else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_fixed(self, texts: Sequence[str], why: str) -> None:
        """Show lines that come from elsewhere, and from where."""
        if tuple(texts) == self._fixed_texts:
            return
        self._fixed_texts = tuple(texts)
        for one in self._fixed:
            self._rows.removeWidget(one)
            one.hide()
            one.deleteLater()
        self._fixed = []
        for text in texts:
            line = row(spacing=8, margins=(10, 5, 10, 5))
            line.addWidget(label(text, "code", wrap=True), 1)
            line.addWidget(label(why, "second"))
            holder = plain(line)
            self._fixed.append(holder)
            self._rows.addWidget(holder)
        self._counted()

    def _load(self, draft: Draft) -> None:
        texts = draft.texts(self.key)
        if texts == [line.text() for _, line, _ in self.lines]:
            return
        while self.lines:
            self._drop(self.lines[0])
        for text in texts:
            self.add_line(text)

    def store(self, draft: Draft) -> None:
        """Write the list; empty lines count for nothing."""
        draft.set(self.key, [text for _, line, _ in self.lines if (text := line.text().strip())] or None)

    def add_line(self, text: str = "") -> QLineEdit:
        """Add a line and return where it is typed."""
        number = len(self.lines) + 1
        line = QLineEdit(text)
        line.setProperty("bare", True)
        line.setFont(font("code"))
        line.setPlaceholderText(self._placeholder)
        line.setAccessibleName(T("{title}, line {number}", title=self.title, number=number))
        line.textEdited.connect(self._edited)
        line.installEventFilter(self)
        line.setCursorPosition(0)
        remove = icon_button("x", T("Remove {what}", what=f"{self.title} {number}"))
        inner = row(spacing=2, margins=(2, 1, 4, 1))
        inner.addWidget(line, 1)
        inner.addWidget(remove)
        holder = plain(inner)
        made: Line = (holder, line, remove)
        remove.clicked.connect(partial(self._remove, made))
        self._rows.insertWidget(len(self.lines), holder)
        tab_before(self.add, holder)
        self.lines.append(made)
        self._counted()
        return line

    def _add(self) -> None:
        self.add_line().setFocus()

    def _drop(self, line: Line) -> None:
        self.lines.remove(line)
        self._rows.removeWidget(line[0])
        line[0].hide()
        line[0].deleteLater()
        self._counted()

    def _remove(self, line: Line, _checked: object = None) -> None:
        self._drop(line)
        self._edited()
        self.left.emit()
        self.add.setFocus()

    def _counted(self) -> None:
        count = len(self.lines) + len(self._fixed_texts)
        self._card.setVisible(bool(count))
        self.count.setText(T("{count} of {limit}", count=count, limit=self._most) if count else "")
        self.add.setEnabled(count < self._most)
