"""The events: sessions over time, below them every event that the journal has, to search, filter and export."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from app.activitywords import HEAD, all_whats
from app.domain.activity import Event
from app.domain.problem import AppError, Problem
from app.domain.values import dataclass
from app.texts import N, T, describe
from ui.activity.axis import Axis, Legend
from ui.activity.cells import BY, DETAIL, EVENT, EventDelegate
from ui.activity.event import EventWindow
from ui.activity.journal import Journal, Line
from ui.activity.kinds import FAILURES, GROUPS, group_words, kinds_of, starter_words
from ui.activity.spans import bars, moment
from ui.activity.table import EventModel
from ui.activity.tables import LineTable, dress, stretch, widen
from ui.activity.timeline import Mark, Timeline, range_begin
from ui.bridge import Bridge
from ui.editor.choices import Option, Segments
from ui.style.theme import restyle
from ui.widgets.basics import ICON_GAP, button, column, label, plain, row, rule, set_role
from ui.widgets.elided import ElidedLabel
from ui.widgets.search_field import SearchField

RANGES = (1, 8, 24, 168, 0)  # hours; 0: all that is kept
_RANGE = 24
_TIMELINE = 0.45  # of the height that the timeline has at most
_ONLY = 150  # pixels for what the events are of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is in the events."""

    search: str = ""
    group: str = ""
    hours: str = str(_RANGE)
    profile: str = ""


