"""What the profile editor and the source editor share: validation as typed, test strip, save, and the guard."""

from collections.abc import Callable, Container, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.problem import AppError, Problem
from app.domain.profile import Finding
from app.texts import N, T, describe
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.conflict import ConflictCard
from ui.editor.draft import Draft
from ui.editor.found import FoundCard
from ui.editor.history import History
from ui.editor.merge import Difference, differences, merged
from ui.editor.pasting import Paste
from ui.editor.strip import TestStrip
from ui.present.remedies import Card, problem_card
from ui.prompts.questions import ChoicePrompt
from ui.style.icons import application_icon
from ui.style.theme import theme
from ui.widgets.basics import Glyph, button, icon_button, label, plain, repaint_icons, row, set_role
from ui.widgets.cards import ProblemCard, card_place

_CALM = 600  # ms after the last key


class EditorWindow(QDialog):
    """Non-modal, one per table of the catalog. `saved` carries the name; `closed` when it is gone."""

    saved = Signal(str)
    closed = Signal()
    table = ""

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft) -> None:
        """Make the frame; the subclass fills it with `build` and shows its pages."""
        super().__init__(None)
        self.core, self.tools, self.bridge, self.draft = core, tools, bridge, draft
        self.findings: tuple[Finding, ...] = ()
        self._saving = False
        self._guard: ChoicePrompt | None = None
        self.setWindowIcon(application_icon())
        self.setModal(False)
        self.setWindowFlag(Qt.WindowType.WindowMinMaxButtonsHint, True)
        self.problem = ProblemCard()
        self.conflict = ConflictCard()
        self.conflict.kept.connect(self._keep)
        self.conflict.taken.connect(self._take)
        self.conflict.chosen.connect(self._merge)
        self._theirs: Draft | None = None
        self.found = FoundCard()
        self.found.undone.connect(self.undo_paste)
        self.history = History(draft)
        self.undo_button = icon_button("arrow-counter-clockwise", T("Undo (Ctrl+Z)"), self.undo)
        self.redo_button = icon_button("arrow-clockwise", T("Redo (Ctrl+Shift+Z)"), self.redo)
        self.strip = TestStrip()
        self.strip.test.clicked.connect(self._test_pressed)
        self._cancel_test: Callable[[], object] | None = None
        self.closed.connect(self.cancel_test)
        self.summary = label(role="second", wrap=True)
        self._mark = Glyph("git-diff")
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.save_button = button(T("Save"), "primary", pressed=self.save)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM)
        self._timer.timeout.connect(self.validate)
        for key, act in (("Ctrl+S", self.save), ("Ctrl+T", self.test)):
            QShortcut(QKeySequence(key), self).activated.connect(act)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self).activated.connect(self.undo)
        for redo in ("Ctrl+Shift+Z", "Ctrl+Y"):
            QShortcut(QKeySequence(redo), self).activated.connect(self.redo)
        theme().changed.connect(self._restyle)

    def frame(self, body: QWidget) -> None:
        """Put the body above test strip and footer."""
        foot = QWidget()
        foot.setObjectName("dialogFooter")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout: QHBoxLayout = row(
            *(self._mark, self.summary, self.undo_button, self.redo_button, 4, self.cancel, self.save_button),
            margins=(20, 12, 20, 12),
        )
        layout.setStretch(1, 1)
        foot.setLayout(layout)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(card_place(self.problem, (16, 12, 16, 0)))
        box.addWidget(_place(self.found))
        box.addWidget(_place(self.conflict))
        box.addWidget(body, 1)
        box.addWidget(self.strip)
        box.addWidget(foot)

    # what the subclass says

    def check(self) -> Sequence[Finding]:
        """Return everything that is wrong with the draft."""
        raise NotImplementedError

    def show_findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Show findings at their fields; return those that no field claims."""
        raise NotImplementedError

    def go_to(self, key: str) -> None:
        """Go to the field of a key."""
        raise NotImplementedError

    def test(self) -> None:
        """Make the real calls."""
        raise NotImplementedError

    def take_paste(self, paste: Paste) -> None:
        """Put a pasted text where it belongs, if it is more than a text for the field."""
        raise NotImplementedError

    def undo_paste(self) -> None:
        """Show the fields as they were before the paste."""
        self.found.hide()
        self.undo()

    async def before_save(self) -> None:
        """Store what goes elsewhere than the catalog; nothing by default."""

    def after_save(self) -> None:
        """Show that everything is saved; nothing by default."""

    def words(self) -> str:
        """Return what a save writes, in a line."""
        return (
            T("No changes")
            if not self.dirty
            else T("Save writes [{table}] in profiles.toml", table=f"{self.table}.{self.draft.name}")
        )

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.draft.dirty

    # validation

    def edited(self) -> None:
        """Look at the draft when the keys have been still for a while."""
        self.strip.stale()
        self._timer.start()
        self._show_summary()

    def field_left(self) -> None:
        """Look at the draft at once."""
        if self._timer.isActive():
            self._timer.stop()
            self.validate()

    def validate(self) -> None:
        """Check the draft and show what is wrong where it is wrong."""
        self._timer.stop()
        self.history.note()
        self.findings = tuple(self.check())
        rest = [one for one in self.show_findings(self.findings) if not one.warning]
        if rest:
            words = describe(rest[0].problem)
            self.problem.show_card(Card(words.title, words.detail, "error", ()))
        elif not self._saving:
            self.problem.show_card(None)
        self._show_summary()

    @property
    def errors(self) -> list[Finding]:
        """What keeps the draft from being saved."""
        return [one for one in self.findings if not one.warning]

    def _show_summary(self) -> None:
        count = len(self.errors)
        self._mark.set("warning-circle" if count else "git-diff", "error" if count else "text-2")
        set_role(self.summary, "error" if count else "second")
        self.summary.setText(N("{n} problem", "{n} problems", count) if count else self.words())
        self.save_button.setEnabled(self.dirty or self.draft.new)
        self.undo_button.setEnabled(self.history.undoable)
        self.redo_button.setEnabled(self.history.redoable)

    # undo and redo

    def undo(self) -> None:
        """Take the last change of the draft back, whichever field it was in. Typed secrets stay."""
        if self.history.undo():
            self._stepped()

    def redo(self) -> None:
        """Do again what was taken back."""
        if self.history.redo():
            self._stepped()

    def _stepped(self) -> None:
        self.reload()
        self.strip.stale()
        self.validate()

    # saving

    def save(self) -> None:
        """Save, unless something cannot be stored: then go there."""
        if self._saving or not (self.dirty or self.draft.new):
            return
        self.validate()
        if self.errors:
            self.go_to(str(self.errors[0].problem.arguments.get("key", "")))
            return
        if self.conflict.pending:  # nothing of someone else's is overwritten unseen
            self.conflict.set_open(opened=True)
            return
        self._saving = True
        self.save_button.setEnabled(False)
        self.bridge.spawn(self._save(), "save")

    async def _save(self) -> None:
        draft = self.draft
        try:
            await self.before_save()
            if draft.original_name and draft.original_name != draft.name:
                await self.core.rename(self.table, draft.original_name, draft.name)
                draft.original_name = draft.name
            await self.core.put(self.table, draft.name, draft.values)
        except AppError as error:
            self._saving = False
            self.show_problem(error.problem)
            self._show_summary()
            return
        self._saving = False
        draft.saved()
        self.after_save()
        self.problem.show_card(None)
        self._show_summary()
        self.saved.emit(draft.name)
        self.close()

    def show_problem(self, problem: Problem) -> None:
        """Show a problem above the page."""
        card = problem_card(problem)
        self.problem.show_card(Card(card.title, card.detail, card.tone, (), card.reply))

    # changes outside

    def catalog_changed(self) -> None:
        """Compare with what the catalog has now."""
        if not self.draft.new and not self._saving:
            self.bridge.spawn(self._compare(), "compare")

    async def _compare(self) -> None:
        try:
            raw = await self.core.catalogs.raw(self.table, self.draft.original_name)
        except (AppError, KeyError):
            self._deleted()
            return
        theirs = Draft(self.draft.original_name, raw)
        if self._theirs and theirs.values == self.draft.original:  # it is again as it was
            self._settled()
            return
        if theirs.values == (self._theirs.values if self._theirs else self.draft.original):
            return
        if not self.dirty:
            self.take_values(theirs)
            return
        found = differences(self.draft.original, self.draft.values, theirs.values)
        if not found:  # the same was done in both places
            self._keep(theirs)
            return
        self._theirs = theirs
        self.conflict.show_differences(found, self.title_of, self.hidden_keys)

    def title_of(self, key: str) -> str:
        """Return what the field of a key is called."""
        return key

    hidden_keys: Container[str] = ()  # whose values are not shown in a comparison

    def _keep(self, theirs: Draft | None = None) -> None:
        """Count theirs as what the catalog has, and go on with mine."""
        theirs = theirs or self._theirs
        if theirs is not None:
            self.draft.rebase(theirs.values)
        self._settled()

    def _take(self) -> None:
        if self._theirs is not None:
            self.take_values(self._theirs)
        self._settled()

    def _merge(self, wanted: list[Difference]) -> None:
        self.history.note()
        self.draft.values = merged(self.draft.values, wanted)
        self._keep()
        self._stepped()

    def _settled(self) -> None:
        self._theirs = None
        self.conflict.done()
        self._show_summary()

    def _deleted(self) -> None:
        self.draft.original_name = ""
        self.save_button.setText(T("Save as new"))
        self.problem.show_card(Card(T("This was deleted elsewhere"), T("Saving makes it anew."), "warn", ()))
        self._show_summary()

    def take_values(self, theirs: Draft) -> None:
        """Show other values in the place of the draft's."""
        self.history.note()
        self.draft.values = theirs.values
        self.draft.name = theirs.name
        self.draft.saved()
        self.reload()
        self.validate()

    def reload(self) -> None:
        """Show the draft again."""
        raise NotImplementedError

    # the end

    def reject(self) -> None:
        """Close; ask only when something would be lost."""
        if not self.dirty:
            super().reject()
            self.closed.emit()
            return
        if self._guard is not None and self._guard.isVisible():
            self._guard.open_prompt(asked=True)
            return
        name = self.draft.name or T("the new entry")
        answers = [("discard", T("Discard"), "danger"), ("save", T("Save"), "primary")]
        guard = ChoicePrompt(T("Save the changes to {name}?", name=name), T("They are lost otherwise."), answers)
        guard.setWindowModality(Qt.WindowModality.WindowModal)
        guard.chosen.connect(self._answered)
        self._guard = guard
        guard.open_prompt(asked=True)

    def _answered(self, choice: str) -> None:
        if choice == "save":
            self.save()
        elif choice == "discard":
            super().reject()
            self.closed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask before anything is lost."""
        if self.dirty:
            event.ignore()
            self.reject()
            return
        super().closeEvent(event)
        self.closed.emit()

    def _restyle(self) -> None:
        repaint_icons(self)

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


def _place(of: FoundCard | ConflictCard) -> QWidget:
    """Return a place for a card that takes no room while the card is hidden."""
    made = plain(row(of, margins=(16, 12, 16, 0)))
    made.hide()
    of.showing.connect(made.setVisible)
    return made
