"""The access keys of a source's user: which there are, and replacing one step by step. What to do is the flow's say."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from app.domain.keys import GOING_BACK, REPLACING, KeyStep, UserKey
from app.keyflow import KeysState, Mark, Result
from app.texts import T
from ui.present.keys import full_words, key_words, result_words, step_words
from ui.present.remedies import Button, problem_card
from ui.prompts.base import Prompt
from ui.widgets.announcing import announce
from ui.widgets.basics import Glyph, button, card, column, label, plain, row, rule
from ui.widgets.basics import Mark as Pill
from ui.widgets.busy import Busy
from ui.widgets.cards import ProblemCard
from ui.widgets.page import PageBody
from ui.widgets.screen import TallPage

_WIDTH = 560


class Flow(Protocol):
    """The state machine that the window shows."""

    @property
    def state(self) -> KeysState: ...
    async def look(self) -> None: ...
    async def replace(self) -> None: ...
    async def switch_off(self) -> None: ...
    async def switch_on(self) -> None: ...
    async def delete(self) -> None: ...
    async def go_back(self) -> None: ...


Begin = Callable[[Callable[[KeysState], None]], Flow]
Spawn = Callable[[Coroutine[Any, Any, None], str], None]


class KeysWindow(Prompt):
    """Closing it while something is done does not stop that. `remedy` carries a Button."""

    remedy = Signal(object)

    def __init__(
        self, begin: Begin, spawn: Spawn, title: str, about: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        """`begin` makes the flow, `spawn` holds its tasks, `about` says what the source is now."""
        super().__init__(T("Access keys of {source}", source=title))
        self._spawn, self._now, self._about = spawn, now, about
        self.about = label(role="second", wrap=True)
        self._shown: KeysState | None = None
        self.problem = ProblemCard()
        self.problem.pressed.connect(self._remedy)
        self.waiting = plain(row(Busy(), label(T("Asking IAM…"), "second"), None, spacing=8))
        self._list, self._steps = QVBoxLayout(), QVBoxLayout()
        for box in (self._list, self._steps):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(0)
        self.keys, self.steps = plain(self._list), plain(self._steps)
        self.said = label(role="second", wrap=True)
        how = T(
            "Rotate makes a new key, stores it, tests it, has the source use it, then switches the old one off. "
            "Nothing is deleted until you say so."
        )
        self.how = label(how, "second", wrap=True)
        head = label(self.windowTitle(), "title", wrap=True)
        page = PageBody()
        page.setProperty("plain", True)
        parts = column(
            *(head, self.about, self.waiting, self.keys, self.problem),
            *(self.steps, self.said, self.how, None),
            margins=(24, 20, 24, 20),
            spacing=10,
        )
        page.setLayout(parts)
        self.cancel = button(T("Close"), pressed=self.close)
        self.again = button(T("Look again"), pressed=self.look)
        self.back = button(T("Use the other key"), pressed=partial(self._do, "go_back"))
        self.off = button(T("Switch the other off"), pressed=partial(self._do, "switch_off"))
        self.on = button(T("Switch the other on"), pressed=partial(self._do, "switch_on"))
        self.delete = button(T("Delete the other key"), "danger", pressed=partial(self._do, "delete"))
        self.rotate = button(T("Rotate"), "primary", pressed=partial(self._do, "replace"))
        acts = (self.again, self.cancel, self.on, self.back, self.off, self.delete, self.rotate)
        scrolling = TallPage(page)
        scrolling.changed.connect(self.fit)
        self.fill(column(scrolling), row(None, *acts, margins=(20, 12, 20, 12)), _WIDTH)
        self.flow: Flow = begin(self.show_state)
        self.show_state(self.flow.state)

    def look(self) -> None:
        """Ask IAM what there is."""
        self._spawn(self.flow.look(), "keys look")

    def _do(self, verb: str) -> None:
        self._spawn(getattr(self.flow, verb)(), f"keys {verb}")

    def _remedy(self, chosen: object) -> None:
        if isinstance(chosen, Button):
            self.remedy.emit(chosen)

    def show_state(self, state: KeysState) -> None:
        """Show a state of the flow."""
        if not isValid(self):  # it was closed while something was done
            return
        before, self._shown = self._shown, state
        self.about.setText(self._about())
        self.waiting.setVisible(state.busy and not state.steps)
        if before is None or (before.keys, before.own) != (state.keys, state.own):
            self._show_keys(state)
        if before is None or before.steps != state.steps:
            self._show_steps(state)
        self.problem.show_card(None if state.problem is None else problem_card(state.problem))
        other = state.other.key_id if state.other is not None else ""
        words = "" if state.busy else result_words(state.result, state.own, other)
        if not words and state.can_switch_off and state.problem is None:
            words = full_words(other)
        if state.left and not state.busy:
            left = T("{keys} could not be removed. Delete it in IAM yourself.", keys=", ".join(state.left))
            words = f"{words} {left}"
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.how.setVisible(state.can_replace and state.result is Result.NONE)
        for one, shown in (
            (self.rotate, state.can_replace and state.result in (Result.NONE, Result.TAKEN_BACK)),
            (self.delete, state.can_delete),
            (self.off, state.can_switch_off),
            (self.on, state.can_delete and not state.can_go_back),
            (self.back, state.can_go_back),
            (self.again, not state.busy and not state.keys),
        ):
            one.setVisible(shown)
        if words and (before is None or before.busy):
            announce(self, words)

    def _show_keys(self, state: KeysState) -> None:
        _empty(self._list)
        if not state.keys:
            return
        frame, parts = card(), list[QWidget]()
        for one in state.keys:
            parts += [rule()] if parts else []
            parts.append(self._key(one, own=one.key_id == state.own))
        frame.setLayout(column(*parts, spacing=0, margins=(1, 1, 1, 1)))
        self._list.addWidget(frame)

    def _key(self, key: UserKey, *, own: bool) -> QWidget:
        words = key_words(key, self._now())
        role = "warn" if own and key.old(self._now()) else "second"
        used = Pill()
        used.set(T("in use") if own else "")
        used.setVisible(own)
        state = label(T("Active") if key.active else T("Off"), "ok" if key.active else "second")
        name = row(label(key.key_id, "code", select=True), used, None, spacing=8)
        line = row(margins=(14, 10, 14, 11), spacing=10)
        line.addWidget(Glyph("key"), 0, Qt.AlignmentFlag.AlignTop)
        about = label(words, role, wrap=True)
        about.setMinimumWidth(_WIDTH // 2)  # else the window is as high as a very narrow text
        line.addLayout(column(plain(name), about, spacing=1), 1)
        line.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
        made = plain(line)
        said = [key.key_id, T("in use") if own else "", state.text(), words]
        made.setAccessibleName(", ".join(part for part in said if part))
        return made

    def _show_steps(self, state: KeysState) -> None:
        _empty(self._steps)
        back = tuple(step for step, _ in state.steps) == GOING_BACK
        for step, mark in state.steps:
            self._steps.addWidget(_step(step, mark, back=back))
        if tuple(step for step, _ in state.steps) == REPLACING:
            running = next((step for step, mark in state.steps if mark is Mark.NOW), None)
            if running is not None:
                announce(self, step_words(running))


def _step(step: KeyStep, mark: Mark, *, back: bool) -> QWidget:
    words = step_words(step, back=back)
    glyphs = {
        Mark.OPEN: ("clock", "text-3"),
        Mark.DONE: ("check-circle-fill", "ok"),
        Mark.FAILED: ("x-circle-fill", "error"),
    }
    picture: QWidget = Busy() if mark is Mark.NOW else Glyph(*glyphs[mark])
    said = label(words, "second" if mark is Mark.OPEN else "body")
    made = plain(row(picture, said, None, spacing=8, margins=(0, 3, 0, 3)))
    states = {Mark.OPEN: T("not yet"), Mark.NOW: T("running"), Mark.DONE: T("done"), Mark.FAILED: T("failed")}
    made.setAccessibleName(f"{words}, {states[mark]}")
    return made


def _empty(box: QVBoxLayout) -> None:
    while (item := box.takeAt(0)) is not None:
        gone = item.widget()
        if gone is not None:
            gone.hide()
            gone.deleteLater()
