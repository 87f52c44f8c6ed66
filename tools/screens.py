"""The windows that `screenshots` draws, by name."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.reading import fake_core
from ui.bridge import Bridge
from ui.core import Tools
from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.platform.clipboard import SecretClipboard
from ui.verbs import Verbs


def window_of(core: FakeCore, tools: Tools) -> MainWindow:
    """Return a main window on a fake core."""
    memory = Memory(core.state)
    return MainWindow(core, tools, Verbs(core, tools, Bridge(core.engine.store), SecretClipboard(), memory), memory)


def _main(picked: str = "prod-admin") -> MainWindow:
    window = window_of(*fake_core())
    window.list.pick(picked)
    return window


def _confirm() -> MainWindow:
    window = _main("prod-readonly")
    window.start()
    return window


def _no_match() -> MainWindow:
    window = _main()
    window.list.search.setText("prdo")
    return window


def _copied() -> MainWindow:
    window = _main("dev-poweruser")
    window.say("bash / zsh exports of dev-poweruser copied, cleared from the clipboard in 45 s", 45)
    return window


SCREENS: dict[str, Callable[[], QWidget]] = {
    "01-main": _main,
    "01-main-idle": _confirm,
    "01-main-no-match": _no_match,
    "01-main-copied": _copied,
}
