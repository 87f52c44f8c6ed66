"""The main window: sidebar, list, detail, status bar; the keys; one timer of a second, only while it can be seen."""

from pathlib import Path

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QHideEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from app.domain.calls import Identity
from app.domain.problem import Code, Problem, Verb
from app.domain.profile import Catalog
from app.domain.session import Status, lease_of
from ui.core import Change, Core, Tools, runs
from ui.main_window.acts import Acts
from ui.main_window.delegate import ProfileDelegate
from ui.main_window.deleting import ask_about_source
from ui.main_window.detail import DetailPane
from ui.main_window.drawer import Drawer
from ui.main_window.engine_line import show_engine
from ui.main_window.frame import build_frame, order_focus
from ui.main_window.keys import add_keys
from ui.main_window.list_pane import ListPane
from ui.main_window.profile_view import typed_text
from ui.main_window.remedy import carry_out, edit_node
from ui.main_window.remembering import remember, restore
from ui.main_window.selection import Selection
from ui.main_window.sidebar import Sidebar
from ui.main_window.status_bar import StatusBar
from ui.main_window.transfer import Transfer
from ui.memory import Memory
from ui.models.profiles import ProfileList
from ui.present.arrange import View
from ui.present.detail import detail_of
from ui.present.questions import Act
from ui.present.remedies import Button, catalog_card, problem_card
from ui.present.steps import StepClock
from ui.style.fonts import grown
from ui.style.icons import application_icon
from ui.style.theme import theme
from ui.verbs import Verbs
from ui.widgets.basics import repaint_icons
from ui.widgets.cards import ProblemCard
from ui.widgets.screen import fit

_SIZE, _MINIMUM = (1180, 760), (760, 480)
_LATE = 60  # ms after the last letter


