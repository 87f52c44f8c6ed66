"""Opens the windows of sources' access keys; a second wish raises the first."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.source import AccessKeys
from ui.present.remedies import Button, Do
from ui.present.sources import source_words, users_words

if TYPE_CHECKING:
    from ui.application import Application
    from ui.core import Core
    from ui.keys.window import KeysWindow


class KeyCare(QObject):
    """Holds the windows while they are open."""

    def __init__(self, application: "Application") -> None:
        """Open nothing yet."""
        super().__init__(application)
        self._application = application
        self.windows: dict[str, KeysWindow] = {}

    def open(self, name: str) -> None:
        """Show the keys of a source's user; a source of another kind has none."""
        app = self._application
        begin, source = app.tools.key_flow, app.core.catalog.sources.get(name)
        if begin is None or not isinstance(source, AccessKeys):
            return
        window = self.windows.get(name)
        if window is None:
            from ui.keys.window import KeysWindow

            app.style()
            about = partial(_about, app.core, name)
            window = KeysWindow(
                partial(begin, name), app.bridge.spawn, source.title or name, about, app.tools.clock.now
            )
            self.windows[name] = window
            window.finished.connect(partial(self._over, name))
            window.remedy.connect(partial(self._remedy, name))
            window.look()
        window.open_prompt(asked=True)

    def _over(self, name: str, _result: int = 0) -> None:
        window = self.windows.pop(name, None)
        if window is not None:
            window.deleteLater()
        self._application.catalog_changed()

    def _remedy(self, name: str, chosen: object) -> None:
        do = chosen.do if isinstance(chosen, Button) else Do.RENEW
        if do in (Do.UNLOCK_VAULT, Do.KEEP_IN_FILE, Do.KEEP_IN_MEMORY):
            self._application.care.want(do)
        elif do is Do.EDIT_SOURCE:
            self._application.edit_source(name)
        elif name in self.windows:
            self.windows[name].look()


def _about(core: "Core", name: str) -> str:
    source = core.catalog.sources.get(name)
    return "" if source is None else f"{source_words(core.catalog, source)}. {users_words(core.catalog, name)}"
