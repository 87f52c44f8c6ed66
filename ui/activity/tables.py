"""How the tables of this window look."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractTableModel, QRect, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView, QVBoxLayout, QWidget

from ui.style.fonts import font
from ui.style.mirror import mirrored, placed
from ui.style.theme import theme

_PAD = 8  # px at both sides of a cell's words


def dress(
    table: QTableView, model: QAbstractTableModel, delegate: QStyledItemDelegate, name: str, widths: tuple[int, ...]
) -> None:
    """Make a table of lines: one is selected at a time, Tab leaves it; widths are those of a usual font."""
    table.setObjectName("lines")
    table.setModel(model)
    table.setItemDelegate(delegate)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setMinimumSectionSize(0)
    metrics = QFontMetrics(font("body"))
    table.verticalHeader().setDefaultSectionSize(theme().tokens.height("table-row", metrics.lineSpacing()))
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
    head.setHighlightSections(False)
    head.setProperty("mirrored", mirrored())  # from the right, Qt's first section is the sheet's last
    factor = metrics.horizontalAdvance("0123456789") / 78  # of a font of 13 px
    for column, width in enumerate(widths):
        table.setColumnWidth(column, round(width * factor))
    head.setStretchLastSection(True)


def widen(table: QTableView, column: int, words: Iterable[str]) -> None:
    """Give a column the room for words that a language may have longer than usual."""
    metrics = QFontMetrics(font("body"))
    needed = max(metrics.horizontalAdvance(one) for one in words) + 2 * _PAD + 2
    table.setColumnWidth(column, max(table.columnWidth(column), needed))


class LineTable(QTableView):
    """A table of which one column has the room that the others leave, so that the last one is seen whole."""

    def __init__(self, rest: int) -> None:
        """`rest`: the column that gives way, down to the width that it was dressed with."""
        super().__init__()
        self._rest, self._least = rest, 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        head = self.horizontalHeader()
        self._least = self._least or head.sectionSize(self._rest)
        others = sum(head.sectionSize(at) for at in range(head.count()) if at != self._rest)
        head.resizeSection(self._rest, max(self.viewport().width() - others, self._least))


def padded(cell: QRect, column: int) -> QRect:
    """Return the room for text in a cell: the first column begins where the window's other parts do."""
    return placed(cell, cell.adjusted(_PAD if column else 20, 0, -_PAD, 0))


def stretch(box: QVBoxLayout, *widgets: QWidget) -> None:
    """Let these take the room that is left."""
    for widget in widgets:
        box.setStretchFactor(widget, 1)
