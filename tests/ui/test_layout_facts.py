"""Every window from right to left, with texts at 200 %, at scale 2.5: nothing cut off, nothing over something else."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unicodedata import bidirectional

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.support.layout_facts import cut, empty_scrolls, let_go, over_one_another, shown
from tests.support.right_to_left import letters, translations
from tools.screens import SCREENS
from ui.editor.frame import EditorFrame
from ui.language import use_language
from ui.style.theme import install

ROOT = Path(__file__).resolve().parents[2]
WINDOWS = [one for one in SCREENS if "menu" not in one]
EDITORS = [one for one in SCREENS if one.startswith(("04-", "05-"))]
LEAST = {"04": (640, 520), "05": (640, 480)}
# the smallest window has room for texts of the usual size
LARGE = [one for one in WINDOWS if "small" not in one]


@pytest.fixture(params=WINDOWS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def made() -> Iterator[list[QWidget]]:
    kept: list[QWidget] = []
    yield kept
    let_go(kept)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return translations(tmp_path_factory.mktemp("translations"))


@pytest.fixture
def right_to_left(qapp: QApplication, folder: Path) -> Iterator[None]:
    assert use_language(qapp, "he", folder=folder) == "he"
    assert qapp.layoutDirection() is Qt.LayoutDirection.RightToLeft
    yield
    use_language(qapp, "en")


def test_from_right_to_left(right_to_left: None, name: str, made: list[QWidget]) -> None:
    made.append(SCREENS[name]())
    assert cut(made[0]) == []
    assert over_one_another(made[0]) == []


def test_from_left_to_right(name: str, made: list[QWidget]) -> None:
    made.append(SCREENS[name]())
    assert cut(made[0]) == []
    assert over_one_another(made[0]) == []
    assert empty_scrolls(made[0]) == []


@pytest.fixture
def large(qapp: QApplication) -> Iterator[None]:
    usual = qapp.font()
    twice = QFont(usual)
    twice.setPointSizeF(usual.pointSizeF() * 2)
    qapp.setFont(twice)
    yield
    qapp.setFont(usual)
    install(qapp).choose("light")


def too_wide(window: EditorFrame) -> list[str]:
    """Pages that are wider than their place."""
    return [page.title for page in window.pages if page.isVisible() and page.widget().width() > page.viewport().width()]


@pytest.mark.parametrize("name", EDITORS)
def test_an_editor_has_room_for_its_pages_at_its_smallest(qtbot: object, name: str, made: list[QWidget]) -> None:
    window = shown(SCREENS[name]())
    made.append(window)
    assert isinstance(window, EditorFrame)
    window.resize(window.minimumSize())
    QApplication.processEvents()
    assert (window.width(), window.height()) == LEAST[name[:2]]
    assert too_wide(window) == []
    assert over_one_another(window) == []


@pytest.mark.parametrize("name", EDITORS)
def test_an_editor_has_room_for_large_german(large: None, qapp: QApplication, name: str, made: list[QWidget]) -> None:
    use_language(qapp, "de")
    window = shown(SCREENS[name]())
    made.append(window)
    use_language(qapp, "en")
    assert isinstance(window, EditorFrame)
    if window.minimumWidth() < window.screen().availableGeometry().width():  # else the page scrolls sideways
        assert too_wide(window) == []
    assert [fact for fact in over_one_another(window) if " over " in fact] == []


def test_the_facts_see_what_is_wrong(qtbot: object, made: list[QWidget]) -> None:
    window = QWidget()
    made.append(window)
    for place in (0, 20):
        one = QLabel("much more than there is room for", window)
        one.setGeometry(place, 0, 40, 20)
    window.resize(50, 20)
    assert len(cut(window)) == 2
    assert len(over_one_another(window)) == 2


def look(tmp_path: Path, size: tuple[int, int], scale: str, *names: str) -> tuple[int, str]:
    """Look at windows in a process of its own: screen and scale count from its start."""
    screen = {"name": "one", "x": 0, "y": 0, "width": size[0], "height": size[1], "logicalDpi": 96, "dpr": 1}
    file = tmp_path / "screen.json"
    file.write_text(json.dumps({"screens": [{**screen, "logicalBaseDpi": 96}]}))
    environ = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": f"offscreen:configfile={file}"}
    work = [sys.executable, "-m", "tests.support.layout_facts", *names]
    done = subprocess.run(work, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=240, check=False)
    return done.returncode, done.stdout


def test_at_scale_2_5(tmp_path: Path) -> None:
    assert look(tmp_path, (3840, 2160), "2.5", *WINDOWS) == (0, f"{len(WINDOWS)} windows\n")


def test_texts_at_200_percent(tmp_path: Path) -> None:
    assert look(tmp_path, (1920, 1080), "1", "--large", *LARGE) == (0, f"{len(LARGE)} windows\n")


def test_right_to_left_letters_are_so() -> None:
    made = letters("Undo {name}")
    assert made.endswith(" {name}")
    assert {bidirectional(letter) for letter in made.split()[0]} == {"R"}
