"""From right to left: where lines begin, what keeps its order among other letters, and what leaves without isolates."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QHeaderView, QLabel, QToolButton, QWidget

from app.domain.activity import Event, What
from app.domain.problem import Code
from app.texts import T
from tests.support.layout_facts import let_go, shown
from tests.support.right_to_left import translations
from tests.ui.fakes.core import NOW
from tools.screens import SCREENS
from ui.activity.event import EventWindow
from ui.activity.journal import csv_of, lines_of
from ui.activity.table import EventModel
from ui.activity.window import ActivityWindow
from ui.language import use_language
from ui.prompts.mfa import MfaPrompt
from ui.style.mirror import direction, side
from ui.style.theme import install
from ui.widgets.basics import label
from ui.widgets.elided import ElidedLabel

ISOLATES = "\u2066\u2067\u2068\u2069"
FAILED = Event(
    NOW, What.PROBLEM, "prod-admin", Code.NETWORK, "engine", about=(("host", "sts.eu-north-1.amazonaws.com"),)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return translations(tmp_path_factory.mktemp("translations"))


@pytest.fixture
def he(qapp: QApplication, folder: Path) -> Iterator[None]:
    install(qapp).choose("light")
    assert use_language(qapp, "he", folder=folder) == "he"
    yield
    use_language(qapp, "en")


@pytest.fixture
def made() -> Iterator[list[QWidget]]:
    kept: list[QWidget] = []
    yield kept
    let_go(kept)


def ink(widget: QWidget) -> QRect:
    """Where something is drawn, in px of the widget."""
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ground = picture.pixelColor(1, 1)
    columns = [
        x
        for x in range(picture.width())
        if any(picture.pixelColor(x, y) != ground for y in range(2, picture.height() - 2, 1))
    ]
    return QRect(columns[0], 0, columns[-1] - columns[0] + 1, picture.height())


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("select", [False, True])
def test_latin_alone_begins_where_lines_do(he: None, made: list[QWidget], *, wrap: bool, select: bool) -> None:
    one = label("/usr/local/bin/terraform", wrap=wrap, select=select)
    made.append(one)
    one.resize(400, 40)
    one.show()
    found = ink(one)
    assert found.right() > 390, "at the right"
    assert found.left() > 150


def test_what_gives_way_keeps_its_order_and_its_side(he: None, made: list[QWidget]) -> None:
    one, same = ElidedLabel(), QLabel("\u2066~/.aws/credentials\u2069")
    one.setText("~/.aws/credentials")
    made += [one, same]
    for each in (one, same):
        each.setFont(one.font())
        each.setStyleSheet("color: black")
        each.setAlignment(side(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter))
        each.resize(300, 30)
        each.show()
    assert one.grab().toImage() == same.grab().toImage()
    assert ink(one).right() > 290


def test_what_is_filled_in_says_nothing_about_its_sentence(he: None) -> None:
    said = T("{name} was not refreshed", name="network-ops")
    assert said.startswith("\u2068network-ops\u2069 ")
    assert direction(said) is Qt.LayoutDirection.RightToLeft
    assert direction("network-ops") is Qt.LayoutDirection.LeftToRight


def test_the_hint_of_the_code_leaves_room_for_its_digits(he: None, made: list[QWidget]) -> None:
    window = shown(SCREENS["06-prompt-mfa"]())
    made.append(window)
    assert isinstance(window, MfaPrompt)
    window.code.setText("49211")
    hint = window._after.geometry()
    cursor = window.code.cursorRect()
    assert cursor.right() < hint.left(), "digits run from the left, their hint stands behind them"


def test_the_heads_of_activity_stand_over_their_columns(he: None, made: list[QWidget]) -> None:
    window = shown(SCREENS["08-activity"]())
    made.append(window)
    assert isinstance(window, ActivityWindow)
    head = window.events.table.horizontalHeader()
    assert isinstance(head, QHeaderView)
    assert _begins(head, 0) == 20, "as the cells of the first column do"
    assert _begins(head, 1) == 8


def _begins(head: QHeaderView, section: int) -> int:
    """How far from the right end of a section its words begin, up to the side bearing of a letter."""
    right = head.sectionViewportPosition(section) + head.sectionSize(section)
    picture = head.viewport().grab(QRect(right - 60, 4, 60, head.height() - 8)).toImage()
    ground = picture.pixelColor(59, picture.height() // 2)
    for x in reversed(range(60)):
        if any(_far(picture.pixelColor(x, y), ground) for y in range(picture.height())):
            return min((8, 20), key=lambda at: abs(60 - x - at))
    raise AssertionError("nothing is drawn")


def _far(one: QColor, other: QColor) -> bool:
    return abs(one.lightness() - other.lightness()) > 40


def test_the_copy_button_has_its_line_before_the_arrow(he: None, made: list[QWidget]) -> None:
    window = shown(SCREENS["01-main"]())
    made.append(window)
    split = next(one for one in window.findChildren(QToolButton) if one.property("mirrored") and one.isVisible())
    picture = split.grab().toImage()
    middle = picture.height() // 2
    ground = picture.pixelColor(4, 8)
    lines = [
        x
        for x in range(3, picture.width() // 2)
        if all(picture.pixelColor(x, y) != ground for y in range(8, middle + 6))
    ]
    assert lines == [27], "the arrow's part is 27 px wide"


def test_isolates_stay_in_the_windows(he: None, made: list[QWidget]) -> None:
    parent, (line,) = QWidget(), lines_of([FAILED])
    assert "\u2068sts.eu-north-1.amazonaws.com\u2069" in line.cells[3]
    dialog = EventWindow(parent, line)
    made.append(parent)
    dialog.copy.click()
    for text in (csv_of([FAILED]), line.sought, QGuiApplication.clipboard().text()):
        assert "sts.eu-north-1.amazonaws.com" in text
        assert not set(ISOLATES) & set(text)
    model = EventModel()
    model.use([line, *lines_of([replace(FAILED, about=())])], "amazonaws.com", lambda _: True)
    assert model.lines == [line]
