"""Draws what the tray shows from the icons' SVGs into resources/icons/drawn/: see ui/style/drawn.py.

python -m tools.drawn_icons      to be run after a change of these SVGs
"""

import os
import struct
import sys
import zlib
from collections.abc import Iterator
from operator import sub
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage  # noqa: E402  the environment comes first

from ui.resources import resource  # noqa: E402  as above
from ui.style import drawn, icons  # noqa: E402  as above

Planes = dict[int, tuple[bytes, bytes]]
LOGO_SIZE = 256


def pictures() -> Iterator[tuple[str, tuple[int, ...], Planes]]:
    """Yield each picture with its sizes, as its SVG has it."""
    for name in drawn.TRAY:
        text = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
        text = text.replace(icons.SECOND.get(name.removeprefix("tray-"), "#FFFFFF"), "#FFFFFF")
        yield name, drawn.TRAY_SIZES, {size: split(icons.rendered(text, size).toImage()) for size in drawn.TRAY_SIZES}
    for name in sorted(drawn.GLYPHS):
        text = resource("icons", "phosphor", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", "#000")
        yield name, drawn.GLYPH_SIZES, {size: split(icons.rendered(text, size).toImage()) for size in drawn.GLYPH_SIZES}


def logo() -> QImage:
    """Return the application's icon as notifications of Windows and macOS show it."""
    return icons.rendered(resource("icons", "logo.svg").read_text(encoding="utf-8"), LOGO_SIZE).toImage()


def split(image: QImage) -> tuple[bytes, bytes]:
    """Return how much black and how much white there is in each pixel."""
    converted = image.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    pixels = bytes(converted.constBits())
    whole = pixels[3::4]
    white = bytes(map(min, pixels[0::4], whole))  # Qt's rounding may make it more than there is in all
    return bytes(map(sub, whole, white)), white


def png(planes: Planes) -> bytes:
    """Return a picture's file."""
    width, height = sum(planes), max(planes)
    lines = [bytes(_line(planes, plane, row)) for plane in (0, 1) for row in range(height)]
    head = struct.pack(">IIBBBBB", width, len(lines), 8, 0, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    return drawn.SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _line(planes: Planes, plane: int, row: int) -> bytes:
    parts = (pair[plane][row * size : (row + 1) * size].ljust(size, b"\0") for size, pair in planes.items())
    return b"".join(parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def main() -> int:
    """Write all."""
    from ui.compose import make_qt_application

    app = make_qt_application()
    folder = resource("icons", "drawn")
    folder.mkdir(exist_ok=True)
    for name, _, planes in pictures():
        (folder / f"{name}.png").write_bytes(png(planes))
    logo().save(str(resource("icons", "logo.png")))
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
