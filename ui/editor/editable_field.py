"""A field for a word with suggestions below it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QListView

from ui.editor.draft import Draft
from ui.editor.fields import Field

_MEASURED = 100  # suggestions, each as high as it asks for


class EditableField(Field):
    """A word with suggestions: a region, a group, a duration."""

    def __init__(
        self, key: str, title: str, suggestions: Sequence[str], help_text: str = "", *, placeholder: str = ""
    ) -> None:
        """Make the field."""
        self.box = QComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        view = self.box.view()
        if isinstance(view, QListView) and len(suggestions) > _MEASURED:
            view.setUniformItemSizes(True)  # else each of 10,000 is measured, once for every thing the box is put into
        self.box.addItems(list(suggestions))
        super().__init__(key, title, self.box, help_text)
        line = self.box.lineEdit()
        if line is not None:
            line.setPlaceholderText(placeholder)
            line.setAccessibleName(title)
            line.textEdited.connect(self._edited)
            line.installEventFilter(self)
        self.box.activated.connect(self._edited)

    def _load(self, draft: Draft) -> None:
        self.box.setCurrentText(draft.text(self.key))

    def store(self, draft: Draft) -> None:
        """Write the text."""
        draft.set(self.key, self.box.currentText().strip() or None)
