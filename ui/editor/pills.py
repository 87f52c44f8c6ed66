"""A list of words as pills in a field: typed, separated by commas or Enter, removed by their cross or Backspace."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QWidget

from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import TextField
from ui.style.theme import restyle
from ui.widgets.basics import Glyph, icon_button, label, row
from ui.widgets.flow import Flow

_LINE = 96  # the least width of what is still to type


class PillsField(TextField):
    """`line` holds what is not a pill yet; it counts as a word too. A `fixed` word has a lock and no cross."""

    def __init__(self, key: str, title: str, *, placeholder: str = "", fixed: str = "") -> None:
        """Make the field with no words."""
        super().__init__(key, title, "", placeholder=placeholder)
        self.words: list[str] = []
        self._fixed = fixed
        self.frame = _Frame(self.line)
        self.flow = Flow(spacing=6, lines=4, fill=True)
        self.flow.setContentsMargins(6, 2, 3, 2)
        self.frame.setLayout(self.flow)
        self._pills: list[QWidget] = []
        layout = self.body.layout()
        if layout is not None:
            layout.replaceWidget(self.line, self.frame)
        self.line.setProperty("pills", True)
        self.line.setMinimumWidth(_LINE)
        self.line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.flow.addWidget(self.line)
        self.line.textEdited.connect(self._split)
        self.line.returnPressed.connect(self._take)

    def target(self) -> QWidget:
        """The frame shows the state."""
        return self.frame

    def _load(self, draft: Draft) -> None:
        self.line.clear()
        self._show(draft.texts(self.key))

    def store(self, draft: Draft) -> None:
        """Write the list."""
        rest = [word.strip() for word in self.line.text().split(",")]
        words = [word for word in (*self.words, *rest) if word]
        draft.set(self.key, words or None)

    def _show(self, words: list[str]) -> None:
        for one in self._pills:
            self.flow.removeWidget(one)
            one.hide()
            one.deleteLater()
        self.words, self._pills = list(words), []
        for number, word in enumerate(words):
            made = self._pill(word)
            self._pills.append(made)
            self.flow.insert(number, made)
        self.line.setAccessibleName(f"{self.title}: {', '.join(words)}" if words else self.title)
        self.frame.updateGeometry()

    def _pill(self, word: str) -> QWidget:
        made = QFrame()
        made.setProperty("pill", True)
        text = label(word, "small")
        end: QWidget
        if word == self._fixed:
            end = Glyph("lock", "text-2", 14)
        else:
            end = icon_button("x", T("Remove {what}", what=word), partial(self.drop, word), kind="pill")
            end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setLayout(row(text, end, spacing=4, margins=(9, 0, 7, 0)))
        return made

    def _split(self, text: str) -> None:
        if "," in text:
            self._take()

    def _take(self) -> None:
        """Make pills of what is typed."""
        words = [word for part in self.line.text().split(",") if (word := part.strip())]
        self.line.clear()
        new = [word for word in dict.fromkeys(words) if word not in self.words]
        if new:
            self._show([*self.words, *new])
        self._edited()

    def drop(self, word: str, _checked: object = None) -> None:
        """Remove a word and go on at the end."""
        self._show([one for one in self.words if one != word])
        self.line.setFocus()
        self._edited()
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Backspace in an empty line takes the last word back; the frame shows the focus."""
        if watched is self.line and event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            # not "focus": that is the frame's own, and never true
            restyle(self.frame, focused=event.type() == QEvent.Type.FocusIn)
            if event.type() == QEvent.Type.FocusOut and self.line.text().strip():
                self._take()
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            back = event.key() == Qt.Key.Key_Backspace and not self.line.text()
            if back and self.words and self.words[-1] != self._fixed:
                self.drop(self.words[-1])
                return True
        return super().eventFilter(watched, event)


class _Frame(QFrame):
    """Looks as a field does; a click anywhere goes to the line."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__()
        self._line = line
        self.setProperty("field", True)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        del event
        self._line.setFocus(Qt.FocusReason.MouseFocusReason)
