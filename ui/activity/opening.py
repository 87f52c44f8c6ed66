"""Opens the window of what happened: one; a second wish raises it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.present.names import production_label

if TYPE_CHECKING:
    from ui.activity.window import ActivityWindow
    from ui.application import Application


class ActivityCare(QObject):
    """Holds the window while it is open."""

    def __init__(self, application: "Application") -> None:
        """Open nothing yet."""
        super().__init__(application)
        self._application = application
        self.window: ActivityWindow | None = None

    def open_for(self, profile: str) -> None:
        """Open the window with the events of a profile."""
        self.open()
        if self.window is not None:
            self.window.events.search.setText(profile)

    def open(self) -> None:
        """Open the window, or raise it."""
        if self.window is None:
            self._build()
        if self.window is not None:
            self.window.show()
            self.window.raise_()
            self.window.activateWindow()

    def make_anew(self) -> None:
        """Build the window anew in its place: another language is spoken."""
        before = self.window
        if before is None:
            return
        standing, seen = before.standing(), before.isVisible()
        before.close()
        self._build()
        if self.window is not None:
            self.window.restore(standing)
            self.window.setVisible(seen)

    def _build(self) -> None:
        from ui.activity.window import ActivityWindow

        app = self._application
        if app.tools.journal is not None:
            app.style()
            writes = app.tools.writes() if app.tools.writes is not None else None
            self.window = ActivityWindow(
                app.tools.journal(), app.bridge, app.tools.clock.now, writes=writes, mark=self._mark
            )
            self.window.closed.connect(self._gone)
            self.window.reload()

    def _mark(self, name: str) -> tuple[str, str]:
        """Return the word of a profile's production mark, or none, and its label."""
        profile = self._application.core.catalog.profiles.get(name)
        return (production_label(profile), profile.safety.color) if profile is not None else ("", "")

    def _gone(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
            self.window = None
