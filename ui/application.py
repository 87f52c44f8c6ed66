"""The application: tray, windows and prompts around one core, and the order in which they come and go."""

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.domain.notice import Notice
from app.domain.problem import Problem
from app.domain.profile import Catalog
from ui.activity.opening import ActivityCare
from ui.answers import Answers
from ui.appearance import AppearanceCare
from ui.bridge import Bridge
from ui.conflicts import ConflictCare
from ui.core import Change, Core, Tools
from ui.keys.opening import KeyCare
from ui.leaving import quit_prompt, show_keys
from ui.memory import Memory
from ui.news import News
from ui.onboarding.opening import Onboarding
from ui.present.glyphs import needs_attention
from ui.present.news import SAID, problem_notice
from ui.present.tray import TrayInput, running_order
from ui.roles import RoleCare
from ui.settings.opening import SettingsCare
from ui.speaking import Speaking
from ui.switch import QuickSwitch
from ui.tray.item import TrayItem
from ui.vaults import VaultCare
from ui.wiring import connect_asker, connect_window, show_programs
from ui.wishes import TrayWishes

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow
    from ui.platform.clipboard import SecretClipboard
    from ui.prompts.asker import Asker
    from ui.prompts.base import Prompt
    from ui.verbs import Verbs

_MINUTE = 60_000


