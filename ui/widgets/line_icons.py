"""Pictures inside a line of text, with a name for who hears them: Qt makes a button of each, and gives it none."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QToolButton


def put_in(line: QLineEdit, action: QAction, name: str, where: QLineEdit.ActionPosition) -> None:
    """Put an action's picture into a line. The name is no text: that would be its tooltip, and take room."""
    before = set(line.findChildren(QToolButton))
    line.addAction(action, where)
    for made in set(line.findChildren(QToolButton)) - before:
        made.setAccessibleName(name)
