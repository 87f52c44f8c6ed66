"""What the entries of the tray's menu want, asked for first where it must be asked."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.names import ProfileName
from app.domain.session import Starter
from ui.leaving import stop_all_prompt
from ui.present.menu import Do, Entry
from ui.present.questions import Act, Confirmation, question_before

if TYPE_CHECKING:
    from ui.application import Application

_JUST_NOW = 15.0  # seconds


class TrayWishes(QObject):
    """Carries out what is chosen in the tray."""

    def __init__(self, application: "Application") -> None:
        """Listen to the tray."""
        super().__init__(application)
        self._application = application
        self._chosen_at = -_JUST_NOW
        application.tray.chosen.connect(self._chosen)

    def chose(self) -> None:
        """Something was wanted just now, here or in a notification."""
        self._chosen_at = self._application.tools.clock.monotonic()

    def just_chosen(self) -> bool:
        """Whether what asks was wanted just now, from the tray: then its prompt may take the focus."""
        return self._application.tools.clock.monotonic() - self._chosen_at < _JUST_NOW

    def _chosen(self, entry: Entry) -> None:
        app = self._application
        self.chose()
        verbs = app.verbs
        table: Mapping[Do, Callable[[], object]] = {
            Do.OPEN: app.open_window,
            Do.PALETTE: app.switch.open,
            Do.SHOW: lambda: app.show_profile(entry.subject),
            Do.START: lambda: self._ask(Act.START, entry.subject),
            Do.STOP: lambda: self._ask(Act.STOP, entry.subject),
            Do.COPY: lambda: self._ask(Act.COPY, entry.subject, entry.argument),
            Do.COPY_READ_ONLY: lambda: self._ask(Act.COPY_READ_ONLY, entry.subject),
            Do.CONSOLE: lambda: self._ask(Act.CONSOLE, entry.subject),
            Do.DEFAULT: lambda: self._ask(Act.DEFAULT, entry.subject),
            Do.RENEW: lambda: verbs.renew(entry.subject),
            Do.PAUSE: lambda: verbs.pause(entry.argument),
            Do.RESUME: verbs.resume,
            Do.UNLOCK: verbs.unlock,
            Do.LOCK: app.stop_everything,
            Do.STOP_ALL: self._ask_stop_all,
            Do.SETUP: app.onboarding.open,
            Do.QUIT: app.ask_quit,
            Do.CONFLICT: lambda: app.conflicts.open(entry.subject),
            Do.PROMPTS: lambda: app.asking().raise_all(),
        }
        act = table.get(entry.do)
        if act is not None:
            act()
        app.show_tray()

    def _ask(self, act: Act, name: str, style: str = "") -> None:
        app = self._application
        profile = app.core.catalog.profiles.get(name)
        valid = app.core.engine.store.status(ProfileName(name)).valid(app.tools.clock.now())
        question = question_before(app.core.catalog, profile, act, valid=valid) if profile else None
        if question is None:
            app.verbs.act(act, name, Starter.TRAY, style)
            return
        from ui.prompts.questions import ConfirmPrompt

        app.style()
        prompt = ConfirmPrompt(question)
        prompt.confirmed.connect(partial(self._confirmed, style))
        prompt.instead.connect(self._less)
        app.open_prompt(f"{act}-{name}", prompt)

    def _confirmed(self, style: str, question: Confirmation) -> None:
        self._application.verbs.act(question.act, question.profile, Starter.TRAY, style)

    def _less(self, question: Confirmation) -> None:
        if question.instead is not None:
            self._application.verbs.act(question.instead, question.profile, Starter.TRAY)

    def _ask_stop_all(self) -> None:
        self._application.style()
        self._application.open_prompt("stop-all", stop_all_prompt(self._application.verbs))
