"""What was decided about programs, and the way to take it back."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.programs import Decision
from app.texts import T, answer_words, session_words
from ui.core import Decisions
from ui.present.words import clock, left_short
from ui.prompts.base import Prompt
from ui.widgets.basics import button, card, column, label, row


def about_decisions() -> str:
    """Return what the list of decisions is."""
    return T("These programs get sessions, or are refused, without a question. Revoke one, and it asks again.")


class DecisionRows(QWidget):
    """A row for each decision that counts now, with Revoke. `looked` after each look, with whether there is one."""

    looked = Signal(bool)

    def __init__(self, programs: Decisions, now: Callable[[], datetime], zone: tzinfo | None = None) -> None:
        """Show nothing until `look`."""
        super().__init__()
        self.setProperty("plain", True)
        self._programs, self._now, self._zone = programs, now, zone
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)
        self._rows: QWidget | None = None
        self.revokes: list[QPushButton] = []

    def look(self) -> None:
        """Show the decisions anew; the focus stays where it was among them."""
        decisions = self._programs.decisions()
        focused = next((number for number, one in enumerate(self.revokes) if one.hasFocus()), -1)
        self.revokes = []
        if self._rows is not None:
            self._place.removeWidget(self._rows)
            self._rows.hide()
            self._rows.deleteLater()
        self._rows = self._grid(decisions) if decisions else label(T("No decision counts at the moment."), "second")
        self._place.addWidget(self._rows)
        self._rows.show()
        if focused >= 0 and self.revokes:
            self.revokes[min(focused, len(self.revokes) - 1)].setFocus()
        self.looked.emit(bool(decisions))

    def _grid(self, decisions: tuple[Decision, ...]) -> QWidget:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setContentsMargins(14, 10, 12, 10)
        grid.setColumnStretch(0, 1)
        for number, one in enumerate(decisions):
            who = T("{name} for {profile}", name=one.name or "?", profile=session_words(one.profile, one.narrowing))
            name = label(who, "body-strong", wrap=True)
            name.setToolTip(one.script or one.executable)
            grid.addWidget(name, number, 0)
            grid.addWidget(label(self._words(one), "second"), number, 1)
            revoke = button(T("Revoke"), small=True, pressed=partial(self._revoke_one, one.id))
            revoke.setAccessibleName(T("Revoke: {who}", who=who))
            revoke.setAccessibleDescription(self._words(one))
            grid.addWidget(revoke, number, 2, Qt.AlignmentFlag.AlignRight)
            self.revokes.append(revoke)
        frame = card()
        frame.setLayout(grid)
        return frame

    def _words(self, one: Decision) -> str:
        said = answer_words(one.answer)
        if one.until is None:
            return T("{decision}, since {time}", decision=said, time=clock(one.at, self._zone))
        left = max(one.until - self._now(), timedelta())
        return T("{decision}, {left} left", decision=said, left=left_short(left))

    def _revoke_one(self, decision_id: str, _checked: object = None) -> None:
        self.revoke(decision_id)

    def revoke(self, decision_id: str | None) -> None:
        """Take one decision back, or all."""
        self._programs.revoke(decision_id)
        self.look()


class ProgramsPrompt(Prompt):
    """The decisions in a window of their own. A revoked program asks again the next time."""

    def __init__(self, programs: Decisions, now: Callable[[], datetime], zone: tzinfo | None = None) -> None:
        """Show what counts at this moment."""
        super().__init__(T("Programs"))
        self.rows = DecisionRows(programs, now, zone)
        self.all = button(T("Revoke all"), pressed=lambda: self.rows.revoke(None))
        self.shut = button(T("Close"), pressed=self.reject)
        page = column(
            *(label(T("Programs"), "title"), label(about_decisions(), "second", wrap=True), 4, self.rows, None),
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        self.fill(page, row(self.all, None, self.shut, margins=(20, 12, 20, 12)), 560)
        self.rows.looked.connect(self.all.setEnabled)
        self.rows.look()
        self.shut.setFocus()
