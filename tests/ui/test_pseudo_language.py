"""Every window in a language that nobody speaks: what stays English is not translated, what is cut off does not fit."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app import texts
from tests.support.layout_facts import cut, said
from tests.support.tool import load_tool
from tools.screens import SCREENS
from ui.language import use_language

TOOL = load_tool("messages")
OPEN, CLOSE = "⟦", "⟧"
LANGUAGES = sorted(path.stem for path in TOOL.FOLDER.glob("*.po"))


def strange(text: str) -> str:
    """Return a text a third longer, in letters with marks, between brackets; what is filled in stays."""
    marked = re.sub(r"\{[^{}]*\}|[aeinou]", lambda one: one[0] if one[0].startswith("{") else _MARKED[one[0]], text)
    return OPEN + marked + "·" * (len(text) // 3) + CLOSE


_MARKED = dict(zip("aeinou", "äëïñöü", strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("translations")
    pairs = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"}
    for singular, plural in TOOL.found():
        forms = [strange(one) for one in (singular, plural) if one]
        pairs[TOOL.key_of((singular, plural))] = "\0".join(forms)
    path = made / "qps" / "LC_MESSAGES" / "rolecall.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(TOOL.compiled(pairs))
    return made


@pytest.fixture
def qps(qapp: QApplication, folder: Path) -> Iterator[None]:
    assert use_language(qapp, "qps", folder=folder) == "qps"
    yield
    use_language(qapp, "en")
    texts.set_language("en")


@pytest.fixture(params=SCREENS)
def window(qps: None, request: pytest.FixtureRequest) -> Iterator[QWidget]:
    made = SCREENS[request.param]()
    yield made
    made.close()
    made.deleteLater()


def test_nothing_is_left_in_english(window: QWidget) -> None:
    assert sorted({text for _, text in said(window) if is_english(text)}) == []


def is_english(text: str) -> bool:
    """Whether words of ours stand outside the brackets; names and terms of the sample's person do not count."""
    before = ""
    while before != text:  # what is filled in has brackets of its own
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    text = re.sub(r"\bCtrl\+\S+|\t.*", "", text)
    if text.strip() in NAMES or any(one in text for one in SAMPLE):
        return False
    return text.strip() in ENGLISH or bool(re.search(r"\b[A-Za-z]?[a-z]{2,} [a-z]{2,}\b", text))


ENGLISH = {singular for singular, _ in TOOL.found() if re.search(r"[a-z]{3}", singular)}
# of a person or of AWS; keys of the keyboard are named by Qt
SAMPLE = (
    "Break-glass role. Open a ticket",
    "is not authorized to perform",
    "The security token included",
    "Ask the owner",
)
NAMES = {"Rolecall", "PowerShell", "Delete", "Enter"}


@pytest.fixture(params=[one for one in SCREENS if "menu" not in one])
def shown(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Callable[[], QWidget]]:
    """What makes the window in the language of the moment."""
    made: list[QWidget] = []

    def make() -> QWidget:
        made.append(SCREENS[request.param]())
        return made[-1]

    make.__name__ = request.param
    yield make
    for one in made:
        one.close()
        one.deleteLater()
    use_language(qapp, "en")


def test_a_third_more_text_is_not_cut_off(qps: None, shown: Callable[[], QWidget]) -> None:
    if "small" in shown.__name__:
        pytest.skip("the smallest window is tried in the languages that there are")
    assert cut(shown()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_cut_off(qapp: QApplication, language: str, shown: Callable[[], QWidget]) -> None:
    assert use_language(qapp, language) == language
    assert cut(shown()) == []
