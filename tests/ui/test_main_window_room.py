"""The main window with little room, large text, long names and scripts from the right: nothing is cut off."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.names import ProfileName
from app.domain.problem import Code, Problem, Verb
from app.texts import T
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW, FakeCore, active
from tests.ui.fakes.reading import fake_core
from tests.ui.fakes.sample import CATALOG
from ui.core import Tools
from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.platform.clipboard import SecretClipboard
from ui.present.questions import Act
from ui.style.fonts import font
from ui.verbs import Verbs

LONG = "n" * 200
RIGHT = "ייצור / מסד נתונים"
SIZES = (QSize(1180, 760), QSize(1024, 552), QSize(760, 480))
MORE = f"""
[accounts."888899990000"]
name = "{RIGHT} {"ש" * 60}"
[groups."{RIGHT.replace(" ", "")}"]
[profiles.{LONG}]
source = "mira.lind"
title = "{RIGHT}"
group = "{RIGHT.replace(" ", "")}"
tags = ["תגית", "{"t" * 120}"]
note = "{RIGHT * 20}"
region = "eu-central-1"
favorite = true
[profiles.{LONG}.safety]
production = true
label = "ייצור"
[[profiles.{LONG}.roles]]
role_arn = "arn:aws:iam::888899990000:role/{"R" * 60}"
"""


@pytest.fixture(params=[1.0, 2.0], ids=["text-100", "text-200"])
def window(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[MainWindow]:
    before = qapp.font()
    larger = QFont(before)
    larger.setPointSizeF(before.pointSizeF() * request.param)
    qapp.setFont(larger)
    core, tools = core_with_more()
    memory = Memory(core.state)
    verbs = Verbs(core, tools, Now(core.engine.store), SecretClipboard(), memory)
    made = MainWindow(core, tools, verbs, memory)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    qapp.setFont(before)


def core_with_more() -> tuple[FakeCore, Tools]:
    core, tools = fake_core(CATALOG + MORE)
    core.serving.port = 53811
    assert LONG in core.catalog.profiles
    core.engine.store.put(active(LONG, NOW))
    return core, tools


def shown(root: QWidget, kind: type) -> list[QWidget]:
    return [one for one in root.findChildren(kind) if one.isVisible() and one.width() > 0]


def inside(window: MainWindow, part: QWidget, one: QWidget) -> bool:
    left = one.mapTo(part, QPoint(0, 0)).x()
    return left >= 0 and left + one.width() <= part.width()


@pytest.mark.parametrize("size", SIZES, ids=["drawn", "netbook", "least"])
@pytest.mark.parametrize("name", ["prod-admin", LONG, "fjord-sandbox"])
def test_everything_has_room(window: MainWindow, qtbot: QtBot, size: QSize, name: str) -> None:
    window.resize(size)
    window.list.pick(ProfileName(name))
    window.ask(Act.CONSOLE if name == LONG else Act.DELETE)
    body, pane = window.detail.body, window.detail.pane
    assert window.size() == size, "nothing makes the window larger"
    for _ in range(5):
        QApplication.processEvents()  # what was so before the layout does not count
    assert body.minimumSizeHint().width() <= pane.viewport().width(), "nothing is scrolled sideways"
    qtbot.waitUntil(lambda: body.width() == pane.viewport().width())
    for part in (window.list, window.detail.head, body, window.status_bar):
        out = [one for one in shown(part, QAbstractButton) if not inside(window, part, one)]
        assert [one.accessibleName() or one.text() for one in out] == []  # type: ignore[attr-defined]

    def cut() -> list[str]:
        labels = shown(body, QLabel)
        return [one.text() for one in labels if one.height() + 1 < one.minimumSizeHint().height()]  # type: ignore[attr-defined]

    qtbot.waitUntil(lambda: cut() == [])  # what stands in a part tells the parts around it in turns
    rows = window.list.view.profiles
    assert rows.heights()[0] >= rows.metrics().lineSpacing() + 12
    window.grab()


@pytest.mark.parametrize("size", SIZES, ids=["drawn", "netbook", "least"])
def test_a_problem_of_the_whole_application_takes_no_more_room_than_its_words(
    window: MainWindow, qtbot: QtBot, size: QSize
) -> None:
    window.resize(size)
    window.fail(Problem.of(Code.NETWORK, Verb.TRY_AGAIN, host=f"{'sts.' * 9}amazonaws.com", reason="refused"))
    place, card = window.problem_place, window.problem
    qtbot.waitUntil(lambda: place.height() == place.heightForWidth(place.width()))
    for one in shown(card, QAbstractButton):
        assert inside(window, card, one)
    assert window.list.view.viewport().height() > 100


@pytest.mark.parametrize("size", SIZES, ids=["drawn", "netbook", "least"])
def test_the_bar_of_several_drops_buttons_before_it_cuts_them(window: MainWindow, size: QSize) -> None:
    window.resize(size)
    window.list.view.select(("prod-admin", "ci-debug", LONG))
    QApplication.processEvents()
    bar = window.list.bar
    assert bar.isVisible()
    assert bar.more.isVisible()
    for one in shown(bar, QAbstractButton):
        assert inside(window, bar, one)
        assert one.width() >= one.sizeHint().width() or one is bar.more


def test_a_search_finds_what_is_written_from_the_right(window: MainWindow) -> None:
    window.list.search.setText("מסד")
    assert window.list.view.picked == LONG
    window.list.view.viewport().grab()
    window.list.search.setText("אין כזה")
    assert window.list.empty.title.text() == T("No profile matches “{query}”", query="אין כזה")


def test_the_lines_of_the_identity_stand_alike_with_and_without_an_arn(window: MainWindow) -> None:
    places: list[tuple[int, bool]] = []
    for name in ("prod-admin", "staging-admin"):
        window.list.pick(name)
        QApplication.processEvents()
        grid = window.detail.identity
        places.append((grid.cellRect(1, 0).top() - grid.cellRect(0, 0).top(), window.detail.copy_arn.isVisible()))
    assert [there for _, there in places] == [True, False]
    assert places[0][0] == places[1][0]
    assert window.detail.arn._font.family() == font("small").family(), "words are no code"


def test_a_chain_stands_as_it_did_however_many_were_shown_before(window: MainWindow) -> None:
    window.resize(1180, 760)
    seen = list[tuple[str, int]]()
    for name in ("prod-admin", "dev-poweruser", "prod-admin", "ci-debug", "prod-admin"):
        window.list.pick(name)
        seen.append((name, window.detail.chain.sizeHint().height()))
    heights = {height for name, height in seen if name == "prod-admin"}
    assert len(heights) == 1, "what was shown before takes no room"
