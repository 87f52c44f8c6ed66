"""What an import would write into the AWS files, as diffs with secrets masked."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget

from app.domain.files import FileDiff
from app.texts import N, T
from ui.editor.preview import file_card
from ui.widgets.basics import button, column, label, plain, row, rule

_LINES = 2000  # of one file


class PreviewDialog(QDialog):
    """Non-modal above the import's window; Esc closes it."""

    def __init__(self, parent: QWidget, title: str, files: Sequence[FileDiff]) -> None:
        """Show the changes of each file."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 560)
        said = T("Exactly what the import writes. Secrets are not shown; undo puts every byte back.")
        nothing = T("The AWS files stay as they are.")
        cards = [file_card(_shortened(one)) for one in files]
        body = plain(column(*cards, None, margins=(24, 4, 24, 16), spacing=12))
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(body)
        head = plain(
            column(
                label(title, "title"),
                label(said if files else nothing, "second", wrap=True),
                margins=(24, 20, 24, 8),
                spacing=4,
            )
        )
        self.close_button = button(T("Close"), pressed=self.close)
        footer = plain(row(None, self.close_button, margins=(20, 12, 20, 12)))
        page = QWidget()
        page.setObjectName("importPage")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        page.setLayout(column(head, area, spacing=0))
        self.setLayout(column(page, rule(), footer, spacing=0))
        self.close_button.setFocus()


def _shortened(of: FileDiff) -> FileDiff:
    """A diff that a person can read: of more lines it says how many there are."""
    more = len(of.lines) - _LINES
    if more <= 0:
        return of
    return replace(of, lines=(*of.lines[:_LINES], N("… {n} more line", "… {n} more lines", more)))
