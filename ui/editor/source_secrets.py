"""The secrets of a source's editor: where they go, which are there already, which a pasted text holds."""

from copy import deepcopy

from PySide6.QtCore import QEvent
from shiboken6 import isValid

from app.domain.entries import VaultEntry, access_key_entry, oidc_entry, totp_entry
from app.domain.problem import AppError
from app.domain.session import Starter
from app.texts import T
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.command_field import CommandField, Ledger
from ui.editor.draft import Draft, Table
from ui.editor.forms import Form
from ui.editor.pasted import find_key_pair, is_seed_link
from ui.editor.pasting import Paste
from ui.editor.secret_field import SecretField, SeedField
from ui.editor.seed_scan import SeedScan
from ui.editor.source_forms import WITH_MFA
from ui.editor.window import EditorWindow
from ui.platform.clipboard import SecretClipboard


class SecretsWindow(EditorWindow):
    """What is typed goes straight to the keyring, and is never in a draft."""

    form: Form

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft, clipboard: SecretClipboard) -> None:
        """Know the clipboard that a pasted secret is taken off again."""
        super().__init__(core, tools, bridge, draft)
        self._clipboard = clipboard
        self._keyring, self._looked = "", False
        self.ledger = Ledger(core.approvals, tools.clock.now)
        self.ledger.look()
        bridge.changed.connect(self.look_at_trust)
        self._before: tuple[str, Table, str, str] | None = None

    def rebuild(self) -> None:
        """Make the fields of another kind."""
        raise NotImplementedError

    def field_edited(self) -> None:
        """Something was edited."""
        raise NotImplementedError

    def make_secrets(self) -> None:
        """Make the fields of all secrets; a kind shows those that it has."""
        read = self.tools.read_secret
        goes = T("Goes to the keyring. Cannot be shown again, only replaced.")
        self.secret = SecretField("secret-access-key", T("Secret access key"), read, goes)
        self.totp = SeedField(read, self.tools.clock.now)
        self.scan = SeedScan(self.totp)
        self.scan.scanned.connect(self.take_scanned)
        self.scan.refused.connect(self.show_problem)
        self.client = SecretField("client-secret", T("Client secret"), read, T("Goes to the keyring."))
        self.secrets = (self.secret, self.totp, self.client)

    def take_value(self, key: str, value: str) -> None:
        """Put a value that was found into its field; undo takes it out."""
        self.history.note()
        self.draft.set(key, value)
        field = self.form.field(key)
        if field is not None:
            field.load(self.draft)
        self.field_edited()
        self.validate()

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

    def look_for_kept(self) -> None:
        """See in the vault's index of names which secrets are there; nothing is read."""
        self._looked = True
        self.bridge.spawn(self._kept(), "vault names")

    async def _kept(self) -> None:
        names = await self.core.vault.names()
        problem: AppError | None = None
        keyring = ""
        try:
            keyring = await self.core.vault.check()
        except AppError as error:
            problem = error
        if not isValid(self):  # the window may be gone by now
            return
        for field, entry in self._entries():
            field.set_kept(kept=entry.service in names)
        self._keyring = keyring
        if problem is not None:  # the page can be filled meanwhile
            self.show_problem(problem.problem, stays=True)
        else:
            self.problem_over()
        self._show_summary()

    def changeEvent(self, event: QEvent) -> None:
        """Look again when the person comes back: from unlocking the keyring, from a prompt."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self._looked:
            self.look_at_trust()
            if not self._keyring:
                self.look_for_kept()

    async def before_save(self) -> None:
        """Store typed secrets, and allow the commands of which the page says so."""
        for field, entry in self._entries():
            secret = field.typed()
            if secret is not None:
                await self.core.vault.write(entry, secret)  # where that fails, the field still has it
                field.stored()
        self.ledger.look()
        for command in self.allowed_by_save():
            self.core.approvals.approve(command, source=self.draft.name, by=Starter.WINDOW)

    def command_fields(self) -> list[CommandField]:
        """Return the fields of commands that this kind has."""
        return [one for one in self.form.fields if isinstance(one, CommandField)]

    def allowed_by_save(self) -> list[tuple[str, ...]]:
        """Return the commands that a save allows, as the page says."""
        return [one.command for one in self.command_fields() if one.command and one.standing.allows]

    def show_trust(self) -> None:
        """Say at each command whether it may run."""
        for one in self.command_fields():
            one.show_trust()

    def look_at_trust(self, change: object = None) -> None:
        """Look which commands are allowed: somebody may have answered or revoked elsewhere."""
        if getattr(change, "questions", True):
            self.ledger.look()
            self.show_trust()

    def take_paste(self, paste: Paste) -> None:
        """Look for an access key or a device's seed in whatever is pasted into any field."""
        if paste.picture:
            paste.taken = self.draft.text("kind") in WITH_MFA and self.scan.read_copied()
        else:
            paste.taken = self.paste(paste.text)

    def paste(self, text: str) -> bool:
        """Fill in what was found in a text; False if there is nothing."""
        pair = find_key_pair(text)
        kind = self.draft.text("kind")
        if pair is not None and (kind == "access-keys" or self.draft.new):
            self._remember()
            if kind != "access-keys":
                self.draft.set("kind", "access-keys")
                self.rebuild()
            self._fill(pair.access_key_id, pair.secret)
            self.found.say(
                T("Found an access key in what you pasted"),
                T("Both fields are filled in and the clipboard is empty again."),
            )
        elif is_seed_link(text) and kind in WITH_MFA:
            self._take_seed(text.strip())
            self.found.say(
                T("Found an MFA secret in what you pasted"),
                T("Codes are generated here, and the clipboard is empty again."),
            )
        else:
            return False
        self._clipboard.forget(text)
        return True

    def take_scanned(self, link: str, name: str) -> None:
        """Fill in the seed that a picture's QR code has; `name`: the file's, none for a copied picture."""
        self._take_seed(link)
        if name:
            gone = T("Codes are generated here. The file {name} still has the secret: delete it.", name=name)
        else:
            gone = T("Codes are generated here, and the clipboard is empty again.")
            self._clipboard.forget_picture()
        self.found.say(T("Found an MFA secret in the picture"), gone)

    def _take_seed(self, link: str) -> None:
        self._remember()
        self.draft.set("mfa", "totp")
        self.form.load()
        self.totp.put(link)
        self.field_edited()

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
            self.field_edited()
            self.validate()
