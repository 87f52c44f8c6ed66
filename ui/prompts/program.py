"""May a program have a session? Denied after a minute, by Esc and by whatever is pressed by accident."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QPushButton, QWidget

from app.domain.programs import Answer
from app.domain.session import Question
from app.texts import T
from ui.present.asking import AskingView
from ui.prompts.base import FACT_LABELS, Prompt
from ui.style.fonts import grown
from ui.style.theme import theme
from ui.widgets.basics import Glyph, Mark, button, card, column, label, plain, row

_CALM = 600  # ms in which a button that allows does not react, so that a stray click or key allows nothing
_BEAT = 500  # ms; only while the prompt is open


class Fuse(QWidget):
    """How much of the time to answer is left, as a line; the words beside it say the same."""

    def __init__(self) -> None:
        """Begin with all of it."""
        super().__init__()
        self._part = 1.0
        self.setFixedHeight(2)

    def set(self, part: float) -> None:
        """Show how much is left, from 1 to 0."""
        self._part = part
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        of = theme().tokens
        painter.fillRect(self.rect(), of.color("border"))
        painter.fillRect(0, 0, round(self.width() * self._part), self.height(), of.color("idle"))


class ProgramPrompt(Prompt):
    """`answered` carries the question's id and the answer's value. Focus on Deny, Esc is Deny."""

    answered = Signal(str, str)

    def __init__(self, question: Question, view: AskingView, now: Callable[[], datetime]) -> None:
        """Show who asks."""
        super().__init__(view.spoken, production=view.production)
        self.id = question.id
        self._now, self._done = now, False
        self._asked_at, self._deadline = question.asked_at, question.deadline
        self.setAccessibleName(view.spoken)
        self.deny = button(T("Deny"), pressed=self.reject)
        self.once = button(T("Allow once"), pressed=lambda: self._answer(Answer.ONCE))
        self.longer = self._longer(view.longer)
        self._offer_quiet(offered=view.deny_hour)
        self.left = label(role="third")
        self.fuse = Fuse()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM)
        self._calm.timeout.connect(self._settle)
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT)
        self._beat.timeout.connect(self._tick)
        self._build(view)
        self._allow(enabled=False)
        self._tick()
        self.deny.setFocus()

    def _build(self, view: AskingView) -> None:
        mark = Mark(production=True)
        if view.mark:
            mark.set(view.mark, view.color)
        place = row(mark, label(view.place, "second"), None)
        tile = card("tile")
        tile.setLayout(row(Glyph("terminal-window", "text", 20), margins=(7, 7, 7, 7)))
        head = row(spacing=12)
        head.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(plain(column(label(view.title, "title", wrap=True), place, spacing=4)), 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, grown(FACT_LABELS))
        grid.setColumnStretch(1, 1)
        for number, line in enumerate(view.lines):
            grid.addWidget(label(line.name, "third"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_text(line.text, code=line.code), number, 1)
        detail = label(T("A program can lie about its name. Allow it if you just started it."), "third", wrap=True)
        page = column(plain(head), 4, plain(grid), 4, detail, None, margins=(24, 20, 24, 16), spacing=8)
        buttons = [self.deny, *([self.longer] if self.longer else []), self.once]
        self.fill(page, row(self.left, None, *buttons, margins=(20, 12, 20, 12)), 480)
        layout = self.layout()
        if layout is not None:
            layout.insertWidget(2, self.fuse)  # type: ignore[attr-defined]

    def _longer(self, answer: Answer | None) -> QPushButton | None:
        if answer is None:
            return None
        text = T("Allow for 1 h") if answer is Answer.HOUR else T("Allow until lock")
        return button(text, pressed=lambda: self._answer(answer))

    def _offer_quiet(self, *, offered: bool) -> None:
        self.deny_hour = QAction(T("Deny for 1 h"), self.deny)
        self.deny_hour.triggered.connect(lambda: self._answer(Answer.DENY_HOUR))
        self.quiet = QMenu(self.deny)
        if offered:
            self.deny.addAction(self.deny_hour)
            self.quiet.addAction(self.deny_hour)
            self.deny.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)  # Qt's own for actions would wait
            self.deny.customContextMenuRequested.connect(self._open_quiet)
            self.deny.setToolTip(T("In its menu: Deny for 1 h"))
            self.deny.setAccessibleDescription(self.deny.toolTip())

    def _open_quiet(self, at: QPoint) -> None:
        self.quiet.popup(self.deny.mapToGlobal(at))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._calm.start()
            self._beat.start()

    def _settle(self) -> None:
        self._allow(enabled=True)

    def _allow(self, *, enabled: bool) -> None:
        self.once.setEnabled(enabled)
        if self.longer is not None:
            self.longer.setEnabled(enabled)

    def _tick(self) -> None:
        whole = max(self._deadline - self._asked_at, timedelta(seconds=1))
        left = min(max(self._deadline - self._now(), timedelta()), whole)
        self.fuse.set(left / whole)
        seconds = round(left.total_seconds())
        self.left.setText(T("Denied in {time}", time=f"{seconds // 60}:{seconds % 60:02}"))

    def _answer(self, answer: Answer) -> None:
        if self._done:
            return
        self._end()
        self.answered.emit(self.id, str(answer))
        self.close()

    def reject(self) -> None:
        """Deny."""
        self._answer(Answer.DENY)
        super().reject()

    def over(self) -> None:
        """Close without an answer: the question is gone."""
        self._end()
        self.close()

    def _end(self) -> None:
        self._done = True
        self.quiet.close()
        self._beat.stop()
        self._calm.stop()


def _text(text: str, *, code: bool) -> QLabel:
    """Return a text that may break within a path."""
    shown = text.replace("/", "/\u200b").replace("\\", "\\\u200b") if code else text
    made = label(shown, "code" if code else "body", wrap=True)
    made.setAccessibleName(text)
    made.setToolTip(text)
    return made