class Application(QObject):
    """Made after the core is there; `ended` is set when everything should be taken down."""

    def __init__(self, app: QApplication, tray: TrayItem, core: Core, tools: Tools) -> None:
        """Connect tray and core. No window is built."""
        super().__init__()
        self._app, self.tray, self.core, self.tools = app, tray, core, tools
        self.ended = asyncio.Event()
        self.bridge = Bridge(core.engine.store)
        self.memory = Memory(core.state)
        self._clipboard: SecretClipboard | None = None
        self._verbs: Verbs | None = None
        self._window: MainWindow | None = None
        self._asker: Asker | None = None
        self.news = News(tray, core, tools, self)
        self.news.answers, self.news.watched = Answers(self), self._is_watched
        self._prompts: dict[str, Prompt] = {}
        self._editors: dict[tuple[str, str], QObject] = {}
        self._seen: frozenset[str] = frozenset()
        self._order: tuple[str, ...] = ()
        self._styled = self._away = False
        self._minute = QTimer(self)
        self._minute.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._minute.setInterval(_MINUTE)
        self._minute.timeout.connect(self._every_minute)
        self.care, self.roles, self.switch = VaultCare(self), RoleCare(self), QuickSwitch(self)
        self.keys = KeyCare(self)
        self.settings, self.activity, self.wishes = SettingsCare(self), ActivityCare(self), TrayWishes(self)
        self.conflicts, self.appearance = ConflictCare(self), AppearanceCare(self)
        self.onboarding = Onboarding(self)
        self.speaking = Speaking(self)
        self.bridge.changed.connect(self._changed)
        self.bridge.changed.connect(self.care.look)
        self.bridge.changed.connect(self.conflicts.look)
        self.bridge.failed.connect(self.fail)
        if sys.platform != "darwin":  # there a click opens the menu
            tray.clicked.connect(self.open_switch)
        tray.middle_clicked.connect(self.toggle_window)
        tray.double_clicked.connect(self.open_window)
        tray.available.connect(self._tray_available)
        self.show_tray()

    # parts, made when they are first needed

    @property
    def verbs(self) -> "Verbs":
        """What a person can do."""
        if self._verbs is None:
            from ui.platform.clipboard import SecretClipboard
            from ui.verbs import Verbs

            self._clipboard = SecretClipboard()
            self._verbs = Verbs(self.core, self.tools, self.bridge, self._clipboard, self.memory)
            self._verbs.said.connect(self._said)
            self._verbs.failed.connect(self.fail)
            self._verbs.catalog_changed.connect(self.catalog_changed)
            self._verbs.default_conflict.connect(partial(self.conflicts.open, default=True))
        return self._verbs

    def style(self) -> None:
        """Put fonts and style sheet in place, before the first window."""
        if not self._styled:
            from ui.style.theme import install

            self._styled = True
            install(self._app).choose(self.core.catalog.settings.theme)
            self.appearance.follow_texts()

    @property
    def window(self) -> "MainWindow":
        """The main window, built at its first use."""
        if self._window is None:
            from ui.main_window.window import MainWindow

            self.style()
            window = MainWindow(self.core, self.tools, self.verbs, self.memory)
            connect_window(self, window)
            self._window = window
            self.switch.make_ready()
        return self._window

    def take_window(self) -> "MainWindow | None":
        """Return the main window and let go of it: the next use builds another."""
        window, self._window = self._window, None
        return window

    @property
    def qt(self) -> QApplication:
        """Qt's own application."""
        return self._app

    @property
    def editors(self) -> "dict[tuple[str, str], QObject]":
        """The open editors by table and name."""
        return self._editors

    @property
    def open_prompts(self) -> "dict[str, Prompt]":
        """The prompts that a person asked for, by key; also those that are closed."""
        return self._prompts

    def ask_anew(self, keep: "Callable[[Prompt], bool]") -> None:
        """Make the engine's prompts anew, but for those to keep."""
        if self._asker is not None:
            self._asker.make_anew(keep)

    def asking(self) -> "Asker":
        """Return what shows the engine's questions, made at its first use."""
        if self._asker is None:
            from ui.prompts.asker import Asker

            self.style()
            self._asker = Asker(self.core, self, now=self.tools.clock.now)
            self._asker.set_away(self._away)
            connect_asker(self, self._asker)
        return self._asker

    # what the engine says

    def _changed(self, change: Change) -> None:
        store = self.core.engine.store
        self._seen -= {name for name in change.profiles if not needs_attention(store.status(name))}
        self.show_tray()
        if self._window is not None:
            self._window.take(change)
        if change.questions and (store.questions or self._asker is not None):
            self.asking().look(asked=self._app.activeWindow() is not None or self.wishes.just_chosen())
            self.news.asks(store.questions, tell=self._app.activeWindow() is None)
        if change.profiles:
            self.news.look(change)
        if change.engine and store.locked and self._asker is not None:
            self._asker.close()

    def _every_minute(self) -> None:
        self.show_tray()
        self.news.minute()

    def _is_watched(self, name: str) -> bool:
        window = self._window
        there = window is not None and window.isVisible() and window.isActiveWindow()
        return there or self.conflicts.shows(name) or self.switch.shows(name)

    def show_tray(self) -> None:
        """Bring the tray up to date; a minute's timer runs only while there is a time left to show."""
        store = self.core.engine.store
        now = self.tools.clock.now()
        shown = self._tray_input(self.core.catalog, now)
        self._order = running_order(shown)
        self.tray.show(shown, self.core.catalog.settings.tray_panel)
        busy = any(status.valid(now) for status in store.statuses.values())
        if busy != self._minute.isActive():
            self._minute.start() if busy else self._minute.stop()

    def _tray_input(self, catalog: Catalog, now: datetime) -> TrayInput:
        store = self.core.engine.store
        return TrayInput(
            catalog,
            store.statuses,
            now,
            paused=store.paused,
            paused_until=store.paused_until,
            locked=store.locked,
            recents=self.memory.recents,
            seen=self._seen,
            order=self._order,
            tab=sys.platform == "win32",
            questions=store.questions,
        )

    def catalog_changed(self) -> None:
        """Show the catalog as it is now."""
        self.show_tray()
        self.switch.catalog_changed()
        self.settings.catalog_changed()
        self.onboarding.catalog_changed()
        self.speaking.catalog_changed()
        if self._window is not None:
            self._window.reload()
        for editor in self._editors.values():
            reload = getattr(editor, "catalog_changed", None)
            if callable(reload):
                reload()

    def fail(self, problem: Problem) -> None:
        """Show a problem: in the window if there is one, else as a notification."""
        if self._window is not None and self._window.isVisible():
            self._window.fail(problem)
            return
        self.news.say(problem_notice(problem))
        if not self.tray.host:
            self.open_window()
            self.window.fail(problem)

    def _said(self, message: str, _seconds: int) -> None:
        if self._window is None or not self._window.isVisible():
            self.news.say(Notice(SAID, "Rolecall", message))

    def looked(self, name: str) -> None:
        """A person has looked at a profile: the tray need not show it as new."""
        if name not in self._seen and needs_attention(
            self.core.engine.store.status(self.core.catalog.profiles[name].name)
        ):
            self._seen |= {name}
            self.show_tray()

    # what a person wants

    def _tray_available(self, there: object) -> None:
        if not there:
            self.open_window()

    def open_window(self) -> None:
        """Show the main window, and open prompts before it."""
        self.window.raise_window()
        self.care.show()
        if self._asker is not None:
            self._asker.raise_all()

    def open_switch(self) -> None:
        """A click on the tray: the quick switch, or the window while there is nothing to switch to."""
        if self.core.catalog.profiles:
            self.switch.open()
        else:
            self.open_window()

    def toggle_window(self) -> None:
        """A middle click on the tray: show the window, or hide it if it is in front."""
        if self._window is not None and self._window.isActiveWindow():
            self._window.close()
        else:
            self.open_window()

    def show_profile(self, name: str) -> None:
        """Show the window with a profile."""
        self.open_window()
        if name:
            self.window.list.pick(name)

    def open_prompt(self, key: str, prompt: "Prompt") -> None:
        """Show a prompt; one with its key that is open already comes to the front instead."""
        before = self._prompts.get(key)
        if before is not None and before.isVisible():
            prompt.deleteLater()
            before.open_prompt(asked=True)
            return
        self._prompts[key] = prompt
        prompt.open_prompt(asked=True)

    def ask_quit(self) -> None:
        """Quit; where sessions are active a person says what becomes of them."""
        if not self.verbs.running():
            self.ended.set()
            return
        self.style()
        prompt = quit_prompt(self.verbs.running_words(), keep=self.core.catalog.settings.on_quit != "stop")
        prompt.chosen.connect(self._quit)
        self.open_prompt("quit", prompt)

    def _quit(self, choice: str) -> None:
        if choice == "stop":
            self.bridge.spawn(self._stop_and_quit(), "quit")
        else:
            self.ended.set()

    async def _stop_and_quit(self) -> None:
        try:
            await self.core.engine.stop_all()
        finally:
            self.ended.set()

    @property
    def styled(self) -> bool:
        """Whether fonts and style sheet are in place."""
        return self._styled

    def show_programs(self) -> None:
        """Show what was decided about programs."""
        show_programs(self)

    def show_keys(self) -> None:
        """Show all keys of the main window."""
        show_keys(self.open_prompt, self.switch.key_line)

    def clear_clipboard(self) -> None:
        """Empty the clipboard if it still holds a secret of ours."""
        if self._clipboard is not None:
            self._clipboard.clear()

    def stop_everything(self) -> None:
        """Stop all sessions and lock, at once and without a question: for the tray and a global shortcut."""
        self.verbs.lock()

    def set_away(self, away: bool) -> None:  # noqa: FBT001  the value itself
        """Hide what asks while the screen is locked or the machine sleeps; what the engine asks comes back after."""
        self._away = away
        self.news.set_away(away)
        if self._asker is not None:
            self._asker.set_away(away)
        if away:
            self.switch.close()
            for prompt in self._prompts.values():
                if prompt.isVisible():
                    prompt.reject()
            if self._window is not None:
                self._window.detail.confirm.close_question()

    # editors: one per profile or source

    def edit_profile(self, name: str, place: str = "") -> None:
        """Open the editor of a profile, at a hop or a page."""
        from ui.editor.opening import open_profile

        self.style()
        open_profile(self, self._editors, name, place)

    def new_profile(self, name: str = "") -> None:
        """Open the editor for a new profile."""
        from ui.editor.opening import open_profile

        self.style()
        open_profile(self, self._editors, "", "", suggested=name)

    def edit_source(self, name: str, place: str = "") -> None:
        """Open the editor of a source; at the "device" IAM is asked for it."""
        from ui.editor.opening import open_source

        self.style()
        open_source(self, self._editors, name, find_device=place == "device")

    def new_source(self, kind: str = "") -> None:
        """Open the editor for a new source, of a kind where one is named."""
        from ui.editor.opening import open_source

        self.style()
        open_source(self, self._editors, "", kind)

    async def close(self) -> None:
        """Accept nothing more, clear the clipboard, close windows, end tasks. The core is closed by who made it."""
        self._minute.stop()
        self.news.end()
        self.appearance.end()
        self.switch.end()
        if self._clipboard is not None:
            self._clipboard.clear()
        if self._asker is not None:
            self._asker.close()
        if self._window is not None:
            self._window.remember()
        self.tray.hide()
        for top in self._app.topLevelWidgets():
            top.hide()
        await self.bridge.close()
