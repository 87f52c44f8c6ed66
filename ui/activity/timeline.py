"""The last 24 hours: a bar per profile, painted; a list, so that keys and screen readers find every bar."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.texts import T
from ui.activity.spans import DAY, Bar
from ui.style.fonts import font
from ui.style.theme import theme

BAR = int(Qt.ItemDataRole.UserRole)
_MOST = 8  # rows; more scroll
_NAMES = 160  # px
_AHEAD = timedelta(hours=3)


class _Delegate(QStyledItemDelegate):
    def __init__(self, owner: "Timeline") -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(_NAMES * 2, self._owner.fontMetrics().lineSpacing() + 10)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        bar = index.data(BAR)
        if not isinstance(bar, Bar):
            return
        of = theme().tokens
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType]
            painter.fillRect(box, QColor(of.color("selected" if self._owner.hasFocus() else "selected-inactive")))
        painter.setFont(font("body"))
        painter.setPen(QColor(of.color("text")))
        room = box.adjusted(12, 0, 0, 0)
        room.setWidth(_NAMES - 20)
        name = painter.fontMetrics().elidedText(bar.profile, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        self._track(painter, QRectF(box.adjusted(_NAMES, 0, -8, 0)), bar)
        painter.restore()

    def _track(self, painter: QPainter, box: QRectF, bar: Bar) -> None:
        of, now = theme().tokens, self._owner.now
        begin, whole = now - DAY, DAY + _AHEAD

        def x(at: datetime) -> float:
            return box.left() + box.width() * min(1.0, max(0.0, (at - begin) / whole))

        middle, ok = box.center().y(), QColor(of.color("ok"))
        painter.setClipRect(box)
        for hour in _hours(now):
            painter.fillRect(QRectF(x(hour), box.top(), 1, box.height() + 1), QColor(of.color("border")))
        for one in bar.spans:
            solid = QRectF(x(one.begin), middle - 5, max(3.0, x(min(one.end, now)) - x(one.begin)), 10)
            if one.end > now:
                painter.setPen(QPen(ok, 1, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(x(now), middle - 5, x(one.end) - x(now), 10), 3, 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ok)
            painter.drawRoundedRect(solid, 3, 3)
            for notch in one.notches:
                painter.fillRect(QRectF(x(notch) - 1, middle - 5, 2, 10), QColor(of.color("surface")))
        painter.setPen(QPen(QColor(of.color("accent")), 2))
        painter.drawLine(int(x(now)), int(box.top()), int(x(now)), int(box.bottom()) + 1)
        for at in (one for one in bar.problems if one >= begin):
            painter.setPen(QPen(QColor(of.color("window")), 2))
            painter.setBrush(QColor(of.color("error")))
            painter.drawEllipse(QRectF(x(at) - 8, middle - 8, 16, 16))
            painter.drawLine(QPointF(x(at) - 3, middle - 3), QPointF(x(at) + 3, middle + 3))
            painter.drawLine(QPointF(x(at) - 3, middle + 3), QPointF(x(at) + 3, middle - 3))


class Axis(QWidget):
    """The hours above the bars, for the eye alone."""

    def __init__(self, owner: "Timeline") -> None:
        """Follow a timeline."""
        super().__init__()
        self._owner = owner
        self.setFixedHeight(self.fontMetrics().lineSpacing() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write an hour over its line."""
        painter, now = QPainter(self), self._owner.now
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().tokens.color("text-3")))
        wide = self._owner.viewport().width() - _NAMES - 8
        left = _NAMES + self._owner.viewport().x()
        for hour in _hours(now):
            at = left + wide * ((hour - (now - DAY)) / (DAY + _AHEAD))
            room = QRectF(at - 30, 0, 60, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), _clock(hour))
        painter.end()


def _hours(now: datetime) -> Iterator[datetime]:
    """Yield every third hour of the clock that is shown."""
    at = (now - DAY).astimezone().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while at < now + _AHEAD:
        if at.hour % 3 == 0:
            yield at
        at += timedelta(hours=1)


class Timeline(QListView):
    """`picked` carries the profile of the selected bar, or an empty text."""

    picked = Signal(str)

    def __init__(self, now: datetime) -> None:
        """Begin empty."""
        super().__init__()
        self.now = now
        self.rows = QStandardItemModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(T("The last 24 hours"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._shown: list[str] = []
        self.selectionModel().selectionChanged.connect(self._selected)

    def show_bars(self, bars: Sequence[Bar], now: datetime) -> None:
        """Show bars; the selected one stays selected where it is still there."""
        self.now, kept = now, self.profile()
        self.selectionModel().blockSignals(True)
        self.rows.clear()
        for bar in bars:
            item = QStandardItem(bar.profile)
            item.setData(bar, BAR)
            item.setData(bar_words(bar), Qt.ItemDataRole.AccessibleTextRole)
            item.setToolTip(bar_words(bar))
            self.rows.appendRow(item)
            if kept and bar.profile == kept:
                self.setCurrentIndex(item.index())
        self.selectionModel().blockSignals(False)
        if kept != self.profile():
            self.picked.emit(self.profile())
        rows = min(len(bars), _MOST)
        self.setFixedHeight(rows * max(self.sizeHintForRow(0), 0) + 2 * self.frameWidth() + 4)
        self.viewport().update()

    def profile(self) -> str:
        """Return the profile of the selected bar."""
        found = self.selectionModel().selectedIndexes()
        return str(found[0].data()) if found else ""

    def _selected(self) -> None:
        self.picked.emit(self.profile())


def bar_words(bar: Bar) -> str:
    """Return a bar in words: "prod-admin, 13:52 to 14:52, problem at 14:22"."""
    parts = [bar.profile]
    parts += [T("{begin} to {end}", begin=_clock(one.begin), end=_clock(one.end)) for one in bar.spans]
    parts += [T("problem at {time}", time=_clock(at)) for at in bar.problems]
    return ", ".join(parts)


def _clock(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M")
