"""The table of an import: Space chooses, Enter opens, Ctrl+A chooses all that is shown."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHeaderView, QTableView

from app.texts import T
from ui.models.importing import CHECK, FOUND, PROFILE, WHAT, ImportModel
from ui.onboarding.delegate import EDGE, PAD, ImportDelegate, box_size, draw_check, has_preview, preview_box
from ui.style.fonts import font
from ui.style.mirror import placed
from ui.style.theme import theme

_WIDTHS = {PROFILE: 180, FOUND: 292}
_MEASURED, _LONG, _LEAST = 200, 60, 120  # rows and characters that are measured; pixels of a column at least
_SHARE = 0.44  # of what the name leaves, at most


class HeaderCheck(QCheckBox):
    """The check in the header, drawn as those of the rows; some chosen shows a dash, which a click never chooses."""

    def nextCheckState(self) -> None:
        """Leave the state to what is chosen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of = theme().tokens
        size = box_size()
        draw_check(painter, QRectF(1, 1, size, size), self.checkState(), of, faint=not self.isEnabled())
        if self.hasFocus():
            painter.setPen(QColor(of.color("focus")))
            painter.drawRoundedRect(QRectF(0.5, 0.5, size + 1, size + 1), 4, 4)


class ImportTable(QTableView):
    """`preview_wanted` carries the name of the row whose link was pressed."""

    preview_wanted = Signal(str)

    def __init__(self, model: ImportModel) -> None:
        """Show the model."""
        super().__init__()
        self._model, self._needed = model, dict[int, int]()
        self._lowered = set[int]()  # the rows that are not as high as the rest
        self.setModel(model)
        self.setItemDelegate(ImportDelegate(self))
        self.setAccessibleName(T("Profiles found"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        of, line = theme().tokens, QFontMetrics(font("body")).lineSpacing()
        self._tall, self._low = of.height("import-row", line), of.height("control", line)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self._tall)
        head = self.horizontalHeader()
        head.setFont(font("small", strong=True))
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        self.all = HeaderCheck(head)
        self.all.setTristate(True)
        self.all.setAccessibleName(T("All shown"))
        self.all.setToolTip(T("Chooses all that are shown, Ctrl+A"))
        self.all.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._place_check()
        self.all.clicked.connect(model.toggle_shown)
        model.modelReset.connect(self._laid_out)
        model.modelReset.connect(self._measure)
        model.rowsInserted.connect(self._inserted)
        model.rowsRemoved.connect(self._removed)
        model.chosen_changed.connect(self._show_all)
        theme().changed.connect(self.viewport().update)

    def _show_all(self) -> None:
        self.all.setCheckState(self._model.check_state)
        self.all.setEnabled(not self._model.frozen)
        self.all.setVisible(not self._model.frozen)  # nothing is chosen any more

    def _laid_out(self) -> None:
        """Give what is under a line its height and the whole width."""
        self.clearSpans()
        under, count = set(self._model.under), len(self._model.entries)
        for row in self._lowered - under:  # a row keeps its height when the model is reset
            if row < count:
                self.setRowHeight(row, self._tall)
        for row in under:
            self.setRowHeight(row, self._low)
            self.setSpan(row, PROFILE, 1, WHAT - PROFILE + 1)
        self._lowered = under

    def _inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        more = last - first + 1
        self._lowered = {row + more if row >= first else row for row in self._lowered}
        self._laid_out()

    def _removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        less = last - first + 1
        self._lowered = {row - less if row > last else row for row in self._lowered if not first <= row <= last}
        self._laid_out()

    def go_to(self, row: int) -> None:
        """Make a row the current one."""
        if 0 <= row < len(self._model.entries):
            where = self._model.index(row, PROFILE)
            self.selectionModel().setCurrentIndex(where, QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows)  # fmt: skip
            self.scrollTo(where)

    def current(self) -> int:
        """Return the current row, -1 for none."""
        return self.currentIndex().row() if self.currentIndex().isValid() else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.current(), event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_A and control:
            self._model.toggle_shown()
        elif key == Qt.Key.Key_Space and row >= 0:
            self._model.toggle(row)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not control and row >= 0:
            self._enter(row)
        else:
            super().keyPressEvent(event)

    def _enter(self, row: int) -> None:
        entry = self._model.entries[row]
        if entry.variant is not None:
            self._model.toggle(row)
        elif entry.is_head:
            self._model.open_or_close(row)

    def _link_at(self, at: QPoint) -> QModelIndex | None:
        index = self.indexAt(at)
        if index.isValid() and has_preview(index) and preview_box(self.visualRect(index)).contains(at):
            return index
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        entry = self._model.entries[index.row()]
        if self._link_at(at) is not None:
            self.preview_wanted.emit(entry.line.origin)
        elif entry.variant is not None or (entry.is_head and index.column() == CHECK):
            self._model.toggle(index.row())
        elif entry.is_head:
            self._model.open_or_close(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        link = self._link_at(event.position().toPoint()) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)

    def _measure(self) -> None:
        """Find out what the texts of the columns need."""
        metrics, lines = QFontMetrics(font("body")), self._model.lines[:_MEASURED]
        marks = 60 if any(one.mark for one in lines) else 0
        for column, more in ((PROFILE, marks + 2 * PAD + 4), (FOUND, 2 * PAD + 4)):
            texts = (one.origin if column == PROFILE else one.found for one in lines)
            self._needed[column] = max((metrics.horizontalAdvance(text[:_LONG]) for text in texts), default=0) + more
        self.fit()

    def fit(self) -> None:
        """Give each column what its texts need, as far as there is room; the last one has the rest."""
        width = self.viewport().width()
        check = EDGE + box_size() + 2 * PAD
        self.setColumnWidth(CHECK, check)
        for column in (PROFILE, FOUND):
            needed, most = self._needed.get(column, 0), _WIDTHS[column]
            if column == FOUND:  # the name keeps its room, what was found gives way, what will happen counts more
                left = width - check - self.columnWidth(PROFILE)
                most = min(most, max(round(left * _SHARE), _LEAST))
            self.setColumnWidth(column, min(max(needed, _LEAST), most))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_check()
        self.fit()

    def _place_check(self) -> None:
        size = box_size() + 2
        whole = QRect(0, 0, self.viewport().width(), size)
        top = max((self.horizontalHeader().height() - size) // 2, 0)
        self.all.setGeometry(placed(whole, QRect(EDGE - 1, top, size, size)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._laid_out()
            self._measure()
