"""The page of guards: production and its mark, questions, read-only, the end; and how a row looks with them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from app.domain.profile import Catalog, OnLock
from app.domain.session import Status
from app.ports import Clock
from app.texts import T
from ui.editor.choices import Option, SegmentField, check_one
from ui.editor.draft import Draft
from ui.editor.draft_page import DraftPage
from ui.editor.duration_field import DurationField
from ui.editor.fields import ChoiceField, Field, TextField
from ui.editor.lines import SwitchField, line_of
from ui.editor.sample_row import SampleRow, safety_of
from ui.style import icons
from ui.style.fonts import font, grown
from ui.style.theme import theme
from ui.style.tokens import LABELS
from ui.widgets.basics import column, plain, row, rule
from ui.widgets.switch import Switch

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


class ConfirmField(SegmentField):
    """When a person is asked: what is not said follows production, and is shown as what holds."""

    def __init__(self) -> None:
        """Make the field."""
        options = (
            Option("never", T("Never")),
            Option("start", T("Start")),
            Option("start-and-copy", T("Start and copy")),
        )
        said = T("Start asks once. Copy asks each time.")
        super().__init__("safety.confirm", T("Confirm before use"), options, said)
        self._holds = "never"

    def show_holding(self, holds: str, draft: Draft) -> None:
        """Show what holds where the profile itself says nothing."""
        self._holds = holds
        if draft.get(self.key) is None:
            quiet, self._quiet = self._quiet, True
            self.segments.show_value(holds)
            self._quiet = quiet

    def _load(self, draft: Draft) -> None:
        self.segments.show_value(draft.text(self.key) or self._holds)

    def store(self, draft: Draft) -> None:
        """Write the word; while it is only what holds anyway, nothing."""
        value = self.value
        if draft.get(self.key) is not None or value != self._holds:
            draft.set(self.key, value or None)


class ColorField(Field):
    """The color of the mark: one of eight; none chosen follows group and account."""

    def __init__(self) -> None:
        """Make the field."""
        holder = plain()
        self.group = QButtonGroup(holder)
        self.swatches: dict[str, Swatch] = {}
        for name in LABELS:
            made = Swatch(name, color_name(name))
            self.group.addButton(made)
            self.swatches[name] = made
        holder.setLayout(row(*self.swatches.values(), None, spacing=6))
        super().__init__("safety.color", T("Color"), holder)
        self._own = self._inherited = ""
        self.group.buttonClicked.connect(self._picked)

    @property
    def value(self) -> str:
        """The profile's own color, or an empty text."""
        return self._own

    def choose(self, name: str) -> None:
        """Choose as a person does; the one that is chosen: follow group and account again."""
        self.swatches[name].click()

    def _picked(self, chosen: QAbstractButton) -> None:
        name = chosen.name if isinstance(chosen, Swatch) else ""
        self._own = "" if name == self._own else name
        self._show()
        self._edited()
        self.left.emit()

    def show_inherited(self, name: str) -> None:
        """Show the color that group or account give, where the profile has none of its own."""
        self._inherited = name
        self._show()

    def _show(self) -> None:
        for one in self.swatches.values():
            one.set_inherited(on=not self._own and one.name == self._inherited)
        check_one(self.group, self.swatches.get(self._own or self._inherited))

    def _load(self, draft: Draft) -> None:
        self._own = draft.text(self.key)
        self._show()

    def store(self, draft: Draft) -> None:
        """Write the color; one that only follows is not written."""
        if self._own != draft.text(self.key):
            draft.set(self.key, self._own or None)

    def focus(self) -> None:
        """Go to the color that is chosen, else to the first."""
        chosen = self.group.checkedButton() or next(iter(self.swatches.values()))
        chosen.setFocus(Qt.FocusReason.OtherFocusReason)


class Swatch(QAbstractButton):
    """One color, round; chosen: a ring around it and a check in it."""

    def __init__(self, name: str, spoken: str) -> None:
        """Show a label's color."""
        super().__init__()
        self.name, self.inherited = name, False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self._spoken = spoken

    def set_inherited(self, *, on: bool) -> None:
        """Show that the color is not the profile's own."""
        self.inherited = on
        self.setAccessibleDescription(T("from group or account") if on else "")
        self.setToolTip(f"{self._spoken}, {T('from group or account')}" if on else self._spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(30, 30)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        of, painter = theme().tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.rect().center()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(of.label(self.name)))
        painter.drawEllipse(middle, 11, 11)
        if self.isChecked():
            ratio = self.devicePixelRatioF()
            check = icons.pixmap("check", of.on_label, 14, ratio)
            painter.drawPixmap(middle.x() - 7, middle.y() - 7, check)
        if self.isChecked() or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = QPen(QColor(of.color("text" if self.hasFocus() and not self.isChecked() else "focus")), 2)
            if self.inherited and not self.hasFocus():
                pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawEllipse(middle, 14, 14)


