"""Fields of a form: each shows one value of a draft, writes it back as it is typed, and says what is wrong with it."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.problem import Problem
from app.texts import describe
from ui.editor.draft import Draft
from ui.editor.pasting import paste_of, watch
from ui.editor.trailing import Trailing
from ui.style.fonts import font, grown
from ui.style.theme import restyle, theme
from ui.widgets.basics import Glyph, label, set_role
from ui.widgets.boxwords import BoxWords, words_top

_COMES_BACK = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
_SIGNS = {"error": "warning-circle", "warn": "warning"}


class Field(QObject):
    """`key` is the dotted key of the draft. `changed` after each edit by a person, `left` when the focus goes.

    `passed` when it goes to something else in the window: a person was here, and went on.
    """

    changed = Signal()
    left = Signal()
    passed = Signal()
    pasting = Signal(object)  # a Paste, before the field gets it

    def __init__(self, key: str, title: str, editor: QWidget, help_text: str = "") -> None:
        """Wrap an editor; the title's label is its buddy."""
        super().__init__()
        self.key, self.title, self.editor, self._help = key, title, editor, help_text
        self.label = label(title, "label")
        self.label.setBuddy(editor)
        self.label.setWordWrap(True)
        if not editor.accessibleName():
            editor.setAccessibleName(title)
        editor.setAccessibleDescription(help_text)
        self.note = label(help_text, "third", wrap=True)
        self.sign = Glyph("warning-circle", "error", 14)
        self._sign = ""  # of the help
        self.body = QWidget()
        self.body.setProperty("plain", True)
        box = QVBoxLayout(self.body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(editor)
        self.below = QHBoxLayout()
        self.below.setSpacing(6)
        self.below.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        self.below.addWidget(self.note, 1)
        box.addLayout(self.below)
        self.sign.hide()
        self.note.setVisible(bool(help_text))  # once it has a parent: without one it would be a window for a moment
        self._quiet = False
        self._tone = "third"  # of the help
        self.inline = False  # shown inside another field, without its label
        editor.installEventFilter(self)

    def load(self, draft: Draft) -> None:
        """Show the draft's value."""
        self._quiet = True
        self._load(draft)
        self._quiet = False

    def _load(self, draft: Draft) -> None:
        raise NotImplementedError

    def store(self, draft: Draft) -> None:
        """Write what is shown into the draft."""
        raise NotImplementedError

    def show_problems(self, errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
        """Show the first error or warning in the place of the help; none: the help again."""
        found = [self._named(one) for one in (*errors, *warnings)]
        state = "error" if errors else ("warn" if warnings else "")
        words = _say(found[0]) if found else self._help
        restyle(self.target(), state=state)
        self._write(words, state or self._tone, _SIGNS.get(state, self._sign))

    def _write(self, words: str, tone: str, sign: str) -> None:
        set_role(self.note, tone)
        self.note.setText(words)
        self.note.setVisible(bool(words))
        self.sign.set(sign or "info", tone if tone in _SIGNS else "text-2")
        self.sign.setVisible(bool(words and sign))
        self.editor.setAccessibleDescription(words)

    def _named(self, problem: Problem) -> Problem:
        """Return the problem with the field's title in the place of the catalog's dotted key."""
        if "key" not in problem.arguments:
            return problem
        return replace(problem, arguments={**problem.arguments, "key": self.title})

    def set_help(self, text: str, tone: str = "third", sign: str = "") -> None:
        """Replace the help; `tone` is its role: third, ok, warn or error; `sign` a glyph before it."""
        shown = self.note.text() == self._help
        self._help, self._tone, self._sign = text, tone, sign or _SIGNS.get(tone, "")
        if shown:
            self._write(text, tone, self._sign)

    def add_beside(self, widget: QWidget) -> None:
        """Have something else in the line of the editor, at its end."""
        box = self.body.layout()
        if isinstance(box, QVBoxLayout):
            box.removeWidget(self.editor)
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(self.editor, 1)
            line.addWidget(widget)
            box.insertLayout(0, line)

    def put_beside(self, width: int) -> None:
        """Have the help beside the editor, which gets a width of its own (0: as wide as it asks for)."""
        box = self.body.layout()
        if not isinstance(box, QVBoxLayout):
            return
        if width:
            asked = self.editor.sizeHint().width() if isinstance(self, ChoiceField) else 0  # no choice is cut
            self.editor.setFixedWidth(max(grown(width), asked))
        self.note.setMinimumWidth(40)
        box.removeWidget(self.editor)
        box.removeItem(self.below)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignLeft)  # where there is no help, too
        line.addLayout(self.below, 1)
        box.addLayout(line)
        self.below.setAlignment(self.sign, Qt.AlignmentFlag.AlignVCenter)

    def target(self) -> QWidget:
        """The widget whose outline shows the state."""
        return self.editor

    def line_top(self, line: int) -> int:
        """Return how far below the field's top its first line of text begins; `line` is the line's height."""
        return (theme().tokens.height("control", line) - line) // 2

    def set_shown(self, *, shown: bool) -> None:
        """Show or hide the whole field."""
        self.label.setVisible(shown and not self.inline)
        self.body.setVisible(shown)

    def claims(self, key: str) -> bool:
        """Whether a finding's key belongs to this field."""
        return key == self.key or key.startswith(f"{self.key}.")

    def focus(self) -> None:
        """Go to the field."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edited(self, *_: object) -> None:
        if not self._quiet:
            self.changed.emit()

    def _leave(self) -> None:
        if not self._quiet:
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the focus goes and what is pasted; leave undo and redo to the window, for the whole draft."""
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
            if isinstance(event, QFocusEvent) and event.reason() not in _COMES_BACK:
                self.passed.emit()
        undone = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return any(event.matches(one) for one in undone)
        return watch(watched, event, self._ask)

    def _ask(self) -> bool:
        paste = paste_of(self)
        self.pasting.emit(paste)
        return paste.taken


def _say(problem: Problem) -> str:
    words = describe(problem)
    return f"{words.title}. {words.detail}" if words.detail else f"{words.title}."


class TextField(Field):
    """One line of text; empty means: not there. `ticks`: a check mark shows that it is as AWS wants it."""

    def __init__(
        self,
        key: str,
        title: str,
        help_text: str = "",
        *,
        placeholder: str = "",
        code: bool = False,
        ticks: bool = False,
    ) -> None:
        """Make the field; `code` in the fixed font."""
        self.line = QLineEdit()
        self.trailing = Trailing(self.line)
        self._ticks = ticks
        self.line.setPlaceholderText(placeholder)
        if code:
            self.line.setFont(font("code"))
        super().__init__(key, title, self.line, help_text)
        self.line.textEdited.connect(self._edited)

    def show_problems(self, errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
        """Show the first problem; without one the check mark, where the field has it."""
        super().show_problems(errors, warnings)
        if self._ticks:
            self.trailing.tick(on=bool(self.line.text()) and not errors and not warnings)

    def _load(self, draft: Draft) -> None:
        self.line.setText(draft.name if self.key == "name" else draft.text(self.key))

    def store(self, draft: Draft) -> None:
        """Write the text."""
        text = self.line.text()
        if self.key == "name":
            draft.name = text
        else:
            draft.set(self.key, text or None)


class NumberField(TextField):
    """A whole number; what is none is kept as typed, so that it is said what is wrong."""

    def store(self, draft: Draft) -> None:
        """Write the number."""
        text = self.line.text().strip()
        draft.set(self.key, int(text) if text.isascii() and text.isdigit() and len(text) < 10 else (text or None))


class TextsField(TextField):
    """A list of words, written with commas between them."""

    def _load(self, draft: Draft) -> None:
        self.line.setText(", ".join(draft.texts(self.key)))

    def store(self, draft: Draft) -> None:
        """Write the list."""
        words = [word.strip() for word in self.line.text().split(",") if word.strip()]
        draft.set(self.key, words or None)


class SectionField(TextsField):
    """One section name; a list of them (with commas) where there is more than one."""

    def store(self, draft: Draft) -> None:
        """Write the name or the list."""
        words = [word.strip() for word in self.line.text().split(",") if word.strip()]
        draft.set(self.key, (words[0] if len(words) == 1 else words) if words else None)


class AreaField(Field):
    """Text of several lines."""

    def __init__(self, key: str, title: str, help_text: str = "", *, lines: int = 3, code: bool = False) -> None:
        """Make the field, `lines` high; Tab goes on to the next field."""
        self.area = self.make_area()
        self.area.setTabChangesFocus(True)
        self.area.document().setDocumentMargin(6)  # its text begins where that of a line does
        if code:
            self.area.setFont(font("code"))
        self.area.setFixedHeight(self.area.fontMetrics().lineSpacing() * lines + 18)
        super().__init__(key, title, self.area, help_text)
        self.area.textChanged.connect(self._edited)

    def make_area(self) -> QPlainTextEdit:
        """Return the editor."""
        return QPlainTextEdit()

    def _load(self, draft: Draft) -> None:
        text = draft.text(self.key)
        if self.area.toPlainText() != text:
            self.area.setPlainText(text)

    def store(self, draft: Draft) -> None:
        """Write the text."""
        draft.set(self.key, self.area.toPlainText() or None)


class LinesField(AreaField):
    """A list of texts, one on each line: policy ARNs, or a command and its arguments."""

    def _load(self, draft: Draft) -> None:
        self.area.setPlainText("\n".join(draft.texts(self.key)))

    def store(self, draft: Draft) -> None:
        """Write the list; empty lines at the end count for nothing."""
        lines = self.area.toPlainText().split("\n")
        while lines and not lines[-1].strip():
            lines.pop()
        draft.set(self.key, lines or None)


class ChoiceField(Field):
    """One of a few words. The default is not written."""

    def __init__(
        self, key: str, title: str, choices: Sequence[tuple[str, str]], help_text: str = "", *, default: str = ""
    ) -> None:
        """Make the field with (value, text) choices."""
        self.box = QComboBox()
        self._default = default
        for value, text in choices:
            self.box.addItem(text, value)
        super().__init__(key, title, self.box, help_text)
        self.box.currentIndexChanged.connect(self._edited)
        self.box.currentIndexChanged.connect(self._leave)

    @property
    def value(self) -> str:
        """The chosen word."""
        return str(self.box.currentData())

    def _load(self, draft: Draft) -> None:
        value = draft.text(self.key) or self._default
        place = self.box.findData(value)
        if place < 0:
            self.box.addItem(value, value)
            place = self.box.count() - 1
        self.box.setCurrentIndex(place)

    def store(self, draft: Draft) -> None:
        """Write the word, if it is not the default; what means the same as before stays as it was written."""
        if self.value != (draft.text(self.key) or self._default):
            draft.set(self.key, None if self.value == self._default else self.value)


class CheckField(Field):
    """A yes or no; the default is not written."""

    def __init__(
        self,
        key: str,
        title: str,
        text: str,
        help_text: str = "",
        *,
        default: bool = False,
        box: QCheckBox | None = None,
    ) -> None:
        """Make the field; the box carries `text`."""
        self.check = box or QCheckBox()
        self._default = default
        self.check.setAccessibleName(f"{title}: {text}" if title and text else title or text)
        super().__init__(key, title, self.check, help_text)
        if text:
            self._beside(text)
        self.check.toggled.connect(self._edited)
        self.check.toggled.connect(self._leave)

    def line_top(self, line: int) -> int:
        """Return where the words beside the box begin."""
        return words_top(line)

    def _beside(self, text: str) -> None:
        """Put the words beside the box: they wrap, which its own would not."""
        words = BoxWords(text, self.check)
        self.check.setFixedWidth(18)
        box = self.body.layout()
        if isinstance(box, QVBoxLayout):
            box.removeWidget(self.check)
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(self.check, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            box.insertLayout(0, line)

    def _load(self, draft: Draft) -> None:
        self.check.setChecked(draft.flag(self.key, otherwise=self._default))

    def store(self, draft: Draft) -> None:
        """Write the answer, if it is not the default; what means the same as before stays."""
        on = self.check.isChecked()
        if on != draft.flag(self.key, otherwise=self._default):
            draft.set(self.key, None if on == self._default else on)
