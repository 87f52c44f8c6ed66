"""The fields of one hop of a role chain, below its line."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.names import session_name
from app.domain.problem import Code, Problem
from app.domain.profile import Finding
from app.texts import N, T
from ui.editor.draft import Draft
from ui.editor.duration_field import DurationField
from ui.editor.fields import Field, TextField
from ui.editor.forms import Disclosure, Form, grid_of
from ui.editor.hint_field import HintField
from ui.editor.hop_parts import CodesField, PackedSize
from ui.editor.list_field import ListField
from ui.editor.policy_field import PolicyField
from ui.editor.tables import PairsField
from ui.widgets.basics import button, column, row, rule

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DURATIONS = ("15 min", "30 min", "1 h", "2 h", "4 h", "8 h", "12 h")
_RARE = ("policy", "policy_arns", "session_tags", "transitive_tags", "source_identity")


class HopBody(QWidget):
    """`form` tells what is edited; `moved` carries -1 or 1."""

    moved = Signal(int)
    removed = Signal()

    def __init__(self, card: QWidget, draft: Draft, number: int, names: Mapping[str, str]) -> None:
        """Show the draft's values in a card that stands in its window; `names` fill in a session name."""
        super().__init__(card)
        self.setProperty("plain", True)
        self.number, self._draft, self._names = number, draft, names
        self._session = ""
        self._percent: int | None = None  # of the packed size
        up = button(T("Move up"), "link", pressed=partial(self._move, -1))
        down = button(T("Move down"), "link", pressed=partial(self._move, 1))
        up.setToolTip("Alt+Up")
        down.setToolTip("Alt+Down")
        up.setEnabled(number > 1)
        down.setEnabled(number < len(draft.hops))
        self.gone = button(T("Remove hop"), "link", pressed=self.removed.emit)
        self.gone.setToolTip(T("Delete, in the hop's line"))
        usual = self._usual()
        self.form = Form(draft, usual)
        said = T("Policies here can only narrow what the role allows.")
        rare = [f"roles.{number}.{key}" for key in _RARE]
        self.advanced = Disclosure(T("Advanced"), rare, self._rare, said)
        self.advanced.made.connect(self._rare_made)
        self.form.take_later(self.advanced)
        inner = column(
            grid_of(usual),
            self.advanced,
            row(up, down, None, self.gone),
            margins=(16, 12, 16, 12),
            spacing=12,
        )
        self.setLayout(column(rule(), inner, spacing=0))

    def _usual(self) -> list[Field]:
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
        return [arn, self.external, self.name, self.duration, self.mfa, self.device]

    def _rare(self) -> list[Field]:
        at = f"roles.{self.number}"
        self.policies = ListField(
            f"{at}.policy_arns",
            T("Policy ARNs"),
            T("Add a managed policy"),
            most=10,
            placeholder="arn:aws:iam::aws:policy/NAME",
        )
        return [
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

    def _rare_made(self) -> None:
        self.packed = PackedSize()
        self.advanced.add(T("Packed size"), self.packed)
        self.packed.show_size(self._percent)
        self._show_rare()

    def _move(self, by: int, _checked: object = None) -> None:
        self.moved.emit(by)

    def go_to(self, key: str) -> Field | None:
        """Return the field of a key where it can be seen, None where none claims it."""
        if self.advanced.claims(key):
            self.advanced.set_open(opened=True)
        return self.form.field(key)

    def show_answer(self, problem: Problem | None, packed: int | None) -> None:
        """Show what AWS said to this hop in the last test: why it refused, the packed size in percent."""
        asks = problem is not None and problem.code is Code.ACCESS_DENIED_EXTERNAL_ID
        self.external.set_help(
            T("None was sent, and the role may ask for one.") if asks else "", "warn" if asks else "third"
        )
        self._percent = packed
        if self.advanced.built:
            self.packed.show_size(packed)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings at their fields."""
        self.form.show_findings(findings)

    def show_wrong(self, findings: Sequence[Finding]) -> None:
        """Open what is rarely used where something there cannot be stored."""
        self.advanced.show_wrong(findings)

    def follow(self) -> None:
        """Show what follows from the draft's other values: what is set, where the code is asked, the session's name."""
        at = f"roles.{self.number}"
        last = self.number == len(self._draft.hops)
        self.advanced.say(self._set_words(at))
        if self.advanced.built:
            self._show_rare()
        self._show_codes()
        template = self._draft.text(f"{at}.session_name") or ("{user}-{profile}" if last else "{user}-{source}")
        names = {**self._names, "profile": self._draft.name, "source": self._draft.text("source")}
        self._session = session_name(template, names)
        self.name.line.setPlaceholderText(template)
        self.name.trailing.say(self._session)
        self._session_help()

    def _show_rare(self) -> None:
        self.packed.show_given(self._draft, f"roles.{self.number}")
        narrowed = self.number == len(self._draft.hops) and self._draft.flag("safety.read_only")
        self.policies.show_fixed((READ_ONLY,) if narrowed else (), T("by Safety, read-only"))

    def _session_help(self) -> None:
        """Say the name that CloudTrail shows where it does not stand in the field already."""
        said = T("CloudTrail shows {name}", name=self._session)
        usual = T("CloudTrail shows it for every call. 2 to 64 characters.")
        self.name.set_help(usual if self.name.trailing.fits else said)
        self.name.line.setToolTip(said)

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
