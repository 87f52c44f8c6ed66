"""A form: fields in a grid, what they write, and where findings are shown."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.problem import Problem
from app.domain.profile import Finding
from ui.editor.draft import Draft
from ui.editor.fields import CheckField, Field
from ui.widgets.basics import label

LABELS = 128


def key_of(problem: Problem) -> str:
    """Return the dotted key that a problem is about."""
    return str(problem.arguments.get("key", ""))


class Form(QObject):
    """Fields that belong together. `changed` after an edit, `left` when a field was left."""

    changed = Signal()
    left = Signal()

    def __init__(self, draft: Draft, fields: Iterable[Field] = ()) -> None:
        """Take over fields and show the draft's values in them."""
        super().__init__()
        self.draft = draft
        self.fields: list[Field] = []
        for field in fields:
            self.take(field)

    def take(self, field: Field) -> Field:
        """Take over a field."""
        self.fields.append(field)
        field.load(self.draft)
        field.changed.connect(self._changed)
        field.left.connect(self.left)
        return field

    def load(self) -> None:
        """Show the draft's values again."""
        for field in self.fields:
            field.load(self.draft)

    def _changed(self) -> None:
        sender = self.sender()
        if isinstance(sender, Field):
            sender.store(self.draft)
            self.changed.emit()

    def show_findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Show findings at their fields and return those that no field here claims."""
        rest = list(findings)
        for field in self.fields:
            mine = [one for one in rest if field.claims(key_of(one.problem))]
            rest = [one for one in rest if one not in mine]
            errors = [one.problem for one in mine if not one.warning]
            field.show_problems(errors, [one.problem for one in mine if one.warning])
        return rest

    def field(self, key: str) -> Field | None:
        """Return the field that a key belongs to."""
        return next((field for field in self.fields if field.claims(key)), None)


def grid_of(fields: Iterable[Field]) -> QGridLayout:
    """Return fields in a grid: labels at the left, fields at the right."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(12)
    grid.setColumnMinimumWidth(0, LABELS)
    grid.setColumnStretch(1, 1)
    for number, field in enumerate(fields):
        add_row(grid, number, field)
    return grid


def add_row(grid: QGridLayout, number: int, field: Field) -> None:
    """Put a field into a row of a grid."""
    field.label.setFixedWidth(LABELS)
    field.label.setContentsMargins(0, 3 if isinstance(field, CheckField) else 6, 0, 0)
    grid.addWidget(field.label, number, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(field.body, number, 1)


class Page(QScrollArea):
    """A page of an editor: heading, a line below it, and what the page adds."""

    def __init__(self, title: str, intro: str) -> None:
        """Make an empty page."""
        super().__init__()
        self.title = title
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("page")
        self.box = QVBoxLayout(inner)
        self.box.setContentsMargins(24, 20, 24, 24)
        self.box.setSpacing(12)
        if title:
            head = QVBoxLayout()
            head.setSpacing(2)
            head.addWidget(label(title, "title"))
            head.addWidget(label(intro, "second", wrap=True))
            self.box.addLayout(head)
        self.setWidget(inner)

    def show_field(self, field: Field) -> None:
        """Scroll to a field and go to it."""
        self.ensureWidgetVisible(field.body)
        field.focus()
