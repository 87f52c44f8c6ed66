"""The main window: sidebar, list, detail, status bar; the keys; one timer of a second, only while it can be seen."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from app.domain.problem import Code, Problem, Verb
from app.domain.profile import Catalog
from app.domain.session import Starter, Status
from app.texts import T
from ui.core import Change, Core, Tools
from ui.main_window.delegate import ProfileDelegate
from ui.main_window.detail import DetailPane
from ui.main_window.keys import add_keys
from ui.main_window.list_pane import ListPane
from ui.main_window.remedy import carry_out, edit_node
from ui.main_window.remembering import remember, restore
from ui.main_window.selection import Selection
from ui.main_window.sidebar import Sidebar
from ui.main_window.status_bar import StatusBar
from ui.memory import Memory
from ui.models.profiles import ProfileList
from ui.present.arrange import View
from ui.present.detail import detail_of
from ui.present.questions import Act, question_before
from ui.present.remedies import Button, catalog_card, problem_card
from ui.present.tray import next_refresh
from ui.present.words import clock
from ui.prompts.questions import ChoicePrompt
from ui.style.icons import application_icon
from ui.style.theme import theme
from ui.verbs import Verbs
from ui.widgets.basics import column, plain, repaint_icons
from ui.widgets.cards import ProblemCard, card_place

_SIZE, _MINIMUM = (1180, 760), (760, 480)
_FRAME = 48  # what a window manager may need above and below
_COLLAPSE = 900


class MainWindow(QMainWindow):
    """Editors and quitting are the application's business; the window says what is wanted."""

    edit_profile = Signal(str, str)  # name, place: "", "hop 2", "delivery"
    new_profile = Signal(str)  # a name to begin with
    edit_source = Signal(str)
    new_source = Signal()
    new_role = Signal()
    quit_wanted = Signal()
    vault_wanted = Signal(object)  # Do
    keys_wanted = Signal()
    programs_wanted = Signal()
    settings_wanted = Signal()
    palette_wanted = Signal()
    clear_clipboard = Signal()
    looked_at = Signal(str)  # a profile whose state a person saw

    def __init__(self, core: Core, tools: Tools, verbs: Verbs, memory: Memory) -> None:
        """Build the window; nothing is shown yet."""
        super().__init__()
        self.core, self.tools, self.verbs, self.memory = core, tools, verbs, memory
        self.setWindowTitle("Rolecall")
        self.setWindowIcon(application_icon())
        self.setMinimumSize(*_MINIMUM)
        self.resize(QSize(*_SIZE).boundedTo(self.screen().availableSize() - QSize(0, _FRAME)))
        self.model = ProfileList(tools.clock, self)
        self.sidebar, self.list, self.detail = Sidebar(), ListPane(self.model), DetailPane()
        self.problem = ProblemCard()
        self.status_bar = StatusBar()
        self.splitter = self._build()
        self._problem: Problem | None = None
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)
        self._connect()
        self.selection = Selection(self)
        add_keys(self)
        self.reload()
        restore(self, self.memory)

    def _build(self) -> QSplitter:
        right = QSplitter(Qt.Orientation.Horizontal)
        right.addWidget(self.list)
        right.addWidget(self.detail)
        right.setChildrenCollapsible(False)
        right.setHandleWidth(1)
        self.list.setMinimumWidth(300)
        self.list.setMaximumWidth(560)
        self.detail.setMinimumWidth(320)
        self.panes = right
        side = QSplitter(Qt.Orientation.Horizontal)
        side.setHandleWidth(1)
        side.setChildrenCollapsible(False)
        side.addWidget(self.sidebar)
        self.problem_place = card_place(self.problem, (12, 12, 12, 0))
        side.addWidget(plain(column(self.problem_place, right, spacing=0)))
        self.sidebar.setMinimumWidth(168)
        self.sidebar.setMaximumWidth(320)
        side.setStretchFactor(1, 1)
        right.setStretchFactor(1, 1)
        side.setSizes([208, 972])
        right.setSizes([388, 584])
        central = QWidget()
        central.setLayout(column(side, self.status_bar, spacing=0))
        self.setCentralWidget(central)
        self.setTabOrder(self.list.search, self.list.order)
        self.setTabOrder(self.list.order, self.list.view)
        return side

    def _connect(self) -> None:
        self.sidebar.picked.connect(self._view)
        self.sidebar.source_opened.connect(self.edit_source)
        self.sidebar.settings_wanted.connect(self.settings_wanted)
        self.list.current.connect(self.show_profile)
        self.list.activated.connect(self.activate)
        self.list.new_wanted.connect(self.new_profile)
        self.list.source_wanted.connect(self.new_source)
        self.list.role_wanted.connect(self.new_role)
        self.sidebar.source_deleted.connect(self.delete_source)
        self.list.menu_wanted.connect(self._context_menu)
        detail = self.detail
        detail.start_wanted.connect(self.start)
        detail.stop_wanted.connect(self.stop)
        detail.copy_wanted.connect(self.copy)
        detail.act_wanted.connect(self.ask)
        detail.renew_wanted.connect(self.renew)
        detail.default_wanted.connect(self.make_default)
        detail.favorite_wanted.connect(self.toggle_favorite)
        detail.edit_wanted.connect(self.edit)
        detail.delete_wanted.connect(self.delete)
        detail.hop_wanted.connect(self._edit_hop)
        detail.text_wanted.connect(self._copy_text)
        detail.remedy_wanted.connect(self._remedy)
        detail.confirm.confirmed.connect(self._confirmed)
        detail.confirm.canceled.connect(self.list.view.setFocus)
        self.problem.pressed.connect(self._remedy)
        self.problem.showing.connect(self._forget_problem)
        bar = self.status_bar
        bar.pause_wanted.connect(self.verbs.pause)
        bar.resume_wanted.connect(self.verbs.resume)
        bar.clear_wanted.connect(self.clear_clipboard)
        bar.folder_wanted.connect(self._open_folder)
        bar.profile_wanted.connect(self.list.pick)
        bar.problem_wanted.connect(self.fail)
        self.verbs.said.connect(self.say)
        self.verbs.failed.connect(self.fail)
        self.verbs.catalog_changed.connect(self.reload)
        theme().changed.connect(self._restyle)

    # what is shown

    def _catalog(self) -> Catalog:
        return self.core.catalog

    def picked(self) -> str:
        """Return the name of the profile in the detail."""
        return self.detail.shown.name if self.detail.shown else ""

    def reload(self) -> None:
        """Show the catalog as it is now, after it was changed."""
        catalog, statuses, selected = self._catalog(), self.core.engine.store.statuses, self.list.view.selected()
        self.model.use(catalog, statuses)
        self.sidebar.use(catalog, statuses, self.model.view)
        self.list.reload()
        self.list.view.select(selected)
        self.show_profile(self.list.view.picked)
        home = str(Path.home())
        path = str(self.core.files.path)
        self.status_bar.show_file(path.replace(home, "~", 1) if path.startswith(home) else path)
        self._show_engine()
        self._show_whole()

    def _show_whole(self) -> None:
        """Show what concerns all of Rolecall: what failed last, the lock, what is wrong in the catalog."""
        if self.core.engine.store.locked:
            self.problem.show_card(problem_card(Problem.of(Code.LOCKED, Verb.UNLOCK)))
        elif self._problem is not None:
            self.problem.show_card(problem_card(self._problem))
        else:
            self.problem.show_card(catalog_card(self._catalog()))

    def _forget_problem(self, shown: object) -> None:
        if not shown:
            self._problem = None

    def take(self, change: Change) -> None:
        """Show what changed in the engine."""
        store = self.core.engine.store
        if change.profiles:
            self.model.update_statuses(change.profiles, store.statuses)
            self.sidebar.refresh(self._catalog(), store.statuses)
            self.list.update_head()
            if self.picked() in change.profiles:
                self.show_profile(self.picked())
            elif not self.picked():
                self.show_profile("")
        self._show_engine()
        if change.engine:
            self._show_whole()

    def _show_engine(self) -> None:
        store, now = self.core.engine.store, self.tools.clock.now()
        self.status_bar.show_endpoint(self.core.serving.port, self.core.serving.problem)
        if store.paused:
            until = store.paused_until
            words = T("Refreshing paused until {time}", time=clock(until)) if until else T("Refreshing paused")
            self.status_bar.show_pause(paused=True, words=words)
            return
        self.status_bar.show_pause(paused=False, words="")
        due = next_refresh(store.statuses, now)
        words = T("Next refresh {time} · {name}", time=clock(due[0]), name=due[1]) if due else ""
        self.status_bar.show_next(words, due[1] if due else "")

    def show_profile(self, name: str) -> None:
        """Show a profile in the detail; an empty or unknown name: nothing."""
        profile = self._catalog().profiles.get(name)
        if profile is None:
            self.detail.show_nothing(self.verbs.running_words())
            return
        status = self.core.engine.store.status(profile.name)
        shown = detail_of(self._catalog(), profile, status, self.tools.clock.now(), shell=self.verbs.shell)
        self.detail.show_detail(shown)
        if self.isActiveWindow():
            self.looked_at.emit(name)

    def _tick(self) -> None:
        self.model.tick()
        self.status_bar.show_endpoint(self.core.serving.port, self.core.serving.problem)
        delegate = self.list.view.itemDelegate()
        if isinstance(delegate, ProfileDelegate):
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
        self.sidebar.list.viewport().update()
        self.status_bar.update()

    # what is wanted, for the profile in the detail

    def _status(self) -> Status | None:
        profile = self._catalog().profiles.get(self.picked())
        return self.core.engine.store.status(profile.name) if profile else None

    def ask(self, act: Act, style: str = "") -> None:
        """Do something with the picked profile, asking in place where it must be asked."""
        profile = self._catalog().profiles.get(self.picked())
        if profile is None:
            return
        valid = self.core.engine.store.status(profile.name).valid(self.tools.clock.now())
        question = question_before(self._catalog(), profile, act, valid=valid)
        self._style, self._asked = style, act
        if question is None:
            self.verbs.act(act, profile.name, Starter.WINDOW, style)
            return
        self.detail.confirm.ask(question)

    def _confirmed(self, question: object) -> None:
        name = getattr(question, "profile", "")
        self.verbs.act(self._asked, name, Starter.WINDOW, self._style)
        self.list.view.setFocus()

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
        """Delete the picked profile, after a question."""
        self.ask(Act.DELETE)

    def delete_source(self, name: str) -> None:
        """Delete a source, after a question; one that profiles use stays."""
        answers = [("delete", T("Delete {name}", name=name), "danger")]
        detail = T("Its secrets stay in the keyring until they are removed there.")
        self._question = ChoicePrompt(T("Delete source {name}?", name=name), detail, answers)
        self._question.chosen.connect(partial(self._delete_source, name))
        self._question.open_prompt(asked=True)

    def _delete_source(self, name: str, _choice: str) -> None:
        self.verbs.delete_source(name)

    def edit(self) -> None:
        """Open the editor of the picked profile."""
        if self.picked():
            self.edit_profile.emit(self.picked(), "")

    def toggle_favorite(self) -> None:
        """Add to or remove from the favorites."""
        if self.detail.shown is not None:
            self.verbs.set_favorite(self.detail.shown.name, on=not self.detail.shown.favorite)

    def _edit_hop(self, number: int) -> None:
        edit_node(self, number)

    def _remedy(self, chosen: Button) -> None:
        carry_out(self, chosen)

    def _copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.say(T("ARN copied"), 5)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.core.files.path.parent)))

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sidebar.setVisible(self.width() >= _COLLAPSE)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember()
        super().closeEvent(event)
