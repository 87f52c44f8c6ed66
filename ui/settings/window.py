"""The settings: what is changed is saved as soon as it is valid, into [settings] of the catalog."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from app.domain.problem import AppError
from app.domain.profile import Finding
from app.domain.reading.settings import parse_settings
from app.texts import T, describe
from ui.bridge import Bridge
from ui.core import Core
from ui.editor.draft import Draft
from ui.editor.forms import Page
from ui.settings.about import AboutPage
from ui.settings.pages import SettingsPage, pages
from ui.style import icons
from ui.style.icons import application_icon
from ui.widgets.basics import button, label, plain, row, set_role
from ui.widgets.screen import fit

_CALM = 600  # ms after the last key


class SettingsWindow(QDialog):
    """Non-modal, one at a time. `programs_wanted`, `vault_wanted`: other windows; `closed` when it is gone."""

    programs_wanted = Signal()
    vault_wanted = Signal()
    closed = Signal()

    def __init__(
        self,
        core: Core,
        bridge: Bridge,
        draft: Draft,
        about: AboutPage,
        languages: Sequence[str],
        regions: Sequence[str],
    ) -> None:
        """Show the table as it is in the catalog's file."""
        super().__init__(None)
        self.core, self.bridge, self.draft, self.about = core, bridge, draft, about
        self.setWindowTitle(T("Settings"))
        self.setWindowIcon(application_icon())
        self.setModal(False)
        self.setMinimumSize(560, 420)
        fit(self, 760, 620)
        self.pages = pages(draft, tuple(languages), tuple(regions))
        self._add_security(self.pages[-1])
        for page in self.pages:
            page.box.addStretch(1)
            page.form.changed.connect(self._edited)
            page.form.left.connect(self._left)
        self.nav = QListWidget()
        self.nav.setObjectName("editorNav")
        self.nav.setFixedWidth(168)
        self.nav.setIconSize(icons.icon_size(16))
        self.nav.setAccessibleName(T("Pages"))
        self.stack = QStackedWidget()
        every: tuple[Page, ...] = (*self.pages, about)
        for number, page in enumerate(every):
            self.nav.addItem(QListWidgetItem(page.title))
            self.stack.addWidget(page)
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(partial(self.nav.setCurrentRow, number))
        self.nav.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.said = label(role="second")
        self.shut = button(T("Close"), pressed=self.close)
        self._frame()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM)
        self._timer.timeout.connect(self.apply)
        self.nav.setCurrentRow(0)
        self.check()

    def _frame(self) -> None:
        foot = QWidget()
        foot.setObjectName("dialogFooter")
        layout: QHBoxLayout = row(self.said, None, self.shut, margins=(20, 12, 20, 12))
        foot.setLayout(layout)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(plain(row(self.nav, self.stack, spacing=0)), 1)
        box.addWidget(foot)

    def _add_security(self, page: SettingsPage) -> None:
        programs = button(T("Programs that ask…"), pressed=self.programs_wanted.emit)
        vault = button(T("Keyring…"), pressed=self.vault_wanted.emit)
        page.box.addLayout(row(programs, vault, None, spacing=8))

    def check(self) -> bool:
        """Show what is wrong where it is wrong; whether nothing is."""
        _, findings = parse_settings(self.draft.values)
        rest: list[Finding] = list(findings)
        for page in self.pages:
            rest = page.form.show_findings([one for one in rest if _claims(page, one)]) + [
                one for one in rest if not _claims(page, one)
            ]
        return not any(not one.warning for one in findings)

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
        values = dict(self.draft.values)
        try:
            await self.core.put("settings", "", values)
        except AppError as error:
            words = describe(error.problem)
            self._say(f"{words.title}. {words.remedy}", bad=True)
            return
        if self.draft.values == values:
            self.draft.saved()
        self._say(T("Saved"))

    def _say(self, words: str, *, bad: bool = False) -> None:
        set_role(self.said, "error" if bad else "second")
        self.said.setText(words)
        self.said.setAccessibleName(words)

    def go_to(self, key: str) -> None:
        """Go to the field of a key, as "proxy"."""
        for number, page in enumerate(self.pages):
            field = page.form.field(key)
            if field is not None:
                self.nav.setCurrentRow(number)
                page.show_field(field)
                return

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what was just typed, and go."""
        if self._timer.isActive():
            self.apply()
        super().closeEvent(event)
        self.closed.emit()

    def reject(self) -> None:
        """Escape closes; what is valid was saved."""
        self.close()


def _claims(page: SettingsPage, finding: Finding) -> bool:
    return page.form.field(str(finding.problem.arguments.get("key", ""))) is not None
