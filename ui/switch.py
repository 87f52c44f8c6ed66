"""The quick switch among the application's parts: made at its first use or once the window is there, then kept."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from app.domain.problem import Code, Problem
from app.domain.session import Starter, problem_of
from app.texts import T, describe
from ui.answers import remedy
from ui.core import Change
from ui.present.questions import Act
from ui.present.remedies import Button, Do

if TYPE_CHECKING:
    from ui.application import Application
    from ui.palette.keys import Want
    from ui.palette.window import Palette
    from ui.platform.mac import MacKey
    from ui.platform.windows import WindowsKey
    from ui.platform.x11 import X11Key

    DesktopKey = X11Key | WindowsKey | MacKey

_KEYRING = (Code.VAULT_LOCKED, Code.VAULT_SEALED)


def key_of(platform: str, parent: QObject) -> "DesktopKey | None":
    """Return what holds a key of the whole desktop on a platform of Qt's; None: no program may hold one there.

    Raises OSError or AttributeError where the system has no part that it needs.
    """
    match platform:
        case "xcb":
            from ui.platform.x11 import X11Key

            return X11Key(parent)
        case "windows":
            from ui.platform.windows import WindowsKey

            return WindowsKey(parent)
        case "cocoa":
            from ui.platform.mac import MacKey

            return MacKey(parent)
        case _:
            return None


class QuickSwitch(QObject):
    """Opens the palette with what is true, and carries out what it wants."""

    def __init__(self, application: "Application") -> None:
        """Build nothing yet."""
        super().__init__(application)
        self._application = application
        self._core, self._tools = application.core, application.tools
        self.palette: Palette | None = None
        self._key: DesktopKey | None = None
        self._listens = False
        self.held = ""  # the key that opens it anywhere
        application.bridge.changed.connect(self._changed)

    def open(self) -> None:
        """Show the palette, or take it away if it is shown."""
        made = self._made()
        if made.isVisible() and made.isActiveWindow():
            made.close()
            return
        store = self._core.engine.store
        made.open_palette(store.statuses, self._application.memory.recents, self._application.verbs.shell)
        made.show_banner(self._banner())

    def make_ready(self) -> None:
        """Build the palette when there is nothing else to do, so that it opens at once."""
        if self.palette is None:
            QTimer.singleShot(500, self, self._build)

    def listen(self) -> None:
        """Hold the settings' key on the whole desktop, where an application may: on X11, Windows and macOS."""
        if self._key is None:
            try:
                self._key = key_of(QGuiApplication.platformName(), self)
            except (OSError, AttributeError):  # a library that lacks a function
                return
            if self._key is not None:
                self._key.pressed.connect(self.open)
        wanted = self._core.catalog.settings.shortcut
        if self._key is not None and wanted != self.held:
            self.held = wanted if self._key.hold(wanted) else ""

    def key_line(self) -> tuple[str, str]:
        """Return the key that opens it anywhere and what to say of it; without one, what to bind."""
        if self.held:
            return self.held, T("Quick switch, anywhere")
        return "rolecall palette", T("Quick switch, anywhere: bind this command to a key of your desktop")

    def key_words(self) -> tuple[str, str]:
        """Return what became of the settings' key, and the role of that text."""
        if self._key is None:
            return T("No program can hold a key here. Bind “rolecall palette” to a key of your desktop."), "third"
        if self.held:
            return T("Opens the quick switch anywhere on the desktop."), "third"
        if not self._core.catalog.settings.shortcut:
            return T("No key is held."), "third"
        return T("Not held: another program has this key, or the keyboard has no such key."), "warn"

    def end(self) -> None:
        """Let go of the key."""
        if self._key is not None:
            self._key.close()
            self._key = None

    def close(self) -> None:
        """Take the palette away: the screen is locked."""
        if self.palette is not None:
            self.palette.close()

    def shows(self, name: str) -> bool:
        """Whether a person sees there what becomes of a profile."""
        return self.palette is not None and self.palette.isVisible() and self.palette.picked() == name

    def forget(self) -> None:
        """Build the palette anew: another language is spoken."""
        if self.palette is not None:
            self.palette.close()
            self.palette.deleteLater()
            self.palette = None
            self.make_ready()

    def catalog_changed(self) -> None:
        """Show the catalog as it is now."""
        if self.palette is not None:
            self.palette.use(self._core.catalog)
        if self._key is not None:
            self.listen()

    def _build(self) -> None:
        self._made().prepare()

    def _made(self) -> "Palette":
        if self.palette is None:
            from ui.palette.window import Palette

            self._application.style()
            self.palette = Palette(self._tools.clock, square=self._key is not None and not self._key.composited)
            self.palette.use(self._core.catalog)
            self.palette.act_wanted.connect(self._act)
            self.palette.want_wanted.connect(self._want)
            self.palette.new_wanted.connect(self._application.new_profile)
            self.palette.unlock_wanted.connect(self._unlock)
            self.palette.remedy_wanted.connect(self._remedy)
            if not self._listens:
                self._listens = True
                self._application.verbs.failed.connect(self._failed)
                self._application.bridge.failed.connect(self._failed)
        return self.palette

    def _changed(self, change: Change) -> None:
        if self.palette is not None and (change.profiles or change.engine):
            self.palette.take(change.profiles, self._core.engine.store.statuses)
            if self.palette.isVisible():
                self.palette.show_banner(self._banner())

    def _banner(self) -> str:
        """Return what stands in the way of every start, in words: Rolecall or the keyring is locked."""
        store = self._core.engine.store
        if store.locked:
            return describe(Problem.of(Code.LOCKED)).title
        found = self._stands_in_the_way()
        return describe(Problem.of(found)).title if found is not None else ""

    def _stands_in_the_way(self) -> Code | None:
        problems = (problem_of(one.state) for one in self._core.engine.store.statuses.values())
        return next((one.code for one in problems if one is not None and one.code in _KEYRING), None)

    def _unlock(self) -> None:
        if self._core.engine.store.locked:
            self._application.verbs.unlock()
        else:
            sealed = self._stands_in_the_way() is Code.VAULT_SEALED
            self._application.care.want(Do.UNLOCK_VAULT if sealed else Do.UNLOCK_KEYRING)

    def _failed(self, problem: Problem) -> None:
        if self.palette is not None and self.palette.isVisible():
            self.palette.show_problem(problem)

    def _remedy(self, button: Button, name: str) -> None:
        remedy(self._application, name, button)

    def _act(self, act: Act, name: str, style: str) -> None:
        self._application.verbs.act(act, name, Starter.PALETTE, style)

    def _want(self, want: "Want", name: str) -> None:
        from ui.palette.keys import Want

        if want is Want.EDIT:
            self._application.edit_profile(name)
        elif want is Want.RENEW:
            self._application.verbs.renew(name)
        else:
            self._application.show_profile(name)
