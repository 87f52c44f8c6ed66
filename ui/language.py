"""The language of the windows: our own texts, those of Qt's dialogs, and the direction in which they are laid out."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from app.texts import TRANSLATIONS, isolate_arguments, set_language

_installed: list[QTranslator] = []  # of the one application there is


def use_language(
    app: QApplication, name: str = "system", environ: Mapping[str, str] | None = None, folder: Path = TRANSLATIONS
) -> str:
    """Speak a language ("de", or "system") from now on; returns the one in use, "en" where we have no texts for it.

    Windows that are open keep the texts that they were made with; `ui.speaking` makes them anew.
    """
    language = set_language(name, environ, folder)
    locale = QLocale(language)
    for one in _installed:
        app.removeTranslator(one)
    _installed.clear()
    translator = QTranslator(app)
    if translator.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
        _installed.append(translator)
    app.setLayoutDirection(locale.textDirection())
    isolate_arguments("right" if locale.textDirection() is Qt.LayoutDirection.RightToLeft else "left")
    return language
