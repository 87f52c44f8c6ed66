"""The questions for a file or a folder with AWS files; opened, never waited for."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.texts import T


def ask_file(parent: QWidget, home: Path, then: Callable[[Path], object]) -> QFileDialog:
    """Ask for a config or credentials file."""
    return _ask(parent, T("Import a file"), home, QFileDialog.FileMode.ExistingFile, then)


def ask_folder(parent: QWidget, home: Path, then: Callable[[Path], object]) -> QFileDialog:
    """Ask for a folder that has them."""
    return _ask(parent, T("Look in another folder"), home, QFileDialog.FileMode.Directory, then)


def _ask(
    parent: QWidget, title: str, home: Path, mode: QFileDialog.FileMode, then: Callable[[Path], object]
) -> QFileDialog:
    begin = home / ".aws"
    asked = QFileDialog(parent, title, str(begin if begin.is_dir() else home))
    asked.setFileMode(mode)
    asked.setFilter(QDir.Filter.AllEntries | QDir.Filter.Hidden | QDir.Filter.NoDotAndDotDot | QDir.Filter.AllDirs)
    asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def chosen(path: str) -> None:
        then(Path(path))

    asked.fileSelected.connect(chosen)
    asked.open()
    return asked
