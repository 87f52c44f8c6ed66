"""Fonts as factors of the application's own; never a fixed pixel size."""

from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget

from ui.style.tokens import tokens

_WEIGHTS = {"headline": QFont.Weight.DemiBold, "title": QFont.Weight.DemiBold, "ring": QFont.Weight.DemiBold}
_SIZE = 2  # QFont's bit for a size that was set
_TABULAR = QFont.Tag("tnum")
_USUAL = 18  # px of a line of 15 px, the largest that desktops have by themselves


def more_line() -> int:
    """Return by how many px a line is higher than desktops have it by themselves: what has lines grows by that."""
    return max(QFontMetrics(QApplication.font()).lineSpacing() - _USUAL, 0)


def grown(px: float) -> int:
    """Return a size that goes along with the texts: `px` where they are as desktops have them, more where larger."""
    return round(px * (1 + more_line() / _USUAL))


def font(role: str, *, strong: bool = False) -> QFont:
    """Return the font of a role: headline, title, body, small, caption, ring or code. Tabular figures throughout."""
    made = _made(role, QApplication.font().toString(), strong=strong)
    return QFont(made)


@cache
def _made(role: str, base: str, *, strong: bool) -> QFont:
    del base  # part of the key alone: a new system font makes new fonts
    factors = tokens("light").factors
    if role == "code":
        made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        _scale(made, factors["small"])
        least = points(QApplication.font()) * factors["caption"]
        if points(made) < least:  # a person who asks for larger texts means these too
            made.setPointSizeF(least)
        for tag in ("calt", "liga"):
            made.setFeature(QFont.Tag(tag), 0)
        return made
    made = QFont(QApplication.font())
    _scale(made, factors.get(role, 1.0))
    made.setFeature(_TABULAR, 1)
    made.setWeight(QFont.Weight.DemiBold if strong else _WEIGHTS.get(role, QFont.Weight.Normal))
    return made


def spaced(role: str, times: float = 1.0) -> QFont:
    """Return the fixed font in a role's size, or so many times it, with room between the signs.

    For codes that are read one by one.
    """
    made = QFont(font("code"))
    _scale(made, times * points(font(role)) / points(made))
    made.setWeight(QFont.Weight.Medium)
    made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 118)
    return made


def scaled(of: QFont, times: float) -> QFont:
    """Return a font so many times as large."""
    made = QFont(of)
    _scale(made, times)
    return made


def own_fonts(widgets: Iterable[QWidget]) -> list[tuple[QWidget, QFont]]:
    """Return the widgets that have a size of text of their own, with their fonts."""
    fonts = ((one, one.font()) for one in widgets if one.testAttribute(Qt.WidgetAttribute.WA_SetFont))
    return [(one, own) for one, own in fonts if own.resolveMask() & _SIZE]


def refit(held: Iterable[tuple[QWidget, QFont]], before: QFont, code: float) -> None:
    """Give texts with a size of their own the one that goes with the application's font of now.

    `before`: that font as it was when `held` were; `code`: how large the fixed one of code was then, in points.
    """
    times = points(QApplication.font()) / points(before)
    made = font("code")
    code_times, fixed = points(made) / code, made.family()
    for widget, own in held:
        _scale(own, code_times if own.family() == fixed else times)
        widget.setFont(own)


def points(of: QFont) -> float:
    """Return a font's size in points; of one that is measured in px, as on a screen of 96 dpi."""
    return of.pointSizeF() if of.pointSizeF() > 0 else of.pixelSize() * 0.75


def _scale(made: QFont, factor: float) -> None:
    if made.pointSizeF() > 0:
        made.setPointSizeF(made.pointSizeF() * factor)
    else:
        made.setPixelSize(max(round(made.pixelSize() * factor), 1))


def line_height(widget: QWidget) -> int:
    """Return the height of a line in the widget's font."""
    return widget.fontMetrics().lineSpacing()
