"""What a person allowed, among the settings: commands that may run, and decisions about programs, with Revoke."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.domain.approvals import Allowed
from app.domain.problem import AppError
from app.domain.session import Starter
from app.domain.values import dataclass
from app.texts import T, describe
from ui.bridge import Bridge
from ui.core import Core
from ui.present.allowing import allowed_row
from ui.prompts.programs import DecisionRows, about_decisions
from ui.style.fonts import font
from ui.widgets.announcing import announce
from ui.widgets.basics import Glyph, button, card, column, label, plain, row, rule, set_role

LookAllowed = Callable[[], Awaitable[Sequence[Allowed]]]


@dataclass(frozen=True, slots=True)
class Trusted:
    """What the lists need beside the core: who reads what is allowed, and what time it is."""

    look: LookAllowed
    now: Callable[[], datetime]
    zone: tzinfo | None = None


class AllowedCommands(QWidget):
    """A row for each command. A revoked one stays, with the way back, for as long as the window is open.

    `built` after the rows were made anew.
    """

    built = Signal()

    def __init__(self, core: Core, bridge: Bridge, trusted: Trusted) -> None:
        """Show nothing until `look`."""
        super().__init__()
        self.setProperty("plain", True)
        self._core, self._bridge, self._trusted = core, bridge, trusted
        self._shown: list[Allowed] = []
        self.rows: dict[tuple[str, ...], _Row] = {}
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)
        self._body: QWidget | None = None

    def look(self) -> None:
        """Read what is allowed now, off the loop."""
        self._bridge.spawn(self._look(), "allowed commands")

    async def _look(self) -> None:
        try:
            found = list(await self._trusted.look())
        except AppError as error:
            if isValid(self):
                words = describe(error.problem)
                self._shown, self.rows = [], {}
                self._put(label(f"{words.title}. {words.detail}".strip(), "error", wrap=True))
            return
        if isValid(self):
            self.show_allowed(found)

    def show_allowed(self, found: Sequence[Allowed]) -> None:
        """Show what is allowed; what was revoked here keeps its place, and nothing moves under the pointer."""
        now = {one.approval.command: one for one in found}
        before = [one.approval.command for one in self._shown]
        stays = [one for one in self._shown if one.approval.command in now or self._was_revoked(one)]
        shown = [one for one in found if one.approval.command not in before]
        shown += [now.get(one.approval.command, one) for one in stays]
        if shown != self._shown or self._body is None:
            self._shown = shown
            self._build()
        for name, one in self.rows.items():
            one.show_revoked(revoked=name not in now)

    def _was_revoked(self, one: Allowed) -> bool:
        made = self.rows.get(one.approval.command)
        return made is not None and made.revoked

    def _build(self) -> None:
        focused = next((name for name, one in self.rows.items() if one.act.hasFocus()), ())
        now, zone = self._trusted.now(), self._trusted.zone
        self.rows = {one.approval.command: _Row(one, now, zone, partial(self._press, one)) for one in self._shown}
        if not self.rows:
            self._put(label(T("No command is allowed on this machine."), "second", wrap=True))
            return
        parts: list[QWidget] = []
        for one in self.rows.values():
            parts += [rule()] if parts else []
            parts.append(one)
        frame = card()
        frame.setLayout(column(*parts, spacing=0, margins=(1, 1, 1, 1)))
        self._put(frame)
        self.built.emit()
        if focused in self.rows:
            self.rows[focused].act.setFocus()

    def _put(self, body: QWidget) -> None:
        if self._body is not None:
            self._place.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._body = body
        self._place.addWidget(body)
        body.show()  # at once: what the layout shows later takes no focus before

    def _press(self, one: Allowed, _checked: object = None) -> None:
        """Revoke, or take that back: the approval is again what it was."""
        made, approvals = self.rows[one.approval.command], self._core.approvals
        source = ", ".join(one.sources[:3])
        try:
            if made.revoked:
                approvals.approve(one.approval.command, source=source, by=Starter.WINDOW, at=one.approval.at)
            else:
                approvals.revoke(one.approval.command, source=source, by=Starter.WINDOW)
        except AppError as error:
            made.fail(describe(error.problem).title)
            return
        made.show_revoked(revoked=not made.revoked)
        announce(made.act, made.about.text())


class _Row(QWidget):
    """A command, who wants it, and the button."""

    def __init__(self, one: Allowed, now: datetime, zone: tzinfo | None, pressed: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("plain", True)
        self._words = allowed_row(one, now, zone)
        self.revoked = False
        self.command = label(self._words.command, "code", wrap=True)
        self.command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)  # Tab goes to the buttons
        self.about = label(self._words.about, "second", wrap=True)
        self.setToolTip(self._words.whole)
        self.act: QPushButton = button(T("Revoke"), small=True, pressed=pressed)
        made = row(spacing=12, margins=(14, 10, 12, 10))
        made.addWidget(Glyph("terminal-window"), 0, Qt.AlignmentFlag.AlignTop)
        made.addLayout(column(self.command, self.about, spacing=2), 1)
        made.addWidget(self.act, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(made)
        self._say()

    def show_revoked(self, *, revoked: bool) -> None:
        """Show whether it may run."""
        if revoked is not self.revoked:
            self.revoked = revoked
            self._say()

    def fail(self, words: str) -> None:
        """Say why it stays as it is."""
        set_role(self.about, "error")
        self.about.setText(words)
        announce(self.act, words)

    def _say(self) -> None:
        command = self._words.command
        name = T("Allow again: {command}", command=command) if self.revoked else T("Revoke: {who}", who=command)
        self.act.setText(T("Undo") if self.revoked else T("Revoke"))
        self.act.setAccessibleName(name)
        set_role(self.about, "warn" if self.revoked else "second")
        self.about.setText(T("Revoked: Rolecall asks before it runs again.") if self.revoked else self._words.about)
        self.act.setAccessibleDescription(self.about.text())


class TrustedPart:
    """Both lists, as lines of the page Security."""

    def __init__(self, core: Core, bridge: Bridge, trusted: Trusted) -> None:
        """Read nothing until `look`."""
        self.commands = AllowedCommands(core, bridge, trusted)
        self.programs = DecisionRows(core.engine.programs, trusted.now, trusted.zone)
        said = T("Sources run these without a question. Revoke one, and Rolecall asks before it runs again.")
        self.lines = (
            plain(column(*_head(T("Allowed commands"), said), 4, self.commands, spacing=2)),
            plain(column(*_head(T("Programs"), about_decisions()), 4, self.programs, spacing=2)),
        )

    def look(self) -> None:
        """Show what is true now."""
        self.commands.look()
        self.programs.look()

    def order_after(self, before: QWidget) -> None:
        """Have Tab come here from another widget, whenever the rows are made anew."""
        self.commands.built.connect(partial(self._order, before))
        self.programs.looked.connect(partial(self._order, before))

    def _order(self, before: QWidget, _any: object = None) -> None:
        for one in (*(made.act for made in self.commands.rows.values()), *self.programs.revokes):
            QWidget.setTabOrder(before, one)
            before = one


def _head(title: str, about: str) -> tuple[QLabel, QLabel]:
    name = label(title, "body-medium", wrap=True)
    name.setFont(font("body"))
    return name, label(about, "third", wrap=True)
