"""Painting that follows the direction of the layout: what is drawn at the left is at the right where people read so."""

from unicodedata import bidirectional

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter

_ACROSS = Qt.AlignmentFlag.AlignHorizontal_Mask
_SIDES = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignRight
START = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def mirrored() -> bool:
    """Whether windows are laid out from right to left."""
    return QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft


def start() -> Qt.AlignmentFlag:
    """Return where a line of text begins: the left, or the right."""
    return END if mirrored() else START


def end() -> Qt.AlignmentFlag:
    """Return the other side."""
    return START if mirrored() else END


def side(alignment: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
    """Return an alignment of which left is where a line of the layout begins, whatever is written in it.

    Qt alone would begin a line at the side of its first letter.
    """
    if alignment & Qt.AlignmentFlag.AlignAbsolute or not (alignment & _SIDES or not alignment & _ACROSS):
        return alignment
    right = bool(alignment & Qt.AlignmentFlag.AlignRight) is not mirrored()
    sides = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return alignment & ~_SIDES | sides | Qt.AlignmentFlag.AlignAbsolute


def placed(within: QRect, part: QRect) -> QRect:
    """Return where a part belongs that was measured from the left."""
    if not mirrored():
        return part
    return QRect(within.left() + within.right() - part.right(), part.top(), part.width(), part.height())


def placed_f(within: QRect | QRectF, part: QRectF) -> QRectF:
    """Return the same of a rectangle of fractions."""
    if not mirrored():
        return part
    frame = QRectF(within)
    return QRectF(frame.left() + frame.right() - part.right(), part.top(), part.width(), part.height())


def draw_text(painter: QPainter, box: QRect | QRectF, flags: Qt.AlignmentFlag, said: str) -> None:
    """Draw a line that reads as its own letters do: a name, a path or a time keeps its order among others."""
    painter.setLayoutDirection(direction(said))
    painter.drawText(box, int(flags), said)


def kept_whole(said: str) -> str:
    """Return a text for a control that lays it out from the right, in which a path or an address keeps its order."""
    if not mirrored() or not said:
        return said
    first = "\u2067" if direction(said) is Qt.LayoutDirection.RightToLeft else "\u2066"
    return f"{first}{said}\u2069"


def direction(said: str) -> Qt.LayoutDirection:
    """Return the direction of a text by its first letter that is its own; without one from left to right."""
    depth = 0  # what is filled in stands in isolates, and says nothing about the words around it
    for letter in said:
        kind = bidirectional(letter)
        if kind in ("FSI", "LRI", "RLI"):
            depth += 1
        elif kind == "PDI":
            depth = max(depth - 1, 0)
        if depth:
            continue
        if kind in ("R", "AL"):
            return Qt.LayoutDirection.RightToLeft
        if kind == "L":
            break
    return Qt.LayoutDirection.LeftToRight
