"""The order of Tab where widgets come later: Qt has it end with what was put into the window last."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


def stops(whole: QWidget) -> list[QWidget]:
    """Return what Tab can stop at in a widget, itself included, in the order in which it was put together.

    Not by `nextInFocusChain`: PySide counts what that returns as a part of what was asked, and deletes both together.
    """
    found = [whole] if whole.focusPolicy() is not Qt.FocusPolicy.NoFocus else []
    if isinstance(whole, QComboBox | QAbstractSpinBox):
        return found  # one stop with the line inside it
    for one in whole.children():
        if isinstance(one, QWidget) and not one.isWindow():
            found += stops(one)
    return found


def tab_behind(before: QWidget, *parts: QWidget) -> None:
    """Have Tab go from a stop through parts, one after another; all stand in its window."""
    for part in parts:
        for one in stops(part):
            QWidget.setTabOrder(before, one)
            before = one


def tab_before(after: QWidget, *parts: QWidget) -> None:
    """Have Tab come to parts, one after another, and from them to a stop, from where it came to that before."""
    tab_behind(after, *parts)
    last = [one for part in parts for one in stops(part)]
    if last:
        QWidget.setTabOrder(last[-1], after)
