"""What both editors say of a draft: what is wrong as it is typed, what a save writes; undo and redo."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from app.domain.files import FileDiff
from app.domain.problem import AppError
from app.domain.profile import Finding
from app.texts import N, T, describe
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.draft import Draft
from ui.editor.frame import EditorFrame, say_counts
from ui.editor.pasting import Paste
from ui.editor.patience import Patience
from ui.present.remedies import Card

_CALM = 600  # ms after the last key


class CheckedEditor(EditorFrame):
    """`findings` are all, `due` those of them that are shown at their fields now."""

    table = ""

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft) -> None:
        """Make the frame, and look at nothing yet."""
        super().__init__(core, tools, bridge, draft)
        self.findings: tuple[Finding, ...] = ()
        self.due: tuple[Finding, ...] = ()
        self.patience = Patience(draft)
        self._saving = False
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

    def title_of(self, key: str) -> str:
        """Return what the field of a key is called."""
        return key

    def reload(self) -> None:
        """Show the draft again."""
        raise NotImplementedError

    def take_paste(self, paste: Paste) -> None:
        """Put a pasted text where it belongs, if it is more than a text for the field."""
        raise NotImplementedError

    def undo_paste(self) -> None:
        """Show the fields as they were before the paste."""
        self.found.hide()
        self.undo()

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

    def field_passed(self, key: str) -> None:
        """A person went on from a field: whether it is still empty counts from now on."""
        if self.patience.passed(key):
            self.validate()

    def validate(self) -> None:
        """Check the draft and show what is wrong where it is wrong."""
        self._timer.stop()
        self.history.note()
        self.findings = tuple(self.check())
        self.due = self.patience.due(self.findings)
        rest = [one for one in self.show_findings(self.due) if not one.warning]
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
        if self.errors:
            self._show_errors(self.errors)
        elif self._files and self.writes:
            starts = len(self._files) > 1 and not self.more_words()
            say_counts(self.summary, self._files, self.more_words(), starts=starts)
        else:
            self.summary.show_words(self.words(), opens=self.writes)
            self.summary.say_more(self.more_words() if self.writes else "")
        self.save_button.setEnabled(self.can_save())
        self.undo_button.setEnabled(self.history.undoable)
        self.redo_button.setEnabled(self.history.redoable)

    def _show_errors(self, errors: list[Finding]) -> None:
        """Say how many problems there are; of what is merely not there yet, which comes first."""
        seen = [one for one in errors if one in self.due]
        first = self.title_of(str((seen or errors)[0].problem.arguments.get("key", "")))
        words = N("{n} problem", "{n} problems", len(errors))
        if not seen:
            self.summary.show_words(T("Still missing: {place}", place=first), glyph="info")
        else:
            self.summary.show_words(T("{words}: {place}", words=words, place=first) if first else words, wrong=True)
        self.summary.say_more("")

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