class MainWindow(QMainWindow):
    """Editors and quitting are the application's business; the window says what is wanted."""

    edit_profile = Signal(str, str)  # name, place: "", "hop 2", "delivery"
    new_profile = Signal(str)  # a name to begin with
    edit_source = Signal(str)
    new_source = Signal()
    new_role = Signal()
    quit_wanted = Signal()
    vault_wanted = Signal(object)  # Do
    conflict_wanted = Signal(str)
    write_wanted = Signal(str)  # in place of what stands in a profile's way
    keys_wanted = Signal()
    programs_wanted = Signal()
    settings_wanted = Signal()
    palette_wanted = Signal()
    clear_clipboard = Signal()
    looked_at = Signal(str)  # a profile whose state a person saw
    activity_wanted = Signal(str)  # a profile whose events a person wants to see

    def __init__(self, core: Core, tools: Tools, verbs: Verbs, memory: Memory) -> None:
        """Build the window; nothing is shown yet."""
        super().__init__()
        self.core, self.tools, self.verbs, self.memory = core, tools, verbs, memory
        self.setWindowTitle("Rolecall")
        self.setWindowIcon(application_icon())
        self.setMinimumSize(*_MINIMUM)
        fit(self, *map(grown, _SIZE))
        self.model = ProfileList(tools.clock, self)
        self.sidebar, self.list, self.detail = Sidebar(), ListPane(self.model), DetailPane()
        self.problem = ProblemCard(beside=True)
        self.status_bar = StatusBar()
        self.panes: QSplitter
        self.splitter: QSplitter
        self.problem_place: QWidget
        build_frame(self)
        self.drawer = Drawer(self)
        self._problem: Problem | None = None
        self._steps = StepClock()
        self.callers = dict[str, Identity]()  # by access key id
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_LATE)
        self._late.timeout.connect(self._caught_up)
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)
        self.selection, self.transfer, self.acts = Selection(self), Transfer(self), Acts(self)
        self._connect()
        add_keys(self)
        self.reload()
        restore(self, self.memory)

    def _connect(self) -> None:
        self.sidebar.picked.connect(self._view)
        self.sidebar.source_opened.connect(self.edit_source)
        self.sidebar.settings_wanted.connect(self.settings_wanted)
        self.list.current.connect(self._picked)
        self.list.file_wanted.connect(self.transfer.ask_file)
        self.sidebar.dropped.connect(self.selection.dropped)
        self.list.activated.connect(self.activate)
        self.list.new_wanted.connect(self.new_profile)
        self.list.source_wanted.connect(self.new_source)
        self.list.role_wanted.connect(self.new_role)
        self.sidebar.source_deleted.connect(self.delete_source)
        self.list.menu_wanted.connect(self._context_menu)
        bar = self.list.bar
        bar.start_wanted.connect(self.selection.start)
        bar.tag_wanted.connect(self.selection.tag)
        bar.group_wanted.connect(self.selection.group)
        bar.more_wanted.connect(self.selection.popup)
        detail = self.detail
        detail.start_wanted.connect(self.start)
        detail.stop_wanted.connect(self.stop)
        detail.copy_wanted.connect(self.copy)
        detail.act_wanted.connect(self.ask)
        detail.renew_wanted.connect(self.renew)
        detail.default_wanted.connect(self.make_default)
        detail.favorite_wanted.connect(self.toggle_favorite)
        detail.edit_wanted.connect(self.edit)
        detail.export_wanted.connect(self.transfer.export)
        detail.delete_wanted.connect(self.delete)
        detail.hop_wanted.connect(self._edit_hop)
        detail.text_wanted.connect(self.acts.copy_text)
        detail.recent.all_wanted.connect(self._all_activity)
        detail.remedy_wanted.connect(self._remedy)
        self.problem.pressed.connect(self._remedy)
        self.problem.showing.connect(self._forget_problem)
        bar = self.status_bar
        bar.pause_wanted.connect(self.verbs.pause)
        bar.resume_wanted.connect(self.verbs.resume)
        bar.clear_wanted.connect(self.clear_clipboard)
        bar.folder_wanted.connect(self.acts.open_folder)
        bar.profile_wanted.connect(self.list.pick)
        bar.problem_wanted.connect(self.fail)
        self.verbs.said.connect(self.say)
        self.verbs.failed.connect(self.fail)
        self.verbs.catalog_changed.connect(self.reload)
        theme().changed.connect(self._restyle)

    # what is shown

    def _catalog(self) -> Catalog:
        return self.core.catalog

    def _picked(self, name: str) -> None:
        """Show what was picked; while a person types, once they pause."""
        if self.model.searches and name and self.detail.shown is not None:
            self._late.start()
        else:
            self._late.stop()
            self.show_profile(name)

    def _caught_up(self) -> None:
        self._late.stop()
        self.show_profile(self.list.view.picked)

    def picked(self) -> str:
        """Return the name of the profile in the detail, which is the picked one."""
        if self._late.isActive():
            self._caught_up()
        return self.detail.shown.name if self.detail.shown else ""

    def reload(self) -> None:
        """Show the catalog as it is now, after it was changed."""
        catalog, statuses, selected = self._catalog(), self.core.engine.store.statuses, self.list.view.selected()
        self.model.recents = self.memory.recents
        self.model.use(catalog, statuses)
        self.list.view.use_density(catalog.settings.density)
        self.sidebar.use(catalog, statuses, self.model.view, self.tools.clock.now())
        self.list.reload()
        self.list.view.select(selected)
        self.show_profile(self.list.view.picked)
        home = str(Path.home())
        path = str(self.core.files.path)
        self.status_bar.show_file(path.replace(home, "~", 1) if path.startswith(home) else path)
        show_engine(self.status_bar, self.core, self.tools.clock.now())
        if self._problem is not None and self._problem.code is Code.CATALOG_UNREADABLE:
            self._problem = None  # where it still is so, that is said again
        self._show_whole()

    def _show_whole(self) -> None:
        """Show what concerns all of Rolecall: what failed last, the lock, what is wrong in the catalog."""
        if self.core.engine.store.locked:
            self.problem.show_card(problem_card(Problem.of(Code.LOCKED, Verb.UNLOCK)))
        elif self._problem is not None:
            running = runs(self.core, self.tools.clock.now())
            self.problem.show_card(problem_card(self._problem, running=running))
        else:
            self.problem.show_card(catalog_card(self._catalog()))

    def _forget_problem(self, shown: object) -> None:
        if not shown:
            self._problem = None

    def take(self, change: Change) -> None:
        """Show what changed in the engine."""
        store, now = self.core.engine.store, self.tools.clock.now()
        for name in change.profiles:
            self._steps.see(store.status(name), now)
        if change.profiles:
            self.model.update_statuses(change.profiles, store.statuses)
            self.sidebar.refresh(self._catalog(), store.statuses, now)
            self.list.update_head()
            if self.picked() in change.profiles:
                self.show_profile(self.picked())
            elif not self.picked():
                self.show_profile("")
        show_engine(self.status_bar, self.core, self.tools.clock.now())
        if change.engine:
            self._show_whole()

    def show_profile(self, name: str) -> None:
        """Show a profile in the detail; an empty or unknown name: nothing."""
        profile = self._catalog().profiles.get(name)
        if profile is None:
            self.detail.show_nothing(self.verbs.running_words())
            return
        status = self.core.engine.store.status(profile.name)
        now, times = self.tools.clock.now(), self._steps.times(name)
        lease = lease_of(status.state)
        who = self.callers.get(lease.access_key_id) if lease is not None else None
        shown = detail_of(self._catalog(), profile, status, now, shell=self.verbs.shell, times=times, who=who)
        if self.detail.show_detail(shown):
            order_focus(self)
        if self.isActiveWindow():
            self.looked_at.emit(name)

    def _all_activity(self) -> None:
        self.activity_wanted.emit(self.picked())

    def _tick(self) -> None:
        self.model.tick()
        self.status_bar.show_endpoint(self.core.serving.port, self.core.serving.problem)
        delegate = self.list.view.itemDelegate()
        if isinstance(delegate, ProfileDelegate) and not theme().still:
            delegate.turn = (delegate.turn + 90) % 360
        if self.picked():
            self.show_profile(self.picked())

    def _view(self, view: View) -> None:
        self.list.show_view(view)

    def say(self, message: str, seconds: int) -> None:
        """Show a message in the status bar."""
        self.status_bar.say(message, seconds, clears=seconds > 20)

    def fail(self, problem: Problem) -> None:
        """Show a problem that belongs to no session above list and detail."""
        self._problem = problem
        self._show_whole()

    @property
    def standing_problem(self) -> Problem | None:
        """What failed last and was not closed."""
        return self._problem

    def forget_problem(self) -> None:
        """Take the card of what failed last away: it is mended."""
        self._problem = None
        self._show_whole()

    def _restyle(self) -> None:
        repaint_icons(self)
        self.list.restyle()
        self.sidebar.list.restyle()
        self.status_bar.update()

    # what is wanted, for the profile in the detail

    def _status(self) -> Status | None:
        profile = self._catalog().profiles.get(self.picked())
        return self.core.engine.store.status(profile.name) if profile else None

    def ask(self, act: Act, style: str = "") -> None:
        """Do something with the picked profile, asking in place where it must be asked."""
        self.acts.ask(act, style)

    def activate(self, name: str) -> None:
        """Enter or double click: copy exports if the session is valid, else start."""
        self.list.view.pick(name)
        status = self._status()
        if status is not None:
            valid = status.valid(self.tools.clock.now())
            self.ask(Act.COPY if valid else Act.START)

    def start(self) -> None:
        """Start the picked profile."""
        self.ask(Act.START)

    def stop(self) -> None:
        """Stop the picked profile."""
        self.ask(Act.STOP)

    def copy(self, style: str = "") -> None:
        """Copy the picked profile's exports."""
        self.ask(Act.COPY, style)

    def renew(self) -> None:
        """Refresh the picked profile now."""
        if self.picked():
            self.verbs.renew(self.picked())

    def make_default(self) -> None:
        """Make the picked profile the default."""
        self.ask(Act.DEFAULT)

    def delete(self) -> None:
        """Delete the picked profile, or all selected ones, after a question."""
        if len(self.list.view.selected()) > 1:
            self.selection.delete()
        else:
            self.ask(Act.DELETE)

    def delete_source(self, name: str) -> None:
        """Delete a source, after a question that lists the profiles that use it."""
        self._question = ask_about_source(self, name)
        self._question.open_prompt(asked=True)

    def edit(self) -> None:
        """Open the editor of the picked profile."""
        if self.picked():
            self.edit_profile.emit(self.picked(), "")

    def toggle_favorite(self) -> None:
        """Add the picked profile or all selected ones to the favorites, or remove them."""
        if (name := self.picked()) and self.detail.shown is not None:
            names = self.list.view.selected()
            self.verbs.edits.set_favorite(names if len(names) > 1 else [name], on=not self.detail.shown.favorite)

    def _edit_hop(self, number: int) -> None:
        edit_node(self, number)

    def _remedy(self, chosen: Button) -> None:
        carry_out(self, chosen)

    def _context_menu(self, name: str, at: QPoint) -> None:
        if name in (names := self.list.view.selected()) and len(names) > 1:
            self.selection.popup(at)
            return
        self.list.view.pick(name)
        self.detail.popup(at)

    # the window itself

    def raise_window(self) -> None:
        """Show the window and bring it to the front."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def remember(self) -> None:
        """Keep geometry, splitters and selection for the next time."""
        remember(self, self.memory)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick()
        self._ticker.start()
        self.list.view.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ticker.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What nothing else takes goes on to the search."""
        if typed := typed_text(event):
            self.list.type(typed)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.drawer.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember()
        super().closeEvent(event)
