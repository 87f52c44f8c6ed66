"""The settings: what is changed is saved as soon as it is valid, into [settings] of the catalog."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Finding
from app.domain.reading.settings import parse_settings
from app.texts import T, describe
from ui.bridge import Bridge
from ui.core import Core
from ui.editor.draft import Draft, Table
from ui.editor.forms import Page
from ui.editor.lines import button_line
from ui.editor.merge import Difference, differences, merged
from ui.editor.nav import PageList
from ui.editor.page_stack import PageStack
from ui.settings.about import About, AboutPage, about_words
from ui.settings.bundle import lacking
from ui.settings.login import LoginLine
from ui.settings.pages import SettingsPage, plans
from ui.settings.trusted import Trusted, TrustedPart
from ui.style.fonts import grown
from ui.style.icons import application_icon
from ui.style.theme import theme
from ui.widgets.announcing import announce
from ui.widgets.basics import button, label, plain, repaint_icons, row, set_role
from ui.widgets.screen import fit
from ui.widgets.taborder import stops, tab_behind

_CALM = 600  # ms after the last key
KeyWords = Callable[[], tuple[str, str]]  # what is said of the desktop's key, and the role of that text


class SettingsWindow(QDialog):
    """Non-modal, one at a time. `vault_wanted`: another window; `saved`; `closed` when it is gone."""

    vault_wanted = Signal()
    saved = Signal()
    closed = Signal()

    def __init__(
        self,
        core: Core,
        bridge: Bridge,
        draft: Draft,
        about: About,
        languages: Sequence[str],
        regions: Sequence[str],
        key_words: KeyWords = lambda: ("", "third"),
        trusted: Trusted | None = None,
    ) -> None:
        """Show the table as it is in the catalog's file."""
        super().__init__(None)
        self.core, self.bridge, self.draft, self._about = core, bridge, draft, about
        self._key_words = key_words
        self._gone = False  # closed: what was being saved or read then is finished without it
        self._findings: list[Finding] = []
        self.setWindowTitle(T("Settings"))
        self.setWindowIcon(application_icon())
        self.setModal(False)
        self.setMinimumSize(600, 420)
        fit(self, grown(860), grown(620))
        self.plans = plans(languages, regions)
        self._there: dict[int, Page] = {}
        self._trusts = trusted
        self.trusted: TrustedPart | None = None  # on the page Security, once that is there
        self.nav, self.stack = PageList(), PageStack()
        self.said = label(role="second")
        self.shut = button(T("Close"), pressed=self.close)
        self._frame()
        for number, (title, glyph) in enumerate([*((one.title, one.glyph) for one in self.plans), about_words()]):
            self.nav.add(title, glyph)
            self.stack.reserve()
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(partial(self._turn_to, number))
        self.nav.currentRowChanged.connect(self._show)
        bridge.changed.connect(self._look)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM)
        self._timer.timeout.connect(self.apply)
        theme().changed.connect(self._restyle)
        self.nav.setCurrentRow(0)
        self.check()

    # the pages

    def has(self, number: int) -> bool:
        """Whether a page is there."""
        return number in self._there

    def page(self, number: int) -> Page:
        """Return a page, the last of them About; it is built now if it was not needed before."""
        if number not in self._there:
            page = AboutPage(self._about, self.bridge) if number == len(self.plans) else self._make(number)
            self._there[number] = page
            self.stack.put(number, page)
            tab_behind(stops(page)[-1], self.shut)  # what comes later is last: the foot stays behind it
            if isinstance(page, SettingsPage):
                self._show_findings(number, page)
            self.show_key()
        return self._there[number]

    def _make(self, number: int) -> SettingsPage:
        page = self.plans[number].page(self.draft)
        if number == 0:
            page.add_line(LoginLine(self._about.starts, self._about.start))
        if number == len(self.plans) - 1:
            self._add_security(page)
        page.box.addStretch(1)
        page.form.changed.connect(self._edited)
        page.form.left.connect(self._left)
        return page

    def _show(self, number: int) -> None:
        self.page(number)
        self.stack.setCurrentIndex(number)
        self._look()

    def _settings_pages(self) -> list[tuple[int, SettingsPage]]:
        return [(number, one) for number, one in self._there.items() if isinstance(one, SettingsPage)]

    def _frame(self) -> None:
        foot = QWidget()
        foot.setObjectName("dialogFooter")
        foot.setLayout(row(self.said, None, self.shut, margins=(20, 12, 20, 12)))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(plain(row(self.nav, self.stack, spacing=0)), 1)
        box.addWidget(foot)

    def _turn_to(self, number: int) -> None:
        """Turn to a page by its key: Tab goes on to its first field."""
        self.nav.setCurrentRow(number)
        self.nav.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _restyle(self) -> None:
        repaint_icons(self)
        self.nav.viewport().update()

    def _add_security(self, page: SettingsPage) -> None:
        vault = button(T("Keyring…"), pressed=self.vault_wanted.emit)
        page.add_line(button_line(T("Keyring"), T("Where secrets are kept, and what else could keep them."), vault))
        if self._trusts is not None:
            self.trusted = TrustedPart(self.core, self.bridge, self._trusts)
            page.add_line(*self.trusted.lines)
            self.trusted.order_after(vault)

    def _look(self, change: object = None) -> None:
        """Show what is allowed now, where a person sees it: an answer elsewhere is a question less."""
        seen = self.stack.currentIndex() == len(self.plans) - 1 and not self._gone
        if self.trusted is not None and seen and getattr(change, "questions", True):
            self.trusted.look()

    def changeEvent(self, event: QEvent) -> None:
        """Look again when the person comes back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and hasattr(self, "stack"):
            self._look()

    def show_key(self) -> None:
        """Say what has become of the desktop's key."""
        for _, page in self._settings_pages():
            field = page.form.field("shortcut")
            if field is not None:
                field.set_help(*self._key_words())

    def check(self) -> bool:
        """Show what is wrong where it is wrong; whether nothing is."""
        _, findings = parse_settings(self.draft.values)
        self._findings = [*findings, *self._missing()]
        for number, plan in enumerate(self.plans):
            self.nav.mark(number, wrong=any(plan.claims(_key(one)) for one in self._findings if not one.warning))
        for number, page in self._settings_pages():
            self._show_findings(number, page)
        return all(one.warning for one in self._findings)

    def _show_findings(self, number: int, page: SettingsPage) -> None:
        page.form.show_findings([one for one in self._findings if self.plans[number].claims(_key(one))])

    def _missing(self) -> list[Finding]:
        """Warn of certificates that are named and not there: every call would fail."""
        named = self.draft.text("ca_bundle")
        reason = lacking(Path(named)) if named else ""
        if not reason:
            return []
        problem = Problem.of(Code.CA_BUNDLE, path=named, reason=reason, key="ca_bundle")
        return [Finding("settings", problem, warning=True)]

    def _edited(self) -> None:
        self._timer.start()
        self._say("")

    def _left(self) -> None:
        if self._timer.isActive():
            self.apply()

    def apply(self) -> None:
        """Save what is there, if all of it is valid."""
        self._timer.stop()
        if not self.check():
            self._say(T("Not saved: something does not fit."), bad=True)
        elif self.draft.dirty:
            self.bridge.spawn(self._save(), "save settings")

    async def _save(self) -> None:
        try:
            await self._take_others()
            values = dict(self.draft.values)
            await self.core.put("settings", "", values)
        except AppError as error:
            if self._gone:
                raise
            words = describe(error.problem)
            self._say(f"{words.title}. {words.remedy}", bad=True)
            return
        if self.draft.values == values:
            self.draft.saved()
        if not self._gone:
            self._say(T("Saved"))
            self.saved.emit()

    def catalog_changed(self) -> None:
        """Show what was changed elsewhere: in the file, by a command, in another window."""
        self.bridge.spawn(self._follow(), "read settings")
        self.show_key()

    async def _follow(self) -> None:
        try:
            await self._take_others()
        except AppError:
            return  # the main window says so
        if not self._gone:
            self.check()

    async def _take_others(self) -> None:
        """Take over what the file has now; what is typed here and not saved stays."""
        theirs: Table = dict(await self.core.catalogs.raw("settings", ""))
        found = differences(self.draft.original, self.draft.values, theirs)
        others = [one for one in found if one.there and not one.here]
        if others:
            self.draft.values = merged(self.draft.values, others)
        if others and not self._gone:
            self._show_again(others)
        self.draft.rebase(theirs)

    def _show_again(self, others: Sequence[Difference]) -> None:
        for _, page in self._settings_pages():
            for field in page.form.fields:
                if any(field.claims(one.key) for one in others):
                    field.load(self.draft)
            page.show_resets()

    def _say(self, words: str, *, bad: bool = False) -> None:
        set_role(self.said, "error" if bad else "second")
        self.said.setText(words)
        self.said.setAccessibleName(words)
        announce(self.said, words)

    def go_to(self, key: str) -> None:
        """Go to the field of a key, as "proxy"."""
        number = next((at for at, plan in enumerate(self.plans) if plan.claims(key)), None)
        if number is None:
            return
        self.nav.setCurrentRow(number)
        page = self.page(number)
        field = page.form.field(key) if isinstance(page, SettingsPage) else None
        if field is not None:
            page.show_field(field)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what was just typed, and go."""
        if self._timer.isActive():
            self.apply()
        self._gone = True
        super().closeEvent(event)
        self.closed.emit()

    def reject(self) -> None:
        """Escape closes; what is valid was saved."""
        self.close()


def _key(finding: Finding) -> str:
    return str(finding.problem.arguments.get("key", ""))
