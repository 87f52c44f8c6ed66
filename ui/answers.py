"""What the buttons of a notification do. None of them allows anything: that is asked where it can be read first."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.domain.programs import Answer
from ui.present.arrange import View, ViewKind
from ui.present.news import ACT, DENY, PROBLEM, SAID, Item, Kind
from ui.present.remedies import Button, Do

if TYPE_CHECKING:
    from ui.application import Application


class Answers:
    """Carries out what was chosen in a notification, with the windows of one application."""

    def __init__(self, application: "Application") -> None:
        """Do nothing yet."""
        self._application = application

    def answer(self, key: str, choice: str, token: str, items: Sequence[Item]) -> None:
        """Do what was chosen. `token`: what Wayland's compositor wants before a window comes to the front."""
        app = self._application
        if token and QGuiApplication.platformName().startswith("wayland"):
            os.putenv("XDG_ACTIVATION_TOKEN", token)  # Qt takes it from there and out of there; no child is to get it
        app.wishes.chose()
        if key == Kind.PROGRAM:
            self._program(choice)
        elif choice == ACT and items:
            self._act(items)
        elif key in {SAID, PROBLEM}:
            app.open_window()
        elif len(items) == 1:
            app.show_profile(items[0].profile)
        else:
            self._show_all()

    def _program(self, choice: str) -> None:
        app = self._application
        asking = [one for one in app.core.engine.store.questions if one.asking is not None]
        if choice == DENY and len(asking) == 1:
            app.core.engine.answer(asking[0].id, Answer.DENY)
        elif asking:
            app.asking().raise_all()
        else:
            app.open_window()

    def _act(self, items: Sequence[Item]) -> None:
        first = items[0]
        if first.button is None:
            return
        for one in items if first.button.do is Do.RENEW else (first,):  # what one answer settles, is one question
            remedy(self._application, one.profile, first.button)

    def _show_all(self) -> None:
        app = self._application
        app.open_window()
        app.window.sidebar.pick(View(ViewKind.ATTENTION))


def remedy(app: "Application", name: str, button: Button) -> None:
    """Do what a button about a profile says that stands elsewhere than on its card."""
    if button.do is Do.RENEW:
        app.verbs.renew(name)
        app.asking().raise_all()
    elif button.do is Do.COMPARE:
        app.conflicts.open(name)
    else:
        from ui.main_window.remedy import carry_out

        app.show_profile(name)
        carry_out(app.window, button)
