"""Messages of the status bar, and how it reads from right to left."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ui.main_window.status_bar import StatusBar
from ui.style.theme import theme


@pytest.fixture
def bar(qtbot: object) -> Iterator[StatusBar]:
    made = StatusBar()
    made.resize(1180, 28)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def test_what_will_be_cleared_shows_how_long_it_has(bar: StatusBar) -> None:
    bar.say("bash exports of dev copied, cleared from the clipboard in 45 s", 45, clears=True)
    assert bar.ring.isVisible()
    assert bar.clear.isVisible()
    full = bar.ring.left
    assert full > 0.9
    bar._timer.start(1000)  # so much is left of it
    bar._count()
    assert bar.ring.left < 0.1
    bar.say("dev is stopped", 5)
    assert not bar.ring.isVisible()
    assert not bar._beat.isActive()


def test_a_path_reads_as_it_is_written_from_right_to_left(bar: StatusBar, qapp: QApplication) -> None:
    bar.show_file("~/.aws/credentials")
    assert bar.file.text() == "\u2009~/.aws/credentials"
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        bar.show_file("~/.aws/credentials")
        assert bar.file.text() == "\u2009\u2066~/.aws/credentials\u2069", "an isolate from left to right"
        bar.show_file("~/.aws/אישורים")
        assert bar.file.text()[1] == "\u2066", "its first letter decides"
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_what_empties_the_clipboard_looks_like_a_link(bar: StatusBar) -> None:
    ink = bar.clear.palette().color(bar.clear.foregroundRole()).name()
    assert ink == theme().tokens.color("accent-text").lower()
