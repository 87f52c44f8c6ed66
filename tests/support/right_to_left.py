"""A language that nobody speaks, in letters that run from right to left."""

import re
from pathlib import Path

from tests.support.tool import load_tool

_FIRST = 0x05D0  # alef; 27 letters
_PLACES = str.maketrans(
    {letter: chr(_FIRST + at % 27) for at, letter in enumerate("oabcdeghijklmpqrstvwxyznfu")}
    | {letter: chr(_FIRST + 2 * at % 27) for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
)


def letters(text: str) -> str:
    """Return a text in other letters; what is filled in stays."""
    return "".join(
        part if part.startswith("{") else part.translate(_PLACES) for part in re.split(r"(\{[^{}]*\})", text)
    )


def translations(folder: Path) -> Path:
    """Write the catalog of the language as "he", and return the folder."""
    tool = load_tool("messages")
    pairs = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"}
    for singular, plural in tool.found():
        pairs[tool.key_of((singular, plural))] = "\0".join(letters(one) for one in (singular, plural) if one)
    path = folder / "he" / "LC_MESSAGES" / "rolecall.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(tool.compiled(pairs))
    return folder