class SafetyPage(DraftPage):
    """Guards between a key press and production."""

    def __init__(self, draft: Draft, clock: Clock) -> None:
        """Show the draft."""
        super().__init__(draft, T("Safety"), T("Guards that sit between a key press and production."))
        self.row = SampleRow(clock)
        self.production = SwitchField("safety.production", T("Production"), _production_help())
        self.mark = TextField("safety.label", T("Mark"), placeholder="PROD")
        self.mark.line.setMaximumWidth(grown(140))
        self.mark.line.setFont(font("body", strong=True))
        self.color = ColorField()
        self.confirm = ConfirmField()
        programs = (
            ("never", T("Never")),
            ("each-time", T("Each time")),
            ("once-1h", T("Once per program, 1 h")),
            ("until-lock", T("Once per program, until lock")),
        )
        said = T("Applies to credential_process and the local endpoint.")
        key, title = "safety.approve_programs", T("Ask before a program gets credentials")
        self.programs = ChoiceField(key, title, programs, said, default="never")
        adds = T("Adds {arn} as session policy at the last hop.", arn=READ_ONLY)
        self.read_only = SwitchField("safety.read_only", T("Read-only"), adds)
        times = ("1 h", "4 h", "8 h", "12 h")
        ends = T("Counted from your start. No more refreshes, and the section is given back.")
        self.stop = DurationField("safety.auto_stop", T("Stop after"), times, ends, empty=T("never"))
        self.stop.box.setMinimumWidth(grown(112))
        self.lock = SwitchField("safety.stop_on_lock", T("Stop when the screen locks"), _lock_help())
        fields: list[Field] = [
            *(self.production, self.mark, self.color, self.confirm),
            *(self.programs, self.read_only, self.stop, self.lock),
        ]
        for field in fields:
            self.form.take(field)
        self.box.addWidget(self.row)
        look = row(self.mark.body, self.color.body, None, spacing=12)
        parts: list[QWidget] = [
            plain(column(line_of(self.production), plain(look), spacing=8)),
            *(line_of(one) for one in (self.confirm, self.programs, self.read_only, self.stop, self.lock)),
        ]
        for number, part in enumerate(parts):
            if number:
                self.box.addWidget(rule())
            self.box.addWidget(part)
        self.box.addStretch(1)

    def follow(self, catalog: Catalog, status: Status | None) -> None:
        """Say which account or group makes the profile production already, and show the row as it will be."""
        draft = self._draft
        above = catalog.accounts.get(account_of(draft))
        parts = draft.text("group").split("/")
        groups = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        found = [name for name in groups if name in catalog.groups and catalog.groups[name].production]
        if above is not None and above.production:
            found.insert(0, above.name or str(above.id))
        said = T("Production already: {name} says so.", name=found[0]) if found else _production_help()
        self.production.set_help(said)
        if isinstance(self.production.check, Switch):
            self.production.check.hold(on=bool(found) and not draft.flag("safety.production"))
        all_stop = catalog.settings.stop_on_lock is not OnLock.NOTHING
        self.lock.set_help(T("The settings have all sessions stop then already.") if all_stop else _lock_help())
        if isinstance(self.lock.check, Switch):
            self.lock.check.hold(on=all_stop and not draft.flag("safety.stop_on_lock"))
        holds = safety_of(draft, catalog, account_of(draft))
        self.color.show_inherited(holds.color)
        self.confirm.show_holding(holds.confirm.value, draft)
        self.mark.line.setPlaceholderText(holds.label or "PROD")
        self.row.show_draft(draft, catalog, account_of(draft), holds, status)


def _production_help() -> str:
    return T("Color bar and mark everywhere, tray menu included. An account or a group can say so too.")


def _lock_help() -> str:
    return T("And before the machine sleeps. The section is given back.")


def account_of(draft: Draft) -> str:
    """Return the account that the draft's chain ends in, as far as it can be read."""
    number = len(draft.hops)
    arn = draft.text(f"roles.{number}.role_arn") if number else ""
    return arn.split(":")[4] if arn.count(":") >= 5 else draft.text("account_id")


def color_name(name: str) -> str:
    """Return a label's color in words."""
    names = {
        "crimson": T("Crimson"),
        "orange": T("Orange"),
        "amber": T("Amber"),
        "green": T("Green"),
        "teal": T("Teal"),
        "blue": T("Blue"),
        "violet": T("Violet"),
        "slate": T("Slate"),
    }
    return names[name]
