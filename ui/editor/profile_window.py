"""The profile editor: General, Source, Role chain, Delivery, Safety."""

from collections.abc import Sequence
from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from shiboken6 import isValid

from app.domain.files import FileDiff
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Finding
from app.domain.secret import Credentials
from app.domain.session import Status
from app.domain.source import IdentityCenter
from app.texts import T
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.chain import ChainPage
from ui.editor.delivery import DeliveryPage
from ui.editor.draft import Draft
from ui.editor.draft_page import DraftPage
from ui.editor.file_changes import file_changes
from ui.editor.forms import key_of
from ui.editor.general import GeneralPage
from ui.editor.learning import AliasLook, look_at_key
from ui.editor.paged import PagedEditor
from ui.editor.pasted import find_role, profile_name
from ui.editor.pasting import Paste
from ui.editor.places import CHAIN, DELIVERY, GENERAL, SAFETY, SOURCE
from ui.editor.safety import SafetyPage, account_of
from ui.editor.source_page import SourcePage
from ui.present.remedies import Button, Do
from ui.style.fonts import grown
from ui.widgets.screen import fit

_NAMES = frozenset({"name", "title", "group", "base", "aliases"})  # where nobody writes an ARN


class ProfileWindow(PagedEditor):
    """`source_wanted` carries a source's name, or nothing for a new one; `rotate_wanted` one with a key."""

    source_wanted = Signal(str)
    rotate_wanted = Signal(str)
    table = "profiles"

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft, place: str = "") -> None:
        """Show a draft, at a place as in `open_place`."""
        super().__init__(core, tools, bridge, draft)
        self.setWindowTitle(T("New profile") if draft.new else T("{name} · Edit profile", name=draft.name))
        self.setMinimumSize(640, 520)
        fit(self, grown(760), grown(720))
        self.alias: AliasLook | None = None
        titles = (T("General"), T("Source"), T("Role chain"), T("Delivery"), T("Safety"))
        glyphs = ("identification-card", "key", "path", "export", "shield-check")
        self.lay_out(list(zip(titles, glyphs, strict=True)))
        if draft.new and not draft.name:
            self.mark_pages()
            self._show_summary()
        else:
            self.validate()
        self.open_place(place)
        if self.nav.currentRow() < 0:
            self._begin()
        else:
            self.nav.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_offer()

    def _begin(self) -> None:
        """Begin at the first problem, else at the name."""
        if self.errors:
            self.go_to(key_of(self.errors[0].problem))
        else:
            self.nav.setCurrentRow(GENERAL)
            self.general.name.focus()
            QTimer.singleShot(0, self, self.general.name.line.deselect)  # once the focus is there

    # the pages

    def make_page(self, number: int) -> DraftPage:
        """Return a page that was not needed before."""
        draft, catalog = self.draft, self.core.catalog
        if number == GENERAL:
            return GeneralPage(draft, catalog)
        if number == SOURCE:
            return self._make_source()
        if number == CHAIN:
            chain = ChainPage(draft, catalog, {"user": self.tools.user, "host": self.tools.host})
            chain.source_wanted.connect(partial(self.nav.setCurrentRow, SOURCE))
            return chain
        if number == DELIVERY:
            return DeliveryPage(draft, self.core.files, self.core.serving)
        return SafetyPage(draft, self.tools.clock)

    def _make_source(self) -> SourcePage:
        page = SourcePage(self.draft, self.core.catalog, self.tools.clock.now)
        page.new_source.connect(self._new_source)
        page.edit_source.connect(self.source_wanted)
        page.rotate_wanted.connect(self.rotate_wanted)
        page.roles_wanted.connect(self._list_roles)
        return page

    def page_made(self, number: int, page: DraftPage) -> None:
        """Show on a new page what is known beside draft and findings."""
        if isinstance(page, GeneralPage):
            self.alias = AliasLook(page.account, self.core, self.tools, self.bridge)
            self.alias.known.connect(self.follow)
            self.alias.look(account_of(self.draft))
        elif isinstance(page, ChainPage):
            page.begin()
        elif number == DELIVERY and self._files is not None:
            self.show_files(self._files)

    @property
    def general(self) -> GeneralPage:
        """The page of names; it and the others are built when they are first asked for."""
        return cast("GeneralPage", self.page(GENERAL))

    @property
    def source(self) -> SourcePage:
        """The page of the source."""
        return cast("SourcePage", self.page(SOURCE))

    @property
    def chain(self) -> ChainPage:
        """The page of the hops."""
        return cast("ChainPage", self.page(CHAIN))

    @property
    def delivery(self) -> DeliveryPage:
        """The page of deliveries."""
        return cast("DeliveryPage", self.page(DELIVERY))

    @property
    def safety(self) -> SafetyPage:
        """The page of guards."""
        return cast("SafetyPage", self.page(SAFETY))

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

    def turn_to(self, number: int) -> None:
        """Show a page as things are now."""
        super().turn_to(number)
        if number == DELIVERY:
            self.delivery.show_rules()
            self.count()
        if number == SOURCE:
            self.source.show_again()
            self.bridge.spawn(self.source.look(self.core, self.tools.clock.now()), "sources")
            self.bridge.spawn(look_at_key(self.tools, self.draft.text("source"), self._key_known), "key age")

    def _key_known(self) -> None:
        if isValid(self):  # the window may be gone by now
            self.source.show_catalog(self.core.catalog)

    def status(self) -> Status | None:
        """Return the state of the profile's session."""
        found = self.core.catalog.profiles.get(self.draft.original_name)
        return self.core.engine.store.status(found.name) if found is not None else None

    def follow(self) -> None:
        """Show on the pages what follows from one another's values and from the catalog."""
        super().follow()
        if self.alias is not None:
            self.alias.look(account_of(self.draft))

    def page_edited(self) -> None:
        """A person changed something on a page: what was found out about the draft counts no more."""
        self.follow()
        self._forget_answers()
        self._show_offer()
        self.edited()

    def _forget_answers(self) -> None:
        if self.has(CHAIN):
            self.chain.forget_answers()
        self.mark_pages()

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
        self.page_edited()
        self.validate()
        self.nav.setCurrentRow(CHAIN)
        self.chain.go_to(f"roles.{number}.role_arn")
        self.found.say(T("Found a role in what you pasted"), T("Hop {number} is {arn}", number=number, arn=role.arn))

    def open_place(self, place: str) -> None:
        """Go to "hop 2", "delivery", a page's name, or nowhere."""
        if place.startswith("hop "):
            self.nav.setCurrentRow(CHAIN)
            self.chain.open(int(place[4:]) if place[4:].isdigit() else 1)
        elif place == "delivery":
            self.nav.setCurrentRow(DELIVERY)
        elif place == "source":
            self.nav.setCurrentRow(SOURCE)

    def check(self) -> Sequence[Finding]:
        """Return everything that is wrong with the draft."""
        draft = self.draft
        return self.tools.check_profile(
            draft.name, draft.values, self.core.catalog, original=draft.original_name or None, new=draft.new
        )

    def mark_pages(self) -> None:
        """Mark the pages with an error, and the chain where AWS refused a hop."""
        super().mark_pages()
        if self.has(CHAIN) and self.chain.refused:
            self.nav.mark(CHAIN, wrong=True)

    def open_preview(self) -> None:
        """Go to what a save and start writes."""
        self.nav.setCurrentRow(DELIVERY)
        self.delivery.go_to_preview()

    async def previews(self) -> tuple[FileDiff, ...]:
        """Return what a save and start writes: the catalog, and the AWS files."""
        whole = await super().previews()
        changes = file_changes(self.draft, self.core.catalog, self._issued())
        try:
            files = await self.core.files.preview(changes) if changes else ()
        except AppError as error:
            self.show_problem(error.problem)
            return whole
        return (*whole, *(one for one in files if one.lines))

    def show_files(self, files: tuple[FileDiff, ...]) -> None:
        """Show the preview on the page of deliveries, once that is there."""
        if not self.has(DELIVERY):
            return
        asked, issued = file_changes(self.draft, self.core.catalog, None), self._issued()
        note = T("The session does not run: key and token are examples in their usual length.")
        none = T("Nothing is written to the AWS files.")
        self.delivery.preview.show_files(files, none if not asked else note if issued is None else "")

    def _issued(self) -> Credentials | None:
        found = self.core.catalog.profiles.get(self.draft.original_name)
        issued = self.core.engine.credentials(found.name) if found is not None else None
        return issued.credentials if issued else None

    def more_words(self) -> str:
        """Return what else a save does."""
        status = self.status()
        running = status is not None and status.valid(self.tools.clock.now())
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
            self._forget_answers()
            self.run_test(self._test())

    async def _test(self) -> None:
        profile = self.tools.read_profile(self.draft.name or "test", self.draft.values)
        if profile is None:
            self.patience.tried()
            self.validate()
            first = self.errors[0].problem if self.errors else Problem.of(Code.VALUE_MISSING, key="role_arn")
            self.strip.fail(first)
            return
        error: AppError | None = None
        try:
            async for step in self.core.engine.identity_test(profile):
                self.strip.step(step)
                self.chain.show_step(step)
                self.mark_pages()
        except AppError as caught:
            error = caught
        self.strip.ended(error)

    def catalog_changed(self) -> None:
        """Show new sources, and compare with what the catalog has now."""
        if self.has(SOURCE):
            self.source.show_catalog(self.core.catalog)
        self.follow()
        super().catalog_changed()

    def reload(self) -> None:
        """Show the draft again."""
        super().reload()
        self._forget_answers()
        self._show_offer()

    def choose_source(self, name: str) -> None:
        """Choose a source that was just made."""
        if not self.draft.get("source") and not self.draft.get("base"):
            self.draft.set("source", name)
            if self.has(SOURCE):
                self.source.show_catalog(self.core.catalog)
            self.page_edited()
