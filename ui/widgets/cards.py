"""Cards: a problem with the buttons that fix it, and a question in place with the focus on Cancel."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QLineEdit, QPushButton, QWidget

from app.texts import T
from ui.present.questions import Confirmation
from ui.present.remedies import Button, Card
from ui.style.keycaps import spelled
from ui.style.theme import restyle
from ui.widgets.basics import Glyph, button, column, icon_button, label, link, plain, row

_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
_BETWEEN, _AROUND = 8, 26  # px between two buttons, and about a button's words
_BESIDE = 90  # px of a problem card's margins, picture and cross
_WORDS = 26  # letters of a question that stand beside its buttons at least
_ICONS = {"error": "warning-circle-fill", "warn": "warning-fill", "ok": "check-circle-fill", "info": "info"}


class ProblemCard(QFrame):
    """`pressed` carries the Button of a remedy; Esc or the cross closes the card until another problem comes.

    `beside`: the buttons stand at the end of the card where it has room, and it fits itself. The keyboard stays with
    the remedy while one card follows another, and goes to `home` when the card that has it goes.
    """

    pressed = Signal(object)
    showing = Signal(bool)

    def __init__(self, *, beside: bool = False) -> None:
        """Begin hidden."""
        super().__init__()
        self._beside = beside
        self._card: Card | None = None
        self._closed: Card | None = None
        self.home: QWidget | None = None
        self._room = 0
        self._glyph = Glyph("warning-circle-fill", "error")
        self._title = label(role="body-strong", wrap=True)
        self._detail = label(role="second", wrap=True)
        self._reply = label(role="code", wrap=True, select=True)
        self._buttons = row()
        self._more = link(T("Show the AWS reply"), self._toggle)
        self._more.setAccessibleName(self._more.text())
        self._acts = plain(self._buttons)
        self._foot = row(self._acts)
        self._foot.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._foot.addStretch(1)
        self._below = plain(self._foot)
        words = column(self._title, self._detail, self._reply, self._below, spacing=4, margins=(0, 4, 0, 0))
        self._foot.setContentsMargins(0, 4, 0, 0)
        close = icon_button("x", T("Close this card"), self.dismiss)
        layout = row(margins=(14, 8, 10, 12), spacing=10)
        layout.addWidget(plain(column(self._glyph, margins=(0, 5, 0, 0))), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self._whole = layout
        self.hide()

    def show_card(self, card: Card | None) -> None:
        """Show a card, or none. The one that was closed stays closed."""
        if card is None:
            if self._card is not None:
                self._card = self._closed = None
                self._go()
            return
        if self._closed is not None and card.title == self._closed.title:
            return
        if card != self._card:
            self._fill(card)
        self._closed = None
        self.show()
        self.showing.emit(True)

    @property
    def shown(self) -> Card | None:
        """The card that is seen; None: none, or it was closed."""
        return self._card if self._closed is None and not self.isHidden() else None

    def _fill(self, card: Card) -> None:
        rebuilt = self._card is None or self._card.buttons != card.buttons or self._card.reply != card.reply
        self._card = card
        restyle(self, card=card.tone)
        self._glyph.set(card.icon or _ICONS[card.tone], card.tone if card.tone != "info" else "accent-text")
        self._title.setText(card.title)
        self._detail.setText(card.detail)
        self._detail.setVisible(bool(card.detail))
        self._reply.setText(card.reply)
        self.setAccessibleName(card.title)
        self.setAccessibleDescription(card.detail)
        if rebuilt:
            self._reply.hide()
            self._fill_buttons(card)

    def _fill_buttons(self, card: Card) -> None:
        held = self._has_keyboard()
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            gone = item.widget() if item else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for one in card.buttons:
            made = button(one.text, small=True)
            made.setAccessibleName(one.text)
            made.clicked.connect(partial(self._press, one))
            self._buttons.addWidget(made)
        self._more.setVisible(bool(card.reply))
        self._show_below()
        self.fit(self._room)
        first = self.first_button()
        if held and first is not None:
            first.show()  # the layout would do so in its own time, and what is hidden gets no keyboard
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _has_keyboard(self) -> bool:
        return self.window().focusWidget() in self.findChildren(QWidget)  # also while another window is in front

    def _go(self) -> None:
        held = self._has_keyboard()
        self.hide()
        if held and self.home is not None:  # Qt would go on to whatever comes next
            self.home.setFocus(Qt.FocusReason.OtherFocusReason)
        self.showing.emit(False)

    def _show_below(self) -> None:
        """Take no room below the words where nothing stands there."""
        here = self._whole.indexOf(self._acts) < 0 and self._buttons.count() > 0
        self._below.setVisible(here or bool(self._reply.text()))

    def fit(self, width: int) -> None:
        """Put the link below the buttons, and those one below the other, where `width` has no room for all in a row."""
        self._room = width
        if not width:
            return
        items = [self._buttons.itemAt(number) for number in range(self._buttons.count())]
        buttons = [made for item in items if item is not None and isinstance(made := item.widget(), QPushButton)]
        for one in (*buttons, self._more):
            _cut(one, width - _BESIDE)
        taken = sum(one.sizeHint().width() + self._buttons.spacing() for one in buttons)
        self._place(beside=self._beside and taken < width // 2)
        room = width - _BESIDE - taken
        self._buttons.setDirection(_ACROSS if room >= 0 else _DOWN)
        self._foot.setDirection(_ACROSS if room >= self._more.sizeHint().width() else _DOWN)

    def _place(self, *, beside: bool) -> None:
        """Have the buttons at the end of the card, or below its words."""
        if beside is (self._whole.indexOf(self._acts) >= 0):
            return
        if beside:
            self._whole.insertWidget(2, self._acts, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            self._foot.insertWidget(0, self._acts)
        self._show_below()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._beside:
            self.fit(self.width())

    def _press(self, chosen: Button, _checked: object = None) -> None:
        self.pressed.emit(chosen)

    def _toggle(self) -> None:
        self._reply.setVisible(not self._reply.isVisible())
        self._more.setText(T("Hide the AWS reply") if self._reply.isVisible() else T("Show the AWS reply"))
        self._more.setAccessibleName(self._more.text())
        self.fit(self._room)

    def dismiss(self) -> None:
        """Hide the card until another problem comes."""
        self._closed = self._card
        self._go()

    def first_button(self) -> QPushButton | None:
        """Return the remedy's own button."""
        item = self._buttons.itemAt(0)
        made = item.widget() if item else None
        return made if isinstance(made, QPushButton) else None


