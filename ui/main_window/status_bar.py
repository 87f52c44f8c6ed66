"""The status bar: credentials file, keyring, next refresh, pause; messages take its left part for a while."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QStackedWidget, QWidget

from app.domain.endpoint import HOST
from app.domain.problem import Problem
from app.texts import T, describe
from ui.style.keycaps import spelled
from ui.style.mirror import kept_whole
from ui.style.theme import restyle, theme
from ui.widgets.basics import Glyph, button, plain, row
from ui.widgets.countdown import Countdown
from ui.widgets.pictures import Elided

_BEAT = 1000  # ms between two looks at what is left


class StatusBar(QWidget):
    """`pause_wanted` carries minutes as text ("": until resumed); `resume_wanted`, `unlock_wanted`, `folder_wanted`."""

    pause_wanted = Signal(str)
    resume_wanted = Signal()
    unlock_wanted = Signal()
    folder_wanted = Signal()
    clear_wanted = Signal()
    profile_wanted = Signal(str)
    problem_wanted = Signal(object)  # what stands in the way of the local endpoint
    programs_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self) -> None:
        """Begin with nothing to say."""
        super().__init__()
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.file = button("", icon="file-text", pressed=self.folder_wanted.emit)
        self.file.setToolTip(T("Open the folder"))
        self.keyring = button(T("Keyring"), icon="lock-open", pressed=self.unlock_wanted.emit)
        self.endpoint = button("", icon="broadcast", pressed=self._endpoint)
        self.message = Elided("", "small", "text-2")
        self.clear = button(T("Clear now"), "link", pressed=self._clear)
        self.undo = button(T("Undo"), "link", pressed=self._undo)
        self.undo.setToolTip(spelled("Ctrl+Z"))
        self.next = button("", icon="arrows-clockwise", pressed=self._next)
        self.pause = button(T("Pause"), icon="pause", pressed=self._pause)
        self._menu = QMenu(self)
        for text, minutes in ((T("For 30 min"), "30"), (T("For 1 h"), "60"), (T("Until I resume"), "")):
            self._menu.addAction(text).setData(minutes)
        self._menu.triggered.connect(self._chosen)
        self._left = QStackedWidget()
        self._rule = _line()
        parts = (self.file, _line(), self.keyring, self._rule, self.endpoint, None)
        self._left.addWidget(plain(row(*parts, spacing=4)))
        self._info, self.ring = Glyph("info", size=14), Countdown()
        self._left.addWidget(plain(row(self._info, self.ring, self.message, self.clear, self.undo, None)))
        self.setLayout(row(self._left, None, self.next, self.pause, margins=(8, 1, 8, 0), spacing=4))
        self.setFixedHeight(theme().tokens.height("status-bar", self.fontMetrics().lineSpacing() - 2))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._over)
        self._whole = 1  # ms that the message has
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT)
        self._beat.timeout.connect(self._count)
        self._paused = False
        self._profile = ""
        self._locked = False
        self._trouble: Problem | None = None
        self._path, self._due, self._endpoint_shown = "", "", False
        self.show_endpoint(0, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the left part."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what there is no room for.

        One after the other: the folders of the file's path, the local endpoint unless it is in trouble, whose refresh
        is next, the file's name, the next refresh.
        """
        room = self.width() - 40 - self.pause.sizeHint().width() - self.keyring.sizeHint().width() - 20
        file, short = Path(self._path).name, self._due.partition(" · ")[0]
        told, trouble = self._endpoint_shown, self._trouble is not None
        forms = [(self._path, told, self._due), (file, told, self._due), (file, trouble, self._due)]
        forms += [(file, trouble, short), ("", trouble, short), ("", trouble, "")]
        at = next((one for one in forms if self._needed(*one) <= room), forms[-1])
        for made, text in ((self.file, at[0]), (self.next, at[2])):
            said = f"\u2009{kept_whole(text)}" if text else ""
            if made.text() != said:
                made.setText(said)
        self.next.setVisible(bool(at[2]))
        for one in (self._rule, self.endpoint):
            one.setVisible(at[1])

    def _needed(self, file: str, endpoint: bool, due: str) -> int:  # noqa: FBT001  a form of the bar
        words = self.file.fontMetrics()
        needed = words.horizontalAdvance(f"\u2009{file}") + 36
        needed += words.horizontalAdvance(f"\u2009{due}") + 40 if due else 0
        return needed + (self.endpoint.sizeHint().width() + 20 if endpoint else 0)

    def say(self, message: str, seconds: int, *, clears: bool = False) -> None:
        """Show a message for so long; `clears`: with the link that empties the clipboard, and how long it has."""
        self.message.set(message)
        self.clear.setVisible(clears)
        self.ring.setVisible(clears)
        self._info.setVisible(not clears)
        self.undo.hide()
        self._left.setCurrentIndex(1)
        self._whole = max(seconds, 1) * 1000
        self._timer.start(self._whole)
        self._beat.start() if clears else self._beat.stop()
        self._count()

    def _count(self) -> None:
        self.ring.show_left(self._timer.remainingTime() / self._whole)

    def offer_undo(self) -> None:
        """Show beside the message the link that takes back what it tells of."""
        self.undo.show()

    def _undo(self) -> None:
        self._over()
        self.undo_wanted.emit()

    def _over(self) -> None:
        self._beat.stop()
        self._left.setCurrentIndex(0)

    def _clear(self) -> None:
        self._over()
        self.clear_wanted.emit()

    def show_file(self, path: str) -> None:
        """Show where the credentials file is."""
        self._path = path
        self._fit()
        self.file.setAccessibleName(T("Credentials file {path}, open the folder", path=path))

    def show_keyring(self, words: str, *, fine: bool) -> None:
        """Show the keyring's state."""
        self.keyring.setText(f"\u2009{words}")
        self._fit()
        restyle(self.keyring, tone="" if fine else "warn")

    def show_endpoint(self, port: int, problem: Problem | None) -> None:
        """Show where the local endpoint is, or that it is not there; nothing where no profile wants it."""
        self._trouble = problem
        shown = bool(port) or problem is not None
        words = T("Local endpoint: not served") if problem is not None else f"{HOST}:{port}"
        text = f"\u2009{kept_whole(words)}"
        if self.endpoint.text() != text:
            self.endpoint.setText(text)
            self.endpoint.setAccessibleName(words if problem is not None else T("Local endpoint {place}", place=words))
            restyle(self.endpoint, tone="" if problem is None else "warn")
        title = T("Local endpoint: which programs ask") if problem is None else describe(problem).title
        self.endpoint.setToolTip(title)
        self._endpoint_shown = shown
        self._fit()

    def _endpoint(self) -> None:
        if self._trouble is not None:
            self.problem_wanted.emit(self._trouble)
        else:
            self.programs_wanted.emit()

    def show_next(self, words: str, profile: str) -> None:
        """Show when the next refresh comes."""
        self._profile, self._due = profile, words
        self.next.setAccessibleName(words)
        self._fit()

    def show_pause(self, *, paused: bool, words: str) -> None:
        """Show whether refreshing is paused."""
        self._paused = paused
        self.pause.setText(f"\u2009{T('Resume') if paused else T('Pause')}")
        if paused:
            self.show_next(words, "")
        restyle(self.next, tone="warn" if paused else "")

    def open_pause(self) -> None:
        """Pause or resume, as the key does."""
        self._pause()

    def _pause(self) -> None:
        if self._paused:
            self.resume_wanted.emit()
        else:
            self._menu.popup(self.pause.mapToGlobal(self.pause.rect().topLeft()))

    def _chosen(self, action: object) -> None:
        minutes = getattr(action, "data", str)()
        self.pause_wanted.emit(str(minutes))

    def _next(self) -> None:
        if self._profile:
            self.profile_wanted.emit(self._profile)


def _line() -> QFrame:
    made = QFrame()
    made.setObjectName("rule")
    made.setFixedSize(1, 14)
    return made
