"""The sidebar's tree: views, groups with what is below them, tags, sources; profiles are dropped on it."""

from collections.abc import Callable, Collection, Sequence
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from app.texts import T
from ui.main_window.profile_view import typed_text
from ui.models.profiles import dragged
from ui.present.arrange import View, ViewKind
from ui.present.sidebar import Item
from ui.style import icons
from ui.style.fonts import font, grown
from ui.style.mirror import draw_text, end, mirrored, placed, start
from ui.style.rows import draw_ground
from ui.style.theme import theme

ITEM = Qt.ItemDataRole.UserRole + 1
Where = QModelIndex | QPersistentModelIndex
_STEP = 18  # px of a level
_ARROW = 18  # px before a group; all of these grow with the texts
_ICON, _CARET, _DOT = 16, 12, 8


def _indent(item: Item) -> int:
    """Return how far in a group's picture stands: a last group's dot below the picture of the one that it is in."""
    return grown(_ARROW) + grown(_STEP) * (item.level if item.parent else max(item.level - 1, 0))


def _top(box: QRect, size: int) -> int:
    """Return where a picture begins that stands in the middle of a line."""
    return box.center().y() - size // 2 + 1


def _below(item: object) -> int:
    """Return the height of the line below a title."""
    return QFontMetrics(font("small")).lineSpacing() + 2 if isinstance(item, Item) and item.detail else 0


