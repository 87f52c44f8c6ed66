"""A command: the program's path, an argument on each line, and below it whether it may run.

What a person typed here is allowed by saving it. What came from elsewhere is not: an import, an edit of the file, a
paste. Rolecall asks about that before it first runs, unless the person allows it here, with the command before them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from app.approval_ports import Approvals
from app.domain.approvals import Approval
from app.domain.problem import AppError
from app.domain.session import Starter
from app.texts import T, describe
from ui.editor.draft import Draft
from ui.editor.fields import LinesField
from ui.present.allowing import Act, Standing, TrustLine, trust_line
from ui.widgets.announcing import announce
from ui.widgets.basics import Glyph, label, link, plain, row, set_role

Command = tuple[str, ...]
_SIGNS = {"ok": ("check-circle-fill", "ok"), "warn": ("warning", "warn"), "error": ("warning-circle", "error")}


class CommandArea(QPlainTextEdit):
    """Tells of what comes in without being typed: pasted by key, menu or middle button, or dropped."""

    brought = Signal()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take it in, and tell before it is there."""
        self.brought.emit()
        super().insertFromMimeData(source)


class CommandField(LinesField):
    """`standing_changed` when something about the permission changed, without an edit of the text."""

    standing_changed = Signal()

    def __init__(self, key: str, title: str, help_text: str) -> None:
        """Make the field; nothing is said of permissions until `attach`."""
        self._pasted = False  # a part of what is there now came in by paste or drop
        self._loaded: Command = ()
        self._draft: Draft | None = None
        self._ledger: Ledger | None = None
        super().__init__(key, title, help_text, code=True)
        self._glyph, self.words = Glyph("info", "text-2", 14), label(role="second", wrap=True)
        self.act = link("", self._press)
        line = row(spacing=6)
        line.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.words, 1)
        line.addWidget(self.act, 0, Qt.AlignmentFlag.AlignVCenter)
        self.trust = plain(line)
        self.trust.hide()
        box = self.body.layout()
        if isinstance(box, QVBoxLayout):
            box.addWidget(self.trust)

    def make_area(self) -> QPlainTextEdit:
        """Return an editor that tells what was pasted."""
        made = CommandArea()
        made.brought.connect(self._brought)
        return made

    def attach(self, draft: Draft, ledger: "Ledger") -> None:
        """Say from now on whether the command may run."""
        self._draft, self._ledger = draft, ledger
        self.show_trust()

    @property
    def command(self) -> Command:
        """Return the command as a save would write it."""
        return tuple(self._draft.texts(self.key)) if self._draft is not None else ()

    @property
    def standing(self) -> Standing:
        """Return how the command stands."""
        draft, ledger, command = self._draft, self._ledger, self.command
        if draft is None or ledger is None:
            return Standing(None, saved=True, typed=False)
        saved = tuple(Draft("", draft.original).texts(self.key)) == command
        typed = command in ledger.typed or command in ledger.accepted
        pasted, revoked = self._pasted, command in ledger.revoked
        return Standing(ledger.approval(command), saved=saved, typed=typed, pasted=pasted, revoked=revoked)

    def _load(self, draft: Draft) -> None:
        self._pasted = False
        self._loaded = tuple(draft.texts(self.key))
        super()._load(draft)
        self.show_trust()

    def _brought(self) -> None:
        self._pasted = True

    def _edited(self, *_: object) -> None:
        """Note what a person reaches by typing, from nothing or from what was theirs or allowed before."""
        if not self._quiet and self._ledger is not None:
            words = self.words_typed()
            if not words:
                self._pasted, self._loaded = False, ()
            elif not self._pasted and (not self._loaded or self._ledger.knows(self._loaded)):
                self._ledger.typed.add(words)
        super()._edited()

    def words_typed(self) -> Command:
        """Return the lines that are shown."""
        draft = Draft("", {})
        self.store(draft)
        return tuple(draft.texts(self.key))

    def show_trust(self) -> None:
        """Say how the command stands now."""
        if self._ledger is None:
            return
        line = trust_line(self.standing, self._ledger.now())
        self.trust.setVisible(bool(self.command))
        self._say(line)

    def _say(self, line: TrustLine) -> None:
        self._glyph.set(*_SIGNS.get(line.tone, ("info", "text-2")))
        set_role(self.words, line.tone)
        self.words.setText(line.words)
        names = {Act.REVOKE: T("Revoke"), Act.ALLOW: T("Allow"), Act.UNDO: T("Undo"), None: ""}
        self.act.setText(names[line.act])
        self.act.setVisible(line.act is not None)
        self.act.setAccessibleName(T("{act}: {command}", act=names[line.act], command=self.title))
        self.act.setAccessibleDescription(line.words)
        self._describe()

    def _write(self, words: str, tone: str, sign: str) -> None:
        super()._write(words, tone, sign)
        if self._ledger is not None:
            self._describe()

    def _describe(self) -> None:
        said = (self.note.text(), self.words.text() if self.command else "")
        self.editor.setAccessibleDescription(" ".join(one for one in said if one))

    def _press(self) -> None:
        """Revoke or allow: at once where the catalog has the command so, with the save where it is only typed."""
        ledger, standing = self._ledger, self.standing
        if ledger is None or self._draft is None:
            return
        try:
            if standing.approval is not None:
                ledger.revoke(standing.approval, self._draft.original_name)
            else:
                ledger.allow(self.command, self._draft.original_name, at_once=standing.saved)
        except AppError as error:
            self._say(TrustLine(describe(error.problem).title, "error", trust_line(standing, ledger.now()).act))
        else:
            self.show_trust()
            self.standing_changed.emit()
        announce(self.act, self.words.text())


class Ledger:
    """What an editor knows of permissions: those on this machine, and what was typed, accepted and revoked in it."""

    def __init__(self, approvals: Approvals, now: Callable[[], datetime]) -> None:
        """Know nothing until `look`."""
        self._approvals, self.now = approvals, now
        self._known: dict[Command, Approval] = {}
        self.typed: set[Command] = set()
        self.accepted: set[Command] = set()
        self.revoked: dict[Command, Approval] = {}

    def look(self) -> None:
        """Read what is allowed now; a file that cannot be read allows nothing."""
        try:
            found: Sequence[Approval] = self._approvals.all()
        except AppError:
            found = ()
        self._known = {one.command: one for one in found}
        for command in self._known:
            self.revoked.pop(command, None)

    def approval(self, command: Command) -> Approval | None:
        """Return the approval of a command, None if it may not run."""
        return self._known.get(command)

    def knows(self, command: Command) -> bool:
        """Whether a command was typed here or is allowed: what is typed on from it is a person's own."""
        return command in self._known or command in self.typed

    def revoke(self, approval: Approval, source: str) -> None:
        """Take an approval back at once."""
        self._approvals.revoke(approval.command, source=source, by=Starter.WINDOW)
        self.typed.discard(approval.command)
        self.accepted.discard(approval.command)
        self.look()
        self.revoked[approval.command] = approval

    def allow(self, command: Command, source: str, *, at_once: bool) -> None:
        """Allow a command, or have the save allow it."""
        if not at_once:
            self.accepted.add(command)
            return
        before = self.revoked.get(command)
        at: datetime | None = before.at if before is not None else None
        self._approvals.approve(command, source=source, by=Starter.WINDOW, at=at)
        self.look()
