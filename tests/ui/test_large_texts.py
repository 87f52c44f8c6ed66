"""Texts at twice their size: what has a line of text in it grows, and windows stay on a small screen."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QPushButton, QWidget

from app.activitywords import all_whats
from tests.support.layout_facts import let_go, shown
from tools.screens import SCREENS
from ui.activity.tables import padded
from ui.activity.window import ActivityWindow
from ui.activity.writelist import widest_words
from ui.activity.writes import WritesPage
from ui.editor.profile_window import ProfileWindow
from ui.language import use_language
from ui.style.fonts import font, grown
from ui.style.theme import install
from ui.widgets.basics import button, label


@pytest.fixture
def made() -> Iterator[list[QWidget]]:
    kept: list[QWidget] = []
    yield kept
    let_go(kept)


@pytest.fixture
def large(qapp: QApplication) -> Iterator[QApplication]:
    usual = qapp.font()
    twice = QFont(usual)
    twice.setPointSizeF(usual.pointSizeF() * 2)
    install(qapp).choose("light")
    qapp.setFont(twice)
    yield qapp
    qapp.setFont(usual)


def heights(made: list[QWidget]) -> list[int]:
    parts = [button("Start"), button("Start", small=True), QLineEdit("text")]
    for one in parts:
        one.ensurePolished()
    made += parts
    return [one.sizeHint().height() for one in parts]


def test_controls_are_as_designed_with_usual_texts(qapp: QApplication, made: list[QWidget]) -> None:
    install(qapp).choose("light")
    assert heights(made) == [30, 24, 30]
    assert grown(92) == 92


@pytest.fixture
def growing(qapp: QApplication) -> Iterator[Callable[[float], None]]:
    """Change the size of the system's texts while windows are open."""
    usual = qapp.font()
    install(qapp).choose("light")

    def times(by: float) -> None:
        larger = QFont(usual)
        larger.setPointSizeF(usual.pointSizeF() * by)
        qapp.setFont(larger)

    yield times
    qapp.setFont(usual)


@pytest.mark.parametrize("role", ["headline", "title", "body", "second", "section", "code"])
def test_what_stands_has_the_texts_size_of_now(
    growing: Callable[[float], None], made: list[QWidget], role: str
) -> None:
    stands, follows = label("text", role), QPushButton("text")
    made += [stands, follows]
    for one in made:
        one.show()
    small = stands.font().pointSizeF()
    for by in (2.0, 1.25, 1.0, 2.0):
        growing(by)
        late = label("text", role)
        made.append(late)
        late.show()
        assert stands.font().pointSizeF() == pytest.approx(late.font().pointSizeF(), abs=0.05), by
        assert stands.sizeHint().height() == pytest.approx(late.sizeHint().height(), abs=1), by
        assert follows.font().pointSizeF() == pytest.approx(QApplication.font().pointSizeF(), abs=0.05)
    assert stands.font().pointSizeF() > small * 1.5
    install(QApplication.instance()).choose("dark")  # type: ignore[arg-type]
    assert stands.font().pointSizeF() > small * 1.5, "another theme leaves it"


def drawn(window: QWidget, view: QAbstractItemView, width: int) -> QRect:
    """What a row's picture covers: the first ink from the left, up to the gap before the words."""
    index = view.currentIndex()
    box = view.visualRect(index)
    picture = view.viewport().grab(QRect(0, box.top() + 3, width, box.height() - 6)).toImage()
    ground = picture.pixelColor(width - 1, 2)
    inked = [x for x in range(12, width) if any(picture.pixelColor(x, y) != ground for y in range(picture.height()))]
    last = next((x for x, following in pairwise(inked) if following - x > 4), inked[-1])
    return QRect(inked[0], 0, last - inked[0] + 1, 1)


def test_pictures_in_rows_grow_with_their_texts(growing: Callable[[float], None], made: list[QWidget]) -> None:
    widths: list[int] = []
    for by in (1.0, 2.0):
        growing(by)
        window = shown(SCREENS["04-editor-general"]())
        made.append(window)
        assert isinstance(window, ProfileWindow)
        widths.append(drawn(window, window.nav, 60).width())
    assert widths[1] >= widths[0] * 1.5, widths


def test_a_window_that_is_seen_does_not_widen_by_itself(
    growing: Callable[[float], None], made: list[QWidget], qapp: QApplication
) -> None:
    growing(2.0)
    window = shown(SCREENS["04-editor-general"]())
    made.append(window)
    assert isinstance(window, ProfileWindow)
    window.resize(window.minimumSize())
    QApplication.processEvents()
    width = window.width()
    for page in range(window.nav.count()):
        window.nav.setCurrentRow(page)
        QApplication.processEvents()
        assert window.width() == width, page


def test_controls_grow_with_their_texts(large: QApplication, made: list[QWidget]) -> None:
    line = QFontMetrics(large.font()).lineSpacing()
    normal, small, field = heights(made)
    assert normal == field == line + 12
    assert small >= QFontMetrics(font("small")).lineSpacing() + 6
    assert grown(100) > 130


def test_code_is_no_smaller_than_a_caption(large: QApplication) -> None:
    assert font("code").pointSizeF() >= font("caption").pointSizeF() - 0.01


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_what_happened_is_seen_whole(qapp: QApplication, language: str, made: list[QWidget]) -> None:
    install(qapp).choose("light")
    use_language(qapp, language)
    window = shown(SCREENS["08-activity-writes"]())
    made.append(window)
    assert isinstance(window, ActivityWindow)
    writes = window.findChild(WritesPage)
    assert writes is not None
    metrics = QFontMetrics(font("body"))
    for table, column, words in ((window.events.table, 2, all_whats()), (writes.table, 2, widest_words())):
        needed = max(metrics.horizontalAdvance(one) for one in words)
        assert padded(QRect(0, 0, table.columnWidth(column), 30), column).width() >= needed
    use_language(qapp, "en")


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_activity_fits_720_px_in_every_language(qapp: QApplication, language: str, made: list[QWidget]) -> None:
    install(qapp).choose("light")
    use_language(qapp, language)
    window = shown(SCREENS["08-activity"]())
    made.append(window)
    use_language(qapp, "en")
    assert isinstance(window, ActivityWindow)
    window.resize(720, 460)
    QApplication.processEvents()
    assert window.width() == 720
    assert window.head.two
    assert all(
        one.width() >= one.sizeHint().width() - 1 for one in window.head.findChildren(QPushButton) if one.isVisible()
    )
    window.resize(1200, 720)
    QApplication.processEvents()
    assert not window.head.two
