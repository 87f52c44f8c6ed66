"""What the profile editor and the source editor share: save, edits from outside, the guard."""

from collections.abc import Container

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent

from app.domain.problem import AppError, Code, Problem
from app.texts import T
from ui.bridge import Bridge
from ui.core import Core, Tools, runs
from ui.editor.checked import CheckedEditor
from ui.editor.draft import Draft
from ui.editor.merge import Difference, differences, merged
from ui.present.remedies import Card, Do, problem_card
from ui.prompts.questions import ChoicePrompt

_HERE = (Do.UNLOCK_VAULT, Do.KEEP_IN_FILE, Do.KEEP_IN_MEMORY, Do.RENEW)


class EditorWindow(CheckedEditor):
    """Non-modal, one per table of the catalog. `saved` carries the name; `closed` when it is gone."""

    saved = Signal(str)

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft) -> None:
        """Make the frame; the subclass fills it with `build` and shows its pages."""
        super().__init__(core, tools, bridge, draft)
        self._guard: ChoicePrompt | None = None
        self.conflict.kept.connect(self._keep)
        self.conflict.taken.connect(self._take)
        self.conflict.chosen.connect(self._merge)
        self._theirs: Draft | None = None
        self._unread = False  # the catalog cannot be read now
        self._lost = ""  # the name of what was deleted elsewhere, as long as it is

    # saving

    async def before_save(self) -> None:
        """Store what goes elsewhere than the catalog; nothing by default."""

    def after_save(self) -> None:
        """Show that everything is saved; nothing by default."""

    def save(self) -> None:
        """Save, unless something cannot be stored: then go there."""
        if self._saving or not (self.dirty or self.draft.new):
            return
        self.patience.tried()
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
            if error.problem.code is Code.CATALOG_CHANGED:
                self.catalog_changed()  # the difference is shown, and nothing was overwritten
            return
        self._saving = False
        draft.saved()
        self._standing, self._lost = None, ""
        self.after_save()
        self.problem.show_card(None)
        self._show_summary()
        self.saved.emit(draft.name)
        self.close()

    def show_problem(self, problem: Problem, *, stays: bool = False) -> None:
        """Show a problem above the page; `stays`: until it is over, whatever is typed meanwhile."""
        card = problem_card(problem, running=runs(self.core, self.tools.clock.now()))
        can = tuple(one for one in card.buttons if one.do in _HERE)
        shown = Card(card.title, card.detail, card.tone, can, card.reply)
        self._standing = shown if stays else self._standing
        self.problem.show_card(shown)

    def problem_over(self) -> None:
        """What stayed is over."""
        if self._standing is not None:
            self._standing = None
            self.problem.show_card(None)

    # changes outside

    def catalog_changed(self) -> None:
        """Compare with what the catalog has now."""
        waits = bool(self._lost) and self.draft.name == self._lost  # it may come back, as from a stash of git
        if (waits or not self.draft.new) and not self._saving:
            self.bridge.spawn(self._compare(), "compare")

    async def _compare(self) -> None:
        name = self.draft.original_name or self._lost
        try:
            raw = await self.core.catalogs.raw(self.table, name)
        except KeyError:
            if not self._lost:
                self._deleted()
            return
        except AppError as error:  # a catalog that cannot be read says nothing about this table
            self._unread = True
            self.show_problem(error.problem, stays=True)
            return
        if self._unread:
            self._unread = False
            self.problem_over()
        if self._lost:
            self._back()
        theirs = Draft(name, raw)
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

    def _back(self) -> None:
        """What was deleted is there again: it is edited as before."""
        self.draft.original_name, self._lost = self._lost, ""
        self.save_button.setText(T("Save"))
        self.problem_over()
        self._show_summary()

    def _deleted(self) -> None:
        self.draft.original_name, self._lost = "", self.draft.original_name
        self.save_button.setText(T("Save as new"))
        said = T("This profile was deleted") if self.table == "profiles" else T("This source was deleted")
        self._standing = Card(said, T("It was deleted elsewhere. Saving makes it anew."), "warn", ())
        self.problem.show_card(self._standing)
        self._show_summary()

    def take_values(self, theirs: Draft) -> None:
        """Show other values in the place of the draft's."""
        self.history.note()
        self.draft.values = theirs.values
        self.draft.name = theirs.name
        self.draft.saved()
        self.reload()
        self.validate()

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
