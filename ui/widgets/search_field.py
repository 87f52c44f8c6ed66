"""The line that one searches in: a lens before the words, and the cap of its key where there is room for one."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from app.texts import T
from ui.style import icons
from ui.style.mirror import mirrored, placed
from ui.style.theme import theme
from ui.widgets.basics import Mark
from ui.widgets.line_icons import put_in

_NEAR = 6  # px that the text is nearer to the lens than Qt has it
_AROUND = 56  # px beside the words and the cap: the lens and the gaps


def add_lens(line: QLineEdit) -> None:
    """Put a faint lens before the words of a small search."""
    faint, lens = theme().tokens.color("text-3"), QAction(line)
    lens.setIcon(icons.icon("magnifying-glass", faint, faint))
    put_in(line, lens, T("Search"), QLineEdit.ActionPosition.LeadingPosition)


class SearchField(QLineEdit):
    """A search that Ctrl+F leads to."""

    def __init__(self, words: str, spoken: str) -> None:
        """Begin empty: `words` stand in it then, `spoken` is its name."""
        super().__init__()
        self.setObjectName("search")
        self.setPlaceholderText(words)
        self.setAccessibleName(spoken)
        self._lens = QAction(self)
        put_in(self, self._lens, T("Search"), QLineEdit.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(True)
        self.setTextMargins(*((0, 0, -_NEAR, 0) if mirrored() else (-_NEAR, 0, 0, 0)))
        self.key = Mark("Ctrl+F", key=True)  # over the line, while it is empty and there is room
        self.key.setParent(self)
        self.key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(self._place_key)
        self.restyle()

    def restyle(self) -> None:
        """Follow a change of theme."""
        self._lens.setIcon(icons.icon("magnifying-glass", theme().tokens.color("text-2")))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_key()

    def _place_key(self, *_: object) -> None:
        """Put the key's cap at the right end, while the line is empty and has room."""
        size = self.key.sizeHint()
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        self.key.setVisible(not self.text() and self.width() > words + size.width() + _AROUND)
        place = QRect(QPoint(self.width() - size.width() - 10, (self.height() - size.height()) // 2), size)
        self.key.setGeometry(placed(self.rect(), place))
