"""The quick switch window: a field, a list, the keys of the selected row. It says what is wanted; others do it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QFrame, QLineEdit, QListView, QWidget

from app.domain.names import ProfileName
from app.domain.problem import Problem
from app.domain.profile import Catalog
from app.domain.session import Status, next_attempt_of
from app.ports import Clock
from app.texts import T, describe
from ui.palette.banner import Banner
from ui.palette.delegate import PaletteDelegate
from ui.palette.footer import Footer, Hint
from ui.palette.keys import Want, enter, enter_act, hints_of, menu_of_row, open_on_right_click, step, want_of
from ui.palette.model import PaletteList
from ui.present.glyphs import Shape, needs_attention, start_problem
from ui.present.palette import Finder, Listed, Now, count_words, spoken_count
from ui.present.questions import Act, Confirmation, question_before
from ui.present.remedies import Button, Do, buttons
from ui.style.fonts import grown, scaled
from ui.style.theme import theme
from ui.widgets.basics import Glyph, column, label, plain, repaint_icons, row

_SIZE = QSize(640, 420)
_HEAD = 48
_PATIENCE = 3000  # ms that the palette waits for a start before it closes


class Palette(QDialog):
    """Made once and kept; `open_palette` shows it with what is true then."""

    act_wanted = Signal(object, str, str)  # Act, name, style; what must be confirmed is
    want_wanted = Signal(object, str)  # Want, name: edit, refresh, details, favorite
    new_wanted = Signal(str)  # a profile of that name
    unlock_wanted = Signal()
    remedy_wanted = Signal(object, str)  # remedies.Button, name

    def __init__(self, clock: Clock, *, square: bool = False) -> None:
        """Build the window; nothing is shown. `square`: no round corners, where nothing can be translucent."""
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setWindowTitle(T("Quick switch"))
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, not square)
        self.setProperty("square", square)
        self._clock = clock
        self._finder = Finder(Catalog())
        self._recents: tuple[str, ...] = ()
        self._style, self._asked = "", Act.START
        self._starting, self._seals_told = "", False
        self.model = PaletteList(clock, self)
        self.field, self.count = QLineEdit(), label("", "second")
        self.list, self.empty, self.banner = QListView(), label("", "second", wrap=True), Banner()
        self.delegate = PaletteDelegate(self.list)
        self.footer = Footer()
        self._build()
        self._connect()
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self.close)

    def _build(self) -> None:
        self.field.setObjectName("paletteField")
        self.field.setFont(scaled(self.field.font(), 1.2))
        self.field.setPlaceholderText(T("Switch to a profile"))
        self.field.setAccessibleName(T("Switch to a profile"))
        head = plain(row(Glyph("magnifying-glass", "text-2", 18), self.field, self.count, spacing=6))
        head.setObjectName("paletteHead")
        layout = head.layout()
        if layout is not None:
            layout.setContentsMargins(17, 0, 17, 0)
        head.setFixedHeight(max(_HEAD, self.field.fontMetrics().height() + 20))
        self.list.setObjectName("paletteList")
        self.list.setModel(self.model)
        self.list.setItemDelegate(self.delegate)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(T("Profiles"))
        self.empty.setContentsMargins(17, 10, 17, 10)
        self.empty.hide()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        body = QFrame()
        body.setObjectName("paletteBody")
        middle = plain(column(self.list, self.empty, spacing=0, margins=(0, 3, 0, 0)))
        inner = column(head, self.banner, middle, self.footer, spacing=0)
        inner.setStretch(2, 1)
        body.setLayout(inner)
        self.setLayout(column(body, spacing=0))
        self.resize(QSize(grown(_SIZE.width()), grown(_SIZE.height())))

    def _connect(self) -> None:
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.banner.pressed.connect(self.unlock_wanted)
        self.list.clicked.connect(self._clicked)
        open_on_right_click(self)
        self.list.selectionModel().currentChanged.connect(self._moved)
        self.footer.pressed.connect(self.press)
        self.footer.confirmed.connect(self._confirmed)
        self.footer.instead.connect(self._less)
        self.footer.canceled.connect(self._canceled)
        self.footer.remedied.connect(self._remedied)
        theme().changed.connect(self.list.viewport().update)

    # what is shown

    def use(self, catalog: Catalog) -> None:
        """Show another catalog from now on."""
        self._finder = Finder(catalog)
        if self.isVisible():
            self._list()

    def prepare(self) -> None:
        """Make what a search needs, so that the first letter does not wait for it."""
        self._finder.prepare()

    def open_palette(self, statuses: Mapping[ProfileName, Status], recents: Sequence[str], style: str) -> None:
        """Show the palette on the screen of the pointer, empty."""
        self._recents, self._style, self._starting = tuple(recents), style, ""
        self.model.statuses = statuses
        self.footer.close_question()
        self.field.clear()
        self.show_banner("")
        self._list()
        self._place()
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus()
        self._ticker.start()
        QTimer.singleShot(0, self.prepare)

    def _place(self) -> None:
        screen = QGuiApplication.screenAt(QCursor.pos()) or self.screen()
        area = screen.availableGeometry()
        self.resize(self.size().boundedTo(area.size() - QSize(16, 16)))
        left = area.center().x() - self.width() // 2
        self.move(QPoint(left, area.top() + max((area.height() - self.height()) // 4, 8)))

    def show_banner(self, text: str) -> None:
        """Show what concerns every row, above them: the keyring is locked."""
        self.banner.show_words(text)

    def take(self, changed: frozenset[ProfileName], statuses: Mapping[ProfileName, Status]) -> None:
        """Show what changed; a start that was waited for closes the palette once it is done."""
        self.model.statuses = statuses
        if not self.isVisible():
            return
        self.model.refresh(changed)
        if not self.footer.tells:
            self._keys()
        if self._starting in changed:
            self._look_at_start()

    def _look_at_start(self) -> None:
        status = self.model.status(self._starting)
        if status.valid(self._clock.now()):
            self.close()
            return
        problem, again = start_problem(status), self._starting
        if problem is not None:
            self.show_problem(problem)
            self._starting = again if next_attempt_of(status.state) is not None else ""
        elif needs_attention(status):
            self._starting = ""
            self._patience.stop()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong and what to do about it, in place of the keys: until another row is looked at."""
        self._starting = ""
        self._patience.stop()
        self.footer.say(describe(problem).title, buttons(problem)[0])

    def _remedied(self, button: Button) -> None:
        name = self.picked()
        self._keys()
        if button.do is not Do.RENEW:
            self.close()
        self.remedy_wanted.emit(button, name)

    def _typed(self, _text: str) -> None:
        self._list()

    def _list(self) -> None:
        now = Now(self.model.statuses, self._recents, self._clock.now())
        query = self.field.text()
        listed = self._finder.listed(query, now)
        self.list.setUniformItemSizes(bool(query.strip()))  # without headings one row is measured for all
        self.model.show(self._finder.catalog, listed.lines, query)
        self.count.setText(count_words(listed.found, len(self._finder), query))
        self.list.setVisible(bool(listed.lines))
        self.empty.setVisible(not listed.lines)
        self.empty.setText(self._nothing(query.strip()))
        self.select(listed.first)
        self._announce(listed)

    def _nothing(self, query: str) -> str:
        if not query:
            return T("There is no profile yet. Enter makes the first one.")
        return T("No profile matches “{query}”. Enter makes a new one.", query=query)

    def _announce(self, listed: Listed) -> None:
        """Tell a screen reader, which stays at the field, how many there are and which one is selected."""
        parts = [spoken_count(listed.found)] if self.field.text().strip() else []
        made = self.model.row(self.picked())
        parts += [made.spoken] if made else ([] if listed.lines else [self.empty.text()])
        self.field.setAccessibleDescription(", ".join(parts))

    def select(self, number: int) -> None:
        """Select a line, -1: none."""
        self.list.setCurrentIndex(self.model.index(number) if number >= 0 else QModelIndex())
        if number == 1:
            self.list.scrollToTop()  # with its heading
        self._keys()

    def picked(self) -> str:
        """Return the selected profile, or an empty text."""
        return self.model.name(self.list.currentIndex().row())

    def _moved(self, *_: object) -> None:
        self._keys()
        made = self.model.row(self.picked())
        if made is not None:
            self.field.setAccessibleDescription(made.spoken)

    def _keys(self) -> None:
        name = self.picked()
        if not name:
            self.footer.show_keys((Hint("Return", T("Enter"), T("New profile")), Hint("Esc", T("Esc"), T("Clear"))))
            return
        status, switch = self.model.status(name), self.model.catalog.settings.switch
        self.footer.show_keys(hints_of(status, self._clock.now(), switch))

    def _tick(self) -> None:
        rows = [self.model.row(line) for line in self.model.lines if isinstance(line, str)]
        self.delegate.turn = (self.delegate.turn + (0 if theme().still else 90)) % 360
        if any(one is not None and (one.running or one.glyph.shape is Shape.BUSY) for one in rows[:40]):
            self.model.refresh()

    # keys and clicks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While a question is open its keys count alone."""
        if self.footer.question is None:
            super().keyPressEvent(event)
        else:
            self.footer.answer(event)

    def _key(self, event: QKeyEvent) -> bool:
        want = want_of(event, selected=self.field.hasSelectedText())
        if want is None:
            return False
        if want.step:
            step(self, want.step)
        elif want.number:
            enter(self, want.number)
        else:
            self.do(want.want)
        return True

    def press(self, key: str) -> None:
        """Do what a key of the footer does."""
        self.do({"Return": Want.ENTER, "Esc": Want.ESCAPE, "Tab": Want.MENU}.get(key) or Want(key))

    def do(self, want: Want) -> None:
        """Carry out what a key or a click wants, for the selected row."""
        name = self.picked()
        table: dict[Want, Callable[[], object]] = {
            Want.ESCAPE: self._escape,
            Want.ENTER: lambda: self._enter(name),
            Want.COPY: lambda: self._ask(Act.COPY, name),
            Want.READ_ONLY: lambda: self._ask(Act.COPY_READ_ONLY, name),
            Want.CONSOLE: lambda: self._ask(Act.CONSOLE, name),
            Want.DEFAULT: lambda: self._ask(Act.DEFAULT, name),
            Want.STOP: lambda: self._ask(Act.STOP, name),
            Want.START: lambda: self._ask(Act.START, name),
            Want.MENU: lambda: self._menu(name),
            Want.UNLOCK: self.banner.press,
        }
        act = table.get(want)
        if act is not None:
            act()
        elif name:
            self.close()
            self.want_wanted.emit(want, name)

    def _escape(self) -> None:
        if self.field.text():
            self.field.clear()
        else:
            self.close()

    def _enter(self, name: str) -> None:
        if not name:
            typed = self.field.text().strip()
            self.close()
            self.new_wanted.emit(typed)
            return
        valid = self.model.status(name).valid(self._clock.now())
        self._ask(enter_act(self.model.catalog.settings.switch, valid=valid), name)

    def _clicked(self, index: QModelIndex) -> None:
        if self.model.name(index.row()):
            self.do(Want.ENTER)

    def _menu(self, name: str) -> None:
        if not name:
            return
        menu = menu_of_row(self, self.model.status(name), self._clock.now(), self._copy_as)
        box = self.list.visualRect(self.list.currentIndex())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.list.viewport().mapToGlobal(box.bottomLeft() + QPoint(51, 0)))
        menu.setActiveAction(menu.actions()[0])

    def _copy_as(self, style: str) -> None:
        self._ask(Act.COPY, self.picked(), style)

    # acts

    def _ask(self, act: Act, name: str, style: str = "") -> None:
        """Want an act; where production or the profile's own rules say so, only after a question in the footer."""
        profile = self.model.catalog.profiles.get(name)
        if profile is None:
            return
        valid = self.model.status(name).valid(self._clock.now())
        if act is Act.STOP and not valid and not needs_attention(self.model.status(name)):
            return
        question = question_before(self.model.catalog, profile, act, valid=valid)
        self._asked, self._style = act, style
        if question is None:
            self._act(act, name)
            return
        made = self.model.row(name)
        self.footer.ask(question, made.production if made else "")

    def _confirmed(self, question: Confirmation) -> None:
        self.field.setFocus()
        self._act(self._asked, question.profile)

    def _less(self, question: Confirmation) -> None:
        self.field.setFocus()
        if question.instead is not None:
            self._act(question.instead, question.profile)

    def _canceled(self) -> None:
        self.field.setFocus()
        self._keys()

    def _act(self, act: Act, name: str) -> None:
        self._keys()
        waits = act in (Act.START, Act.COPY) and not self.model.status(name).valid(self._clock.now())
        if waits:
            self._starting = name
            self._patience.start()
        elif act is not Act.STOP:
            self.close()
        self.act_wanted.emit(act, name, self._style)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self.delegate.forget()
        if event.type() == QEvent.Type.StyleChange:  # another theme
            repaint_icons(self)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            QTimer.singleShot(0, self, self._left)

    def _left(self) -> None:
        """Close when the focus went to another window; not for a menu of its own, nor while it asks."""
        popup: QWidget | None = QApplication.activePopupWidget()
        if self.isVisible() and not self.isActiveWindow() and popup is None and self.footer.question is None:
            self.close()

    def hideEvent(self, event: QEvent) -> None:  # type: ignore[override]
        super().hideEvent(event)  # type: ignore[arg-type]
        self._ticker.stop()
        self._patience.stop()
        self._starting = ""
        self.footer.close_question()
