"""A section that is someone else's: both versions beside each other, and three answers. Leaving it is the first."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from app.domain.conflict import Conflict
from app.texts import T
from ui.editor.preview import MINUS, DiffView
from ui.present.conflict import ConflictView, Fact
from ui.prompts.base import Prompt
from ui.style.theme import restyle, theme
from ui.widgets.basics import Mark, button, column, label, plain, row, set_role

_CALM = 600  # ms in which a button that writes does not react, so that a stray click or key writes nothing
_WIDTH = 760
_LINES = 12  # before a side scrolls
_TONES = {"+": "ok", MINUS: "error"}


class _Side(DiffView):
    """One version. Its long lines break, and keep their color on every row."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(lines)
        self.setProperty("diff", "alone")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        theme().changed.connect(self._ink)

    def _paint(self, lines: Sequence[str]) -> None:
        self._tones = [_TONES.get(line[:1], "") for line in lines]
        self._ink()

    def _ink(self) -> None:
        of = theme().tokens
        for number, tone in enumerate(self._tones):
            cursor, ink = QTextCursor(self.document().findBlockByNumber(number)), QTextCharFormat()
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            ink.setForeground(QColor(of.color(f"{tone}-text" if tone else "text-2")))  # pyright: ignore[reportAttributeAccessIssue]
            cursor.mergeCharFormat(ink)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, of = QPainter(self.viewport()), theme().tokens
        block, wide, low = self.firstVisibleBlock(), self.viewport().width(), self.viewport().height()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > low:
                break
            if tone := self._tones[block.blockNumber()]:
                tall = block.layout().boundingRect().height()
                painter.fillRect(QRectF(0, box.top(), wide, tall), of.color(f"{tone}-bg"))
            block = block.next()
        painter.end()
        super().paintEvent(event)


