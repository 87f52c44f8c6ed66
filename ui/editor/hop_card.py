"""One hop of a role chain as a card: a line that opens it, its fields, what AWS said to it in a test."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from app.domain.names import session_name
from app.domain.problem import Code, Problem
from app.domain.profile import Catalog, Finding
from app.texts import N, T, describe
from ui.editor.draft import Draft
from ui.editor.duration_field import DurationField, said
from ui.editor.fields import Field, TextField
from ui.editor.forms import Disclosure, Form, grid_of
from ui.editor.hint_field import HintField
from ui.editor.hop_parts import CodesField, Grip, Number, PackedSize
from ui.editor.list_field import ListField
from ui.editor.policy_field import PolicyField
from ui.editor.tables import PairsField
from ui.present.names import account_name
from ui.style.fonts import font
from ui.style.theme import restyle
from ui.widgets.basics import Glyph, Mark, button, column, icon_button, label, plain, put_icon, row, rule, set_role
from ui.widgets.elided import ElidedButton, ElidedLabel

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
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
        """Show a hop of the draft, closed; `update_head` follows."""
        super().__init__()
        self.number, self._errors = number, 0
        self._draft, self._catalog, self._names = draft, catalog, names
        self.setProperty("card", "hop")
        self.head = ElidedButton(least=96)  # the account gives way before the role
        self.head.setProperty("kind", "header")
        self.head.clicked.connect(self._toggle)
        self.head.installEventFilter(self)
        self.head.setFont(font("body", strong=True))
        self.summary = ElidedLabel(least=24)
        self.wrong, self.production = Mark(), Mark(production=True)
        self.lasts, self.codes, self.shared, self.reads = Mark(), Mark(), Mark(), Mark()
        self._refused = self._session = ""
        self.answer, self.answered = Glyph("check-circle-fill", "ok"), label(role="ok")
        self.grip = Grip()
        self.grip.dragged.connect(self._dragged)
        self.grip.dropped.connect(self._dropped)
        self.caret = icon_button("caret-right", T("Open or close this hop"), self._toggle)
        self.caret.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        first = row(
            *(self.grip, Number(number), self.head, self.production, self.summary, None),
            *(self.reads, self.lasts, self.codes, self.shared, self.wrong, self.answer, self.answered, self.caret),
            margins=(10, 7, 8, 7),
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
        self.advanced = Disclosure(
            T("Advanced"), self.fields[6:], T("Policies here can only narrow what the role allows.")
        )
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
        self.show_answer(None, None)

    def _fields(self) -> list[Field]:
        at = f"roles.{self.number}"
        placeholder = "arn:aws:iam::123456789012:role/NAME"
        arn = TextField(f"{at}.role_arn", T("Role ARN"), placeholder=placeholder, code=True, ticks=True)
        self.external = HintField(f"{at}.external_id", T("External ID"), hint=T("2 to 1,224 characters"))
        self.name = TextField(
            f"{at}.session_name",
            T("Session name"),
            code=True,
        )
        self.name.trailing.shown.connect(self._session_help)
        first = self.number == 1 and not self._draft.get("base")
        limit = (
            T("15 min to 12 h, and no more than the role allows.")
            if first
            else T("AWS allows a chained role 1 h at most.")
        )
        self.duration = DurationField(f"{at}.duration", T("Duration"), DURATIONS, limit)
        self.duration.put_beside(124)
        self.mfa = CodesField(f"{at}.mfa")
        self.mfa.put_beside(180)
        serial, whose = f"{at}.mfa_serial", T("Instead of the source's.")
        self.device = HintField(serial, T("MFA device"), whose, hint=T("the source's"))
        self.policies = ListField(
            f"{at}.policy_arns",
            T("Policy ARNs"),
            T("Add a managed policy"),
            most=10,
            placeholder="arn:aws:iam::aws:policy/NAME",
        )
        return [
            arn,
            self.external,
            self.name,
            self.duration,
            self.mfa,
            self.device,
            PolicyField(f"{at}.policy", T("Session policy")),
            self.policies,
            PairsField(
                f"{at}.session_tags",
                T("Session tags"),
                T("Add a tag"),
                marks=f"{at}.transitive_tags",
                mark_text=T("Transitive"),
                most=50,
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
        time = T("{ms} ms", ms=round((seconds or 0.0) * 1000))
        code = (
            str(problem.arguments.get("aws_code", "")) or describe(problem).title.partition(" ")[0] if problem else ""
        )
        self._refused = code
        self.answered.setText(code or time)
        self.answered.setToolTip(describe(problem).title if problem else "")
        asks = problem is not None and problem.code is Code.ACCESS_DENIED_EXTERNAL_ID
        self.external.set_help(
            T("None was sent, and the role may ask for one.") if asks else "", "warn" if asks else "third"
        )
        self._frame()
        self._name()

    @property
    def refused(self) -> bool:
        """Whether AWS refused this hop in the last test."""
        return bool(self._refused)

    def _frame(self) -> None:
        """Red around a hop with something wrong in it, or that AWS refused."""
        restyle(self, card="hop-error" if self._refused or self._errors else "hop")

    def set_open(self, *, opened: bool) -> None:
        """Open or close the card."""
        self.body.setVisible(opened)
        put_icon(self.caret, "caret-up" if opened else "caret-down")
        self.head.setAccessibleDescription(T("open") if opened else T("closed"))
        for one in (self.lasts, self.codes, self.shared):
            one.set_hushed(hushed=opened)  # the fields say it

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
        word, color = (known.label or "PROD", known.color) if known is not None and known.production else ("", "")
        self.production.set(word, color)
        self.summary.setText(account_name(self._catalog, account or None))
        self.lasts.set(said(self._draft.text(f"{at}.duration")))
        self.codes.set(T("MFA") if self._draft.flag(f"{at}.mfa") else "")
        self.shared.set(T("ext. ID") if self._draft.get(f"{at}.external_id") else "")
        self._name()
        self.advanced.say(self._set_words(at))
        self.packed.show_given(self._draft, at)
        last = self.number == len(self._draft.hops)
        narrowed = last and self._draft.flag("safety.read_only")
        self.reads.set(T("read-only") if narrowed else "")
        self.policies.show_fixed((READ_ONLY,) if narrowed else (), T("by Safety, read-only"))
        self._show_codes()
        template = self._draft.text(f"{at}.session_name") or ("{user}-{profile}" if last else "{user}-{source}")
        names = {**self._names, "profile": self._draft.name, "source": self._draft.text("source")}
        self._session = session_name(template, names)
        self.name.line.setPlaceholderText(template)
        self.name.trailing.say(self._session)
        self._session_help()

    def _session_help(self) -> None:
        """Say the name that CloudTrail shows where it does not stand in the field already."""
        said = T("CloudTrail shows {name}", name=self._session)
        usual = T("CloudTrail shows it for every call. 2 to 64 characters.")
        self.name.set_help(usual if self.name.trailing.fits else said)
        self.name.line.setToolTip(said)

    def _name(self) -> None:
        """Say all of it to a screen reader."""
        at = f"roles.{self.number}"
        arn = self._draft.text(f"{at}.role_arn")
        role, account = arn.rpartition("/")[2] or T("New hop"), arn.split(":")[4] if arn.count(":") >= 5 else ""
        if account:
            role = T("{role} in {account}", role=role, account=account_name(self._catalog, account))
        known = self._catalog.accounts.get(account)
        parts = [
            T("Hop {number} of {count}, {role}", number=self.number, count=len(self._draft.hops), role=role),
            T("production") if known is not None and known.production else "",
            T("refused: {code}", code=self._refused) if self._refused else "",
            N("{n} problem", "{n} problems", self._errors) if self._errors else "",
        ]
        self.head.setAccessibleName(", ".join(part for part in parts if part))

    def _show_codes(self) -> None:
        """Say where the code is asked, and show the device only where it matters."""
        here = self._draft.flag(f"roles.{self.number}.mfa")
        others = [number for number, hop in enumerate(self._draft.hops, 1) if hop.get("mfa") and number != self.number]
        asked = T("Asked at hop {number}.", number=others[0]) if others and not here else ""
        self.mfa.set_help(asked)
        self.device.set_shown(shown=here or self._draft.get(self.device.key) is not None)

    def _set_words(self, at: str) -> str:
        policies, tags = len(self._draft.texts(f"{at}.policy_arns")), len(self._draft.table(f"{at}.session_tags"))
        policies += self.number == len(self._draft.hops) and self._draft.flag("safety.read_only")
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
        self._errors = len(errors)
        self.wrong.set(N("{n} problem", "{n} problems", len(errors)) if errors else "")
        self._frame()
        self._name()
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
