"""What a save and start would write, as diffs with secrets masked."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from app.domain.files import FileDiff
from app.texts import N, T
from ui.style.fonts import font, grown
from ui.style.theme import theme
from ui.widgets.basics import Glyph, card, column, label, plain, row, rule
from ui.widgets.elided import ElidedLabel

_TOP = ("@@ -0,", "@@ -1,")  # nothing is left out before the first line


class DiffView(QPlainTextEdit):
    """One file's lines: added ones on green, removed ones on red."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Show the lines."""
        super().__init__()
        self.setReadOnly(True)
        self.setProperty("diff", True)
        self.setFont(font("code"))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        lines = [_line(one) for one in lines if not one.startswith(("+++ ", "--- ", *_TOP))]
        self.setPlainText("\n".join(lines))
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * min(max(len(lines), 1), 18) + 16)
        self.setAccessibleName(T("Changes"))
        self._paint(lines)

    def _paint(self, lines: Sequence[str]) -> None:
        of, marks = theme().tokens, list[QTextEdit.ExtraSelection]()
        for number, line in enumerate(lines):
            tone = {"+": "ok", "\u2212": "error"}.get(line[:1], "")
            mark = QTextEdit.ExtraSelection()
            if tone:
                mark.format.setBackground(QColor(of.color(f"{tone}-bg")))  # pyright: ignore[reportAttributeAccessIssue]
            mark.format.setForeground(QColor(of.color(f"{tone}-text" if tone else "text-2")))  # pyright: ignore[reportAttributeAccessIssue]
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)  # pyright: ignore[reportAttributeAccessIssue]
            cursor = QTextCursor(self.document().findBlockByNumber(number))
            mark.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue]
            marks.append(mark)
        self.setExtraSelections(marks)


def _line(text: str) -> str:
    """Return a line with room between its sign and its words; where lines are left out, three dots."""
    if text.startswith("@@"):
        return "   …"
    return f"{text[:1].replace('-', MINUS)}  {text[1:]}"


MINUS = "\u2212"


class Preview(QWidget):
    """All files that a save and start touches."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.setProperty("plain", True)
        self._shown: tuple[FileDiff, ...] | None = None
        self._note = label(role="second", wrap=True)
        self._files = QVBoxLayout()
        self._files.setSpacing(10)
        self.added, self.removed = label(role="ok"), label(role="error")
        title, words = (
            label(T("Preview"), "body-strong"),
            label(T("Exactly what a save and start will write"), "second", wrap=True),
        )
        head = row(title, spacing=8)
        head.addWidget(words, 1)
        for one in (self.added, self.removed):
            head.addWidget(one)
        self.setLayout(column(head, self._note, self._files))

    def show_files(self, files: Sequence[FileDiff], note: str = "") -> None:
        """Show diffs, and a remark above them."""
        self._note.setText(note)
        self._note.setVisible(bool(note))
        if tuple(files) == self._shown:
            return
        self._shown = tuple(files)
        while self._files.count():
            item = self._files.takeAt(0)
            gone = item.widget() if item else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for one in files:
            self._files.addWidget(file_card(one))
        added, removed = counts(files)
        self.added.setText(f"+{added}" if added else "")
        self.removed.setText(f"\u2212{removed}" if removed else "")
        self.added.setAccessibleName(N("{n} line added", "{n} lines added", added))
        self.removed.setAccessibleName(N("{n} line removed", "{n} lines removed", removed))

    def focus(self) -> None:
        """Go to the first file."""
        found = self.findChildren(DiffView)
        if found:
            found[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def counts(self) -> tuple[int, int, int]:
        """Return how many lines are added and removed, in how many files."""
        return (*counts(self._shown or ()), len(self._shown or ()))


def counts(files: Sequence[FileDiff]) -> tuple[int, int]:
    """Return how many lines are added and removed."""
    lines = [line for one in files for line in one.lines if not line.startswith(("+++ ", "--- "))]
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


def home_path(path: str) -> str:
    """Return a path as people write it, with ~ for the home folder."""
    home = str(Path.home())
    return path.replace(home, "~", 1) if path.startswith(home) else path


def file_card(of: FileDiff) -> QWidget:
    """Return one file's changes below its path, mode and what is left untouched."""
    frame = card()
    path = home_path(of.path)
    mode = T("mode {mode}", mode=f"{of.mode:04o}") if of.mode is not None else T("new, mode 0600")
    others = N("{n} other section untouched", "{n} other sections untouched", of.other_sections)
    where = ElidedLabel("body-strong")
    where.setFont(font("body", strong=True))
    where.setText(path)
    said = label(f"{mode}, {others}", "second", wrap=True)
    said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    said.setText(f"{mode}, {others}" if of.other_sections else mode)
    said.setMinimumWidth(min(said.fontMetrics().horizontalAdvance(said.text()) + 1, grown(200)))  # the path gives way
    head = row(Glyph("file-text"), where, margins=(13, 7, 13, 7))
    head.addWidget(said, 1)
    frame.setLayout(column(plain(head), rule(), DiffView(of.lines), spacing=0, margins=(1, 1, 1, 1)))
    return frame
