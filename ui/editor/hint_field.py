"""A line of code that says in words what belongs into it, or what holds while it is empty."""

from ui.editor.fields import TextField
from ui.style.fonts import font


class HintField(TextField):
    """The words are in the font of words: only what is typed is code."""

    def __init__(self, key: str, title: str, help_text: str = "", *, hint: str) -> None:
        """Make the field."""
        super().__init__(key, title, help_text, placeholder=hint)
        self.line.textChanged.connect(self._face)

    def _face(self, text: str) -> None:
        self.line.setFont(font("code" if text else "body"))
