"""The sidebar: fixed views with counts, groups, tags, sources; activity and settings below."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from app.domain.keys import OLD_AFTER
from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.domain.session import Status
from app.domain.source import AccessKeys
from app.texts import T
from ui.main_window.sidebar_tree import ITEM, SidebarTree
from ui.present.arrange import View, ViewKind
from ui.present.sidebar import Item, items, live_items, takes, with_age
from ui.style import icons
from ui.style.fonts import font
from ui.style.keycaps import spelled
from ui.style.mirror import draw_text, end, placed, start
from ui.style.theme import theme
from ui.widgets.basics import column, rule


class Sidebar(QWidget):
    """`picked` carries a View; `source_opened` the name of a source that was double-clicked or entered."""

    picked = Signal(object)
    source_opened = Signal(str)
    source_deleted = Signal(str)
    source_keys = Signal(str)
    settings_wanted = Signal()
    activity_wanted = Signal()
    hide_wanted = Signal()

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = QStandardItemModel(self)
        self._catalog = Catalog()
        self._closed: frozenset[str] = frozenset()
        self._quiet = False
        self.list = SidebarTree(self.model, self._takes)
        self.dropped = self.list.dropped
        self.sources = NavButton(T("Sources"), "key", self._toggle_sources)
        self.sources.setCheckable(True)
        self.activity = NavButton(T("Activity"), "chart-bar-horizontal", self.activity_wanted.emit)
        self.activity.setToolTip(spelled("Ctrl+Shift+A"))
        self.settings = NavButton(T("Settings"), "gear-six", self.settings_wanted.emit)
        self.settings.setToolTip(spelled("Ctrl+,"))
        line = column(rule(), margins=(8, 4, 8, 4))
        parts = (self.list, line, self.sources, self.activity, self.settings)
        self.setLayout(column(*parts, spacing=0, margins=(0, 8, 0, 8)))
        self.list.selectionModel().currentChanged.connect(self._current)
        self.list.activated.connect(self._activated)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)

    def _takes(self, view: View, name: str) -> bool:
        return takes(view, self._catalog.profiles.get(name))

    def use(self, catalog: Catalog, statuses: Mapping[ProfileName, Status], view: View, now: datetime) -> None:
        """Show a catalog's views; the picked one stays picked if it is still there, closed groups stay closed."""
        self._quiet = True
        self._closed = frozenset(self.closed_groups())
        self._catalog = catalog
        self.model.clear()
        parents: list[QStandardItem] = []
        for item in items(catalog, statuses, now):
            row = _made(item)
            del parents[item.level :]
            (parents[-1] if parents else self.model.invisibleRootItem()).appendRow(row)
            parents.append(row)
        self.sources.show_count(len(catalog.sources))
        self._hide_sources()
        self.list.open_groups(self._closed)
        self.pick(view)
        self._quiet = False

    def closed_groups(self) -> list[str]:
        """Return the groups that are closed."""
        return self.list.closed_groups() if self.model.rowCount() else sorted(self._closed)

    def close_groups(self, closed: frozenset[str], *, sources: bool) -> None:
        """Close these groups alone, and show the sources or not."""
        self._closed = closed
        self.list.open_groups(closed)
        self.sources.setChecked(sources)
        self._hide_sources()

    def _toggle_sources(self) -> None:
        self._hide_sources()
        if self.sources.isChecked():
            self.list.scrollToBottom()

    def _hide_sources(self) -> None:
        """Show the sources while their button is down."""
        shown = self.sources.isChecked()
        for number in range(self.model.rowCount()):
            item = self.model.item(number).data(ITEM)
            if isinstance(item, Item) and item.source:
                self.list.setRowHidden(number, QModelIndex(), not shown)

    def refresh(self, catalog: Catalog, statuses: Mapping[ProfileName, Status], now: datetime) -> None:
        """Show the counts that sessions change, and the ages of keys that were found out meanwhile."""
        for number, item in enumerate(live_items(catalog, statuses)):
            row = self.model.item(number)
            if row.data(ITEM) != item:
                _fill(row, item)
        for number in range(self.model.rowCount() - 1, -1, -1):
            row = self.model.item(number)
            item = row.data(ITEM)
            if not (isinstance(item, Item) and item.source):
                break  # the sources stand last
            if (aged := with_age(item, catalog, now)) != item:
                _fill(row, aged)

    def pick(self, view: View) -> bool:
        """Select a view; False if it is not there."""
        for row in self.list.every():
            item = row.data(ITEM)
            if isinstance(item, Item) and item.view == view:
                if item.source and not self.sources.isChecked():
                    self.sources.setChecked(True)
                    self._hide_sources()
                self.list.setCurrentIndex(row.index())
                return True
        return False

    def _current(self, index: QModelIndex) -> None:
        item = index.data(ITEM)
        if isinstance(item, Item) and item.view is not None and not self._quiet:
            self.picked.emit(item.view)

    def _menu(self, at: QPoint) -> None:
        item = self.list.indexAt(at).data(ITEM)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(item, Item) and item.view is not None and item.view.kind is ViewKind.SOURCE:
            name = item.view.subject
            menu.addAction(T("Edit source")).triggered.connect(partial(self._emit, self.source_opened, name))
            if isinstance(self._catalog.sources.get(name), AccessKeys):
                menu.addAction(T("Rotate access key…")).triggered.connect(partial(self._emit, self.source_keys, name))
            menu.addAction(T("Delete source…")).triggered.connect(partial(self._emit, self.source_deleted, name))
            menu.addSeparator()
        menu.addAction(f"{T('Hide the sidebar')}\tF9").triggered.connect(self.hide_wanted)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def source(self) -> str:
        """Return the source whose row has the focus, or an empty text."""
        item = self.list.currentIndex().data(ITEM)
        view = item.view if isinstance(item, Item) and self.list.hasFocus() else None
        return view.subject if view is not None and view.kind is ViewKind.SOURCE else ""

    def _emit(self, signal: SignalInstance, name: str, _checked: object = None) -> None:
        signal.emit(name)

    def _activated(self, index: QModelIndex) -> None:
        item = index.data(ITEM)
        if isinstance(item, Item) and item.view is not None and item.view.kind is ViewKind.SOURCE:
            self.source_opened.emit(item.view.subject)


