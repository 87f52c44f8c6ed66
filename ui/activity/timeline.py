"""Sessions over time: a row per profile, painted; a list, so that keys and screen readers find every bar.

Names stand where a line begins; time runs from left to right in every language.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from app.texts import T
from ui.activity.drawing import Look, draw_row
from ui.activity.scale import DAY, Scale
from ui.activity.spans import Bar, Span, bar_words, span_words
from ui.style.mirror import placed
from ui.widgets.announcing import announce

Mark = Callable[[str], tuple[str, str]]  # of a profile: the word of its production mark, or none, and its label
BAR = int(Qt.ItemDataRole.UserRole)
_MOST, _FEWEST = 12, 2  # rows; more scroll
_ANY = 10_000  # px
_NAMES = 160  # px at least
_PAD = 8
_NOTCH = 120.0  # of a wheel


class _Delegate(QStyledItemDelegate):
    def __init__(self, owner: "Timeline") -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(_NAMES, self._owner.fontMetrics().lineSpacing() + 10)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        bar = index.data(BAR)
        if not isinstance(bar, Bar):
            return
        owner = self._owner
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        back = ""
        if chosen:
            back = "selected" if owner.hasFocus() else "selected-inactive"
        elif bar.profile == owner.linked:
            back = "selected-inactive"
        parts = owner.names_in(box), owner.track_in(box), owner.scale, owner.now, owner.mark(bar.profile)
        draw_row(painter, box, bar, Look(*parts, back, owner.span if chosen else None))


class Timeline(QListView):
    """`picked` says that another bar was chosen, or none; `scaled` that another stretch of time is seen."""

    picked = Signal()
    scaled = Signal()

    def __init__(self, now: datetime, mark: Mark) -> None:
        """Begin empty."""
        super().__init__()
        self.now, self.mark = now, mark
        self.scale = Scale.over(now - DAY, now + DAY / 8)
        self.span: Span | None = None
        self.linked, self._room = "", _ANY
        self.rows = QStandardItemModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(T("Sessions over time"))
        self.setAccessibleDescription(
            T("Up and down: profiles. Left and right: sessions. Plus and minus: zoom. Escape: all profiles.")
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._pressed: tuple[str, datetime | None] | None = None
        self.selectionModel().selectionChanged.connect(self._selected)

    # what is shown

    def show_bars(self, bars: Sequence[Bar], now: datetime, begin: datetime) -> None:
        """Show bars since `begin`; what is picked stays picked where it is still there."""
        self.now, kept, at = now, self.profile(), self.span.begin if self.span else None
        whole = now - begin
        last = max((one.end for bar in bars for one in bar.spans), default=now)
        self.scale = self.scale.range(begin, now + max(whole / 8, min(last - now, whole / 2)))
        self.selectionModel().blockSignals(True)
        self.rows.clear()
        for bar in bars:
            item = QStandardItem(bar.profile)
            item.setData(bar, BAR)
            item.setData(self._words(bar), Qt.ItemDataRole.AccessibleTextRole)
            self.rows.appendRow(item)
            if kept and bar.profile == kept:
                self.setCurrentIndex(item.index())
                self.span = next((one for one in bar.spans if one.begin == at), None)
        self.selectionModel().blockSignals(False)
        if kept != self.profile():
            self.span = None
            self.picked.emit()
        self._fit()
        self.scaled.emit()
        self.viewport().update()

    def _words(self, bar: Bar, span: Span | None = None) -> str:
        production = bool(self.mark(bar.profile)[0])
        if span is not None:
            return span_words(bar, span, self.now, production=production)
        return bar_words(bar, self.now, production=production)

    def _fit(self) -> None:
        line = max(self.sizeHintForRow(0), 1)
        most = max(min(_MOST, round(self._room / line)), _FEWEST)
        self.setFixedHeight(min(self.rows.rowCount(), most) * line + 2 * self.frameWidth() + 4)

    def give_room(self, height: int) -> None:
        """Be no higher than that, so that something is left for the table."""
        if height != self._room:
            self._room = height
            self._fit()

    def show_whole(self, begin: datetime) -> None:
        """Show another range, all of it."""
        self._use(Scale.over(begin, self.now + (self.now - begin) / 8))

    def link(self, profile: str) -> None:
        """Mark the row of a profile without choosing it: an event of it is selected."""
        if profile != self.linked:
            self.linked = profile
            self.viewport().update()

    # where things are

    def _names_width(self) -> int:
        return max(_NAMES, min(self.viewport().width() // 3, self.fontMetrics().horizontalAdvance("n") * 20))

    def names_in(self, row: QRect) -> QRect:
        """Return where a row has its name."""
        return placed(row, QRect(row.left(), row.top(), self._names_width() - 12, row.height()))

    def track_in(self, row: QRect) -> QRect:
        """Return where a row has its bars."""
        left = self._names_width()
        return placed(row, QRect(row.left() + left, row.top(), max(row.width() - left - _PAD, 1), row.height()))

    def _bar_at(self, place: QPoint) -> tuple[str, Span | None]:
        index = self.indexAt(place)
        bar = index.data(BAR)
        if not isinstance(bar, Bar):
            return "", None
        track = self.track_in(self.visualRect(index))
        slack = 4 / track.width()
        part = (place.x() - track.left()) / track.width()
        for one in reversed(bar.spans):
            if self.scale.part(one.begin) - slack <= part <= self.scale.part(one.end) + slack:
                return bar.profile, one
        return bar.profile, None

    # what is picked

    def profile(self) -> str:
        """Return the profile of the selected row."""
        found = self.selectionModel().selectedIndexes()
        return str(found[0].data()) if found else ""

    def bar(self) -> Bar | None:
        """Return the selected row's bar."""
        found = self.selectionModel().selectedIndexes()
        bar = found[0].data(BAR) if found else None
        return bar if isinstance(bar, Bar) else None

    def clear_pick(self) -> None:
        """Pick nothing."""
        self.span = None
        self.selectionModel().clear()
        self.picked.emit()
        self.viewport().update()

    def _selected(self) -> None:
        self.span = None
        self.picked.emit()
        self.viewport().update()

    def _pick_span(self, span: Span | None, bar: Bar) -> None:
        self.span = span
        index = self.currentIndex()
        words = self._words(bar, span)
        self.rows.setData(index, words, int(Qt.ItemDataRole.AccessibleTextRole))
        announce(self, words)
        if span is not None:
            self._use(self.scale.show(span.begin, span.end))
        self.picked.emit()
        self.viewport().update()

    def _step(self, step: int) -> None:
        bar = self.bar()
        if bar is None or not bar.spans:
            return
        at = bar.spans.index(self.span) + step if self.span in bar.spans else (len(bar.spans) - 1 if step < 0 else 0)
        self._pick_span(bar.spans[min(max(at, 0), len(bar.spans) - 1)], bar)

    # keys, wheel, mouse

    def _go_to(self, row: int) -> None:
        index = self.rows.index(row, 0)
        self.setCurrentIndex(index)
        self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _use(self, scale: Scale) -> None:
        if scale != self.scale:
            self.scale = scale
            self.scaled.emit()
            self.viewport().update()

    def zoom(self, factor: float, part: float = 0.5) -> None:
        """Show `factor` times as much time."""
        self._use(self.scale.zoom(factor, part))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between sessions, zoom, and scroll."""
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = -1 if key == Qt.Key.Key_Left else 1
            if held & Qt.KeyboardModifier.ControlModifier:
                self._use(self.scale.move(step / 4))
            else:
                self._step(step)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go_to(0 if key == Qt.Key.Key_Home else self.rows.rowCount() - 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.profile():
            self._go_to(max(self.currentIndex().row(), 0))  # the row that has the focus is not picked yet
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(0.5)
        elif key == Qt.Key.Key_Minus:
            self.zoom(2.0)
        elif key == Qt.Key.Key_0:
            self._use(Scale.over(self.scale.begin, self.scale.end))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms at the pointer; sideways or with Shift time moves; else rows scroll, or where all fit, time."""
        turn = event.angleDelta()
        held = event.modifiers()
        sideways = turn.x() if abs(turn.x()) > abs(turn.y()) else 0
        if held & Qt.KeyboardModifier.ControlModifier:
            track = self.track_in(self.viewport().rect())
            part = min(max((event.position().x() - track.left()) / track.width(), 0.0), 1.0)
            self.zoom(0.8 ** (turn.y() / _NOTCH), part)
        elif sideways:
            self._use(self.scale.move(-sideways / _NOTCH / 10))
        elif held & Qt.KeyboardModifier.ShiftModifier or not self.verticalScrollBar().maximum():
            self._use(self.scale.move(-turn.y() / _NOTCH / 10))
        else:
            super().wheelEvent(event)
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a row, and the session that was hit; what is picked already is let go."""
        before = self.profile(), self.span
        name, span = self._bar_at(event.position().toPoint())
        if name and (name, span) == before:
            self.clear_pick()
            return
        super().mousePressEvent(event)
        bar = self.bar()
        if bar is not None and span is not self.span:
            self._pick_span(span, bar)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            bar, (_, span) = index.data(BAR), self._bar_at(event.pos())
            QToolTip.showText(event.globalPos(), self._words(bar, span) if isinstance(bar, Bar) else "", self)
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the axis."""
        super().resizeEvent(event)
        self.scaled.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Rows grow with the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()


def range_begin(now: datetime, hours: int, oldest: datetime | None) -> datetime:
    """Return where a range begins; no hours: at the oldest event, a day ago at the latest."""
    if hours:
        return now - timedelta(hours=hours)
    return min(oldest or now, now - DAY)
