"""What `rolecall --self-test` tries of the windows, without a screen."""

import os

from app.selftest import Check
from app.texts import T


def checks() -> tuple[Check, ...]:
    """Return what is tried of Qt."""
    return (Check(T("windows"), _windows),)


def _windows() -> str:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qVersion

    from ui.compose import make_qt_application
    from ui.style import icons
    from ui.style.theme import install

    app = make_qt_application()
    install(app).choose("light")
    if icons.application_icon().isNull() or icons.tray_icon("idle", "#000000").isNull():
        raise RuntimeError("pictures cannot be drawn: Qt's SVG reader is missing")
    for name in ("ui.application", "ui.main_window.window", "ui.editor.profile_window", "ui.loop", "ui.palette.window"):
        __import__(name)
    from ui.prompts.questions import ChoicePrompt

    prompt = ChoicePrompt(T("Rolecall"), "", [("close", T("Close"), "")])
    if prompt.grab().isNull():
        raise RuntimeError("a window cannot be drawn")
    prompt.deleteLater()
    return f"Qt {qVersion()}"
