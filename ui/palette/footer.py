"""The palette's foot: the keys of the selected row, a question before production is touched, a line of what happens."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QFrame, QSizePolicy, QStackedLayout, QWidget

from app.domain.values import dataclass
from app.texts import T
from ui.present.questions import Confirmation
from ui.present.remedies import Button
from ui.style.fonts import font
from ui.style.marks import draw_mark, mark_width
from ui.style.mirror import draw_text, placed, start
from ui.style.theme import theme
from ui.widgets.basics import Mark, button, fill, plain, row
from ui.widgets.elided import ElidedLabel

_BAR = 36
_SIDES, _AROUND = (14, 0, 14, 0), (14, 8, 14, 8)
_GAP = 14
_KEYS, _LINE, _QUESTION = 0, 1, 2
_ACROSS, _BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
_EDGE = 16  # px that stay free beside the palette on a small screen


@dataclass(frozen=True, slots=True)
class Hint:
    """A key and what it does for the selected row."""

    key: str  # as Qt writes it
    shown: str
    text: str


class KeyHint(QAbstractButton):
    """A key cap with its word; a click does what the key does. It never takes the focus from the field."""

    def __init__(self, hint: Hint) -> None:
        """Show a hint."""
        super().__init__()
        self.hint = hint
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{hint.text}, {hint.shown}")

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(font("small"))
        width = mark_width(self.hint.shown, strong=False) + 7 + metrics.horizontalAdvance(self.hint.text)
        return QSize(width + 2, max(24, metrics.height() + 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, of = QPainter(self), theme().tokens
        key = placed(self.rect(), QRect(0, 0, mark_width(self.hint.shown, strong=False), self.height()))
        draw_mark(painter, key.left(), self.height() / 2, self.hint.shown, of, key=True)
        painter.setFont(font("small"))
        painter.setPen(QColor(of.color("text" if self.underMouse() else "text-2")))
        box = placed(self.rect(), self.rect().adjusted(key.width() + 7, 0, 0, 0))
        draw_text(painter, box, start(), self.hint.text)


class Footer(QFrame):
    """Shows one of three: keys, a line, a question."""

    pressed = Signal(str)  # a key of a hint
    confirmed = Signal(object)  # Confirmation
    instead = Signal(object)  # Confirmation: what reads at most, in its place
    canceled = Signal()
    remedied = Signal(object)  # remedies.Button

    def __init__(self) -> None:
        """Show no keys yet."""
        super().__init__()
        self.setObjectName("paletteFooter")
        self.question: Confirmation | None = None
        self._hints: tuple[Hint, ...] = ()
        self._row = row(spacing=_GAP, margins=_SIDES)
        self.keys = plain(self._row)
        self.keys.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.line = ElidedLabel("error")
        self.remedy = button("", small=True, pressed=self._remedied)
        self.remedy.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are the field's: Tab leads to the details
        self._offered: Button | None = None
        self.mark = Mark(production=True)
        self.asked = ElidedLabel("body-strong")
        self.cancel = button(T("Cancel"), small=True, pressed=self.close_question)
        self.sure = button("", "production", small=True, pressed=self._sure)
        self.sure.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stack = QStackedLayout(self)
        self.less = button("", small=True, pressed=self.take_less)
        self.less.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for one in (self.line, self.asked):
            one.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._asking = row(spacing=8, margins=_SIDES)
        asked = row(self.mark, spacing=8)
        asked.addWidget(self.asked, 1)
        self._asking.addLayout(asked, 1)
        self._asking.addLayout(row(None, self.cancel, self.less, self.sure))
        told = row(margins=_SIDES)
        told.addWidget(self.line, 1)
        told.addWidget(self.remedy)
        for one in (self.keys, plain(told), plain(self._asking)):
            self._stack.addWidget(one)
        self._show(_KEYS)

    @property
    def tells(self) -> bool:
        """Whether a line stands in place of the keys."""
        return self._stack.currentIndex() == _LINE

    def _show(self, which: int, lines: int = 1) -> None:
        """Show one of the three, in one or two lines."""
        self._stack.setCurrentIndex(which)
        more = (lines - 1) * (self.sure.sizeHint().height() + 8)
        self.setFixedHeight(max(_BAR, QFontMetrics(font("small")).height() + 14) + more)

    def show_keys(self, hints: Sequence[Hint]) -> None:
        """Show the keys of the selected row; the last one stands at the right."""
        if self.question is not None:
            return
        self._show(_KEYS)
        if self._hints == tuple(hints):
            return
        self._hints = tuple(hints)
        for old in self.keys.findChildren(KeyHint):
            self._row.removeWidget(old)
            old.hide()
            old.setProperty("gone", True)
            old.deleteLater()
        parts: list[QWidget] = []
        for hint in hints:
            made = KeyHint(hint)
            made.clicked.connect(self._clicked)
            parts.append(made)
        while self._row.count():
            self._row.takeAt(0)
        fill(self._row, (*parts[:-1], None, *parts[-1:]))
        wanted = sum(one.sizeHint().width() + _GAP for one in parts) + _SIDES[0] + _SIDES[2]
        self.keys.setMinimumWidth(min(wanted, self.screen().availableGeometry().width() - 2 * _EDGE))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as many keys as there is room for; the last one, which leads to all of them, always."""
        shown = [one for one in self.keys.findChildren(KeyHint) if not one.property("gone")]
        if not shown:
            return
        left = self.width() - _SIDES[0] - _SIDES[2] - shown[-1].sizeHint().width() - _GAP
        for one in shown[:-1]:
            left -= one.sizeHint().width() + _GAP
            one.setVisible(left >= 0)

    def _clicked(self) -> None:
        hint = self.sender()
        if isinstance(hint, KeyHint):
            self.pressed.emit(hint.hint.key)

    def say(self, text: str, remedy: Button) -> None:
        """Show what went wrong in place of the keys, and what to do about it."""
        if self.question is None:
            self._offered = remedy
            self.line.setText(text)
            self.line.setToolTip(text)
            self.remedy.setText(remedy.text)
            self._show(_LINE)

    def _remedied(self) -> None:
        if self._offered is not None:
            self.remedied.emit(self._offered)

    def ask(self, question: Confirmation, mark: str) -> None:
        """Ask; the focus waits at Cancel, so that Enter does nothing to production."""
        self.question = question
        self.mark.set(mark)
        self.asked.setText(T("{verb}? Ctrl+Enter does it.", verb=question.verb))
        self.less.setText(question.instead_verb)
        self.less.setVisible(question.instead is not None)
        self.sure.setToolTip(question.detail)
        self.sure.setText(question.verb)
        self.cancel.setAccessibleDescription(f"{question.question} {question.detail}")
        lines = 1 if question.instead is None else 2  # three buttons leave no room for the question
        self._asking.setDirection(_ACROSS if lines == 1 else _BELOW)
        self._asking.setContentsMargins(*(_SIDES if lines == 1 else _AROUND))
        self._show(_QUESTION, lines)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sure(self) -> None:
        question, self.question = self.question, None
        self._show(_KEYS)
        if question is not None:
            self.confirmed.emit(question)

    def confirm(self) -> None:
        """Ctrl+Enter: do what was asked about."""
        self._sure()

    def answer(self, event: QKeyEvent) -> None:
        """Take a key: Ctrl+Enter confirms, Esc takes the question back, Enter is the focused button's."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirm()
        elif event.key() == Qt.Key.Key_Escape or (enter and self.cancel.hasFocus()):
            self.close_question()
        elif enter and self.sure.hasFocus():
            self.confirm()
        elif enter and self.less.hasFocus():
            self.take_less()

    def take_less(self) -> None:
        """Do what reads at most."""
        question, self.question = self.question, None
        self._show(_KEYS)
        if question is not None:
            self.instead.emit(question)

    def close_question(self) -> None:
        """Take the question back."""
        if self.question is not None:
            self.question = None
            self._show(_KEYS)
            self.canceled.emit()