def _cut(made: QPushButton, room: int) -> None:
    """Show as much of a button's words, which its accessible name has, as there is room for."""
    words, metrics = made.accessibleName(), made.fontMetrics()
    around = 8 if made.property("kind") == "link" else _AROUND
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, max(room - around, 40))
    if made.text() != shown:
        made.setText(shown)
        made.setToolTip("" if shown == words else words)


def card_place(card: ProblemCard, margins: tuple[int, int, int, int]) -> QWidget:
    """Return a place for a card that takes no room while there is none."""
    made = plain(column(card, margins=margins))
    made.hide()
    card.showing.connect(made.setVisible)
    return made


class ConfirmCard(QFrame):
    """A question in place: the focus waits at Cancel, Ctrl+Enter or the button confirms, Enter on Cancel cancels."""

    confirmed = Signal(object)
    instead = Signal(object)  # what reads at most, in its place
    canceled = Signal()

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.question: Confirmation | None = None
        self._title = label(role="body-strong", wrap=True)
        self._detail = label(role="second", wrap=True)
        self.typed = QLineEdit()
        self.cancel = button(T("Cancel"), small=True, pressed=self.close_question)
        self.confirm = button("", "production", small=True, pressed=self._confirm)
        self.confirm.setToolTip(spelled("Ctrl+Enter"))
        self.less = link("", self._less)
        words = column(self._title, self._detail, self.typed, row(self.less, None), spacing=3)
        self._parts = row(margins=(14, 10, 12, 10))
        self._parts.addLayout(words, 1)
        self._parts.addLayout(row(None, self.cancel, self.confirm))
        self.setLayout(self._parts)
        self._room = 0
        self.typed.textChanged.connect(self._gate)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(self._by_key)
        self.hide()

    def ask(self, question: Confirmation) -> None:
        """Ask; the focus goes to Cancel, or to the field where a name must be typed."""
        self.question = question
        restyle(self, card="production" if question.production else "info")
        self._title.setText(question.question)
        self._detail.setText(question.detail)
        self._detail.setVisible(bool(question.detail))
        self.confirm.setText(question.verb)
        restyle(self.confirm, kind="production" if question.production else "")
        self.confirm.setAccessibleName(question.verb)
        self.less.setText(question.instead_verb)
        self.less.setAccessibleName(question.instead_verb)
        self.less.setVisible(question.instead is not None)
        self.typed.clear()
        self.typed.setVisible(bool(question.typed))
        self.typed.setPlaceholderText(T("Type {name}", name=question.typed))
        self.typed.setAccessibleName(T("Type {name} to confirm", name=question.typed))
        self.setAccessibleName(f"{question.question} {question.detail}")
        self._gate()
        if self._room:
            self.fit(self._room)
        self.show()
        (self.typed if question.typed else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self, width: int) -> None:
        """Put the buttons below the words where `width` has no room for both, and cut the verb where it must be."""
        self._room = width
        if self.question is None:
            return
        margins = self._parts.contentsMargins()
        _cut(self.less, width - margins.left() - margins.right())
        room = width - margins.left() - margins.right() - self.cancel.sizeHint().width() - _BETWEEN
        metrics = self.confirm.fontMetrics()
        verb = metrics.elidedText(self.question.verb, Qt.TextElideMode.ElideMiddle, max(room - _AROUND, 40))
        if self.confirm.text() != verb:
            self.confirm.setText(verb)
        beside = room - self.confirm.sizeHint().width() >= metrics.averageCharWidth() * _WORDS
        self._parts.setDirection(_ACROSS if beside else _DOWN)

    def _gate(self) -> None:
        typed = self.question.typed if self.question else ""
        self.confirm.setEnabled(not typed or self.typed.text() == typed)

    def _by_key(self) -> None:
        if self.isVisible() and self.confirm.isEnabled():
            self._confirm()

    def _confirm(self) -> None:
        question = self.question
        self.question = None
        self.hide()
        if question is not None:
            self.confirmed.emit(question)

    def _less(self) -> None:
        question, self.question = self.question, None
        self.hide()
        if question is not None:
            self.instead.emit(question)

    def close_question(self) -> None:
        """Ask no more."""
        if self.question is not None:
            self.question = None
            self.hide()
            self.canceled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_question()
            return
        super().keyPressEvent(event)
