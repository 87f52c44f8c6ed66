"""A field that has a line to itself: its title over its help at the left, the control at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.editor.fields import CheckField, Field
from ui.style.fonts import font
from ui.widgets.basics import column, label, plain, row
from ui.widgets.switch import Switch


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
    field.label.setMinimumWidth(80)
    words = column(field.label, spacing=2)
    box = field.body.layout()
    if box is not None:
        box.removeItem(field.below)
    words.addLayout(field.below)
    made = row(spacing=16, margins=(0, 2, 0, 2))
    holder = plain(words)
    holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    made.addWidget(holder, 1)
    for one in before:
        made.addWidget(one, 0, Qt.AlignmentFlag.AlignVCenter)
    field.body.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    made.addWidget(field.body, 0, Qt.AlignmentFlag.AlignVCenter)
    return plain(made)


def button_line(title: str, help_text: str, press: QPushButton) -> QWidget:
    """Return a line whose control is a button."""
    name = label(title, "body-medium", wrap=True)
    name.setFont(font("body"))
    press.setAccessibleDescription(help_text)
    made = row(spacing=16, margins=(0, 2, 0, 2))
    made.addLayout(column(name, label(help_text, "third", wrap=True), spacing=2), 1)
    made.addWidget(press)
    return plain(made)
