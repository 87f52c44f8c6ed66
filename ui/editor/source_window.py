"""The source editor: every kind of source with its fields; secrets go straight to the keyring."""

from collections.abc import Sequence
from copy import deepcopy

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from app.domain.entries import VaultEntry, access_key_entry, oidc_entry, totp_entry
from app.domain.names import ProfileName, SourceName
from app.domain.problem import AppError
from app.domain.profile import Finding, Profile
from app.texts import T
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.choices import RadioField
from ui.editor.draft import Draft, Table
from ui.editor.fields import Field, TextField
from ui.editor.forms import Disclosure, Form, Page, grid_of
from ui.editor.kind_choice import KindField
from ui.editor.pasted import find_key_pair, is_seed_link
from ui.editor.pasting import Paste
from ui.editor.provider_part import ProviderPart
from ui.editor.secret_field import SecretField, seed_note
from ui.editor.source_forms import WITH_MFA, common_fields, kind_help, mfa_fields, own_fields
from ui.editor.window import EditorWindow
from ui.platform.clipboard import SecretClipboard
from ui.widgets.basics import column, label
from ui.widgets.screen import fit

_RARE = frozenset({"client_secret", "redirect_port"})
_COMMANDS = ("command", "token_command", "mfa_command")


class SourceWindow(EditorWindow):
    """Changing the kind of a new source changes the fields; what is shared stays."""

    table = "sources"

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft, clipboard: SecretClipboard) -> None:
        """Show a draft."""
        super().__init__(core, tools, bridge, draft)
        self._clipboard = clipboard
        self.setWindowTitle(T("New source") if draft.new else T("Edit source · {name}", name=draft.name))
        self.save_button.setText(T("Add source") if draft.new else T("Save"))
        self.setMinimumSize(560, 480)
        fit(self, 720, 680)
        self.page = Page("", "")
        self.form = Form(draft)
        self._kind = ""
        self.provider: ProviderPart | None = None
        self._before: tuple[str, Table, str, str] | None = None
        self._fields_box = QVBoxLayout()
        self.page.box.addLayout(self._fields_box)
        self.page.box.addStretch(1)
        self._body: QWidget | None = None
        self._make_secrets()
        self.frame(self.page)
        self._build()
        self._look_for_kept()
        if draft.new:
            self._show_summary()
        else:
            self.validate()
        self.name.focus()
        self._show_offer()

    def _head(self) -> list[Field]:
        self.kind = KindField()
        self.name = TextField("name", T("Name"), T("Profiles refer to it."), code=True)
        title = TextField("title", T("Title"), T("Free text, shown in place of the name."), placeholder=T("none"))
        return [self.kind, self.name, title]

    def _make_secrets(self) -> None:
        read = self.tools.read_secret
        goes = T("Goes to the keyring. Cannot be shown again, only replaced.")
        self.secret = SecretField("secret-access-key", T("Secret access key"), read, goes)
        self.totp = SecretField("totp-seed", T("MFA secret"), read, seed_note())
        self.client = SecretField("client-secret", T("Client secret"), read, T("Goes to the keyring."))
        self.secrets = (self.secret, self.totp, self.client)

    def _build(self) -> None:
        """Make the fields of the draft's kind."""
        kind = self._kind = self.draft.text("kind")
        head = self._head()
        self._make_secrets()
        own = own_fields(kind)
        if kind == "access-keys":
            own.append(self.secret)
        self.provider = None
        if kind == "oidc":
            self.provider = ProviderPart(self.core, self.bridge, self.draft, self.tools.clock.now)
            own += [self.client, self.provider.token]
        mfa = mfa_fields() if kind in WITH_MFA else []
        if mfa:
            mfa.insert(2, self.totp)
        self.common = common_fields()
        old, self._body = self._body, QWidget()
        self._body.setProperty("plain", True)
        rare = [field for field in own if field.key in _RARE or field is self.client]
        self.advanced = Disclosure(T("Advanced"), [*rare, *self.common])
        usual = [field for field in own if field not in rare]
        sections: list[QWidget | QLayout | int] = [self.kind.body, grid_of([*head[1:], *usual])]
        if mfa:
            codes = next(field for field in mfa if isinstance(field, RadioField))
            held = {"mfa_command": "command", "mfa_unattended": "command", self.totp.key: "totp"}
            for field in mfa:
                if field.key in held:
                    codes.hold(held[field.key], field)
            sections += [4, label(T("MFA"), "section"), grid_of([field for field in mfa if field.key not in held])]
        self._body.setLayout(column(*sections, 4, self.advanced, spacing=12))
        self._fields_box.addWidget(self._body)
        self._body.show()  # at once: a widget that the layout shows later takes no focus before
        if old is not None:
            self._fields_box.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.form.deleteLater()
        self.form = Form(self.draft, [*head, *own, *mfa, *self.common])
        self.form.changed.connect(self._edited)
        self.form.left.connect(self.field_left)
        self.form.pasting.connect(self.take_paste)
        self.kind.set_help(kind_help(kind))
        self.kind.editor.setEnabled(self.draft.new)
        if self.provider is not None:
            self.provider.attach(self.form)
        self._show_modes()

    def _edited(self) -> None:
        if self._kind != self.draft.text("kind"):
            self._rebuild()
        self._show_modes()
        self._show_offer()
        self.edited()

    def _rebuild(self) -> None:
        """Keep what the new kind has too and drop the rest."""
        kind = self.draft.text("kind")
        common = {"kind", "title", *(field.key for field in self.common)}
        if kind in WITH_MFA:
            common |= {"mfa_serial", "mfa", "mfa_command", "mfa_unattended", "mfa_session"}
        self.draft.values = {key: value for key, value in self.draft.values.items() if key in common}
        family = self.kind.in_family
        self._build()
        self.kind.focus(family=family)

    def _show_modes(self) -> None:
        mode = self.draft.text("mfa") or "prompt"
        for field in self.form.fields:
            if field.key in {"mfa_command", "mfa_unattended"}:
                field.set_shown(shown=mode == "command" or self.draft.get(field.key) is not None)
        self.totp.set_shown(shown=mode == "totp")
        self.client.set_shown(shown=self.draft.flag("client_secret"))
        self.advanced.show_set(self.draft)
        client, provider = self.form.field("client_id"), self.form.field("provider_id")
        if isinstance(client, TextField):
            client.trailing.say("" if self.draft.flag("client_secret") else T("public client, no secret"))
        if provider is not None and self._kind == "oidc":
            named = self.draft.text("token") == "access" or self.draft.get("provider_id") is not None
            provider.set_shown(shown=named)

    def _show_offer(self) -> None:
        if self.draft.new or self.dirty:
            self.strip.offer(T("Save first, then test. A test makes the real calls and keeps nothing."), enabled=False)
        elif not self.strip.running and self.provider is not None:
            self.strip.offer(T("Sign in at the provider now, to try this source."))
        elif not self.strip.running:
            self.strip.offer(T("Not tested since the last change. Makes the real STS calls and keeps nothing."))

    @property
    def dirty(self) -> bool:
        """Whether there is something to save: a typed secret too."""
        return self.draft.dirty or any(one.filled for one in self.secrets)

    # secrets

    def _entries(self) -> list[tuple[SecretField, VaultEntry]]:
        draft, found = self.draft, list[tuple[SecretField, VaultEntry]]()
        if draft.text("access_key_id"):
            found.append((self.secret, access_key_entry(draft.text("access_key_id"))))
        if draft.text("mfa_serial"):
            found.append((self.totp, totp_entry(draft.text("mfa_serial"))))
        if draft.text("issuer") and draft.text("client_id"):
            found.append((self.client, oidc_entry(draft.text("issuer"), draft.text("client_id"), "client-secret")))
        return found

    def _look_for_kept(self) -> None:
        """See in the vault's index of names which secrets are there; nothing is read."""
        self.bridge.spawn(self._kept(), "vault names")

    async def _kept(self) -> None:
        names = await self.core.vault.names()
        for field, entry in self._entries():
            field.set_kept(kept=entry.service in names)

    async def before_save(self) -> None:
        """Store typed secrets, and allow commands that were typed here."""
        for field, entry in self._entries():
            secret = field.take() if field.filled else None
            if secret is not None:
                await self.core.vault.write(entry, secret)
                field.set_kept(kept=True)
        for key in _COMMANDS:
            command = self.draft.texts(key)
            if command:
                self.core.approvals.approve(command)

    def take_paste(self, paste: Paste) -> None:
        """Look for an access key or a device's seed in any text that is pasted into any field."""
        paste.taken = self.paste(paste.text)

    def paste(self, text: str) -> bool:
        """Fill in what was found in a text; False if there is nothing."""
        pair = find_key_pair(text)
        kind = self.draft.text("kind")
        if pair is not None and (kind == "access-keys" or self.draft.new):
            self._remember()
            if kind != "access-keys":
                self.draft.set("kind", "access-keys")
                self._rebuild()
            self._fill(pair.access_key_id, pair.secret)
            self.found.say(
                T("Found an access key in what you pasted"),
                T("Both fields are filled in and the clipboard is empty again."),
            )
        elif is_seed_link(text) and kind in WITH_MFA:
            self._remember()
            self.draft.set("mfa", "totp")
            self.form.load()
            self.totp.put(text.strip())
            self._edited()
            self.found.say(
                T("Found an MFA secret in what you pasted"),
                T("Codes are generated here, and the clipboard is empty again."),
            )
        else:
            return False
        self._clipboard.forget(text)
        return True

    def _remember(self) -> None:
        self.history.note()
        self._before = self.draft.name, deepcopy(self.draft.values), self.secret.line.text(), self.totp.line.text()

    def _fill(self, key: str, secret: str) -> None:
        self.draft.set("access_key_id", key or None)
        field = self.form.field("access_key_id")
        if field is not None:
            field.load(self.draft)
        self.secret.put(secret)
        self.edited()

    def undo_paste(self) -> None:
        """Show the fields as they were before the paste, secrets included."""
        self.found.hide()
        if self._before is not None:
            self.history.note()
            self.draft.name, self.draft.values, secret, seed = self._before
            self._before = None
            self.reload()
            self.secret.put(secret)
            self.totp.put(seed)
            self._edited()
            self.validate()

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
            if field in self.advanced.fields:
                self.advanced.set_open(opened=True)
            self.page.show_field(field)

    hidden_keys = frozenset({"token"})  # a container's stands in the catalog in plain text

    def title_of(self, key: str) -> str:
        """Return what the field of a key is called."""
        field = self.form.field(key)
        return field.title if field is not None else key

    def words(self) -> str:
        """Return what a save writes, in a line."""
        typed = any(one.filled for one in self.secrets)
        return T("Save writes profiles.toml and the keyring") if typed else super().words()

    def test(self) -> None:
        """Ask AWS who the source is, with a code if it has MFA."""
        if not self.strip.running and self.strip.test.isEnabled():
            self.strip.begin()
            self.run_test(self._test())

    async def _test(self) -> None:
        error: AppError | None = None
        if self.provider is not None:
            await self._sign_in(self.provider)
            return
        profile = Profile(ProfileName(self.draft.name), source=SourceName(self.draft.name))
        try:
            async for step in self.core.engine.identity_test(profile):
                self.strip.step(step)
        except AppError as caught:
            error = caught
        self.strip.ended(error)

    async def _sign_in(self, provider: ProviderPart) -> None:
        """Have the person sign in; which role that leads to is a profile's to say."""
        try:
            await self.core.engine.sign_in(provider.source())
        except AppError as caught:
            self.strip.ended(caught)
        else:
            self.strip.passed(T("Signed in. Profiles that use this source say which role it leads to."))
        provider.refresh()

    def reload(self) -> None:
        """Show the draft again; a secret that was typed stays while the kind does."""
        if self._kind != self.draft.text("kind"):
            self._build()
            return
        self.form.load()
        self._show_modes()
        self._show_offer()


def empty_source(kind: str = "access-keys") -> Draft:
    """Return the draft of a new source."""
    return Draft("", {"kind": kind}, new=True)
