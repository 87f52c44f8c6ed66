"""Times and names as people read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui.present.words import (
    NO_BREAK,
    day,
    left_exact,
    left_short,
    left_spoken,
    listed,
    short_arn,
    short_key,
    shorter_arns,
    unbroken,
    until,
)
from ui.widgets.basics import label

NOW = datetime(2026, 11, 25, 14, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "exact", "short", "spoken"),
    [
        (0, "0:00", "0 min", "0 minutes left"),
        (59, "0:59", "under 1 min", "under a minute left"),
        (60, "1:00", "1 min", "1 minute left"),
        (1661, "27:41", "27 min", "27 minutes left"),
        (3599, "59:59", "59 min", "59 minutes left"),
        (3600, "1 h 0 min", "1 h 0 min", "1 hour 0 minutes left"),
        (11_640, "3 h 14 min", "3 h 14 min", "3 hours 14 minutes left"),
    ],
)
def test_time_left(seconds: int, exact: str, short: str, spoken: str) -> None:
    left = timedelta(seconds=seconds)
    assert (left_exact(left), left_short(left), left_spoken(left)) == (exact, short, spoken)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(minutes=4), "14:20"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=5), "Fri"),
        (timedelta(days=22), "3 Nov"),
        (timedelta(minutes=-5), "14:29"),
    ],
)
def test_days(before: timedelta, said: str) -> None:
    assert day(NOW - before, NOW, UTC) == said


def test_a_day_is_counted_where_the_person_is() -> None:
    far_east = timezone(timedelta(hours=10))
    assert day(NOW - timedelta(hours=1), NOW, far_east) == "yesterday"
    assert day(NOW - timedelta(hours=1), NOW, UTC) == "13:24"


def test_until() -> None:
    assert until(NOW + timedelta(hours=2), NOW, UTC) == "today"
    assert until(NOW + timedelta(hours=12), NOW, UTC) == "tomorrow"
    assert until(NOW + timedelta(days=9), NOW, UTC) == "4 Dec"


def test_short_forms() -> None:
    assert short_key("AKIAIOSFODNN7EXAMPLE") == "AKIA…MPLE"
    assert short_key("AKIA") == "AKIA"
    long = "arn:aws:sts::444455556666:assumed-role/AdminRole/mira.lind-prod-admin"
    assert short_arn(long) == "arn:aws:sts::444455556666:…/AdminRole/mira.lind-prod-admin"
    assert short_arn("arn:aws:iam::1:user/a") == "arn:aws:iam::1:user/a"
    assert shorter_arns(long)[1:] == (
        "…:444455556666:…/AdminRole/mira.lind-prod-admin",
        "…/AdminRole/mira.lind-prod-admin",
        "…/mira.lind-prod-admin",
    )
    assert shorter_arns("arn:aws:iam::1:user/a") == ()


def test_names_are_listed_as_a_sentence_has_them() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("for 1 h 30 min, region", "for 1~h~30~min, region"),
        ("15 min to 36 h.", "15~min to 36~h."),
        ("2 min 5 s left", "2~min~5~s left"),
        ("Hop 1 192 ms", "Hop 1 192~ms"),
        ("23 % of the limit", "23~% of the limit"),
        ("the file of 3.9 MB", "the file of 3.9~MB"),
        ("1 h at most", "1~h at most"),
        ("1 h 2 files", "1~h 2 files"),
        ("3 hosts, 2 minutes, 7 steps", "3 hosts, 2 minutes, 7 steps"),
        ("a h 5", "a h 5"),
        ("", ""),
    ],
)
def test_a_number_stays_with_its_unit(text: str, kept: str) -> None:
    assert unbroken(text) == kept.replace("~", NO_BREAK)


def test_a_label_of_several_lines_breaks_no_quantity_and_says_what_it_was_given(qtbot: QtBot) -> None:
    made = label("AWS allows a chained role 1 h 30 min at most", wrap=True)
    qtbot.addWidget(made)
    assert made.text() == "AWS allows a chained role 1 h 30 min at most"
    shown = QLabel.text(made)
    assert shown == f"AWS allows a chained role 1{NO_BREAK}h{NO_BREAK}30{NO_BREAK}min at most"
    made.setText("Wait 45 s")
    assert (made.text(), QLabel.text(made)) == ("Wait 45 s", f"Wait 45{NO_BREAK}s")
    made.clear()
    assert (made.text(), QLabel.text(made)) == ("", "")
    plain = label("45 s")
    qtbot.addWidget(plain)
    assert QLabel.text(plain) == "45 s"
