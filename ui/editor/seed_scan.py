"""Takes the seed of an MFA device from a picture of its QR code: a file, or what is on the clipboard."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu

from app.domain.problem import AppError, Problem
from app.texts import T, describe
from ui.editor.pasted import seed_link
from ui.editor.secret_field import SeedField
from ui.platform.qr import codes_in, picture_of, picture_patterns
from ui.widgets.announcing import announce
from ui.widgets.basics import button


def _pictures() -> str:
    """Where a saved picture of the code most likely is."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return found if Path(found).is_dir() else str(Path.home())


class SeedScan(QObject):
    """A button beside the field. `scanned` carries the link and the name of the file it came from, "" if from none.

    A picture that gives no seed is told of at the field, with what to do; where the field is not shown, `refused`
    carries the Problem.
    """

    scanned = Signal(str, str)
    refused = Signal(object)

    def __init__(self, field: SeedField) -> None:
        """Stand beside the field."""
        super().__init__(field)
        self._field = field
        self.scan = button(T("Scan QR image…"), pressed=self.ask)
        self.scan.setAccessibleName(T("Scan the QR code of the MFA device"))
        self.scan.setToolTip(T("Reads the QR code from a picture. A copied picture can be pasted into any field here."))
        field.put_last(self.scan)
        self.menu: QMenu | None = None
        self.dialog: QFileDialog | None = None

    def ask(self) -> None:
        """Ask for the file; where a picture was copied, whether it is meant."""
        picture = QGuiApplication.clipboard().image()
        if picture.isNull():
            self.ask_file()
            return
        self.menu = QMenu(self.scan)
        self.menu.addAction(T("The copied picture")).triggered.connect(self.read_copied)
        self.menu.addAction(T("A file…")).triggered.connect(self.ask_file)
        self.menu.popup(self.scan.mapToGlobal(self.scan.rect().bottomLeft()))

    def ask_file(self) -> None:
        """Ask for the file."""
        kinds = T("Pictures ({patterns})", patterns=" ".join(picture_patterns()))
        self.dialog = QFileDialog(self.scan.window(), T("Scan the QR code of the MFA device"), _pictures(), kinds)
        self.dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.dialog.fileSelected.connect(self.read_file)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def read_file(self, path: str) -> None:
        """Take the seed from a file."""
        self._read(picture_of(Path(path)), Path(path).name)

    def read_copied(self) -> bool:
        """Take the seed from the picture on the clipboard; False if there is none in it, which is told."""
        return self._read(QGuiApplication.clipboard().image(), "")

    def _read(self, picture: QImage, name: str) -> bool:
        try:
            link = seed_link(codes_in(picture), readable=not picture.isNull())
        except AppError as error:
            self._refuse(error.problem)
            return False
        self.scanned.emit(link, name)
        return True

    def _refuse(self, problem: Problem) -> None:
        if not self._field.body.isVisible():
            self.refused.emit(problem)
            return
        said = describe(problem)
        words = f"{said.title}. {said.detail} {said.remedy}"
        self._field.show_problems((), ())
        self._field.set_help(words, "error", "warning-circle")
        announce(self.scan, words)
