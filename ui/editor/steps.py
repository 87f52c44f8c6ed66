"""The steps of a test in a line: which were answered and how fast, which one runs, which one was refused."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.texts import T
from ui.style.fonts import font
from ui.widgets.basics import Glyph, column, label, plain, row, set_role
from ui.widgets.busy import Busy
from ui.widgets.flow import Flow


class Steps(QWidget):
    """Either a sentence or steps; on more lines than one where the width asks for it."""

    def __init__(self) -> None:
        """Show nothing."""
        super().__init__()
        self.setProperty("plain", True)
        self._glyph, self._sentence = Glyph("info", "text-3"), label(role="second", wrap=True)
        said = row(self._glyph, spacing=6)
        said.addWidget(self._sentence, 1)
        said.setAlignment(self._glyph, Qt.AlignmentFlag.AlignVCenter)
        self._said, self._line = plain(said), plain()
        self._flow = Flow(spacing=8, lines=2)
        self._line.setLayout(self._flow)
        self.setLayout(column(self._said, self._line, spacing=0))
        self._parts: list[QWidget] = []
        self._words: list[str] = []
        self._open: QWidget | None = None
        self.count = 0
        self.say("")

    def text(self) -> str:
        """Return all of it."""
        return " ".join(self._words)

    def say(self, words: str, glyph: str = "", color: str = "text-3") -> None:
        """Say a sentence in place of steps."""
        self._clear()
        self._words = [words]
        self._glyph.setVisible(bool(glyph))
        self._glyph.set(glyph or "info", color)
        set_role(self._sentence, "body" if glyph else "second")
        self._sentence.setText(words)
        self._line.hide()
        self._said.show()

    def _clear(self) -> None:
        for one in list(self._parts):
            self._drop(one)
        self._words, self._open, self.count = [], None, 0

    def _steps(self) -> None:
        """Steps take the place of the sentence."""
        if not self._line.isVisibleTo(self):
            self._clear()
            self._said.hide()
            self._line.show()

    def begin(self, name: str) -> None:
        """A step runs."""
        self._steps()
        self._arrow()
        self._open = plain(row(Busy(), label(f"{name}…"), spacing=6))
        self._add(self._open)

    def end(self, name: str, seconds: float, *, wrong: bool = False, last: bool = False) -> None:
        """A step is over; `last` after others tells only that it was answered."""
        self._steps()
        if self._open is not None:
            self._drop(self._open)
            self._open = None
        else:
            self._arrow()
        if last and self.count:
            self._drop_arrow()
            said = label(T("{name} answered", name=name), "ok")
            said.setFont(font("body"))
            self._words.append(said.text())
            self._add(said)
        else:
            time = T("{ms} ms", ms=round(seconds * 1000))
            mark = Glyph("x-circle-fill" if wrong else "check-circle-fill", "error" if wrong else "ok")
            self._words += ["→"] if self.count else []
            self._words.append(f"{name} {time}")
            self._add(plain(row(mark, label(name), label(time, "second"), spacing=6)))
        self.count += 1

    def settle(self) -> None:
        """Nothing runs any more."""
        if self._open is not None:
            self._drop(self._open)
            self._drop_arrow()
            self._open = None

    def _arrow(self) -> None:
        if self.count:
            self._add(Glyph("arrow-right", "text-2", 14))

    def _drop_arrow(self) -> None:
        if self._parts and isinstance(self._parts[-1], Glyph):
            self._drop(self._parts[-1])

    def _add(self, part: QWidget) -> None:
        self._parts.append(part)
        self._flow.addWidget(part)
        part.show()

    def _drop(self, part: QWidget) -> None:
        self._parts.remove(part)
        self._flow.removeWidget(part)
        part.hide()
        part.deleteLater()
