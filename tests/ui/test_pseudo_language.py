"""Every window in a language that nobody speaks: what stays English is not translated, what is cut off does not fit."""

import re
from collections.abc import Iterator
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
def made(qapp: QApplication) -> Iterator[list[QWidget]]:
    """The windows of a test; at its end they are let go of, and English is spoken again."""
    kept: list[QWidget] = []
    yield kept
    for one in kept:
        one.close()
        one.deleteLater()
    use_language(qapp, "en")


@pytest.fixture
def qps(qapp: QApplication, folder: Path) -> Iterator[None]:
    assert use_language(qapp, "qps", folder=folder) == "qps"
    yield
    use_language(qapp, "en")
    texts.set_language("en")


@pytest.mark.parametrize("name", SCREENS)
def test_nothing_is_left_in_english_and_a_third_more_text_is_not_cut_off(
    qps: None, name: str, made: list[QWidget]
) -> None:
    made.append(SCREENS[name]())
    english = sorted({text for _, text in said(made[0]) if is_english(text)})
    # menus are as wide as their texts; the smallest window is tried in the languages that there are
    short = [] if "menu" in name or "small" in name else cut(made[0])
    assert (english, short) == ([], [])


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
    "/usr/bin/ykman oath accounts",
    "/opt/old/get-token",
)
NAMES = {"Rolecall", "PowerShell", "Delete", "Enter"}


@pytest.mark.parametrize("name", [one for one in SCREENS if "menu" not in one])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_cut_off(qapp: QApplication, language: str, name: str, made: list[QWidget]) -> None:
    assert use_language(qapp, language) == language
    made.append(SCREENS[name]())
    assert cut(made[0]) == []
