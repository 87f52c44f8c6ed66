"""Fields of one choice out of a few: radio buttons in a card, and segments side by side."""

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.values import dataclass
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.style.fonts import font, grown
from ui.style.mirror import mirrored
from ui.widgets.basics import card, label, put_icon, row, rule
from ui.widgets.boxwords import words_top

_INDENT = 24
_ABOVE = 7  # px from the top of the card to its first choice


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the word of the catalog, what it is called, a line about it, a glyph."""

    value: str
    text: str
    second: str = ""
    icon: str = ""


class _Choice(Field):
    """What both have in common: one value, the default is not written, an unknown word stays as it is."""

    def __init__(self, key: str, title: str, editor: QWidget, help_text: str, default: str) -> None:
        super().__init__(key, title, editor, help_text)
        self._default = default

    @property
    def value(self) -> str:
        """The chosen word, an empty one if none is chosen."""
        raise NotImplementedError

    def choose(self, value: str) -> None:
        """Choose as a person does."""
        raise NotImplementedError

    def _chosen(self, on: object) -> None:
        if on and not self._quiet:
            self.changed.emit()
            self.left.emit()

    def store(self, draft: Draft) -> None:
        """Write the word, if it is not the default; what means the same as before stays as it was written."""
        value = self.value
        if value and value != (draft.text(self.key) or self._default):
            draft.set(self.key, None if value == self._default else value)


class _Row(QWidget):
    """A choice with all that stands in its line: a click anywhere there is one on it."""

    def __init__(self, radio: QRadioButton) -> None:
        super().__init__()
        self.setProperty("plain", True)
        self._radio = radio

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)  # else the release would not come here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint())
        if inside and self._radio.isEnabled() and not self._radio.isChecked():
            self._radio.setFocus(Qt.FocusReason.MouseFocusReason)
            self._radio.click()


class RadioField(_Choice):
    """Choices with a line each, below one another in a card."""

    def __init__(
        self, key: str, title: str, options: Sequence[Option], help_text: str = "", *, default: str = ""
    ) -> None:
        """Make the field."""
        self._frame = card()
        box = QVBoxLayout(self._frame)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        self.radios: dict[str, QRadioButton] = {}
        self._seconds: dict[str, QLabel] = {}
        self._below: dict[str, QVBoxLayout] = {}
        self._lines: dict[str, QHBoxLayout] = {}
        self._group = QButtonGroup(self._frame)
        for number, option in enumerate(options):
            if number:
                box.addWidget(rule())
            box.addWidget(self._row(option))
        super().__init__(key, title, self._frame, help_text, default)
        self._options = {option.value: option for option in options}
        for value, radio in self.radios.items():
            radio.setAccessibleName(f"{title}: {self._options[value].text}")
            radio.toggled.connect(self._chosen)

    def line_top(self, line: int) -> int:
        """Return where the words of the first choice begin."""
        return _ABOVE + words_top(line)

    def _row(self, option: Option) -> QWidget:
        radio = QRadioButton(option.text)
        second = label(option.second, "second", wrap=True)
        second.setContentsMargins(_INDENT, 0, 0, 0)
        radio.setAccessibleDescription(option.second)
        self._group.addButton(radio)
        self.radios[option.value], self._seconds[option.value] = radio, second
        holder = _Row(radio)
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(12, _ABOVE - 1, 12, 8)  # the card's border is above it
        inner.setSpacing(0)
        line = row(radio, None, spacing=12)
        inner.addLayout(line)
        inner.addWidget(second)
        second.setVisible(bool(option.second))
        self._below[option.value], self._lines[option.value] = inner, line
        return holder

    def hold(self, value: str, field: Field) -> None:
        """Put a field below a choice, without its label."""
        field.inline = True
        field.label.setParent(self._frame)
        field.label.hide()
        field.body.setContentsMargins(_INDENT, 4, 0, 0)
        self._below[value].addWidget(field.body)

    def put_at_end(self, value: str, widget: QWidget) -> None:
        """Have something at the end of a choice's line."""
        self._lines[value].addWidget(widget)

    def allow(self, value: str, second: str, *, allowed: bool) -> None:
        """Say whether a choice can be made, and in its line why not."""
        self.radios[value].setEnabled(allowed)
        self.radios[value].setAccessibleDescription(second)
        self._seconds[value].setText(second)
        self._seconds[value].setVisible(bool(second))

    def second(self, value: str) -> str:
        """Return the line of a choice."""
        return self._seconds[value].text()

    @property
    def value(self) -> str:
        """The chosen word, an empty one if none is chosen."""
        return next((value for value, radio in self.radios.items() if radio.isChecked()), "")

    def choose(self, value: str) -> None:
        """Choose as a person does."""
        self.radios[value].click()

    def _load(self, draft: Draft) -> None:
        check_one(self._group, self.radios.get(draft.text(self.key) or self._default))

    def focus(self) -> None:
        """Go to the choice that is made, else to the first."""
        (self.radios.get(self.value) or next(iter(self.radios.values()))).setFocus(Qt.FocusReason.OtherFocusReason)


