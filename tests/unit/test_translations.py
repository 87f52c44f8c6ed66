"""Each language says everything, with the same places to fill in, and its .mo is made from its .po."""

from pathlib import Path
from string import Formatter

import pytest

from app import texts
from tests.support.tool import load_tool

TOOL = load_tool("messages")
FILES = sorted(TOOL.FOLDER.glob("*.po"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_languages_that_are_promised() -> None:
    assert {path.stem for path in FILES} == PROMISED


PROMISED = {"de", "es"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_missing_and_nothing_is_left_over(path: Path) -> None:
    assert TOOL.missing(path) == [], "run tools/messages update, and translate"
    known = {TOOL.key_of(message) for message in TOOL.found()} | {""}
    assert set(TOOL.parsed(path.read_text(encoding="utf-8"))) == known


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_filled_in_is_the_same(path: Path) -> None:
    for key, value in TOOL.parsed(path.read_text(encoding="utf-8")).items():
        if not key:
            continue
        sources, forms = key.split("\0"), value.split("\0")
        assert len(forms) == len(sources), key
        for source, form in zip(sources, forms, strict=True):
            allowed = fields(sources[-1])
            wanted = fields(source)
            assert fields(form) == wanted or (len(sources) == 2 and wanted <= fields(form) <= allowed), (key, form)
            assert form[:1].isspace() == source[:1].isspace(), (key, form)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_read_is_made_from_what_is_written(path: Path) -> None:
    made = TOOL.FOLDER / path.stem / "LC_MESSAGES" / "rolecall.mo"
    assert made.read_bytes() == TOOL.compiled(TOOL.parsed(path.read_text(encoding="utf-8"))), "tools/messages compile"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_spoken(path: Path) -> None:
    try:
        assert texts.set_language(path.stem) == path.stem
        assert texts.T("Edit") != "Edit"
        assert texts.N("{n} session", "{n} sessions", 2).startswith("2 ")
    finally:
        texts.set_language("en")
