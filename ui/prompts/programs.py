"""What was decided about programs, and the way to take it back."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.domain.programs import Decision
from app.texts import T, answer_words, session_words
from ui.core import Decisions
from ui.present.words import clock, left_short
from ui.prompts.base import Prompt
from ui.widgets.basics import button, column, label, plain, row


class ProgramsPrompt(Prompt):
    """A row for each decision that counts now, with Revoke. A revoked program asks again the next time."""

    def __init__(self, programs: Decisions, now: Callable[[], datetime], zone: tzinfo | None = None) -> None:
        """Show what counts at this moment."""
        super().__init__(T("Programs"))
        self._programs, self._now, self._zone = programs, now, zone
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 0, 0, 0)
        self._rows: QWidget | None = None
        self.all = button(T("Revoke all"), pressed=lambda: self._revoke(None))
        self.shut = button(T("Close"), pressed=self.reject)
        detail = T("These programs get sessions, or are refused, without a question. Revoke one, and it asks again.")
        page = column(
            *(label(T("Programs"), "title"), label(detail, "second", wrap=True), 4, plain(self._place), None),
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        self.fill(page, row(self.all, None, self.shut, margins=(20, 12, 20, 12)), 560)
        self.look()
        self.shut.setFocus()

    def look(self) -> None:
        """Show the decisions anew."""
        decisions = self._programs.decisions()
        if self._rows is not None:
            self._place.removeWidget(self._rows)
            self._rows.deleteLater()
        self._rows = self._grid(decisions) if decisions else label(T("No decision counts at the moment."), "second")
        self._place.addWidget(self._rows)
        self.all.setEnabled(bool(decisions))

    def _grid(self, decisions: tuple[Decision, ...]) -> QWidget:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for number, one in enumerate(decisions):
            who = T("{name} for {profile}", name=one.name or "?", profile=session_words(one.profile, one.narrowing))
            name = label(who, "body-strong")
            name.setToolTip(one.script or one.executable)
            grid.addWidget(name, number, 0)
            grid.addWidget(label(self._words(one), "second"), number, 1)
            revoke = button(T("Revoke"), small=True, pressed=partial(self._revoke_one, one.id))
            revoke.setAccessibleName(T("Revoke: {who}", who=who))
            grid.addWidget(revoke, number, 2, Qt.AlignmentFlag.AlignRight)
        return plain(grid)

    def _words(self, one: Decision) -> str:
        said = answer_words(one.answer)
        if one.until is None:
            return T("{decision}, since {time}", decision=said, time=clock(one.at, self._zone))
        left = max(one.until - self._now(), timedelta())
        return T("{decision}, {left} left", decision=said, left=left_short(left))

    def _revoke_one(self, decision_id: str, _checked: object = None) -> None:
        self._revoke(decision_id)

    def _revoke(self, decision_id: str | None) -> None:
        self._programs.revoke(decision_id)
        self.look()
