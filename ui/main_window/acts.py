"""What is done to the picked profile, after a question in place where one must be asked."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.domain.session import Starter
from app.texts import T
from ui.present.questions import Act, Confirmation, question_before

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow


class Acts:
    """Asks in the detail's card and carries out what was confirmed."""

    def __init__(self, window: "MainWindow") -> None:
        """Listen to the card."""
        self._window = window
        self._style, self._asked = "", Act.START
        card = window.detail.confirm
        card.confirmed.connect(self._confirmed)
        card.instead.connect(self._less)
        card.canceled.connect(window.list.view.setFocus)

    def ask(self, act: Act, style: str = "") -> None:
        """Do something with the picked profile, or ask first."""
        window = self._window
        profile = window.core.catalog.profiles.get(window.picked())
        if profile is None:
            return
        valid = window.core.engine.store.status(profile.name).valid(window.tools.clock.now())
        question = question_before(window.core.catalog, profile, act, valid=valid)
        self._style, self._asked = style, act
        if question is None:
            window.verbs.act(act, profile.name, Starter.WINDOW, style)
        else:
            window.detail.confirm.ask(question)

    def copy_text(self, text: str) -> None:
        """Copy a text that is no secret."""
        QGuiApplication.clipboard().setText(text)
        self._window.say(T("ARN copied"), 5)

    def open_folder(self) -> None:
        """Show where the credentials file is."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._window.core.files.path.parent)))

    def _confirmed(self, question: Confirmation) -> None:
        self._do(self._asked, question)

    def _less(self, question: Confirmation) -> None:
        if question.instead is not None:
            self._do(question.instead, question)

    def _do(self, act: Act, question: Confirmation) -> None:
        self._window.verbs.act(act, question.profile, Starter.WINDOW, self._style)
        self._window.list.view.setFocus()
