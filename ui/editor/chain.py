"""The page of the role chain: hops as cards, one open at a time."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from app.domain.names import session_name
from app.domain.profile import Catalog, Finding
from app.texts import N, T
from ui.editor.draft import Draft, Table
from ui.editor.fields import AreaField, CheckField, DurationField, Field, LinesField, TextField, said
from ui.editor.forms import Form, Page, grid_of, key_of
from ui.editor.tables import PairsField
from ui.present.names import account_name
from ui.style.theme import restyle
from ui.widgets.basics import Mark, button, card, column, icon_button, label, plain, row

DURATIONS = ("15 min", "30 min", "1 h", "2 h", "4 h", "8 h", "12 h")


class HopCard(QFrame):
    """One hop: a line that opens it, and its fields."""

    changed = Signal()
    left = Signal()
    toggled = Signal(int)
    removed = Signal(int)
    moved = Signal(int, int)

    def __init__(self, draft: Draft, number: int, catalog: Catalog, names: dict[str, str]) -> None:
        """Show a hop of the draft, closed."""
        super().__init__()
        self.number = number
        self._draft, self._catalog, self._names = draft, catalog, names
        self.setProperty("card", "hop")
        self.head = QPushButton()
        self.head.setProperty("kind", "header")
        self.head.setAutoDefault(False)
        self.head.clicked.connect(self._toggle)
        self.summary = label(role="second")
        self.wrong = Mark()
        up = icon_button("arrow-up", T("Move up (Alt+Up)"), partial(self._move, -1))
        down = icon_button("arrow-down", T("Move down (Alt+Down)"), partial(self._move, 1))
        gone = icon_button("trash", T("Remove this hop"), self._remove)
        self.body = card("hop")
        self.body.setProperty("card", "")
        first = row(
            Mark(str(number)),
            self.head,
            self.summary,
            None,
            self.wrong,
            up,
            down,
            gone,
            margins=(12, 6, 8, 6),
            spacing=6,
        )
        self.fields = self._fields()
        self.form = Form(draft, self.fields)
        self.form.changed.connect(self._edited)
        self.form.left.connect(self.left)
        self.more = button(T("Advanced"), "link", pressed=self._advance)
        self.more_line = label(role="second")
        self.advanced = plain(grid_of(self.fields[6:]))
        self.body = plain(
            column(
                grid_of(self.fields[:6]),
                row(self.more, self.more_line, None),
                self.advanced,
                margins=(16, 4, 16, 16),
                spacing=12,
            )
        )
        self.setLayout(column(plain(first), self.body, spacing=0))
        self.set_open(opened=False)
        self._advanced_shown(shown=False)
        self.update_head()

    def _fields(self) -> list[Field]:
        at = f"roles.{self.number}"
        arn = TextField(f"{at}.role_arn", T("Role ARN"), placeholder="arn:aws:iam::123456789012:role/NAME", code=True)
        self.name = TextField(
            f"{at}.session_name",
            T("Session name"),
            T("CloudTrail shows it for every call. 2 to 64 characters."),
            code=True,
        )
        first = self.number == 1 and not self._draft.get("base")
        limit = (
            T("15 min to 12 h, and no more than the role allows.")
            if first
            else T("AWS allows a chained role 1 h at most.")
        )
        return [
            arn,
            TextField(f"{at}.external_id", T("External ID"), placeholder=T("2 to 1,224 characters"), code=True),
            self.name,
            DurationField(f"{at}.duration", T("Duration"), DURATIONS, limit),
            CheckField(f"{at}.mfa", T("MFA"), T("Send an MFA code at this hop")),
            TextField(
                f"{at}.mfa_serial",
                T("MFA device"),
                T("Instead of the source's."),
                placeholder=T("the source's"),
                code=True,
            ),
            AreaField(
                f"{at}.policy",
                T("Session policy"),
                T("Can only narrow what the role allows. 2,048 characters."),
                lines=6,
                code=True,
            ),
            LinesField(f"{at}.policy_arns", T("Policy ARNs"), T("One on each line, 10 at most."), lines=3, code=True),
            PairsField(
                f"{at}.session_tags",
                T("Session tags"),
                T("Add a tag"),
                T("50 at most."),
                marks=f"{at}.transitive_tags",
                mark_text=T("Transitive"),
            ),
            TextField(
                f"{at}.source_identity",
                T("Source identity"),
                T("Cannot change later in the chain. Needs sts:SetSourceIdentity."),
                code=True,
            ),
        ]

    def _toggle(self) -> None:
        self.toggled.emit(self.number)

    def _move(self, by: int, _checked: object = None) -> None:
        self.moved.emit(self.number, by)

    def _remove(self) -> None:
        self.removed.emit(self.number)

    def _advance(self) -> None:
        self._advanced_shown(shown=not self.advanced.isVisibleTo(self))

    def _advanced_shown(self, *, shown: bool) -> None:
        self.advanced.setVisible(shown)

    def set_open(self, *, opened: bool) -> None:
        """Open or close the card."""
        self.body.setVisible(opened)
        self.head.setAccessibleDescription(T("open") if opened else T("closed"))

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown."""
        return self.body.isVisibleTo(self)

    def _edited(self) -> None:
        self.update_head()
        self.changed.emit()

    def update_head(self) -> None:
        """Show role, account, what is set, and the session name that AWS will see."""
        at = f"roles.{self.number}"
        arn = self._draft.text(f"{at}.role_arn")
        role = arn.rpartition("/")[2] or T("New hop")
        account = arn.split(":")[4] if arn.count(":") >= 5 else ""
        self.head.setText(role)
        self.summary.setText(
            "  ".join(part for part in (account_name(self._catalog, account or None), *self._marks(at)) if part)
        )
        self.head.setAccessibleName(
            T("Hop {number} of {count}, {role}", number=self.number, count=len(self._draft.hops), role=role)
        )
        self.more_line.setText(self._set_words(at))
        last = self.number == len(self._draft.hops)
        template = self._draft.text(f"{at}.session_name") or ("{user}-{profile}" if last else "{user}-{source}")
        names = {**self._names, "profile": self._draft.name, "source": self._draft.text("source")}
        said = T("CloudTrail shows {name}", name=session_name(template, names))
        self.name.line.setPlaceholderText(template)
        self.name.set_help(said)

    def _marks(self, at: str) -> list[str]:
        marks = [said(self._draft.text(f"{at}.duration"))]
        marks += [T("MFA")] if self._draft.flag(f"{at}.mfa") else []
        marks += [T("ext. ID")] if self._draft.get(f"{at}.external_id") else []
        return marks

    def _set_words(self, at: str) -> str:
        policies, tags = len(self._draft.texts(f"{at}.policy_arns")), len(self._draft.table(f"{at}.session_tags"))
        identity = self._draft.text(f"{at}.source_identity")
        parts = [
            T("session policy") if self._draft.get(f"{at}.policy") else "",
            N("{n} managed policy", "{n} managed policies", policies) if policies else "",
            N("{n} tag", "{n} tags", tags) if tags else "",
            T("source identity {name}", name=identity) if identity else "",
        ]
        return ", ".join(part for part in parts if part) or T("nothing set")

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings of this hop at its fields and in its line."""
        self.form.show_findings(findings)
        errors = [one for one in findings if not one.warning]
        self.wrong.set(N("{n} problem", "{n} problems", len(errors)) if errors else "")
        restyle(self, card="hop-error" if errors else "hop")
        hidden = [field for field in self.fields[6:] if any(field.claims(key_of(one.problem)) for one in errors)]
        if hidden and self.is_open:
            self._advanced_shown(shown=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with Alt+Up and Alt+Down."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self.moved.emit(self.number, steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)


class ChainPage(Page):
    """All hops. `changed`, `left` as a form's."""

    def __init__(self, draft: Draft, catalog: Catalog, names: dict[str, str]) -> None:
        """Show the draft's hops."""
        super().__init__(T("Role chain"), T("Each hop is one AssumeRole call, made with the session of the hop above."))
        self._draft, self._catalog, self._names = draft, catalog, names
        self.form = Form(draft)  # what belongs to no hop
        self.cards: list[HopCard] = []
        self._gone: tuple[int, Table] | None = None
        self.add = button(T("Add hop"), icon="plus", pressed=self.add_hop)
        self.add.setToolTip("Ctrl+Enter")
        self.undo = button(T("Put it back"), "link", pressed=self._put_back)
        self.undo.hide()
        self.wrong = label(role="error", wrap=True)
        self.wrong.hide()
        self.list = QVBoxLayout()
        self.list.setSpacing(10)
        self.box.addLayout(self.list)
        self.box.addWidget(self.wrong)
        self.box.addLayout(row(self.add, self.undo, None))
        self.box.addStretch(1)
        QShortcut(
            QKeySequence("Ctrl+Return"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        ).activated.connect(self.add_hop)
        self.rebuild(1 if len(draft.hops) == 1 else 0)

    def rebuild(self, opened: int) -> None:
        """Make the cards anew with one open (0: none), after hops came, went or moved."""
        for one in self.cards:
            self.list.removeWidget(one)
            one.hide()
            one.deleteLater()
        self.cards = []
        for number in range(1, len(self._draft.hops) + 1):
            made = HopCard(self._draft, number, self._catalog, self._names)
            made.changed.connect(self._edited)
            made.left.connect(self.form.left)
            made.toggled.connect(self.toggle)
            made.removed.connect(self.remove)
            made.moved.connect(self.move_hop)
            self.list.addWidget(made)
            self.cards.append(made)
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
            one.form.load()
            one.update_head()

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
        self.cards[-1].fields[0].focus()

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

    def show_findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Show findings at their hops and return the others'."""
        for one in self.cards:
            prefix = f"roles.{one.number}"
            mine = [
                found
                for found in findings
                if key_of(found.problem) == prefix or key_of(found.problem).startswith(f"{prefix}.")
            ]
            one.show_findings(mine)
        rest = [found for found in findings if not key_of(found.problem).startswith("roles")]
        whole = [found for found in findings if key_of(found.problem) == "roles"]
        from app.texts import describe

        self.wrong.setText(describe(whole[0].problem).title if whole else "")
        self.wrong.setVisible(bool(whole))
        return rest
