"""Layouts that are done at once: what Qt would do turn by turn of the loop is painted in between, and seen."""

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

_ROUNDS = 3  # a height follows from a width, a scroll bar from that height, and a width from the scroll bar


def settle(root: QWidget) -> None:
    """Lay out everything below a widget now, and show what was put into its layouts; nothing is painted by that."""
    for _ in range(_ROUNDS):
        for one in (*reversed(root.findChildren(QWidget)), root):
            QCoreApplication.sendPostedEvents(one, QEvent.Type.MetaCall.value)  # Qt's own "show what was added"
            QCoreApplication.sendPostedEvents(one, QEvent.Type.LayoutRequest.value)