class ConflictPrompt(Prompt):
    """`taken` carries the Conflict that a person saw; `moved` the Conflict and another section. Esc leaves it."""

    taken = Signal(object)
    moved = Signal(object, str)

    def __init__(self, conflict: Conflict, view: ConflictView, check: Callable[[Conflict, str], str]) -> None:
        """Show a conflict. `check` returns what is wrong with a section's name; empty: nothing."""
        super().__init__(view.spoken, production=view.production)
        self.conflict, self._check, self._calm_over, self._busy = conflict, check, False, False
        self._write, self._texts = False, list[_Side]()
        self._title = label(role="title", wrap=True)
        self.mark = Mark(production=True)
        self._detail = label(role="second", wrap=True)
        self.note = label(role="warn", wrap=True)
        self._sides, self._facts = row(spacing=12), QGridLayout()
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        self.name = QLineEdit()
        self.name.setAccessibleName(T("Another section"))
        self.name.setMaxLength(200)
        self.use = button(T("Use this section"), pressed=self._move)
        self.help = label(role="third", wrap=True)
        other = label(T("Another section"), "second")
        other.setBuddy(self.name)
        line = row(other, self.name, self.use)
        line.setStretch(1, 1)
        self.elsewhere = plain(column(line, self.help, spacing=4))
        head = row(spacing=8)
        head.addWidget(self._title, 1)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        page = column(
            *(plain(head), self._detail, self.note, 6, plain(self._sides), 6, plain(self._facts), 8, self.elsewhere),
            None,
            margins=(24, 20, 24, 20),
            spacing=6,
        )
        self.leave = button(T("Leave it"), pressed=self.reject)
        self.take = button("", "production" if view.production else "", pressed=self._take)
        hint = label(T("Esc leaves it"), "third")
        self.fill(page, row(hint, None, self.leave, self.take, margins=(20, 12, 20, 12)), _WIDTH)
        self._title.setMinimumWidth(_WIDTH // 2)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM)
        self._calm.timeout.connect(self._settle)
        self.name.textChanged.connect(self._typed)
        self.name.returnPressed.connect(self._move)
        self.show_conflict(conflict, view)

    def aim(self, *, write: bool) -> None:
        """`write`: a person came to write, so the focus goes there once both versions could be seen.

        Until then it is on what stands in the file, where no key does anything; production is left at "Leave it".
        """
        self._write = write
        self._begin_calm()

    def show_conflict(self, conflict: Conflict, view: ConflictView, note: str = "") -> None:
        """Show what stands there now; `note` says why it is shown anew. The buttons wait a moment again."""
        self.conflict, self._busy = conflict, False
        self.setWindowTitle(view.spoken)
        self.setAccessibleName(view.spoken)
        self._title.setText(view.title)
        self.mark.set(view.mark, view.color)
        self._detail.setText(view.detail)
        words = note or view.refused
        self.note.setText(words)
        self.note.setVisible(bool(words))
        self._show_sides(view)
        self._show_facts(view.facts)
        self.take.setText(view.verb)
        self._refused = bool(view.refused)
        self.elsewhere.setVisible(bool(view.suggestion))
        self.name.setText(view.suggestion)
        self._typed(view.suggestion)
        self._begin_calm()
        self.fit()

    def _show_sides(self, view: ConflictView) -> None:
        _empty(self._sides.takeAt)
        self._texts = list[_Side]()
        count = min(max(len(view.theirs), len(view.mine)) + 1, _LINES)
        for title, lines in ((T("In the file now"), view.theirs), (T("Rolecall would write"), view.mine)):
            text = _Side(lines)
            text.setFixedHeight(text.fontMetrics().lineSpacing() * count + 22)
            text.setAccessibleName(title)
            self._texts.append(text)
            self._sides.addWidget(plain(column(label(title, "body-strong"), text, spacing=4)), 1)

    def _show_facts(self, facts: Sequence[Fact]) -> None:
        _empty(self._facts.takeAt)
        for number, one in enumerate(facts):
            self._facts.addWidget(label(one.name, "second"), number, 0, Qt.AlignmentFlag.AlignTop)
            text = label(one.text, wrap=True)
            text.setMinimumWidth(_WIDTH // 2)
            self._facts.addWidget(text, number, 1)

    def _typed(self, text: str) -> None:
        wrong = self._check(self.conflict, text.strip())
        set_role(self.help, "error" if wrong else "third")
        words = wrong or T("Programs then use it by this name: AWS_PROFILE={name}", name=text.strip())
        self.help.setText(words)
        restyle(self.name, state="error" if wrong else "")
        self.name.setAccessibleDescription(words)
        self._wrong = bool(wrong)
        self._gate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._begin_calm()

    def _begin_calm(self) -> None:
        self._calm_over = False
        self._calm.start()
        (self._texts[0] if self._write else self.leave).setFocus()
        self._gate()

    def _settle(self) -> None:
        self._calm_over = True
        self._gate()
        if self._write and self.focusWidget() is self._texts[0]:
            ready = self.take.isEnabled() and self.bar.isHidden()
            (self.take if ready else self.leave).setFocus()

    def _gate(self) -> None:
        ready = self._calm_over and not self._busy
        self.take.setEnabled(ready and not self._refused)
        self.use.setEnabled(ready and not self._wrong)

    def _take(self) -> None:
        self._wait()
        self.taken.emit(self.conflict)

    def _move(self) -> None:
        if self.use.isEnabled():
            self._wait()
            self.moved.emit(self.conflict, self.name.text().strip())

    def _wait(self) -> None:
        self._busy = True
        self._gate()

    def over(self) -> None:
        """Close: there is no conflict any more."""
        self._calm.stop()
        self.close()


def _empty(take: Callable[[int], object]) -> None:
    while (item := take(0)) is not None:
        gone = getattr(item, "widget", lambda: None)()
        if isinstance(gone, QWidget):
            gone.hide()
            gone.deleteLater()
