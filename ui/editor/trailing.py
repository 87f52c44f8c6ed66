"""What stands at the right end of a line of text: a check mark, and a quiet word that gives way to the text."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit

from app.texts import T
from ui.style import icons
from ui.style.mirror import direction
from ui.style.theme import theme
from ui.widgets.basics import label
from ui.widgets.line_icons import put_in

_EDGE = 10
_ICON = 24


class Trailing(QObject):
    """Belongs to one line; the word hides while the text needs its place. `shown` tells whether it is seen."""

    shown = Signal(bool)

    def __init__(self, line: QLineEdit, *, beside: bool = False) -> None:
        """Show nothing yet; `beside`: the word follows the text instead of standing at the end."""
        super().__init__(line)
        self._line, self._beside = line, beside
        self._action: QAction | None = None
        self.fits = False
        self.word = label(role="third")
        self.word.setParent(line)
        self.word.setProperty("plain", True)
        self.word.hide()
        line.installEventFilter(self)
        line.textChanged.connect(self._place)

    @property
    def ticked(self) -> bool:
        """Whether the check mark is shown."""
        return self._action is not None

    def tick(self, *, on: bool) -> None:
        """Show the check mark, or take it away."""
        if self._action is not None:
            self._line.removeAction(self._action)
            self._action.deleteLater()
            self._action = None
        if on:
            picture = icons.icon("check-circle-fill", theme().tokens.color("ok"))
            self._action = QAction(picture, "", self)
            put_in(self._line, self._action, T("Valid"), QLineEdit.ActionPosition.TrailingPosition)
        self._place()

    def say(self, text: str) -> None:
        """Show a word, or none."""
        self.word.setText(text)
        self._place()

    def _place(self) -> None:
        word, line = self.word, self._line
        taken = line.fontMetrics().horizontalAdvance(line.displayText() or line.placeholderText())
        size = word.sizeHint()
        right = line.width() - _EDGE - (_ICON if self.ticked else 0)
        fits = bool(word.text()) and _EDGE + taken + 16 + size.width() <= right
        if fits is not self.fits:
            self.fits = fits
            self.shown.emit(fits)
        word.setVisible(fits)
        if fits:
            mirrored = direction(line.displayText() or line.placeholderText()) is Qt.LayoutDirection.RightToLeft
            # the text of a line begins at the side of its own letters; the check mark follows the layout
            left = _EDGE if mirrored else line.width() - _EDGE - size.width()
            if self.ticked and mirrored is line.isRightToLeft():
                left += _ICON if mirrored else -_ICON
            if self._beside:
                at = _EDGE + taken + _EDGE
                left = line.width() - at - size.width() if mirrored else at
            word.setGeometry(left, (line.height() - size.height()) // 2, size.width(), size.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the word in its place."""
        del watched
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._place()
        return False
