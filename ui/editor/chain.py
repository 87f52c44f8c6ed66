"""The page of the role chain: hops as cards, one open at a time."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.domain.profile import Catalog, Finding
from app.domain.session import Status
from app.domain.source import kind_of
from app.texts import T, describe
from ui.core import TestStep
from ui.editor.draft import Draft, Table
from ui.editor.draft_page import DraftPage
from ui.editor.forms import key_of
from ui.editor.hop_card import HopCard
from ui.editor.hop_parts import Outcome, hop_of
from ui.present.names import kind_icon
from ui.present.sources import source_short
from ui.style.fonts import font
from ui.style.keycaps import spelled
from ui.widgets.basics import Glyph, button, card, label, row
from ui.widgets.elided import ElidedLabel
from ui.widgets.taborder import tab_behind

_GAP = 12


class ChainPage(DraftPage):
    """The source, and all hops below it. `source_wanted`: the person wants to choose another source."""

    source_wanted = Signal()

    def __init__(self, draft: Draft, catalog: Catalog, names: dict[str, str]) -> None:
        """Show the draft's hops."""
        said = T("Each hop is one AssumeRole call, made with the session of the hop above.")
        super().__init__(draft, T("Role chain"), said)
        self._catalog, self._names = catalog, names
        self.cards: list[HopCard] = []
        self._gone: tuple[int, Table] | None = None
        self.add = button(T("Add hop"), icon="plus", pressed=self.add_hop)
        self.add.setToolTip(spelled("Ctrl+Enter"))
        self.beside_title(self.add)
        self.undo = button(T("Put it back"), "link", pressed=self._put_back)
        self.undo.hide()
        self.wrong = label(role="error", wrap=True)
        self.wrong.hide()
        self.list = QVBoxLayout()
        self.list.setSpacing(0)
        self.source_icon, self.source_name = Glyph("key"), ElidedLabel("body-strong", 110)
        self.source_name.setFont(font("body", strong=True))
        self.source_words = ElidedLabel()
        self.change = button(T("Change"), "link", pressed=self.source_wanted.emit)
        self._links: list[QWidget] = []
        first = card("hop")
        first.setLayout(
            row(self.source_icon, self.source_name, self.source_words, None, self.change, margins=(34, 8, 12, 8))
        )
        self.box.setSpacing(0)
        self.box.addSpacing(_GAP)
        self.box.addWidget(first)
        self.box.addLayout(self.list)
        self.box.addWidget(self.wrong)
        self.box.addLayout(row(self.undo, None, margins=(0, 10, 0, 0)))
        self.outcome = Outcome()
        self.box.addSpacing(_GAP)
        self.box.addWidget(self.outcome)
        self.box.addStretch(1)
        self._place = QFrame(self.widget())
        self._place.setObjectName("dropPlace")
        self._place.setFixedHeight(3)
        self._place.hide()
        for key in ("Ctrl+Return", "Ctrl+Enter"):  # wherever the focus is, while this page is shown
            QShortcut(QKeySequence(key), self).activated.connect(self.add_hop)
        self.rebuild(0)

    def begin(self) -> None:
        """Open the only hop; in the window, since what is built before and put there then is styled twice."""
        if len(self.cards) == 1:
            self.open(1)

    def rebuild(self, opened: int) -> None:
        """Make the cards anew with one open (0: none), after hops came, went or moved."""
        for one in (*self.cards, *self._links):
            self.list.removeWidget(one)
            one.hide()
            one.deleteLater()
        self.cards, self._links = [], []
        for number in range(1, len(self._draft.hops) + 1):
            made = HopCard(self._draft, number, self._catalog, self._names)
            made.changed.connect(self._edited)
            made.left.connect(self.form.left)
            made.passed.connect(self.form.passed)
            made.pasting.connect(self.form.pasting)
            made.toggled.connect(self.toggle)
            made.removed.connect(self.remove)
            made.moved.connect(self.move_hop)
            made.dragged.connect(self._dragged)
            made.dropped.connect(self._dropped)
            link = _link()
            self._links.append(link)
            self.list.addWidget(link)
            self.list.addWidget(made)
            self.cards.append(made)
        tab_behind(self.change, *self.cards)
        if opened:
            self.open(opened)

    def reload(self) -> None:
        """Show the draft's hops again, in the same cards where the chain is as long as before."""
        if len(self.cards) != len(self._draft.hops):
            self._gone = None
            self.undo.hide()
            self.rebuild(0)
            return
        for one in self.cards:
            one.reload()

    @property
    def refused(self) -> bool:
        """Whether AWS refused a hop in the last test."""
        return any(one.refused for one in self.cards)

    def follow(self, catalog: Catalog, status: Status | None) -> None:
        """Show where the chain begins, and what each hop makes of what is set elsewhere."""
        del status
        self._catalog = catalog
        self._show_source(catalog)
        for one in self.cards:
            one.update_head()

    def _show_source(self, catalog: Catalog) -> None:
        name, base = self._draft.text("source"), self._draft.text("base")
        source = catalog.sources.get(name)
        self.source_icon.set(kind_icon(kind_of(source)) if source else "stack" if base else "question", "text-2")
        self.source_name.setText((source.title or name) if source else base or name or T("No source yet"))
        words = source_short(catalog, source) if source else T("another profile's session") if base else ""
        self.source_words.setText(words)
        self.change.setText(T("Change") if name or base else T("Choose a source"))
        self.change.setAccessibleName(T("Change the source, {name}", name=self.source_name.text()))
        self.outcome.show_draft(self._draft, self._names, str(catalog.settings.region))

    # dragging

    def _target(self, number: int, y: int) -> int:
        """Return the place of a hop that is dropped at a height on the screen."""
        middles = [one.mapToGlobal(QPoint(0, one.height() // 2)).y() for one in self.cards if one.number != number]
        return 1 + sum(y > middle for middle in middles)

    def _dragged(self, number: int, y: int) -> None:
        target = self._target(number, y)
        others = [one for one in self.cards if one.number != number]
        at = self.cards[0].y() - _GAP // 2
        if target <= len(others):
            at = others[target - 1].y() - _GAP // 2
        elif others:
            at = others[-1].y() + others[-1].height() + _GAP // 2
        self._place.setGeometry(self.cards[0].x(), at - 1, self.cards[0].width(), 3)
        self._place.setVisible(target != number)
        self._place.raise_()

    def _dropped(self, number: int, y: int) -> None:
        self._place.hide()
        self.move_hop(number, self._target(number, y) - number)

    # a test

    def show_step(self, step: TestStep) -> None:
        """Show what AWS said to a hop."""
        number = hop_of(step.call)
        if step.done and 0 < number <= len(self.cards):
            self.cards[number - 1].show_answer(step.seconds, step.problem, step.packed)

    def forget_answers(self) -> None:
        """The last test counts no more."""
        for one in self.cards:
            one.show_answer(None, None)

    def _edited(self) -> None:
        self.form.changed.emit()

    def toggle(self, number: int) -> None:
        """Open a hop, or close it."""
        opened = self.cards[number - 1].is_open
        for one in self.cards:
            one.set_open(opened=one.number == number and not opened)

    def open(self, number: int) -> None:
        """Open one hop and close the others."""
        if 0 < number <= len(self.cards) and not self.cards[number - 1].is_open:
            self.toggle(number)

    def add_hop(self) -> None:
        """Add a hop at the end and go to its ARN."""
        number = self._draft.add_hop()
        self._after(number)
        self.go_to(f"roles.{number}.role_arn")

    def remove(self, number: int) -> None:
        """Remove a hop; it can be put back until the next change of the chain."""
        self._gone = number, self._draft.remove_hop(number)
        self._after(0, keep=True)
        self.undo.show()
        self.undo.setText(T("Put hop {number} back", number=number))
        self.undo.setFocus()

    def _put_back(self) -> None:
        if self._gone is not None:
            number, values = self._gone
            self._draft.insert_hop(number, values)
            self._after(number)

    def move_hop(self, number: int, by: int) -> None:
        """Move a hop."""
        target = self._draft.move_hop(number, by)
        if target != number:
            self._after(target if self.cards[number - 1].is_open else 0)
            self.cards[target - 1].head.setFocus()

    def _after(self, opened: int, *, keep: bool = False) -> None:
        if not keep:
            self._gone = None
            self.undo.hide()
        self.rebuild(opened)
        self.form.changed.emit()
        self.form.left.emit()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings at their hops."""
        for one in self.cards:
            prefix = f"roles.{one.number}"
            mine = [
                found
                for found in findings
                if key_of(found.problem) == prefix or key_of(found.problem).startswith(f"{prefix}.")
            ]
            one.show_findings(mine)
        whole = [found for found in findings if key_of(found.problem) == "roles"]
        self.wrong.setText(describe(whole[0].problem).title if whole else "")
        self.wrong.setVisible(bool(whole))

    def title_of(self, key: str) -> str:
        """Return what the field of a key is called, with its hop."""
        parts = key.split(".")
        if len(parts) == 1:
            return self.title
        card = self._card(key)
        found = card.body.form.field(key) if card is not None else None
        return T("Hop {number}, {title}", number=parts[1], title=found.title if found else parts[-1])

    def go_to(self, key: str) -> None:
        """Open the hop of a key, the first where it names none, and go to its field."""
        number = key.split(".")[1] if "." in key else "1"
        self.open(int(number) if number.isdigit() else 1)
        card = self._card(key)
        found = card.body.go_to(key) if card is not None else None
        if found is not None:
            self.show_field(found)

    def _card(self, key: str) -> HopCard | None:
        number = key.split(".")[1] if "." in key else ""
        return next((one for one in self.cards if str(one.number) == number), None)


def _link() -> QWidget:
    """Return the line from one card to the next."""
    holder = QWidget()
    holder.setProperty("plain", True)
    holder.setFixedHeight(_GAP)
    line = QFrame()
    line.setProperty("link", True)
    line.setFixedWidth(1)
    layout = row(line, None, margins=(42, 0, 0, 0))
    holder.setLayout(layout)
    return holder
