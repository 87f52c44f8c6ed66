"""How old the access key of a source's editor is, and the way to replace it."""

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.texts import T
from ui.core import Core, Tools
from ui.editor.draft import Draft
from ui.editor.fields import Field, TextField
from ui.editor.learning import look_at_key
from ui.present.keys import age_words, made_words
from ui.widgets.basics import button


class KeyAge(QObject):
    """Stands at the end of the key's field. `said` carries what a test found; `wanted`: the key is to be replaced."""

    wanted = Signal()
    said = Signal(str)

    def __init__(self, field: Field, core: Core, tools: Tools, draft: Draft) -> None:
        """Know nothing yet."""
        super().__init__(field)
        self._field, self._core, self._tools, self._draft = field, core, tools, draft
        self.rotate = button(T("Rotate…"))
        self.rotate.clicked.connect(self.wanted)
        self.rotate.setAccessibleDescription(T("Replace this access key by a new one, step by step"))
        field.add_beside(self.rotate)

    def show_key(self, key_id: str) -> None:
        """Show the age of a key, where it is known; only the key that was saved can be replaced."""
        made, now = self._core.catalog.key_times.get(key_id), self._tools.clock.now()
        if isinstance(self._field, TextField):
            self._field.trailing.say(T("{age} old", age=age_words(made, now)) if made is not None else "")
        saved = not self._draft.new and self._draft.original.get("access_key_id") == key_id
        self.rotate.setVisible(saved and self._tools.key_flow is not None)

    async def look(self) -> None:
        """Find out after a test, which left its key in memory."""
        await look_at_key(self._tools, self._draft.original_name, lambda: None)
        key = self._draft.text("access_key_id")
        made = self._core.catalog.key_times.get(key)
        if made is not None and isValid(self.rotate):
            self.show_key(key)
            self.said.emit(made_words(made, self._tools.clock.now()))
