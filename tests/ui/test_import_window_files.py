"""The window of an import: files that are broken, elsewhere, missing or huge, and its end while it runs."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.domain.problem import Code, Problem
from app.importing.executor import Done
from app.importing.found import Place
from tests.ui.fakes.import_window import Made, shown
from tests.ui.fakes.importing import keys, role, write
from ui.style.theme import theme


@pytest.fixture
def made(tmp_path: Path, qtbot: QtBot) -> Made:
    return Made(tmp_path, qtbot)


def test_a_broken_file_is_named_with_its_line_and_the_rest_is_offered(made: Made) -> None:
    window = made.open(f"[profile a]\n{role('111122223333', 'R')}[profile b]\nregion x\n", f"[mira]\n{keys(1)}")
    assert "line 5" in window.page.card.accessibleName()
    assert shown(window) == ["mira", "a"]
    write(made.home / ".aws", f"[profile a]\n{role('111122223333', 'R')}")
    window.page.card.pressed.emit(window.page.card._card.buttons[1])  # type: ignore[union-attr]
    assert not window.page.card.isVisible()


def test_a_reading_that_fails_is_a_card(made: Made) -> None:
    made.flow.refused = Problem.of(Code.FILE_BUSY, path="/x")
    window = made.sample()
    assert window.page.card.isVisible()
    made.flow.refused = None
    window.read_again()
    assert len(shown(window)) == 22


def test_without_files_the_keys_1_to_4_start(made: Made, qtbot: QtBot) -> None:
    window = made.open()
    assert window.shows_starts
    assert "~/.aws/config and ~/.aws/credentials do not exist." in window.starts.detail.text()
    assert not window.page.footer.isVisible()
    wanted = QSignalSpy(window.start_wanted)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4):
        QTest.keyClick(window, key)
    kinds = [wanted.at(number)[0] for number in range(wanted.count())]
    assert kinds == ["identity-center", "access-keys", "oidc", "instance-metadata"]
    assert window.starts.buttons["oidc"].accessibleName() == "OIDC"


@pytest.mark.parametrize("folder", [True, False])
def test_files_elsewhere_are_asked_for_without_waiting(made: Made, *, folder: bool) -> None:
    window = made.open()
    other = write(
        made.home / "stick",
        f"[profile far]\n{role('1' * 12, 'R', 'source_profile = k' + chr(10))}[profile k]\n{keys(3)}",
    )
    (window.starts.folder if folder else window.starts.file).click()
    asked = window.findChild(QFileDialog)
    assert asked is not None
    chosen = other if folder else other / "config"
    asked.fileSelected.emit(str(chosen))
    assert made.flow.verbs[-1] == ("look", Place.of_folder(other) if folder else Place.of_file(chosen))
    assert shown(window) == ["k", "far"]
    assert window.page.title.text() == f"2 profiles found in ~/stick{'' if folder else '/config'}"
    assert window.page.said.text() == "The AWS files stay as they are."


def test_closing_while_it_runs_lets_it_end(made: Made) -> None:
    window = made.sample()
    gone = QSignalSpy(window.closed)
    window.busy = True
    window.close()
    assert not window.isVisible()
    assert gone.count() == 0
    window.busy = False
    window._ended(frozenset(), Done())
    assert gone.count() == 1


def test_names_of_200_characters_and_right_to_left_are_drawn(made: Made) -> None:
    config = f"[profile {'x' * 200}]\n{role('1' * 12, 'R')}[profile חשבון-בדיקה]\n{role('1' * 12, 'R')}"
    window = made.open(config, f"[mira]\n{keys(1)}")
    assert len(shown(window)) == 3
    assert not window.grab().isNull()
    theme().choose("dark")
    assert not window.grab().isNull()


def test_ten_thousand_profiles_open_and_filter(made: Made) -> None:
    config = "".join(f"[profile p{number}]\n{role('1' * 12, 'R')}" for number in range(10_000))
    window = made.open(config, f"[mira]\n{keys(1)}")
    assert window.page.title.text() == "10001 profiles found in ~/.aws"
    QTest.keyClicks(window.page.search, "p9999")
    assert shown(window) == ["p9999"]
    window.page.search.clear()
    window.go_on()
    assert window.page.title.text() == "10001 imported, 0 left alone"
