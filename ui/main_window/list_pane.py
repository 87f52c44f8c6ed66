"""The list with its search: what is shown, what is picked, what Enter does."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QWidget

from app.texts import T
from ui.main_window.empty import EmptyList
from ui.main_window.profile_view import ProfileView
from ui.main_window.selection_bar import SelectionBar
from ui.models.profiles import ProfileList
from ui.present.arrange import Order, View
from ui.present.sidebar import view_title
from ui.style.keycaps import spelled
from ui.widgets.basics import column, icon_button, label, plain, row, rule
from ui.widgets.elided import ElidedLabel
from ui.widgets.quiet import QuietBox
from ui.widgets.search_field import SearchField

_STILL = 2000  # ms that pointer and selection rest before rows change their order
_READY = 400  # ms after the window is there, until a search is made ready
_STEPS = {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class ListPane(QWidget):
    """`current` carries the name of the profile shown in the detail; `activated` one that Enter was pressed on."""

    current = Signal(str)
    activated = Signal(str)
    menu_wanted = Signal(str, QPoint)
    new_wanted = Signal(str)
    role_wanted = Signal()
    source_wanted = Signal()
    import_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, model: ProfileList) -> None:
        """Show the model."""
        super().__init__()
        self.setObjectName("list")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = model
        self.search = SearchField(T("Name, account, role, region, tag"), T("Search profiles"))
        self.title = ElidedLabel("heading")
        self.count = label(role="third")
        self.order = QuietBox()
        self.order.setAccessibleName(T("Sort by"))
        for order, text in ((Order.STATUS, T("Sort: status")), (Order.ACCOUNT, T("Sort: account"))):
            self.order.addItem(text, order)
        self.view = ProfileView(model)
        self.empty = EmptyList()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        self.bar = SelectionBar()
        self.side = icon_button("sidebar", T("Show the sidebar"), kind="square")
        self.side.setToolTip(f"{T('Show the sidebar')}  F9")
        self.side.hide()
        self.add = icon_button("plus", T("New profile or source"), self._open_new, kind="square")
        self._build_menu()
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL)
        self._still.timeout.connect(self._let_go)
        self._ready = QTimer(self)
        self._ready.setSingleShot(True)
        self._ready.setInterval(_READY)
        self._ready.timeout.connect(model.prepare)
        self.setLayout(
            column(
                plain(row(self.side, self.search, self.add, margins=(12, 12, 12, 0))),
                plain(row(self.title, self.count, None, self.order, margins=(14, 8, 9, 2), spacing=6)),
                rule(),
                self.stack,
                self.bar,
                spacing=0,
            )
        )
        self._connect()
        self.restyle()
        self.update_head()

    def _build_menu(self) -> None:
        self._new_menu = QMenu(self)
        self._new_menu.addAction(f"{T('New profile')}\t{spelled('Ctrl+N')}").triggered.connect(self._new)
        self._new_menu.addAction(f"{T('New source')}\t{spelled('Ctrl+Shift+N')}").triggered.connect(self.source_wanted)
        self._new_menu.addSeparator()
        self._new_menu.addAction(T("Create a role…")).triggered.connect(self.role_wanted)
        self._new_menu.addSeparator()
        self._new_menu.addAction(T("Import from AWS files…")).triggered.connect(self.import_wanted)
        self._new_menu.addAction(T("Add profiles from a file…")).triggered.connect(self.file_wanted)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.order.currentIndexChanged.connect(self._sorted)
        self.view.current_changed.connect(self.current)
        self.view.activated_name.connect(self.activated)
        self.view.menu_wanted.connect(self.menu_wanted)
        self.view.typed.connect(self.type)
        self.view.stirred.connect(self._hold)
        self.view.several.connect(self.bar.show_count)
        self.empty.clear.clicked.connect(self.search.clear)
        self.empty.use.clicked.connect(self._use_nearest)
        for one in (self.empty.make, self.empty.new):
            one.clicked.connect(self._new)
        self.empty.source.clicked.connect(self.source_wanted)
        self.empty.files.clicked.connect(self.import_wanted)

    def restyle(self) -> None:
        """Follow a change of theme."""
        self.search.restyle()
        self.view.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self.view.measure()

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

    def showEvent(self, event: QShowEvent) -> None:
        """Make ready for a search when the first rows are there."""
        super().showEvent(event)
        self._ready.start()

    def reload(self) -> None:
        """Take over what the model shows after it was given another catalog."""
        if self.isVisible():
            self._ready.start()
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

    def _hold(self) -> None:
        """Leave rows where they are under a pointer or a selection that moves."""
        self.model.hold(on=True)
        self._still.start()

    def _let_go(self) -> None:
        self.model.hold(on=False)
        self.update_head()

    def update_head(self) -> None:
        """Show heading and count, or what to do when nothing is shown."""
        self.title.setText(view_title(self.model.view))
        self.count.setText(str(self.model.count))
        self.stack.setCurrentWidget(self.view if self.model.count else self.empty)
        if not self.model.count:
            query = self.model.query.strip()
            nearest = self.model.nearest(query) if query else ""
            self.empty.show_for(query, nearest, self.model.view, first=not self.model.catalog.profiles)

    def _use_nearest(self) -> None:
        self.search.setText(self.model.nearest(self.model.query))

    def _new(self) -> None:
        self.new_wanted.emit(self.search.text().strip() if not self.model.count else "")

    def _open_new(self) -> None:
        self._new_menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def type(self, text: str) -> None:
        """Go on typing in the search."""
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
            return self._key_in_search(event) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    def _key_in_search(self, event: QKeyEvent) -> bool:
        if event.key() in _STEPS:
            self.view.setFocus()
            QApplication.sendEvent(self.view, event)
        elif event.key() in _ENTER and self.view.picked:
            self.activated.emit(self.view.picked)
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            return False
        return True
