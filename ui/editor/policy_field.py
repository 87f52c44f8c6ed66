"""The field of a session policy: line numbers, colors, the place of what is wrong, Format and Compact."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from app.domain.problem import Problem
from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.editor.policy import Look, compact, formatted, look_at, tokens
from ui.style.fonts import font
from ui.style.theme import restyle, theme
from ui.widgets.basics import button, plain, row, set_role


class PolicyField(Field):
    """`look` is what was last said of the text."""

    def __init__(self, key: str, title: str) -> None:
        """Make the field."""
        self.area = JsonEdit()
        self.format = button(T("Format"), "link", pressed=self._format)
        self.compact = button(T("Compact"), "link", pressed=self._compact)
        super().__init__(key, title, self.area)
        below = self.body.layout()
        if isinstance(below, QVBoxLayout):
            below.removeItem(self.below)
            foot = row()
            foot.addLayout(self.below, 1)
            self.below.setAlignment(self.sign, Qt.AlignmentFlag.AlignVCenter)  # as the links beside it stand
            foot.addWidget(self.format, 0, Qt.AlignmentFlag.AlignTop)
            foot.addWidget(self.compact, 0, Qt.AlignmentFlag.AlignTop)
            below.addWidget(plain(foot))
        self.look = look_at("")
        self.area.textChanged.connect(self._typed)
        self._say(self.look)

    def _typed(self) -> None:
        self.area.mark(Look("", "third"))
        valid = look_at(self.area.toPlainText()).valid
        self.format.setEnabled(valid)
        self.compact.setEnabled(valid)
        self._edited()

    def show_problems(self, errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
        """Show what is wrong with line and column; else what is known of the size."""
        self.look = look_at(self.area.toPlainText())
        if (errors or warnings) and self.look.tone != "error":
            super().show_problems(errors, warnings)
            return
        self._say(self.look)

    def _say(self, look: Look) -> None:
        restyle(self.area, state="error" if look.tone == "error" else "")
        set_role(self.note, look.tone)
        self.note.setText(look.words)
        self.sign.set(
            "check-circle" if look.tone == "ok" else "warning-circle",
            look.tone if look.tone in {"ok", "error"} else "text-2",
        )
        self.sign.setVisible(look.tone in {"ok", "error"})
        self.note.setVisible(True)
        self.area.setAccessibleDescription(look.words)
        self.area.mark(look)
        self.format.setEnabled(look.valid)
        self.compact.setEnabled(look.valid)

    def _format(self) -> None:
        self.area.replace(formatted(self.area.toPlainText()))
        self.left.emit()

    def _compact(self) -> None:
        self.area.replace(compact(self.area.toPlainText()))
        self.left.emit()

    def focus(self) -> None:
        """Go to the field, to the place that is wrong if there is one."""
        super().focus()
        self.area.go_to(self.look)

    def _load(self, draft: Draft) -> None:
        text = draft.text(self.key)
        if self.area.toPlainText() != text:
            self.area.setPlainText(text)
        self.look = look_at(text)
        self._say(self.look)

    def store(self, draft: Draft) -> None:
        """Write the text."""
        draft.set(self.key, self.area.toPlainText() or None)


class JsonEdit(QPlainTextEdit):
    """Plain text with line numbers in the margin; Tab goes on to the next field."""

    def __init__(self) -> None:
        """Begin empty, eight lines high."""
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFont(font("code"))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * 8 + 18)
        self._colors = _Colors(self.document())
        self._numbers = _Numbers(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scrolled)
        self.textChanged.connect(self._numbers.update)
        self._make_room()

    def margin(self) -> int:
        """Return the width of the numbers."""
        return self.fontMetrics().horizontalAdvance("9" * max(2, len(str(self.blockCount())))) + 14

    def _make_room(self) -> None:
        self.setViewportMargins(self.margin(), 0, 0, 0)

    def _scrolled(self, _rect: QRect, _by: int) -> None:
        self._numbers.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._numbers.setGeometry(QRect(inner.left(), inner.top(), self.margin(), inner.height()))

    def paint_numbers(self, painter: QPainter) -> None:
        """Draw the numbers of the lines that are shown."""
        painter.setFont(self.font())
        painter.setPen(QColor(theme().tokens.color("text-3")))
        block, offset, height = self.firstVisibleBlock(), self.contentOffset(), self.fontMetrics().height()
        while block.isValid():
            top = self.blockBoundingGeometry(block).translated(offset).top() + self.viewport().y()
            if top > self.height():
                break
            at = QRect(0, round(top) - self._numbers.y(), self.margin() - 8, height)
            painter.drawText(at, int(Qt.AlignmentFlag.AlignRight), str(block.blockNumber() + 1))
            block = block.next()

    def _block(self, look: Look) -> QTextBlock:
        return self.document().findBlockByNumber(look.line - 1)

    def _cursor(self, look: Look) -> QTextCursor:
        block = self._block(look)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(max(look.column - 1, 0), max(block.length() - 1, 0)))
        return cursor

    def mark(self, look: Look) -> None:
        """Color the line of what is wrong; a look without a place: none."""
        marks: list[QTextEdit.ExtraSelection] = []
        if look.line and self._block(look).isValid():
            mark = QTextEdit.ExtraSelection()
            mark.format.setBackground(QColor(theme().tokens.color("error-bg")))  # pyright: ignore[reportAttributeAccessIssue]
            mark.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)  # pyright: ignore[reportAttributeAccessIssue]
            mark.cursor = self._cursor(look)  # pyright: ignore[reportAttributeAccessIssue]
            marks.append(mark)
        self.setExtraSelections(marks)

    def go_to(self, look: Look) -> None:
        """Put the cursor to the place of what is wrong."""
        if look.line and self._block(look).isValid():
            self.setTextCursor(self._cursor(look))

    def replace(self, text: str) -> None:
        """Put another text in the place of the whole."""
        if text != self.toPlainText():
            cursor = QTextCursor(self.document())
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(text)


class _Numbers(QWidget):
    """The margin with the numbers."""

    def __init__(self, area: JsonEdit) -> None:
        super().__init__(area)
        self.setProperty("plain", True)
        self._area = area

    def sizeHint(self) -> QSize:
        return QSize(self._area.margin(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        self._area.paint_numbers(painter)


class _Colors(QSyntaxHighlighter):
    """Keys and texts in the theme's colors."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        theme().changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        of = theme().tokens
        for start, length, kind in tokens(text):
            self.setFormat(start, length, QColor(of.color("accent-text" if kind == "key" else "ok-text")))
