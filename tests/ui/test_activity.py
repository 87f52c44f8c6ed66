"""The window of what happened: bars, table, search, filter, export."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QMessageBox

from app.domain.activity import Event, What
from app.domain.problem import AppError, Code
from tests.ui.fakes.bridge import Now
from ui.activity.journal import Journal, Line, csv_of, lines_of
from ui.activity.spans import bars
from ui.activity.timeline import bar_words
from ui.activity.window import ActivityWindow

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
        self.reads = 0

    async def read(self) -> Sequence[Line]:
        self.reads += 1
        return lines_of(self.events)

    async def write(self, path: Path, events: Sequence[Event]) -> None:
        if self.refuse:
            raise AppError.of(Code.FILE_UNWRITABLE, path=str(path), reason="no")
        path.write_text(csv_of(events), encoding="utf-8")  # noqa: ASYNC240  a small file of a test


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def window(bridge: Now, shelf: Shelf, qtbot: object) -> Iterator[ActivityWindow]:
    made = ActivityWindow(Journal(shelf.read, shelf.write), bridge, lambda: NOW)
    made.reload()
    made.show()
    yield made
    made.close()
    made.deleteLater()


def names(window: ActivityWindow) -> list[str]:
    return [one.event.profile for one in window.model.lines]


def test_sessions_become_bars_with_notches_and_problems() -> None:
    prod, dev = bars(EVENTS, NOW)
    assert (prod.profile, dev.profile) == ("prod-admin", "dev")
    assert prod.spans[0].begin == ago(90)
    assert prod.spans[0].end == NOW + timedelta(minutes=20)
    assert prod.spans[0].notches == [ago(40)]
    assert prod.problems == [ago(2)]
    assert (dev.spans[0].begin, dev.spans[0].end) == (ago(30), ago(20))
    assert bar_words(dev).startswith("dev, ")


def test_a_renewal_without_its_start_and_a_start_over_a_start_are_bars_too() -> None:
    (bar,) = bars(
        [Event(ago(60), What.RENEWED, "a", until=ago(0)), Event(ago(10), What.STARTED, "a", until=ago(-50))], NOW
    )
    assert [(one.begin, one.end) for one in bar.spans] == [(ago(60), ago(10)), (ago(10), ago(-50))]


def test_the_newest_comes_first_and_a_search_needs_every_word(window: ActivityWindow) -> None:
    assert names(window) == ["", "prod-admin", "dev", "dev", "prod-admin", "prod-admin", "old"]
    QTest.keyClicks(window.search, "ADMIN 111122223333")
    assert [one.event.what for one in window.model.lines] == [What.STARTED]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.search.text() == ""
    assert len(window.model.lines) == len(EVENTS)
    assert window.isVisible()


def test_a_request_id_is_found(window: ActivityWindow) -> None:
    QTest.keyClicks(window.search, "2c3d")
    assert [one.event.what for one in window.model.lines] == [What.PROBLEM]


def test_a_kind_and_a_bar_filter_the_table(window: ActivityWindow) -> None:
    window.kind.setCurrentIndex(window.kind.findData(str(What.STARTED)))
    assert names(window) == ["dev", "prod-admin", "old"]
    place = window.timeline.visualRect(window.timeline.rows.index(1, 0)).center()
    QTest.mouseClick(window.timeline.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert names(window) == ["dev"]
    window.reload()
    assert names(window) == ["dev"]
    QTest.keyClick(window.timeline, Qt.Key.Key_Up)
    assert names(window) == ["prod-admin"]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert names(window) == ["dev", "prod-admin", "old"]
    assert window.isVisible()


def test_the_selected_event_stays_selected_when_others_come(window: ActivityWindow, shelf: Shelf) -> None:
    window.table.selectRow(2)
    shelf.events = (*EVENTS, Event(NOW, What.UNLOCKED))
    window.reload()
    assert window.table.currentIndex().row() == 3


def test_enter_shows_all_that_is_known(window: ActivityWindow) -> None:
    window.table.selectRow(1)
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_Return)
    shown = window.findChild(QMessageBox, "event")
    assert shown is not None
    assert "0a1b-2c3d" in shown.text()
    assert not shown.isModal() or shown.windowModality() is Qt.WindowModality.WindowModal
    shown.close()


def test_what_is_shown_is_exported_without_formulas(window: ActivityWindow, tmp_path: Path) -> None:
    window.kind.setCurrentIndex(window.kind.findData(str(What.LOCKED)))
    window.export_to(str(tmp_path / "a.csv"))
    lines = list(csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()))
    assert len(lines) == 2
    assert lines[1][3] == "'=1+1"
    assert str(tmp_path / "a.csv") in window.said.text()


def test_a_refused_export_is_said(window: ActivityWindow, shelf: Shelf, tmp_path: Path) -> None:
    shelf.refuse = True
    window.export_to(str(tmp_path / "a.csv"))
    assert window.said.property("role") == "error"
    assert window.said.text()


def test_an_empty_journal_says_so(bridge: Now, shelf: Shelf, qtbot: object) -> None:
    shelf.events = ()
    window = ActivityWindow(Journal(shelf.read, shelf.write), bridge, lambda: NOW)
    window.reload()
    assert "Nothing yet" in window.said.text()
    assert not window.export.isEnabled()
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
