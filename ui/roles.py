"""Opens the role assistant, one window at a time."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from ui.application import Application
    from ui.assistant.window import AssistantWindow


class RoleCare(QObject):
    """Holds the assistant's window while it is open."""

    def __init__(self, application: "Application") -> None:
        """Open nothing yet."""
        super().__init__(application)
        self._application = application
        self.window: AssistantWindow | None = None

    def open(self) -> None:
        """Open the assistant, or bring the open one to the front."""
        application, begin = self._application, self._application.tools.role_flow
        if begin is None:
            return
        if self.window is None:
            from ui.assistant.window import AssistantWindow

            application.style()
            catalog = application.core.catalog
            profiles, sources = tuple(map(str, catalog.profiles)), tuple(map(str, catalog.sources))
            self.window = AssistantWindow(
                begin, application.bridge.spawn, profiles, sources, application.tools.clock.now
            )
            self.window.finished.connect(self._gone)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _gone(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
            self.window = None
        self._application.catalog_changed()
