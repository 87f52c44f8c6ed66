"""Another language or size of texts takes effect at once: what is open is made anew, unless work would be lost."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from app.texts import T
from ui.language import use_language
from ui.present.remedies import Card

if TYPE_CHECKING:
    from ui.application import Application
    from ui.editor.window import EditorWindow
    from ui.main_window.window import MainWindow

_ANEW = ("keys", "programs")  # prompts that only show something


class Speaking(QObject):
    """Follows the settings' language."""

    def __init__(self, application: "Application") -> None:
        """Take the language that is chosen as the one that is spoken."""
        super().__init__(application)
        self._application = application
        self._chosen = application.core.catalog.settings.language

    def catalog_changed(self) -> None:
        """Speak another language once whoever saved it is done."""
        wanted = self._application.core.catalog.settings.language
        if wanted != self._chosen:
            self._chosen = wanted
            QTimer.singleShot(0, self, partial(self.speak, wanted))

    def speak(self, language: str) -> None:
        """Speak a language in the tray and in every window."""
        app = self._application
        world = getattr(app.core, "world", None)
        use_language(app.qt, language, world.environ if world is not None else None)
        app.show_tray()
        self.make_anew()
        self._tell_kept()

    def make_anew(self) -> None:
        """Build every open window anew in its place."""
        app = self._application
        active = app.qt.activeWindow()
        front = type(active) if active is not None else None
        app.switch.forget()
        self._main_window()
        self._editors()
        self._prompts()
        for care in (app.activity, app.settings):
            care.make_anew()
        for top in app.qt.topLevelWidgets():
            if front is not None and type(top) is front and top.isVisible():
                top.raise_()
                top.activateWindow()

    def _main_window(self) -> None:
        app = self._application
        before = app.take_window()
        if before is None:
            return
        before.remember()
        seen, sought, selected = before.isVisible(), before.list.search.text(), before.list.view.selected()
        picked = before.picked()
        state, problem = before.windowState(), before.whole.failed
        before.hide()
        before.deleteLater()
        window: MainWindow = app.window
        window.list.search.setText(sought)
        window.list.view.pick(picked)
        if len(selected) > 1:
            window.list.view.select(selected)
        if problem is not None:
            window.fail(problem)
        if seen:
            window.setWindowState(state)
            _show_quietly(window)

    def _editors(self) -> None:
        from ui.editor.opening import reopen
        from ui.editor.window import EditorWindow

        app = self._application
        for key, editor in tuple(app.editors.items()):
            if isinstance(editor, EditorWindow) and not _holds_work(editor):
                app.bridge.spawn(reopen(app, app.editors, key), "reopen editor")

    def _tell_kept(self) -> None:
        """Say where a language stays: in what would lose work."""
        from ui.editor.window import EditorWindow

        words = T("This window keeps its language until it is closed")
        for editor in self._application.editors.values():
            if isinstance(editor, EditorWindow) and _holds_work(editor):
                editor.problem.show_card(Card(words, T("Nothing that you typed is lost."), "info", (), ""))

    def _prompts(self) -> None:
        app = self._application
        for key in _ANEW:
            prompt = app.open_prompts.get(key)
            if prompt is not None and prompt.isVisible():
                prompt.close()
                (app.show_keys if key == "keys" else app.show_programs)()
        app.ask_anew(lambda prompt: any(one.text() for one in prompt.findChildren(QLineEdit)))


def _holds_work(editor: "EditorWindow") -> bool:
    return editor.dirty or editor.draft.new or editor.strip.running


def _show_quietly(window: QWidget) -> None:
    """Show a window where it was, without the focus."""
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, True)
    window.show()
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, False)
