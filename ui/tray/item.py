"""The tray icon: shown first of all, then kept current. Without a tray host it watches for one to appear."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui.style.icons import tray_icon
from ui.tray.panel import AUTOMATIC, Panel

if TYPE_CHECKING:
    from ui.present.menu import Entry
    from ui.present.tray import TrayInput
    from ui.tray.menu import LiveMenu

_LOOK_AGAIN = 30_000  # ms; no timer of the idle application is faster
_SHOWN = 10_000  # ms; of a notification


class TrayItem(QObject):
    """`chosen` carries an Entry; `clicked`: the icon itself was clicked, `middle_clicked` with the middle button.

    `available` carries whether there is a tray host. Qt hands on no turn of the wheel.
    """

    chosen = Signal(object)
    clicked = Signal()
    middle_clicked = Signal()
    double_clicked = Signal()
    available = Signal(bool)
    message_clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Show the icon, with an empty menu: see `fill`."""
        super().__init__(parent)
        self._menu = QMenu()
        self._live: LiveMenu | None = None
        self._state: str = "idle"
        self._panel = Panel()
        self.icon = self._make_icon("Rolecall")
        self._host = QSystemTrayIcon.isSystemTrayAvailable()
        self._watcher = None if self._host else _watch_for_host(self._look, self)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(_LOOK_AGAIN)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    def _make_icon(self, said: str) -> QSystemTrayIcon:
        self._drawn = (self._state, self._panel.ink)
        icon = QSystemTrayIcon(tray_icon(*self._drawn, template=_template()), self)
        icon.setContextMenu(self._menu)
        icon.setToolTip(said)
        icon.activated.connect(self._activated)
        icon.messageClicked.connect(self.message_clicked)
        icon.show()
        return icon

    def fill(self) -> None:
        """Give the menu its first entries, after the first paint."""
        from ui.present.menu import early_menu
        from ui.tray.menu import LiveMenu

        self._live = LiveMenu(self._menu, self._picked, lambda: self._panel.menu_ink)
        self._live.show(early_menu())

    @property
    def host(self) -> bool:
        """Whether there is a tray that shows the icon."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self, of: "TrayInput", panel: str = AUTOMATIC) -> None:
        """Show icon, tooltip and menu for a state, on a panel as the settings say."""
        from ui.present.tray import icon_of, menu_of, tooltip_of

        if self._live is None:
            self.fill()
        if self._live is not None:
            self._live.show(menu_of(of))
        self._state = icon_of(of)
        self._panel.use(panel)
        self._repaint()
        said = tooltip_of(of)
        if self.icon.toolTip() != said:
            self.icon.setToolTip(said)

    @property
    def state(self) -> str:
        """The picture that is shown."""
        return self._state

    @property
    def menu(self) -> QMenu:
        """The menu itself."""
        return self._menu

    def system_says(self, dark: bool | None) -> None:  # noqa: FBT001  the value itself
        """Follow a desktop that turns dark or light, also while our windows have a theme of their own."""
        self._panel.told(dark)
        self._repaint()

    def _scheme_changed(self) -> None:
        self._panel.look()
        self._repaint()

    def _repaint(self) -> None:
        drawn = (self._state, self._panel.ink)
        if drawn != self._drawn:
            self._drawn = drawn
            self.icon.setIcon(tray_icon(*drawn, template=_template()))

    def _look(self) -> None:
        self._repaint()  # of its taskbar's color Windows tells nobody
        host = QSystemTrayIcon.isSystemTrayAvailable()
        if host != self._host:
            self._host = host
            if host:  # Qt chose the kind of tray when it made the icon
                old, self.icon = self.icon, self._make_icon(self.icon.toolTip())
                old.hide()
                old.deleteLater()
            self.available.emit(host)

    def _picked(self, entry: "Entry") -> None:
        self.chosen.emit(entry)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.clicked.emit()
        elif reason is QSystemTrayIcon.ActivationReason.MiddleClick:
            self.middle_clicked.emit()
        elif reason is QSystemTrayIcon.ActivationReason.DoubleClick:
            self.double_clicked.emit()

    def say(self, title: str, text: str) -> None:
        """Show a notification. With a picture of Qt's own, a StatusNotifier tray would show that in place of ours."""
        self.icon.showMessage(title, text, self.icon.icon(), _SHOWN)

    def hide(self) -> None:
        """Take the icon away, at the end."""
        self._timer.stop()
        self.icon.hide()


def _watch_for_host(look: Callable[[], None], parent: QObject) -> QObject | None:
    """Call `look` when a StatusNotifier host appears; nothing is imported where there is one from the beginning."""
    if sys.platform != "linux":
        return None
    from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher

    kinds = QDBusServiceWatcher.WatchModeFlag
    watcher = QDBusServiceWatcher(
        "org.kde.StatusNotifierWatcher", QDBusConnection.sessionBus(), kinds.WatchForRegistration, parent
    )

    def registered(service: str) -> None:
        del service
        look()

    watcher.serviceRegistered.connect(registered)
    return watcher


def _template() -> bool:
    return sys.platform == "darwin"
