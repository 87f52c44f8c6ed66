"""One hop of a role chain as a card: a line that opens it, its fields, what AWS said to it in a test."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton

from app.domain.names import session_name
from app.domain.problem import Problem
from app.domain.profile import Catalog, Finding
from app.texts import N, T, describe
from ui.editor.draft import Draft
from ui.editor.fields import CheckField, DurationField, Field, LinesField, TextField, said
from ui.editor.forms import Disclosure, Form, grid_of
from ui.editor.hop_parts import Grip, PackedSize
from ui.editor.policy_field import PolicyField
from ui.editor.tables import PairsField
from ui.present.names import account_name
from ui.style.fonts import font
from ui.style.theme import restyle
from ui.widgets.basics import Glyph, Mark, button, column, icon_button, label, plain, put_icon, row, rule, set_role

DURATIONS = ("15 min", "30 min", "1 h", "2 h", "4 h", "8 h", "12 h")


class HopCard(QFrame):
    """One hop: a line that opens it, and its fields."""

    changed = Signal()
    left = Signal()
    pasting = Signal(object)
    toggled = Signal(int)
    removed = Signal(int)
    moved = Signal(int, int)
    dragged = Signal(int, int)  # number, height on the screen
    dropped = Signal(int, int)

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
        self.head.installEventFilter(self)
        self.head.setFont(font("body", strong=True))
        self.summary = label(role="second")
        self.wrong, self.production = Mark(), Mark(production=True)
        self.lasts, self.codes, self.shared = Mark(), Mark(), Mark()
        self.answer, self.answered = Glyph("check-circle-fill", "ok"), label(role="ok")
        self.show_answer(None, None)
        self.grip = Grip()
        self.grip.dragged.connect(self._dragged)
        self.grip.dropped.connect(self._dropped)
        self.caret = icon_button("caret-right", T("Open or close this hop"), self._toggle)
        self.caret.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        first = row(
            *(self.grip, Mark(str(number)), self.head, self.production, self.summary, None),
            *(self.lasts, self.codes, self.shared, self.wrong, self.answer, self.answered, self.caret),
            margins=(8, 6, 8, 6),
            spacing=6,
        )
        up = button(T("Move up"), "link", pressed=partial(self._move, -1))
        down = button(T("Move down"), "link", pressed=partial(self._move, 1))
        up.setToolTip("Alt+Up")
        down.setToolTip("Alt+Down")
        up.setEnabled(number > 1)
        down.setEnabled(number < len(draft.hops))
        self.gone = button(T("Remove hop"), "link", pressed=self._remove)
        self.gone.setToolTip(T("Delete, in the hop's line"))
        self.fields = self._fields()
        self.form = Form(draft, self.fields)
        self.form.changed.connect(self._edited)
        self.form.left.connect(self.left)
        self.form.pasting.connect(self.pasting)
        self.packed = PackedSize()
        self.advanced = Disclosure(T("Advanced"), self.fields[6:])
        self.advanced.add(T("Packed size"), self.packed)
        self.more = self.advanced.head
        inner = column(
            grid_of(self.fields[:6]),
            self.advanced,
            row(up, down, None, self.gone),
            margins=(16, 12, 16, 12),
            spacing=12,
        )
        self.body = plain(column(rule(), inner, spacing=0))
        self.setLayout(column(plain(first), self.body, spacing=0))
        self.set_open(opened=False)
        self.update_head()

    def _fields(self) -> list[Field]:
        at = f"roles.{self.number}"
        placeholder = "arn:aws:iam::123456789012:role/NAME"
        arn = TextField(f"{at}.role_arn", T("Role ARN"), placeholder=placeholder, code=True, ticks=True)
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
            PolicyField(f"{at}.policy", T("Session policy")),
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

    def _dragged(self, y: int) -> None:
        self.dragged.emit(self.number, y)

    def _dropped(self, y: int) -> None:
        self.dropped.emit(self.number, y)

    def show_answer(self, seconds: float | None, problem: Problem | None) -> None:
        """Show what AWS said to this hop in the last test; neither time nor problem: nothing yet."""
        seen = seconds is not None or problem is not None
        self.answer.setVisible(seen)
        self.answered.setVisible(seen)
        self.answer.set("x-circle-fill" if problem else "check-circle-fill", "error" if problem else "ok")
        set_role(self.answered, "error" if problem else "ok")
        name = describe(problem).title if problem else T("{ms} ms", ms=round((seconds or 0.0) * 1000))
        self.answered.setText(T("refused") if problem else name)
        self.answered.setToolTip(name if problem else "")

    def set_open(self, *, opened: bool) -> None:
        """Open or close the card."""
        self.body.setVisible(opened)
        put_icon(self.caret, "caret-up" if opened else "caret-down")
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
        known = self._catalog.accounts.get(account)
        self.production.set(T("PROD") if known is not None and known.production else "")
        self.summary.setText(account_name(self._catalog, account or None))
        self.lasts.set(said(self._draft.text(f"{at}.duration")))
        self.codes.set(T("MFA") if self._draft.flag(f"{at}.mfa") else "")
        self.shared.set(T("ext. ID") if self._draft.get(f"{at}.external_id") else "")
        self.head.setAccessibleName(
            T("Hop {number} of {count}, {role}", number=self.number, count=len(self._draft.hops), role=role)
        )
        self.advanced.line.setText(self._set_words(at))
        self.packed.show_given(self._draft, at)
        last = self.number == len(self._draft.hops)
        template = self._draft.text(f"{at}.session_name") or ("{user}-{profile}" if last else "{user}-{source}")
        names = {**self._names, "profile": self._draft.name, "source": self._draft.text("source")}
        shown = session_name(template, names)
        self.name.line.setPlaceholderText(template)
        self.name.trailing.say(shown)
        self.name.set_help(T("CloudTrail shows {name}", name=shown))

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
        if self.is_open:
            self.advanced.show_wrong(errors)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with Alt+Up and Alt+Down from any field."""
        if not self._key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the line: the same, before a button takes arrow keys for the next button; Delete removes."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Delete:
                self._remove()
                return True
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        by = {Qt.Key.Key_Up.value: -1, Qt.Key.Key_Down.value: 1}.get(event.key())
        if by is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier != Qt.KeyboardModifier.AltModifier:
            return False
        self._move(by)
        return True
