"""The sidebar: fixed views with counts, groups, tags, sources."""

from collections.abc import Mapping
from functools import partial
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.domain.session import Status
from app.texts import T
from ui.present.arrange import View, ViewKind
from ui.present.sidebar import Item, items, live_items
from ui.style import icons
from ui.style.fonts import font
from ui.style.mirror import draw_text, end, placed, start
from ui.style.theme import theme
from ui.widgets.basics import button, row

ITEM = Qt.ItemDataRole.UserRole + 1
Where = QModelIndex | QPersistentModelIndex


class SidebarDelegate(QStyledItemDelegate):
    """Rows of 28 px with an icon or a label dot, and the count at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Where) -> QSize:
        del option
        item = index.data(ITEM)
        line = QFontMetrics(font("body")).lineSpacing()
        extra = 8 if isinstance(item, Item) and item.view is None else 2
        return QSize(0, theme().tokens.height("sidebar-row", line - 6) + extra)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Where) -> None:
        item = index.data(ITEM)
        if not isinstance(item, Item):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        if item.view is None:
            painter.setFont(font("small", strong=True))
            painter.setPen(QColor(theme().tokens.color("text-3")))
            draw_text(painter, placed(box, box.adjusted(16, 8, 0, -2)), start(), item.title)
        else:
            self._item(painter, box.adjusted(8, 1, -8, -1), item, option)
        painter.restore()

    def _item(self, painter: QPainter, box: QRect, item: Item, option: QStyleOptionViewItem) -> None:
        of = theme().tokens
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        widget = cast("QWidget | None", option.widget)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        focused = selected and widget is not None and bool(widget.hasFocus())  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType]
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            name = "selected" if focused else ("selected-inactive" if selected else "hover")
            painter.setBrush(QColor(of.color(name)))
            painter.drawRoundedRect(box, 6, 6)
        x = box.left() + 8 + 16 * item.level
        ratio = painter.device().devicePixelRatioF()
        if item.label:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(of.label(item.label)))
            painter.drawEllipse(placed(box, QRect(x + 4, box.center().y() - 3, 8, 8)))
        elif item.icon:
            picture = icons.pixmap(item.icon, of.color("text-2"), 16, ratio)
            painter.drawPixmap(placed(box, QRect(x, box.center().y() - 7, 16, 16)).topLeft(), picture)
        made = font("body", strong=selected)
        count = "" if item.count is None else str(item.count)
        width = QFontMetrics(font("small")).horizontalAdvance(count) + 8
        text = QRect(x + 24, box.top(), box.right() - x - 32 - width, box.height())
        painter.setFont(made)
        painter.setPen(QColor(of.color("text")))
        said = QFontMetrics(made).elidedText(item.title, Qt.TextElideMode.ElideRight, text.width())
        draw_text(painter, placed(box, text), start(), said)
        painter.setFont(font("small", strong=item.alert))
        painter.setPen(QColor(of.color("warn-text" if item.alert else "text-3")))
        draw_text(painter, placed(box, box.adjusted(0, 0, -8, 0)), end(), count)


class Sidebar(QWidget):
    """`picked` carries a View; `source_opened` the name of a source that was double-clicked or entered."""

    picked = Signal(object)
    source_opened = Signal(str)
    source_deleted = Signal(str)
    settings_wanted = Signal()
    activity_wanted = Signal()

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setObjectName("sidebarList")
        self.list.setModel(self.model)
        self.list.setItemDelegate(SidebarDelegate(self.list))
        self.list.setAccessibleName(T("Views, groups, tags and sources"))
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 8)
        box.addWidget(self.list)
        self.activity = button(T("Activity"), "quiet", "list-bullets", pressed=self.activity_wanted.emit)
        self.activity.setToolTip("Ctrl+Shift+A")
        box.addLayout(row(self.activity, None, margins=(8, 4, 8, 0)))
        self.settings = button(T("Settings"), "quiet", "gear-six", pressed=self.settings_wanted.emit)
        self.settings.setToolTip("Ctrl+,")
        box.addLayout(row(self.settings, None, margins=(8, 4, 8, 0)))
        self.list.selectionModel().currentChanged.connect(self._current)
        self.list.activated.connect(self._activated)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self._quiet = False

    def use(self, catalog: Catalog, statuses: Mapping[ProfileName, Status], view: View) -> None:
        """Show a catalog's views; the picked one stays picked if it is still there."""
        self._quiet = True
        self.model.clear()
        for item in items(catalog, statuses):
            self.model.appendRow(_made(item))
        self.pick(view)
        self._quiet = False

    def refresh(self, catalog: Catalog, statuses: Mapping[ProfileName, Status]) -> None:
        """Show the counts that sessions change."""
        for number, item in enumerate(live_items(catalog, statuses)):
            row = self.model.item(number)
            if row.data(ITEM) != item:
                _fill(row, item)

    def pick(self, view: View) -> bool:
        """Select a view; False if it is not there."""
        for number in range(self.model.rowCount()):
            item = self.model.item(number).data(ITEM)
            if isinstance(item, Item) and item.view == view:
                self.list.setCurrentIndex(self.model.index(number, 0))
                return True
        return False

    def _current(self, index: QModelIndex) -> None:
        item = index.data(ITEM)
        if isinstance(item, Item) and item.view is not None and not self._quiet:
            self.picked.emit(item.view)

    def _menu(self, at: QPoint) -> None:
        item = self.list.indexAt(at).data(ITEM)
        if isinstance(item, Item) and item.view is not None and item.view.kind is ViewKind.SOURCE:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            name = item.view.subject
            menu.addAction(T("Edit source")).triggered.connect(partial(self._emit, self.source_opened, name))
            menu.addAction(T("Delete source…")).triggered.connect(partial(self._emit, self.source_deleted, name))
            menu.popup(self.list.viewport().mapToGlobal(at))

    def _emit(self, signal: SignalInstance, name: str, _checked: object = None) -> None:
        signal.emit(name)

    def _activated(self, index: QModelIndex) -> None:
        item = index.data(ITEM)
        if isinstance(item, Item) and item.view is not None and item.view.kind is ViewKind.SOURCE:
            self.source_opened.emit(item.view.subject)


def _made(item: Item) -> QStandardItem:
    row = QStandardItem()
    _fill(row, item)
    if item.view is None:
        row.setFlags(Qt.ItemFlag.NoItemFlags)
    return row


def _fill(row: QStandardItem, item: Item) -> None:
    row.setText(item.title)
    row.setData(item, ITEM)
    said = item.title if item.count is None else f"{item.title}, {item.count}"
    row.setData(said, Qt.ItemDataRole.AccessibleTextRole)
