"""The button beside a path that lets a person choose the file instead of typing where it is."""

from pathlib import Path

from PySide6.QtCore import QDir, QObject
from PySide6.QtWidgets import QFileDialog

from app.texts import T
from ui.editor.fields import TextField
from ui.widgets.basics import icon_button


class Browse(QObject):
    """Belongs to one field, which gets the path as if it had been typed. `new`: the file need not be there yet."""

    def __init__(self, field: TextField, *, new: bool = False) -> None:
        """Put the button at the end of the field."""
        super().__init__(field)
        self._field, self._new = field, new
        self.press = icon_button("folder", T("{field}: choose the file…", field=field.title), self.ask)
        self.dialog: QFileDialog | None = None
        field.add_beside(self.press)

    def ask(self) -> None:
        """Ask for the file, beginning where the one is that is named now."""
        asked = self.dialog = QFileDialog(self.press.window(), self._field.title, str(self._begin()))
        if self._new:
            asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            asked.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is written over by choosing
            asked.setLabelText(QFileDialog.DialogLabel.Accept, T("Choose"))
        else:
            asked.setFileMode(QFileDialog.FileMode.ExistingFile)
        asked.setFilter(QDir.Filter.AllEntries | QDir.Filter.Hidden | QDir.Filter.NoDotAndDotDot | QDir.Filter.AllDirs)
        asked.fileSelected.connect(self.take)
        asked.finished.connect(asked.deleteLater)
        asked.open()

    def _begin(self) -> Path:
        named = self._field.line.text() or self._field.line.placeholderText()
        try:
            folder = Path(named).expanduser().parent
            return folder if folder.is_absolute() and folder.is_dir() else Path.home()
        except (OSError, RuntimeError, ValueError):
            return Path.home()

    def take(self, path: str) -> None:
        """Put a path into the field."""
        self._field.line.setText(path)
        self._field.changed.emit()
        self._field.left.emit()


def browsed(field: TextField, *, new: bool = False) -> TextField:
    """Return a field of a path with the button beside it."""
    Browse(field, new=new)
    return field
