"""The bars: which stretch of time is seen, keys and wheel, what a screen reader hears, where names and bars lie."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from app.domain.activity import Event, What
from ui.activity.axis import Axis
from ui.activity.scale import SHORTEST, Scale
from ui.activity.spans import bar_words, bars, span_words
from ui.activity.timeline import Timeline

NOW = datetime(2026, 11, 26, 14, 24, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONTROL, SHIFT, NONE = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier)  # fmt: skip


def events(profiles: int = 2) -> list[Event]:
    found = [
        Event(NOW - 5 * HOUR, What.STARTED, "a", until=NOW - 4 * HOUR),
        Event(NOW - 4 * HOUR, What.ENDED, "a"),
        Event(NOW - HOUR, What.STARTED, "a", until=NOW + HOUR),
        Event(NOW - HOUR / 2, What.PROBLEM, "a", "unexpected"),
    ]
    found += [Event(NOW - 2 * HOUR, What.STARTED, f"p{n}", until=NOW - HOUR) for n in range(profiles - 1)]
    return sorted(found, key=lambda one: one.at)


@pytest.fixture
def timeline(qtbot: object) -> Iterator[Timeline]:
    made = Timeline(NOW, lambda name: ("PROD", "") if name == "a" else ("", ""))
    made.resize(900, 300)
    made.show_bars(bars(events(), NOW), NOW, NOW - 24 * HOUR)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def wheel(timeline: Timeline, held: Qt.KeyboardModifier, down: int, x: int = 500) -> None:
    place = QPointF(x, 10)
    turned = QWheelEvent(place, place, QPoint(), QPoint(0, down), Qt.MouseButton.NoButton, held,
        Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(timeline.viewport(), turned)


def test_a_scale_zooms_around_a_moment_within_its_range() -> None:
    whole = Scale.over(NOW - 24 * HOUR, NOW)
    nearer = whole.zoom(0.25, 0.5)
    assert nearer.at(0.5) == whole.at(0.5)
    assert nearer.right - nearer.left == 6 * HOUR
    assert nearer.zoomed
    assert nearer.zoom(100) == whole
    assert whole.zoom(0.000001).right - whole.zoom(0.000001).left == SHORTEST
    assert nearer.move(-99).left == whole.begin
    assert nearer.move(99).right == whole.end
    assert nearer.show(NOW - HOUR, NOW).right == NOW
    assert nearer.show(NOW - 23 * HOUR, NOW - 22 * HOUR).left == NOW - 23 * HOUR
    later = nearer.range(NOW - 23 * HOUR, NOW + HOUR)
    assert (later.left, later.right) == (nearer.left, nearer.right), "what is seen stays as time goes on"


@pytest.mark.parametrize("hours", [1, 6, 24, 168, 720])
def test_marks_are_round_and_not_too_many(hours: int) -> None:
    marks = list(Scale.over(NOW - hours * HOUR, NOW).marks(8))
    assert 2 <= len(marks) <= 9
    assert all(at.second == 0 and at.minute % 5 == 0 for at, _ in marks)
    assert [at for at, _ in marks] == sorted({at for at, _ in marks})


def test_a_session_in_words() -> None:
    bar = next(one for one in bars(events(), NOW) if one.profile == "a")
    first, last = bar.spans
    assert first.lapsed
    assert "expired unrefreshed" in span_words(bar, first, NOW)
    words = span_words(bar, last, NOW, production=True)
    assert words.startswith("a, production, ")
    assert "failed at" in words
    assert words.endswith("still valid")
    assert bar_words(bar, NOW).count(" to ") == 2


def test_a_screen_reader_finds_every_bar(timeline: Timeline) -> None:
    role = int(Qt.ItemDataRole.AccessibleTextRole)
    said = [str(timeline.rows.index(row, 0).data(role)) for row in range(timeline.rows.rowCount())]
    assert said[0].startswith("a, production, ")
    assert said[1].startswith("p0, ")
    assert timeline.accessibleName()


def test_arrows_go_between_profiles_and_their_sessions(timeline: Timeline) -> None:
    picked = QSignalSpy(timeline.picked)
    timeline.setFocus()
    QTest.keyClick(timeline, Qt.Key.Key_Home)
    assert timeline.profile() == "a"
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    assert timeline.span is not None
    assert timeline.span.begin == NOW - HOUR
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    assert timeline.span.begin == NOW - 5 * HOUR
    QTest.keyClick(timeline, Qt.Key.Key_End)
    assert (timeline.profile(), timeline.span) == ("p0", None)
    assert picked.count() >= 4
    timeline.show_bars(bars(events(), NOW), NOW, NOW - 24 * HOUR)
    assert timeline.profile() == "p0"


def test_a_session_that_is_out_of_sight_comes_into_it(timeline: Timeline) -> None:
    timeline.setCurrentIndex(timeline.rows.index(0, 0))
    timeline.zoom(0.1, 1.0)
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    assert timeline.scale.left <= NOW - 5 * HOUR <= timeline.scale.right


def test_plus_minus_and_the_wheel_zoom_and_move(timeline: Timeline) -> None:
    whole = timeline.scale
    QTest.keyClick(timeline, Qt.Key.Key_Plus)
    assert timeline.scale.zoomed
    before = timeline.scale
    QTest.keyClick(timeline, Qt.Key.Key_Left, CONTROL)
    assert timeline.scale.left < before.left
    QTest.keyClick(timeline, Qt.Key.Key_0)
    assert timeline.scale == whole
    wheel(timeline, CONTROL, 240, 700)
    near = timeline.scale
    assert near.zoomed
    wheel(timeline, NONE, -120)
    assert timeline.scale.left > near.left, "all rows are seen: the wheel moves time"
    wheel(timeline, SHIFT, 120)
    assert timeline.scale.left == near.left
    wheel(timeline, CONTROL, -2400)
    assert timeline.scale == whole


def test_more_than_twelve_rows_scroll_inside(timeline: Timeline) -> None:
    timeline.show_bars(bars(events(30), NOW), NOW, NOW - 24 * HOUR)
    QApplication.processEvents()
    rows = timeline.viewport().height() // timeline.sizeHintForRow(0)
    assert rows == 12
    assert timeline.verticalScrollBar().maximum() > 0
    scale = timeline.scale
    wheel(timeline, NONE, -120)
    assert timeline.scale == scale
    assert timeline.verticalScrollBar().value() > 0


def test_a_click_picks_the_session_that_is_hit_and_a_second_lets_go(timeline: Timeline) -> None:
    row = timeline.visualRect(timeline.rows.index(0, 0))
    track = timeline.track_in(row)
    place = QPoint(track.left() + round(track.width() * timeline.scale.part(NOW - 4.5 * HOUR)), row.center().y())
    QTest.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert timeline.span is not None
    assert timeline.span.begin == NOW - 5 * HOUR
    QTest.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (timeline.profile(), timeline.span) == ("", None)


def test_names_stand_at_the_right_where_people_read_so_and_time_goes_on_to_the_right(
    timeline: Timeline, qapp: QApplication
) -> None:
    row = timeline.viewport().rect()
    assert timeline.names_in(row).left() < timeline.track_in(row).left()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert timeline.names_in(row).left() > timeline.track_in(row).left()
        assert not timeline.names_in(row).intersects(timeline.track_in(row))
        axis = Axis(timeline)
        axis.resize(900, 24)
        axis.grab()
        timeline.grab()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
