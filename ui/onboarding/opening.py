"""First run, and import at any time: opens its window, one; a second wish raises it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from ui.application import Application
    from ui.onboarding.window import ImportWindow

_SEEN = "onboarding"  # in what the windows remember


class Onboarding(QObject):
    """Holds the window while it is open. By itself it comes once, at the first start with an empty catalog."""

    def __init__(self, application: "Application") -> None:
        """Open nothing yet."""
        super().__init__(application)
        self._application = application
        self.window: ImportWindow | None = None

    def first(self) -> bool:
        """Open the window if this is a first start; False if it is not."""
        app = self._application
        catalog = app.core.catalog
        empty = not catalog.profiles and not catalog.sources and not catalog.broken
        if not empty or app.tools.importing is None or app.memory.flag(_SEEN):
            return False
        self.open()
        return True

    def open(self) -> None:
        """Open the window and read the AWS files, or raise it."""
        from ui.onboarding.window import ImportWindow

        app = self._application
        if self.window is None and app.tools.importing is not None:
            app.style()
            home = app.tools.home or Path()
            window = ImportWindow(app.tools.importing(), app.core, app.bridge, app.tools.clock, home)
            self.window = window
            window.closed.connect(self._gone)
            window.imported.connect(app.catalog_changed)
            window.start_wanted.connect(app.new_source)
            window.vault_wanted.connect(app.care.want)
            window.look()
        if self.window is not None:
            self.window.show()
            self.window.raise_()
            self.window.activateWindow()

    def catalog_changed(self) -> None:
        """Go away where a first profile was made by hand meanwhile."""
        window = self.window
        if window is not None and self._application.core.catalog.profiles and window.shows_starts:
            window.close()

    def _gone(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
            self.window = None
        app = self._application
        app.memory.keep(_SEEN, True)
        if not app.ended.is_set():
            app.open_window()
