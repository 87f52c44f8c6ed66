"""Texts at twice their size: what has a line of text in it grows, and windows stay on a small screen."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from tests.support.layout_facts import let_go, shown
from tools.screens import SCREENS
from ui.activity.window import ActivityWindow
from ui.language import use_language
from ui.style.fonts import font, grown
from ui.style.theme import install
from ui.widgets.basics import button


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


def test_controls_grow_with_their_texts(large: QApplication, made: list[QWidget]) -> None:
    line = QFontMetrics(large.font()).lineSpacing()
    normal, small, field = heights(made)
    assert normal == field == line + 12
    assert small >= QFontMetrics(font("small")).lineSpacing() + 6
    assert grown(100) > 130


def test_code_is_no_smaller_than_a_caption(large: QApplication) -> None:
    assert font("code").pointSizeF() >= font("caption").pointSizeF() - 0.01


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
