"""The pages of an import: the wait, and what was found with its filters, table and footer."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QLineEdit,
    QMenu,
    QProgressBar,
    QWidget,
)

from app.importing.executor import Step
from app.texts import N, T
from ui.models.importing import ImportModel, State
from ui.onboarding.chips import Chip
from ui.onboarding.table import ImportTable
from ui.present.importing import Kind, Line, counts, heading
from ui.present.remedies import Card
from ui.style import icons
from ui.style.fonts import grown
from ui.style.theme import theme
from ui.widgets.basics import Glyph, button, column, icon_button, label, plain, put_icon, row
from ui.widgets.cards import ProblemCard, card_place
from ui.widgets.flow import Flow
from ui.widgets.line_icons import put_in

_CHIPS = (None, Kind.IMPORT, Kind.MOVE, Kind.CONFLICT, Kind.LEAVE)


class WaitPage(QWidget):
    """What is being read."""

    def __init__(self) -> None:
        """Lay it out."""
        super().__init__()
        self.words = label(role="second")
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(240)
        self.setLayout(column(None, self.words, row(None, self.bar, None), None))

    def show_path(self, words: str) -> None:
        """Say what is read."""
        self.words.setText(words)
        self.bar.setAccessibleName(words)


class FoundPage(QWidget):
    """What was found. What a person wants goes out as signals; `go` and `later` are the footer's buttons."""

    again_wanted = Signal()
    retry_wanted = Signal()
    undo_wanted = Signal()
    backups_wanted = Signal()
    file_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self) -> None:
        """Lay it out."""
        super().__init__()
        self.model = ImportModel()
        self.table = ImportTable(self.model)
        self.title = label(role="headline", wrap=True)
        self.detail = label(role="second", wrap=True)
        self.card = ProblemCard()
        self.search = QLineEdit()
        self.search.setPlaceholderText(T("Filter"))
        self.search.setAccessibleName(T("Filter profiles"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(108)
        self.search.setMaximumWidth(grown(200))
        self._lens = QAction(self.search)
        put_in(self.search, self._lens, T("Search"), QLineEdit.ActionPosition.LeadingPosition)
        self.more = icon_button("folder", T("Other files"), self._open_menu)
        self._menu = QMenu(self)
        for words, wanted in (
            (T("Import a file…"), self.file_wanted),
            (T("Look in another folder…"), self.folder_wanted),
            (T("Read again"), self.again_wanted),
        ):
            self._menu.addAction(words).triggered.connect(wanted)
        self.chips: dict[Kind | None, Chip] = {}
        self.filters = plain(self._filters())
        self.setLayout(
            column(
                plain(column(self.title, self.detail, margins=(24, 20, 24, 12), spacing=2)),
                card_place(self.card, (24, 0, 24, 12)),
                self.filters,
                self.table,
                spacing=0,
            )
        )
        self._make_footer()
        self.search.textChanged.connect(self._filter)
        theme().changed.connect(self.restyle)
        self.restyle()

    def _filters(self) -> Flow:
        """One line; where it is too narrow for that, what does not fit goes below."""
        group, line = QButtonGroup(self), Flow(spacing=8, lines=8, fill=True)
        line.setContentsMargins(24, 0, 20, 12)
        for kind in _CHIPS:
            made = self.chips[kind] = Chip(kind)
            made.clicked.connect(partial(self._chosen, kind))
            group.addButton(made)
            line.addWidget(made)
        self.chips[None].setChecked(True)
        line.addWidget(plain(row(None, self.search, self.more)))
        return line

    def _make_footer(self) -> None:
        self.shield, self.said = Glyph("shield-check"), label(role="second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.backups = button(T("Show backups"), "link", pressed=self.backups_wanted.emit)
        self.undo = button(T("Undo the changes in the files"), "link", pressed=self.undo_wanted.emit)
        self.retry = button(T("Try again"), pressed=self.retry_wanted.emit)
        self.later = button(T("Not now"))
        self.go = button("", "primary")
        self.footer = QWidget()
        self.footer.setObjectName("dialogFooter")
        self.footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = row(
            self.shield, self.said, self.bar, self.backups, self.undo, None, self.retry, self.later, self.go,
            margins=(16, 12, 16, 12),
        )  # fmt: skip
        self.footer.setLayout(line)
        self._reset_footer()

    def order_focus(self) -> None:
        """Put the focus in its order, once all is in one window."""
        chain = [*self.chips.values(), self.search, self.more, self.table, self.backups, self.undo, self.retry]
        order = [*chain, self.later, self.go]
        for one, following in pairwise(order):
            QWidget.setTabOrder(one, following)

    def restyle(self) -> None:
        """Follow a change of theme."""
        of = theme().tokens
        self._lens.setIcon(icons.icon("magnifying-glass", of.color("text-2")))
        put_icon(self.more, "folder")
        self.shield.redraw()

    def _open_menu(self) -> None:
        self._menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    # filters

    def _chosen(self, kind: Kind | None, _checked: object = None) -> None:
        self.model.show(kind, self.search.text())

    def _filter(self, words: str) -> None:
        self.model.show(self.model.kind, words)

    # what is shown

    def show_card(self, card: Card | None) -> None:
        """Show what stands in the way, or nothing."""
        self.card.show_card(card)

    def show_found(self, count: int, place: str, some: bool) -> None:  # noqa: FBT001  the value itself
        """Say how many profiles were found where."""
        self.title.setText(heading(count, place) if some or not count else T("Nothing new in {place}", place=place))
        self.detail.setText(
            T("Choose what Rolecall looks after. Nothing is written until you press Import, and what changes in the "
              "files is backed up first.")
        )  # fmt: skip
        self.filters.show()
        self._reset_footer()

    def show_lines(self, lines: Sequence[Line], checked: Collection[str], *, anew: bool) -> None:
        """Show rows with their filters."""
        if anew and self.model.kind is not None:
            self.chips[None].setChecked(True)
            self.model.show(None, self.model.words)
        self.model.use(lines, checked, anew=anew)
        for kind, count in counts(lines).items():
            self.chips[kind].count(count)
            self.chips[kind].setVisible(kind is None or count > 0)

    def say_backups(self, words: str) -> None:
        """Say where backups go."""
        self.said.setText(words)

    def _reset_footer(self) -> None:
        for one in (self.bar, self.backups, self.undo, self.retry):
            one.hide()
        for one in (self.shield, self.said, self.later):
            one.show()
        self.later.setEnabled(True)

    # progress and end

    def begin(self, count: int) -> None:
        """Show the progress of so many rows."""
        self.chips[None].setChecked(True)
        self.search.clear()
        self.model.show(None, "")
        self.model.begin()
        self.filters.hide()
        self.card.show_card(None)
        self.shield.hide()
        self.bar.setRange(0, count)
        self.bar.setValue(0)
        self.bar.show()
        self.go.setEnabled(False)
        self.later.setEnabled(False)
        self.tell({})

    def tell(self, states: Mapping[str, State]) -> None:
        """Show how far rows are."""
        self.model.tell(states)
        over = sum(one.step in {Step.DONE, Step.FAILED} for one in self.model.states.values())
        self.bar.setValue(over)
        words = T("{n} of {all}", n=over, all=len(self.model.states))
        self.said.setText(words)
        self.bar.setAccessibleName(words)

    def show_done(self, title: str, *, failed: int, taken: bool) -> None:
        """Show what came of it."""
        self.title.setText(title)
        if failed:
            self.model.failed_first()
            self.table.go_to(0)
        parts = [T("Keys that were in the files are in the keyring now.")] if taken else []
        parts += [N("{n} row failed and stays.", "{n} rows failed and stay.", failed)] if failed else []
        self.detail.setText(" ".join(parts) or T("The AWS files stay as they are."))
        self.bar.hide()
        self.said.hide()
        self.backups.setVisible(taken)
        self.undo.setVisible(taken)
        self.retry.setVisible(bool(failed))
        self.later.hide()
        self.go.setText(T("Done"))
        self.go.setEnabled(True)
        self.go.setFocus()

    def show_undone(self) -> None:
        """Say that the files are as they were."""
        self.undo.hide()
        self.detail.setText(T("The AWS files are as they were before. What was imported stays in Rolecall."))
