"""Pages that come when they are needed: each has a place from the beginning."""

from PySide6.QtWidgets import QStackedWidget, QWidget


class PageStack(QStackedWidget):
    """What is put into a window that stands is styled once; what is built beside it, once for each widget around it."""

    def reserve(self) -> None:
        """Have a place for one page more."""
        self.addWidget(QWidget())

    def put(self, number: int, page: QWidget) -> None:
        """Put a page into its place."""
        empty = self.widget(number)
        self.insertWidget(number, page)
        if empty is not None:
            self.removeWidget(empty)
            empty.deleteLater()
