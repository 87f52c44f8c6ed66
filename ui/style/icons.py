"""Icons: the glyphs in a token's color, the tray's states in the panel's ink, the application's own."""

import re
from collections.abc import Mapping
from functools import cache

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap, QTransform

from ui.resources import resource
from ui.style import drawn

_ONWARD = frozenset({"arrow-right", "caret-right"})
_SIZE = re.compile(r' (?:width|height)="[^"]*"')
_AMBER, _RED = "#B87400", "#C9352B"  # as drawn; dark panels take lighter ones
_ON_DARK = {_AMBER: "#E0A030", _RED: "#FF6F63"}
SECOND = {"attention": _AMBER, "error": _RED}


@cache
def _source(folder: str, name: str) -> str:
    return resource("icons", folder, f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, color: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return a glyph of the set in a color ("#RRGGBB"), `size` logical pixels square."""
    made = _glyph(name, color, size, ratio)
    return made.transformed(QTransform.fromScale(-1, 1)) if _turned(name) else made


def _turned(name: str) -> bool:
    """Whether a glyph points the other way where people read from the right."""
    if name not in _ONWARD:
        return False
    from ui.style.mirror import mirrored  # what paints: no picture of the tray needs it

    return mirrored()


@cache
def _glyph(name: str, color: str, size: int, ratio: float) -> QPixmap:
    pixels = round(size * ratio)
    if name in drawn.GLYPHS and pixels in drawn.GLYPH_SIZES:
        made = _painted(drawn.planes(name, drawn.GLYPH_SIZES), pixels, color)
        made.setDevicePixelRatio(ratio)
        return made
    text = _source("phosphor", name).replace("currentColor", color)
    return rendered(text, size, ratio)


def _painted(planes: Mapping[int, tuple[bytes, bytes]], size: int, ink: str, second: str = "#000000") -> QPixmap:
    """Color what was drawn beforehand."""
    pixels = drawn.painted(planes[size], _rgb(ink), _rgb(second))
    image = QImage(pixels, size, size, 4 * size, QImage.Format.Format_RGBA8888_Premultiplied)
    return QPixmap.fromImage(image.copy())  # the copy has pixels of its own, whatever becomes of ours


def _rgb(color: str) -> tuple[int, int, int]:
    made = QColor(color)
    return made.red(), made.green(), made.blue()


def rendered(text: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return an SVG's text as a picture, drawn by Qt's own reader."""
    pixels = round(size * ratio)
    head = _SIZE.sub("", text[: text.index(">")])
    sized = f'{head} width="{pixels}" height="{pixels}"{text[text.index(">") :]}'
    made = QPixmap()
    made.loadFromData(sized.encode(), "SVG")  # pyright: ignore[reportArgumentType]  the format's name is text
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, color: str, disabled: str = "") -> QIcon:
    """Return a glyph as an icon for buttons and menus, drawn at 1x, 1.5x, 2x and 3x."""
    return _icon(name, color, disabled, _turned(name))


@cache
def _icon(name: str, color: str, disabled: str, turned: bool) -> QIcon:  # noqa: FBT001  part of the cache's key
    del turned
    made = QIcon()
    for size in (14, 16, 20, 24, 32, 48):
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected):
            made.addPixmap(pixmap(name, color, size), mode)
        if disabled:
            made.addPixmap(pixmap(name, disabled, size), QIcon.Mode.Disabled)
    return made


@cache
def tray_icon(state: str, ink: str, *, template: bool = False) -> QIcon:
    """Return the icon of a tray state ("idle", "active", "refreshing", "attention", "error") in the panel's ink."""
    second = SECOND.get(state, ink)
    if template:
        second = ink
    elif ink.upper() != "#191C22":
        second = _ON_DARK.get(second, second)
    planes = drawn.planes(f"tray-{state}", drawn.TRAY_SIZES)
    made = QIcon()
    for size in drawn.TRAY_SIZES:
        made.addPixmap(_painted(planes, size, ink, second))
    made.setIsMask(template)
    return made


@cache
def application_icon() -> QIcon:
    """Return Rolecall's own icon."""
    made = QIcon()
    text = _source("", "logo")
    for size in (16, 24, 32, 48, 64, 128):
        made.addPixmap(rendered(text, size))
    return made


def forget() -> None:
    """Drop what was drawn, after a change of theme or resolution."""
    _glyph.cache_clear()
    _icon.cache_clear()


def icon_size(size: int) -> QSize:
    """Return a square size."""
    return QSize(size, size)
