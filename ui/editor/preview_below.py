"""What a save writes, below the page of an editor that has but one: built when it is first asked for."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.files import FileDiff
from ui.editor.forms import Page
from ui.editor.preview import Preview
from ui.widgets.taborder import stops, tab_behind


class PreviewBelow(QVBoxLayout):
    """`preview` is None until it is opened."""

    def __init__(self, page: Page) -> None:
        """Take no room yet."""
        super().__init__()
        self._page = page
        self.preview: Preview | None = None
        self._above: QWidget | None = None

    def show_files(self, files: Sequence[FileDiff], note: str) -> None:
        """Show diffs, and a remark above them, where the preview is open."""
        if self.preview is not None:
            self.preview.show_files(files, note)
            self._put_in_order(self.preview)

    def open(self, above: QWidget) -> None:
        """Build it, and go there once it is laid out; Tab comes to it behind what is `above`."""
        self._above = above
        if self.preview is None:
            self.preview = Preview()
            self.addWidget(self.preview)
            self.preview.show()
        QTimer.singleShot(0, self.preview, self._go)

    def _put_in_order(self, preview: Preview) -> None:
        before = stops(self._above) if self._above is not None else []
        if before:
            tab_behind(before[-1], preview)

    def _go(self) -> None:
        if self.preview is not None:
            self._page.ensureWidgetVisible(self.preview, 0, self._page.viewport().height())
            self.preview.focus()
