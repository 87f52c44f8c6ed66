"""Opens the settings: one window; a second wish raises it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.texts import TRANSLATIONS

if TYPE_CHECKING:
    from ui.application import Application
    from ui.settings.trusted import Trusted
    from ui.settings.window import SettingsWindow


class SettingsCare(QObject):
    """Holds the window while it is open, and puts into effect what takes effect at once."""

    def __init__(self, application: "Application") -> None:
        """Open nothing yet."""
        super().__init__(application)
        self._application = application
        self._place = ""
        self._standing: tuple[int, bytes] | None = None  # page and geometry of the window that is made anew
        self._shell = application.core.catalog.settings.shell
        self.window: SettingsWindow | None = None

    def open(self, place: str = "") -> None:
        """Open the window, at the field of a key where one is named."""
        self._place = place
        if self.window is not None:
            self._show()
        else:
            self._application.bridge.spawn(self._open(), "open settings")

    async def _open(self) -> None:
        from ui.editor.draft import Draft
        from ui.present.regions import REGIONS
        from ui.settings.window import SettingsWindow

        app = self._application
        values = await app.core.catalogs.raw("settings", "")
        if self.window is None and app.tools.about is not None:
            app.style()
            about = app.tools.about()
            languages = sorted(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.mo"))
            parts = Draft("", values), about, languages, REGIONS, app.switch.key_words, _trusted(app)
            self.window = SettingsWindow(app.core, app.bridge, *parts)
            self.window.saved.connect(app.catalog_changed)
            self.window.vault_wanted.connect(app.care.show_and_ask)
            self.window.closed.connect(self._gone)
        self._show()

    def make_anew(self) -> None:
        """Build the window anew in its place: another language is spoken."""
        before = self.window
        if before is not None:
            self._standing = before.nav.currentRow(), bytes(before.saveGeometry().data())
            before.close()
            self._application.bridge.spawn(self._open(), "open settings")

    def _show(self) -> None:
        if self.window is not None:
            self.window.show()
            self.window.raise_()
            self.window.activateWindow()
            if self._standing is not None:
                page, geometry = self._standing
                self._standing = None
                self.window.nav.setCurrentRow(page)
                self.window.restoreGeometry(geometry)
            elif self._place:
                self.window.go_to(self._place)

    def catalog_changed(self) -> None:
        """Follow the settings that count at once."""
        app, settings = self._application, self._application.core.catalog.settings
        if app.styled:
            from ui.style.theme import theme

            theme().choose(settings.theme)
        if settings.shell != self._shell:
            self._shell = settings.shell
            app.memory.keep("shell", "")  # what was chosen last at a copy counts no longer
        app.switch.listen()
        if self.window is not None:
            self.window.catalog_changed()

    def _gone(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
            self.window = None


def _trusted(app: "Application") -> "Trusted | None":
    from ui.settings.trusted import Trusted

    return Trusted(app.tools.allowed, app.tools.clock.now) if app.tools.allowed is not None else None
