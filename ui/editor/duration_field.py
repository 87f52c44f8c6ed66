"""The field of a duration, with suggestions."""

from collections.abc import Sequence

from app.domain.durations import parse_duration, say, write
from app.domain.problem import AppError
from app.texts import T
from ui.editor.draft import Draft
from ui.editor.editable_field import EditableField


class DurationField(EditableField):
    """A duration: shown as "1 h", written as "1h"; what is none is kept as typed."""

    def __init__(
        self, key: str, title: str, suggestions: Sequence[str], help_text: str = "", *, empty: str = ""
    ) -> None:
        """Make the field; `empty` says what an empty one means, AWS's default if not given."""
        super().__init__(key, title, suggestions, help_text, placeholder=empty or T("default"))

    def _load(self, draft: Draft) -> None:
        found = draft.get(self.key)
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        self.box.setCurrentText(said(found) if isinstance(found, str) else "")

    def store(self, draft: Draft) -> None:
        """Write the duration; one that means the same as before stays as it was written."""
        typed = self.box.currentText().replace("min", "m").replace(" ", "")
        if not typed:
            draft.set(self.key, None)
            return
        try:
            duration = parse_duration(typed)
        except AppError:
            draft.set(self.key, self.box.currentText())
            return
        before = draft.get(self.key)
        if isinstance(before, str | int) and not isinstance(before, bool) and said(str(before)) == say(duration):
            return
        draft.set(self.key, write(duration))


def said(text: str) -> str:
    """Return a duration as people read it; what is none as it is."""
    try:
        return say(parse_duration(text))
    except AppError:
        return text
