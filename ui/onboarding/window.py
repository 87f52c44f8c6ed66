"""The window of an import: what was found, the choice, the progress, what came of it; without files, where to start."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget

from app.domain.problem import AppError, Problem
from app.importing.executor import Done, Step
from app.importing.found import Found, Place, moving_keys
from app.importing.values import ImportOptions, ImportPlan
from app.ports import Clock
from app.texts import T, describe
from ui.bridge import Bridge
from ui.models.importing import State
from ui.onboarding.dialogs import ask_file, ask_folder
from ui.onboarding.flow import Flow, Home
from ui.onboarding.page import FoundPage, WaitPage
from ui.onboarding.preview import PreviewDialog
from ui.onboarding.starts import StartsPage
from ui.present.importing import (
    Line,
    Variant,
    import_words,
    lines_of,
    outcome_words,
    picked,
    sentence,
    short_path,
)
from ui.present.importproblems import VAULT_VERBS, faults_card, step_words
from ui.present.remedies import Button, Do, problem_card
from ui.style.fonts import grown
from ui.style.icons import application_icon
from ui.widgets.basics import column
from ui.widgets.screen import room

_SIZE, _MINIMUM = (980, 700), (640, 460)
_SOON = 200  # ms before a wait is shown
_CALM = 60  # ms between two pictures of the progress
_card = partial(problem_card, running=False)  # an import needs no session, and there may be none


class ImportWindow(QDialog):
    """Non-modal, one at a time. Closing it while something is carried out hides it; that goes on.

    `closed` when it is gone, `imported` after the catalog changed, `start_wanted` with a kind of source, `vault_wanted`
    with what a remedy does about the vault.
    """

    closed = Signal()
    imported = Signal()
    start_wanted = Signal(str)
    vault_wanted = Signal(object)

    def __init__(self, flow: Flow, home: Home, bridge: Bridge, clock: Clock, folder: Path) -> None:
        """Begin empty; `look` reads. `folder`: the person's home."""
        super().__init__(None)
        self._flow, self._home, self._bridge, self._clock, self._folder = flow, home, bridge, clock, str(folder)
        self._open, self.busy, self._turn = True, False, 0
        self.place, self.options, self.plan = Place(), ImportOptions(), ImportPlan()
        self.found: Found | None = None
        self._told: dict[str, State] = {}
        self._states: dict[Step, State] = {}
        self.preview: PreviewDialog | None = None
        self.setWindowTitle(T("Set up Rolecall"))
        self.setWindowIcon(application_icon())
        self.setModal(False)
        self.setMinimumSize(*_MINIMUM)
        most = room(self).expandedTo(QSize(_SIZE[0], 0))
        self.resize(QSize(*map(grown, _SIZE)).boundedTo(most))
        self.wait, self.page = WaitPage(), FoundPage()
        self._starts: StartsPage | None = None
        self.pages = QStackedWidget()
        self.pages.setObjectName("importPage")
        self.setLayout(column(self.pages, self.page.footer, spacing=0))
        for one in (self.wait, self.page):  # last: what is put into a window that stands is styled once
            self.pages.addWidget(one)
        self.page.order_focus()
        self._soon, self._calm = QTimer(self), QTimer(self)
        for timer, pause, act in ((self._soon, _SOON, self._waiting), (self._calm, _CALM, self._tell)):
            timer.setSingleShot(True)
            timer.setInterval(pause)
            timer.timeout.connect(act)
        self._connect()

    def _connect(self) -> None:
        page = self.page
        page.model.picked.connect(self._pick)
        page.model.chosen_changed.connect(self._count)
        page.table.preview_wanted.connect(self.show_preview)
        page.again_wanted.connect(self.read_again)
        page.retry_wanted.connect(self.retry)
        page.undo_wanted.connect(self.undo)
        page.backups_wanted.connect(self._show_backups)
        page.file_wanted.connect(self.ask_file)
        page.folder_wanted.connect(self.ask_folder)
        page.card.pressed.connect(self._remedy)
        page.later.clicked.connect(self.close)
        page.go.clicked.connect(self.go_on)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._preview_all)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(page.search.setFocus)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self).activated.connect(self.read_again)

    # reading

    def look(self, place: Place | None = None) -> None:
        """Read Rolecall's own AWS files, or others."""
        self.options = ImportOptions()
        self._look_at(place or Place())

    def _look_at(
        self, place: Place, checked: Collection[str] | None = None, problem: Problem | None = None, *, go: bool = False
    ) -> None:
        """Read; with `checked` these rows alone are chosen, by the choices made before; `go`: import them at once."""
        if self.busy:
            return
        self.place = place
        self._turn += 1
        self._soon.start()
        self._bridge.spawn(self._look(self._turn, checked, problem, go=go), "read AWS files")

    def read_again(self) -> None:
        """Read the same files again."""
        self.look(self.place)

    def _waiting(self) -> None:
        path = str(self.place.shown or "~/.aws/config")
        self.wait.show_path(T("Reading {path}", path=short_path(path, self._folder)))
        self._show(self.wait)

    async def _look(self, turn: int, checked: Collection[str] | None, problem: Problem | None, *, go: bool) -> None:
        try:
            found = await self._flow.look(self.place)
            options = self.options
            plan = await self._flow.plan(found, options)
            moving = moving_keys(plan, found.files) if checked is None else options
            if moving != options:
                plan, options = await self._flow.plan(found, moving), moving
            lines = await self._lines_of(found, plan, options)
        except AppError as error:
            if self._open and turn == self._turn:
                self._soon.stop()
                self._fail(error.problem)
            return
        if not self._open or turn != self._turn:
            return
        self._soon.stop()
        self.found, self.plan, self.options = found, plan, options
        if not found.there and not found.files.faults:
            self._show_starts(found)
            return
        chosen = {row.origin for row in plan.profiles if row.preselected} if checked is None else set(checked)
        self.page.show_lines(lines, chosen, anew=True)
        self.page.show_card(_card(problem) if problem is not None else faults_card(found.files.faults))
        self.page.show_found(len(self.lines), self._where(found), any(one.can for one in self.lines))
        self._count()
        self._show(self.page)
        self.page.table.go_to(0)
        self.page.table.setFocus()
        if go:
            self.go_on()

    def _where(self, found: Found) -> str:
        return short_path(str(self.place.shown or found.files.config_path.parent), self._folder)

    def _show_starts(self, found: Found) -> None:
        first = not self._home.catalog.profiles
        title = T("No profiles yet") if first else T("No AWS files here")
        paths = [
            short_path(str(path), self._folder) for path in (found.files.config_path, found.files.credentials_path)
        ]
        missing = T("{one} and {other} do not exist.", one=paths[0], other=paths[1])
        begin = T("Start with where you sign in.")
        self.starts.show_words(title, f"{missing} {begin}")
        self._show(self.starts)
        self.starts.focus()

    @property
    def starts(self) -> StartsPage:
        """Where to start without files; it is built when it is first asked for."""
        if self._starts is None:
            self._starts = StartsPage()
            self.pages.addWidget(self._starts)
            self._starts.chosen.connect(self.start_wanted)
            self._starts.file_wanted.connect(self.ask_file)
            self._starts.folder_wanted.connect(self.ask_folder)
        return self._starts

    @property
    def shows_starts(self) -> bool:
        """Whether the window says where to start without files."""
        return self._starts is not None and self.pages.currentWidget() is self._starts

    def _show(self, page: object) -> None:
        for at in range(self.pages.count()):
            if self.pages.widget(at) is page:
                self.pages.setCurrentIndex(at)
        self.page.footer.setVisible(page is not self._starts)
        self.page.go.setVisible(page is self.page)

    def _fail(self, problem: Problem) -> None:
        self.page.show_card(_card(problem))
        self._show(self.page)

    # choosing

    @property
    def lines(self) -> Sequence[Line]:
        """All rows."""
        return self.page.model.lines

    async def _lines_of(self, found: Found, plan: ImportPlan, options: ImportOptions) -> Sequence[Line]:
        catalog, now = self._home.catalog, self._clock.now()
        return await self._flow.aside(lambda: lines_of(plan, found, catalog, options, self._folder, now))

    def _pick(self, line: Line, variant: Variant) -> None:
        options = picked(self.options, line.origin, variant)
        if self.found is not None and options != self.options:
            self._turn += 1
            self._bridge.spawn(self._replan(self._turn, options, line, variant), "plan import")

    async def _replan(self, turn: int, options: ImportOptions, line: Line, variant: Variant) -> None:
        if self.found is None:
            return
        plan = await self._flow.plan(self.found, options)
        lines = await self._lines_of(self.found, plan, options)
        if self._open and turn == self._turn and not self.busy:
            self.options, self.plan = options, plan
            self.page.show_lines(lines, self.page.model.checked | {line.origin}, anew=False)
            self.page.table.go_to(self.page.model.row_of(line.origin, variant))

    def _count(self) -> None:
        model = self.page.model
        if not self.busy and not model.states:
            self.page.go.setText(import_words(len(model.checked)))
            self.page.go.setEnabled(bool(model.checked))
            writes = any(one.writes for one in model.lines if one.origin in model.checked)
            backups = short_path(str(self._flow.backups), self._folder)
            self.page.say_backups(
                T("Backups: {path}, mode 0600", path=backups) if writes else T("The AWS files stay as they are.")
            )

    # the preview

    def show_preview(self, origin: str) -> None:
        """Show what one row writes into the AWS files."""
        self._bridge.spawn(self._preview({origin}, T("Preview of {name}", name=origin)), "preview")

    def _preview_all(self) -> None:
        if self.found is not None and not self.page.model.states:
            self._bridge.spawn(self._preview(self.page.model.checked, T("Preview")), "preview")

    async def _preview(self, wanted: Collection[str], title: str) -> None:
        try:
            plan = await self._sound_plan(self.page.model.checked)
            files = await self._flow.preview(plan, wanted)
        except AppError as error:
            if self._open:
                self.page.show_card(_card(error.problem))
            return
        if self._open:
            self.preview = PreviewDialog(self, title, files)
            self.preview.finished.connect(self._preview_gone)
            self.preview.open()

    def _preview_gone(self) -> None:
        self.preview = None

    # carrying it out

    async def _sound_plan(self, chosen: Collection[str]) -> ImportPlan:
        """The plan in which only names that are chosen are taken over: what stands on others' keys counts on all."""
        options = replace(self.options, take_over=self.options.take_over & frozenset(chosen))
        if options == self.options or self.found is None:
            return self.plan
        return await self._flow.plan(self.found, options)

    def go_on(self) -> None:
        """Import what is chosen; afterwards, close."""
        if self.page.model.states and not self.busy:
            self.close()
        elif self.page.model.checked and not self.busy:
            self.busy = True
            self._bridge.spawn(self._carry_out(frozenset(self.page.model.checked)), "import")

    async def _carry_out(self, chosen: frozenset[str]) -> None:
        self._told = {}
        self._states = {step: State(step, step_words(step)) for step in Step}  # said for each of 10,000 rows
        try:
            plan = await self._sound_plan(chosen)
            self.page.begin(len(chosen))
            await asyncio.sleep(0)  # the window is painted before the work begins
            done = await self._flow.carry_out(plan, chosen, self._step)
        except AppError as error:
            self.busy = False
            self._look_at(self.place, chosen, error.problem)
            if not self.isVisible():
                self._gone()
            return
        finally:
            self.busy = False
        self._ended(chosen, done)

    def _step(self, origin: str, step: Step) -> None:
        self._told[origin] = self._states[step]
        if not self._calm.isActive():
            self._calm.start()

    def _tell(self) -> None:
        told, self._told = self._told, {}
        self.page.tell(told)

    def _ended(self, chosen: frozenset[str], done: Done) -> None:
        self._calm.stop()
        problems: Mapping[str, Problem] = dict(done.problems)
        self._tell()
        failed = {name: problem for name, problem in problems.items() if name in chosen}
        failures = {name: State(Step.FAILED, describe(one).title, sentence(one)) for name, one in failed.items()}
        self.page.tell(failures)
        imported = len(done.profiles)
        title = outcome_words(imported, len(self.lines) - imported - len(failed), len(failed))
        self.page.show_done(title, failed=len(failed), taken=bool(done.taken) and bool(imported))
        needs = next((one for one in failed.values() if one.remedy.verb in VAULT_VERBS), None)
        first = needs or next(iter(failed.values()), None)
        self.page.show_card(_card(first) if first is not None else None)
        if done.profiles or done.sources:
            self.imported.emit()
        if not self.isVisible():
            self._gone()

    def retry(self) -> None:
        """Read again, and import what failed before."""
        failed = {name for name, one in self.page.model.states.items() if one.step is Step.FAILED}
        self._look_at(self.place, failed, go=True)

    def undo(self) -> None:
        """Put the AWS files back as they were."""
        self._bridge.spawn(self._undo(), "undo import")

    async def _undo(self) -> None:
        try:
            await self._flow.undo()
        except AppError as error:
            if self._open:
                self.page.show_card(_card(error.problem))
            return
        if self._open:
            self.page.show_undone()

    def _remedy(self, chosen: Button) -> None:
        match chosen.do:
            case Do.OPEN_FILE:
                QDesktopServices.openUrl(QUrl.fromLocalFile(chosen.subject))
            case Do.READ_AGAIN:
                self.read_again()
            case Do.RENEW if self.page.model.states:
                self.retry()
            case Do.RENEW:
                self.read_again()
            case _:
                self.vault_wanted.emit(chosen.do)

    def _show_backups(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._flow.backups)))

    # files elsewhere

    def ask_file(self) -> None:
        """Ask for a file, and look into it."""
        ask_file(self, Path(self._folder), lambda path: self.look(Place.of_file(path)))

    def ask_folder(self) -> None:
        """Ask for a folder with a config and a credentials file, and look there."""
        ask_folder(self, Path(self._folder), lambda path: self.look(Place.of_folder(path)))

    # the window itself

    def _gone(self) -> None:
        if self._open:
            self._open = False
            self._soon.stop()
            self.closed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()  # QDialog's own would reject, which closes
        if not self.busy:
            self._gone()

    def reject(self) -> None:
        """Escape clears the filter, then closes."""
        if self.page.search.text():
            self.page.search.clear()
        else:
            self.close()
