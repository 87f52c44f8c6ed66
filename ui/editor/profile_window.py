"""The profile editor: General, Source, Role chain, Delivery, Safety."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget
from shiboken6 import isValid

from app.domain.files import FileDiff
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Finding
from app.domain.secret import Credentials
from app.domain.source import IdentityCenter
from app.texts import T
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.chain import ChainPage
from ui.editor.delivery import DeliveryPage
from ui.editor.draft import Draft
from ui.editor.forms import Form, key_of
from ui.editor.general import GeneralPage
from ui.editor.learning import AliasLook, look_at_key
from ui.editor.nav import PageList
from ui.editor.pasted import find_role, profile_name
from ui.editor.pasting import Paste
from ui.editor.safety import SafetyPage, account_of
from ui.editor.source_page import SourcePage
from ui.editor.window import EditorWindow
from ui.present.remedies import Button, Do
from ui.style.fonts import grown
from ui.widgets.basics import plain, row
from ui.widgets.screen import fit

_NAMES = frozenset({"name", "title", "group", "base", "aliases"})  # where nobody writes an ARN
_ICONS = ("identification-card", "key", "path", "export", "shield-check")


class ProfileWindow(EditorWindow):
    """`source_wanted` carries a source's name, or nothing for a new one."""

    source_wanted = Signal(str)
    table = "profiles"

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft) -> None:
        """Show a draft."""
        super().__init__(core, tools, bridge, draft)
        self.setWindowTitle(T("New profile") if draft.new else T("{name} · Edit profile", name=draft.name))
        self.setMinimumSize(640, 520)
        fit(self, grown(760), grown(720))
        catalog = core.catalog
        self.general = GeneralPage(draft, catalog)
        self.source = SourcePage(draft, catalog, tools.clock.now)
        self.chain = ChainPage(draft, catalog, {"user": tools.user, "host": tools.host})
        self.delivery = DeliveryPage(draft, catalog, core.files, core.serving)
        self.safety = SafetyPage(draft, catalog, tools.clock)
        self.alias = AliasLook(self.general.account, core, tools, bridge)
        self.alias.known.connect(self._show_rest)
        self.pages = (self.general, self.source, self.chain, self.delivery, self.safety)
        self.forms: tuple[Form, ...] = tuple(
            page.form for page in (self.general, self.source, self.chain, self.delivery, self.safety)
        )
        self.nav = PageList()
        self.stack = QStackedWidget()
        for number, page in enumerate(self.pages):
            self.nav.add(page.title, _ICONS[number])
            self.stack.addWidget(page)
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(partial(self.nav.setCurrentRow, number))
        self.nav.currentRowChanged.connect(self._page)
        for form in self.forms:
            form.changed.connect(self._edited)
            form.left.connect(self.field_left)
            form.pasting.connect(self.take_paste)
        self.source.new_source.connect(self._new_source)
        self.source.edit_source.connect(self.source_wanted)
        self.source.roles_wanted.connect(self._list_roles)
        self.chain.source_wanted.connect(partial(self.nav.setCurrentRow, 1))
        body = row(self.nav, self.stack, spacing=0)
        self.frame(plain(body))
        self.nav.setCurrentRow(0)
        if draft.new and not draft.name:
            self._mark_pages()
            self._show_summary()
        else:
            self.validate()
        self._show_rest()
        self._begin()
        self._show_offer()

    def _begin(self) -> None:
        """Begin at the first problem, else at the name."""
        if self.errors:
            self.go_to(key_of(self.errors[0].problem))
        else:
            self.general.name.focus()
            QTimer.singleShot(0, self, self.general.name.line.deselect)  # once the focus is there

    def beside_pages(self) -> int:
        """Return the width of the navigation."""
        return self.nav.width()

    def _list_roles(self, name: str) -> None:
        self.bridge.spawn(self._roles(name), "roles")

    async def _roles(self, name: str) -> None:
        """List what Identity Center gives the person, who is asked to sign in where that is needed."""
        source, problem, accounts = self.core.catalog.sources.get(name), None, ()
        try:
            accounts = await self.core.engine.accounts(source) if isinstance(source, IdentityCenter) else ()
        except AppError as error:
            problem = error.problem
        if isValid(self):
            self.source.show_roles(name, accounts, problem)

    def _new_source(self) -> None:
        self.source_wanted.emit("")

    def _page(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        if self.pages[number] is self.delivery:
            self.delivery.show_rules()
            self.show_preview()
        if self.pages[number] is self.source:
            self.source.reload()
            self.bridge.spawn(self.source.look(self.core, self.tools.clock.now()), "sources")
            self.bridge.spawn(look_at_key(self.tools, self.draft.text("source"), self._key_known), "key age")

    def _key_known(self) -> None:
        if isValid(self):  # the window may be gone by now
            self.source.show_catalog(self.core.catalog)

    def _show_rest(self) -> None:
        """Show what follows from values of other pages."""
        catalog, name = self.core.catalog, self.draft.original_name
        status = self.core.engine.store.status(catalog.profiles[name].name) if name in catalog.profiles else None
        self.general.show_account(self.draft, catalog)
        self.alias.look(account_of(self.draft))
        self.safety.show_inherited(self.draft, catalog, status)
        self.chain.show_source(catalog)
        for card in self.chain.cards:
            card.update_head()

    def _edited(self) -> None:
        self._show_rest()
        self.chain.forget_answers()
        self._mark_pages()
        self._show_offer()
        self.edited()

    def _show_offer(self) -> None:
        if not (self.draft.get("source") or self.draft.get("base")):
            self.strip.offer(T("Choose a source first"), enabled=False)
        elif not self.strip.test.isEnabled() and not self.strip.running:
            self.strip.offer(T("Not tested since the last change. Makes the real STS calls and keeps nothing."))

    def take_paste(self, paste: Paste) -> None:
        """Make a hop of a role's ARN or of the console's link to switch to it."""
        catalog, key = self.core.catalog, paste.field.key
        role = find_role(paste.text, {one.name: str(one.id) for one in catalog.accounts.values() if one.name})
        at_home = key.endswith(".role_arn")
        if role is None or (not role.link and (at_home or key not in _NAMES)):
            return
        paste.taken = True
        self.history.note()
        empty = [number for number, hop in enumerate(self.draft.hops, 1) if not hop.get("role_arn")]
        number = int(key.split(".")[1]) if at_home else empty[0] if empty else self.draft.add_hop()
        self.draft.set(f"roles.{number}.role_arn", role.arn)
        if self.draft.new and not self.draft.name:
            self.draft.name = profile_name(role.name)
        self.reload()
        self._edited()
        self.validate()
        self.nav.setCurrentRow(2)
        self.chain.open(number)
        self.chain.cards[number - 1].fields[0].focus()
        self.found.say(T("Found a role in what you pasted"), T("Hop {number} is {arn}", number=number, arn=role.arn))

    def open_place(self, place: str) -> None:
        """Go to "hop 2", "delivery", a page's name, or nowhere."""
        if place.startswith("hop "):
            self.nav.setCurrentRow(2)
            self.chain.open(int(place[4:]) if place[4:].isdigit() else 1)
        elif place == "delivery":
            self.nav.setCurrentRow(3)
        elif place == "source":
            self.nav.setCurrentRow(1)

    def check(self) -> Sequence[Finding]:
        """Return everything that is wrong with the draft."""
        draft = self.draft
        return self.tools.check_profile(
            draft.name, draft.values, self.core.catalog, original=draft.original_name or None, new=draft.new
        )

    def show_findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Show findings on their pages and mark these."""
        rest = list(findings)
        for form in self.forms:
            rest = form.show_findings(rest)
        rest = self.chain.show_findings(rest)
        self.general.more.show_wrong(findings)
        self._mark_pages()
        self.delivery.show_rules()
        return rest

    def _mark_pages(self) -> None:
        for number in range(len(self.pages)):
            wrong = any(self._page_of(key_of(one.problem)) == number for one in self.errors)
            refused = self.pages[number] is self.chain and any(one.refused for one in self.chain.cards)
            self.nav.mark(number, wrong=wrong or refused)

    def _page_of(self, key: str) -> int:
        if key == "roles" or key.startswith("roles."):
            return 2
        for number, form in enumerate(self.forms):
            if form.field(key) is not None:
                return number
        return 0

    def go_to(self, key: str) -> None:
        """Go to the field of a key."""
        number = self._page_of(key)
        self.nav.setCurrentRow(number)
        if number == 2:
            hop = key.split(".")[1] if "." in key else "1"
            self.chain.open(int(hop) if hop.isdigit() else 1)
            fields = [field for one in self.chain.cards for field in one.fields if field.claims(key)]
        else:
            field = self.forms[number].field(key)
            fields = [field] if field else []
        if fields:
            if fields[0] in self.general.more.fields:
                self.general.more.set_open(opened=True)
            self.pages[number].show_field(fields[0])

    def title_of(self, key: str) -> str:
        """Return what the field of a key is called, with its hop."""
        if key == "roles":
            return T("Role chain")
        parts = key.split(".")
        if parts[0] == "roles":
            field = next((one for hop in self.chain.cards for one in hop.fields if one.claims(key)), None)
            title = field.title if field else parts[-1]
            return T("Hop {number}, {title}", number=parts[1], title=title)
        found = next((one for form in self.forms for one in form.fields if one.claims(key)), None)
        return found.title if found else key

    def show_preview(self) -> None:
        """Show what a save and start writes, as the files are now."""
        self.count()

    def open_preview(self) -> None:
        """Go to what a save and start writes."""
        self.nav.setCurrentRow(self.pages.index(self.delivery))
        self.delivery.go_to_preview()

    async def previews(self) -> tuple[FileDiff, ...]:
        """Return what a save and start writes: the catalog, and the AWS files."""
        whole = await super().previews()
        changes = self.delivery.changes(self._issued())
        try:
            files = await self.core.files.preview(changes) if changes else ()
        except AppError as error:
            self.show_problem(error.problem)
            return whole
        return (*whole, *(one for one in files if one.lines))

    def show_files(self, files: tuple[FileDiff, ...]) -> None:
        """Show the preview on the page of deliveries."""
        asked = self.delivery.changes(None)
        note = T("The session does not run: key and token are examples in their usual length.")
        none = T("Nothing is written to the AWS files.")
        self.delivery.preview.show_files(files, none if not asked else note if self._issued() is None else "")

    def _issued(self) -> Credentials | None:
        found = self.core.catalog.profiles.get(self.draft.original_name)
        issued = self.core.engine.credentials(found.name) if found is not None else None
        return issued.credentials if issued else None

    def more_words(self) -> str:
        """Return what else a save does."""
        name = self.draft.original_name
        running = bool(name) and name in {
            status.profile
            for status in self.core.engine.store.statuses.values()
            if status.valid(self.tools.clock.now())
        }
        return T("The running session is refreshed.") if running else ""

    def remedy(self, chosen: Button) -> None:
        """Do what a button of a problem says."""
        if chosen.do is Do.EDIT_HOP:
            self.open_place(f"hop {chosen.subject}")
        elif chosen.do is Do.EDIT_SOURCE:
            self.source_wanted.emit(chosen.subject or self.draft.text("source"))
        else:
            super().remedy(chosen)

    def changeEvent(self, event: QEvent) -> None:
        """Look at the files anew when the person comes back: another program may have written them."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self._files is not None:
            self.count()

    def test(self) -> None:
        """Make the profile's calls for real."""
        if not self.strip.running and self.strip.test.isEnabled():
            self.strip.begin()
            self.chain.forget_answers()
            self.run_test(self._test())

    async def _test(self) -> None:
        profile = self.tools.read_profile(self.draft.name or "test", self.draft.values)
        if profile is None:
            self.validate()
            first = self.errors[0].problem if self.errors else Problem.of(Code.VALUE_MISSING, key="role_arn")
            self.strip.fail(first)
            return
        error: AppError | None = None
        try:
            async for step in self.core.engine.identity_test(profile):
                self.strip.step(step)
                self.chain.show_step(step)
                self._mark_pages()
        except AppError as caught:
            error = caught
        self.strip.ended(error)

    def catalog_changed(self) -> None:
        """Show new sources, and compare with what the catalog has now."""
        self.source.show_catalog(self.core.catalog)
        self.chain.show_source(self.core.catalog)
        super().catalog_changed()

    def reload(self) -> None:
        """Show the draft again."""
        for form in self.forms:
            form.load()
        self.chain.reload()
        self._show_rest()
        self.chain.forget_answers()
        self.source.reload()
        self._show_offer()

    def choose_source(self, name: str) -> None:
        """Choose a source that was just made."""
        if not self.draft.get("source") and not self.draft.get("base"):
            self.draft.set("source", name)
            self.source.show_catalog(self.core.catalog)
            self._edited()
