"""The field of a key for the whole desktop: it takes the keys as they are pressed."""

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import TextField

_ALONE = frozenset(
    {
        Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
        Qt.Key.Key_Super_L, Qt.Key.Key_Super_R, Qt.Key.Key_unknown,
    }
)  # fmt: skip
_EDITS = frozenset({Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X, Qt.Key.Key_Z})
_STRONG = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class KeyField(TextField):
    """Keys pressed together are written as "Ctrl+Alt+R"; it can be typed as well. An empty one holds no key."""

    def __init__(self, key: str, title: str, *, default: str) -> None:
        """Make the field; the default is shown where the catalog says nothing."""
        super().__init__(key, title, placeholder=T("none"))
        self._default = default

    def _load(self, draft: Draft) -> None:
        found = draft.get(self.key)
        self.line.setText(self._default if found is None else str(found))

    def store(self, draft: Draft) -> None:
        """Write the keys, or that there are none; the default is not written."""
        text = self.line.text().strip()
        draft.set(self.key, None if text == self._default else text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a combination; what moves, edits or is typed stays the line's."""
        if watched is self.line and isinstance(event, QKeyEvent):
            text = combination(event)
            if text and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # no shortcut of the window's takes it
                return True
            if text and event.type() == QEvent.Type.KeyPress:
                self.line.setText(text)
                self.line.textEdited.emit(text)
                self.left.emit()
                return True
        return super().eventFilter(watched, event)


def combination(event: QKeyEvent) -> str:
    """Return the keys that are pressed together; empty for one alone, and for what edits a line."""
    key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _ALONE or not held & _STRONG:
        return ""
    if held == Qt.KeyboardModifier.ControlModifier and key in _EDITS:
        return ""
    return QKeySequence(QKeyCombination(held, key)).toString(QKeySequence.SequenceFormat.PortableText)
