"""The detail of a profile: name and actions, problem, chain, session, identity, deliveries."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.texts import T
from ui.main_window.lines import DeliveryLine, FactList, NothingPicked
from ui.main_window.place_line import PlaceLine
from ui.main_window.recent import RecentPart
from ui.main_window.steps import StepList
from ui.present.detail import Detail
from ui.present.names import SHELLS, shell_label
from ui.present.questions import Act
from ui.present.words import shorter_arns
from ui.style.fonts import grown, more_line
from ui.style.keycaps import spelled
from ui.style.mirror import mirrored
from ui.widgets.basics import (
    ICON_GAP,
    Glyph,
    Mark,
    button,
    card,
    column,
    icon_button,
    label,
    plain,
    put_icon,
    row,
    rule,
)
from ui.widgets.cards import ConfirmCard, ProblemCard
from ui.widgets.page import Page, PageBody
from ui.widgets.pictures import Chain, Elided, Ring
from ui.widgets.settling import settle

_WIDE = 520  # px from which there is room for the key and the shell beside the actions
_AROUND = 66  # px of margins and gaps about the actions
_GAP = 24
_PICTURE = 46  # px of a button beside its words
_CARD = 36  # px of the session card's own margins
_FACTS = 120  # px that facts need beside the ring at least
_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
_SIDE = 24  # px of the page's margin
_SIDES = 2 * _SIDE + 2


class DetailPane(QWidget):
    """Shows a `Detail`; says by signals what a person wants, for the profile that is shown."""

    start_wanted = Signal()
    stop_wanted = Signal()
    copy_wanted = Signal(str)  # a format, or empty for the last chosen
    act_wanted = Signal(object)  # Act: console, read-only exports
    renew_wanted = Signal()
    default_wanted = Signal()
    favorite_wanted = Signal()
    edit_wanted = Signal()
    export_wanted = Signal()
    delete_wanted = Signal()
    hop_wanted = Signal(int)
    text_wanted = Signal(str)  # copy a text that is no secret
    remedy_wanted = Signal(object)

    def __init__(self) -> None:
        """Begin with nothing picked."""
        super().__init__()
        self.setObjectName("detail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.shown: Detail | None = None
        self.nothing = NothingPicked()
        self.head = self._build_head()
        self.problem = ProblemCard()
        self.confirm = ConfirmCard()
        self.chain = Chain()
        self.body = self._build_body()
        self.pane = Page(self.body, _SIDE)
        self.setLayout(column(self.nothing, self.head, self.pane, spacing=0))
        self.problem.pressed.connect(self.remedy_wanted)
        self.chain.picked.connect(self.hop_wanted)
        self.show_nothing("")

    def _build_head(self) -> QWidget:
        self.name = Elided("", "headline", "text")
        self.production = Mark(production=True)
        self.default = Mark()
        self.star = Glyph("star-fill")
        self.place = PlaceLine()
        self.edit = button(T("Edit"), icon="pencil-simple", pressed=self.edit_wanted.emit)
        self.more = icon_button("dots-three", T("More actions"), self._open_more, kind="square")
        self.edit.setAccessibleName(T("Edit"))
        self._marks = plain(row(self.production, self.default, self.star, None))
        self._named = row(self.name, self._marks)
        named = plain(self._named)
        named.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        first = row(named)
        first.setStretch(0, 1)
        for one in (self.edit, self.more):
            first.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        self._named.setStretch(1, 1)
        self.start = button(T("Start"), "primary", "play-fill", pressed=self.start_wanted.emit)
        self.stop = button(T("Stop"), icon="stop-fill", pressed=self.stop_wanted.emit)
        self.copy = self._split()
        self.console = button(T("Open console"), icon="arrow-square-out", pressed=self._console)
        self.console.setAccessibleName(T("Open console"))
        self.console.setToolTip(T("Open console"))
        self.shell = label(role="second")
        self.hint = plain(row(Mark("Ctrl+C", key=True), self.shell, spacing=6))
        actions = row(self.start, self.stop, self.copy, self.console, None, self.hint)
        return plain(column(first, self.place, 9, actions, margins=(_SIDE, 17, _SIDE, 10), spacing=0))

    def _split(self) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "button")
        made.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        made.setProperty("mirrored", mirrored())
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        put_icon(made, "copy")
        self.formats = QMenu(made)
        for style in SHELLS:
            self.formats.addAction(shell_label(style)).setData(style)
        self.formats.addSeparator()
        self.formats.addAction(T("Read-only exports")).setData(Act.COPY_READ_ONLY)
        self.renewing = self.formats.addAction(T("Self-renewing exports"))
        self.renewing.setData(Act.COPY_RENEWING)
        self.formats.triggered.connect(self._format)
        made.setMenu(self.formats)
        made.clicked.connect(self._copy)
        made.setFixedHeight(self.start.sizeHint().height())
        return made

    def _build_body(self) -> PageBody:
        self.ring = Ring()
        session = card()
        self.facts_part, self.steps = FactList(), StepList()
        self._session = row(self.ring, self.facts_part, self.steps, spacing=20, margins=(18, 14, 18, 14))
        session.setLayout(self._session)
        self.recent = RecentPart()
        self.arn = Elided("", "code", "text")
        self.copy_arn = icon_button("copy", T("Copy the ARN"), self._copy_arn)
        self.account = label(role="code", select=True)
        self.account_name = Elided("", "small", "text-2")
        self.region = label(role="code", select=True)
        self.identity = QGridLayout()
        self.identity.setHorizontalSpacing(16)
        self.identity.setVerticalSpacing(2)
        self.identity.setColumnStretch(1, 1)
        self.identity.setColumnMinimumWidth(0, 74)
        self.copy_arn.setFixedHeight(grown(24))
        self.identity.setRowMinimumHeight(0, 28 + more_line())  # as high without the button
        self._whose = row(self.account, self.account_name)
        self._where = row(plain(self._whose), spacing=12)
        self._where.addWidget(plain(row(label(T("Region"), "third"), self.region, None)), 1)
        for number, (title, part) in enumerate(((T("ARN"), self.arn), (T("Account"), plain(self._where)))):
            side = label(title, "third")
            side.setMinimumHeight(self.account.sizeHint().height())
            self.identity.addWidget(side, number, 0, *([Qt.AlignmentFlag.AlignTop] if number else []))
            self.identity.addWidget(part, number, 1)
        self.identity.addWidget(self.copy_arn, 0, 2)
        self.lacks = label(role="second", wrap=True)
        self.deliveries = QVBoxLayout()
        self.deliveries.setContentsMargins(0, 0, 0, 0)
        self.deliveries.setSpacing(0)
        self.delivery_card = card()
        self.delivery_card.setLayout(self.deliveries)
        self.copy_only = label(T("Copy only: nothing is written anywhere."), "second", wrap=True)
        self.note = label(role="second", wrap=True)
        page = PageBody()
        page.setObjectName("page")
        page.setLayout(
            column(
                *(self.confirm, self.problem, self.chain, 2, session, 4),
                *(column(label(T("Identity"), "section"), plain(self.identity), spacing=3), self.lacks, 4),
                *(
                    label(T("Delivery"), "section"),
                    self.delivery_card,
                    self.copy_only,
                    4,
                    self.recent,
                    4,
                    self.note,
                    None,
                ),
                margins=(_SIDE, 4, _SIDE, 24),
                spacing=10,
            )
        )
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit what is in the detail into the room there is."""
        super().resizeEvent(event)
        self._fit()
        settle(self)

    def _fit(self) -> None:
        room, wide = self.width() - _SIDES, self.width() >= _WIDE
        self.chain.fit(room)
        self.confirm.fit(room)
        self.problem.fit(room)
        self._where.setDirection(_ACROSS if wide else _DOWN)
        self._where.setSpacing(12 if wide else 2)
        narrow = not wide and more_line() > 0  # large texts
        self._whose.setDirection(_DOWN if narrow else _ACROSS)
        self._whose.setSpacing(0 if narrow else 8)
        self.identity.setHorizontalSpacing(6 if narrow else 16)
        ring, inside = self.ring.width() + self._session.spacing(), room - _CARD
        across = ring + max(self.facts_part.least, _FACTS) <= inside
        self._session.setDirection(_ACROSS if across else _DOWN)
        self.facts_part.fit(inside - ring if across else inside)
        self._fit_name()
        self._fit_actions()

    def _fit_name(self) -> None:
        """Where the name has no room beside its marks and the buttons, drop the word Edit, then put the marks below."""
        words = f"{ICON_GAP}{T('Edit')}"
        own = self.edit.fontMetrics().horizontalAdvance(words) + _PICTURE
        room = self.width() - 2 * _SIDE - self.more.sizeHint().width() - 3 * 8
        across = self.name.sizeHint().width() + self._marks.sizeHint().width()
        wanted = words if across <= room - own else ""
        if self.edit.text() != wanted:
            self.edit.setText(wanted)
            self.edit.setToolTip("" if wanted else T("Edit"))
        down = across > room - _PICTURE and self._marks.sizeHint().width() > 0
        self._named.setDirection(_DOWN if down else _ACROSS)
        self._named.setSpacing(2 if down else 8)

    def _fit_actions(self) -> None:
        """Drop the hint, then the console button's words, then most of the copy button's, where there is no room."""
        words = f"{ICON_GAP}{T('Open console')}"
        first = self.stop if self.shown is not None and self.shown.running else self.start
        own = self.console.fontMetrics().horizontalAdvance(words) + _PICTURE
        copy = self.shown.copy_text if self.shown is not None else ""
        self.copy.setText(f"{ICON_GAP}{copy}")
        room = self.width() - _AROUND - first.sizeHint().width() - self.copy.sizeHint().width()
        if room < _PICTURE:
            self.copy.setText(f"{ICON_GAP}{T('Copy')}")
        wanted = words if room >= own else ""
        if self.console.text() != wanted:
            self.console.setText(wanted)
        self.hint.setVisible(self.width() >= _WIDE and room >= own + self.hint.sizeHint().width() + _GAP)

    def show_nothing(self, words: str) -> None:
        """Show that nothing is picked."""
        self.shown = None
        self.nothing.show_words(words)
        self.nothing.show()
        self.head.hide()
        self.pane.hide()

    def show_detail(self, detail: Detail) -> bool:
        """Show a profile; parts that did not change are left alone. Returns whether cards or chain are others now."""
        before, self.shown = self.shown, detail
        if before is None or before.name != detail.name:
            self.nothing.hide()
            self.head.show()
            self.pane.show()
            self.confirm.close_question()
            self.pane.verticalScrollBar().setValue(0)
        if before == detail:
            return False
        self.problem.show_card(detail.card)
        self.chain.show_nodes(detail.chain)
        self.ring.show_time(detail.glyph, detail.ring_text, detail.ring_note, detail.ring_spoken)
        self.facts_part.show_facts(detail.facts)
        self.steps.show_steps(detail.steps)
        self.steps.setVisible(bool(detail.steps))
        self.facts_part.setVisible(not detail.steps)
        self._show_identity(detail)
        if before is None or before.deliveries != detail.deliveries:
            self._show_deliveries(detail)
        self.note.setText(detail.note)
        self.note.setVisible(bool(detail.note))
        self._show_head(detail)
        self._fit()
        settle(self)
        return before is None or (before.card, before.chain) != (detail.card, detail.chain)

    def _show_head(self, detail: Detail) -> None:
        self.name.set(detail.name)
        self.production.set(detail.production, detail.label)
        self.default.set(T("default") if detail.default else "")
        self.star.setVisible(detail.favorite)
        self.place.set(detail.place, detail.tags)
        self.start.setVisible(not detail.running)
        self.stop.setVisible(detail.running)
        self.copy.setAccessibleName(detail.copy_text)
        self.renewing.setEnabled(detail.renewing)
        self.shell.setText(detail.shell)

    def _show_identity(self, detail: Detail) -> None:
        self.arn.set_face("code" if detail.arn else "small")
        self.arn.set(detail.arn or T("not known yet"), shorter=shorter_arns(detail.arn))
        self.arn.setToolTip(detail.arn)
        self.copy_arn.setVisible(bool(detail.arn))
        self.account.setText(detail.account or "–")
        self.account_name.set(detail.account_name)
        self.account_name.setVisible(bool(detail.account_name))
        self.region.setText(detail.region)
        self.lacks.setText("\n".join(detail.lacks))
        self.lacks.setVisible(bool(detail.lacks))

    def _show_deliveries(self, detail: Detail) -> None:
        while self.deliveries.count():
            item = self.deliveries.takeAt(0)
            gone = item.widget() if item else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for number, one in enumerate(detail.deliveries):
            if number:
                self.deliveries.addWidget(rule())
            self.deliveries.addWidget(DeliveryLine(one))
        self.delivery_card.setVisible(bool(detail.deliveries))
        self.copy_only.setVisible(not detail.deliveries)

    def _open_more(self) -> None:
        self.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def popup(self, at: QPoint) -> None:
        """Open the menu of all actions at a point of the screen."""
        detail = self.shown
        if detail is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        first = (T("Stop"), self.stop_wanted) if detail.running else (T("Start"), self.start_wanted)
        favorite = T("Remove from favorites") if detail.favorite else T("Add to favorites")
        for text, signal, key in (
            (*first, ""),
            (T("Copy read-only exports"), Act.COPY_READ_ONLY, ""),
            (T("Open console"), Act.CONSOLE, "Ctrl+O"),
            (T("Refresh now"), self.renew_wanted, "Ctrl+R"),
            (T("Make default"), self.default_wanted, "Ctrl+D"),
            (favorite, self.favorite_wanted, "Ctrl+B"),
            (T("Edit"), self.edit_wanted, "Ctrl+E"),
            (T("Export…"), self.export_wanted, ""),
            (T("Delete…"), self.delete_wanted, "Del"),
        ):
            action = menu.addAction(f"{text}\t{spelled(key)}" if key else text)
            action.triggered.connect(partial(self._chosen, signal))
            if signal is self.default_wanted:
                action.setEnabled(not detail.default)
        menu.popup(at)

    def _chosen(self, wanted: SignalInstance | Act, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  Qt's
        self.act_wanted.emit(wanted) if isinstance(wanted, Act) else wanted.emit()

    def _console(self) -> None:
        self.act_wanted.emit(Act.CONSOLE)

    def _copy(self) -> None:
        self.copy_wanted.emit("")

    def _format(self, action: QAction) -> None:
        """Copy in a format, or what stands beside the formats."""
        data = str(action.data())
        if data in (Act.COPY_READ_ONLY, Act.COPY_RENEWING):
            self.act_wanted.emit(Act(data))
        else:
            self.copy_wanted.emit(data)

    def open_formats(self) -> None:
        """Open the list of formats, as Ctrl+Shift+C does."""
        self.formats.popup(self.copy.mapToGlobal(QPoint(0, self.copy.height())))

    def _copy_arn(self) -> None:
        if self.shown is not None:
            self.text_wanted.emit(self.shown.arn)
