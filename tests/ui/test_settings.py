"""The settings' window: what is valid is saved at once, what is not is said where it is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget

from app.domain.problem import AppError, Code
from app.domain.profile import OnLock
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from ui.editor.choices import SegmentField
from ui.editor.draft import Draft
from ui.editor.editable_field import EditableField
from ui.editor.fields import CheckField, ChoiceField, TextField
from ui.settings.about import About, AboutPage
from ui.settings.keys import KeyField
from ui.settings.login import LoginLine
from ui.settings.pages import SettingsPage, default_of
from ui.settings.window import SettingsWindow


class Login:
    def __init__(self) -> None:
        self.on = False
        self.refuse = False
        self.reports: list[Path] = []

    def start(self, on: bool) -> None:
        if self.refuse:
            raise AppError.of(Code.AUTOSTART_OTHER, place="/x")
        self.on = on

    async def report(self, path: Path) -> None:
        if self.refuse:
            raise AppError.of(Code.FILE_UNWRITABLE, path=str(path), reason="no")
        self.reports.append(path)

    def about(self) -> About:
        return About("0.1.0", (("Catalog", "/c"),), lambda: self.on, self.start, self.report)


@pytest.fixture
def login() -> Login:
    return Login()


@pytest.fixture
def settings(core: FakeCore, bridge: Now, login: Login, qtbot: object) -> Iterator[SettingsWindow]:
    core.catalogs.tables["settings"] = {"region": "eu-central-1", "theme": "dark", "hand_made": 1}
    draft = Draft("", core.catalogs.tables["settings"])
    made = SettingsWindow(core, bridge, draft, login.about(), ("de",), ("eu-west-1",))
    made.show()
    yield made
    made.close()
    made.deleteLater()


def pages(settings: SettingsWindow) -> list[SettingsPage]:
    every = [settings.page(number) for number in range(len(settings.plans))]
    return [one for one in every if isinstance(one, SettingsPage)]


def field(settings: SettingsWindow, key: str) -> object:
    return next(one for page in pages(settings) for one in page.form.fields if one.key == key)


def typed(settings: SettingsWindow, key: str, text: str) -> None:
    found = field(settings, key)
    if isinstance(found, SegmentField):
        found.choose(text)
    elif isinstance(found, ChoiceField):
        found.box.setCurrentIndex(found.box.findData(text))
    elif isinstance(found, CheckField):
        found.check.setChecked(text == "yes")
    elif isinstance(found, EditableField):
        line = found.box.lineEdit()
        assert line is not None
        line.setText(text)
        line.textEdited.emit(text)
    else:
        assert isinstance(found, TextField)
        found.line.clear()
        QTest.keyClicks(found.line, text)
    settings.apply()


def saved(core: FakeCore) -> dict[str, object]:
    return dict(core.catalogs.tables["settings"])


def test_every_key_of_the_catalog_has_a_field(settings: SettingsWindow) -> None:
    from app.domain.reading.settings import SETTINGS_KEYS

    shown = {one.key.partition(".")[0] for page in pages(settings) for one in page.form.fields}
    assert shown == SETTINGS_KEYS - {"default"}


def test_opening_builds_the_page_that_is_shown(settings: SettingsWindow) -> None:
    assert [number for number in range(settings.nav.count()) if settings.has(number)] == [0]
    settings.go_to("ca_bundle")
    assert [number for number in range(settings.nav.count()) if settings.has(number)] == [0, 5]
    assert settings.stack.currentWidget() is settings.page(5)


def test_the_plan_of_a_page_has_the_keys_of_its_fields(settings: SettingsWindow) -> None:
    for plan, page in zip(settings.plans, pages(settings), strict=True):
        assert plan.keys == tuple(one.key for one in page.form.fields)
        assert plan.title == page.title


def test_a_page_shows_what_it_missed_when_it_comes(core: FakeCore, bridge: Now, login: Login, qtbot: object) -> None:
    made = SettingsWindow(core, bridge, Draft("", {"proxy": "not a url"}), login.about(), (), ())
    assert [made.nav.wrong(number) for number in range(made.nav.count())].index(True) == 5
    assert not made.has(5)
    core.catalogs.tables["settings"] = {"proxy": "not a url", "endpoint_port": 54321}
    made.catalog_changed()
    proxy, port = field(made, "proxy"), field(made, "endpoint_port")
    assert isinstance(proxy, TextField)
    assert isinstance(port, TextField)
    assert (proxy.line.text(), proxy.note.property("role"), port.line.text()) == ("not a url", "error", "54321")
    made.deleteLater()


def test_what_is_changed_is_saved_and_the_rest_stays(settings: SettingsWindow, core: FakeCore) -> None:
    typed(settings, "clipboard_seconds", "90")
    assert saved(core) == {"region": "eu-central-1", "theme": "dark", "hand_made": 1, "clipboard_seconds": 90}
    assert settings.said.text() == "Saved"
    assert core.catalog.settings.clipboard_seconds == 90
    typed(settings, "theme", "system")
    assert "theme" not in saved(core), "a default is not written"
    typed(settings, "notifications.ended", "no")
    assert saved(core)["notifications"] == {"ended": False}
    typed(settings, "notifications.ended", "yes")
    assert "notifications" not in saved(core)


@pytest.mark.parametrize(
    ("key", "bad"), [("clipboard_seconds", "0"), ("endpoint_port", "80"), ("proxy", "not a url"), ("region", "x y")]
)
def test_what_does_not_fit_is_said_there_and_not_saved(
    settings: SettingsWindow, core: FakeCore, key: str, bad: str
) -> None:
    before = saved(core)
    typed(settings, key, bad)
    assert saved(core) == before
    found = field(settings, key)
    assert isinstance(found, TextField | EditableField)
    assert found.note.text()
    assert found.note.property("role") == "error"
    assert "Not saved" in settings.said.text()


def test_tab_goes_from_the_pages_through_one_of_them_to_the_foot(settings: SettingsWindow) -> None:
    settings.activateWindow()
    QTest.qWaitForWindowActive(settings)
    for number in range(settings.nav.count()):
        QTest.keyClick(settings, Qt.Key(Qt.Key.Key_1 + number), Qt.KeyboardModifier.ControlModifier)
        order: list[QWidget | None] = []
        for _ in range(40):
            order.append(QApplication.focusWidget())
            QTest.keyClick(order[-1], Qt.Key.Key_Tab)
            if order[-1] is settings.shut:
                break
        assert order[0] is settings.nav
        assert order[-1] is settings.shut
        assert len(order) > 2
        assert all(one is not None and settings.page(number).isAncestorOf(one) for one in order[1:-1])


@pytest.mark.parametrize(
    ("choice", "written", "means"),
    [("stop", True, OnLock.STOP), ("lock", "lock", OnLock.LOCK)],
)
def test_screen_lock(settings: SettingsWindow, core: FakeCore, choice: str, written: object, means: OnLock) -> None:
    typed(settings, "stop_on_lock", choice)
    assert saved(core)["stop_on_lock"] == written
    assert core.catalog.settings.stop_on_lock is means
    typed(settings, "stop_on_lock", "nothing")
    assert "stop_on_lock" not in saved(core)


def test_a_catalog_that_cannot_be_written_is_said(
    settings: SettingsWindow, core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise AppError.of(Code.FILE_UNWRITABLE, path="profiles.toml", reason="read-only")

    monkeypatch.setattr(core, "put", refuse)
    typed(settings, "shell", "fish")
    assert settings.said.property("role") == "error"
    assert settings.said.text()


def test_pages_by_keys_and_escape_saves_what_was_typed(settings: SettingsWindow, core: FakeCore) -> None:
    QTest.keyClick(settings, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert settings.stack.currentIndex() == settings.nav.currentRow() == 3
    settings.go_to("proxy")
    found = field(settings, "proxy")
    assert isinstance(found, TextField)
    QTest.keyClicks(found.line, "http://proxy:3128")
    gone = QSignalSpy(settings.closed)
    QTest.keyClick(settings, Qt.Key.Key_Escape)
    assert saved(core)["proxy"] == "http://proxy:3128"
    assert gone.count() == 1


def test_login_and_report(settings: SettingsWindow, login: Login, tmp_path: Path) -> None:
    about = settings.page(len(settings.plans))
    assert isinstance(about, AboutPage)
    line = settings.page(0).findChild(LoginLine)
    assert line is not None, "among the general settings"
    line.switch.click()
    assert login.on
    login.refuse = True
    line.switch.click()
    assert line.switch.isChecked(), "what was refused is shown as it is"
    assert "is not Rolecall's" in line.note.text()
    about.save(str(tmp_path / "r.zip"))
    assert about.note.property("role") == "error"
    login.refuse = False
    about.save(str(tmp_path / "r.zip"))
    assert login.reports == [tmp_path / "r.zip"]
    assert str(tmp_path) in about.note.text()
    assert about.report.isEnabled()


def test_each_setting_has_a_way_back(settings: SettingsWindow, core: FakeCore) -> None:
    page = pages(settings)[0]
    assert page.resets["theme"].isVisibleTo(page)
    assert not page.resets["density"].isVisibleTo(page)
    typed(settings, "clipboard_seconds", "45")
    assert saved(core)["clipboard_seconds"] == 45
    assert pages(settings)[1].resets["clipboard_seconds"].isHidden(), "it is the default, written down"
    page.resets["theme"].click()
    assert "theme" not in saved(core)
    assert not page.resets["theme"].isVisibleTo(page)
    found = field(settings, "theme")
    assert isinstance(found, SegmentField)
    assert found.value == "system"


def test_what_each_default_is() -> None:
    from app.domain.reading.settings import NOTIFICATION_KEYS, SETTINGS_KEYS

    keys = [*(SETTINGS_KEYS - {"notifications"}), *(f"notifications.{one}" for one in NOTIFICATION_KEYS)]
    assert {default_of(one) for one in keys if one.startswith("notifications")} == {True}
    assert (default_of("write"), default_of("stop_on_lock"), default_of("proxy")) == ("replace", False, None)


def test_what_was_changed_elsewhere_is_not_taken_back(settings: SettingsWindow, core: FakeCore) -> None:
    core.catalogs.tables["settings"] = {**saved(core), "default": "dev-poweruser", "shell": "fish"}
    typed(settings, "clipboard_seconds", "90")
    assert saved(core)["default"] == "dev-poweruser"
    assert saved(core)["clipboard_seconds"] == 90
    found = field(settings, "shell")
    assert isinstance(found, ChoiceField)
    assert found.value == "fish", "it is shown too"


def test_it_follows_the_file(settings: SettingsWindow, core: FakeCore) -> None:
    seconds = field(settings, "clipboard_seconds")
    assert isinstance(seconds, TextField)
    seconds.line.setText("7")
    seconds.line.textEdited.emit("7")  # not saved yet
    core.catalogs.tables["settings"] = {"theme": "light", "notifications": {"ended": False}}
    settings.catalog_changed()
    theme, ended = field(settings, "theme"), field(settings, "notifications.ended")
    assert isinstance(theme, SegmentField)
    assert isinstance(ended, CheckField)
    assert (theme.value, ended.check.isChecked(), seconds.line.text()) == ("light", False, "7")
    settings.apply()
    assert saved(core) == {"theme": "light", "notifications": {"ended": False}, "clipboard_seconds": 7}


def test_a_page_with_a_problem_is_marked(settings: SettingsWindow) -> None:
    typed(settings, "proxy", "not a url")
    assert [settings.nav.wrong(number) for number in range(settings.nav.count())].index(True) == 5
    typed(settings, "proxy", "http://127.0.0.1:3128")
    assert not settings.nav.wrong(5)


def test_a_bundle_that_is_not_there_is_warned_of_and_saved(
    settings: SettingsWindow, core: FakeCore, tmp_path: Path
) -> None:
    typed(settings, "ca_bundle", str(tmp_path / "ca.pem"))
    bundle = field(settings, "ca_bundle")
    assert isinstance(bundle, TextField)
    assert (bundle.note.property("role"), saved(core)["ca_bundle"]) == ("warn", str(tmp_path / "ca.pem"))
    assert "There is no such file" in bundle.note.text()
    (tmp_path / "ca.pem").write_text("not a certificate")
    settings.check()
    assert "It holds no certificate." in bundle.note.text()
    (tmp_path / "ca.pem").write_text("# of the office\n-----BEGIN CERTIFICATE-----\n")
    settings.check()
    assert bundle.note.property("role") == "third"
    os.mkfifo(tmp_path / "pipe")
    typed(settings, "ca_bundle", str(tmp_path / "pipe"))
    assert "regular file" in bundle.note.text(), "nothing waits for who writes into it"
    typed(settings, "ca_bundle", str(tmp_path))
    assert bundle.note.property("role") == "third", "a folder of certificates"


def test_a_file_is_chosen_with_the_mouse_alone(settings: SettingsWindow, core: FakeCore, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    for key, mode in (
        ("ca_bundle", QFileDialog.FileMode.ExistingFile),
        ("credentials_file", QFileDialog.FileMode.AnyFile),
    ):
        settings.go_to(key)
        (press,) = (
            one for one in field(settings, key).body.findChildren(QPushButton) if "choose" in one.accessibleName()
        )
        press.click()
        (asked,) = (one for one in settings.findChildren(QFileDialog) if one.isVisible())
        assert (asked.fileMode(), asked.isModal()) == (mode, True)
        asked.fileSelected.emit(str(tmp_path / "ca.pem"))
        asked.close()
        settings.apply()
        assert saved(core)[key] == str(tmp_path / "ca.pem")


def test_the_key_is_taken_as_it_is_pressed(settings: SettingsWindow, core: FakeCore) -> None:
    settings.go_to("shortcut")
    key = field(settings, "shortcut")
    assert isinstance(key, KeyField)
    assert key.line.text() == "Ctrl+Alt+R"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(key.line, Qt.Key.Key_Space, both)
    assert saved(core)["shortcut"] == "Ctrl+Shift+Space"
    QTest.keyClick(key.line, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert saved(core)["shortcut"] == "Ctrl+4", "no page is turned to meanwhile"
    assert settings.nav.currentRow() == 1
    key.line.selectAll()
    QTest.keyClick(key.line, Qt.Key.Key_Backspace)
    settings.apply()
    assert saved(core)["shortcut"] == "", "no key"
    typed(settings, "shortcut", "Ctrl+Alt+R")
    assert "shortcut" not in saved(core)


def test_what_became_of_the_key_is_said(core: FakeCore, bridge: Now, login: Login, qtbot: object) -> None:
    said = ["Not held", "warn"]
    about = login.about()
    made = SettingsWindow(core, bridge, Draft("", {}), about, (), (), lambda: (said[0], said[1]))
    key = field(made, "shortcut")
    assert isinstance(key, KeyField)
    assert (key.note.text(), key.note.property("role")) == ("Not held", "warn")
    said[:] = ["Held", "third"]
    made.catalog_changed()
    assert (key.note.text(), key.note.property("role")) == ("Held", "third")
    made.deleteLater()


def test_other_windows_are_asked_for(settings: SettingsWindow) -> None:
    vault = QSignalSpy(settings.vault_wanted)
    settings.go_to("stop_on_lock")
    next(one for one in settings.findChildren(QPushButton) if one.text() == "Keyring…").click()
    assert vault.count() == 1


async def test_what_is_read_while_it_closes_is_not_shown(settings: SettingsWindow, core: FakeCore) -> None:
    core.catalogs.tables["settings"] = {"shell": "fish"}
    reading, saving = settings._follow(), settings._save()
    settings.close()
    shell = field(settings, "shell")
    assert isinstance(shell, ChoiceField)
    await reading
    await saving
    assert shell.value == "bash", "the window may be gone by then"
    assert saved(core) == {"shell": "fish"}, "and nothing is taken back"


def test_a_control_stands_below_its_words_where_they_would_have_no_room(settings: SettingsWindow) -> None:
    page = pages(settings)[0]
    one = next(field for field in page.form.fields if field.key == "on_quit")

    def place() -> tuple[QPoint, QPoint]:
        QApplication.processEvents()
        return one.label.mapTo(settings, QPoint(0, 0)), one.editor.mapTo(settings, QPoint(0, 0))

    settings.resize(900, 620)
    words, control = place()
    assert control.x() > words.x() + one.label.width() - 1
    settings.resize(settings.minimumWidth(), 620)
    words, control = place()
    assert control.y() >= words.y() + one.label.height()
    assert control.x() == words.x(), "the way back to the default, which may be hidden, stands behind it"
    bar = page.horizontalScrollBar()
    assert bar.maximum() == 0, "nothing is cut at the side"
    settings.resize(900, 620)
    words, control = place()
    assert control.x() > words.x() + one.label.width() - 1


def test_a_region_that_is_not_set_says_that_it_is_the_default(settings: SettingsWindow) -> None:
    region = field(settings, "region")
    assert isinstance(region, EditableField)
    line = region.box.lineEdit()
    assert line is not None
    assert (line.text(), line.placeholderText()) == ("eu-central-1", "Default: us-east-1")
