"""What a save and start would write, as diffs with secrets masked."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QColor, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from app.domain.files import FileDiff
from app.texts import N, T
from ui.style.fonts import font
from ui.style.theme import theme
from ui.widgets.basics import Glyph, card, column, label, plain, row


class DiffView(QPlainTextEdit):
    """One file's lines: added ones on green, removed ones on red."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Show the lines."""
        super().__init__()
        self.setReadOnly(True)
        self.setProperty("diff", True)
        self.setFont(font("code"))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setPlainText("\n".join(lines))
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * min(max(len(lines), 1), 18) + 16)
        self.setAccessibleName(T("Changes"))
        self._paint(lines)

    def _paint(self, lines: Sequence[str]) -> None:
        of, marks = theme().tokens, list[QTextEdit.ExtraSelection]()
        for number, line in enumerate(lines):
            tone = {"+": "ok", "-": "error"}.get(line[:1])
            if tone is None or line.startswith(("+++", "---")):
                continue
            mark = QTextEdit.ExtraSelection()
            mark.format.setBackground(QColor(of.color(f"{tone}-bg")))  # pyright: ignore[reportAttributeAccessIssue]
            mark.format.setForeground(QColor(of.color(f"{tone}-text")))  # pyright: ignore[reportAttributeAccessIssue]
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)  # pyright: ignore[reportAttributeAccessIssue]
            cursor = QTextCursor(self.document().findBlockByNumber(number))
            mark.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue]
            marks.append(mark)
        self.setExtraSelections(marks)


class Preview(QWidget):
    """All files that a save and start touches."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.setProperty("plain", True)
        self._shown: tuple[FileDiff, ...] | None = None
        self._note = label(role="second", wrap=True)
        self._files = QVBoxLayout()
        self._files.setSpacing(8)
        self.added, self.removed = label(role="ok"), label(role="error")
        title, words = (
            label(T("Preview"), "body-strong"),
            label(T("Exactly what a save and start will write"), "second"),
        )
        head = row(title, words, None, self.added, self.removed)
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
        added, removed, _ = self.counts()
        self.added.setText(f"+{added}" if added else "")
        self.removed.setText(f"\u2212{removed}" if removed else "")
        self.added.setAccessibleName(N("{n} line added", "{n} lines added", added))
        self.removed.setAccessibleName(N("{n} line removed", "{n} lines removed", removed))

    def counts(self) -> tuple[int, int, int]:
        """Return how many lines are added and removed, in how many files."""
        lines = [line for one in self._shown or () for line in one.lines if not line.startswith(("+++", "---"))]
        added = sum(line.startswith("+") for line in lines)
        return added, sum(line.startswith("-") for line in lines), len(self._shown or ())


def file_card(of: FileDiff) -> QWidget:
    """Return one file's changes below its path, mode and what is left untouched."""
    frame = card()
    home = str(Path.home())
    path = of.path.replace(home, "~", 1) if of.path.startswith(home) else of.path
    mode = T("mode {mode}", mode=f"{of.mode:04o}") if of.mode is not None else T("new, mode 0600")
    others = N("{n} other section untouched", "{n} other sections untouched", of.other_sections)
    head = row(
        Glyph("file-text"),
        label(path, "body-strong"),
        None,
        label(f"{mode}, {others}", "second"),
        margins=(14, 8, 14, 8),
    )
    frame.setLayout(column(plain(head), DiffView(of.lines), spacing=0, margins=(1, 1, 1, 1)))
    return frame