class NavButton(QAbstractButton):
    """A row below the tree that opens something; painted as the tree's rows are."""

    def __init__(self, text: str, picture: str, pressed: object) -> None:
        """Show text and picture."""
        super().__init__()
        self._picture, self._count = picture, ""
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(pressed)

    def show_count(self, count: int) -> None:
        """Show a number at the right."""
        self._count = str(count)
        self.setAccessibleName(f"{self.text()}, {count}")
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(font("body"))
        height = theme().tokens.height("sidebar-row", metrics.lineSpacing() - 6)
        return QSize(metrics.horizontalAdvance(self.text()) + 80, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, of = QPainter(self), theme().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(8, 0, -8, -1)
        painter.setPen(QPen(QColor(of.color("focus")), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        if self.isDown() or self.underMouse() or self.hasFocus():
            shade = QColor(of.color("press" if self.isDown() else "hover"))
            painter.setBrush(shade if self.isDown() or self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1) if self.hasFocus() else box, 6, 6)
        picture = icons.pixmap(self._picture, of.color("text-2"), 16, self.devicePixelRatioF())
        at = QRect(box.left() + 8, box.center().y() - 7, 16, 16)
        painter.drawPixmap(placed(box, at).topLeft(), picture)
        painter.setFont(font("small"))
        painter.setPen(QColor(of.color("text-3")))
        draw_text(painter, placed(box, box.adjusted(0, 0, -8, 0)), end(), self._count)
        painter.setFont(font("body"))
        painter.setPen(QColor(of.color("text")))
        room = QRect(box.left() + 32, box.top(), box.width() - 72, box.height())
        said = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        draw_text(painter, placed(box, room), start(), said)


def _made(item: Item) -> QStandardItem:
    row = QStandardItem()
    _fill(row, item)
    if item.view is None:
        row.setFlags(Qt.ItemFlag.NoItemFlags)
    return row


def _fill(row: QStandardItem, item: Item) -> None:
    row.setText(item.title)
    row.setData(item, ITEM)
    older = T("Older than {days} days: a new one is due.", days=OLD_AFTER.days) if item.old else ""
    said = [item.title, "" if item.count is None else str(item.count), item.detail, older]
    row.setData(", ".join(part for part in said if part), Qt.ItemDataRole.AccessibleTextRole)
    row.setToolTip("\n".join(part for part in (item.detail, older) if part))  # the line may have no room for all
