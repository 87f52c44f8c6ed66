"""Production's question offers what reads at most: in the window, from the tray and in the quick switch."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.narrowing import READ_ONLY
from app.domain.session import Starter
from tests.ui.fakes.core import FakeCore
from tests.ui.test_application import settle
from ui.application import Application
from ui.main_window.window import MainWindow
from ui.palette.keys import Want
from ui.palette.window import Palette
from ui.present.menu import Do, Entry
from ui.present.questions import Act, narrows, question_before, short_name
from ui.prompts.questions import ConfirmPrompt

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
NARROW = "ASIANARROW000000001"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize(
    ("act", "instead"),
    [
        (Act.START, Act.COPY_READ_ONLY),
        (Act.COPY, Act.COPY_READ_ONLY),
        (Act.COPY_RENEWING, Act.COPY_READ_ONLY),
        (Act.CONSOLE, Act.CONSOLE_READ_ONLY),
        (Act.DEFAULT, None),
        (Act.STOP, None),
        (Act.DELETE, None),
        (Act.COPY_READ_ONLY, None),
    ],
)
def test_what_has_a_form_that_reads_at_most(core: FakeCore, act: Act, instead: Act | None) -> None:
    question = question_before(core.catalog, core.catalog.profiles["prod-readonly"], act, valid=False)
    assert question is not None
    assert question.instead is instead
    assert bool(question.instead_verb) is (instead is not None)


def test_it_is_offered_only_where_aws_takes_a_policy(core: FakeCore) -> None:
    profile = core.catalog.profiles["prod-readonly"]
    assert narrows(profile)
    assert not narrows(core.catalog.profiles["prod-admin"]), "beside policies of its own another would add to them"
    assert not narrows(replace(profile, roles=()))
    assert not narrows(replace(profile, safety=replace(profile.safety, read_only=True))), "it is read-only as it is"
    other = question_before(core.catalog, core.catalog.profiles["staging-admin"], Act.START, valid=False)
    assert other is None


def test_in_the_window(window: MainWindow, core: FakeCore) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    window.list.pick("prod-readonly")
    window.start()
    card = window.detail.confirm
    assert card.less.text() == "Copy read-only instead"
    assert QApplication.focusWidget() is card.cancel, "Enter does nothing at all"
    card.less.setFocus()
    QTest.keyClick(card.less, Qt.Key.Key_Space)
    assert core.engine.verbs == [("narrowed", "prod-readonly", READ_ONLY, Starter.WINDOW)]
    assert NARROW in QGuiApplication.clipboard().text()
    assert not card.isVisible()
    window.ask(Act.CONSOLE)
    assert card.less.text() == "Open read-only instead"
    card.less.click()
    assert core.engine.verbs[-1] == ("console", "prod-readonly", NARROW)
    window.list.pick("prod-admin")
    window.stop()
    assert not card.less.isVisible()


async def test_from_the_tray(application: Application, core: FakeCore) -> None:
    application.tray.chosen.emit(Entry("x", "x", Do.START, "prod-readonly"))
    prompt = application._prompts["start-prod-readonly"]
    assert isinstance(prompt, ConfirmPrompt)
    assert core.engine.verbs == []
    prompt.less.click()
    await settle()
    assert core.engine.verbs == [("narrowed", "prod-readonly", READ_ONLY, Starter.TRAY)]
    assert not prompt.isVisible()


@pytest.fixture
def palette(core: FakeCore, qtbot: QtBot) -> Iterator[Palette]:
    made = Palette(core.clock)
    qtbot.addWidget(made)
    made.use(core.catalog)
    made.open_palette(core.engine.store.statuses, (), "bash")
    yield made
    made.close()


def test_in_the_quick_switch(palette: Palette, core: FakeCore) -> None:
    wanted: list[tuple[Act, str]] = []
    palette.act_wanted.connect(lambda act, name, _style: wanted.append((act, name)))
    palette.field.setText("prod-readonly")
    palette.do(Want.ENTER)
    footer = palette.footer
    assert footer.less.isVisible()
    QTest.keyClick(footer.cancel, Qt.Key.Key_Return)
    assert wanted == []
    palette.do(Want.ENTER)
    footer.less.setFocus()
    QTest.keyClick(footer.less, Qt.Key.Key_Return)
    assert wanted == [(Act.COPY_READ_ONLY, "prod-readonly")]
    palette.open_palette(core.engine.store.statuses, (), "bash")
    palette.field.setText("prod-admin")
    palette.do(Want.STOP)
    assert not footer.less.isVisible()


def test_a_long_name_is_cut_in_buttons() -> None:
    assert short_name("prod-admin") == "prod-admin"
    cut = short_name("a" * 100 + "z" * 100)
    assert len(cut) == 40
    assert cut.startswith("aaa")
    assert cut.endswith("zzz")
