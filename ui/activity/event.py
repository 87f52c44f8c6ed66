"""Everything that is known of one event, in a small window beside the others."""

from collections.abc import Iterator

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from app.activitywords import HEAD, problem_of, what_words
from app.domain.activity import Event, What
from app.domain.problem import Code
from app.texts import T, describe, without_isolates
from ui.activity.journal import Line
from ui.activity.kinds import FAILURES
from ui.present.recent import picture_of
from ui.style.fonts import grown
from ui.style.icons import application_icon
from ui.widgets.basics import Glyph, button, column, label, plain, row


class EventWindow(QDialog):
    """Non-modal; closed by Escape."""

    def __init__(self, parent: QWidget, line: Line) -> None:
        """Show the line."""
        super().__init__(parent)
        self.setObjectName("event")
        self.setModal(False)
        self.setWindowTitle(f"{what_words(line.event)} {line.event.profile}".strip())
        self.setWindowIcon(application_icon())
        self.facts = tuple((name, value) for name, value in facts(line) if value)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(self.facts):
            grid.addWidget(label(name, "second"), number, 0)
            said = label(value, "code" if value.startswith("arn:") else "body", wrap=True, select=True)
            said.setAccessibleName(f"{name}: {value}")
            grid.addWidget(said, number, 1)
        name, color = picture_of(line.event.what)
        title = label(what_words(line.event), "title")
        self.copy = button(T("Copy"), icon="copy", pressed=self._copy)
        shut = button(T("Close"), pressed=self.close)
        head = row(Glyph(name, color, 20), title, None)
        self.setLayout(
            column(head, plain(grid), 4, None, row(self.copy, None, shut), spacing=12, margins=(20, 16, 20, 16))
        )
        self.setMinimumWidth(grown(440))
        shut.setFocus()

    def text(self) -> str:
        """Return what is shown, a line per fact."""
        return without_isolates("\n".join(f"{name}: {value}" for name, value in self.facts))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())


def facts(line: Line) -> Iterator[tuple[str, str]]:
    """Yield names and values of all that is known; values may be empty."""
    event = line.event
    yield from zip(HEAD(), line.cells, strict=True)
    if event.what in FAILURES or event.what is What.NEEDED:
        yield from _remedy(event)
    until = event.until.astimezone().strftime("%Y-%m-%d %H:%M:%S") if event.until else ""
    yield T("Valid until"), until
    yield T("AWS request ID"), event.request


def _remedy(event: Event) -> Iterator[tuple[str, str]]:
    code = event.detail.rpartition(": ")[2] if event.what is What.NOT_WRITTEN else event.detail
    if code in set(Code):
        words = describe(problem_of(event, Code(code)))
        yield T("What to do"), words.remedy
        yield T("Code"), code
