"""The frame of both editors: cards above the page, the test strip and the footer below it, and a test that runs."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.domain.files import FileDiff
from app.texts import N, T
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.conflict import ConflictCard
from ui.editor.draft import Draft
from ui.editor.forms import Page, refit_labels
from ui.editor.found import FoundCard
from ui.editor.history import History
from ui.editor.preview import counts
from ui.editor.strip import TestStrip
from ui.editor.summary import Summary
from ui.present.remedies import Button, Do
from ui.style.icons import application_icon
from ui.style.theme import theme
from ui.widgets.basics import button, icon_button, plain, repaint_icons, row
from ui.widgets.cards import ProblemCard, card_place

_BAR = 12  # px that the bar of a page takes


class EditorFrame(QDialog):
    """Non-modal, one per table of the catalog. `closed` when it is gone; `vault_wanted` carries a Do."""

    closed = Signal()
    vault_wanted = Signal(object)

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft) -> None:
        """Make the parts; `frame` puts them together."""
        super().__init__(None)
        self.core, self.tools, self.bridge, self.draft = core, tools, bridge, draft
        self.pages: tuple[Page, ...] = ()
        self._fitted = self._seen = False
        self._foot: QWidget | None = None
        self.setWindowIcon(application_icon())
        self.setModal(False)
        self.setWindowFlag(Qt.WindowType.WindowMinMaxButtonsHint, True)
        theme().texts_changed.connect(self._refit)
        self.problem = ProblemCard()
        self.problem.pressed.connect(self.remedy)
        self.conflict = ConflictCard()
        self.found = FoundCard()
        self.found.undone.connect(self.undo_paste)
        self.history = History(draft)
        self.undo_button = icon_button("arrow-counter-clockwise", T("Undo (Ctrl+Z)"), self.undo)
        self.redo_button = icon_button("arrow-clockwise", T("Redo (Ctrl+Shift+Z)"), self.redo)
        self.strip = TestStrip(tools.clock.now)
        self.strip.test.clicked.connect(self._test_pressed)
        self.strip.remedy.connect(self.remedy)
        self._cancel_test: Callable[[], object] | None = None
        self.closed.connect(self.cancel_test)
        self.summary = Summary()
        self.summary.clicked.connect(self.summary_pressed)
        self.summary.said.connect(self._said)
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.save_button = button(T("Save"), "primary", pressed=self.save)
        self._keys()
        theme().changed.connect(self._restyle)

    def _keys(self) -> None:
        for key, act in (("Ctrl+S", self.save), ("Ctrl+T", self.test)):
            QShortcut(QKeySequence(key), self).activated.connect(act)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self).activated.connect(self.undo)
        for redo in ("Ctrl+Shift+Z", "Ctrl+Y"):
            QShortcut(QKeySequence(redo), self).activated.connect(self.redo)

    def frame(self, body: QWidget) -> None:
        """Put the body above test strip and footer."""
        self._foot = foot = QWidget()
        foot.setObjectName("dialogFooter")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = row(margins=(12, 11, 16, 11))
        line.addWidget(self.summary, 1)
        for one in (self.undo_button, self.redo_button):
            line.addWidget(one)
        line.addSpacing(4)
        for one in (self.cancel, self.save_button):
            line.addWidget(one)
        foot.setLayout(line)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(card_place(self.problem, (16, 12, 16, 12)))
        box.addWidget(self.found_place(self.found))
        box.addWidget(place_of(self.conflict))
        box.addWidget(body, 1)
        box.addWidget(self.strip)
        box.addWidget(foot)

    def found_place(self, found: FoundCard) -> QWidget:
        """Return where the card of what was found in a paste is shown."""
        return place_of(found)

    def _refit(self) -> None:
        """Texts have another size, and what is typed here is not to be lost."""
        refit_labels(self)
        self.make_room(*self.pages)

    def showEvent(self, event: QShowEvent) -> None:
        """Be wide enough for large text before the window is seen; a page scrolls sideways only where it must."""
        if not self._fitted:
            self._fitted = True
            self.make_room(*self.pages)
        super().showEvent(event)
        self._seen = True

    def make_room(self, *pages: Page) -> None:
        """Be wide enough for pages; before the window is seen, nothing yet."""
        if not self._fitted:
            return
        inners = [one for page in pages if (one := page.widget()) is not None]
        for one in inners:
            one.ensurePolished()
        needed = max((one.minimumSizeHint().width() for one in inners), default=0) + self.beside_pages() + _BAR
        self._widen(min(needed, self.width()) if self._seen else needed)  # seen, it scrolls sideways instead

    def _widen(self, needed: int) -> None:
        """Get no narrower than that, as far as the screen has room; and show all that the footer says now."""
        wanted = max(needed, self._foot.minimumSizeHint().width() if self._foot is not None else 0)
        if wanted > self.minimumWidth():
            self.setMinimumWidth(min(wanted, self.screen().availableGeometry().width()))

    def _said(self) -> None:
        if self._fitted:  # what a save writes is known later than the window is shown
            self._widen(0)

    def beside_pages(self) -> int:
        """Return the width of what stands beside the pages."""
        return 0

    # what the others say

    def save(self) -> None:
        """Save."""
        raise NotImplementedError

    def test(self) -> None:
        """Make the real calls."""
        raise NotImplementedError

    def undo(self) -> None:
        """Take the last change back."""
        raise NotImplementedError

    def redo(self) -> None:
        """Do again what was taken back."""
        raise NotImplementedError

    def undo_paste(self) -> None:
        """Show the fields as they were before the paste."""
        raise NotImplementedError

    def summary_pressed(self) -> None:
        """Go to the first problem, or to the preview."""
        raise NotImplementedError

    def remedy(self, chosen: Button) -> None:
        """Do what a button of a problem says; what concerns the keyring goes to the application."""
        if chosen.do in (Do.UNLOCK_VAULT, Do.KEEP_IN_FILE, Do.KEEP_IN_MEMORY):
            self.vault_wanted.emit(chosen.do)
        elif chosen.do is Do.RENEW:
            self.save()

    # a test

    def run_test(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a test as a task that the strip can cancel."""
        self._cancel_test = self.bridge.begin(work, "test")

    def _test_pressed(self) -> None:
        if self.strip.running:
            self.cancel_test()
        else:
            self.test()

    def cancel_test(self) -> None:
        """End the test that runs, if one does."""
        if self.strip.running and self._cancel_test is not None:
            self._cancel_test()
            self._cancel_test = None
            self.strip.canceled()

    def _restyle(self) -> None:
        repaint_icons(self)


def place_of(card: FoundCard | ConflictCard, *, margin: int = 16) -> QWidget:
    """Return a place for a card that takes no room while the card is hidden."""
    made = plain(row(card, margins=(margin, 12 if margin else 0, margin, 12 if margin else 0)))
    made.hide()
    card.showing.connect(made.setVisible)
    return made


def say_counts(summary: Summary, files: tuple[FileDiff, ...], more: str = "", *, starts: bool = False) -> None:
    """Say how many lines a save writes, in how many files; `starts`: some of them only once the profile runs."""
    added, removed = counts(files)
    written = [one for one in files if one.lines]
    marks = {"added": "{added}", "removed": "{removed}"}
    count = N("{n} file", "{n} files", len(written))
    where = written[0].path.replace("\\", "/").rpartition("/")[2] if len(written) == 1 else count
    said = T("Save writes {added} {removed} lines in {where}", where=where, **marks)
    if starts:
        said = T("Save and start write {added} {removed} lines in {where}", where=where, **marks)
    summary.show_counts(said, added, removed)
    summary.say_more(more)
