"""Another language at once: windows are made anew in their place, what would be lost stays as it is and says so."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from app import texts
from app.domain.activity import Event
from app.domain.names import ProfileName
from app.domain.problem import Code, Problem
from app.domain.session import Question, QuestionKind
from tests.ui.fakes.core import NOW, FakeCore
from tests.ui.test_application import settle
from ui.activity.journal import Journal, Line
from ui.application import Application
from ui.core import Tools
from ui.editor.forms import labels_width
from ui.editor.profile_window import ProfileWindow
from ui.language import use_language
from ui.prompts.mfa import MfaPrompt
from ui.settings.about import About
from ui.tray.item import TrayItem

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


async def read() -> Sequence[Line]:
    return ()


async def write(_path: Path, _events: Sequence[Event]) -> None:
    raise AssertionError


async def report(_path: Path) -> None:
    raise AssertionError


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    use_language(qapp, "en")
    yield
    use_language(qapp, "en")
    texts.set_language("en")


@pytest.fixture
async def application(qapp: QApplication, tray: TrayItem, core: FakeCore, tools: Tools) -> AsyncIterator[Application]:
    about = About("1", (), lambda: False, lambda _: None, report)
    made = Application(qapp, tray, core, replace(tools, journal=lambda: Journal(read, write), about=lambda: about))  # type: ignore[arg-type]
    yield made
    await made.close()
    for top in qapp.topLevelWidgets():
        top.deleteLater()


async def speak(application: Application, core: FakeCore, language: str) -> None:
    """Save the setting, as the settings' window or an editor of texts does."""
    await core.put("settings", "", {**core.catalogs.tables.get("settings", {}), "language": language})
    application.catalog_changed()
    await settle()
    QApplication.processEvents()
    await settle()


async def test_the_tray_and_the_main_window_follow_in_their_place(application: Application, core: FakeCore) -> None:
    before = application.window
    before.show()
    before.list.search.setText("prod")
    before.list.pick("prod-readonly")
    english = [one.text() for one in application.tray.menu.actions()]
    await speak(application, core, "de")
    window = application.window
    assert window is not before
    assert window.isVisible()
    assert window.list.search.text() == "prod"
    assert window.picked() == "prod-readonly"
    assert window.list.search.placeholderText() != "", "there is one"
    assert [one.text() for one in application.tray.menu.actions()] != english
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen", "Qt's own dialogs too"
    window.fail(Problem.of(Code.NETWORK, host="sts.example", reason="refused"))
    await speak(application, core, "en")
    assert application.window.whole.failed is not None, "what was said stays said"
    assert [one.text() for one in application.tray.menu.actions()] == english


async def test_without_a_window_none_is_built(application: Application, core: FakeCore) -> None:
    await speak(application, core, "de")
    assert application._window is None  # pyright: ignore[reportPrivateUsage]
    assert application.window.windowTitle() == "Rolecall"


async def test_settings_and_activity_come_back_where_they_were(application: Application, core: FakeCore) -> None:
    application.settings.open("proxy")
    application.activity.open()
    await settle()
    settings, activity = application.settings.window, application.activity.window
    assert settings is not None
    assert activity is not None
    activity.events.search.setText("admin")
    page = settings.nav.currentRow()
    await speak(application, core, "de")
    again = application.settings.window, application.activity.window
    assert again[0] is not None
    assert again[1] is not None
    assert again[0] is not settings
    assert (again[0].windowTitle(), again[0].nav.currentRow()) == ("Einstellungen", page)
    assert again[1] is not activity
    assert again[1].events.search.text() == "admin"
    assert again[1].isVisible()


async def test_an_editor_with_changes_keeps_its_language_and_says_so(application: Application, core: FakeCore) -> None:
    application.edit_profile("prod-admin")
    application.edit_profile("dev-poweruser")
    await settle()
    dirty, clean = (application.editors["profiles", name] for name in ("prod-admin", "dev-poweruser"))
    assert isinstance(dirty, ProfileWindow)
    assert isinstance(clean, ProfileWindow)
    clean.nav.setCurrentRow(3)
    dirty.draft.set("region", "eu-west-3")
    await speak(application, core, "de")
    assert application.editors["profiles", "prod-admin"] is dirty
    assert dirty.problem.isVisible()
    assert dirty.draft.get("region") == "eu-west-3"
    again = application.editors["profiles", "dev-poweruser"]
    assert isinstance(again, ProfileWindow)
    assert again is not clean
    assert again.nav.currentRow() == 3
    assert again.save_button.text() == "Speichern"


async def test_a_prompt_with_a_code_typed_stays_and_others_follow(application: Application, core: FakeCore) -> None:
    serial = "arn:aws:iam::111122223333:mfa/"
    core.engine.store.questions = tuple(
        Question(f"q{n}", QuestionKind.MFA, f"{serial}{n}", (ProfileName("prod-admin"),), NOW, NOW) for n in range(2)
    )
    application.asking().look()
    typed, empty = application.asking().prompts["q0"], application.asking().prompts["q1"]
    assert isinstance(typed, MfaPrompt)
    typed.code.setText("12")
    await speak(application, core, "de")
    assert application.asking().prompts["q0"] is typed
    assert application.asking().prompts["q1"] is not empty
    assert [one.text() for one in typed.findChildren(QLineEdit)] == ["12"]


async def test_the_page_of_keys_and_the_quick_switch_follow(application: Application, core: FakeCore) -> None:
    application.show_keys()
    keys = application.open_prompts["keys"]
    application.switch.open()
    palette = application.switch.palette
    await speak(application, core, "es")
    assert application.open_prompts["keys"] is not keys
    assert application.open_prompts["keys"].isVisible()
    assert application.switch.palette is not palette
    application.switch.open()
    assert application.switch.palette is not None


async def test_from_right_to_left_and_back(application: Application, core: FakeCore, qapp: QApplication) -> None:
    application.window.show()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    await speak(application, core, "de")
    assert qapp.layoutDirection() is Qt.LayoutDirection.LeftToRight
    assert application.window.layoutDirection() is Qt.LayoutDirection.LeftToRight


async def test_texts_of_another_size_lay_open_windows_out_anew(application: Application, qapp: QApplication) -> None:
    before = application.window
    before.show()
    before.list.pick("prod-readonly")
    application.edit_profile("prod-admin")
    await settle()
    dirty = application.editors["profiles", "prod-admin"]
    assert isinstance(dirty, ProfileWindow)
    dirty.draft.set("region", "eu-west-3")
    usual = qapp.font()
    larger = QFont(usual)
    larger.setPointSizeF(usual.pointSizeF() * 2)
    title = next(one for one in dirty.findChildren(QLabel) if one.property("role") == "title")
    small = title.font().pointSizeF()
    qapp.setFont(larger)
    try:
        assert application.appearance._larger.isActive(), "once the desktop is done with it"
        application.appearance._larger.timeout.emit()
        await settle()
        assert application.window is not before
        assert application.window.isVisible()
        assert application.window.picked() == "prod-readonly"
        assert application.editors["profiles", "prod-admin"] is dirty, "nothing that was typed is lost"
        assert not dirty.problem.isVisible(), "there is nothing to say about it"
        assert title.font().pointSizeF() == pytest.approx(2 * small, abs=0.1)
        labels = [one for one in dirty.findChildren(QLabel) if one.property("labels")]
        assert labels
        assert {one.width() for one in labels if one.isVisible()} == {labels_width()}
    finally:
        qapp.setFont(usual)
