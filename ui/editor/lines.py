"""A field that has a line to itself: its title over its help at the left, the control at the right.

Where that leaves the words too little room the control stands below them.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.editor.fields import CheckField, Field
from ui.style.fonts import font, grown
from ui.widgets.basics import column, label, plain, row
from ui.widgets.switch import Switch

_BESIDE = QBoxLayout.Direction.LeftToRight
_GAP = 16
_LEAST, _LETTERS = 170, 24  # px and letters that words have beside a control


class SwitchField(CheckField):
    """A yes or no that has a line to itself."""

    def __init__(self, key: str, title: str, help_text: str = "", *, default: bool = False) -> None:
        """Make the field."""
        super().__init__(key, title, "", help_text, default=default, box=Switch())
        self.check.setAccessibleName(title)


def line_of(field: Field, *before: QWidget) -> QWidget:
    """Return a field as a line; `before` are small parts that stand before its control."""
    field.label.setFont(font("body", strong=False))
    field.label.setProperty("role", "body-medium")
    field.label.setWordWrap(True)
    field.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    field.label.setMinimumWidth(grown(80))
    words = column(field.label, spacing=2)
    box = field.body.layout()
    if box is not None:
        box.removeItem(field.below)
    words.addLayout(field.below)
    field.body.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    acts = row(spacing=8)
    for one in (*before, field.body):
        acts.addWidget(one, 0, Qt.AlignmentFlag.AlignVCenter)
    return _Line(plain(words), plain(acts))


def button_line(title: str, help_text: str, press: QPushButton) -> QWidget:
    """Return a line whose control is a button."""
    name = label(title, "body-medium", wrap=True)
    name.setFont(font("body"))
    press.setAccessibleDescription(help_text)
    return _Line(plain(column(name, label(help_text, "third", wrap=True), spacing=2)), press)


class _Line(QWidget):
    """Words, and what stands beside or below them."""

    def __init__(self, words: QWidget, acts: QWidget) -> None:
        super().__init__()
        self.setProperty("plain", True)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        acts.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._words, self._acts = words, acts
        self._box = QBoxLayout(_BESIDE, self)
        self._box.setContentsMargins(0, 2, 0, 2)
        self._box.setSpacing(_GAP)
        self._box.addWidget(words, 1)
        self._box.addWidget(acts, 0, Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        widest = max(self._words.minimumSizeHint().width(), self._acts.minimumSizeHint().width())
        return QSize(widest, least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self._acts.sizeHint().width() - _GAP
        beside = room >= max(_LEAST, self._words.fontMetrics().averageCharWidth() * _LETTERS)
        if beside is (self._box.direction() == _BESIDE):
            return
        self._box.setDirection(_BESIDE if beside else QBoxLayout.Direction.TopToBottom)
        self._box.setSpacing(_GAP if beside else 6)
        self._box.setAlignment(self._acts, Qt.AlignmentFlag.AlignVCenter if beside else Qt.AlignmentFlag.AlignLeft)
        inner = self._acts.layout()
        if isinstance(inner, QBoxLayout):  # the control begins where the words do, what stood before it follows
            inner.setDirection(_BESIDE if beside else QBoxLayout.Direction.RightToLeft)
        self.updateGeometry()
