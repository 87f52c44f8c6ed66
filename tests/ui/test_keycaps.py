"""Keys as a person finds them on the keyboard, in each language."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.layout_facts import said, shown
from ui.language import use_language
from ui.present.keylist import key_sections
from ui.prompts.questions import KeysPage
from ui.style.keycaps import cap, spelled


@pytest.fixture
def spoken(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    use_language(qapp, "en")


@pytest.mark.parametrize(
    ("language", "keys", "wanted"),
    [
        ("de", "Ctrl+Shift+Z", "Strg+Umschalt+Z"),
        ("de", "Ctrl+1 … 4", "Strg+1 … 4"),
        ("de", "Ctrl+,", "Strg+,"),
        ("es", "Ctrl+Shift+Z", "Ctrl+Mayús+Z"),
        ("es", "Alt+Up, Alt+Down", "Alt+Arriba, Alt+Abajo"),
        ("es", "Delete", "Supr"),
        ("en", "Ctrl+Alt+R", "Ctrl+Alt+R"),
        ("en", "+, −, 0", "+, −, 0"),
    ],
)
def test_keys_in_a_language(spoken: QApplication, language: str, keys: str, wanted: str) -> None:
    use_language(spoken, language)
    assert spelled(keys) == wanted
    assert cap("Ctrl+F") == {"de": "Strg F", "es": "Ctrl F", "en": "Ctrl F"}[language]


def test_the_page_of_keys_is_in_the_language_of_the_windows(spoken: QApplication) -> None:
    use_language(spoken, "de")
    page = KeysPage(key_sections())
    texts = {text for _, text in said(shown(page))}
    assert {"Strg+F", "Strg+Umschalt+C", "Entf"} <= texts
    assert not {text for text in texts if "Ctrl" in text}
    page.close()
    page.deleteLater()
