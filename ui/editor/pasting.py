"""Looks at what is pasted into a field before the field gets it: by key and by the field's own menu."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

if TYPE_CHECKING:
    from ui.editor.fields import Field

_OURS = ("edit-undo", "edit-redo")  # the window has them for the whole draft


@dataclass(eq=False, slots=True)
class Paste:
    """A text that is about to go into a field, or a picture alone that is on the clipboard.

    `taken`: it went elsewhere, and the field stays as it is.
    """

    text: str
    field: "Field"
    picture: bool = False
    taken: bool = False

    def __repr__(self) -> str:
        """Say nothing of the text: it may be a secret."""
        return f"Paste({self.field.key})"


Ask = Callable[[], bool]


def paste_of(field: "Field") -> Paste:
    """Return what the clipboard holds, on its way into a field."""
    data = QGuiApplication.clipboard().mimeData()
    text = data.text()
    return Paste(text, field, picture=not text and data.hasImage())


def watch(watched: QObject, event: QEvent, ask: Ask) -> bool:
    """Return whether an event was a paste that `ask` took, or a wish for the menu that is shown now."""
    if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
        return event.matches(QKeySequence.StandardKey.Paste) and ask()
    if isinstance(event, QContextMenuEvent) and isinstance(watched, QLineEdit | QPlainTextEdit):
        _menu(watched, event, ask)
        return True
    return False


def _menu(of: QLineEdit | QPlainTextEdit, event: QContextMenuEvent, ask: Ask) -> None:
    menu = of.createStandardContextMenu()
    menu.setParent(of, menu.windowFlags())
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for action in menu.actions():
        if action.objectName() in _OURS:
            action.setVisible(False)
        elif action.objectName() == "edit-paste":
            action.triggered.disconnect()
            action.triggered.connect(partial(_paste, of, ask))
    menu.popup(event.globalPos())


def _paste(into: QLineEdit | QPlainTextEdit, ask: Ask, _checked: object = None) -> None:
    if not ask():
        into.paste()
