"""The theme of the whole application: follows the system or the settings, and tells what paints by itself."""

import sys

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.appearance import Appearance
from ui.resources import resource
from ui.style import choice, icons
from ui.style.contrast import Forced, is_dark
from ui.style.fonts import font, more_line, own_fonts, points, refit
from ui.style.sheet import sheet
from ui.style.tokens import Tokens, strong, tokens

_LEAST_MOTION = "Reduce"
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_ROLES = (
    (QPalette.ColorRole.Window, "window"),
    (QPalette.ColorRole.Base, "field"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Button, "raised"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.Highlight, "selected"),
    (QPalette.ColorRole.HighlightedText, "text"),
    (QPalette.ColorRole.ToolTipBase, "raised"),
    (QPalette.ColorRole.ToolTipText, "text"),
    (QPalette.ColorRole.Link, "accent-text"),
    (QPalette.ColorRole.Accent, "accent"),
)


class Theme(QObject):
    """One per application. `tokens` is the current theme's; `changed` comes after the sheet was replaced.

    High contrast and less motion are followed at once: as Qt tells them, and as the desktop does by `take`.
    """

    changed = Signal()
    motion_changed = Signal()
    texts_changed = Signal()  # the system's font is another: what stands was given its size, not what depends on it

    def __init__(self, app: QApplication) -> None:
        """Do nothing yet: the tray is shown before the first sheet is made."""
        super().__init__(app)
        self._app = app
        self.tokens: Tokens = tokens("light")
        self._applied = "", 0
        self._setting = "system"
        self._told = Appearance()
        self._style = app.styleHints()  # held: what follows is gone with it
        self._hints = self._style.accessibility()
        self._hints.contrastPreferenceChanged.connect(self._settle)
        moves = getattr(self._hints, "motionPreferenceChanged", None)  # from Qt 6.12 on
        if moves is not None:
            moves.connect(self._settle_motion)
        self.still = False
        self._settle_motion()
        self._style.colorSchemeChanged.connect(self._settle)
        self._font, self._code, self._refitted = app.font(), 0.0, False
        app.fontChanged.connect(self._follow_font)

    def choose(self, setting: str) -> None:
        """Follow "system", or stay "light" or "dark"; returns with the sheet in place."""
        hints = self._app.styleHints()
        self._setting = setting
        choice.keep(setting)
        if setting in _SCHEMES:
            hints.setColorScheme(_SCHEMES[setting])
        else:
            hints.unsetColorScheme()
        self._settle()

    def take(self, told: Appearance) -> None:
        """Take what the desktop tells of itself, where Qt may not."""
        self._told = told
        self._settle_motion()
        if self._applied[0]:
            self._settle()

    @property
    def high_contrast(self) -> bool:
        """Whether a person asked for it."""
        asked = Qt.ContrastPreference.HighContrast
        return self._told.contrast or self._hints.contrastPreference() == asked

    def _settle(self, *_: object) -> None:
        """Apply what settings and system say now."""
        scheme = self._app.styleHints().colorScheme()
        name = self._setting
        if name not in _SCHEMES:
            name = "dark" if scheme == Qt.ColorScheme.Dark else "light"
        if self.high_contrast:
            imposed = imposed_colors(self._app, sys.platform)
            name = strong("dark" if is_dark(imposed.back) else "light", imposed) if imposed else strong(name)
        self._apply(name)

    def _follow_font(self, *_: object) -> None:
        before, self._font = self._font, self._app.font()
        if not self._applied[0] or before == self._font:
            return
        held = own_fonts(self._app.allWidgets())
        self._applied = self._applied[0], -1  # fonts that the sheet makes bold follow with the next sheet alone
        self._settle()
        refit(held, before, self._code)
        self._refitted = True
        self._code = points(font("code"))
        self.texts_changed.emit()

    def _settle_motion(self, *_: object) -> None:
        preference = getattr(self._hints, "motionPreference", None)
        told = preference is not None and _LEAST_MOTION in str(preference())
        still = told or self._told.still
        if still is not self.still:
            self.still = still
            for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_AnimateTooltip):
                QApplication.setEffectEnabled(effect, not still)
            self.motion_changed.emit()

    def _apply(self, name: str) -> None:
        more = more_line()
        if (name, more) == self._applied:
            return
        self._applied = name, more
        self._code = self._code or points(font("code"))
        QDir.setSearchPaths("rc", [str(resource("qss"))])
        self.tokens = tokens(name)
        self._app.setPalette(_palette(self.tokens))
        held = own_fonts(self._app.allWidgets()) if self._refitted else []
        self._app.setStyleSheet(sheet(self.tokens, more))
        for widget, own in held:  # Qt gives them back the fonts that they had before their first sheet
            widget.setFont(own)
        icons.forget()
        self.changed.emit()


def _palette(of: Tokens) -> QPalette:
    made = QPalette()
    for role, name in _ROLES:
        made.setColor(role, QColor(of.color(name)))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(of.faint))
    made.setColor(QPalette.ColorRole.PlaceholderText, QColor(of.faint))
    return made


def imposed_colors(app: QApplication, platform: str) -> Forced | None:
    """Return the colors of one of Windows' contrast themes; None where no such theme is in use."""
    if platform != "win32" or app.styleHints().colorScheme() != Qt.ColorScheme.Unknown:
        return None
    app.setPalette(QPalette())  # ours away: below it is the system's
    from_system = app.palette()
    roles = QPalette.ColorRole
    wanted = (roles.Window, roles.WindowText, roles.Highlight, roles.HighlightedText, roles.Link)
    return Forced(*(from_system.color(role).name().upper() for role in wanted))


_current: list[Theme] = []


def install(app: QApplication) -> Theme:
    """Make the application's theme, once; later calls return the same."""
    if not _current:
        app.setStyle("Fusion")
        _current.append(Theme(app))
    return _current[0]


def theme() -> Theme:
    """Return the application's theme; `install` comes first."""
    return _current[0]


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the sheet looks at, and have it looked at again."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
