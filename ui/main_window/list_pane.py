"""The list with its search: what is shown, what is picked, what Enter does."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QWidget,
)

from app.texts import N, T
from ui.main_window.delegate import ProfileDelegate
from ui.models.profiles import ProfileList
from ui.present.arrange import Order, View
from ui.present.sidebar import view_title
from ui.style import icons
from ui.style.theme import theme
from ui.widgets.basics import button, column, icon_button, label, plain, row, rule


class ListPane(QWidget):
    """`current` carries the name of the profile shown in the detail; `activated` one that Enter was pressed on."""

    current = Signal(str)
    activated = Signal(str)
    menu_wanted = Signal(str, QPoint)
    new_wanted = Signal(str)
    role_wanted = Signal()
    source_wanted = Signal()

    def __init__(self, model: ProfileList) -> None:
        """Show the model."""
        super().__init__()
        self.setObjectName("list")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = model
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setPlaceholderText(T("Name, account, role, region, tag"))
        self.search.setAccessibleName(T("Search profiles"))
        self._lens = QAction(self.search)
        self.search.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self.search.setClearButtonEnabled(True)
        self.title = label(role="body-strong")
        self.count = label(role="third")
        self.order = QComboBox()
        self.order.setAccessibleName(T("Sort by"))
        self.order.setProperty("quiet", True)
        for order, text in ((Order.STATUS, T("Sort: status")), (Order.ACCOUNT, T("Sort: account"))):
            self.order.addItem(text, order)
        self.view = ProfileView(model)
        self.empty = _Empty()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        self.add = icon_button("plus", T("New profile or source"), self._open_new)
        self._new_menu = QMenu(self)
        self._new_menu.addAction(f"{T('New profile')}\tCtrl+N").triggered.connect(self._new)
        self._new_menu.addAction(f"{T('New source')}\tCtrl+Shift+N").triggered.connect(self.source_wanted)
        self._new_menu.addSeparator()
        self._new_menu.addAction(T("Create a role…")).triggered.connect(self.role_wanted)
        self.setLayout(
            column(
                plain(row(self.search, self.add, margins=(12, 12, 12, 0))),
                plain(row(self.title, self.count, None, self.order, margins=(14, 4, 8, 4), spacing=6)),
                rule(),
                self.stack,
                spacing=0,
            )
        )
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.order.currentIndexChanged.connect(self._sorted)
        self.view.current_changed.connect(self.current)
        self.view.activated_name.connect(self.activated)
        self.view.menu_wanted.connect(self.menu_wanted)
        self.view.typed.connect(self._type)
        self.empty.clear.clicked.connect(self.search.clear)
        self.empty.use.clicked.connect(self._use_nearest)
        self.empty.make.clicked.connect(self._new)
        self.empty.source.clicked.connect(self.source_wanted)
        self.restyle()
        self.update_head()

    def restyle(self) -> None:
        """Follow a change of theme."""
        self._lens.setIcon(icons.icon("magnifying-glass", theme().tokens.color("text-2")))
        self.view.viewport().update()

    def show_view(self, view: View) -> None:
        """Show another view; the picked profile stays picked if it is in it."""
        kept = self.view.picked
        self.model.show(view=view)
        self._after(kept)

    def pick(self, name: str) -> None:
        """Pick a profile, showing all profiles if the view does not have it."""
        if not self.model.place(name).isValid():
            self.search.clear()
            self.model.show(view=View(), query="")
        self.view.pick(name)
        self.update_head()

    def reload(self) -> None:
        """Take over what the model shows after it was given another catalog."""
        self._after(self.view.picked)

    def _after(self, name: str) -> None:
        self.view.pick(name if self.model.place(name).isValid() else self.view.first())
        self.update_head()

    def _searched(self, text: str) -> None:
        kept = self.view.picked
        self.model.show(query=text)
        self.view.pick(self.view.first() if text or not kept else kept)
        self.update_head()

    def _sorted(self) -> None:
        kept = self.view.picked
        self.model.show(order=self.order.currentData())
        self._after(kept)

    def update_head(self) -> None:
        """Show heading and count, or what to do when nothing is shown."""
        self.title.setText(view_title(self.model.view))
        self.count.setText(str(self.model.count))
        self.stack.setCurrentWidget(self.view if self.model.count else self.empty)
        if not self.model.count:
            nearest = self.model.nearest(self.model.query) if self.model.query else ""
            self.empty.show_for(
                self.model.query, nearest, view_title(self.model.view), first=not self.model.catalog.profiles
            )

    def _use_nearest(self) -> None:
        self.search.setText(self.model.nearest(self.model.query))

    def _new(self) -> None:
        self.new_wanted.emit(self.search.text() if not self.model.count else "")

    def _open_new(self) -> None:
        self._new_menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _type(self, text: str) -> None:
        self.search.setFocus()
        self.search.insert(text)

    def _copies_nothing(self, event: QKeyEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Copy)
        return asked and not self.search.hasSelectedText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and self._copies_nothing(event):
            event.ignore()  # the line would take Ctrl+C for itself
            return True
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
                self.view.setFocus()
                QApplication.sendEvent(self.view, event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.view.picked:
                self.activated.emit(self.view.picked)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)


class ProfileView(QListView):
    """The list view itself."""

    current_changed = Signal(str)
    activated_name = Signal(str)
    menu_wanted = Signal(str, QPoint)
    typed = Signal(str)

    def __init__(self, model: ProfileList) -> None:
        """Show the model."""
        super().__init__()
        self._list = model
        self.picked = ""
        self.setModel(model)
        self.setItemDelegate(ProfileDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(200)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(T("Profiles"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.selectionModel().currentChanged.connect(self._current)
        self.doubleClicked.connect(self._double)
        self.customContextMenuRequested.connect(self._menu)

    def selected(self) -> list[str]:
        """Return the names of the selected profiles."""
        return [name for name in map(self._list.name_at, self.selectedIndexes()) if name]

    def select(self, names: Iterable[str]) -> None:
        """Select these too, as far as they are shown; the picked one stays."""
        for name in names:
            where = self._list.place(name)
            if where.isValid():
                self.selectionModel().select(where, QItemSelectionModel.SelectionFlag.Select)

    def first(self) -> str:
        """Return the name at the top."""
        return next((name for row in range(2) if (name := self._list.name_at(self._list.index(row)))), "")

    def pick(self, name: str) -> None:
        """Select one profile and tell so; an empty name selects nothing."""
        where = self._list.place(name)
        if where.isValid():
            self.selectionModel().setCurrentIndex(where, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(where)
        elif self.picked:
            self.picked = ""
            self.current_changed.emit("")

    def _current(self, index: QModelIndex) -> None:
        name = self._list.name_at(index)
        if name and name != self.picked:
            self.picked = name
            self.current_changed.emit(name)

    def _double(self, index: QModelIndex) -> None:
        name = self._list.name_at(index)
        if name:
            self.activated_name.emit(name)

    def _menu(self, at: QPoint) -> None:
        name = self._list.name_at(self.indexAt(at))
        if name:
            self.menu_wanted.emit(name, self.viewport().mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() and self.picked:
            self.activated_name.emit(self.picked)
            return
        text = event.text()
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
        if text.isprintable() and text.strip() and not modifiers:
            self.typed.emit(text)
            return
        super().keyPressEvent(event)


class _Empty(QWidget):
    """What stands in the list's place when nothing matches."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label(role="body-strong", wrap=True)
        self.detail = label(role="second", wrap=True)
        self.use = button("", small=True)
        self.clear = button(T("Clear"), small=True)
        self.make = button("", "link")
        self.source = button(T("New source"), small=True)
        for one in (self.title, self.detail):
            one.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        buttons = plain(row(None, self.use, self.clear, self.source, None))
        self.setLayout(
            column(
                48, self.title, self.detail, 8, buttons, plain(row(None, self.make, None)), None, margins=(24, 0, 24, 0)
            )
        )

    def show_for(self, query: str, nearest: str, view: str, *, first: bool) -> None:
        """Say why nothing is shown and what to do."""
        if query:
            self.title.setText(T("No profile matches “{query}”", query=query))
            self.detail.setText(T("Searched names, accounts, roles, regions and tags"))
        elif first:
            self.title.setText(T("No profile yet"))
            self.detail.setText(
                T("Begin with a source: the identity that makes the first call. A profile then names it.")
            )
        else:
            self.title.setText(T("Nothing in {view}", view=view))
            self.detail.setText(T("A profile names a source, the roles to assume, and where the session goes."))
        self.use.setVisible(bool(nearest))
        self.use.setText(T("Search for {name}", name=nearest))
        self.clear.setVisible(bool(query))
        self.source.setVisible(first and not query)
        self.make.setText(T("Make a profile named {name}", name=query) if query else T("New profile"))


def selection_words(count: int) -> str:
    """Return how many profiles are selected, in words."""
    return N("{n} profile selected", "{n} profiles selected", count)
