"""A table that was changed outside while it was edited: keep mine, take theirs, or choose value by value."""

import json
from collections.abc import Callable, Container, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout

from app.texts import N, T
from ui.editor.choices import Option, Segments
from ui.editor.merge import Difference
from ui.style.fonts import grown
from ui.widgets.basics import Glyph, button, card, column, label, plain, row
from ui.widgets.page import PageBody

_DOTS = "•" * 10
_ROWS = 190  # the highest that the comparison gets before it scrolls


class ConflictCard(QFrame):
    """`kept`, `taken`: all of one side; `chosen` carries the differences in which theirs is wanted."""

    kept = Signal()
    taken = Signal()
    chosen = Signal(list)
    showing = Signal(bool)

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.setProperty("card", "warn")
        self.title = label(T("This was changed outside"), "body-strong", wrap=True)
        self.words = label(role="second", wrap=True)
        self.keep = button(T("Keep mine"), small=True, pressed=self.kept.emit)
        self.take = button(T("Take theirs"), small=True, pressed=self.taken.emit)
        self.compare = button(T("Compare"), small=True, pressed=self.toggle)
        self.use = button(T("Use what is chosen"), small=True, pressed=self._use)
        self._grid = QGridLayout()
        inner = PageBody()
        inner.setProperty("plain", True)
        inner.setLayout(self._grid)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnMinimumWidth(0, grown(112))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self.sides = QScrollArea()
        self.sides.setWidgetResizable(True)
        self.sides.setFrameShape(QFrame.Shape.NoFrame)
        self.sides.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sides.setWidget(inner)
        frame = card()
        frame.setLayout(column(self.sides, margins=(1, 1, 1, 1)))
        self.table = plain(column(frame, row(self.use, None), spacing=8))
        head = row(Glyph("warning-fill", "warn"), spacing=10)
        head.addLayout(column(self.title, self.words, spacing=2), 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 12, 10)
        box.addLayout(head)
        box.addLayout(row(self.keep, self.take, self.compare, None))
        box.addWidget(self.table)
        self.table.hide()
        self.hide()
        self._differences: Sequence[Difference] = ()
        self.choices: dict[str, Segments] = {}

    def show_differences(self, found: Sequence[Difference], name: Callable[[str], str], hidden: Container[str]) -> None:
        """Show the card for differences; `name` turns a key into a title, the values of `hidden` keys are dots."""
        found = sorted(found, key=lambda one: not one.both)  # what needs a decision stands first
        self._differences = tuple(found)
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.choices = {}
        for place, text in enumerate((T("Value"), T("Mine"), T("Theirs"), T("Use"))):
            self._grid.addWidget(label(text, "section"), 0, place)
        for number, one in enumerate(found, 1):
            sides = [_DOTS if one.key in hidden and side else value_words(side) for side in (one.mine, one.theirs)]
            self._row(number, one, name(one.key), *sides)
        self._grid.setRowStretch(len(found) + 1, 1)  # what is left over is below the rows
        both = sum(one.both for one in found)
        count = N("{n} value differs.", "{n} values differ.", len(found))
        clash = N("{n} was changed in both places.", "{n} were changed in both places.", both)
        self.words.setText(f"{count} {clash}" if both else count)
        self.show()

    def _row(self, number: int, one: Difference, title: str, mine: str, theirs: str) -> None:
        name = label(title, "body-strong" if one.both else "body", wrap=True)
        name.setToolTip(one.key)
        options = (Option("mine", T("Mine")), Option("theirs", T("Theirs")))
        choice = Segments(T("{value}: use", value=title), options)
        choice.show_value("mine" if one.here else "theirs")
        self.choices[one.key] = choice
        sides = [label(text, "code", wrap=True, select=True) for text in (mine, theirs)]
        said = plain(row(Glyph("warning-fill", "warn", 14), spacing=6) if one.both else row())
        inner = said.layout()
        if inner is not None:
            inner.addWidget(name)
        for place, widget in enumerate((said, *sides, choice)):
            self._grid.addWidget(widget, number, place, Qt.AlignmentFlag.AlignVCenter)

    def toggle(self) -> None:
        """Open or close the comparison."""
        self.set_open(opened=not self.table.isVisibleTo(self))

    def set_open(self, *, opened: bool) -> None:
        """Open or close the comparison."""
        self.table.setVisible(opened)
        self.compare.setText(T("Close the comparison") if opened else T("Compare"))
        self._fit()
        if opened and self.choices:
            next(iter(self.choices.values())).focus()

    def _fit(self) -> None:
        """Be as high as the rows are, up to where they scroll."""
        inner = self.sides.widget()
        around = self.layout()
        if inner is None or around is None:
            return
        margins = around.contentsMargins()
        width = self.width() - margins.left() - margins.right() - 2
        self.sides.setMaximumHeight(min(max(inner.heightForWidth(width), 0), _ROWS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _use(self) -> None:
        self.chosen.emit([one for one in self._differences if self.choices[one.key].value == "theirs"])

    def done(self) -> None:
        """The conflict is settled."""
        self._differences = ()
        self.set_open(opened=False)
        self.hide()

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001  Qt's signature
        """Show or hide, and tell the place around."""
        super().setVisible(visible)
        self.showing.emit(visible)

    @property
    def pending(self) -> bool:
        """Whether nothing was chosen yet."""
        return bool(self._differences)


def value_words(value: object) -> str:
    """Return a value as it is shown beside another."""
    match value:
        case None:
            return T("not set")
        case True:
            return T("yes")
        case False:
            return T("no")
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False, indent=1, default=str)
