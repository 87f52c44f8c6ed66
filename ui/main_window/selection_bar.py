"""The bar under the list while several profiles are selected: how many, and what can be done to all of them."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.texts import N, T
from ui.style.keycaps import spelled
from ui.widgets.basics import button, icon_button, label, row

_AROUND = 54  # px of margins and gaps


class SelectionBar(QWidget):
    """Hidden while fewer than two are selected."""

    start_wanted = Signal()
    tag_wanted = Signal()
    group_wanted = Signal()
    more_wanted = Signal(QPoint)

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.setObjectName("selectionBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = label(role="body-strong")
        self.start = button(T("Start"), icon="play-fill", small=True, pressed=self.start_wanted.emit)
        self.tag = button(T("Tag"), icon="tag", small=True, pressed=self.tag_wanted.emit)
        self.group = button(T("Move"), icon="folder", small=True, pressed=self.group_wanted.emit)
        self.tag.setToolTip(f"{T('Add tag…')}  {spelled('Ctrl+T')}")
        self.group.setToolTip(f"{T('Add to group…')}  {spelled('Ctrl+G')}")
        self.more = icon_button("dots-three", T("More actions"), self._more, kind="")
        self.more.setProperty("small", True)
        self.setLayout(row(self.words, None, self.start, self.tag, self.group, self.more, margins=(14, 6, 12, 6)))
        self.hide()

    def show_count(self, count: int) -> None:
        """Show how many are selected."""
        self.setVisible(count > 1)
        self.words.setText(T("{n} selected", n=count))
        self.setAccessibleName(selection_words(count))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave buttons to the menu, the last first, where there is no room for all."""
        room = self.width() - _AROUND - self.words.sizeHint().width() - self.more.sizeHint().width()
        each: tuple[QPushButton, ...] = (self.start, self.group, self.tag)
        for one in each:
            room -= one.sizeHint().width() + 8
            one.setVisible(room >= 0)

    def _more(self) -> None:
        self.more_wanted.emit(self.more.mapToGlobal(QPoint(0, self.more.height())))


def selection_words(count: int) -> str:
    """Return how many profiles are selected, in words."""
    return N("{n} profile selected", "{n} profiles selected", count)
