"""A form: fields in a grid, what they write, and where findings are shown."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.domain.problem import Problem
from app.domain.profile import Finding
from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.style.fonts import font
from ui.widgets.basics import column, label, plain, put_icon, row, set_role
from ui.widgets.page import PageBody
from ui.widgets.taborder import tab_behind

LABELS = 112
_COLUMN = "labels"  # the property of a label that is as wide as the column of them


def key_of(problem: Problem) -> str:
    """Return the dotted key that a problem is about."""
    return str(problem.arguments.get("key", ""))


class Form(QObject):
    """Fields that belong together. `changed` after an edit, `left` when a field was left, `passed` with its key.

    `rest` has those that come later.
    """

    changed = Signal()
    left = Signal()
    passed = Signal(str)
    pasting = Signal(object)

    def __init__(self, draft: Draft, fields: Iterable[Field] = ()) -> None:
        """Take over fields and show the draft's values in them."""
        super().__init__()
        self.draft = draft
        self.fields: list[Field] = []
        self._findings: tuple[Finding, ...] = ()
        self.rest: Disclosure | None = None
        for field in fields:
            self.take(field)

    def take(self, field: Field) -> Field:
        """Take over a field; one that comes late is shown what was found before."""
        self.fields.append(field)
        field.load(self.draft)
        field.changed.connect(self._changed)
        field.left.connect(self.left)
        field.passed.connect(self._passed)
        field.pasting.connect(self.pasting)
        if self._findings:
            _show(field, self._findings)
        return field

    def take_later(self, rest: "Disclosure") -> None:
        """Take over the fields of a disclosure when they are built: when it is opened, or one of them is asked for."""
        self.rest = rest
        rest.made.connect(self._take_rest)
        if rest.built:
            self._take_rest()

    def _take_rest(self) -> None:
        for field in self.rest.fields if self.rest is not None else ():
            if field not in self.fields:
                self.take(field)

    def load(self) -> None:
        """Show the draft's values again."""
        for field in self.fields:
            field.load(self.draft)

    def _changed(self) -> None:
        sender = self.sender()
        if isinstance(sender, Field):
            sender.store(self.draft)
            self.changed.emit()

    def _passed(self) -> None:
        sender = self.sender()
        if isinstance(sender, Field):
            self.passed.emit(sender.key)

    def show_findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Show findings at their fields and return those that no field here claims."""
        rest = self._findings = tuple(findings)
        for field in self.fields:
            rest = _show(field, rest)
        later = self.rest
        return [one for one in rest if later is None or not later.claims(key_of(one.problem))]

    def field(self, key: str) -> Field | None:
        """Return the field that a key belongs to."""
        if self.rest is not None and self.rest.claims(key):
            self.rest.build()
        return next((field for field in self.fields if field.claims(key)), None)


def _show(field: Field, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Show at a field what is found of it; return the rest."""
    mine = [one for one in findings if field.claims(key_of(one.problem))]
    errors = [one.problem for one in mine if not one.warning]
    field.show_problems(errors, [one.problem for one in mine if one.warning])
    return tuple(one for one in findings if one not in mine)


