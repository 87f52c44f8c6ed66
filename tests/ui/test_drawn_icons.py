"""The tray's pictures are drawn beforehand: as their SVGs have them, and so that no reader of SVG is needed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tools.drawn_icons import LOGO_SIZE, Planes, logo, pictures, png
from ui.resources import resource
from ui.style import drawn, icons

_ROUNDED = 2  # of 255: what colors of their own and colors put in afterwards may differ by
ROOT = Path(__file__).resolve().parents[2]


def bytes_of(image: QImage) -> bytes:
    converted = image.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    return bytes(converted.constBits())


def difference(one: bytes, other: bytes) -> int:
    assert len(one) == len(other)
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def test_what_is_drawn_beforehand_is_what_the_svgs_have(qapp: QApplication) -> None:
    del qapp
    made: dict[str, Planes] = {}
    for name, sizes, planes in pictures():
        made[name] = planes
        kept = drawn.planes(name, sizes)
        assert {size: (len(one), len(two)) for size, (one, two) in kept.items()} == {n: (n * n, n * n) for n in sizes}
        for size, pair in planes.items():
            assert max(map(difference, pair, kept[size])) <= _ROUNDED, (name, size)
    assert {f"{name}.png" for name in made} == {path.name for path in resource("icons", "drawn").iterdir()}


def test_the_application_s_icon_is_what_its_svg_has(qapp: QApplication) -> None:
    del qapp
    kept = QImage(str(resource("icons", "logo.png")))
    assert (kept.width(), kept.height()) == (LOGO_SIZE, LOGO_SIZE)
    assert difference(bytes_of(logo()), bytes_of(kept)) <= _ROUNDED


def test_the_files_are_pictures_that_others_can_look_at(qapp: QApplication) -> None:
    del qapp
    name, sizes, planes = next(pictures())
    image = QImage.fromData(png(planes), "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]  text is taken
    assert (image.width(), image.height()) == (sum(sizes), 2 * max(sizes)), name


@pytest.mark.parametrize("ink", ["#191C22", "#E8EAEE"])
@pytest.mark.parametrize(
    ("state", "light", "dark"), [("attention", "#B87400", "#E0A030"), ("error", "#C9352B", "#FF6F63")]
)
def test_a_state_has_its_second_color(qapp: QApplication, state: str, light: str, dark: str, ink: str) -> None:
    del qapp
    text = resource("icons", f"tray-{state}.svg").read_text(encoding="utf-8")
    text = text.replace("#000000", ink).replace(light, light if ink == "#191C22" else dark)
    for size in drawn.TRAY_SIZES:
        shown = icons.tray_icon(state, ink).pixmap(size, size).toImage()
        assert difference(bytes_of(shown), bytes_of(icons.rendered(text, size).toImage())) <= _ROUNDED


def test_every_glyph_of_the_trays_menu_is_drawn_beforehand() -> None:
    text = (ROOT / "ui" / "present" / "tray.py").read_text(encoding="utf-8")
    named = set(re.findall(r'icon="([a-z-]+)"', text))
    assert named == drawn.GLYPHS
    assert "icon=" not in (ROOT / "ui" / "present" / "menu.py").read_text(encoding="utf-8")


_SHOWN = """
from pathlib import Path
from ui.compose import make_qt_application
app = make_qt_application()
from ui.style import drawn, icons
for name in drawn.TRAY:
    assert not icons.tray_icon(name.removeprefix("tray-"), "#E8EAEE").isNull()
for name in drawn.GLYPHS:
    assert not icons.icon(name, "#E8EAEE").isNull()
print("Qt6Svg" in Path("/proc/self/maps").read_text())
icons.application_icon()
print("Qt6Svg" in Path("/proc/self/maps").read_text())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says of a process")
def test_the_trays_pictures_load_no_reader_of_svg() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SHOWN], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "True"]
