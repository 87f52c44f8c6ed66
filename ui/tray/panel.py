"""What the tray icon stands on: a light or a dark panel, which is the system's business and not that of our windows."""

import sys
from typing import Final

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication

AUTOMATIC: Final = "automatic"
_ON_LIGHT, _ON_DARK = "#191C22", "#E8EAEE"
_PERSONALIZE = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


class Panel:
    """`ink` is the color to draw in. Most Linux panels are dark whatever the windows are, and nobody tells of it."""

    def __init__(self) -> None:
        """Begin with what the system says."""
        self._wanted = AUTOMATIC
        self._said: bool | None = None
        self._told: Qt.ColorScheme | None = None
        self._scheme = QGuiApplication.styleHints().colorScheme()

    def use(self, wanted: str) -> None:
        """Follow the setting: "automatic", "light" or "dark"."""
        self._wanted = wanted
        self.look()

    def told(self, dark: bool | None) -> None:  # noqa: FBT001  the value itself
        """Take what the desktop itself says, which counts while Qt tells of our windows' theme: see `look`.

        A desktop that no longer prefers dark or light is light.
        """
        said, self._said = self._said, dark
        if dark is not None:
            self._told = Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light
        elif said is not None:
            self._told = Qt.ColorScheme.Light
        self.look()

    def look(self) -> None:
        """Take what the system says now. While the windows have a theme of their own, Qt says that one instead."""
        from ui.style.theme import chosen  # nothing of it is needed for the first paint

        if not chosen():
            self._scheme = QGuiApplication.styleHints().colorScheme()
        elif self._told is not None:
            self._scheme = self._told

    @property
    def ink(self) -> str:
        """The panel's ink."""
        if self._wanted != AUTOMATIC:
            light = self._wanted == "light"
        elif sys.platform == "win32":
            light = taskbar_is_light(QSettings(_PERSONALIZE, QSettings.Format.NativeFormat))
        else:
            light = self._scheme is Qt.ColorScheme.Light
        return _ON_LIGHT if light else _ON_DARK

    @property
    def menu_ink(self) -> str:
        """The ink of the tray's menu. On Linux its host draws it as the system has it, elsewhere Qt as our windows."""
        scheme = self._scheme if sys.platform == "linux" else QGuiApplication.styleHints().colorScheme()
        return _ON_LIGHT if scheme is Qt.ColorScheme.Light else _ON_DARK


def taskbar_is_light(personalize: QSettings) -> bool:
    """Whether Windows' taskbar is light, which is a choice apart from that of windows; where it says nothing, dark."""
    return str(personalize.value("SystemUsesLightTheme", 0)) == "1"
