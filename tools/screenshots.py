"""Draws every window, light and dark, some in high contrast too, from fixed sample data.

Into build/screenshots/ at 2x, and in 1x/ there at 1x.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HOME = Path(tempfile.mkdtemp(prefix="rolecall-screenshots-"))
SCREEN = {"name": "one", "x": 0, "y": 0, "width": 4800, "height": 3600}
SCREEN |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
(HOME / "screens.json").write_text(json.dumps({"screens": [SCREEN]}))
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={HOME / 'screens.json'}"
os.environ["HOME"] = str(HOME)
os.environ["TZ"] = "UTC"
SCALE = os.environ.setdefault("QT_SCALE_FACTOR", "2")

from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402  the environment comes first

from ui.prompts.base import Prompt  # noqa: E402  as above

OUT = ROOT / "build" / "screenshots" / ("" if SCALE == "2" else f"{SCALE}x")
CONTRAST = ("01-main", "02-quick-switch", "04-editor-chain", "06-prompt-program", "08-activity", "09-settings-general")
Shot = Callable[[], Iterator[tuple[str, QWidget]]]


@contextmanager
def made(widget: QWidget) -> Iterator[QWidget]:
    """Show a widget, and take it away again."""
    if isinstance(widget, Prompt):
        widget.fit()
    widget.show()
    for _ in range(3):  # what is moved to fit is laid out once more
        QApplication.processEvents()
    yield widget
    widget.close()
    widget.deleteLater()
    QApplication.processEvents()


def main() -> int:
    """Draw what is asked for by name, or everything."""
    from app.domain.appearance import Appearance
    from tools.screens import SCREENS
    from ui.compose import make_qt_application
    from ui.style import marks
    from ui.style.theme import install

    app = make_qt_application()
    OUT.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    for scheme in ("light", "dark", "light-contrast", "dark-contrast"):
        base, _, contrast = scheme.partition("-")
        install(app).choose(base)
        install(app).take(Appearance(contrast=bool(contrast)))
        marks.forget()
        for name, build in SCREENS.items():
            if (wanted and not any(word in name for word in wanted)) or (contrast and name not in CONTRAST):
                continue
            with made(build()) as widget:
                path = OUT / f"{name}-{scheme}.png"
                widget.grab().save(str(path))
                print(path.relative_to(ROOT))
    return 0


def other_scale() -> int:
    """Draw the same at 1x, in a process of its own: Qt reads the factor once."""
    command = [sys.executable, "-m", "tools.screenshots", *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "QT_SCALE_FACTOR": "1"}, check=False).returncode


if __name__ == "__main__":
    code = main()
    if SCALE == "2":
        code = other_scale() or code
    sys.stdout.flush()
    os._exit(code)  # Qt's offscreen platform may hang in the interpreter's own teardown
