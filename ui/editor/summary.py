"""The line at the foot of an editor: what a save writes, or how much is wrong. It opens the preview, or the problem."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy

from ui.style.theme import restyle
from ui.widgets.basics import Glyph, label, row, set_role


class Summary(QPushButton):
    """A button that looks like a line of text, with added and removed lines in their colors. `said`: it is another."""

    said = Signal()

    def __init__(self) -> None:
        """Say nothing yet."""
        super().__init__()
        self.setProperty("kind", "summary")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._glyph = Glyph("git-diff")
        self._before, self._after = label(role="summary"), label(role="summary")
        self._added, self._removed = label(role="ok"), label(role="error")
        self._parts = (self._before, self._added, self._removed, self._after)
        self.setLayout(row(self._glyph, 2, *self._parts, None, spacing=5, margins=(4, 2, 4, 2)))
        for one in (self._glyph, *self._parts):
            one.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.show_words("")

    def show_words(self, words: str, *, wrong: bool = False, opens: bool = True, glyph: str = "git-diff") -> None:
        """Say a sentence; `wrong` in red."""
        self._show((words, "", "", ""), opens=opens)
        set_role(self._before, "error" if wrong else "summary")
        self._glyph.set("warning-circle" if wrong else glyph, "error" if wrong else "text-2")

    def say_more(self, words: str) -> None:
        """Say what else happens, on request."""
        self.setToolTip(words)
        self.setAccessibleDescription(words)

    def show_counts(self, words: str, added: int, removed: int) -> None:
        """Say a sentence in which {added} and {removed} stand for counts of lines."""
        before, _, rest = words.partition("{added}")
        _, _, after = rest.partition("{removed}")
        parts = before.strip(), f"+{added}" if added else "", f"\u2212{removed}" if removed else "", after.strip()
        set_role(self._before, "summary")
        self._show(parts, opens=True)
        self._glyph.set("git-diff", "text-2")

    def _show(self, words: tuple[str, str, str, str], *, opens: bool) -> None:
        for part, text in zip(self._parts, words, strict=True):
            part.setText(text)
            part.setVisible(bool(text))
        self.setAccessibleName(self.text())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if opens else Qt.FocusPolicy.NoFocus)
        restyle(self, opens=opens)
        self.updateGeometry()
        self.said.emit()

    def text(self) -> str:
        """Return the whole line."""
        return " ".join(part.text() for part in self._parts if part.text())

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().minimumSizeHint()
