"""One hop of a role chain as a card: a line that opens it, what AWS said to it in a test, its fields once needed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from app.domain.problem import Problem
from app.domain.profile import Catalog, Finding
from app.texts import N, T, describe
from ui.editor.draft import Draft
from ui.editor.duration_field import said
from ui.editor.hop_body import HopBody
from ui.editor.hop_parts import Grip, Number
from ui.present.names import account_name
from ui.style.fonts import font
from ui.style.theme import restyle
from ui.widgets.basics import Glyph, Mark, column, icon_button, label, plain, put_icon, row, set_role
from ui.widgets.elided import ElidedButton, ElidedLabel
from ui.widgets.taborder import tab_behind


class HopCard(QFrame):
    """One hop: a line that opens it, and its fields."""

    changed = Signal()
    left = Signal()
    passed = Signal(str)
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
        self._body: HopBody | None = None
        self._findings: tuple[Finding, ...] = ()
        self._answer: tuple[Problem | None, int | None] = None, None
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
        self._refused = ""
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
        self._box = column(plain(first), spacing=0)
        self.setLayout(self._box)
        self.set_open(opened=False)
        self.show_answer(None, None)

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

    def show_answer(self, seconds: float | None, problem: Problem | None, packed: int | None = None) -> None:
        """Show what AWS said to this hop in the last test, `packed` in percent; no time and no problem: nothing yet."""
        self._answer = problem, packed
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
        if self._body is not None:
            self._body.show_answer(problem, packed)
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
        if opened or self._body is not None:
            self.body.setVisible(opened)
        put_icon(self.caret, "caret-up" if opened else "caret-down")
        self.head.setAccessibleDescription(T("open") if opened else T("closed"))
        for one in (self.lasts, self.codes, self.shared):
            one.set_hushed(hushed=opened)  # the fields say it
        if opened:
            self.body.show_wrong(self._findings)

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown."""
        return self._body is not None and self._body.isVisibleTo(self)

    @property
    def body(self) -> HopBody:
        """The fields; they are built when they are first asked for, and miss nothing."""
        if self._body is None:
            self._body = made = HopBody(self, self._draft, self.number, self._names)
            made.hide()
            self._box.addWidget(made)
            tab_behind(self.head, made)
            made.form.changed.connect(self._edited)
            made.form.left.connect(self.left)
            made.form.passed.connect(self.passed)
            made.form.pasting.connect(self.pasting)
            made.moved.connect(self._move)
            made.removed.connect(self._remove)
            made.follow()
            made.show_findings(self._findings)
            made.show_answer(*self._answer)
        return self._body

    @property
    def built(self) -> bool:
        """Whether the fields are there."""
        return self._body is not None

    def reload(self) -> None:
        """Show the draft's values again."""
        if self._body is not None:
            self._body.form.load()

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
        narrowed = self.number == len(self._draft.hops) and self._draft.flag("safety.read_only")
        self.reads.set(T("read-only") if narrowed else "")
        if self._body is not None:
            self._body.follow()

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

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings of this hop at its fields and in its line."""
        self._findings = tuple(findings)
        errors = [one for one in findings if not one.warning]
        self._errors = len(errors)
        self.wrong.set(N("{n} problem", "{n} problems", len(errors)) if errors else "")
        self._frame()
        self._name()
        if self._body is not None:
            self._body.show_findings(findings)
        if self.is_open:
            self.body.show_wrong(errors)

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
