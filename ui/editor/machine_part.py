"""What the source editor shows of a machine's own role: who it is, or why there is none."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject
from shiboken6 import isValid

from app.domain.calls import Identity
from app.domain.problem import AppError, Problem
from app.texts import T, describe
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.present.names import account_name
from ui.present.words import clock, short_arn
from ui.widgets.announcing import announce
from ui.widgets.basics import Glyph, button, label, plain, row

MACHINES = ("instance-metadata", "container")


class MachineField(Field):
    """Nothing of the draft: what the machine answers."""

    def __init__(self, pressed: Callable[[], object]) -> None:
        """Have been told nothing yet."""
        self.mark = Glyph("info", "text-2", 16)
        self.said = label(wrap=True, select=True)
        self.again = button(T("Look again"), small=True, pressed=pressed)
        line = row(self.mark, spacing=8)
        line.addWidget(self.said, 1)
        line.addWidget(self.again)
        super().__init__("machine", T("On this machine"), plain(line))

    def line_top(self, line: int) -> int:
        """Return where the words begin beside a button that is lower than a control."""
        return max((self.again.sizeHint().height() - line) // 2, 0)

    def show_words(self, words: str, note: str, tone: str) -> None:
        """Show an answer; `tone`: ok, warn, or text-2 while there is none."""
        glyphs = {"ok": "check-circle-fill", "warn": "warning-fill"}
        self.mark.set(glyphs.get(tone, "info"), tone)
        self.said.setText(words)
        self.set_help(note)
        self.editor.setAccessibleDescription(f"{words} {note}".strip())

    def load(self, draft: Draft) -> None:
        """Nothing of the draft is shown here."""

    def store(self, draft: Draft) -> None:
        """Nothing of the draft is changed here."""


class MachineLook(QObject):
    """Asks as soon as the kind is chosen, and again when the person wants it. Nothing waits for it."""

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft) -> None:
        """Ask nothing yet."""
        self.field = MachineField(self.look)
        super().__init__(self.field)
        self._core, self._tools, self._bridge, self._draft = core, tools, bridge, draft
        self._running = False
        self.field.set_shown(shown=tools.own_user is not None)

    def look(self) -> None:
        """Ask for the machine's role, with what is typed."""
        if not self._running and self._tools.own_user is not None:
            self._running = True
            self.field.again.setEnabled(False)
            self.field.show_words(T("Looking…"), "", "text-2")
            self._bridge.spawn(self._look(), "look for the machine's role")

    async def _look(self) -> None:
        user, draft = self._tools.own_user, self._draft
        found: tuple[Identity, datetime | None] | None = None
        problem: Problem | None = None
        try:
            found = await user().machine(draft.name, draft.values) if user is not None else None
        except AppError as error:
            problem = error.problem
        self._running = False
        if not isValid(self.field.said):  # another kind was chosen, or the window is gone
            return
        self.field.again.setEnabled(True)
        if found is not None:
            self._show(*found)
        elif problem is not None:
            words = describe(problem)
            self.field.show_words(f"{words.title}.", words.remedy, "warn")
        announce(self.field.said, self.field.said.text())

    def _show(self, who: Identity, until: datetime | None) -> None:
        name = account_name(self._core.catalog, who.account)
        account = f"{who.account} ({name})" if name != who.account else who.account
        kind, _, rest = who.arn.rpartition(":")[2].partition("/")
        role = rest.partition("/")[0] if kind == "assumed-role" else short_arn(who.arn)
        words = T("{role}, account {account}", role=role, account=account)
        note = T("Its credentials are good until {time}.", time=clock(until)) if until is not None else ""
        self.field.show_words(words, note, "ok")
