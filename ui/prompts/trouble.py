"""Why Rolecall cannot start."""

from app.texts import T, Words
from ui.prompts.base import Prompt
from ui.widgets.basics import Glyph, button, column, label, plain, row


class TroublePrompt(Prompt):
    """Cause, what follows and remedy, with one way out."""

    def __init__(self, words: Words) -> None:
        """Show a problem's words."""
        super().__init__(T("Rolecall does not start"))
        head = row(Glyph("warning-circle-fill", "error", 20), label(words.title, "title", wrap=True))
        page = column(
            *(plain(head), label(words.detail, "second", wrap=True), label(words.remedy, wrap=True, select=True), None),
            margins=(24, 20, 24, 20),
        )
        quit_button = button(T("Quit"), "primary", pressed=self.accept)
        self.fill(page, row(None, quit_button, margins=(20, 12, 20, 12)), 480)
        quit_button.setFocus()
