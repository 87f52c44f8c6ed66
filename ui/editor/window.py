"""What the profile editor and the source editor share: validation as typed, save, edits from outside, the guard."""

from collections.abc import Container, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from shiboken6 import isValid

from app.domain.files import FileDiff
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Finding
from app.texts import N, T, describe
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.draft import Draft
from ui.editor.frame import EditorFrame, say_counts
from ui.editor.merge import Difference, differences, merged
from ui.editor.pasting import Paste
from ui.present.remedies import Card, Do, problem_card
from ui.prompts.questions import ChoicePrompt

_CALM = 600  # ms after the last key
_HERE = (Do.UNLOCK_VAULT, Do.KEEP_IN_FILE, Do.KEEP_IN_MEMORY, Do.RENEW)


class EditorWindow(EditorFrame):
    """Non-modal, one per table of the catalog. `saved` carries the name; `closed` when it is gone."""

    saved = Signal(str)
    table = ""

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft) -> None:
        """Make the frame; the subclass fills it with `build` and shows its pages."""
        super().__init__(core, tools, bridge, draft)
        self.findings: tuple[Finding, ...] = ()
        self._saving = False
        self._guard: ChoicePrompt | None = None
        self.conflict.kept.connect(self._keep)
        self.conflict.taken.connect(self._take)
        self.conflict.chosen.connect(self._merge)
        self._theirs: Draft | None = None
        self._unread = False  # the catalog cannot be read now
        self._lost = ""  # the name of what was deleted elsewhere, as long as it is
        self._files: tuple[FileDiff, ...] | None = None  # what a save writes, once it is known
        self._asked = 0
        self._standing: Card | None = None  # stays whatever is typed
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM)
        self._timer.timeout.connect(self.validate)

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
        if self.draft.new and not self.draft.name:
            return T("It needs a name first")
        return T("Save writes profiles.toml") if self.writes else T("No changes")

    def more_words(self) -> str:
        """Return what else a save does; nothing by default."""
        return ""

    async def previews(self) -> tuple[FileDiff, ...]:
        """Return what a save writes, in every file: the catalog's own by default. Nothing while it cannot be saved."""
        draft = self.draft
        if not draft.name:
            return ()
        try:
            whole = await self.core.catalogs.preview(self.table, draft.name, draft.values, original=draft.original_name)
        except AppError:
            return ()
        return (whole,) if whole.lines else ()

    def show_files(self, files: tuple[FileDiff, ...]) -> None:
        """Show the preview where the editor has it; nothing by default."""

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.draft.dirty

    @property
    def writes(self) -> bool:
        """Whether a save would write: what is new is written whole, whatever was changed in it."""
        return self.dirty or (self.draft.new and bool(self.draft.name))

    # validation

    def edited(self) -> None:
        """Look at the draft when the keys have been still for a while."""
        self.strip.stale()
        self._files = None
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
            self.problem.show_card(self._standing)
        self._show_summary()
        self.count()

    def count(self) -> None:
        """Find out what a save writes, and say it."""
        self._asked += 1
        self.bridge.spawn(self._count(self._asked), "preview")

    async def _count(self, asked: int) -> None:
        files = () if self.errors else await self.previews()
        if asked == self._asked and isValid(self):  # else something was changed meanwhile, or the window is gone
            self._files = files
            self.show_files(files)
            self._show_summary()

    @property
    def errors(self) -> list[Finding]:
        """What keeps the draft from being saved."""
        return [one for one in self.findings if not one.warning]

    def _show_summary(self) -> None:
        errors = self.errors
        if errors:
            words = N("{n} problem", "{n} problems", len(errors))
            first = self.title_of(str(errors[0].problem.arguments.get("key", "")))
            self.summary.show_words(T("{words}: {place}", words=words, place=first) if first else words, wrong=True)
            self.summary.say_more("")
        elif self._files and self.writes:
            starts = len(self._files) > 1 and not self.more_words()
            say_counts(self.summary, self._files, self.more_words(), starts=starts)
        else:
            self.summary.show_words(self.words(), opens=self.writes)
            self.summary.say_more(self.more_words() if self.writes else "")
        self.save_button.setEnabled(self.can_save())
        self.undo_button.setEnabled(self.history.undoable)
        self.redo_button.setEnabled(self.history.redoable)

    def can_save(self) -> bool:
        """Whether the button that saves can be pressed: a save with problems goes to the first of them."""
        return self.dirty or self.draft.new

    def summary_pressed(self) -> None:
        """Go to the first problem, or to the preview."""
        if self.errors:
            self.go_to(str(self.errors[0].problem.arguments.get("key", "")))
        elif self.writes:
            self.open_preview()

    def open_preview(self) -> None:
        """Show what a save writes."""
        raise NotImplementedError

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
        card = problem_card(problem)
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
