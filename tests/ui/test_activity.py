"""The window of what happened: bars, table, search, filter, export."""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from app.domain.activity import Event, What
from app.domain.problem import AppError, Code, Problem
from tests.ui.fakes.bridge import Now
from ui.activity.cells import EventDelegate
from ui.activity.drawing import marks_every
from ui.activity.event import EventWindow
from ui.activity.journal import Journal, Line, lines_of, text_of
from ui.activity.spans import bar_words, bars
from ui.activity.window import ActivityWindow
from ui.style.fonts import font
from ui.style.theme import install

NOW = datetime(2026, 11, 26, 14, 24, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


EVENTS = (
    Event(ago(3000), What.STARTED, "old", until=ago(2940)),
    Event(ago(90), What.STARTED, "prod-admin", "arn:aws:sts::111122223333:assumed-role/Admin/me", "window", ago(30)),
    Event(ago(40), What.RENEWED, "prod-admin", until=NOW + timedelta(minutes=20)),
    Event(ago(30), What.STARTED, "dev", until=NOW + timedelta(minutes=30)),
    Event(ago(20), What.STOPPED, "dev"),
    Event(ago(2), What.PROBLEM, "prod-admin", str(Code.UNEXPECTED), request="0a1b-2c3d"),
    Event(ago(1), What.LOCKED, detail="=1+1"),
)


class Shelf:
    def __init__(self) -> None:
        self.events: Sequence[Event] = EVENTS
        self.refuse = False
        self.unreadable = False
        self.trouble: Problem | None = None
        self.reads = 0

    async def read(self) -> Sequence[Line]:
        self.reads += 1
        if self.unreadable:
            raise AppError.of(Code.FILE_UNREADABLE, path="activity.jsonl", reason="Permission denied")
        return lines_of(self.events)

    async def write(self, path: Path, events: Sequence[Event]) -> None:
        if self.refuse:
            raise AppError.of(Code.FILE_UNWRITABLE, path=str(path), reason="no")
        path.write_text(text_of(path, events), encoding="utf-8")  # noqa: ASYNC240  a small file of a test


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def window(bridge: Now, shelf: Shelf, qtbot: object) -> Iterator[ActivityWindow]:
    made = ActivityWindow(Journal(shelf.read, shelf.write, trouble=lambda: shelf.trouble), bridge, lambda: NOW)
    made.reload()
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    yield made
    made.close()
    made.deleteLater()


def choose(window: ActivityWindow, which: str, value: str) -> None:
    """Click a segment."""
    getattr(window.events, which).buttons[value].click()


def names(window: ActivityWindow) -> list[str]:
    """The profiles of the lines that are shown."""
    return [one.event.profile for one in window.events.model.lines]


def test_sessions_become_bars_with_notches_and_problems() -> None:
    prod, dev = bars(EVENTS, NOW)
    assert (prod.profile, dev.profile) == ("prod-admin", "dev")
    assert prod.spans[0].begin == ago(90)
    assert prod.spans[0].end == NOW + timedelta(minutes=20)
    assert prod.spans[0].notches == [ago(40)]
    assert prod.problems == [ago(2)]
    assert (dev.spans[0].begin, dev.spans[0].end) == (ago(30), ago(20))
    assert bar_words(dev, NOW).startswith("dev, ")


def test_a_renewal_without_its_start_and_a_start_over_a_start_are_bars_too() -> None:
    (bar,) = bars(
        [Event(ago(60), What.RENEWED, "a", until=ago(0)), Event(ago(10), What.STARTED, "a", until=ago(-50))], NOW
    )
    assert [(one.begin, one.end) for one in bar.spans] == [(ago(60), ago(10)), (ago(10), ago(-50))]


def test_the_newest_comes_first_and_a_search_needs_every_word(window: ActivityWindow) -> None:
    choose(window, "ranges", "0")
    assert names(window) == ["", "prod-admin", "dev", "dev", "prod-admin", "prod-admin", "old"]
    QTest.keyClicks(window.events.search, "ADMIN 111122223333")
    assert [one.event.what for one in window.events.model.lines] == [What.STARTED]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.events.search.text() == ""
    assert len(window.events.model.lines) == len(EVENTS)
    assert window.isVisible()


def test_a_range_counts_for_bars_and_events(window: ActivityWindow) -> None:
    assert "old" not in names(window), "24 hours at first"
    choose(window, "ranges", "1")
    assert names(window) == ["", "prod-admin", "dev", "dev", "prod-admin"]
    assert window.events.timeline.scale.begin == NOW - timedelta(hours=1)
    choose(window, "ranges", "0")
    assert names(window)[-1] == "old"
    assert window.events.timeline.rows.rowCount() == 3
    assert window.events.timeline.scale.begin == EVENTS[0].at


def test_a_request_id_is_found(window: ActivityWindow) -> None:
    QTest.keyClicks(window.events.search, "2c3d")
    assert [one.event.what for one in window.events.model.lines] == [What.PROBLEM]


def test_a_group_and_a_bar_filter_the_table(window: ActivityWindow) -> None:
    choose(window, "groups", "sessions")
    assert names(window) == ["", "dev", "dev", "prod-admin", "prod-admin"]
    place = window.events.timeline.visualRect(window.events.timeline.rows.index(1, 0)).center()
    QTest.mouseClick(window.events.timeline.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert names(window) == ["dev", "dev"]
    assert "dev" in window.events.only.text()
    window.reload()
    assert names(window) == ["dev", "dev"]
    QTest.keyClick(window.events.timeline, Qt.Key.Key_Up)
    assert names(window) == ["prod-admin", "prod-admin"]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert len(names(window)) == 5
    assert not window.events.only.isVisible()
    assert window.isVisible()


def test_failures_are_counted_and_shown_alone(window: ActivityWindow) -> None:
    button = window.events.groups.buttons["failures"]
    assert button.text().endswith(" 1")
    button.click()
    assert [one.event.what for one in window.events.model.lines] == [What.PROBLEM]


def test_nothing_that_matches_is_said_with_the_way_back(window: ActivityWindow) -> None:
    QTest.keyClicks(window.events.search, "nowhere")
    assert "nowhere" in window.events.empty.text()
    assert not window.events.table.isVisible()
    window.events.clear.click()
    assert len(names(window)) == len(EVENTS)
    assert window.events.search.hasFocus()


def test_a_selected_event_marks_its_row(window: ActivityWindow) -> None:
    window.events.table.selectRow(1)
    assert window.events.timeline.linked == "prod-admin"
    assert not window.events.timeline.profile(), "it filters nothing"


def test_the_focus_goes_in_the_order_of_the_window(window: ActivityWindow) -> None:
    window.activateWindow()
    events = window.events
    QTest.qWaitForWindowActive(window)
    events.ranges.buttons["24"].setFocus()
    order: list[QWidget] = []
    for _ in range(20):
        now = QApplication.focusWidget()
        assert now is not None
        order.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    wanted = [events.ranges.buttons["24"], events.export, events.timeline, events.search, events.groups.buttons[""],
        events.table]  # fmt: skip
    places = [order.index(one) for one in wanted]
    assert places == sorted(places)


def test_the_selected_event_stays_selected_when_others_come(window: ActivityWindow, shelf: Shelf) -> None:
    window.events.table.selectRow(2)
    shelf.events = (*EVENTS, Event(NOW, What.UNLOCKED))
    window.reload()
    assert window.events.table.currentIndex().row() == 3
    assert window.events.timeline.linked == "dev"


def test_enter_shows_all_that_is_known(window: ActivityWindow) -> None:
    window.events.table.selectRow(1)
    window.events.table.setFocus()
    QTest.keyClick(window.events.table, Qt.Key.Key_Return)
    (shown,) = window.findChildren(EventWindow)
    assert not shown.isModal()
    assert "0a1b-2c3d" in shown.text()
    assert "prod-admin" in shown.text()
    shown.copy.click()
    assert QApplication.clipboard().text() == shown.text()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    window.events.table.selectRow(4)
    QTest.keyClick(window.events.table, Qt.Key.Key_Enter)
    (shown,) = [one for one in window.findChildren(EventWindow) if one.isVisible()]
    assert "Valid until" in shown.text()


def test_what_is_shown_is_exported_without_formulas(window: ActivityWindow, tmp_path: Path) -> None:
    window.events.search.setText("locked")
    window.events.export_to(str(tmp_path / "a.csv"))
    lines = list(csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()))
    assert len(lines) == 2
    assert lines[1][3] == "'=1+1"
    assert str(tmp_path / "a.csv") in window.events.said.text()


def test_the_ending_json_exports_json(window: ActivityWindow, tmp_path: Path) -> None:
    window.events.groups.buttons["failures"].click()
    window.events.export_to(str(tmp_path / "a.json"))
    (row,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["events"]
    assert (row["what"], row["profile"], row["request_id"]) == ("problem", "prod-admin", "0a1b-2c3d")


def test_a_refused_export_is_said(window: ActivityWindow, shelf: Shelf, tmp_path: Path) -> None:
    shelf.refuse = True
    window.events.export_to(str(tmp_path / "a.csv"))
    assert window.events.said.property("role") == "error"
    assert window.events.said.text()


def test_an_empty_journal_says_so(bridge: Now, shelf: Shelf, qtbot: object) -> None:
    shelf.events = ()
    window = ActivityWindow(Journal(shelf.read, shelf.write), bridge, lambda: NOW)
    assert "Reading" in window.events.empty.text()
    window.reload()
    assert "Nothing yet" in window.events.empty.text()
    assert not window.events.export.isEnabled()
    window.close()


def test_changes_are_gathered_into_one_reading(window: ActivityWindow, shelf: Shelf, bridge: Now) -> None:
    before = shelf.reads
    for _ in range(5):
        bridge.changed.emit(None)
    assert shelf.reads == before
    window._timer.timeout.emit()  # pyright: ignore[reportPrivateUsage]
    assert shelf.reads == before + 1


def test_closing_follows_no_changes_any_more(bridge: Now, shelf: Shelf, qtbot: object) -> None:
    window = ActivityWindow(Journal(shelf.read, shelf.write), bridge, lambda: NOW)
    gone = QSignalSpy(window.closed)
    window.close()
    bridge.changed.emit(None)
    assert not window._timer.isActive()  # pyright: ignore[reportPrivateUsage]
    assert gone.count() == 1


def test_a_journal_that_is_not_kept_any_more_says_so_and_shows_what_there_is(
    window: ActivityWindow, shelf: Shelf
) -> None:
    before = names(window)
    shelf.trouble = Problem.of(Code.FILE_FULL, path="activity.jsonl")
    window.reload()
    assert names(window) == before
    assert "not kept" in window.events.said.text()
    assert window.events.said.property("role") == "error"
    shelf.trouble = None
    window.reload()
    assert window.events.said.text() == ""


def test_a_journal_that_cannot_be_read_is_no_empty_one(bridge: Now, shelf: Shelf, qtbot: object) -> None:
    shelf.unreadable = True
    window = ActivityWindow(Journal(shelf.read, shelf.write), bridge, lambda: NOW)
    window.reload()
    window.show()
    assert "activity.jsonl cannot be read" in window.events.said.text()
    assert "Nothing yet" not in window.events.empty.text()
    window.close()
    window.deleteLater()


def test_who_is_behind_an_event_is_read_whole_and_nothing_scrolls_sideways(window: ActivityWindow) -> None:
    table = window.events.table
    head, metrics = table.horizontalHeader(), table.fontMetrics()
    for width in (1040, 1400, 1040):
        window.resize(width, 720)
        QApplication.processEvents()
        assert table.horizontalScrollBar().maximum() == 0
        assert sum(head.sectionSize(at) for at in range(head.count())) == table.viewport().width()
        assert head.sectionSize(4) >= metrics.horizontalAdvance("You, on the command line") + 16


def test_a_window_too_narrow_for_the_columns_keeps_them_and_scrolls(window: ActivityWindow) -> None:
    table = window.events.table
    window.resize(window.minimumSize())
    QApplication.processEvents()
    assert table.horizontalHeader().sectionSize(3) >= 150
    assert table.horizontalScrollBar().maximum() > 0


def test_todays_events_go_without_their_date(window: ActivityWindow) -> None:
    window.events.ranges.show_value("0")
    window.events._ranged()
    delegate = window.events.table.itemDelegate()
    assert isinstance(delegate, EventDelegate)
    lines = window.events.model.lines
    assert delegate.words(lines[0], 0) == "14:23:00"
    assert delegate.words(lines[-1], 0) == "2026-11-24 12:24:00"
    assert delegate.words(lines[0], 2) == "Locked"


def test_the_line_below_the_table_takes_room_only_while_it_says_something(window: ActivityWindow) -> None:
    page = window.events
    foot = page.table.geometry().bottom()
    assert foot == page.rect().bottom()
    page.say("Written to x")
    QApplication.processEvents()
    assert page.table.geometry().bottom() < foot
    page.say("")
    QApplication.processEvents()
    assert page.table.geometry().bottom() == foot


def test_the_search_shows_its_key_until_something_is_typed(window: ActivityWindow) -> None:
    field = window.events.search
    window.resize(1040, 720)
    QApplication.processEvents()
    assert field.key.isVisible()
    assert field.rect().contains(field.key.geometry())
    QTest.keyClicks(field, "dev")
    assert not field.key.isVisible()
    field.clear()
    assert field.key.isVisible()
    field.setMinimumWidth(0)
    field.setFixedWidth(120)
    QApplication.processEvents()
    assert not field.key.isVisible(), "it would stand over the words"


def test_moments_stand_so_far_apart_that_each_can_be_written(qapp: QApplication) -> None:
    usual, every = qapp.font(), marks_every()
    assert every == 80
    large = QFont(usual)
    large.setPointSizeF(usual.pointSizeF() * 2)
    qapp.setFont(large)
    try:
        assert marks_every() > QFontMetrics(font("small")).horizontalAdvance("Wed 00:00") > 80
    finally:
        qapp.setFont(usual)


def test_nothing_stands_between_two_scroll_bars(window: ActivityWindow, qapp: QApplication) -> None:
    install(qapp).choose("light")
    table = window.events.table
    window.resize(window.minimumSize())
    window.events.show_lines(lines_of(EVENTS * 20))
    QApplication.processEvents()
    QApplication.processEvents()
    assert table.verticalScrollBar().isVisible()
    assert table.horizontalScrollBar().isVisible()
    seen = window.grab().toImage()
    wide, high = table.verticalScrollBar().width(), table.horizontalScrollBar().height()
    corner = [(seen.width() - 1 - x, seen.height() - 1 - y) for x in range(wide) for y in range(high)]
    assert len({seen.pixelColor(*place).name() for place in corner}) == 1


def test_without_bars_no_line_and_no_gap_is_left_of_them(window: ActivityWindow) -> None:
    page = window.events
    assert page.timeline.isVisible()
    page.show_lines(())
    QApplication.processEvents()
    rules = [one for one in page.findChildren(QFrame) if one.property("rule") and one.isVisible()]
    assert not page.timeline.isVisible()
    assert rules == []
    assert page.search.mapTo(page, QPoint(0, 0)).y() == 10
