"""The source editor: every kind of source with its fields; secrets go straight to the keyring."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.files import FileDiff
from app.domain.problem import Code
from app.domain.profile import Finding
from app.texts import N, T
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.center_part import CenterPart
from ui.editor.device_finder import DeviceFinder
from ui.editor.draft import Draft
from ui.editor.fields import Field, TextField
from ui.editor.forms import Disclosure, Form, Page, grid_of
from ui.editor.found import FoundCard
from ui.editor.frame import place_of
from ui.editor.key_age import KeyAge
from ui.editor.kind_choice import KindField
from ui.editor.machine_part import MACHINES, MachineLook
from ui.editor.preview_below import PreviewBelow
from ui.editor.provider_part import ProviderPart
from ui.editor.source_forms import (
    COMMON,
    RARE,
    WITH_MFA,
    common_fields,
    hold_codes,
    kind_help,
    mfa_fields,
    own_fields,
    rare_fields,
)
from ui.editor.source_secrets import SecretsWindow
from ui.editor.trying import try_source
from ui.platform.clipboard import SecretClipboard
from ui.present.remedies import Button, Do
from ui.present.sources import account_words
from ui.style.fonts import grown
from ui.widgets.basics import column
from ui.widgets.screen import fit

_PLAIN = ("access-keys", "oidc")  # which say what they are by their fields


class SourceWindow(SecretsWindow):
    """Changing the kind of a new source changes the fields; what is shared stays.

    `profiles_wanted` carries an Addition of profiles that are to be made, once the source is saved.
    """

    profiles_wanted = Signal(object)
    table = "sources"
    rotate_wanted = Signal(str)

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft, clipboard: SecretClipboard) -> None:
        """Show a draft."""
        super().__init__(core, tools, bridge, draft, clipboard)
        self.setWindowTitle(T("New source") if draft.new else T("Edit source · {name}", name=draft.name))
        self.save_button.setText(T("Add source") if draft.new else T("Save"))
        self.setMinimumSize(640, 480)
        fit(self, grown(680), grown(680))
        self.page = Page("", "")
        self.pages = (self.page,)
        self.form = Form(draft)
        self._kind = ""
        self.age: KeyAge | None = None
        self.device: DeviceFinder | None = None
        self.provider: ProviderPart | None = None
        self.center: CenterPart | None = None
        self.machine: MachineLook | None = None
        self.makes_profiles = False  # it was saved, and with it profiles are made
        self.page.box.setContentsMargins(24, 18, 24, 20)
        self._kind_box, self._fields_box = QVBoxLayout(), QVBoxLayout()
        self.below = PreviewBelow(self.page)
        self.page.box.addLayout(self._kind_box)
        self._found_box = QVBoxLayout()
        self.page.box.addLayout(self._found_box)
        self.page.box.addLayout(self._fields_box)
        self.page.box.addLayout(self.below)
        self.page.box.addStretch(1)
        self._body: QWidget | None = None
        self.frame(self.page)
        self._build()
        self.look_for_kept()
        if draft.new:
            self._show_summary()
        else:
            self.validate()
        self.name.focus()
        QTimer.singleShot(0, self, self.name.line.deselect)  # once the focus is there
        self._show_offer()

    def found_place(self, found: FoundCard) -> QWidget:
        """Return a place for nothing: the card stands on the page, below the kind."""
        self._found_box.addWidget(place_of(found, margin=0))
        nothing = QWidget()
        nothing.hide()
        return nothing

    def _head(self) -> list[Field]:
        self.kind = KindField()
        self.name = TextField("name", T("Name"), placeholder=T("profiles refer to it"))
        return [self.kind, self.name]

    def _build(self) -> None:
        """Make the fields of the draft's kind."""
        kind = self._kind = self.draft.text("kind")
        before = self.form
        before.blockSignals(True)  # its fields go: that they lose the focus is nobody's act
        if self._body is not None:
            self._kind_box.removeWidget(self.kind.body)
            self.kind.body.hide()
            self.kind.body.deleteLater()
        head = self._head()
        self.make_secrets()
        own = own_fields(kind)
        own += self._key_fields(kind, own) + self._signing_in(kind)
        mfa = self._mfa_fields(kind)
        old, self._body = self._body, QWidget()
        self._body.setProperty("plain", True)
        self.advanced = Disclosure(T("Advanced"), ("title", *RARE.get(kind, ()), *COMMON), self._rare)
        self.advanced.made.connect(self._show_modes)
        usual = [self.name, *own]
        usual += hold_codes(mfa, self.totp) if mfa else []
        self._body.setLayout(column(grid_of(usual), self.advanced, spacing=12))
        self._kind_box.addWidget(self.kind.body)
        self.kind.body.show()
        self._fields_box.addWidget(self._body)
        self._body.show()  # at once: a widget that the layout shows later takes no focus before
        if old is not None:
            self._fields_box.removeWidget(old)
            old.hide()
            old.deleteLater()
        before.blockSignals(False)
        before.deleteLater()
        self.form = Form(self.draft, [*head, *own, *mfa])
        self.form.take_later(self.advanced)
        self.form.changed.connect(self.field_edited)
        self.form.left.connect(self.field_left)
        self.form.passed.connect(self.field_passed)
        self.form.pasting.connect(self.take_paste)
        self.kind.set_help("" if kind in _PLAIN else kind_help(kind))
        signs_in = kind in ("oidc", "identity-center")
        self.strip.named(*((T("Sign in and test"), "sign-in") if signs_in else (T("Test"), "play")))
        self.kind.editor.setEnabled(self.draft.new)
        if self.provider is not None:
            self.provider.attach(self.form)
        for command in self.command_fields():
            command.attach(self.draft, self.ledger)
            command.standing_changed.connect(self._show_summary)
        self._show_modes()
        if self.machine is not None:
            self.machine.look()

    def _rare(self) -> list[Field]:
        title = TextField("title", T("Title"), T("Free text, shown in place of the name."), placeholder=T("none"))
        client = [self.client] if self.provider is not None else []
        return [title, *rare_fields(self._kind), *client, *common_fields()]

    def _key_fields(self, kind: str, own: Sequence[Field]) -> list[Field]:
        self.age = None
        if kind != "access-keys":
            return []
        self.age = KeyAge(own[0], self.core, self.tools, self.draft)
        self.age.wanted.connect(self._rotate)
        self.age.said.connect(self.strip.say_beside)
        return [self.secret]

    def _mfa_fields(self, kind: str) -> list[Field]:
        self.device = None
        if kind not in WITH_MFA:
            return []
        mfa = mfa_fields()
        self.device = DeviceFinder(mfa[0], self.tools, self.bridge, self.draft, self.secret)
        self.device.chosen.connect(partial(self.take_value, "mfa_serial"))
        mfa.insert(2, self.totp)
        return mfa

    def _rotate(self) -> None:
        self.rotate_wanted.emit(self.draft.original_name)

    def _signing_in(self, kind: str) -> list[Field]:
        """Return what a kind that a person signs in to shows of that."""
        self.provider = self.center = self.machine = None
        if kind in MACHINES:
            self.machine = MachineLook(self.core, self.tools, self.bridge, self.draft)
            return [self.machine.field]
        if kind == "oidc":
            take = partial(self.take_value, "issuer")
            self.provider = ProviderPart(self.core, self.bridge, self.draft, self.tools.clock.now, take)
            return [self.provider.token]
        if kind == "identity-center":
            self.center = CenterPart(self.core, self.bridge, self.draft, self.tools.clock.now, self.test)
            self.center.field.roles.changed.connect(self._show_summary)  # a tick makes no test stale
            self.center.attach()
            return [self.center.field]
        return []

    def field_edited(self) -> None:
        if self._kind != self.draft.text("kind"):
            self.rebuild()
        self._show_modes()
        self.show_trust()
        self._show_offer()
        self.edited()

    def rebuild(self) -> None:
        """Keep what the new kind has too and drop the rest."""
        kind = self.draft.text("kind")
        common = {"kind", "title", *COMMON}
        if kind in WITH_MFA:
            common |= {"mfa_serial", "mfa", "mfa_command", "mfa_unattended", "mfa_session"}
        self.draft.values = {key: value for key, value in self.draft.values.items() if key in common}
        self.patience.forget()
        family = self.kind.in_family
        self._build()
        self.form.blockSignals(True)  # the focus only passes through
        self.kind.focus(family=family)
        self.form.blockSignals(False)

    def _show_modes(self) -> None:
        mode = self.draft.text("mfa") or "prompt"
        for field in self.form.fields:
            if field.key in {"mfa_command", "mfa_unattended"}:
                field.set_shown(shown=mode == "command" or self.draft.get(field.key) is not None)
        self.totp.set_shown(shown=mode == "totp")
        self.advanced.show_set(self.draft)
        if self.advanced.built:
            self.client.set_shown(shown=self.draft.flag("client_secret"))
        key = self.form.field("access_key_id")
        if key is not None:
            key.set_help(account_words(self.core.catalog, self.draft.text("mfa_serial")))
            if self.age is not None:
                self.age.show_key(self.draft.text("access_key_id"))
        client, provider = self.form.field("client_id"), self.form.field("provider_id")
        if isinstance(client, TextField):
            client.trailing.say("" if self.draft.flag("client_secret") else T("public client, no secret"))
        if provider is not None and self._kind == "oidc":
            named = self.draft.text("token") == "access" or self.draft.get("provider_id") is not None
            provider.set_shown(shown=named)

    def _show_offer(self) -> None:
        if self.center is not None:
            self.center.show_ready()
            if not self.strip.running and not self.center.wanted:
                said = T("Sign in now, to list your accounts and roles.")
                self.strip.offer(said, enabled=self.center.ready)
        elif self.draft.new or self.dirty:
            self.strip.offer(T("Save first, then test. A test makes the real calls and keeps nothing."), enabled=False)
        elif not self.strip.running and self.provider is not None:
            self.strip.offer(T("Sign in at the provider now, to try this source."))
        elif not self.strip.running:
            self.strip.offer(T("Not tested since the last change. Makes the real STS calls and keeps nothing."))

    @property
    def dirty(self) -> bool:
        """Whether there is something to save: a typed secret, or a profile to be made, too."""
        return self.draft.dirty or any(one.filled for one in self.secrets) or self._to_make > 0

    @property
    def _to_make(self) -> int:
        return self.center.wanted if self.center is not None else 0

    def after_save(self) -> None:
        """Have the profiles made of the roles that are ticked: behind the source, and with one way back for all."""
        if self.center is not None and self._to_make:
            self.makes_profiles = True
            addition = self.center.addition()
            self.center.forget()
            self.profiles_wanted.emit(addition)

    def _show_summary(self) -> None:
        super()._show_summary()
        if self._to_make and not self.errors:
            self.summary.show_words(self.words(), opens=self.draft.dirty)
        if self.draft.name and not self.errors and self._needs_secret:
            words = T("Still missing: {place}", place=self.secret.title)
            self.summary.show_words(words, opens=False, glyph="info")
        if self._keyring and not self.dirty and not self.errors:
            self.summary.show_words(T("{name}, unlocked", name=self._keyring), opens=False, glyph="lock")

    def can_save(self) -> bool:
        """Whether the button that saves can be pressed: a new source needs what its kind cannot do without."""
        if not self.draft.new or self.draft.original:
            return super().can_save()
        needed = any(one.problem.code is Code.VALUE_MISSING for one in self.check())
        return bool(self.draft.name) and not needed and not self._needs_secret

    @property
    def _needs_secret(self) -> bool:
        new = self.draft.new and not self.draft.original
        return new and self.draft.text("kind") == "access-keys" and self.secret.missing

    def find_device(self) -> None:
        """Go to the MFA device, and look which ones IAM lists."""
        self.go_to("mfa_serial")
        if self.device is not None:
            self.device.look()

    def remedy(self, chosen: Button) -> None:
        """Do what a button of a problem says: a key that AWS does not know is replaced here."""
        if chosen.do is Do.EDIT_SOURCE:
            self.page.show_field(self.secret if self.secret in self.form.fields else self.name)
            self.secret.replace()
        else:
            super().remedy(chosen)

    def show_files(self, files: tuple[FileDiff, ...]) -> None:
        """Show the preview, where it is open."""
        typed = any(one.filled for one in self.secrets)
        self.below.show_files(files, T("The secret goes to the keyring, and stands in no file.") if typed else "")

    def open_preview(self) -> None:
        """Show what a save writes."""
        if self._body is not None:
            self.below.open(self._body)
        self.count()

    def more_words(self) -> str:
        """Return what else a save does."""
        if self._to_make:
            return N("{n} profile is made.", "{n} profiles are made.", self._to_make)
        said = [T("The secret goes to the keyring.")] if any(one.filled for one in self.secrets) else []
        said += [T("The command may run from then on.")] if self.allowed_by_save() else []
        return " ".join(said)

    # what every editor says

    def check(self) -> Sequence[Finding]:
        """Return everything that is wrong with the draft, typed secrets included."""
        draft = self.draft
        findings = list(
            self.tools.check_source(
                draft.name, draft.values, self.core.catalog, original=draft.original_name or None, new=draft.new
            )
        )
        for field in self.secrets:
            problem = field.problem()
            if problem is not None and field in self.form.fields:
                findings.append(Finding(field.key, problem))
        return findings

    def show_findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Show findings at their fields."""
        rest = self.form.show_findings([one for one in findings if not one.table.startswith("secret:")])
        self.advanced.show_wrong(findings)
        for field in self.secrets:
            mine = [one.problem for one in findings if one.table == field.key]
            field.show_problems(mine, ())
        return rest

    def go_to(self, key: str) -> None:
        """Go to the field of a key."""
        field = self.form.field(key) or next((one for one in self.secrets if one.problem()), None)
        if field is not None:
            if self.advanced.claims(field.key):
                self.advanced.set_open(opened=True)
            self.page.show_field(field)

    hidden_keys = frozenset({"token"})  # a container's stands in the catalog in plain text

    def title_of(self, key: str) -> str:
        """Return what the field of a key is called."""
        field = self.form.field(key)
        return field.title if field is not None else key

    def words(self) -> str:
        """Return what a save writes, in a line."""
        if self._to_make:
            return N("Save makes {n} profile", "Save makes {n} profiles", self._to_make)
        typed = any(one.filled for one in self.secrets)
        if not typed:
            return super().words()
        if not self.draft.dirty:
            return T("Save stores the secret in the keyring")
        return T("Save writes profiles.toml and stores the secret")

    def test(self) -> None:
        """Ask AWS who the source is, with a code if it has MFA."""
        if not self.strip.running and self.strip.test.isEnabled():
            self.strip.begin()
            self.run_test(try_source(self))

    def reload(self) -> None:
        """Show the draft again; a secret that was typed stays while the kind does."""
        if self._kind != self.draft.text("kind"):
            self._build()
            return
        self.form.load()
        self._show_modes()
        self._show_offer()
