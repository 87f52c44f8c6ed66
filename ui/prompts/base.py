"""What all prompts share: a small window of its own that is raised and takes no keys from another application."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QLabel, QLayout, QVBoxLayout, QWidget

from ui.style.icons import application_icon
from ui.widgets.basics import plain, repaint_icons
from ui.widgets.screen import TallPage, fit, keep_in_sight, place, room

_MARGIN = 24
FACT_LABELS = 74  # px of the column in which the labels of facts stand, at least


class Prompt(QDialog):
    """A non-modal dialog with a page and a footer. Never `exec()`; `open_prompt` shows it."""

    def __init__(self, title: str, *, production: bool = False) -> None:
        """Make an empty prompt; a production one has a bar on top."""
        super().__init__(None)
        self.setWindowTitle(title)
        self.setWindowIcon(application_icon())
        self.setModal(False)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.bar = QFrame()
        self.bar.setObjectName("productionBar")
        self.bar.setFixedHeight(4)
        self.bar.setVisible(production)
        self._page: QWidget | None = None  # until it scrolls

    def fill(self, page: QLayout, footer: QLayout, width: int = 460) -> None:
        """Put the page above the footer."""
        body = QWidget()
        body.setObjectName("page")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body.setLayout(page)
        foot = plain(footer)
        foot.setProperty("plain", False)
        foot.setObjectName("dialogFooter")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for one in body.findChildren(QLabel):
            if one.wordWrap():  # else its height is that of a very narrow text
                one.setMinimumWidth(width - 2 * _MARGIN if one.parent() is body else width // 2)
        self._page = body
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addWidget(body, 1)
        box.addWidget(foot)
        self.setMinimumWidth(width)

    def fit(self) -> None:
        """Take the height that the texts need at this width."""
        layout = self.layout()
        if layout is not None:
            width = max(self.minimumWidth(), layout.minimumSize().width())
            height = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
            if max(height, layout.minimumSize().height()) > room(self).height():
                self._scroll()
            fit(self, width, height)
            if self.isVisible():
                keep_in_sight(self)

    def _scroll(self) -> None:
        """Have the page scroll above the footer: the screen is lower than what is asked."""
        box, page = self.layout(), self._page
        if isinstance(box, QVBoxLayout) and page is not None:
            self._page = None
            place_of_page = box.indexOf(page)
            box.insertWidget(place_of_page, TallPage(page), 1)

    def open_prompt(self, *, asked: bool) -> None:
        """Show the prompt; it takes the focus only if Rolecall has it, or the person has just `asked` for it."""
        # not the application's state: on X11 it stays active when its last active window was closed
        ours = asked or QApplication.activeWindow() is not None
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not ours)
        self.fit()
        self.show()
        if ours:
            self.raise_()
            self.activateWindow()
        else:
            QApplication.alert(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:  # another theme
            repaint_icons(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            place(self)
