"""Cards and buttons as they are seen."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.domain.problem import Code, Problem
from app.texts import T
from ui.language import use_language
from ui.present.remedies import Button, Card, Do, problem_card
from ui.resources import resource
from ui.style.contrast import contrast
from ui.style.fonts import font, scaled, spaced
from ui.style.marks import mark_height
from ui.style.theme import install, theme
from ui.widgets.basics import Mark, button, column
from ui.widgets.cards import ProblemCard
from ui.widgets.pictures import ring_words


@pytest.fixture
def page(qtbot: object) -> Iterator[QWidget]:
    made = QWidget()
    made.setObjectName("page")
    made.resize(500, 200)
    yield made
    made.close()
    made.deleteLater()


def test_a_card_without_buttons_ends_where_its_words_end(page: QWidget) -> None:
    made = ProblemCard()
    page.setLayout(column(made, None))
    page.show()
    heights: list[int] = []
    for buttons in ((Button("Try again", Do.RENEW),), (), (Button("Try again", Do.RENEW),)):
        made.show_card(Card("The keyring is locked", "Running sessions stay valid.", "warn", buttons))
        QApplication.processEvents()
        heights.append(made.height())
    assert heights[0] == heights[2]
    last = made._detail
    made.show_card(Card("The keyring is locked", "Running sessions stay valid.", "warn", ()))
    QApplication.processEvents()
    assert made.height() - 1 - last.mapTo(made, last.rect().bottomLeft()).y() <= 14
    assert heights[1] <= heights[0] - 24


def test_the_keyboard_stays_with_the_remedy_and_goes_home_with_the_card(page: QWidget) -> None:
    made, home, after = ProblemCard(), button("The list"), button("The chain")
    made.home = home
    page.setLayout(column(home, made, after))
    page.show()
    page.activateWindow()
    again, sign = Button("Try again", Do.RENEW), Button("Sign in", Do.RENEW)
    made.show_card(Card("No connection", "", "warn", (again,)))
    first = made.first_button()
    assert first is not None
    first.setFocus()
    made.show_card(Card("Sign in again", "", "warn", (sign, again)))
    now = page.focusWidget()
    assert isinstance(now, QPushButton)
    assert (now.text(), now.isVisible()) == ("Sign in", True)
    made.show_card(None)
    assert page.focusWidget() is home
    made.show_card(Card("No connection", "", "warn", (again,)))
    after.setFocus()
    made.show_card(None)
    assert page.focusWidget() is after, "who is elsewhere stays there"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_of_a_primary_button_is_seen_on_the_page(page: QWidget, qapp: QApplication, scheme: str) -> None:
    install(qapp).choose(scheme)
    first, second = button("Start", "primary"), button("Stop", "primary")
    page.setLayout(column(first, second))
    page.show()
    page.activateWindow()
    second.setFocus()
    QApplication.processEvents()
    seen = second.grab().toImage()
    edge = seen.pixelColor(seen.width() // 2, 0).name()
    assert contrast(edge, theme().tokens.color("surface")) >= 3
    assert contrast(edge, theme().tokens.color("window")) >= 3
    install(qapp).choose("light")


def test_fonts_grow_whether_the_system_gives_points_or_pixels(qapp: QApplication) -> None:
    usual = qapp.font()
    try:
        for size in ("points", "pixels"):
            made = QFont(usual)
            made.setPixelSize(20) if size == "pixels" else made.setPointSizeF(15)
            qapp.setFont(made)
            one, two = scaled(font("body"), 1.0), scaled(font("body"), 2.0)
            grown = two.pixelSize() / one.pixelSize() if size == "pixels" else two.pointSizeF() / one.pointSizeF()
            assert grown == 2.0
            assert spaced("headline").pointSizeF() == pytest.approx(15 * 1.54, rel=0.02)
    finally:
        qapp.setFont(usual)


@pytest.mark.parametrize(("language", "said"), [("en", "Ctrl F"), ("de", "Strg F")])
def test_the_cap_of_a_key_says_what_stands_on_the_keyboard(qapp: QApplication, language: str, said: str) -> None:
    use_language(qapp, language)
    try:
        assert Mark("Ctrl+F", key=True).accessibleName() == said
        assert Mark("Ctrl+F").accessibleName() == "Ctrl+F", "a mark is a text"
    finally:
        use_language(qapp, "en")


def test_a_mark_is_16_px_high_in_a_small_font_and_grows_with_a_large_one(qapp: QApplication) -> None:
    usual, heights = qapp.font(), list[tuple[int, int]]()
    try:
        for points in (8, 9, 24):
            made = QFont(usual)
            made.setPointSizeF(points)
            qapp.setFont(made)
            heights.append((mark_height(), mark_height(key=True)))
    finally:
        qapp.setFont(usual)
    assert heights[:2] == [(16, 18), (16, 18)]
    assert heights[2] > (27, 29)


@pytest.mark.parametrize(
    ("code", "glyph"),
    [(Code.VAULT_LOCKED, "lock"), (Code.NETWORK, "wifi-slash"), (Code.CATALOG_UNREADABLE, "warning-circle-fill")],
)
def test_a_card_shows_what_it_is_about(page: QWidget, code: Code, glyph: str) -> None:
    made = ProblemCard()
    page.setLayout(column(made, None))
    made.show_card(problem_card(Problem.of(code)))
    assert made._glyph._name == glyph
    assert resource("icons", "phosphor", f"{glyph}.svg").exists()
    made.show_card(Card("Both hops answered", "", "ok", ()))
    assert made._glyph._name == "check-circle-fill", "nothing stays of the card before"


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_words_in_the_large_ring_are_whole(qapp: QApplication, language: str) -> None:
    use_language(qapp, language)
    try:
        words = [T("Not running"), T("Starting"), T("Waits for you"), T("Failed"), T("Expired"), T("Paused")]
        shown = [" ".join(ring_words(one)[1]) for one in (*words, T("no expiry"))]
        assert shown == [*words, T("no expiry")]
    finally:
        use_language(qapp, "en")
    assert ring_words("Donaudampfschifffahrtsgesellschaft")[1][0].endswith("…")