def grid_of(fields: Iterable[Field]) -> QGridLayout:
    """Return fields in a grid: labels at the left, fields at the right."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(12)
    grid.setColumnMinimumWidth(0, labels_width())
    grid.setColumnStretch(1, 1)
    for number, field in enumerate(fields):
        add_row(grid, number, field)
    return grid


def labels_width() -> int:
    """Return the width of the column of labels: it grows with large texts."""
    return max(LABELS, QFontMetrics(font("body")).horizontalAdvance("n") * 13)


def _in_column(one: QLabel) -> None:
    one.setFixedWidth(labels_width())
    one.setProperty(_COLUMN, True)


def refit_labels(root: QWidget) -> None:
    """Give the columns of labels the width that goes with the texts of now."""
    width = labels_width()
    for grid in root.findChildren(QGridLayout):
        if grid.columnMinimumWidth(0) >= LABELS:
            grid.setColumnMinimumWidth(0, width)
    for one in root.findChildren(QLabel):
        if one.property(_COLUMN):
            one.setFixedWidth(width)


def add_row(grid: QGridLayout, number: int, field: Field) -> None:
    """Put a field into a row of a grid."""
    _in_column(field.label)
    field.label.setContentsMargins(0, field.line_top(field.label.fontMetrics().height()), 0, 0)
    grid.addWidget(field.label, number, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(field.body, number, 1)


class Disclosure(QWidget):
    """Fields that are rarely used, behind a line that opens them and says what is set.

    They are built when they are first seen or asked for; `made` once they are.
    """

    made = Signal()

    def __init__(self, title: str, keys: Sequence[str], make: Callable[[], Sequence[Field]], about: str = "") -> None:
        """Begin closed; `make` builds the fields of `keys`, `about` is said instead of what is set while it is open."""
        super().__init__()
        self.setProperty("plain", True)
        self._keys, self._make, self._about, self._set = tuple(keys), make, about, ""
        self._fields: tuple[Field, ...] | None = None
        self.title = label(title, "label", wrap=True)
        self.title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        _in_column(self.title)
        self.head = QPushButton()
        self.head.setProperty("kind", "disclose")
        self.head.setAutoDefault(False)
        self.head.setFixedSize(22, 22)
        self.head.setAccessibleName(title)
        self.head.clicked.connect(self.toggle)
        self.line = label(role="second", wrap=True)
        self._grid = QGridLayout()
        self.body = plain()
        first = row(self.title, 12, self.head, spacing=4)
        first.addWidget(self.line, 1)
        self.whole = _Pressed(self, plain(first))
        self.setLayout(column(self.whole, self.body, spacing=10))
        self.set_open(opened=False)

    @property
    def built(self) -> bool:
        """Whether the fields are there."""
        return self._fields is not None

    @property
    def fields(self) -> Sequence[Field]:
        """The fields; asking builds them."""
        self.build()
        return self._fields or ()

    def build(self) -> None:
        """Build the fields where they are not yet: into a window that stands, which styles them once."""
        if self._fields is None:
            self._fields = tuple(self._make())
            self._grid = grid_of(self._fields)
            self.body.setLayout(self._grid)
            self.made.emit()
            tab_behind(self.head, self.body)

    def claims(self, key: str) -> bool:
        """Whether a finding's key belongs to one of the fields."""
        return any(key == one or key.startswith(f"{one}.") for one in self._keys)

    def add(self, title: str, widget: QWidget) -> None:
        """Add a last row that is no field."""
        number, name = self._grid.rowCount(), label(title, "label", wrap=True)
        _in_column(name)
        self._grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(widget, number, 1)

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown."""
        return self.body.isVisibleTo(self)

    def toggle(self) -> None:
        """Open or close."""
        self.set_open(opened=not self.is_open)

    def set_open(self, *, opened: bool) -> None:
        """Open or close."""
        if opened:
            self.build()
        self.body.setVisible(opened)
        put_icon(self.head, "caret-down" if opened else "caret-right")
        self.title.setFont(font("body", strong=opened))
        set_role(self.title, "body-strong" if opened else "label")
        self.line.setText(self._about if opened and self._about else _sentence(self._set))
        self._describe()

    def _describe(self) -> None:
        state = T("open") if self.is_open else T("closed")
        self.head.setAccessibleDescription(f"{state}, {self._set}")

    def show_set(self, draft: Draft) -> None:
        """Say which fields have a value of their own."""
        seen = self.fields if any(draft.get(key) is not None for key in self._keys) else ()
        names = [field.title for field in seen if draft.get(field.key) is not None]
        self.say(", ".join(names) or T("nothing set"))

    def say(self, words: str) -> None:
        """Say what is set."""
        self._set = words
        if not (self.is_open and self._about):
            self.line.setText(_sentence(words))
        self._describe()

    def show_wrong(self, findings: Sequence[Finding]) -> None:
        """Open where something here cannot be stored."""
        if any(self.claims(key_of(one.problem)) for one in findings if not one.warning):
            self.set_open(opened=True)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


class _Pressed(QWidget):
    """The line of a disclosure: a click anywhere on it opens or closes."""

    def __init__(self, of: Disclosure, inner: QWidget) -> None:
        super().__init__()
        self._of = of
        self.setProperty("plain", True)
        self.setLayout(column(inner))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._of.toggle()


class Page(QScrollArea):
    """A page of an editor: heading, a line below it, and what the page adds."""

    def __init__(self, title: str, intro: str) -> None:
        """Make an empty page."""
        super().__init__()
        self.title = title
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = PageBody()
        inner.setObjectName("page")
        self.box = QVBoxLayout(inner)
        self.box.setContentsMargins(24, 20, 24, 24)
        self.box.setSpacing(12)
        if title:
            head = QVBoxLayout()
            head.setSpacing(4)
            head.addWidget(label(title, "title"))
            head.addWidget(label(intro, "second", wrap=True))
            self._head = row(spacing=12)
            self._head.addLayout(head, 1)
            self.box.addLayout(self._head)
            self.box.addSpacing(4)
        self.setWidget(inner)

    def beside_title(self, widget: QWidget) -> None:
        """Put a button to the right of the heading."""
        self._head.addWidget(widget, 0, Qt.AlignmentFlag.AlignBottom)

    def show_field(self, field: Field) -> None:
        """Scroll to a field and go to it."""
        self.ensureWidgetVisible(field.body)
        field.focus()
