"""Profiles to files and back, for another machine or a colleague. No secret goes along: the catalog has none."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from app.domain.catalogcopy import Addition
from app.texts import N, T
from ui.exchange import Exchange
from ui.prompts.questions import ChoicePrompt

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow

_FILES = "TOML (*.toml)"
_NAMED = 8


class Transfer:
    """Asks for the file, and before anything is added."""

    def __init__(self, window: "MainWindow") -> None:
        """Hold the window, which owns this."""
        self._window = window
        self.dialog: QFileDialog | None = None
        self.prompt: ChoicePrompt | None = None

    def export(self) -> None:
        """Ask for a file and write the selected profiles into it."""
        names = self._window.list.view.selected()
        if names:
            name = f"{names[0]}.toml".replace("/", "-") if len(names) == 1 else "profiles.toml"
            asked = self._asked(T("Export profiles"), partial(self.export_to, names))
            asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            asked.setDefaultSuffix("toml")
            asked.selectFile(name)
            asked.open()

    def export_to(self, names: list[str], path: str) -> None:
        """Write profiles into a file."""
        exchange = self._exchange()
        if exchange is not None:
            self._window.verbs.edits.export(exchange, names, Path(path))

    def ask_file(self) -> None:
        """Ask for a file to add profiles from."""
        asked = self._asked(T("Add profiles from a file"), self.add_from)
        asked.setFileMode(QFileDialog.FileMode.ExistingFile)
        asked.open()

    def add_from(self, path: str) -> None:
        """Read a file, and ask before what it has is added."""
        exchange = self._exchange()
        if exchange is not None:
            self._window.verbs.edits.read(exchange, Path(path), self.ask)

    def ask(self, addition: Addition) -> None:
        """Say what would be added and what stays as it is; nothing is added without a yes."""
        profiles, sources = addition.count("profiles"), addition.count("sources")
        stays = ""
        if addition.kept:
            names = ", ".join(addition.kept[:_NAMED]) + (" …" if len(addition.kept) > _NAMED else "")
            stays = T("Here already, other than in the file, and left as they are: {names}.", names=names)
        answers: list[tuple[str, str, str]] = []
        if addition.new:
            title = N("Add {n} profile?", "Add {n} profiles?", profiles)
            said = N("{n} source comes along.", "{n} sources come along.", sources) if sources else ""
            secrets = T("Secrets are in no file: set the keys of new sources here.") if sources else ""
            answers.append(("add", N("Add {n} profile", "Add {n} profiles", profiles), "primary"))
        else:
            title, said, secrets = T("Nothing to add"), T("All that the file has is here already."), ""
        detail = " ".join(part for part in (said, secrets, stays) if part)
        new = sorted((name for kind, name in addition.new if kind == "profiles"), key=str.casefold)
        more = len(new) - _NAMED
        lines = [*new[:_NAMED], *([N("and {n} more", "and {n} more", more)] if more > 0 else [])]
        self.prompt = ChoicePrompt(title, detail, answers, lines=lines)
        self.prompt.chosen.connect(partial(self._add, addition))
        self.prompt.open_prompt(asked=True)

    def _add(self, addition: Addition, _choice: str) -> None:
        self._window.verbs.edits.add(addition)

    def _exchange(self) -> Exchange | None:
        return self._window.tools.exchange

    def _asked(self, title: str, chosen: Callable[[str], None]) -> QFileDialog:
        self.dialog = QFileDialog(self._window, title, "", _FILES)
        self.dialog.fileSelected.connect(chosen)
        self.dialog.finished.connect(self.dialog.deleteLater)
        return self.dialog
