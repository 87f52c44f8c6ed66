"""How old the access key of a source's editor is, and the way to replace it."""

from typing import TYPE_CHECKING

from shiboken6 import isValid

from app.texts import T
from ui.editor.fields import Field, TextField
from ui.editor.learning import look_at_key
from ui.present.keys import age_words, made_words
from ui.widgets.basics import button

if TYPE_CHECKING:
    from ui.editor.source_window import SourceWindow


class KeyAge:
    """Stands at the end of the key's field; after a test the strip says it too."""

    def __init__(self, window: "SourceWindow", field: Field) -> None:
        """Know nothing yet."""
        self._window, self._field = window, field
        self.rotate = button(T("Rotate…"), pressed=self._wanted)
        self.rotate.setAccessibleDescription(T("Replace this access key by a new one, step by step"))
        field.add_beside(self.rotate)

    def _wanted(self) -> None:
        self._window.rotate_wanted.emit(self._window.draft.original_name)

    def show_key(self, key_id: str) -> None:
        """Show the age of a key, where it is known; only the key that was saved can be replaced."""
        window = self._window
        made, now = window.core.catalog.key_times.get(key_id), window.tools.clock.now()
        if isinstance(self._field, TextField):
            self._field.trailing.say(T("{age} old", age=age_words(made, now)) if made is not None else "")
        saved = not window.draft.new and window.draft.original.get("access_key_id") == key_id
        self.rotate.setVisible(saved and window.tools.key_flow is not None)

    async def look(self) -> None:
        """Find out after a test, which left its key in memory, and say it in the strip."""
        window = self._window
        await look_at_key(window.tools, window.draft.original_name, lambda: None)
        made = window.core.catalog.key_times.get(window.draft.text("access_key_id"))
        if made is not None and isValid(window):
            self.show_key(window.draft.text("access_key_id"))
            window.strip.say_beside(made_words(made, window.tools.clock.now()))
