"""Draws every window, light and dark, offscreen, from fixed sample data, into build/screenshots/."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_SCALE_FACTOR", "2")
os.environ["HOME"] = tempfile.mkdtemp(prefix="rolecall-screenshots-")
os.environ["TZ"] = "UTC"

from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402  the environment comes first

from ui.prompts.base import Prompt  # noqa: E402  as above

OUT = ROOT / "build" / "screenshots"
Shot = Callable[[], Iterator[tuple[str, QWidget]]]


@contextmanager
def made(widget: QWidget) -> Iterator[QWidget]:
    """Show a widget, and take it away again."""
    if isinstance(widget, Prompt):
        widget.fit()
    widget.show()
    QApplication.processEvents()
    QApplication.processEvents()
    yield widget
    widget.close()
    widget.deleteLater()
    QApplication.processEvents()


def main() -> int:
    """Draw what is asked for by name, or everything."""
    from tools.screens import SCREENS
    from ui.compose import make_qt_application
    from ui.style import marks
    from ui.style.theme import install

    app = make_qt_application()
    OUT.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    for scheme in ("light", "dark"):
        install(app).choose(scheme)
        marks.forget()
        for name, build in SCREENS.items():
            if wanted and not any(word in name for word in wanted):
                continue
            with made(build()) as widget:
                path = OUT / f"{name}-{scheme}.png"
                widget.grab().save(str(path))
                print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # Qt's offscreen platform may hang in the interpreter's own teardown
