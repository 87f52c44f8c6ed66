"""The tray's pictures as drawn beforehand: without them its icon alone would keep Qt's reader of SVG in memory, 2.6 MB.

`python -m tools.drawn_icons` makes them from the SVGs, and a test holds them to these. Each is a strip of squares, one
per size, in a PNG of gray bytes: how much of the ink there is in a pixel, and below that how much of the second color.
"""

import zlib
from functools import cache

from ui.resources import resource

TRAY_SIZES = (16, 20, 22, 24, 32, 44, 48, 64)
GLYPH_SIZES = (14, 16, 20, 24, 32, 48)
TRAY = ("tray-active", "tray-attention", "tray-error", "tray-idle", "tray-refreshing")
# those of the tray's menu
_GLYPHS = """
    arrow-square-out arrows-clockwise check copy eye list-bullets lock magnifying-glass pause play stop warning
"""
GLYPHS = frozenset(_GLYPHS.split())
SIGNATURE = b"\x89PNG\r\n\x1a\n"

Plane = bytes  # a byte per pixel, row by row
Color = tuple[int, int, int]


def planes(name: str, sizes: tuple[int, ...]) -> dict[int, tuple[Plane, Plane]]:
    """Return the ink and the second color of a picture by size, which is the width and the height in pixels."""
    lines = _lines(resource("icons", "drawn", f"{name}.png").read_bytes(), sum(sizes) + 1)
    below, left = max(sizes), 1  # each line begins with a byte that says how it is packed: as it is
    made: dict[int, tuple[Plane, Plane]] = {}
    for size in sizes:
        columns = slice(left, left + size)
        ink, second = (b"".join(line[columns] for line in lines[top : top + size]) for top in (0, below))
        made[size] = ink, second
        left += size
    return made


def _lines(png: bytes, width: int) -> list[bytes]:
    at = len(SIGNATURE)
    while png[at + 4 : at + 8] != b"IDAT":
        at += 12 + int.from_bytes(png[at : at + 4], "big")
    bytes_of = zlib.decompress(png[at + 8 : at + 8 + int.from_bytes(png[at : at + 4], "big")])
    return [bytes_of[start : start + width] for start in range(0, len(bytes_of), width)]


def painted(pair: tuple[Plane, Plane], ink: Color, second: Color) -> bytes:
    """Return the pixels, four bytes each: red, green and blue as much as there is of them, and how much that is."""
    pixels = bytearray(4 * len(pair[0]))
    for channel, shares in enumerate(zip((*ink, 255), (*second, 255), strict=True)):
        one, other = (plane.translate(_shades(share)) for plane, share in zip(pair, shares, strict=True))
        pixels[channel::4] = _sum(one, other)
    return bytes(pixels)


def _sum(one: Plane, other: Plane) -> Plane:
    """Add byte by byte, as one number: in no pixel are ink and second color together more than a byte."""
    return (int.from_bytes(one) + int.from_bytes(other)).to_bytes(len(one)) if any(other) else one


@cache
def _shades(share: int) -> bytes:
    return bytes((share * value + 127) // 255 for value in range(256))
