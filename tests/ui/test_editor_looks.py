"""Editors as they are drawn: rings, marks, where a control stands, what can be typed into."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.appearance import Appearance
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.editing import Open, OpenSource, profile_editors, source_editors
from ui.core import Tools
from ui.editor.pills import PillsField
from ui.editor.places import CHAIN
from ui.style.theme import theme


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of a profile."""
    with profile_editors(core, tools, bridge) as one:
        yield one


@pytest.fixture
def source(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[OpenSource]:
    """Open an editor of a source."""
    with source_editors(core, tools, bridge) as one:
        yield one


@pytest.fixture
def high_contrast() -> Iterator[None]:
    theme().take(Appearance(contrast=True))
    yield
    theme().take(Appearance())


def edge(widget: QWidget) -> str:
    """The color of a widget's outline as it is seen in its window, in the middle of its left side."""
    at = widget.mapTo(widget.window(), QPoint(0, widget.height() // 2))
    image = widget.window().grab().toImage()
    return image.pixelColor(at * image.devicePixelRatio()).name().upper()


def test_scopes_show_the_focus_and_what_is_wrong_without_moving_a_word(source: OpenSource) -> None:
    window = source("fjord")
    field = window.form.field("scopes")
    assert isinstance(field, PillsField)
    QApplication.processEvents()
    color, at = theme().tokens.color, field.line.mapTo(window, QPoint(0, 0))
    assert edge(field.frame) == color("border-control")
    field.line.setFocus()
    QApplication.processEvents()
    assert edge(field.frame) == color("focus")
    assert field.line.mapTo(window, QPoint(0, 0)) == at
    window.cancel.setFocus()
    QApplication.processEvents()
    assert edge(field.frame) == color("border-control")


@pytest.mark.parametrize("codes", [True, False])
def test_the_choice_of_codes_begins_where_the_other_fields_do(edit: Open, codes: bool) -> None:
    role: dict[str, object] = {"role_arn": "arn:aws:iam::444455556666:role/R", **({"mfa": True} if codes else {})}
    window = edit("far", {"source": "mira.lind", "roles": [role]})
    window.nav.setCurrentRow(CHAIN)
    window.chain.open(1)
    body = window.chain.cards[0].body
    QApplication.processEvents()
    assert body.mfa.note.text() == "", "nothing stands beside it"
    lefts = {one.editor.mapTo(window, QPoint(0, 0)).x() for one in (body.mfa, body.duration, body.external)}
    assert len(lefts) == 1


@pytest.mark.parametrize("hops", [1, 2])
def test_a_label_stands_beside_the_first_line_of_its_field_in_a_hop_too(edit: Open, hops: int) -> None:
    roles = [{"role_arn": f"arn:aws:iam::44445555666{number}:role/R"} for number in range(hops)]
    window = edit("far", {"source": "mira.lind", "roles": roles})
    window.nav.setCurrentRow(CHAIN)
    window.chain.open(1)
    QApplication.processEvents()
    fields = window.chain.cards[0].body.form.fields
    for field in fields[:4]:
        top = field.label.mapTo(window, QPoint(0, 0)).y() + field.label.contentsMargins().top()
        middle = top + field.label.fontMetrics().height() / 2
        seen = field.editor.mapTo(window, QPoint(0, 0)).y() + field.editor.height() / 2
        assert abs(middle - seen) <= 1, field.key


def test_the_mark_of_a_page_stands_as_far_from_the_edge_as_its_glyph(edit: Open) -> None:
    window = edit()
    window.nav.mark(CHAIN, wrong=True)
    QApplication.processEvents()
    row = window.nav.visualItemRect(window.nav.item(CHAIN))
    red = theme().tokens.color("error")
    image = window.nav.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    xs = [x / ratio for x in range(image.width()) if red in colors(image, x, row, ratio)]
    assert xs, "it is drawn"
    left, right = min(xs), max(xs)
    assert 9 <= right - left <= 12, "the circle of a glyph of 14 px"
    assert 8 <= row.right() + 1 - 8 - right <= 11, "8 px within the row, and the glyph's own margin"


def colors(image: QImage, x: int, row: QRect, ratio: float) -> set[str]:
    return {image.pixelColor(x, y).name().upper() for y in range(int(row.top() * ratio), int(row.bottom() * ratio))}


def test_what_cannot_be_typed_into_has_no_outline_in_high_contrast(high_contrast: None, qtbot: QtBot) -> None:
    line, fixed = QLineEdit("text"), QLineEdit("text")
    fixed.setReadOnly(True)
    holder = QWidget()
    for number, one in enumerate((line, fixed)):
        one.setParent(holder)
        one.setGeometry(10, 10 + 50 * number, 200, 32)
    qtbot.addWidget(holder)
    holder.show()
    holder.activateWindow()
    QTest.qWaitForWindowActive(holder)
    line.setFocus()
    QApplication.processEvents()
    ground = holder.grab().toImage().pixelColor(2, 2).name().upper()
    assert edge(fixed) == ground
    assert edge(line) == theme().tokens.color("focus")
    fixed.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert edge(fixed) == theme().tokens.color("focus"), "where the focus is is seen all the same"
    assert edge(line) == theme().tokens.color("border-control")
