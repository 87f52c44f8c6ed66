"""What is done in steps, as text to read: each step stands out from what belongs to it."""

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ui.style.theme import theme

_SIGNS = {"\u2713": "ok-text", "!": "warn-text", "\u2717": "error-text"}


class Steps(QSyntaxHighlighter):
    """Belongs to the document; follows the theme."""

    def __init__(self, document: QTextDocument) -> None:
        """Mark lines from now on."""
        super().__init__(document)
        theme().changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """Set a step off in bold, its sign in the color of what it says, and the rest back."""
        of, made = theme().tokens, QTextCharFormat()
        if not text or text[0].isspace():
            made.setForeground(QColor(of.color("text-2")))
            self.setFormat(0, len(text), made)
            return
        made.setFontWeight(QFont.Weight.DemiBold)
        made.setForeground(QColor(of.color("text")))
        self.setFormat(0, len(text), made)
        tone = _SIGNS.get(text[0])
        if tone is not None:
            made.setForeground(QColor(of.color(tone)))
            self.setFormat(0, 1, made)
