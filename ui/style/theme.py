"""The theme of the whole application: follows the system or the settings, and tells what paints by itself."""

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui.resources import resource
from ui.style import icons
from ui.style.sheet import sheet
from ui.style.tokens import Tokens, tokens

_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_ROLES = (
    (QPalette.ColorRole.Window, "window"),
    (QPalette.ColorRole.Base, "field"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Button, "raised"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.PlaceholderText, "text-3"),
    (QPalette.ColorRole.Highlight, "selected"),
    (QPalette.ColorRole.HighlightedText, "text"),
    (QPalette.ColorRole.ToolTipBase, "raised"),
    (QPalette.ColorRole.ToolTipText, "text"),
    (QPalette.ColorRole.Link, "accent-text"),
    (QPalette.ColorRole.Accent, "accent"),
)


class Theme(QObject):
    """One per application. `tokens` is the current theme's; `changed` comes after the sheet was replaced."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        """Do nothing yet: the tray is shown before the first sheet is made."""
        super().__init__(app)
        self._app = app
        self.tokens: Tokens = tokens("light")
        self._applied = ""
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def choose(self, setting: str) -> None:
        """Follow "system", or stay "light" or "dark"; returns with the sheet in place."""
        hints = self._app.styleHints()
        if setting in _SCHEMES:
            hints.setColorScheme(_SCHEMES[setting])
            self._apply(setting)
            return
        hints.unsetColorScheme()
        self._system_changed(hints.colorScheme())

    def _system_changed(self, scheme: Qt.ColorScheme) -> None:
        self._apply("dark" if scheme == Qt.ColorScheme.Dark else "light")

    def _apply(self, name: str) -> None:
        if name == self._applied:
            return
        self._applied = name
        QDir.setSearchPaths("rc", [str(resource("qss"))])
        self.tokens = tokens(name)
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(sheet(self.tokens))
        icons.forget()
        self.changed.emit()


def _palette(of: Tokens) -> QPalette:
    made = QPalette()
    for role, name in _ROLES:
        made.setColor(role, QColor(of.color(name)))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(of.color("text-3")))
    return made


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
