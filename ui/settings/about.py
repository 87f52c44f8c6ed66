"""About: the version, where things are, starting at login, and a file for a report."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout

from app.domain.problem import AppError
from app.texts import T, describe
from ui.bridge import Bridge
from ui.editor.forms import Page
from ui.widgets.basics import button, label, plain, row, set_role


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
        super().__init__(T("About"), f"Rolecall {about.version}")
        self._about, self._bridge = about, bridge
        self.login = QCheckBox(T("Start Rolecall at login"))
        self.login.setChecked(about.starts())
        self.login.toggled.connect(self._turn)
        self.note = label(role="third", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for number, (name, place) in enumerate(about.places):
            grid.addWidget(label(name, "second"), number, 0)
            grid.addWidget(label(place, "code", wrap=True, select=True), number, 1)
        self.report = button(T("Save a report…"), pressed=self._choose)
        hint = T(
            "Versions, findings of doctor, counts, and the log: no secret, no key. Look into it before you send it."
        )
        self.box.addWidget(self.login)
        self.box.addWidget(label(T("Places"), "section"))
        self.box.addWidget(plain(grid))
        self.box.addWidget(label(T("Report"), "section"))
        self.box.addWidget(label(hint, "second", wrap=True))
        self.box.addLayout(row(self.report, None))
        self.box.addWidget(self.note)
        self.box.addStretch(1)

    def _turn(self, on: bool) -> None:  # noqa: FBT001  Qt's order
        try:
            self._about.start(on)
        except AppError as error:
            self._say(error)
        self.login.blockSignals(True)
        self.login.setChecked(self._about.starts())
        self.login.blockSignals(False)

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
        try:
            await self._about.report(path)
        except AppError as error:
            self._say(error)
        else:
            set_role(self.note, "third")
            self.note.setText(T("Saved: {place}", place=str(path)))
        finally:
            self.report.setEnabled(True)

    def _say(self, error: AppError) -> None:
        words = describe(error.problem)
        set_role(self.note, "error")
        self.note.setText(f"{words.title}. {words.detail} {words.remedy}".strip())
