"""Facts of the layout of every window: nothing lies over something else, pages have room, large text too."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from tools.screens import SCREENS
from ui.editor.frame import EditorFrame
from ui.language import use_language
from ui.prompts.base import Prompt
from ui.style import fonts

EDITORS = [name for name in SCREENS if name.startswith(("04-", "05-"))]
LEAST = {"04": (640, 520), "05": (640, 480)}


@pytest.fixture
def shown(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Callable[[str], QWidget]]:
    """What shows a screen by its name."""
    made: list[QWidget] = []

    def show(name: str) -> QWidget:
        made.append(SCREENS[name]())
        if isinstance(made[-1], Prompt):
            made[-1].fit()
        made[-1].show()
        QApplication.processEvents()
        QApplication.processEvents()
        return made[-1]

    yield show
    for one in made:
        one.close()
        one.deleteLater()


@pytest.fixture
def twice(qapp: QApplication) -> Iterator[None]:
    """Text of twice the size."""
    before = QFont(qapp.font())
    large = QFont(before)
    large.setPointSizeF(before.pointSizeF() * 2)
    qapp.setFont(large)
    yield
    qapp.setFont(before)
    fonts._made.cache_clear()


def overlapping(window: QWidget) -> list[str]:
    """Neighbors of one layout that lie over each other."""
    found: list[str] = []
    for holder in [window, *window.findChildren(QWidget)]:
        layout = holder.layout()
        if layout is None or not holder.isVisible():
            continue
        places = [(one, one.geometry()) for one in _widgets(layout) if one.isVisible() and not one.geometry().isEmpty()]
        for number, (one, place) in enumerate(places):
            found += [f"{_name(one)} over {_name(other)}" for other, at in places[number + 1 :] if _meet(place, at)]
    return found


def _widgets(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        widget, below = item.widget(), item.layout()
        if widget is not None:
            yield widget
        if below is not None:
            yield from _widgets(below)


def _meet(one: QRect, other: QRect) -> bool:
    common = one.intersected(other)
    return common.width() > 1 and common.height() > 1


def _name(of: QWidget) -> str:
    text = of.text() if hasattr(of, "text") else ""
    return f"{type(of).__name__} {of.objectName() or of.accessibleName() or text}"


@pytest.mark.parametrize("name", [one for one in SCREENS if "menu" not in one])
def test_nothing_lies_over_something_else(shown: Callable[[str], QWidget], name: str) -> None:
    assert overlapping(shown(name)) == []


def too_wide(window: EditorFrame) -> list[str]:
    """Pages that are wider than their place."""
    return [page.title for page in window.pages if page.isVisible() and page.widget().width() > page.viewport().width()]


@pytest.mark.parametrize("name", EDITORS)
def test_an_editor_has_room_for_its_pages_at_its_smallest(shown: Callable[[str], QWidget], name: str) -> None:
    window = shown(name)
    assert isinstance(window, EditorFrame)
    window.resize(window.minimumSize())
    QApplication.processEvents()
    assert (window.width(), window.height()) == LEAST[name[:2]]
    assert too_wide(window) == []
    assert overlapping(window) == []


@pytest.mark.parametrize("name", EDITORS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_large_text_fits(
    twice: None, qapp: QApplication, shown: Callable[[str], QWidget], name: str, language: str
) -> None:
    use_language(qapp, language)
    window = shown(name)
    use_language(qapp, "en")
    assert isinstance(window, EditorFrame)
    room = window.screen().availableGeometry().width()
    if window.minimumWidth() < room:  # else the page scrolls sideways
        assert too_wide(window) == []
    assert overlapping(window) == []


@pytest.mark.parametrize("name", ["04-editor-safety", "04-editor-chain-wrong", "05-source-oidc", "02-quick-switch"])
def test_right_to_left_does_not_break(qapp: QApplication, shown: Callable[[str], QWidget], name: str) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert overlapping(shown(name)) == []
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
