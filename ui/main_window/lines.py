"""Lines of the detail: a delivery, the facts of a session, and what stands there when nothing is picked."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QWidget

from app.texts import T
from ui.present.detail import Delivered, Fact
from ui.widgets.basics import Glyph, Mark, column, label, plain, row
from ui.widgets.pictures import Elided

_BETWEEN, _NEAR = 16, 7  # px between a label and its value, a value and its remark


class DeliveryLine(QWidget):
    """One delivery: what, where, and when it was written last."""

    def __init__(self, of: Delivered) -> None:
        """Show a delivery."""
        super().__init__()
        self.setProperty("plain", True)
        failed = of.tone == "error"
        note = label(of.note, "error", wrap=True) if failed else Elided(of.note, "small", "text-2")
        layout = row(
            Glyph(of.icon),
            Elided(of.title, "body", "text"),
            Elided(of.by, "small", "text-2") if of.by else Elided(of.target, "code", "text-2"),
            margins=(14, 8, 14, 8),
            spacing=10,
        )
        if failed:
            layout.addWidget(note, 1)
        else:
            layout.addStretch(1)
            layout.addWidget(note)
        if of.tone:
            icons = {
                "ok": ("check-circle-fill", "ok"),
                "warn": ("warning-fill", "warn"),
                "error": ("x-circle-fill", "error"),
            }
            layout.addWidget(Glyph(*icons[of.tone], 14))
        self.setLayout(layout)
        said = [part for part in (of.title, of.target, of.by, of.note) if part]
        self.setAccessibleName(", ".join(said))
        self.setToolTip(", ".join(said[1:]))


class FactList(QWidget):
    """The lines of the session card: label, value, and a remark right after it."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.setProperty("plain", True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(_BETWEEN)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        self._made: list[tuple[QLabel, QLabel, QLabel]] = []
        self._told: list[QBoxLayout] = []
        self.setLayout(column(None, self._grid, None))

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show other facts."""
        while len(self._made) < len(facts):
            made = label(role="third"), label(), label(role="third", wrap=True)
            made[2].setMinimumWidth(30)
            told = row(made[1], spacing=_NEAR)
            told.addWidget(made[2], 1)
            self._told.append(told)
            self._grid.addWidget(made[0], len(self._made), 0)
            self._grid.addLayout(told, len(self._made), 1)
            self._made.append(made)
        for number, labels in enumerate(self._made):
            fact = facts[number] if number < len(facts) else None
            texts = (fact.label, fact.value, fact.note) if fact else ("", "", "")
            for one, text in zip(labels, texts, strict=True):
                one.setVisible(bool(text))
                if one.text() != text:
                    one.setText(text)

    @property
    def least(self) -> int:
        """How wide labels and values are, without the remarks."""
        first, second = (max((one[at].sizeHint().width() for one in self._shown()), default=0) for at in (0, 1))
        return first + _BETWEEN + second

    def fit(self, width: int) -> None:
        """Put each remark below its value where `width` has no room for the longest beside it."""
        notes = (one[2].fontMetrics().horizontalAdvance(one[2].text()) for one in self._shown())
        down = self.least + _NEAR + max(notes, default=0) > width
        way = QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight
        for told in self._told:
            told.setDirection(way)
            told.setSpacing(0 if down else _NEAR)

    def _shown(self) -> list[tuple[QLabel, QLabel, QLabel]]:
        return [one for one in self._made if one[0].text()]


class NothingPicked(QWidget):
    """How many sessions are active, and the keys that lead on."""

    def __init__(self) -> None:
        """Begin without words."""
        super().__init__()
        self._words = label(role="second")
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        keys = row(None, spacing=6)
        for key, text in (("Ctrl+K", T("Quick switch")), ("Ctrl+N", T("New profile")), ("F1", T("Keys"))):
            keys.addWidget(Mark(key, key=True))
            keys.addWidget(label(text, "third"))
            keys.addSpacing(10)
        keys.addStretch(1)
        self.setLayout(column(None, self._words, 8, plain(keys), None))

    def show_words(self, words: str) -> None:
        """Show a line."""
        self._words.setText(words)