class SegmentField(_Choice):
    """Short choices side by side; arrow keys move between them. `wide`: as wide as the page."""

    def __init__(
        self,
        key: str,
        title: str,
        options: Sequence[Option],
        help_text: str = "",
        *,
        default: str = "",
        wide: bool = False,
    ) -> None:
        """Make the field."""
        self.segments = Segments(title, options, wide=wide)
        super().__init__(key, title, self.segments, help_text, default)
        for one in self.segments.buttons.values():
            one.toggled.connect(self._chosen)

    @property
    def value(self) -> str:
        """The chosen word, an empty one if none is chosen."""
        return self.segments.value

    def choose(self, value: str) -> None:
        """Choose as a person does."""
        self.segments.buttons[value].click()

    def _load(self, draft: Draft) -> None:
        self.segments.show_value(draft.text(self.key) or self._default)

    def focus(self) -> None:
        """Go to the choice that is made, else to the first."""
        self.segments.focus()


def _make_room(segment: QPushButton, around: int) -> None:
    """Let a segment hold its text in bold: the chosen one is bolder than its size hint."""
    segment.setMinimumWidth(QFontMetrics(font("body", strong=True)).horizontalAdvance(segment.text()) + around)


class Segments(QWidget):
    """A row of segments, one of them chosen."""

    def __init__(self, title: str, options: Sequence[Option], *, wide: bool = False) -> None:
        """Show the options."""
        super().__init__()
        self.setProperty("plain", True)
        self.buttons: dict[str, QPushButton] = {}
        self.group = QButtonGroup(self)
        ends = ("last", "first") if mirrored() else ("first", "last")
        edges = {0: ends[0], len(options) - 1: ends[1]}
        for number, option in enumerate(options):
            one = QPushButton(f"\u2009{option.text}" if option.icon else option.text)
            one.setProperty("kind", "segment")
            one.setProperty("edge", edges.get(number, ""))
            one.setCheckable(True)
            one.setAutoDefault(False)
            one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            one.setAccessibleName(f"{title}: {option.text}")
            one.setToolTip(option.second)
            _make_room(one, 36 + grown(16) if option.icon else 28)
            if option.icon:
                put_icon(one, option.icon)
            if wide:
                one.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            one.installEventFilter(self)
            self.group.addButton(one)
            self.buttons[option.value] = one
        self.setLayout(row(*self.buttons.values(), *(() if wide else (None,)), spacing=0))

    def rename(self, value: str, text: str) -> None:
        """Write something else on a segment without an icon."""
        self.buttons[value].setText(text)
        _make_room(self.buttons[value], 28)

    @property
    def value(self) -> str:
        """The chosen word, an empty one if none is chosen."""
        return next((value for value, one in self.buttons.items() if one.isChecked()), "")

    def show_value(self, value: str) -> None:
        """Show a value, or none, without telling anyone."""
        check_one(self.group, self.buttons.get(value))

    def focus(self) -> None:
        """Go to the choice that is made, else to the first."""
        (self.buttons.get(self.value) or next(iter(self.buttons.values()))).setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move with the arrow keys, as radio buttons do."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if step is not None:
                step = -step if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else step
                buttons = list(self.buttons.values())
                target = buttons.index(cast("QPushButton", watched)) + step
                if 0 <= target < len(buttons) and buttons[target].isEnabled():
                    buttons[target].setFocus(Qt.FocusReason.TabFocusReason)
                    buttons[target].click()
                return True
        return super().eventFilter(watched, event)


def check_one(group: QButtonGroup, chosen: QAbstractButton | None) -> None:
    """Check one button of an exclusive group, or none."""
    group.setExclusive(False)
    for one in group.buttons():
        one.setChecked(one is chosen)
    group.setExclusive(True)