class SidebarDelegate(QStyledItemDelegate):
    """Rows of 28 px with an icon or a label dot, and the count at the right."""

    def __init__(self, tree: "SidebarTree") -> None:
        """Paint a tree's rows."""
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: Where) -> QSize:
        del option
        item = index.data(ITEM)
        line = QFontMetrics(font("body")).lineSpacing()
        extra = 8 if isinstance(item, Item) and item.view is None else _below(item)
        return QSize(0, theme().tokens.height("sidebar-row", line - 6) + extra)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Where) -> None:
        item = index.data(ITEM)
        if not isinstance(item, Item):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
        if mirrored():
            box.setRight(self._tree.viewport().width() - 1)
        else:
            box.setLeft(0)
        if item.view is None:
            painter.setFont(font("small", strong=True))
            painter.setPen(QColor(theme().tokens.color("text-2")))
            draw_text(painter, placed(box, box.adjusted(16, 8, 0, -2)), start(), item.title)
        else:
            self._item(painter, box.adjusted(8, 0, -8, -1), item, option, index)
        painter.restore()

    def _item(self, painter: QPainter, box: QRect, item: Item, option: QStyleOptionViewItem, index: Where) -> None:
        of, whole = theme().tokens, box
        box = box.adjusted(0, 0, 0, -_below(item))
        state = option.state  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        self._background(painter, whole, item, state, selected=selected)
        x = box.left() + 8
        ratio = painter.device().devicePixelRatioF()
        if item.view is not None and item.view.kind is ViewKind.GROUP:
            if item.parent:
                name = "caret-down" if self._tree.isExpanded(QModelIndex(index)) else "caret-right"  # type: ignore[arg-type]
                size = grown(_CARET)
                arrow = icons.pixmap(name, of.color("text-2"), size, ratio)
                at = placed(box, QRect(x + grown(_STEP) * item.level, _top(box, size), size, size))
                painter.drawPixmap(at.topLeft(), arrow)
            x += _indent(item)
        size = grown(_ICON)
        if item.label:
            dot = grown(_DOT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(of.label(item.label)))
            painter.drawEllipse(placed(box, QRect(x + (size - dot) // 2, _top(box, dot), dot, dot)))
        elif item.icon:
            picture = icons.pixmap(item.icon, of.color("text-2"), size, ratio)
            painter.drawPixmap(placed(box, QRect(x, _top(box, size), size, size)).topLeft(), picture)
        x += size + 8
        self._texts(painter, box, x, item, selected=selected)
        if item.detail:
            self._detail(painter, QRect(x, box.bottom() - 2, whole.right() - x - 8, _below(item)), item)

    def _background(
        self, painter: QPainter, box: QRect, item: Item, state: QStyle.StateFlag, *, selected: bool
    ) -> None:
        of = theme().tokens
        focused = self._tree.hasFocus()
        if self._tree.target == item.view:
            painter.setPen(QPen(QColor(of.color("focus")), 2))
            painter.setBrush(QColor(of.color("selected")))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        elif selected or state & QStyle.StateFlag.State_MouseOver:
            name = "selected" if focused and selected else ("selected-inactive" if selected else "hover")
            draw_ground(painter, box, name, of, 6)
        if focused and self._tree.by_key and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(of.color("focus")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)

    def _texts(self, painter: QPainter, box: QRect, x: int, item: Item, *, selected: bool) -> None:
        of = theme().tokens
        made = font("body", strong=selected)
        count = "" if item.count is None else str(item.count)
        width = QFontMetrics(font("small")).horizontalAdvance(count) + 8
        text = QRect(x, box.top(), box.right() - x - 8 - width, box.height())
        painter.setFont(made)
        painter.setPen(QColor(of.color("text")))
        said = QFontMetrics(made).elidedText(item.title, Qt.TextElideMode.ElideRight, text.width())
        draw_text(painter, placed(box, text), start(), said)
        painter.setFont(font("small", strong=item.alert))
        painter.setPen(QColor(of.color("warn-text" if item.alert else "text-3")))
        draw_text(painter, placed(box, box.adjusted(0, 0, -8, 0)), end(), count)

    def _detail(self, painter: QPainter, box: QRect, item: Item) -> None:
        """The line below a title; what asks for a look has a sign before it, so that not the color alone tells."""
        of, whole = theme().tokens, QRect(0, box.top(), self._tree.viewport().width(), box.height())
        if item.old:
            size = grown(_CARET)
            sign = icons.pixmap("warning-fill", of.color("warn"), size, painter.device().devicePixelRatioF())
            at = placed(whole, QRect(box.left(), _top(box, size), size, size))
            painter.drawPixmap(at.topLeft(), sign)
            box = box.adjusted(size + 4, 0, 0, 0)
        made = font("small")
        painter.setFont(made)
        painter.setPen(QColor(of.color("warn-text" if item.old else "text-3")))
        said = QFontMetrics(made).elidedText(item.detail, Qt.TextElideMode.ElideRight, box.width())
        draw_text(painter, placed(whole, box), start(), said)


class SidebarTree(QTreeView):
    """`dropped` carries a View and the names of the profiles that were dropped on it."""

    dropped = Signal(object, object)

    def __init__(self, model: QStandardItemModel, takes: Callable[[View, str], bool]) -> None:
        """Show the model; `takes` says whether a profile can be dropped on a view."""
        super().__init__()
        self._takes = takes
        self.target: View | None = None  # under what is dragged
        self.by_key = False  # the row was reached by a key: its ring is shown
        self.setObjectName("sidebarList")
        self.setModel(model)
        self.setItemDelegate(SidebarDelegate(self))
        self.setAccessibleName(T("Views, groups, tags and sources"))
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setDropIndicatorShown(False)

    def restyle(self) -> None:
        """Measure and paint anew."""
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def drawBranches(self, painter: QPainter, rect: QRect, index: Where) -> None:
        """Paint nothing: the row itself has the arrow."""

    def every(self) -> list[QStandardItem]:
        """Return all rows from top to bottom, those of closed groups too."""
        model = cast("QStandardItemModel", self.model())
        found: list[QStandardItem] = []

        def walk(parent: QStandardItem) -> None:
            for number in range(parent.rowCount()):
                item = parent.child(number)
                found.append(item)
                walk(item)

        walk(model.invisibleRootItem())
        return found

    def closed_groups(self) -> list[str]:
        """Return the groups that are closed."""
        found: list[str] = []
        for row in self.every():
            item = row.data(ITEM)
            if isinstance(item, Item) and item.parent and item.view is not None and not self.isExpanded(row.index()):
                found.append(item.view.subject)
        return found

    def open_groups(self, closed: Collection[str]) -> None:
        """Open all groups but these."""
        for row in self.every():
            item = row.data(ITEM)
            if isinstance(item, Item) and item.parent and item.view is not None:
                self.setExpanded(row.index(), item.view.subject not in closed)

    # pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a group's arrow opens or closes it; anywhere else it picks."""
        self.by_key = False
        index = self.indexAt(event.position().toPoint())
        item = index.data(ITEM)
        x = event.position().x()
        x = self.viewport().width() - x if mirrored() else x
        on_arrow = isinstance(item, Item) and item.parent and x < 16 + _indent(item)
        if on_arrow and event.button() == Qt.MouseButton.LeftButton:
            self.setExpanded(index, not self.isExpanded(index))
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What types goes on to the window's search."""
        if typed_text(event):
            event.ignore()
            return
        self.by_key = True
        super().keyPressEvent(event)
        self.viewport().update()

    # drops

    def _over(self, event: QDropEvent) -> tuple[View | None, Sequence[str]]:
        """Return the view under what is dragged, if it takes any of the profiles, and those it takes."""
        item = self.indexAt(event.position().toPoint()).data(ITEM)
        view = item.view if isinstance(item, Item) else None
        names = [name for name in dragged(event.mimeData()) if view is not None and self._takes(view, name)]
        return (view, names) if names else (None, ())

    def _aim(self, view: View | None) -> None:
        if view != self.target:
            self.target = view
            self.viewport().update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragged(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # scrolls at the edges
        view, _ = self._over(event)
        self._aim(view)
        if view is None:
            event.ignore()
        else:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._aim(None)

    def dropEvent(self, event: QDropEvent) -> None:
        view, names = self._over(event)
        self._aim(None)
        if view is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(view, list(names))
