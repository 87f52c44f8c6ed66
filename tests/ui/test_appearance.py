"""High contrast and less motion: the tokens, the theme that follows, and what turns."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.appearance import Appearance
from tests.ui.fakes.core import FakeCore
from ui.application import Application
from ui.core import Tools
from ui.main_window.delegate import ProfileDelegate
from ui.main_window.window import MainWindow
from ui.onboarding.chips import Chip
from ui.style import theme as themes
from ui.style.contrast import ENOUGH, Forced, contrast, is_dark
from ui.style.rows import draw_ground
from ui.style.sheet import sheet
from ui.style.theme import Theme, imposed_colors, install
from ui.style.tokens import LABELS, strong, tokens
from ui.tray.item import TrayItem
from ui.widgets.busy import Busy

SURFACES = (
    "window", "surface", "raised", "sunken", "field", "hover", "press", "selected", "selected-inactive", "ok-bg",
    "warn-bg", "error-bg", "prod-bg",
)  # fmt: skip
SAYING = (
    "text", "text-2", "text-3", "accent-text", "ok-text", "warn-text", "error-text", "prod-text", "border",
    "border-strong", "border-control", "focus", "ok", "warn", "error", "prod", "accent", "idle", "ok-border",
    "warn-border", "error-border",
)  # fmt: skip
NIGHT = Forced("#000000", "#FFFF00", "#1AEBFF", "#000000", "#FFFF00")


def imposing(app: QApplication, platform: str) -> Forced:
    del app, platform
    return NIGHT


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = install(qapp)
    yield made
    made.take(Appearance())  # as the other tests want it
    made.choose("light")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_everything_that_says_something_stands_out(name: str) -> None:
    of = tokens(strong(name))
    assert of.high
    assert of.base == name
    for what in SAYING:
        for surface in SURFACES:
            assert contrast(of.color(what), of.color(surface)) >= ENOUGH, (what, surface)
    for fill in ("accent", "accent-hover", "accent-press"):
        assert contrast(of.color("on-accent"), of.color(fill)) >= ENOUGH
    assert contrast(of.color("on-prod"), of.color("prod")) >= ENOUGH
    for label in LABELS:
        assert contrast(of.on_label, of.label(label)) >= ENOUGH
        assert contrast(of.label(label), of.color("selected")) >= ENOUGH
    assert contrast(of.color("track"), of.color("ok")) >= 3.0, "how much of a ring is left is seen"
    made = sheet(of)
    assert "@" not in made
    assert "dashed" in made
    assert "dashed" not in sheet(tokens(name))


def test_the_systems_own_palette_wins() -> None:
    of = tokens(strong("dark", NIGHT))
    assert tokens(of.theme) is of, "a name is enough to paint by"
    for surface in SURFACES:
        assert of.color(surface) == "#000000"
    assert {of.color(one) for one in ("text", "text-2", "text-3", "border")} == {"#FFFF00"}
    assert (of.color("accent"), of.color("on-accent"), of.color("accent-text")) == ("#1AEBFF", "#000000", "#FFFF00")
    assert contrast(of.color("error-text"), "#000000") >= ENOUGH
    assert of.tick == "check-black"
    assert "check-black.svg" in sheet(of)
    white = tokens(strong("light", Forced("#FFFFFF", "#000000", "#37006E", "#FFFFFF", "#00009F")))
    assert (white.base, white.tick) == ("light", "check")


def test_a_contrast_theme_is_asked_for_on_windows_alone(qapp: QApplication, theme: Theme) -> None:
    theme.choose("system")
    assert qapp.styleHints().colorScheme() == Qt.ColorScheme.Unknown
    assert imposed_colors(qapp, "linux") is None
    found = imposed_colors(qapp, "win32")
    assert found is not None
    assert found.back == QPalette(qapp.palette()).color(QPalette.ColorRole.Window).name().upper()


def test_the_theme_follows_at_once(qapp: QApplication, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    theme.choose("dark")
    changed = QSignalSpy(theme.changed)
    theme.take(Appearance(contrast=True))
    assert (theme.tokens.theme, changed.count()) == ("dark-contrast", 1)
    assert qapp.palette().color(QPalette.ColorRole.Text).name() == "#ffffff"
    theme.choose("light")
    assert theme.tokens.theme == "light-contrast"
    monkeypatch.setattr(themes, "imposed_colors", imposing)
    theme.choose("system")
    assert theme.tokens.color("text") == "#FFFF00"
    assert is_dark(qapp.palette().color(QPalette.ColorRole.Window).name())
    theme.take(Appearance())
    assert theme.tokens.theme == "light"


@pytest.mark.parametrize(("name", "outlined"), [("light", False), (strong("light"), True)])
def test_what_is_chosen_has_an_outline(name: str, outlined: bool, qapp: object) -> None:
    of = tokens(name)
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    draw_ground(painter, image.rect(), "selected", of)
    painter.end()
    assert (image.pixelColor(20, 1) == QColor(of.color("focus"))) is outlined
    assert image.pixelColor(20, 10) == QColor(of.color("selected"))


@pytest.mark.parametrize("contrasty", [False, True])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_the_focus_leaves_the_words_of_a_choice_whole(
    theme: Theme, qtbot: QtBot, kind: type[QCheckBox | QRadioButton], *, contrasty: bool
) -> None:
    theme.choose("light")
    theme.take(Appearance(contrast=contrasty))
    choice = kind("Credentials file")
    qtbot.addWidget(choice)
    choice.show()
    choice.resize(choice.sizeHint())
    ends = [_last_ink(choice)]
    choice.setFocus()
    qtbot.waitUntil(choice.hasFocus)
    ends.append(_last_ink(choice))
    theme.take(Appearance())
    assert ends[0] == ends[1]


def _last_ink(widget: QWidget) -> int:
    picture = widget.grab().toImage()
    ground = picture.pixelColor(picture.width() - 1, 0)
    rows = range(picture.height())
    far = (x for x in range(picture.width()) if any(_differ(picture.pixelColor(x, y), ground) for y in rows))
    return max(far)


def _differ(one: QColor, other: QColor) -> bool:
    return abs(one.lightness() - other.lightness()) > 60


def test_what_cannot_be_typed_into_has_no_box_in_high_contrast(theme: Theme, qtbot: QtBot) -> None:
    theme.choose("light")
    theme.take(Appearance(contrast=True))
    boxes: list[bool] = []
    for read_only in (False, True):
        window = QWidget()
        qtbot.addWidget(window)
        line = QLineEdit("text", window)
        line.setReadOnly(read_only)
        line.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line.resize(120, 30)
        window.show()
        picture = window.grab(line.geometry()).toImage()
        boxes.append(_differ(picture.pixelColor(0, 15), picture.pixelColor(60, 4)))
        ground, last = picture.pixelColor(60, 4), range(picture.height() - 2, picture.height())
        assert any(_differ(picture.pixelColor(x, y), ground) for x in range(40, 60) for y in last), "a line below"
    theme.take(Appearance())
    assert boxes == [True, False]


def test_nothing_turns_where_motion_is_not_wanted(window: MainWindow, theme: Theme, qtbot: object) -> None:
    busy = Busy()
    busy.show()
    delegate = window.list.view.itemDelegate()
    assert isinstance(delegate, ProfileDelegate)
    assert busy._timer.isActive()
    theme.take(Appearance(still=True))
    assert not busy._timer.isActive()
    before = delegate.turn
    window._tick()
    assert delegate.turn == before
    assert not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
    busy.hide()
    busy.show()
    assert not busy._timer.isActive()
    theme.take(Appearance())
    assert busy._timer.isActive()
    window._tick()
    assert delegate.turn != before
    busy.close()


class Desktop:
    """What app/events/appearance.py is."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.running = False

    def make(self, told: object) -> "Desktop":
        self.told.append(told)
        return self

    def start(self) -> None:
        self.running = True

    def close(self) -> None:
        self.running = False


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
async def test_the_application_listens_until_its_end(
    qapp: QApplication, tray: TrayItem, made: tuple[FakeCore, Tools], theme: Theme
) -> None:
    desktop = Desktop()
    core, tools = made
    application = Application(qapp, tray, core, replace(tools, appearance=desktop.make))  # type: ignore[arg-type]
    assert desktop.running
    (tell,) = desktop.told
    assert callable(tell)
    tell(Appearance(contrast=True))
    qapp.processEvents()
    assert theme.tokens.high
    theme.choose("dark")
    inks: list[str] = []
    for dark in (False, True):
        tell(Appearance(contrast=True, dark=dark))
        qapp.processEvents()
        inks.append(tray._panel.ink)
    assert inks == ["#191C22", "#E8EAEE"], "the tray follows the desktop, whatever theme the windows have"
    await application.close()
    assert not desktop.running
    tell(Appearance())
    qapp.processEvents()
    assert theme.tokens.high, "nothing is followed after the end"


@pytest.mark.parametrize("contrast_wanted", [False, True])
def test_the_words_of_a_chosen_filter_stand_out(theme: Theme, qtbot: QtBot, *, contrast_wanted: bool) -> None:
    theme.choose("light")
    theme.take(Appearance(contrast=contrast_wanted))
    chip = Chip(None)
    qtbot.addWidget(chip)
    chip.count(22)
    chip.setChecked(True)
    chip.show()
    image = chip.grab().toImage()
    inside = [image.pixelColor(x, y).name() for x in range(6, image.width() - 6) for y in range(6, image.height() - 6)]
    ground = max(set(inside), key=inside.count)
    assert max(contrast(one.upper(), ground.upper()) for one in set(inside)) >= (ENOUGH if contrast_wanted else 4.5), (
        "words on their ground"
    )
