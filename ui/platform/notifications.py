"""Notifications, through the tray's own messages. Never an ARN, never a key, each news once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind
from app.domain.profile import Catalog, Notifications, Profile
from app.domain.session import Attention, Expired, Question, Status, Waiting
from app.texts import T
from ui.present.asking import title_of
from ui.present.names import plain_name
from ui.present.words import left_spoken
from ui.tray.item import TrayItem

PROMPTS = " "  # no name of a profile


def news(profile: str, status: Status, wanted: Notifications, now: datetime) -> tuple[str, str, str] | None:
    """Return (kind, title, text) of what a person should hear about a status; None: nothing."""
    state = status.state
    person = (AttentionKind.MFA, AttentionKind.SIGN_IN, AttentionKind.APPROVAL)
    if isinstance(state, Attention) and state.kind in person:
        stays = T("The current session stays valid for now.") if status.valid(now) else T("There is no valid session.")
        return ("needs-you", T("{name} needs you", name=profile), stays) if wanted.needs_you else None
    if isinstance(state, Expired) or (isinstance(state, Attention) and not status.valid(now)):
        if not wanted.ended or (isinstance(state, Attention) and state.lease is None and status.started_at is None):
            return None
        return "ended", T("{name} has no valid session", name=profile), T("Open Rolecall to see why.")
    if isinstance(state, Attention | Waiting) and wanted.not_refreshed:
        return "not-refreshed", T("{name} was not refreshed", name=profile), T("The session stays valid for now.")
    return None


def asking_news(question: Question, wanted: Notifications) -> tuple[str, str] | None:
    """Return title and text of what a person should hear about a question; None: nothing. No path, no ARN."""
    if question.asking is None or not wanted.program_asks:
        return None
    return title_of(question.asking), T("Answer in Rolecall within a minute. No answer is no.")


class Notifier(QObject):
    """Shows news once per profile and kind, until the profile is well again."""

    opened = Signal(str)  # a person clicked the news of this profile
    answer = Signal()  # or that of a question

    def __init__(self, tray: TrayItem, parent: QObject | None = None) -> None:
        """Use the tray's messages."""
        super().__init__(parent)
        self._tray = tray
        self._told: dict[str, str] = {}
        self._warned: dict[str, datetime] = {}
        self._last = ""
        self._asked: frozenset[str] = frozenset()
        tray.message_clicked.connect(self._clicked)

    def look(self, statuses: Mapping[ProfileName, Status], catalog: Catalog, now: datetime) -> None:
        """Tell what is new among the statuses that changed; several at once become one message."""
        fresh: list[tuple[str, str, str]] = []
        for name, status in statuses.items():
            profile = catalog.profiles.get(name)
            shown = plain_name(profile) if profile is not None else name
            found = news(shown, status, catalog.settings.notifications, now)
            if found is None:
                self._told.pop(name, None)
            elif self._told.get(name) != found[0]:
                self._told[name] = found[0]
                fresh.append((name, found[1], found[2]))
        if fresh:
            self._show(fresh)

    def asks(self, questions: Sequence[Question], catalog: Catalog) -> None:
        """Tell of programs that ask, each question once."""
        for question in questions:
            found = asking_news(question, catalog.settings.notifications)
            if found is not None and question.id not in self._asked:
                self._last = PROMPTS
                if QSystemTrayIcon.supportsMessages():
                    self._tray.say(*found)
        self._asked = frozenset(question.id for question in questions)

    def warn(self, stopping: Sequence[tuple[Profile, datetime]], now: datetime) -> None:
        """Tell once of each session that auto_stop is about to end; starting it again begins anew, and so does this."""
        fresh: list[tuple[str, str, str]] = []
        for profile, at in stopping:
            if self._warned.get(profile.name) != at:
                self._warned[profile.name] = at
                title = T("{name} stops in {left}", name=plain_name(profile), left=left_spoken(at - now))
                fresh.append((profile.name, title, T("Start it again to go on working with it.")))
        if fresh:
            self._show(fresh)

    def _show(self, fresh: list[tuple[str, str, str]]) -> None:
        self._last = fresh[0][0]
        title, text = fresh[0][1], fresh[0][2]
        if len(fresh) > 1:
            title = T("{name} and {count} more need a look", name=fresh[0][0], count=len(fresh) - 1)
            text = T("Open Rolecall to see why.")
        if QSystemTrayIcon.supportsMessages():
            self._tray.say(title, text)

    def _clicked(self) -> None:
        if self._last == PROMPTS:
            self.answer.emit()
        else:
            self.opened.emit(self._last)


def notifier(tray: TrayItem, parent: QObject, opened: Callable[[str], None], answer: Callable[[], None]) -> Notifier:
    """Return a notifier whose clicks open a profile, or the prompts."""
    made = Notifier(tray, parent)
    made.opened.connect(opened)
    made.answer.connect(answer)
    return made