class EventsPage(QWidget):
    """A page of the window; `gone` once that is closed, and then nothing is shown any more."""

    def __init__(self, journal: Journal, bridge: Bridge, now: Callable[[], datetime], mark: Mark) -> None:
        """Begin empty; `reload` reads."""
        super().__init__()
        self.setProperty("plain", True)
        self._journal, self._bridge, self._now, self._mark = journal, bridge, now, mark
        self._lines: Sequence[Line] | None = None  # None: not read yet
        self.gone = self._troubled = False
        self._unread = ""  # why there is nothing to show
        self._make_head()
        self.timeline = Timeline(now(), mark)
        self.axis, self.legend = Axis(self.timeline), Legend(self.timeline)
        self.timeline.picked.connect(self._filter)
        self._make_filter()
        self.model = EventModel()
        self.table = LineTable(DETAIL)
        by = max(self.fontMetrics().horizontalAdvance(words) for words in starter_words().values()) + 24
        delegate = EventDelegate(self.table, mark, now)
        dress(self.table, self.model, delegate, T("Events"), (160, 200, 136, 160))
        widen(self.table, EVENT, (HEAD()[EVENT], *all_whats()))
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.setColumnWidth(BY, by)
        self.table.doubleClicked.connect(self.show_event)
        self.table.selectionModel().currentChanged.connect(self._link)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self.table, context=Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.show_event)
        self.empty = label(role="second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clear = button(T("Show all events"), pressed=self.show_all)
        self.nothing = plain(column(None, self.empty, row(None, self.clear, None), None, spacing=12))
        self.said = label(role="second")
        self._over = plain(column(self.axis, self.timeline, self.legend, spacing=0, margins=(20, 4, 20, 4)))
        self._rule = rule()
        line = row(self.search, self.groups, self.only, None, self.count, margins=(20, 10, 20, 10))
        line.setStretch(0, 3)
        sought = plain(line)
        box = column(self._over, self._rule, sought, self.table, self.nothing, spacing=0)
        stretch(box, self.table, self.nothing)
        self._foot = plain(row(self.said, margins=(20, 4, 20, 8)))
        self._foot.hide()
        box.addWidget(self._foot)
        self.setLayout(box)
        self.show_place(Place())
        self._filter()

    def _make_head(self) -> None:
        words = {1: T("1 h"), 8: T("8 h"), 24: T("24 h"), 168: T("7 days"), 0: T("All kept")}
        self.ranges = Segments(T("Range"), [Option(str(one), words[one]) for one in RANGES])
        self.ranges.group.buttonClicked.connect(self._ranged)
        self.export = button(T("Export…"), icon="export", pressed=self.ask_export)

    def _make_filter(self) -> None:
        self.search = SearchField(T("Profile, event, program"), T("Search events"))
        self.search.setMinimumWidth(160)
        self.search.setMaximumWidth(340)
        self.search.textChanged.connect(self._filter)
        self.groups = Segments(T("Events"), [Option(one, group_words(one)) for one in GROUPS])
        self.groups.group.buttonClicked.connect(self._filter)
        self.only = button("", icon="x", small=True, pressed=self.timeline.clear_pick)
        self.count = ElidedLabel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.timeline.give_room(round(self.height() * _TIMELINE))

    def restyle(self) -> None:
        """Follow a change of theme."""
        self.search.restyle()

    def place(self) -> Place:
        """Return where a person is."""
        return Place(self.search.text(), self.groups.value, self.ranges.value, self.timeline.profile())

    def show_place(self, place: Place) -> None:
        """Go to a place; its profile is picked once it is there."""
        self.groups.show_value(place.group)
        self.ranges.show_value(place.hours)
        self.search.setText(place.search)

    # reading

    def reload(self) -> None:
        """Read the journal again."""
        self._bridge.spawn(self._read(), "read journal")

    async def _read(self) -> None:
        try:
            if self._lines is None and self._journal.latest is not None:
                self.show_lines(await self._journal.latest(), whole=False)
            lines = await self._journal.read()
        except AppError as error:
            if not self.gone:
                self._lines = self._lines or ()
                self._unread = describe(error.problem).title
                self._tell(error)
                self._filter()
            return
        if not self.gone:
            self._unread = ""
            self.show_lines(lines)
            self._say_trouble(self._journal.trouble())

    def _say_trouble(self, problem: Problem | None) -> None:
        if problem is not None:
            words = describe(problem)
            cause = T("What happens now is not kept: {cause}.", cause=words.title)
            self.say(f"{cause} {words.remedy}", bad=True)
        elif self._troubled:
            self.say("")
        self._troubled = problem is not None

    def show_lines(self, lines: Sequence[Line], *, whole: bool = True) -> None:
        """Show lines, newest first; not `whole`: there are more to come."""
        if self.gone or not (whole or lines):
            return
        self._lines = lines
        self._draw()
        self._filter()

    def _draw(self) -> None:
        lines, now = self._lines or (), self._now()
        begin = range_begin(now, int(self.ranges.value or _RANGE), lines[-1].event.at if lines else None)
        self.timeline.show_bars(bars((one.event for one in reversed(lines)), now, begin), now, begin)

    def _ranged(self, *_: object) -> None:
        lines, now = self._lines or (), self._now()
        self.timeline.show_whole(range_begin(now, int(self.ranges.value), lines[-1].event.at if lines else None))
        self._draw()
        self._filter()

    # filtering

    def _wanting(self) -> Callable[[Line], bool]:
        """Return the filter: asked tens of thousands of times, it looks nothing up."""
        kinds, profile, span = kinds_of(self.groups.value), self.timeline.profile(), self.timeline.span
        begin, end = self.timeline.scale.begin, None
        if span is not None:
            begin, end = max(begin, span.begin), span.end

        def wanted(line: Line) -> bool:
            event = line.event
            if event.at < begin or event.what not in kinds or (profile and event.profile != profile):
                return False
            return end is None or event.at <= end

        return wanted

    def _filter(self, *_: object) -> None:
        lines = self._lines or ()
        at = self.table.currentIndex()
        kept = self.model.lines[at.row()].event if at.isValid() and at.row() < len(self.model.lines) else None
        self.model.use(lines, self.search.text(), self._wanting())
        again = next((number for number, one in enumerate(self.model.lines) if one.event == kept), None)
        if kept is not None and again is not None:
            self.table.selectRow(again)
        for part in (self.axis, self.timeline, self.legend, self._over, self._rule):
            part.setVisible(self.timeline.rows.rowCount() > 0)
        self._say_only()
        self._say_count(lines)

    def _say_only(self) -> None:
        profile, span, now = self.timeline.profile(), self.timeline.span, self._now()
        self.only.setVisible(bool(profile))
        words = profile
        if span is not None:
            begin, end = moment(span.begin, now), moment(span.end, now)
            words = f"{profile}, {T('{begin} to {end}', begin=begin, end=end)}"
        shown = self.only.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, _ONLY)
        self.only.setText(f"{ICON_GAP}{shown}")
        self.only.setToolTip(T("Only {what}. Show all profiles", what=words))
        self.only.setAccessibleName(T("Only {what}. Show all profiles", what=words))

    def _say_count(self, lines: Sequence[Line]) -> None:
        count = len(self.model.lines)
        begin = self.timeline.scale.begin
        failures = sum(one.event.what in FAILURES and one.event.at >= begin for one in lines)
        words = group_words("failures")
        self.groups.rename("failures", f"{words} {failures}" if failures else words)
        restyle(self.groups.buttons["failures"], tone="error" if failures else "")
        self.export.setEnabled(count > 0)
        zone = self._now().astimezone().tzname() or ""
        self.count.setText(T("{events}, times in {zone}", events=N("{n} event", "{n} events", count), zone=zone))
        self.count.setVisible(self._lines is not None)
        self.table.setVisible(count > 0)
        self.nothing.setVisible(count == 0)
        self.clear.setVisible(bool(lines))
        if self._lines is None:
            self.empty.setText(T("Reading the journal…"))
        elif not lines and self._unread:
            self.empty.setText(f"{self._unread}.")
        elif not lines:
            self.empty.setText(T("Nothing yet. Sessions you start appear here."))
        elif self.search.text():
            self.empty.setText(T("No event matches “{query}”", query=self.search.text()))
        else:
            self.empty.setText(T("No such event in this range"))

    def show_all(self) -> None:
        """Take back every filter."""
        self.search.clear()
        self.groups.show_value("")
        self.ranges.show_value("0")
        self.timeline.clear_pick()
        self._ranged()
        self.search.setFocus()

    def _link(self, *_: object) -> None:
        at = self.table.currentIndex()
        found = at.isValid() and at.row() < len(self.model.lines)
        self.timeline.link(self.model.lines[at.row()].event.profile if found else "")

    def escape(self) -> bool:
        """Clear the search, then the picked bar; whether there was one."""
        if self.search.text():
            self.search.clear()
        elif self.timeline.profile():
            self.timeline.clear_pick()
        else:
            return False
        return True

    # one event, and all into a file

    def show_event(self) -> None:
        """Show everything known of the selected event."""
        index = self.table.currentIndex()
        if index.isValid():
            for before in self.findChildren(EventWindow):
                before.close()
            shown = EventWindow(self, self.model.lines[index.row()])
            shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            shown.show()
            shown.activateWindow()

    def ask_export(self) -> None:
        """Ask for a file, and write what the table shows; the name's ending chooses the format."""
        asked = QFileDialog(self, T("Export"), str(Path.home() / "activity.csv"), "CSV (*.csv);;JSON (*.json)")
        asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asked.setDefaultSuffix("csv")
        asked.filterSelected.connect(partial(_suffix, asked))
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.fileSelected.connect(self.export_to)
        asked.open()

    def export_to(self, path: str) -> None:
        """Write what the table shows into a file."""
        self._bridge.spawn(self._export(Path(path)), "export journal")

    async def _export(self, path: Path) -> None:
        events: list[Event] = [one.event for one in self.model.lines]
        try:
            await self._journal.write(path, events)
        except AppError as error:
            if self.gone:
                raise
            self._tell(error)
        else:
            if not self.gone:
                self.say(T("Written to {path}", path=str(path)))

    def _tell(self, error: AppError) -> None:
        words = describe(error.problem)
        self.say(f"{words.title}. {words.remedy}", bad=True)

    def say(self, words: str, *, bad: bool = False) -> None:
        """Say something below the table."""
        set_role(self.said, "error" if bad else "second")
        self.said.setText(words)
        self._foot.setVisible(bool(words))


def _suffix(asked: QFileDialog, chosen: str) -> None:
    asked.setDefaultSuffix("json" if "json" in chosen else "csv")
