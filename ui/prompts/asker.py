"""Shows the engine's questions as prompts, one per question, and takes them away when they are answered elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.domain.problem import AppError
from app.domain.session import Question, QuestionKind
from app.domain.source import LongLivedBase
from ui.core import Core
from ui.present.asking import asking_view, denied_words
from ui.prompts.mfa import MfaPrompt
from ui.prompts.program import ProgramPrompt
from ui.prompts.questions import ApprovePrompt
from ui.prompts.sign_in import SignInPrompt
from ui.prompts.token import TokenPrompt

Asks = MfaPrompt | TokenPrompt | ApprovePrompt | ProgramPrompt | SignInPrompt


def open_page(link: str) -> None:
    """Open a page in the person's browser."""
    if link.startswith(("https://", "http://")):
        QDesktopServices.openUrl(QUrl(link))


class Asker(QObject):
    """`failed` carries the problem of an answer that the engine refused; `said` what was denied, and for whom."""

    failed = Signal(object)
    said = Signal(str)
    edit_wanted = Signal(str, str, str)  # "sources" or "profiles", the name, the place

    def __init__(self, core: Core, parent: QObject | None = None, *, now: Callable[[], datetime] | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._core = core
        self._now = now or partial(datetime.now, UTC)
        self._prompts: dict[str, Asks] = {}
        self._away = False

    @property
    def prompts(self) -> dict[str, Asks]:
        """The open prompts by question id."""
        return dict(self._prompts)

    def look(self, *, asked: bool = False) -> None:
        """Take over the engine's questions. `asked`: the person has just started what asks."""
        questions = {question.id: question for question in self._core.engine.store.questions}
        for key in [key for key in self._prompts if key not in questions]:
            gone = self._prompts.pop(key)
            gone.over()
            gone.deleteLater()
        for key, question in questions.items():
            open_one = self._prompts.get(key)
            if isinstance(open_one, MfaPrompt | TokenPrompt | SignInPrompt | ApprovePrompt):
                open_one.show_question(question)
            elif open_one is None:
                self._open(question, asked=asked)

    def _open(self, question: Question, *, asked: bool) -> None:
        prompt: Asks
        if question.kind is QuestionKind.MFA:
            prompt = MfaPrompt(question, self._core.catalog)
            prompt.device_wanted.connect(self._device)
            prompt.answered.connect(self._code)
            prompt.canceled.connect(self._cancel)
        elif question.kind is QuestionKind.TOKEN_PASTE:
            prompt = TokenPrompt(question, self._title(question))
            prompt.answered.connect(self._code)
            prompt.canceled.connect(self._cancel)
        elif question.sign_in is not None:
            prompt = SignInPrompt(question, question.sign_in, self._now)
            prompt.answered.connect(self._code)
            prompt.canceled.connect(self._cancel)
            prompt.page_wanted.connect(open_page)
        elif question.asking is not None:
            store = self._core.engine.store
            status = store.status(question.asking.profile)
            port, home = self._core.serving.port, str(Path.home())
            view = asking_view(question.asking, self._core.catalog, status, self._now(), port=port, home=home)
            prompt = ProgramPrompt(question, view, self._now)
            prompt.answered.connect(self._code)
        else:
            prompt = ApprovePrompt(question, self._title(question))
            prompt.answered.connect(self._approved)
        self._prompts[question.id] = prompt
        if not self._away:
            prompt.open_prompt(asked=asked)

    def _title(self, question: Question) -> str:
        source = self._core.catalog.sources.get(question.subject)
        return (source.title if source else "") or question.subject

    def raise_all(self) -> None:
        """Bring the open prompts to the front."""
        if self._away:
            return
        for prompt in self._prompts.values():
            prompt.open_prompt(asked=True)

    def make_anew(self, keep: Callable[[Asks], bool]) -> None:
        """Make the open prompts anew, in another language; those to keep stay as they are."""
        for key, prompt in tuple(self._prompts.items()):
            if not keep(prompt):
                del self._prompts[key]
                prompt.over()
                prompt.deleteLater()
        self.look()

    def set_away(self, away: bool) -> None:  # noqa: FBT001  the value itself
        """Hide the prompts while nobody can be at the screen; those that still wait come back, taking no focus."""
        self._away = away
        for prompt in self._prompts.values():
            if away:
                prompt.hide()
            else:
                prompt.open_prompt(asked=False)

    def _code(self, key: str, code: str) -> None:
        self._answer(key, code)

    def _device(self, serial: str) -> None:
        """Go to where the device is named."""
        catalog = self._core.catalog
        for name, source in catalog.sources.items():
            if isinstance(source, LongLivedBase) and source.mfa.serial == serial:
                self.edit_wanted.emit("sources", name, "device")
                return
        for name, profile in catalog.profiles.items():
            for number, hop in enumerate(profile.roles, 1):
                if hop.mfa_serial == serial:
                    self.edit_wanted.emit("profiles", name, f"hop {number}")
                    return

    def _cancel(self, key: str) -> None:
        self._answer(key, None)

    def _approved(self, key: str, allowed: object) -> None:
        self._answer(key, "yes" if allowed else None)

    def _answer(self, key: str, value: str | None) -> None:
        asked = next((one for one in self._core.engine.store.questions if one.id == key), None)
        try:
            self._core.engine.answer(key, value)
        except AppError as error:
            self.failed.emit(error.problem)
        else:
            if asked is not None and (words := denied_words(asked, value)):
                self.said.emit(words)

    def close(self) -> None:
        """Close all prompts without an answer, at the end or when Rolecall is locked."""
        for prompt in self._prompts.values():
            prompt.over()
            prompt.deleteLater()
        self._prompts.clear()
