"""Painting that follows the direction of the layout: what is drawn at the left is at the right where people read so."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication

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
