"""About: the version, where things are, and a file for a report."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QLabel

from app.domain.problem import AppError
from app.domain.values import dataclass
from app.texts import T, describe
from ui.bridge import Bridge
from ui.editor.forms import Page
from ui.style.fonts import font
from ui.style.icons import application_icon
from ui.widgets.announcing import announce
from ui.widgets.basics import button, card, column, icon_button, label, plain, row, rule, set_role

_LOGO = 48


@dataclass(frozen=True, slots=True)
class About:
    """What the page shows and does. `starts`, `start`: whether it starts at login; `report` writes the file."""

    version: str
    places: tuple[tuple[str, str], ...]
    starts: Callable[[], bool]
    start: Callable[[bool], None]
    report: Callable[[Path], Awaitable[None]]


class AboutPage(Page):
    """The last page of the settings."""

    def __init__(self, about: About, bridge: Bridge) -> None:
        """Show it."""
        super().__init__(about_words()[0], T("What this is, where it keeps things, and what to send when it fails."))
        self._about, self._bridge = about, bridge
        self.note = label(role="third", wrap=True)
        self.report = button(T("Save a report…"), pressed=self._choose)
        hint = T(
            "Versions, findings of doctor, counts, and the log: no secret, no key. Look into it before you send it."
        )
        self.box.addLayout(self._head_line(about.version))
        self.box.addWidget(rule())
        self.box.addWidget(_strong(T("Places")))
        self.box.addWidget(self._places(about.places))
        self.box.addWidget(rule())
        words = column(_strong(T("Report")), label(hint, "third", wrap=True), self.note, spacing=2)
        line = row(spacing=16)
        line.addLayout(words, 1)
        line.addWidget(self.report)
        self.box.addLayout(line)
        self.note.hide()
        self.box.addStretch(1)

    def _head_line(self, version: str) -> QHBoxLayout:
        picture = label()
        picture.setPixmap(application_icon().pixmap(_LOGO, _LOGO))
        words = column(
            label("Rolecall", "headline"), label(T("Version {version}", version=version), "second"), spacing=0
        )
        return row(picture, plain(words), None, spacing=12)

    def _places(self, places: tuple[tuple[str, str], ...]) -> QFrame:
        grid = QGridLayout()
        grid.setContentsMargins(12, 8, 6, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, (name, place) in enumerate(places):
            grid.addWidget(label(name, "second"), number, 0)
            grid.addWidget(label(place, "code", wrap=True, select=True), number, 1)
            folder = folder_of(place)
            if folder is not None:
                opens = icon_button("folder", T("{place}: open the folder", place=name))
                opens.clicked.connect(partial(_open, folder))
                grid.addWidget(opens, number, 2)
        made = card()
        made.setLayout(grid)
        return made

    def _choose(self) -> None:
        self.dialog = dialog = QFileDialog(self, T("Save a report"), str(Path.home() / "rolecall-report.zip"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, path: str) -> None:
        """Write the report to a file."""
        self._bridge.spawn(self._save(Path(path)), "report")

    async def _save(self, path: Path) -> None:
        self.report.setEnabled(False)
        self._say(T("Looking at everything…"), "third")
        try:
            await self._about.report(path)
        except AppError as error:
            words = describe(error.problem)
            self._say(f"{words.title}. {words.detail} {words.remedy}".strip(), "error")
        else:
            self._say(T("Saved: {place}", place=str(path)), "ok")
        finally:
            self.report.setEnabled(True)

    def _say(self, words: str, role: str) -> None:
        set_role(self.note, role)
        self.note.setText(words)
        self.note.show()
        announce(self.note, words)


def about_words() -> tuple[str, str]:
    """Return the page's title and its glyph."""
    return T("About"), "info"


def folder_of(place: str) -> Path | None:
    """Return the folder that a place is, or is in; None where it is no path, or not there."""
    path = Path(place).expanduser()
    if not path.is_absolute():
        return None
    return next((one for one in (path, path.parent) if one.is_dir()), None)


def _open(folder: Path, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  Qt's
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _strong(text: str) -> QLabel:
    made = label(text, "body-medium")
    made.setFont(font("body"))
    return made
