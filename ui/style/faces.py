"""A font with its bold, measured once, and texts in which some letters are marked."""

from unicodedata import bidirectional

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from ui.style.fonts import font
from ui.style.tokens import Tokens


class Face:
    """A font and its bold, measured: made once, for painting is most of what a key press costs."""

    def __init__(self, role: str, weight: QFont.Weight = QFont.Weight.Normal) -> None:
        """Measure the font of a role."""
        self.plain = font(role)
        self.plain.setWeight(weight)
        self.strong = QFont(self.plain)
        self.strong.setWeight(QFont.Weight.Bold)
        self.metrics, self._bold = QFontMetrics(self.plain), QFontMetrics(self.strong)

    def pieces(self, text: str, places: frozenset[int]) -> list[tuple[str, bool, int]]:
        """Return a text in runs of letters that matched or did not, with their widths.

        A text that is written from the right stays whole: its runs would stand in another order.
        """
        if not places or _from_the_right(text):
            return [(text, False, self.metrics.horizontalAdvance(text))]
        runs: list[tuple[str, bool]] = []
        for at, letter in enumerate(text):
            hit = at in places and letter != "…"
            if runs and runs[-1][1] is hit:
                runs[-1] = runs[-1][0] + letter, hit
            else:
                runs.append((letter, hit))
        return [(text, hit, (self._bold if hit else self.metrics).horizontalAdvance(text)) for text, hit in runs]

    def draw(self, painter: QPainter, at: QRect, pieces: list[tuple[str, bool, int]], color: str, of: Tokens) -> None:
        """Draw runs of letters from the left of a box, the matched ones bold in the accent's color.

        Names and places are data: their runs keep their order in every language.
        """
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        x = at.left()
        for piece, hit, width in pieces:
            painter.setFont(self.strong if hit else self.plain)
            painter.setPen(QColor(of.color("accent-text") if hit else color))
            painter.drawText(QRect(x, at.top(), width + 2, at.height()), Qt.AlignmentFlag.AlignVCenter, piece)
            x += width


def places_in(shown: str, text: str, places: frozenset[int]) -> frozenset[int]:
    """Return where letters of a text stand after its middle was left out."""
    if shown == text or not places:
        return places
    cut = shown.find("…")
    gone = len(text) - len(shown)
    return frozenset(at if at < cut else at - gone for at in places if at < cut or at - gone > cut)


def _from_the_right(text: str) -> bool:
    return not text.isascii() and any(bidirectional(letter) in {"R", "AL"} for letter in text)
